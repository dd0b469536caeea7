//! Tests of conditions: operators, missing keys, several values.

use super::*;

fn met(operator: &str, key: &str, values: &[&str], context: &Context<'_>) -> bool {
    let values: Vec<String> = values.iter().map(|v| (*v).to_owned()).collect();
    Condition::new(Operator::new(operator).unwrap(), key, &values, true, false)
        .unwrap()
        .met(context)
}

#[test]
fn every_operator_has_its_name() {
    let plain = [
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
        "DateEquals",
        "DateNotEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NotIpAddress",
        "ArnEquals",
        "ArnLike",
        "ArnNotEquals",
        "ArnNotLike",
    ];
    for name in plain {
        for text in [
            name.to_owned(),
            format!("{name}IfExists"),
            format!("ForAllValues:{name}"),
            format!("ForAnyValue:{name}IfExists"),
        ] {
            assert!(Operator::new(&text).is_some(), "{text}");
        }
        assert!(Operator::new(&name.to_lowercase()).is_none());
    }
    assert!(Operator::new("Null").is_some());
    for text in [
        "NullIfExists",
        "ForAnyValue:Null",
        "String",
        "StringEqual",
        "ForSome:Bool",
        "NumericLike",
        "",
        "IfExists",
        "DateNotLessThan",
    ] {
        assert!(Operator::new(text).is_none(), "{text}");
    }
}

#[test]
fn a_missing_key_fails_what_asks_and_meets_what_denies() {
    let nothing = Context::new();
    assert!(!met("StringEquals", "k", &["a"], &nothing));
    assert!(met("StringNotEquals", "k", &["a"], &nothing));
    assert!(met("StringEqualsIfExists", "k", &["a"], &nothing));
    assert!(met("NotIpAddress", "k", &["10.0.0.0/8"], &nothing));
    assert!(met("ForAllValues:StringEquals", "k", &["a"], &nothing));
    assert!(!met("ForAnyValue:StringEquals", "k", &["a"], &nothing));
    assert!(!met("ForAnyValue:StringNotEquals", "k", &["a"], &nothing));
    assert!(met("Null", "k", &["true"], &nothing));
    assert!(!met("Null", "k", &["false"], &nothing));
    assert!(!met("Bool", "k", &["false"], &nothing));
}

#[test]
fn several_values_are_a_set() {
    let mut context = Context::new();
    context
        .set_all("aws:TagKeys", ["a", "b"])
        .set_all("none", [""; 0])
        .set("empty", "")
        .set("one", "a");
    assert!(met(
        "ForAllValues:StringEquals",
        "aws:tagkeys",
        &["a", "b", "c"],
        &context
    ));
    assert!(!met(
        "ForAllValues:StringEquals",
        "aws:tagkeys",
        &["a", "c"],
        &context
    ));
    assert!(met(
        "ForAnyValue:StringEquals",
        "aws:tagkeys",
        &["b"],
        &context
    ));
    assert!(met(
        "ForAnyValue:StringNotEquals",
        "aws:tagkeys",
        &["b"],
        &context
    ));
    assert!(!met(
        "ForAllValues:StringNotEquals",
        "aws:tagkeys",
        &["b"],
        &context
    ));
    // Without a set operator nothing is met, either way.
    assert!(!met("StringEquals", "aws:tagkeys", &["a", "b"], &context));
    assert!(!met("StringNotEquals", "aws:tagkeys", &["z"], &context));
    assert!(met("ForAllValues:StringEquals", "none", &["a"], &context));
    assert!(met("Null", "none", &["true"], &context));
    assert!(met("ForAllValues:StringEquals", "empty", &["a"], &context));
    assert!(!met(
        "ForAnyValue:StringEquals",
        "empty",
        &["", "a"],
        &context
    ));
    assert!(met("ForAnyValue:StringEquals", "one", &["a"], &context));
}

#[test]
fn negation_holds_only_against_all_values_that_say_something() {
    let mut context = Context::new();
    context.set("k", "c");
    assert!(met("StringNotEquals", "k", &["a", "b"], &context));
    assert!(!met("StringNotEquals", "k", &["a", "c"], &context));
    assert!(!met("StringNotEquals", "k", &["a", "${no:such}"], &context));
    assert!(met("StringEquals", "k", &["${no:such}", "c"], &context));
    assert!(!met("NotIpAddress", "k", &["nonsense"], &context));
    assert!(met("NumericNotEquals", "k", &["1"], &context));
}

#[test]
fn each_type_compares_in_its_own_way() {
    let mut context = Context::new();
    context
        .set("s", "Ab*")
        .set("n", "10.50")
        .set("d", "2026-11-23T00:00:00Z")
        .set("b", "TRUE")
        .set("i", "192.0.2.7");
    context
        .set("a", "arn:aws:sns:us-east-2:1:store/abc:2:finance/x")
        .set("x", "QUI=");
    assert!(met("StringEquals", "s", &["Ab*"], &context));
    assert!(!met("StringEquals", "s", &["A*"], &context));
    assert!(met("StringEqualsIgnoreCase", "s", &["aB*"], &context));
    assert!(met("StringLike", "S", &["?b*"], &context));
    assert!(met("StringLike", "s", &["Ab${*}"], &context));
    assert!(met("NumericEquals", "n", &["10.5"], &context));
    assert!(met("NumericLessThan", "n", &["9", "11"], &context));
    assert!(!met("NumericGreaterThan", "n", &["10.5"], &context));
    assert!(met("DateLessThanEquals", "d", &["1795392000"], &context));
    assert!(met("Bool", "b", &["true"], &context));
    assert!(met("IpAddress", "i", &["192.0.2.0/29"], &context));
    assert!(!met(
        "ArnLike",
        "a",
        &["arn:aws:sns:*:2:finance/*"],
        &context
    ));
    assert!(met(
        "StringLike",
        "a",
        &["arn:aws:sns:*:2:finance/*"],
        &context
    ));
    assert!(met(
        "ArnEquals",
        "a",
        &["arn:aws:sns:*:*:store/*"],
        &context
    ));
    assert!(met("BinaryEquals", "x", &["QUI="], &context));
    assert!(!met("BinaryEquals", "x", &["QUJD"], &context));
}

#[test]
fn strict_reading_refuses_what_cannot_be_compared() {
    for (operator, value) in [
        ("NumericEquals", "many"),
        ("NumericEquals", "${aws:x}"),
        ("DateLessThan", "soon"),
        ("Bool", "yes"),
        ("Null", "1"),
        ("IpAddress", "10.0.0.0/33"),
        ("BinaryEquals", "a b"),
    ] {
        let values = ["true".to_owned(), value.to_owned()];
        let operator = Operator::new(operator).unwrap();
        let found = Condition::new(operator, "k", &values[1..], true, true);
        assert_eq!(found.err(), Some(Incomparable(0)), "{value}");
    }
}

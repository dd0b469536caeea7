//! Condition matching: an operator and its negation never both hold for a key that is there, whatever the values are.
#![no_main]

use iampolicy::simulation::Case;
use libfuzzer_sys::fuzz_target;

/// Operators and what is their contrary.
const PAIRS: &[(&str, &str)] = &[
    ("StringEquals", "StringNotEquals"),
    ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    ("StringLike", "StringNotLike"),
    ("NumericEquals", "NumericNotEquals"),
    ("NumericLessThan", "NumericGreaterThanEquals"),
    ("DateEquals", "DateNotEquals"),
    ("DateLessThan", "DateGreaterThanEquals"),
    ("IpAddress", "NotIpAddress"),
    ("ArnLike", "ArnNotLike"),
    ("Bool", "Null"),
    ("BinaryEquals", "Null"),
];

fuzz_target!(|input: (u8, &str, &str, &str)| {
    let (pair, value, wanted, variable) = input;
    let (operator, contrary) = PAIRS[usize::from(pair) % PAIRS.len()];
    let met = |operator: &str| {
        let wanted = if operator == "Null" { "true".to_owned() } else { json(wanted) };
        let line = format!(
            r#"{{"request":{{"action":"s3:x","principal":"arn:aws:iam::111111111111:user/u","resource":{{"resource":"*","accountId":"111111111111"}},
            "context":{{"x:key":"{}","x:variable":"{}"}}}},"identityPolicies":[{{"Version":"2012-10-17","Statement":
            {{"Effect":"Allow","Action":"*","Resource":"*","Condition":{{"{operator}":{{"X:Key":"{wanted}"}}}}}}}}]}}"#,
            json(value),
            json(variable),
        );
        Case::read(&line).expect("a case").decide(|decision| decision.is_allowed())
    };
    assert!(!(met(operator) && met(contrary)), "{operator} {value:?} {wanted:?}");
});

/// A text as it stands between quotes.
fn json(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c < ' ' => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

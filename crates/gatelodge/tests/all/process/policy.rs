//! `gatelodge policy`: the table of cases through the command line, lines that are none, and advice with its place.

use super::{Ran, put};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

fn evaluate(words: &[&str], input: &str) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gatelodge"));
    Ran::with_input(
        command.args(["policy", "evaluate"]).args(words),
        input.as_bytes(),
    )
}

fn table() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../iampolicy/tests/cases");
    let files = std::fs::read_dir(folder).unwrap();
    files
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}

#[test]
fn the_whole_table_is_decided_line_by_line() {
    let table = table();
    let expected: Vec<String> = table
        .lines()
        .map(|line| {
            let case: Value = serde_json::from_str(line).unwrap();
            case["expected"].as_str().unwrap().to_owned()
        })
        .collect();
    let ran = evaluate(&[], &table);
    assert_eq!((ran.code, ran.said.as_str()), (0, ""));
    assert_eq!(ran.printed.lines().collect::<Vec<_>>(), expected);
    assert!(expected.len() >= 300);
}

#[test]
fn a_line_that_is_none_is_told_and_the_others_keep_their_place() {
    let table = table();
    let sound = table
        .lines()
        .find(|line| line.ends_with(r#""expected":"Allowed"}"#))
        .unwrap();
    let input = format!("{sound}\n\n{{\"request\":\n{sound}\r\nnull\n{sound}");
    let ran = evaluate(&["-"], &input);
    assert_eq!(ran.printed, "Allowed\n\nError\nAllowed\nError\nAllowed\n");
    assert_eq!(ran.code, 1);
    assert!(
        ran.said
            .contains("line 3: 1:12: this is not JSON (POL-E001)"),
        "{}",
        ran.said
    );
    assert!(
        ran.said
            .contains("line 5: 1:1: a case takes another type of value"),
        "{}",
        ran.said
    );
    let long = format!("{}\n{sound}\n", " x".repeat(5 << 20));
    let ran = evaluate(&[], &long);
    assert_eq!(ran.printed, "Error\nAllowed\n");
    assert!(ran.said.contains("line 1: 1:"), "{}", ran.said);
}

#[test]
fn a_decision_is_explained_by_its_statement() {
    let line = json!({
        "request": {
            "action": "s3:GetObject", "principal": "arn:aws:iam::111111111111:user/ann",
            "resource": {"resource": "arn:aws:s3:::b/k", "accountId": "111111111111"},
        },
        "identityPolicies": [{"name": "Files", "policy": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
            {"Sid": "NotThese", "Effect": "Deny", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"},
        ]}}],
    });
    let ran = evaluate(&["--explain"], &line.to_string());
    assert_eq!(
        ran.printed,
        "ExplicitlyDenied\tdenied by identity-based policy Files, statement 1 (NotThese)\n"
    );
}

#[test]
fn advice_has_its_place_and_what_is_no_policy_ends_with_1() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("trust.json");
    let name = file.to_str().unwrap();
    let run = |words: &[&str]| {
        Ran::of(
            Command::new(env!("CARGO_BIN_EXE_gatelodge"))
                .args(["policy", "validate"])
                .args(words)
                .arg(name),
        )
    };
    put(
        &file,
        0o600,
        "{\"Version\": \"2012-10-17\", \"Statement\": {\n \"Effect\": \"Allow\", \"Action\": \"sts:AssumeRole\",\n \"Principal\": {\"AWS\": \"*\"}}}",
    );
    let ran = run(&["--kind", "trust"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.printed
            .starts_with(&format!("{name}:3:15: warning POL-W013: ")),
        "{}",
        ran.printed
    );
    let ran = run(&["--json"]);
    let found: Value = serde_json::from_str(&ran.printed).unwrap();
    assert_eq!(
        (ran.code, &found[0]["code"], &found[0]["severity"]),
        (1, &json!("POL-E022"), &json!("error"))
    );
    assert_eq!(
        (&found[0]["line"], &found[0]["column"]),
        (&json!(3), &json!(15))
    );
    put(
        &file,
        0o600,
        "{\"Version\": \"2012-10-17\", \"Statement\": {\"Effect\": \"Deny\", \"Action\": \"s3:*\", \"Resource\": \"*\"}}",
    );
    let ran = run(&[]);
    assert_eq!(
        (ran.code, ran.printed.as_str(), ran.said.trim()),
        (0, "", "nothing to mend")
    );
    std::fs::write(&file, b"{\"Version\": \"\xff\"}").unwrap();
    let ran = run(&[]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.printed
            .contains("1:14: error POL-E002: this is not UTF-8"),
        "{}",
        ran.printed
    );
    assert_eq!(run(&["--kind", "nothing"]).code, 2);
}

//! The table of cases: what AWS's guides say of each rule, decided by the library.
//!
//! `cases/*.jsonl` holds one case a line: a name, the page the rule stands on, the request with its policies, and what must
//! come of it. The command line is tried with the same table, in `crates/gatelodge/tests`.

use iampolicy::simulation::Case;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Fewer would mean that a file was lost.
const AT_LEAST: usize = 700;

#[test]
fn every_case_of_the_table_is_decided_as_its_source_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names = BTreeSet::new();
    let mut wrong = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        for line in std::fs::read_to_string(file.unwrap().path())
            .unwrap()
            .lines()
        {
            let case: Value = serde_json::from_str(line).unwrap();
            let text = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
            let (name, source, expected) = (text("name"), text("source"), text("expected"));
            assert!(source.contains(", "), "{name} names no page");
            let found = match Case::read(line) {
                Ok(case) => {
                    case.decide(|decision| (decision.word().to_owned(), decision.to_string()))
                }
                Err(malformed) => ("Error".to_owned(), malformed.to_string()),
            };
            if found.0 != expected {
                wrong.push(format!(
                    "{name} ({source}): not {expected} but {} ({})",
                    found.0, found.1
                ));
            }
            assert!(names.insert(name), "{line} has the name of another");
        }
    }
    assert_eq!(wrong, [""; 0], "{} of {}", wrong.len(), names.len());
    assert!(names.len() >= AT_LEAST, "{}", names.len());
}

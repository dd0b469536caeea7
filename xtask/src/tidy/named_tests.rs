//! Documents that name tests, in the fourth column of their tables: each of them must be there.

use super::Findings;
use crate::tree::Tree;

const DOCUMENTS: [&str; 2] = ["docs/asvs.md", "docs/threat-model.md"];

/// Checks that every test in the fourth columns exists.
pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    for document in DOCUMENTS {
        let Some(file) = tree.file(document) else {
            findings.add(document, "is missing");
            continue;
        };
        for name in file.text.lines().flat_map(named) {
            let (rust, browser) = (format!("fn {name}("), format!("test('{name}'"));
            let there = |text: &str| text.contains(&rust) || text.contains(&browser);
            if !tree.files.iter().any(|file| there(&file.text)) {
                findings.add(document, format!("there is no test {name}"));
            }
        }
    }
}

/// The tests that a row names: what stands between back quotes in its fourth column.
fn named(line: &str) -> impl Iterator<Item = &str> {
    let row = line.strip_prefix('|').unwrap_or_default();
    let tests = row.split('|').nth(3).unwrap_or_default();
    tests.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_stand_in_the_fourth_column() {
        let row = "| 1.1 (1) | met | by `this` | `one`, `the way in and out` |";
        assert_eq!(
            named(row).collect::<Vec<_>>(),
            ["one", "the way in and out"]
        );
        assert_eq!(named("`not a row`").count(), 0);
    }
}

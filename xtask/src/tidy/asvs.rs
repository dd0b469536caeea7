//! The table of ASVS requirements names tests: each of them must be there.

use super::Findings;
use crate::tree::Tree;

const TABLE: &str = "docs/asvs.md";

/// Checks that every test in the last column exists.
pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    let Some(table) = tree.file(TABLE) else {
        findings.add(TABLE, "is missing");
        return;
    };
    for line in table.text.lines() {
        for name in named(line) {
            let (rust, browser) = (format!("fn {name}("), format!("test('{name}'"));
            let there = |text: &str| text.contains(&rust) || text.contains(&browser);
            if !tree.files.iter().any(|file| there(&file.text)) {
                findings.add(TABLE, format!("there is no test {name}"));
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

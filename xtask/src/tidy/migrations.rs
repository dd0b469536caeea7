//! Migrations are numbered once for both engines, without gaps, and exist for both.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use crate::tree::Tree;

const FOLDER: &str = "crates/store/src/migrations";

/// Checks the folder of migrations.
pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    let mut folders: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in tree.below(FOLDER) {
        let rest = file.path.strip_prefix(FOLDER).unwrap_or_default();
        match rest.trim_start_matches('/').split_once('/') {
            Some((folder, name)) => {
                folders.entry(folder).or_default().insert(name);
            }
            None if file.is_rust() => {}
            None => findings.add(&file.path, "a migration is a folder of its own"),
        }
    }
    judge(&folders, findings);
}

fn judge(folders: &BTreeMap<&str, BTreeSet<&str>>, findings: &mut Findings) {
    for (index, (folder, names)) in folders.iter().enumerate() {
        let place = format!("{FOLDER}/{folder}");
        let number = format!("{:04}_", index + 1);
        if !folder.starts_with(&number) {
            findings.add(&place, format!("the next number is {number}"));
        }
        let names: Vec<&str> = names.iter().copied().collect();
        if names != ["common.sql"] && names != ["postgres.sql", "sqlite.sql"] {
            findings.add(
                &place,
                format!("has {names:?}, wants common.sql alone or one for each engine"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(list: &[(&'static str, &[&'static str])]) -> usize {
        let folders = list
            .iter()
            .map(|(folder, names)| (*folder, names.iter().copied().collect()))
            .collect();
        let mut findings = Findings::default();
        judge(&folders, &mut findings);
        findings.0.len()
    }

    #[test]
    fn numbers_are_dense_and_engines_complete() {
        let both: &[&str] = &["sqlite.sql", "postgres.sql"];
        assert_eq!(found(&[("0001_a", both), ("0002_b", &["common.sql"])]), 0);
        assert_eq!(found(&[("0001_a", both), ("0003_b", both)]), 1);
        assert_eq!(found(&[("0001_a", both), ("0001_b", both)]), 1);
        assert_eq!(found(&[("0001_a", &["sqlite.sql"])]), 1);
    }
}

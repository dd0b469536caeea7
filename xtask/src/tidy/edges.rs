//! Which crate may see which, and what the pure ones may never link.
//!
//! Arrows point down only: a front never sees the store, the domain never sees a runtime. A new edge is a
//! decision: it is added here together with a page in `docs/decisions/`.

use std::collections::BTreeSet;

use super::Findings;
use super::metadata::Packages;

/// Normal edges between members; `*` sees all.
const EDGES: &[(&str, &[&str])] = &[
    ("factors", &[]),
    ("awswire", &[]),
    ("iampolicy", &[]),
    ("domain", &["factors", "iampolicy"]),
    ("store", &["domain"]),
    ("app", &["store", "domain", "factors", "iampolicy"]),
    ("web", &["app", "domain"]),
    ("aws", &["app", "awswire", "domain"]),
    ("adapters", &["app", "domain"]),
    ("gatelodge", &["*"]),
    ("testkit", &["*"]),
    ("xtask", &["domain"]),
];

/// Seen by nothing but tests.
const TESTS_ONLY: &[&str] = &["testkit"];

/// Members that do no I/O, by themselves or through others.
const PURE: &[&str] = &["factors", "iampolicy", "awswire", "domain"];

/// What does I/O: none of these is linked into a pure crate.
const IMPURE: &[&str] = &[
    "axum",
    "hyper",
    "lettre",
    "mio",
    "postgres",
    "reqwest",
    "rusqlite",
    "socket2",
    "tokio",
    "tokio-postgres",
];

/// The only members that may use `anyhow`: they have no caller who must tell errors apart.
const ANYHOW: &[&str] = &["gatelodge", "xtask"];

/// Checks every member.
pub(super) fn check(packages: &Packages, findings: &mut Findings) {
    let members: BTreeSet<&str> = packages
        .values()
        .filter(|package| package.source.is_none())
        .map(|package| package.name.as_str())
        .collect();
    for (id, package) in packages.iter().filter(|(_, p)| p.source.is_none()) {
        let name = package.name.as_str();
        let Some((_, allowed)) = EDGES.iter().find(|(member, _)| *member == name) else {
            findings.add(name, "a member without edges in xtask/src/tidy/edges.rs");
            continue;
        };
        for other in package.normal.iter().filter_map(|id| packages.get(id)) {
            let other = other.name.as_str();
            let known = allowed.contains(&other) || allowed.contains(&"*");
            if members.contains(other) && (!known || TESTS_ONLY.contains(&other)) {
                findings.add(name, format!("may not depend on {other}"));
            }
            if other == "anyhow" && !ANYHOW.contains(&name) {
                findings.add(name, "may not use anyhow: its callers tell errors apart");
            }
        }
        if PURE.contains(&name) {
            for found in linked(packages, id).intersection(&IMPURE.iter().copied().collect()) {
                findings.add(name, format!("is pure but links {found}"));
            }
        }
    }
}

/// Names of everything that is linked with a package.
fn linked<'a>(packages: &'a Packages, id: &'a str) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    let mut seen = BTreeSet::from([id]);
    let mut open = vec![id];
    while let Some(package) = open.pop().and_then(|id| packages.get(id)) {
        names.insert(package.name.as_str());
        for next in &package.normal {
            if seen.insert(next) {
                open.push(next);
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::metadata::Package;
    use super::*;

    fn packages(list: &[(&str, bool, &[&str])]) -> Packages {
        list.iter()
            .map(|(name, foreign, normal)| {
                let package = Package {
                    name: (*name).to_owned(),
                    version: "1.0.0".to_owned(),
                    licence: None,
                    source: foreign.then(|| "registry+x".to_owned()),
                    normal: normal.iter().map(|n| (*n).to_owned()).collect(),
                    other: BTreeSet::new(),
                };
                ((*name).to_owned(), package)
            })
            .collect()
    }

    fn found(list: &[(&str, bool, &[&str])]) -> Vec<String> {
        let mut findings = Findings::default();
        check(&packages(list), &mut findings);
        findings.0
    }

    #[test]
    fn arrows_point_down() {
        let down = [
            ("factors", false, &[][..]),
            ("domain", false, &["factors"]),
            ("store", false, &["domain"]),
            ("app", false, &["domain", "store"]),
        ];
        assert!(found(&down).is_empty());
        let up = [("domain", false, &["store"][..]), ("store", false, &[])];
        assert_eq!(found(&up), ["domain: may not depend on store"]);
        let front = [("store", false, &[][..]), ("web", false, &["store"])];
        assert_eq!(found(&front), ["web: may not depend on store"]);
    }

    #[test]
    fn tests_are_not_shipped() {
        let shipped = [
            ("gatelodge", false, &["testkit"][..]),
            ("testkit", false, &[]),
        ];
        assert_eq!(found(&shipped), ["gatelodge: may not depend on testkit"]);
    }

    #[test]
    fn pure_crates_link_no_runtime_however_far_away() {
        let list = [
            ("domain", false, &["a"][..]),
            ("a", true, &["b"]),
            ("b", true, &["tokio"]),
            ("tokio", true, &[]),
        ];
        assert_eq!(found(&list), ["domain: is pure but links tokio"]);
    }

    #[test]
    fn anyhow_stays_on_the_top_floor() {
        let list = [("app", false, &["anyhow"][..]), ("anyhow", true, &[])];
        assert_eq!(found(&list).len(), 1);
    }
}

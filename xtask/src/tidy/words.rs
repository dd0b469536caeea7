//! What must not be in the tree: paths of somebody's machine, names of package hosts, marks of unfinished
//! work, and references to documents that do not exist.
//!
//! Names of hosts are put together from parts, so that not even this file has them; its own examples are let pass.

use std::collections::BTreeSet;

use super::Findings;
use crate::tree::{File, Tree};

/// Top folders that are somebody's machine when a path begins with them.
const MACHINE: &[&str] = &["home", "root", "work", "Users"];

/// Package hosts, their parts apart: which one is used is the machine's setting, not the project's.
const HOSTS: &[&[&str]] = &[
    &["registry", "npmjs", "org"],
    &["registry", "yarnpkg", "com"],
    &["index", "crates", "io"],
    &["static", "crates", "io"],
    &["pypi", "org"],
    &["files", "pythonhosted", "org"],
    &["proxy", "golang", "org"],
    &["deb", "debian", "org"],
];

/// Marks of work that is not done.
const UNFINISHED: &[&[&str]] = &[
    &["TO", "DO"],
    &["FIX", "ME"],
    &["XX", "X"],
    &["HA", "CK"],
    &["lorem", " ipsum"],
];

/// This file, whose tests need bad examples, and the lock file, which Cargo writes.
const LET_PASS: &[&str] = &["xtask/src/tidy/words.rs", "Cargo.lock"];

/// Checks every other text file.
pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    let paths: BTreeSet<&str> = tree.files.iter().map(|file| file.path.as_str()).collect();
    let hosts: Vec<String> = HOSTS.iter().map(|parts| parts.join(".")).collect();
    let unfinished: Vec<String> = UNFINISHED.iter().map(|parts| parts.concat()).collect();
    for file in tree
        .files
        .iter()
        .filter(|file| !LET_PASS.contains(&file.path.as_str()))
    {
        for (index, line) in file.text.lines().enumerate() {
            let place = || format!("{}:{}", file.path, index + 1);
            for folder in MACHINE
                .iter()
                .filter(|folder| is_machine_path(line, folder))
            {
                findings.add(place(), format!("a path of one machine (/{folder})"));
            }
            for host in hosts.iter().filter(|host| line.contains(host.as_str())) {
                findings.add(place(), format!("names the package host {host}"));
            }
            for mark in unfinished.iter().filter(|mark| has_word(line, mark)) {
                findings.add(place(), format!("unfinished: {mark}"));
            }
            for document in documents(line).filter(|document| !exists(document, file, &paths)) {
                findings.add(place(), format!("{document} does not exist"));
            }
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// Does the line have this word, not as part of another?
fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    })
}

/// Does an absolute path begin with this folder?
fn is_machine_path(line: &str, folder: &str) -> bool {
    let path = format!("/{folder}");
    line.match_indices(&path).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + path.len()..)
            .and_then(|text| text.chars().next());
        let begins = !before.is_some_and(|c| is_word(c) || "./}$)~<>:*".contains(c));
        begins && after == Some('/')
    })
}

/// Every file name ending in `.md` on a line, except in addresses and patterns.
fn documents(line: &str) -> impl Iterator<Item = &str> {
    let part = |c: char| is_word(c) || c == '.' || c == '/' || c == ':' || c == '*';
    line.split(move |c: char| !part(c))
        .map(|word| word.trim_end_matches(['.', ':']))
        .filter(|word| {
            word.strip_suffix(".md").is_some_and(|stem| {
                !stem.is_empty()
                    && stem.is_ascii()
                    && !stem.ends_with('/')
                    && !stem.contains("://")
                    && !stem.contains('*')
                    && !stem.contains("NNNN")
            })
        })
}

/// Is there such a document, seen from the root, from the file's folder, or by its name alone?
fn exists(document: &str, from: &File, paths: &BTreeSet<&str>) -> bool {
    let mut folder: Vec<&str> = from.folder().split('/').filter(|p| !p.is_empty()).collect();
    for part in document.split('/') {
        match part {
            "." => {}
            ".." => {
                folder.pop();
            }
            name => folder.push(name),
        }
    }
    paths.contains(document)
        || paths.contains(folder.join("/").as_str())
        || (!document.contains('/')
            && paths
                .iter()
                .any(|path| path.ends_with(&format!("/{document}"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machine_paths_are_told_from_routes_and_relative_paths() {
        let path = |folder: &str| format!("see /{folder}/x");
        assert!(is_machine_path(&path("home"), "home"));
        assert!(!is_machine_path("crates/home/x", "home"));
        assert!(!is_machine_path("/homes/x", "home"));
        assert!(!is_machine_path("/home", "home"));
    }

    #[test]
    fn words_are_whole() {
        let mark = UNFINISHED[0].concat();
        assert!(has_word(&format!("// {mark}: x"), &mark));
        assert!(!has_word(&format!("{mark}S"), &mark));
    }

    #[test]
    fn documents_are_found_and_resolved() {
        let found: Vec<&str> =
            documents("see (docs/a.md), `B.md`. Not *.md, https://x.test/c.md").collect();
        assert_eq!(found, ["docs/a.md", "B.md"]);
        let paths = ["docs/a.md", "docs/decisions/b.md"].into();
        let from = File {
            path: "docs/decisions/c.md".to_owned(),
            text: String::new(),
        };
        for good in ["docs/a.md", "../a.md", "b.md", "a.md"] {
            assert!(exists(good, &from, &paths), "{good}");
        }
        assert!(!exists("docs/c.md", &from, &paths));
    }
}

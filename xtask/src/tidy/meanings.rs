//! One code, one meaning: two places that give the same `GL-…` code to different findings or refusals are told.
//!
//! A place says what its code means by the sentence that stands beside it, placeholders apart, or by the name that the
//! code is given to. Tests, and commands of the workshop, read codes and give none.

use super::Findings;
use crate::tree::{File, Tree};
use std::collections::BTreeMap;

/// A code as it is given: where, and what it means there.
#[derive(Debug, PartialEq, Eq)]
struct Given {
    code: String,
    line: usize,
    meaning: String,
}

/// Checks the sources of the product.
pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    let mut first: BTreeMap<String, (String, String)> = BTreeMap::new();
    let product =
        |file: &&File| file.is_rust() && !file.is_test() && file.path.starts_with("crates/");
    for file in tree.files.iter().filter(product) {
        for given in given(&file.text) {
            let place = format!("{}:{}", file.path, given.line);
            let (meaning, there) = first
                .entry(given.code.clone())
                .or_insert_with(|| (given.meaning.clone(), place.clone()));
            if *meaning != given.meaning {
                let code = given.code;
                findings.add(place, format!("{code} means something else at {there}"));
            }
        }
    }
}

/// Every code that a source gives, before its tests.
fn given(source: &str) -> Vec<Given> {
    let product = source.split("#[cfg(test)]\nmod tests {").next();
    let product = product.unwrap_or_default();
    let found = product.match_indices("\"GL-").filter_map(|(at, _)| {
        let before = product.get(..at)?;
        let line = before.lines().next_back().unwrap_or_default();
        let line = if before.ends_with('\n') { "" } else { line };
        if line.trim_start().starts_with("//") {
            return None;
        }
        let (code, after) = product.get(at + 1..)?.split_once('"')?;
        let meaning = match line.trim().strip_suffix('=') {
            Some(name) => name.trim().to_owned(),
            None => said(after.strip_prefix(',')?),
        };
        Some(Given {
            code: code.to_owned(),
            line: before.matches('\n').count() + 1,
            meaning,
        })
    });
    found.collect()
}

/// What is said beside a code: the words of the second argument after it, which is what was found (the first is what it
/// is about, the third how it is mended).
fn said(rest: &str) -> String {
    let (mut deep, mut quoted, mut escaped, mut held) = (0_u32, false, false, 0_u32);
    let (mut argument, mut words, mut bare) = (0, String::new(), String::new());
    for c in rest.chars() {
        if quoted {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = false,
                '{' => held += 1,
                '}' => held = held.saturating_sub(1),
                _ if argument == 1 && held == 0 => words.push(c),
                _ => {}
            }
            continue;
        }
        match c {
            '"' => quoted = true,
            '(' | '[' | '{' => deep += 1,
            ')' | ']' | '}' if deep == 0 => break,
            ')' | ']' | '}' => deep -= 1,
            ',' if deep == 0 => argument += 1,
            ';' if deep == 0 => break,
            c if argument == 1 && !c.is_whitespace() => bare.push(c),
            _ => {}
        }
    }
    // A sentence that is made elsewhere is told by the name of what it is in.
    let said = if words.is_empty() { bare } else { words };
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(sources: &[&str]) -> Vec<String> {
        let files = sources.iter().enumerate().map(|(n, source)| File {
            path: format!("crates/x/src/{n}.rs"),
            text: (*source).to_owned(),
        });
        let tree = Tree {
            root: std::path::PathBuf::new(),
            files: files.collect(),
            binaries: Vec::new(),
        };
        let mut findings = Findings::default();
        check(&tree, &mut findings);
        findings.0
    }

    #[test]
    fn one_code_has_one_meaning_wherever_it_is_given() {
        let far = "Finding::error(\n    \"GL-X-001\",\n    about,\n    format!(\"{a} is too far, by {}\", f(b, c)),\n    \"x\",\n)";
        let same = "error(\"GL-X-001\", \"key\", format!(\"{} is too far, by {b}\", a), \"another remedy\")";
        let other = "error(\"GL-X-001\", \"key\", \"is too near\", \"x\")";
        assert!(found(&[far, same]).is_empty());
        let wrong = found(&[far, &format!("\n{other}")]);
        assert_eq!(
            wrong,
            ["crates/x/src/1.rs:2: GL-X-001 means something else at crates/x/src/0.rs:2"]
        );
        let unreadable = "unreadable(\"GL-X-001\", about, &error)";
        assert_eq!(found(&[unreadable, other]).len(), 1);
        assert!(found(&[unreadable, unreadable]).is_empty());
    }

    #[test]
    fn a_name_that_is_given_a_code_has_it_alone() {
        let table = "    TooFar = \"GL-X-001\", 422, You, \"topic\";\n";
        assert!(found(&[table]).is_empty());
        let twice = "    TooNear = \"GL-X-001\", 422, You, \"topic\";\n";
        assert_eq!(found(&[table, twice]).len(), 1);
        assert_eq!(found(&["const FAR: &str = \"GL-X-001\";", table]).len(), 1);
    }

    #[test]
    fn comments_tests_and_readers_of_codes_give_none() {
        let quiet = "// \"GL-X-001\", a, \"b\"\nif it.contains(\"GL-X-001\") {}\n#[cfg(test)]\nmod tests {\n    error(\"GL-X-001\", a, \"b\", \"c\")\n";
        assert_eq!(given(quiet), []);
    }
}

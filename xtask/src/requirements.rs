//! `cargo xtask requirements`: which test names which requirement, and which requirement no test names.
//!
//! A test names a requirement (`R-REC-19`, a reported pain `P-07`) in its name (`r_rec_19_…`), in a comment on
//! or in it, or in a text it uses; a file of tests names it for all its tests in its head. The list to cover
//! is `docs/requirements.txt`. Covered means: by a test that goes through HTTP or a browser, because
//! a rule that only its own unit test knows may not be wired to anything.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};

use crate::tree::{File, Tree};

/// The ids that must be covered: first word of a line; `#` begins a remark.
const LIST: &str = "docs/requirements.txt";

/// Where tests that go through HTTP or a browser live.
const THROUGH_HTTP: &[&str] = &["tests/browser/", "crates/gatelodge/tests/", "crates/web/"];

/// Prints the table; with `--strict` fails when something is missing.
pub(crate) fn run(given: &[String]) -> anyhow::Result<()> {
    let [strict] = crate::flags(given, ["--strict"])?;
    let tree = Tree::read()?;
    let list = &tree.file(LIST).with_context(|| format!("no {LIST}"))?.text;
    let wanted: Vec<String> = list
        .lines()
        .map(|line| {
            line.split_whitespace()
                .next()
                .unwrap_or_default()
                .to_owned()
        })
        .filter(|id| !id.is_empty() && !id.starts_with('#'))
        .collect();
    let mut named: BTreeMap<String, BTreeSet<Naming>> = BTreeMap::new();
    for file in &tree.files {
        for (id, naming) in namings(file) {
            named.entry(id).or_default().insert(naming);
        }
    }
    let none = BTreeSet::new();
    let mut missing = Vec::new();
    let mut unwired = Vec::new();
    for id in &wanted {
        let tests = named.get(id).unwrap_or(&none);
        println!("{id}");
        for naming in tests {
            println!("    {}  {}", naming.path, naming.test);
        }
        if tests.is_empty() {
            missing.push(id.as_str());
        } else if !tests.iter().any(|naming| {
            THROUGH_HTTP
                .iter()
                .any(|folder| naming.path.starts_with(folder))
        }) {
            unwired.push(id.as_str());
        }
    }
    let more: Vec<&str> = named
        .keys()
        .filter(|id| !wanted.contains(id))
        .map(String::as_str)
        .collect();
    println!();
    if !more.is_empty() {
        println!("named by tests, not in the list: {}", more.join(" "));
    }
    if !unwired.is_empty() {
        println!(
            "named, but by no test through HTTP or a browser: {}",
            unwired.join(" ")
        );
    }
    if !missing.is_empty() {
        println!("named by no test: {}", missing.join(" "));
    }
    println!(
        "{} of {} covered through HTTP or a browser",
        wanted.len() - missing.len() - unwired.len(),
        wanted.len()
    );
    if strict && !(missing.is_empty() && unwired.is_empty()) {
        bail!("{} without a test", missing.len() + unwired.len());
    }
    Ok(())
}

/// A test that names a requirement.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Naming {
    path: String,
    test: String,
}

/// Everything that the tests in a file name.
fn namings(file: &File) -> Vec<(String, Naming)> {
    let language = if file.is_rust() && file.path.starts_with("crates/") {
        Language::Rust
    } else if file.path.starts_with("tests/browser/") && file.path.ends_with(".mjs") {
        Language::Script
    } else {
        return Vec::new();
    };
    let mut walk = Walk {
        language,
        in_tests: language == Language::Script || file.is_test(),
        test: None,
        pending: BTreeSet::new(),
        marked: false,
        found: Vec::new(),
        head: BTreeSet::new(),
    };
    for line in file.text.lines() {
        walk.line(line);
    }
    let naming = |test: String| Naming {
        path: file.path.clone(),
        test,
    };
    let tests = walk
        .found
        .iter()
        .map(|(id, test)| (id.clone(), naming(test.clone())));
    let head = walk
        .head
        .iter()
        .map(|id| (id.clone(), naming("(all)".to_owned())));
    tests.chain(head).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Rust,
    Script,
}

/// Reads formatted source line by line: a test ends where a line has its indentation and a closing brace.
struct Walk {
    language: Language,
    /// Whether what follows is tests.
    in_tests: bool,
    /// The open test: its indentation and name.
    test: Option<(usize, String)>,
    /// Ids in comments before the next test.
    pending: BTreeSet<String>,
    /// Whether an attribute has said that the next function is a test.
    marked: bool,
    found: Vec<(String, String)>,
    head: BTreeSet<String>,
}

impl Walk {
    fn line(&mut self, line: &str) {
        let text = line.trim_start();
        let indent = line.len() - text.len();
        if self.language == Language::Rust && text.starts_with("#[cfg(test)]") {
            self.in_tests = true;
        }
        if !self.in_tests {
            return;
        }
        let ids = ids(line);
        if self.language == Language::Rust && text.starts_with("//!") {
            self.head.extend(ids);
            return;
        }
        if let Some((outer, name)) = &self.test {
            self.found
                .extend(ids.into_iter().map(|id| (id, name.clone())));
            if indent == *outer && text.starts_with('}') {
                self.test = None;
            }
            return;
        }
        self.pending.extend(ids);
        match self.language {
            Language::Rust => {
                if text.starts_with("#[") {
                    self.marked |= text.contains("test");
                } else if let Some(name) = function(text) {
                    if std::mem::take(&mut self.marked) {
                        self.open(indent, name.to_owned());
                    }
                    self.pending.clear();
                } else if text.starts_with('}') {
                    self.pending.clear();
                }
            }
            Language::Script => {
                if let Some(title) = title(text) {
                    self.open(indent, title.to_owned());
                    self.pending.clear();
                    if text.ends_with("});") {
                        self.test = None;
                    }
                }
            }
        }
    }

    fn open(&mut self, indent: usize, name: String) {
        for id in std::mem::take(&mut self.pending) {
            self.found.push((id, name.clone()));
        }
        self.test = Some((indent, name));
    }
}

/// The name of a Rust function that begins on this line.
fn function(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = line.strip_prefix("async ").unwrap_or(line);
    line.strip_prefix("fn ")?.split(['(', '<']).next()
}

/// The title of a JavaScript test that begins on this line.
fn title(line: &str) -> Option<&str> {
    let rest = ["test(", "it("]
        .iter()
        .find_map(|call| line.strip_prefix(call))?;
    let quote = rest.chars().next().filter(|c| "'\"`".contains(*c))?;
    rest.get(1..)?.split(quote).next()
}

/// Ids on a line: `R-REC-19`, `P-07`, and `r_rec_19`, `p_07` as parts of names.
fn ids(line: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-' || c == '_')) {
        let parts: Vec<&str> = word.split(['-', '_']).collect();
        for (index, part) in parts.iter().enumerate() {
            let next = parts.get(index + 1).copied().unwrap_or_default();
            let after = parts.get(index + 2).copied().unwrap_or_default();
            let number = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
            let area =
                (2..=4).contains(&next.len()) && next.bytes().all(|b| b.is_ascii_alphabetic());
            if part.eq_ignore_ascii_case("r") && area && number(after) {
                found.insert(format!("R-{}-{after}", next.to_ascii_uppercase()));
            } else if part.eq_ignore_ascii_case("p") && number(next) {
                found.insert(format!("P-{next}"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str, text: &str) -> Vec<(String, String)> {
        let file = File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let named = namings(&file);
        named.into_iter().map(|(id, n)| (id, n.test)).collect()
    }

    #[test]
    fn ids_are_read_from_names_and_texts() {
        let found: Vec<String> = ids("fn r_root_26_and_r_rec_04() // P-07, R-CON-01: p_1")
            .into_iter()
            .collect();
        assert_eq!(found, ["P-07", "R-CON-01", "R-REC-04", "R-ROOT-26"]);
    }

    #[test]
    fn only_tests_name_requirements() {
        let text = "/// R-REC-01\nfn code() {}\n\n#[cfg(test)]\nmod tests {\n    // R-REC-02\n    #[test]\n    \
                    fn a() {\n        b(\"R-REC-03\");\n    }\n\n    // R-REC-04\n    fn help() {}\n}\n";
        let found = of("crates/web/src/x.rs", text);
        let expect = |id: &str| (id.to_owned(), "a".to_owned());
        assert_eq!(found, [expect("R-REC-02"), expect("R-REC-03")]);
    }

    #[test]
    fn browser_tests_are_read_by_title() {
        let text = "// R-URL-01\ntest('chooser (P-03)', async () => {\n  await a('R-URL-02');\n});\n// R-URL-18\n";
        let found = of("tests/browser/a.test.mjs", text);
        let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["P-03", "R-URL-01", "R-URL-02"]);
        assert!(found.iter().all(|(_, test)| test == "chooser (P-03)"));
    }
}

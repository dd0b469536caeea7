//! Licences, banned crates and sources of everything in the tree, by the lists of `deny.toml`.
//!
//! `cargo deny` reads the same file and does more (advisories, every platform); this needs no tool and no
//! network, so that nobody learns of a licence only from the build server.

use std::collections::BTreeSet;

use anyhow::Context as _;
use toml::Table;

use super::Findings;
use super::metadata::Packages;
use crate::tree::Tree;

/// Checks every package that is not ours.
pub(super) fn check(
    tree: &Tree,
    packages: &Packages,
    findings: &mut Findings,
) -> anyhow::Result<()> {
    let text = &tree.file("deny.toml").context("no deny.toml")?.text;
    let deny: Table = text.parse().context("deny.toml")?;
    let list = |section: &str, key: &str| -> Vec<toml::Value> {
        deny.get(section)
            .and_then(|s| s.get(key))
            .and_then(|v| v.as_array())
            .cloned()
            .unwrap_or_default()
    };
    let name_of = |value: &toml::Value| -> Option<String> {
        value
            .as_str()
            .or_else(|| value.get("crate").or(value.get("name"))?.as_str())
            .map(str::to_owned)
    };
    let allowed: BTreeSet<String> = list("licenses", "allow")
        .iter()
        .filter_map(name_of)
        .collect();
    let banned: BTreeSet<String> = list("bans", "deny").iter().filter_map(name_of).collect();
    for package in packages.values() {
        let place = format!("{} {}", package.name, package.version);
        if banned.contains(&package.name) {
            findings.add(&place, "is banned in deny.toml");
        }
        let Some(source) = &package.source else {
            continue;
        };
        if !source.starts_with("registry+") {
            findings.add(
                &place,
                format!("comes from {source}, not from the registry"),
            );
        }
        match &package.licence {
            None => findings.add(&place, "names no licence"),
            Some(expression) if !allows(expression, &allowed) => {
                findings.add(&place, format!("licence {expression} is not in deny.toml"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Does an SPDX expression hold with these licences? `/` is the old way to write `OR`.
fn allows(expression: &str, allowed: &BTreeSet<String>) -> bool {
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Reader {
        words: &words,
        allowed,
    };
    reader.either() == Some(true) && reader.words.is_empty()
}

/// Reads an expression word by word; nothing comes back from one that is not well formed.
struct Reader<'a> {
    words: &'a [&'a str],
    allowed: &'a BTreeSet<String>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        let (first, rest) = self.words.split_first()?;
        self.words = rest;
        Some(first)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.words.first() == Some(&word);
        if found {
            self.next();
        }
        found
    }

    fn either(&mut self) -> Option<bool> {
        let mut holds = self.both()?;
        while self.take("OR") {
            holds |= self.both()?;
        }
        Some(holds)
    }

    fn both(&mut self) -> Option<bool> {
        let mut holds = self.one()?;
        while self.take("AND") {
            holds &= self.one()?;
        }
        Some(holds)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let holds = self.either()?;
            return self.take(")").then_some(holds);
        }
        let mut name = self.next()?.to_owned();
        if self.take("WITH") {
            name = format!("{name} WITH {}", self.next()?);
        }
        Some(self.allowed.contains(&name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        let allowed = ["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]
            .map(str::to_owned)
            .into();
        for good in [
            "MIT",
            "MIT OR GPL-3.0-only",
            "GPL-3.0-only/MIT",
            "ISC AND (Apache-2.0 OR MIT)",
            "Apache-2.0 WITH LLVM-exception OR Apache-2.0",
            "GPL-3.0-only OR MIT AND ISC",
        ] {
            assert!(allows(good, &allowed), "{good}");
        }
        for bad in [
            "",
            "Apache-2.0",
            "MIT AND GPL-3.0-only",
            "ISC AND (Apache-2.0 OR GPL-3.0-only)",
            "MIT OR (",
            "MIT ISC",
        ] {
            assert!(!allows(bad, &allowed), "{bad}");
        }
    }
}

//! `cargo xtask tidy`: the rules of the house that a compiler cannot know, in one fast pass.
//!
//! Each rule has a file of its own and reports findings; nothing is mended here. The rules: crate edges and
//! what may not be linked ([`edges`]), licences ([`licences`]), length of files ([`sizes`]), head lines and
//! names ([`heads`]), the map against the tree ([`crate::map`]), decisions ([`decisions`]), the tests that the
//! documents that name tests ([`named_tests`]), migrations ([`migrations`]), codes ([`meanings`]), texts in three
//! languages ([`texts`]), words and references that must not be in the tree ([`words`]).

mod decisions;
mod edges;
mod heads;
mod licences;
mod meanings;
mod metadata;
mod migrations;
mod named_tests;
mod sizes;
mod texts;
mod words;

use std::fmt::Display;

use anyhow::bail;

use crate::tree::Tree;

/// What the rules found.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<String>);

impl Findings {
    /// Notes one finding at a place.
    pub(crate) fn add(&mut self, place: impl Display, what: impl Display) {
        self.0.push(format!("{place}: {what}"));
    }
}

/// Runs every rule and fails when one found something.
pub(crate) fn run(given: &[String]) -> anyhow::Result<()> {
    let [] = crate::flags(given, [])?;
    let tree = Tree::read()?;
    let packages = metadata::read(&tree.root)?;
    let mut findings = Findings::default();
    edges::check(&packages, &mut findings);
    licences::check(&tree, &packages, &mut findings)?;
    sizes::check(&tree, &mut findings);
    heads::check(&tree, &mut findings);
    crate::map::check(&tree, &mut findings);
    decisions::check(&tree, &mut findings);
    named_tests::check(&tree, &mut findings);
    migrations::check(&tree, &mut findings);
    meanings::check(&tree, &mut findings);
    texts::check(&tree, &mut findings);
    words::check(&tree, &mut findings);

    sizes::largest(&tree);
    for finding in &findings.0 {
        println!("{finding}");
    }
    match findings.0.len() {
        0 => {
            println!("tidy: nothing to mend in {} files", tree.files.len());
            Ok(())
        }
        count => bail!("{count} to mend"),
    }
}

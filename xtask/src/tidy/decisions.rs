//! Decisions are numbered without gaps, one page each, and the index names every page.

use super::Findings;
use crate::tree::Tree;

const FOLDER: &str = "docs/decisions";
const INDEX: &str = "docs/decisions/README.md";

/// Checks the folder of decisions.
pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    let index = tree.file(INDEX).map_or("", |file| file.text.as_str());
    let pages = tree.below(FOLDER).filter(|file| file.path != INDEX);
    for (count, page) in pages.enumerate() {
        let number = format!("{:04}-", count + 1);
        if !page.name().starts_with(&number) {
            findings.add(&page.path, format!("the next number is {number}"));
        }
        if !index.contains(page.name()) {
            findings.add(INDEX, format!("does not name {}", page.name()));
        }
    }
}

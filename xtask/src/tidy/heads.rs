//! The first line of a source file says what lives there, and rooms carry names of the product.

use super::Findings;
use crate::tree::Tree;

/// Names that say nothing about what lives there.
const EMPTY_NAMES: &[&str] = &[
    "common", "helper", "helpers", "manager", "misc", "util", "utils",
];

/// Checks every Rust file.
pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    for file in tree.files.iter().filter(|file| file.is_rust()) {
        let head = file.text.lines().next().unwrap_or_default();
        match head.strip_prefix("//! ") {
            // Tests beside a module have the module's head.
            None if file.name() == "tests.rs" => {}
            None => findings.add(
                &file.path,
                "the first line must be `//! ` and what lives here",
            ),
            Some(words) if words.trim().len() < 15 => {
                findings.add(&file.path, "the head line says too little");
            }
            Some(_) => {}
        }
        let stem = file.name().trim_end_matches(".rs");
        let folder = file.folder().rsplit('/').next().unwrap_or_default();
        for name in [stem, folder] {
            if EMPTY_NAMES.contains(&name) {
                findings.add(&file.path, format!("`{name}` is no name for a room"));
            }
        }
    }
}

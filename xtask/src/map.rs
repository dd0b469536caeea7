//! `cargo xtask map`: writes the rooms of each crate into `ARCHITECTURE.md`, from the head lines of the modules.
//!
//! A map that names what is gone misleads, and a room that is not on the map is not found; so the list is made
//! from the tree, and only the prose around it is written by hand. `tidy` checks that nothing has changed since.
//! A room is a module at the top of a crate's `src`; its line is the first sentence of its head.
//!
//! The map has a heading `### crates/NAME` (in backticks) for each crate, and below it a list between two marks.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, bail};

use crate::tidy::Findings;
use crate::tree::{File, Tree};

const MAP: &str = "ARCHITECTURE.md";
const OPEN: &str = "<!-- rooms: written by `cargo xtask map` -->";
const CLOSE: &str = "<!-- end of rooms -->";

/// Rooms with their sentence, by crate.
type Rooms = BTreeMap<String, BTreeMap<String, String>>;

/// Writes the lists.
pub(crate) fn run(given: &[String]) -> anyhow::Result<()> {
    let [] = crate::flags(given, [])?;
    let tree = Tree::read()?;
    let map = &tree.file(MAP).with_context(|| format!("no {MAP}"))?.text;
    let (text, faults) = draw(map, &rooms(&tree));
    if !faults.is_empty() {
        bail!("{}", faults.join("; "));
    }
    fs::write(tree.root.join(MAP), text)?;
    println!("wrote {MAP}");
    Ok(())
}

/// Is the map what would be written?
pub(crate) fn check(tree: &Tree, findings: &mut Findings) {
    let Some(map) = tree.file(MAP) else {
        findings.add(MAP, "is missing");
        return;
    };
    let (text, faults) = draw(&map.text, &rooms(tree));
    for fault in faults {
        findings.add(MAP, fault);
    }
    if let Some((here, there)) = map.text.lines().zip(text.lines()).find(|(a, b)| a != b) {
        findings.add(
            MAP,
            format!("is not the tree: run `cargo xtask map` (`{here}`, now `{there}`)"),
        );
    } else if map.text.lines().count() != text.lines().count() {
        findings.add(MAP, "is not the tree: run `cargo xtask map`");
    }
}

/// The map with its lists as they should be, and what cannot be drawn.
fn draw(map: &str, rooms: &Rooms) -> (String, Vec<String>) {
    let mut text = String::new();
    let mut faults = Vec::new();
    let mut missing: Vec<&String> = rooms.keys().collect();
    let mut krate = None;
    let mut inside = false;
    for line in map.lines() {
        if line.starts_with('#') {
            krate = line
                .strip_prefix("### `")
                .and_then(|rest| rest.split('`').next());
            inside = false;
        }
        if line == CLOSE {
            inside = false;
        }
        if inside {
            continue;
        }
        text.push_str(line);
        text.push('\n');
        if line == OPEN {
            inside = true;
            match krate.map(|name| (name, rooms.get(name))) {
                Some((name, Some(rooms))) => {
                    missing.retain(|other| *other != name);
                    for (room, sentence) in rooms {
                        text.push_str(&format!("- `{room}`: {sentence}\n"));
                    }
                }
                Some((name, None)) => faults.push(format!("{name} is not in the tree")),
                None => faults.push("a list of rooms outside a crate".to_owned()),
            }
        }
    }
    for name in missing {
        faults.push(format!("{name} is not on the map"));
    }
    (text, faults)
}

/// The rooms of the tree.
fn rooms(tree: &Tree) -> Rooms {
    let mut all = Rooms::new();
    for file in tree.files.iter().filter(|file| file.is_rust()) {
        let Some((krate, inside)) = file.path.split_once("/src/") else {
            continue;
        };
        let rooms = all.entry(krate.to_owned()).or_default();
        let room = match inside.split_once('/') {
            None => inside.strip_suffix(".rs"),
            Some((folder, "mod.rs")) => Some(folder),
            Some(_) => None,
        };
        if let Some(room) = room.filter(|room| !["lib", "main", "tests"].contains(room)) {
            rooms.insert(room.to_owned(), sentence(file));
        }
    }
    all
}

/// The first sentence of a module's head.
fn sentence(file: &File) -> String {
    let paragraph = file
        .text
        .lines()
        .map_while(|line| line.strip_prefix("//! "))
        .collect::<Vec<_>>()
        .join(" ");
    let end = paragraph
        .match_indices(". ")
        .map(|(at, _)| at)
        .find(|at| {
            !paragraph
                .get(..*at)
                .is_some_and(|text| text.ends_with("e.g"))
        })
        .unwrap_or(paragraph.len());
    let first = paragraph.get(..end).unwrap_or_default();
    first.trim_end_matches(['.', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms_of(list: &[(&str, &[(&str, &str)])]) -> Rooms {
        list.iter()
            .map(|(krate, rooms)| {
                let rooms = rooms
                    .iter()
                    .map(|(room, text)| ((*room).to_owned(), (*text).to_owned()))
                    .collect();
                ((*krate).to_owned(), rooms)
            })
            .collect()
    }

    #[test]
    fn lists_are_drawn_and_prose_is_kept() {
        let map =
            format!("# Map\n### `crates/a`\nProse.\n\n{OPEN}\n- `gone`: x\n{CLOSE}\n\n## End\n");
        let (text, faults) = draw(&map, &rooms_of(&[("crates/a", &[("one", "First")])]));
        assert!(faults.is_empty(), "{faults:?}");
        let expected = map.replace("- `gone`: x", "- `one`: First");
        assert_eq!(text, expected);
    }

    #[test]
    fn crates_are_compared_both_ways() {
        let map = format!("### `crates/gone`\n{OPEN}\n{CLOSE}\n");
        let (_, faults) = draw(&map, &rooms_of(&[("crates/new", &[])]));
        assert_eq!(
            faults,
            [
                "crates/gone is not in the tree",
                "crates/new is not on the map"
            ]
        );
    }

    #[test]
    fn the_first_sentence_is_taken_over_line_ends() {
        let file = File {
            path: "crates/a/src/b.rs".to_owned(),
            text: "//! What lives\n//! here. And why.\n//!\n//! More.\n".to_owned(),
        };
        assert_eq!(sentence(&file), "What lives here");
    }
}

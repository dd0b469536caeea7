//! The map, `ARCHITECTURE.md`, against the tree, both ways: a map that names what is gone misleads, and a
//! room that is not on the map is not found.
//!
//! The map has one heading for each crate (`### crates/NAME` in backticks) and under it one list item for each
//! room, which begins with the room's name in backticks. A room is a module at the top of the crate's `src`.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use crate::tree::Tree;

const MAP: &str = "ARCHITECTURE.md";

type Rooms<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

/// Compares crates and rooms.
pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    let Some(map) = tree.file(MAP) else {
        findings.add(MAP, "is missing");
        return;
    };
    judge(&on_the_map(&map.text), &in_the_tree(tree), findings);
}

fn judge(map: &Rooms<'_>, tree: &Rooms<'_>, findings: &mut Findings) {
    for (krate, rooms) in map {
        match tree.get(krate) {
            None => findings.add(MAP, format!("{krate} is not in the tree")),
            Some(there) => {
                for room in rooms.difference(there) {
                    findings.add(MAP, format!("{krate} has no room `{room}`"));
                }
            }
        }
    }
    for (krate, rooms) in tree {
        let named = map.get(krate);
        if named.is_none() {
            findings.add(MAP, format!("{krate} is not on the map"));
        }
        for room in rooms {
            if named.is_some_and(|named| !named.contains(room)) {
                findings.add(MAP, format!("room `{room}` of {krate} is not on the map"));
            }
        }
    }
}

fn on_the_map(text: &str) -> Rooms<'_> {
    let mut rooms = Rooms::new();
    let mut krate = None;
    let quoted = |line: &'_ str, start: &str| -> Option<(usize, usize)> {
        let from = start.len();
        let rest = line.strip_prefix(start)?;
        Some((from, from + rest.find('`')?))
    };
    for line in text.lines() {
        if line.starts_with('#') {
            krate = quoted(line, "### `").and_then(|(from, to)| line.get(from..to));
            if let Some(krate) = krate {
                rooms.entry(krate).or_default();
            }
        } else if let Some(krate) = krate
            && let Some((from, to)) = quoted(line, "- `")
            && let Some(room) = line.get(from..to)
        {
            rooms.entry(krate).or_default().insert(room);
        }
    }
    rooms
}

fn in_the_tree(tree: &Tree) -> Rooms<'_> {
    let mut rooms = Rooms::new();
    for file in tree.files.iter().filter(|file| file.is_rust()) {
        let Some((krate, inside)) = file.path.split_once("/src/") else {
            continue;
        };
        let rooms = rooms.entry(krate).or_default();
        let room = inside.split('/').next().unwrap_or_default();
        let room = room.strip_suffix(".rs").unwrap_or(room);
        if !["lib", "main", "tests"].contains(&room) {
            rooms.insert(room);
        }
    }
    rooms
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_and_what_is_new_are_found() {
        let map = on_the_map(
            "# Map\n- `no` crate\n### `crates/a`\nText.\n- `one`: x\n- `gone`: y\n\n### `crates/b`\n",
        );
        let tree: Rooms<'_> = [
            ("crates/a", ["one", "new"].into()),
            ("crates/c", BTreeSet::new()),
        ]
        .into();
        let mut findings = Findings::default();
        judge(&map, &tree, &mut findings);
        assert_eq!(
            findings.0,
            [
                "ARCHITECTURE.md: crates/a has no room `gone`",
                "ARCHITECTURE.md: crates/b is not in the tree",
                "ARCHITECTURE.md: room `new` of crates/a is not on the map",
                "ARCHITECTURE.md: crates/c is not on the map",
            ]
        );
    }
}

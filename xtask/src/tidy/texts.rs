//! Texts say the same in every language: same files, keys, placeholders, figures and addresses; nothing is
//! referred to that is not there; every refusal has its words.

use std::collections::{BTreeMap, BTreeSet};

use domain::refusal::Code;

use super::Findings;
use crate::codes;
use crate::ftl::{self, LOCALES, Room};
use crate::tree::Tree;

/// The language others are compared with.
const MEASURE: &str = "en";

/// Texts whose figures may differ: the spoken prompt says "the last four digits" in the languages that have no
/// other way to say where a number ends.
const FREE: &[&str] = &["recovery-call-script"];

/// Checks every file of texts.
pub(super) fn check(tree: &Tree, findings: &mut Findings) {
    let rooms = ftl::rooms(tree);
    for room in &rooms {
        if !LOCALES.contains(&room.locale.as_str()) {
            findings.add(&room.path, "no such language");
        }
        for fault in &room.faults {
            findings.add(&room.path, fault);
        }
    }
    let names: BTreeSet<&str> = rooms.iter().map(|room| room.name.as_str()).collect();
    let find = |locale: &str, name: &str| {
        rooms
            .iter()
            .find(|room| room.locale == locale && room.name == name)
    };
    for name in names {
        let Some(measure) = find(MEASURE, name) else {
            findings.add(format!("locales/{MEASURE}/{name}.ftl"), "is missing");
            continue;
        };
        for locale in LOCALES.into_iter().filter(|locale| *locale != MEASURE) {
            match find(locale, name) {
                None => findings.add(format!("locales/{locale}/{name}.ftl"), "is missing"),
                Some(other) => compare(measure, other, findings),
            }
        }
    }
    used(tree, &rooms, findings);
    for locale in LOCALES {
        references(&rooms, locale, findings);
        refusals(find(locale, codes::ROOM), locale, findings);
    }
}

/// Every key that the pages name is there. (Keys that are put together while running are not seen here.)
fn used(tree: &Tree, rooms: &[Room], findings: &mut Findings) {
    let keys: BTreeSet<&str> = rooms
        .iter()
        .filter(|room| room.locale == MEASURE)
        .flat_map(|room| room.texts.keys().map(String::as_str))
        .collect();
    for file in tree.below("crates").filter(|file| !file.is_test()) {
        for (index, line) in file.text.lines().enumerate() {
            for key in keys_on(line).filter(|key| !keys.contains(key)) {
                findings.add(
                    format!("{}:{}", file.path, index + 1),
                    format!("there is no text {key}"),
                );
            }
        }
    }
}

/// Keys of texts that a line of a template or of a page's code names.
fn keys_on(line: &str) -> impl Iterator<Item = &str> {
    ["t.s(\"", "t.f(\"", "t().s(\"", "t().f(\""]
        .into_iter()
        .flat_map(move |call| line.split(call).skip(1))
        .filter_map(|rest| rest.split_once('"').map(|(key, _)| key))
}

/// Every refusal has its words.
fn refusals(room: Option<&Room>, locale: &str, findings: &mut Findings) {
    let place = format!("locales/{locale}/{}.ftl", codes::ROOM);
    let Some(room) = room else {
        findings.add(place, "is missing");
        return;
    };
    let missing: Vec<String> = Code::ALL
        .iter()
        .flat_map(|code| codes::keys(*code))
        .filter(|key| !room.texts.contains_key(key))
        .collect();
    if !missing.is_empty() {
        findings.add(place, format!("without words: {}", missing.join(" ")));
    }
}

/// Two languages of one room.
fn compare(measure: &Room, other: &Room, findings: &mut Findings) {
    for key in measure.texts.keys() {
        if !other.texts.contains_key(key) {
            findings.add(&other.path, format!("{key} is missing"));
        }
    }
    for (key, text) in &other.texts {
        let Some(same) = measure.texts.get(key) else {
            findings.add(&other.path, format!("{key} is not in {}", measure.path));
            continue;
        };
        let (mut here, mut there) = (text.literals(), same.literals());
        spell(&mut here, &same.words, &mut there, &text.words);
        let mut differs = |what: &str, here: &BTreeSet<String>, there: &BTreeSet<String>| {
            if here != there {
                let list = |set: &BTreeSet<String>| {
                    set.iter().map(String::as_str).collect::<Vec<_>>().join(" ")
                };
                findings.add(
                    &other.path,
                    format!(
                        "{key}: {what} [{}], in {MEASURE} [{}]",
                        list(here),
                        list(there)
                    ),
                );
            }
        };
        differs("placeholders", &text.variables, &same.variables);
        if !FREE.contains(&key.as_str()) {
            differs("literals", &here, &there);
        }
    }
}

/// Small numbers in words, by figure. One is left out: every language has too many ways to say it.
const SPELLED: &[(&str, &[&str])] = &[
    ("1", &[""]),
    ("2", &["two", "twice", "both", "二", "兩", "双"]),
    ("3", &["three", "三"]),
    ("4", &["four", "四"]),
    ("5", &["five", "五"]),
    ("6", &["six", "六"]),
    ("7", &["seven", "七"]),
    ("8", &["eight", "八"]),
    ("9", &["nine", "九"]),
];

/// A figure below ten may be a word in the other language: such pairs are taken out on both sides.
fn spell(
    here: &mut BTreeSet<String>,
    words_there: &str,
    there: &mut BTreeSet<String>,
    words_here: &str,
) {
    for (figure, spelled) in SPELLED {
        let said = |words: &str| {
            let words = words.to_lowercase();
            spelled.iter().any(|word| words.contains(word))
        };
        if here.contains(*figure) && !there.contains(*figure) && said(words_there) {
            here.remove(*figure);
        } else if there.contains(*figure) && !here.contains(*figure) && said(words_here) {
            there.remove(*figure);
        }
    }
}

/// Whatever a text refers to exists in the same language, and no key is in two rooms.
fn references(rooms: &[Room], locale: &str, findings: &mut Findings) {
    let mut keys: BTreeMap<&str, &str> = BTreeMap::new();
    let here = || rooms.iter().filter(|room| room.locale == locale);
    for room in here() {
        for key in room.texts.keys() {
            if let Some(before) = keys.insert(key, &room.path) {
                findings.add(&room.path, format!("{key} is in {before} already"));
            }
        }
    }
    for room in here() {
        for (key, text) in &room.texts {
            for reference in &text.references {
                if !keys.contains_key(reference.as_str()) {
                    findings.add(
                        &room.path,
                        format!("{key} refers to {reference}, which is not there"),
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differ(here: &str, there: &str) -> bool {
        let literals = |words: &str| {
            ftl::Text {
                words: words.to_owned(),
                ..ftl::Text::default()
            }
            .literals()
        };
        let (mut a, mut b) = (literals(here), literals(there));
        spell(&mut a, there, &mut b, here);
        a != b
    }

    #[test]
    fn figures_agree_between_languages() {
        assert!(!differ("6 桁の数字", "six digits"));
        assert!(!differ("the same two words", "2 つの言葉"));
        assert!(!differ("每組只能使用一次", "1 回だけ"));
        assert!(differ("15 分", "10 minutes"));
        assert!(differ("下 4 桁", "the last digits"));
        assert!(differ("24 hours", "一天"));
    }

    #[test]
    fn keys_are_found_where_pages_name_them() {
        let line = r#"<h1>{{ page.t.s("a-b") }}</h1>{{ page.t.f("c", [("n", n)]) }}"#;
        assert_eq!(keys_on(line).collect::<Vec<_>>(), ["a-b", "c"]);
    }
}

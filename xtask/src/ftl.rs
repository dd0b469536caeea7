//! The texts in `locales/`, read by Fluent's own parser into something that can be compared.
//!
//! A message is flattened to what must agree between languages: its placeholders, the messages it refers to,
//! and the literals (figures and addresses) in its words.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    CallArguments, Entry, Expression, InlineExpression, Pattern, PatternElement,
};
use fluent_syntax::parser;

use crate::tree::Tree;

/// The languages, in the order in which documents show them.
pub(crate) const LOCALES: [&str; 3] = ["zh-TW", "ja", "en"];

/// One text: a message, a term (key with `-`) or an attribute (key with `.`).
#[derive(Debug, Default)]
pub(crate) struct Text {
    /// The words, placeholders written as `{$name}`.
    pub(crate) words: String,
    /// Names of the variables.
    pub(crate) variables: BTreeSet<String>,
    /// Messages and terms it refers to.
    pub(crate) references: BTreeSet<String>,
}

impl Text {
    /// Runs of figures and addresses in the words: they say the same in every language.
    pub(crate) fn literals(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut rest = String::new();
        for word in self.words.split_whitespace() {
            match ["https://", "http://"].iter().find_map(|s| word.find(s)) {
                Some(start) => {
                    let (before, address) = word.split_at(start);
                    let end = address
                        .find(|c: char| !c.is_ascii() || "<>\"')]}".contains(c))
                        .unwrap_or(address.len());
                    let (address, after) = address.split_at(end);
                    found.insert(address.trim_end_matches(['.', ',', ';', ':']).to_owned());
                    rest.push_str(before);
                    rest.push(' ');
                    rest.push_str(after);
                }
                None => rest.push_str(word),
            }
            rest.push(' ');
        }
        let figures = |c: char| -> Option<char> {
            match c {
                '0'..='9' => Some(c),
                '\u{ff10}'..='\u{ff19}' => char::from_digit(u32::from(c) - 0xff10, 10),
                _ => None,
            }
        };
        let mut run = String::new();
        for c in rest.chars().chain([' ']) {
            match figures(c) {
                Some(digit) => run.push(digit),
                None if !run.is_empty() => {
                    found.insert(std::mem::take(&mut run));
                }
                None => {}
            }
        }
        found
    }
}

/// One file of one language.
#[derive(Debug)]
pub(crate) struct Room {
    /// Language, as its folder is named.
    pub(crate) locale: String,
    /// Room, as the file is named.
    pub(crate) name: String,
    /// Path from the root.
    pub(crate) path: String,
    /// The texts by key.
    pub(crate) texts: BTreeMap<String, Text>,
    /// What the parser did not understand, and keys given twice.
    pub(crate) faults: Vec<String>,
}

/// Reads every file of texts.
pub(crate) fn rooms(tree: &Tree) -> Vec<Room> {
    let mut rooms = Vec::new();
    for file in tree.below("locales") {
        let parts: Vec<&str> = file.path.split('/').collect();
        let [_, locale, name] = parts.as_slice() else {
            continue;
        };
        let Some(name) = name.strip_suffix(".ftl") else {
            continue;
        };
        let mut room = Room {
            locale: (*locale).to_owned(),
            name: name.to_owned(),
            path: file.path.clone(),
            texts: BTreeMap::new(),
            faults: Vec::new(),
        };
        room.fill(&file.text);
        rooms.push(room);
    }
    rooms
}

impl Room {
    fn fill(&mut self, source: &str) {
        let resource = match parser::parse(source) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                for error in errors {
                    let line = source
                        .get(..error.pos.start)
                        .map_or(0, |before| before.matches('\n').count() + 1);
                    self.faults.push(format!("line {line}: {}", error.kind));
                }
                resource
            }
        };
        for entry in &resource.body {
            let (key, value, attributes) = match entry {
                Entry::Message(m) => (m.id.name.to_owned(), m.value.as_ref(), &m.attributes),
                Entry::Term(t) => (format!("-{}", t.id.name), Some(&t.value), &t.attributes),
                _ => continue,
            };
            if let Some(pattern) = value {
                self.keep(key.clone(), pattern);
            }
            for attribute in attributes {
                self.keep(format!("{key}.{}", attribute.id.name), &attribute.value);
            }
        }
    }

    fn keep(&mut self, key: String, pattern: &Pattern<&str>) {
        let mut text = Text::default();
        pattern_into(pattern, &mut text);
        if self.texts.contains_key(&key) {
            self.faults.push(format!("{key} is given twice"));
        }
        self.texts.insert(key, text);
    }
}

fn pattern_into(pattern: &Pattern<&str>, text: &mut Text) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => text.words.push_str(value),
            PatternElement::Placeable { expression } => expression_into(expression, text),
        }
    }
}

fn expression_into(expression: &Expression<&str>, text: &mut Text) {
    match expression {
        Expression::Inline(inline) => inline_into(inline, text),
        Expression::Select { selector, variants } => {
            // The selector decides, it is not shown: its variable counts, its mark is left out.
            let mut chosen = Text::default();
            inline_into(selector, &mut chosen);
            text.variables.append(&mut chosen.variables);
            for (index, variant) in variants.iter().enumerate() {
                if index > 0 {
                    text.words.push_str(" / ");
                }
                pattern_into(&variant.value, text);
            }
        }
    }
}

fn inline_into(inline: &InlineExpression<&str>, text: &mut Text) {
    match inline {
        InlineExpression::StringLiteral { value } | InlineExpression::NumberLiteral { value } => {
            text.words.push_str(value);
        }
        InlineExpression::VariableReference { id } => {
            text.variables.insert(id.name.to_owned());
            text.words.push_str("{$");
            text.words.push_str(id.name);
            text.words.push('}');
        }
        InlineExpression::MessageReference { id, .. } => {
            text.references.insert(id.name.to_owned());
            text.words.push_str(&format!("{{{}}}", id.name));
        }
        InlineExpression::TermReference { id, arguments, .. } => {
            text.references.insert(format!("-{}", id.name));
            text.words.push_str(&format!("{{-{}}}", id.name));
            arguments_into(arguments.as_ref(), text);
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments_into(Some(arguments), text);
        }
        InlineExpression::Placeable { expression } => expression_into(expression, text),
    }
}

fn arguments_into(arguments: Option<&CallArguments<&str>>, text: &mut Text) {
    for argument in arguments.iter().flat_map(|a| &a.positional) {
        inline_into(argument, text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(source: &str) -> Room {
        let mut room = Room {
            locale: "en".to_owned(),
            name: "t".to_owned(),
            path: String::new(),
            texts: BTreeMap::new(),
            faults: Vec::new(),
        };
        room.fill(source);
        room
    }

    #[test]
    fn figures_and_addresses_are_literals() {
        let room =
            room("a = Wait ２４ hours, { $n } of 8, see https://example.org/a1. Or 15 minutes\n");
        let literals: Vec<String> = room.texts["a"].literals().into_iter().collect();
        assert_eq!(literals, ["15", "24", "8", "https://example.org/a1"]);
    }

    #[test]
    fn variables_of_selectors_and_attributes_are_seen() {
        let room = room(
            "a = { $n ->\n    [one] one try\n   *[other] { $n } tries\n }\n    .hint = { b } { -c }\n",
        );
        assert!(room.faults.is_empty(), "{:?}", room.faults);
        assert!(room.texts["a"].variables.contains("n"));
        let references: Vec<&str> = room.texts["a.hint"]
            .references
            .iter()
            .map(String::as_str)
            .collect();
        assert_eq!(references, ["-c", "b"]);
    }

    #[test]
    fn what_is_not_fluent_is_told() {
        assert_eq!(room("a = { $n\nb = x\nb = y\n").faults.len(), 2);
    }
}

//! Constraints of the models, and how AWS words what breaks them.
//!
//! All that is wrong is told at once, as the services do: `2 validation errors detected: …; …`. The order (pattern, then
//! length) and the wording are those of recorded replies.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::error::WireError;
use crate::model::{Kind, Member, REQUIRED, SENSITIVE, Service, Shape};
use crate::value::Value;

/// At most so many are told; a long list of wrong values is not worth an answer of the same length.
const MOST_TOLD: usize = 10;
/// At most so many characters of a wrong value are repeated.
const MOST_SHOWN: usize = 1024;

/// Checks the input of an operation.
pub(crate) fn check(service: &'static Service, shape: u16, value: &Value) -> Result<(), WireError> {
    let mut checker = Checker {
        service,
        path: String::new(),
        found: Vec::new(),
        count: 0,
    };
    checker.value(service.shape(shape), value);
    if checker.count == 0 {
        return Ok(());
    }
    let noun = if checker.count == 1 {
        "error"
    } else {
        "errors"
    };
    let message = format!(
        "{} validation {noun} detected: {}",
        checker.count,
        checker.found.join("; ")
    );
    Err(WireError::validation(service, message))
}

struct Checker {
    service: &'static Service,
    path: String,
    found: Vec<String>,
    count: usize,
}

impl Checker {
    fn value(&mut self, shape: &'static Shape, value: &Value) {
        match value {
            Value::Structure(values) => {
                let members = self.service.members_of(shape);
                for (member, value) in members.iter().zip(values) {
                    self.member(member, value);
                }
            }
            Value::List(values) => {
                self.bounds(shape, value);
                self.elements(shape, value, values);
            }
            Value::Map(entries) => {
                self.bounds(shape, value);
                let inner = self.service.shape(shape.count);
                for (key, value) in entries {
                    let key_text = Value::Text(key.clone());
                    self.inside("key", |checker| {
                        checker.bounds(checker.service.shape(shape.first), &key_text)
                    });
                    self.inside(key, |checker| checker.value(inner, value));
                }
            }
            Value::Null => {}
            _ => self.bounds(shape, value),
        }
    }

    fn member(&mut self, member: &Member, value: &Value) {
        let name = lower_first(self.service.word(member.name));
        self.inside(&name, |checker| match value {
            Value::Null if member.flags & REQUIRED != 0 => {
                checker.tell("Value null", "Member must not be null");
            }
            _ => checker.value(checker.service.shape(member.shape), value),
        });
    }

    /// Lists of plain values are told of as a whole, lists of structures by the place of the one.
    fn elements(&mut self, shape: &'static Shape, list: &Value, values: &[Value]) {
        let element = self.service.shape(shape.first);
        if matches!(element.kind, Kind::Structure | Kind::List | Kind::Map) {
            for (index, value) in values.iter().enumerate() {
                self.inside(&(index + 1).to_string(), |checker| {
                    checker.inside("member", |checker| checker.value(element, value));
                });
            }
        } else if values
            .iter()
            .any(|value| self.broken(element, value).next().is_some())
        {
            let all = self.all(element).join(", ");
            let said = self.said(shape, list);
            self.tell(&said, &format!("Member must satisfy constraint: [{all}]"));
        }
    }

    fn inside(&mut self, name: &str, check: impl FnOnce(&mut Self)) {
        let before = self.path.len();
        if before > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        check(self);
        self.path.truncate(before);
    }

    fn bounds(&mut self, shape: &'static Shape, value: &Value) {
        let broken: Vec<String> = self.broken(shape, value).collect();
        if !broken.is_empty() {
            let said = self.said(shape, value);
            for constraint in broken {
                self.tell(&said, &constraint);
            }
        }
    }

    fn tell(&mut self, value: &str, constraint: &str) {
        self.count += 1;
        if self.found.len() < MOST_TOLD {
            let path = &self.path;
            self.found.push(format!(
                "{value} at '{path}' failed to satisfy constraint: {constraint}"
            ));
        }
    }

    /// The constraints that a value breaks.
    fn broken<'a>(
        &self,
        shape: &'static Shape,
        value: &'a Value,
    ) -> impl Iterator<Item = String> + use<'a> {
        let service = self.service;
        let size = match value {
            Value::Text(text) => i64::try_from(text.chars().count()).unwrap_or(i64::MAX),
            Value::Blob(bytes) => i64::try_from(bytes.len()).unwrap_or(i64::MAX),
            Value::List(values) => i64::try_from(values.len()).unwrap_or(i64::MAX),
            Value::Map(entries) => i64::try_from(entries.len()).unwrap_or(i64::MAX),
            Value::Int(number) => *number,
            _ => i64::from(shape.min),
        };
        let unfit = match (shape.kind, value) {
            (Kind::Enum, Value::Text(text)) => !service
                .words_of(shape)
                .iter()
                .any(|word| service.word(*word) == text),
            (Kind::String, Value::Text(text)) => service
                .pattern_of(shape)
                .is_some_and(|pattern| !pattern.matches(text)),
            _ => false,
        };
        let low = size < i64::from(shape.min);
        let high = size > i64::from(shape.max);
        [
            (unfit, 0),
            (high && shape.kind != Kind::Enum, 1),
            (low && shape.kind != Kind::Enum, 2),
        ]
        .into_iter()
        .filter(|(broken, _)| *broken)
        .map(move |(_, which)| said_of(service, shape, which))
    }

    /// Every constraint of a shape.
    fn all(&self, shape: &'static Shape) -> Vec<String> {
        let constrained = [
            shape.kind == Kind::Enum || self.service.pattern_of(shape).is_some(),
            shape.max != i32::MAX,
            shape.min != i32::MIN,
        ];
        let said = [0, 1, 2].map(|which| said_of(self.service, shape, which));
        // Lengths come first in this form.
        let order = [1, 2, 0];
        order
            .into_iter()
            .filter(|which| constrained.get(*which) == Some(&true))
            .filter_map(|which| said.get(which).cloned())
            .collect()
    }

    /// The value as it is repeated.
    fn said(&self, shape: &'static Shape, value: &Value) -> String {
        let mut out = "Value '".to_owned();
        if shape.flags & SENSITIVE != 0 {
            out.push_str("***");
        } else {
            show(&mut out, value);
        }
        if let Some((end, _)) = out.char_indices().nth(MOST_SHOWN) {
            out.truncate(end);
            out.push('…');
        }
        out.push('\'');
        out
    }
}

/// How a constraint of a shape is worded: its pattern or words (0), its greatest (1) or least (2) size.
fn said_of(service: &Service, shape: &Shape, which: u8) -> String {
    let noun = match shape.kind {
        Kind::Integer | Kind::Long => "value",
        _ => "length",
    };
    match which {
        1 => format!(
            "Member must have {noun} less than or equal to {}",
            shape.max
        ),
        2 => format!(
            "Member must have {noun} greater than or equal to {}",
            shape.min
        ),
        _ if shape.kind == Kind::Enum => {
            let words: Vec<&str> = service
                .words_of(shape)
                .iter()
                .map(|word| service.word(*word))
                .collect();
            format!("Member must satisfy enum value set: [{}]", words.join(", "))
        }
        _ => {
            let pattern = service.pattern_of(shape).map_or("", |pattern| pattern.text);
            format!("Member must satisfy regular expression pattern: {pattern}")
        }
    }
}

fn show(out: &mut String, value: &Value) {
    match value {
        Value::Text(text) => out.push_str(text),
        Value::Int(number) => {
            let _ = write!(out, "{number}");
        }
        Value::List(values) => {
            out.push('[');
            for (index, value) in values.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                show(out, value);
            }
            out.push(']');
        }
        _ => {}
    }
}

/// Members are named in messages with their first letter small, and only that: `sAMLMetadataDocument`.
fn lower_first(name: &str) -> Cow<'_, str> {
    match name.as_bytes().first() {
        Some(first) if first.is_ascii_uppercase() => {
            let mut name = name.to_owned();
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_lowercase();
            }
            Cow::Owned(name)
        }
        _ => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests;

//! The regular expressions of the models, matched against a whole text in time that grows with its length only.
//!
//! The generator turns the thirty-odd expressions that services use into nodes; this walks all positions at once, so no
//! text makes it slow. `\w` and `\d` are ASCII here, as they are in what the services run.

use unicode_normalization::char::is_combining_mark;

/// One expression: as the service writes it in a message, and as it is matched.
#[derive(Debug)]
pub struct Pattern {
    /// As it stands in the model.
    pub text: &'static str,
    pub(crate) node: Node,
}

/// Letters of any script (`\p{L}`).
pub(crate) const LETTERS: u8 = 1;
/// Numbers of any script (`\p{N}`).
pub(crate) const NUMBERS: u8 = 2;
/// Separators of any script (`\p{Z}`).
pub(crate) const SEPARATORS: u8 = 4;
/// Anything but the end of a line (`.`).
pub(crate) const ANY: u8 = 8;

/// A part of an expression.
#[derive(Debug)]
pub enum Node {
    /// One character: in a class, or in a range (first and last, one after the other).
    One(u8, &'static str),
    /// Parts one after the other.
    All(&'static [Node]),
    /// One of several.
    Either(&'static [Node]),
    /// A part so many times; `u16::MAX` is no limit.
    Times(u16, u16, &'static Node),
    /// Not followed by this character.
    Before(char),
}

impl Pattern {
    /// Does the whole text match?
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        // Nearly all expressions are one class many times.
        if let Node::Times(least, most, Node::One(classes, ranges)) = &self.node {
            let mut count = 0_usize;
            return text.chars().all(|c| {
                count += 1;
                is_one(*classes, ranges, c)
            }) && count >= usize::from(*least)
                && (*most == u16::MAX || count <= usize::from(*most));
        }
        let text: Vec<char> = text.chars().collect();
        let mut start = vec![false; text.len() + 1];
        if let Some(first) = start.first_mut() {
            *first = true;
        }
        walk(&self.node, &text, start).last() == Some(&true)
    }
}

fn is_one(classes: u8, ranges: &str, c: char) -> bool {
    let mut ends = ranges.chars();
    while let (Some(first), Some(last)) = (ends.next(), ends.next()) {
        if (first..=last).contains(&c) {
            return true;
        }
    }
    classes & ANY != 0 && !matches!(c, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
        || classes & LETTERS != 0 && is_letter(c)
        || classes & NUMBERS != 0 && c.is_numeric()
        || classes & SEPARATORS != 0 && is_separator(c)
}

/// `Alphabetic` is letters, letter-like numbers, marks that are vowels, and letters in a ring or box.
fn is_letter(c: char) -> bool {
    c.is_alphabetic()
        && !c.is_numeric()
        && !is_combining_mark(c)
        && !matches!(c, '\u{24B6}'..='\u{24E9}' | '\u{1F130}'..='\u{1F149}' | '\u{1F150}'..='\u{1F169}' | '\u{1F170}'..='\u{1F189}')
}

fn is_separator(c: char) -> bool {
    matches!(
        c,
        ' ' | '\u{A0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200A}' | '\u{2028}' | '\u{2029}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// Where matches of the node may end, when they may begin at `from` (one flag for each place between characters).
fn walk(node: &Node, text: &[char], from: Vec<bool>) -> Vec<bool> {
    match node {
        Node::One(classes, ranges) => {
            let ends = text.iter().zip(&from);
            let ends = ends.map(|(c, here)| *here && is_one(*classes, ranges, *c));
            std::iter::once(false).chain(ends).collect()
        }
        Node::All(parts) => parts.iter().fold(from, |from, part| walk(part, text, from)),
        Node::Either(parts) => {
            let mut ends = vec![false; from.len()];
            for part in *parts {
                join(&mut ends, &walk(part, text, from.clone()));
            }
            ends
        }
        Node::Times(least, most, part) => {
            let mut now = from;
            for _ in 0..*least {
                now = walk(part, text, now);
            }
            let mut ends = now.clone();
            let mut round = *least;
            while round < *most {
                if let (u16::MAX, Node::One(classes, ranges)) = (*most, part) {
                    sweep(*classes, ranges, text, &mut ends);
                    break;
                }
                now = walk(part, text, now);
                if !join(&mut ends, &now) {
                    break;
                }
                round += u16::from(*most != u16::MAX);
            }
            ends
        }
        Node::Before(c) => {
            let next = text.iter().map(Some).chain(std::iter::once(None));
            let here = from.iter().zip(next);
            here.map(|(here, next)| *here && next != Some(c)).collect()
        }
    }
}

/// One character as often as it comes, from every place at once.
fn sweep(classes: u8, ranges: &str, text: &[char], ends: &mut [bool]) {
    let mut before = false;
    for (index, end) in ends.iter_mut().enumerate() {
        let last = index.checked_sub(1).and_then(|last| text.get(last));
        *end |= before && last.is_some_and(|c| is_one(classes, ranges, *c));
        before = *end;
    }
}

/// Adds places; was there a new one?
fn join(to: &mut [bool], from: &[bool]) -> bool {
    let mut new = false;
    for (to, from) in to.iter_mut().zip(from) {
        new |= *from && !*to;
        *to |= *from;
    }
    new
}

//! Patterns: text with `*`, `?` and variables, cut up once and matched without allocating.
//!
//! Where which is allowed is the caller's business: [`Mode`]. What a variable stands for is never a wildcard itself, so
//! that nobody widens a policy by the name they chose. Matching takes at most length of pattern × length of text steps.
//!
//! Source: IAM User Guide, `reference_policies_elements_resource` (wildcards), `reference_policies_variables` (variables,
//! default values, `${*}`, `${?}`, `${$}`).

use crate::context::{Context, Value};

/// What is more than itself in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mode {
    pub(crate) wildcards: bool,
    pub(crate) variables: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(Box<str>),
    /// `*`
    Any,
    /// `?`
    One,
    Variable {
        key: Box<str>,
        default: Option<Box<str>>,
    },
}

/// A pattern, ready to be matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    pieces: Box<[Piece]>,
    variables: bool,
}

/// A variable of this request has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unresolved;

impl Pattern {
    pub(crate) fn new(text: &str, mode: Mode) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let taken = match c {
                '*' if mode.wildcards => Some((Piece::Any, 1)),
                '?' if mode.wildcards => Some((Piece::One, 1)),
                '$' if mode.variables => variable(rest),
                _ => None,
            };
            let Some((piece, length)) = taken else {
                plain.push(c);
                rest = rest.get(c.len_utf8()..).unwrap_or_default();
                continue;
            };
            rest = rest.get(length..).unwrap_or_default();
            match piece {
                Piece::Text(text) => plain.push_str(&text),
                // Two in a row are one.
                Piece::Any if plain.is_empty() && pieces.last() == Some(&Piece::Any) => {}
                piece => {
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain).into()));
                    }
                    pieces.push(piece);
                }
            }
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain.into()));
        }
        Self {
            variables: pieces.iter().any(|p| matches!(p, Piece::Variable { .. })),
            pieces: pieces.into(),
        }
    }

    /// Whether the text matches.
    pub(crate) fn matches(&self, text: &str, context: &Context<'_>) -> Result<bool, Unresolved> {
        match &*self.pieces {
            [] => return Ok(text.is_empty()),
            [Piece::Any] => return Ok(true),
            [Piece::Text(plain)] => return Ok(**plain == *text),
            [Piece::Text(plain), Piece::Any] => return Ok(text.starts_with(&**plain)),
            _ => self.resolvable(context)?,
        }
        Ok(matches(&self.pieces, text.as_bytes(), context))
    }

    /// Whether the text is the same but for the case of letters; for patterns without wildcards.
    pub(crate) fn same_ignoring_case(
        &self,
        text: &str,
        context: &Context<'_>,
    ) -> Result<bool, Unresolved> {
        self.resolvable(context)?;
        let ours = self
            .pieces
            .iter()
            .filter_map(|piece| piece.text(context))
            .flat_map(str::chars)
            .flat_map(char::to_lowercase);
        Ok(ours.eq(text.chars().flat_map(char::to_lowercase)))
    }

    /// The keys of its variables.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Variable { key, .. } => Some(&**key),
            _ => None,
        })
    }

    /// The text that it is, if there is nothing else in it.
    pub(crate) fn plain(&self) -> Option<&str> {
        match &*self.pieces {
            [] => Some(""),
            [Piece::Text(plain)] => Some(plain),
            _ => None,
        }
    }

    /// The text that what matches begins with, if that is all there is to it.
    pub(crate) fn prefix(&self) -> Option<&str> {
        match &*self.pieces {
            [Piece::Any] => Some(""),
            [Piece::Text(plain), Piece::Any] => Some(plain),
            _ => None,
        }
    }

    fn resolvable(&self, context: &Context<'_>) -> Result<(), Unresolved> {
        let lacking = |piece: &Piece| {
            matches!(piece, Piece::Variable { .. }) && piece.text(context).is_none()
        };
        if self.variables && self.pieces.iter().any(lacking) {
            return Err(Unresolved);
        }
        Ok(())
    }
}

impl Piece {
    /// The text that must stand here, if it must be a certain one.
    fn text<'a>(&'a self, context: &'a Context<'_>) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            // A key with several values stands for none of them.
            Self::Variable { key, default } => match context.lower(key) {
                Some(Value::One(value)) => Some(value),
                Some(Value::Many(_)) => None,
                None => default.as_deref(),
            },
            Self::Any | Self::One => None,
        }
    }
}

/// Goes on greedily and, where that fails, lets the last `*` take one character more: no other `*` has to be tried again.
///
/// Bytes are looked at, not characters: what a pattern's text begins with is never the middle of a character.
fn matches(pieces: &[Piece], text: &[u8], context: &Context<'_>) -> bool {
    let (mut piece, mut at) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let step = match pieces.get(piece) {
            Some(Piece::Any) => {
                // The rest is known at once when nothing or one text is left.
                match pieces.get(piece + 1..) {
                    Some([]) => return true,
                    Some([last]) if let Some(last) = last.text(context) => {
                        return rest.ends_with(last.as_bytes());
                    }
                    _ => {}
                }
                star = Some((piece + 1, at));
                Some(0)
            }
            Some(Piece::One) => rest.first().map(|first| width(*first)),
            Some(other) => other
                .text(context)
                .filter(|text| rest.starts_with(text.as_bytes()))
                .map(str::len),
            None if rest.is_empty() => return true,
            None => None,
        };
        if let Some(step) = step {
            piece += 1;
            at += step;
            continue;
        }
        let Some((after, from)) = star else {
            return false;
        };
        let Some(first) = text.get(from) else {
            return false;
        };
        (piece, at) = (after, from + width(*first));
        star = Some((after, at));
    }
}

/// How many bytes the character has that begins with this one (RFC 3629).
fn width(first: u8) -> usize {
    match first {
        0xf0.. => 4,
        0xe0.. => 3,
        0xc0.. => 2,
        _ => 1,
    }
}

/// The variable that a text begins with, and its length; `None` if that is only a dollar sign.
fn variable(text: &str) -> Option<(Piece, usize)> {
    let inner = text.strip_prefix("${")?;
    let mut quoted = false;
    let end = inner.find(|c| {
        quoted ^= c == '\'';
        c == '}' && !quoted
    })?;
    let inner = inner.get(..end)?;
    let length = end + "${}".len();
    if matches!(inner, "*" | "?" | "$") {
        return Some((Piece::Text(inner.into()), length));
    }
    // "Separate the variable text and the default value with a comma and space", and put it into single quotes.
    let default = inner
        .split_once(", '")
        .and_then(|(key, rest)| Some((key, rest.strip_suffix('\'')?)));
    let (key, default) = match default {
        Some((key, default)) => (key, Some(default)),
        None => (inner, None),
    };
    let key = key.to_lowercase();
    let piece = Piece::Variable {
        key: key.into(),
        default: default.map(Into::into),
    };
    Some((piece, length))
}

/// Splits at colons that do not stand within a variable, into at most `most` parts.
pub(crate) fn split(text: &str, most: usize, variables: bool) -> Vec<&str> {
    let mut parts = Vec::with_capacity(most);
    let (mut from, mut at) = (0, 0);
    while let Some(c) = text.get(at..).unwrap_or_default().chars().next() {
        if parts.len() + 1 == most {
            break;
        }
        if c == ':' {
            parts.push(text.get(from..at).unwrap_or_default());
            from = at + 1;
        }
        at += match variable(text.get(at..).unwrap_or_default()) {
            Some((_, length)) if variables => length,
            _ => c.len_utf8(),
        };
    }
    parts.push(text.get(from..).unwrap_or_default());
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Mode = Mode {
        wildcards: true,
        variables: true,
    };

    fn matched(pattern: &str, text: &str) -> Result<bool, Unresolved> {
        let mut context = Context::new();
        context.set("aws:username", "ann*").set("aws:multi/X", "y");
        context.set_all("aws:TagKeys", ["a", "b"]);
        Pattern::new(pattern, BOTH).matches(text, &context)
    }

    #[test]
    fn wildcards_take_runs_and_single_characters() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("*", "a/b:c"),
            ("a*", "a"),
            ("a*c", "abcbc"),
            ("*a*a*", "xaxxa"),
            ("a?c", "abc"),
            ("a?c", "a\u{1f600}c"),
            ("a**b", "ab"),
            ("?*", "x"),
            ("*.txt", "a.txt.txt"),
            ("*ab?", "abababc"),
        ] {
            assert_eq!(matched(pattern, text), Ok(true), "{pattern} {text}");
        }
        for (pattern, text) in [
            ("", "a"),
            ("a", "A"),
            ("a?c", "ac"),
            ("a*c", "abcd"),
            ("?", ""),
            ("a?", "a\u{e9}x"),
            ("*a*a*", "xax"),
        ] {
            assert_eq!(matched(pattern, text), Ok(false), "{pattern} {text}");
        }
    }

    #[test]
    fn variables_stand_for_their_value_and_never_widen() {
        assert_eq!(matched("home/${aws:username}/*", "home/ann*/x"), Ok(true));
        assert_eq!(matched("home/${AWS:UserName}/*", "home/anna/x"), Ok(false));
        assert_eq!(matched("${aws:none}", ""), Err(Unresolved));
        assert_eq!(matched("${aws:TagKeys}", "a"), Err(Unresolved));
        assert_eq!(matched("x${aws:none, 'all}s'}y", "xall}sy"), Ok(true));
        assert_eq!(matched("${aws:multi/x, 'd'}", "y"), Ok(true));
        assert_eq!(matched("x${aws:none,'all'}", "xall"), Err(Unresolved));
        assert_eq!(matched("a${*}${?}${$}", "a*?$"), Ok(true));
        assert_eq!(matched("a${*}", "ab"), Ok(false));
        // No variable at all.
        assert_eq!(matched("${", "${"), Ok(true));
        assert_eq!(matched("$a", "$a"), Ok(true));
    }

    #[test]
    fn a_pattern_made_to_be_slow_is_not() {
        let pattern = "*a".repeat(500) + "b";
        assert_eq!(matched(&pattern, &"a".repeat(20_000)), Ok(false));
    }

    #[test]
    fn colons_within_variables_do_not_split() {
        assert_eq!(split("a:${b:c}:d:e", 3, true), ["a", "${b:c}", "d:e"]);
        assert_eq!(split("a:${b:c}", 9, false), ["a", "${b", "c}"]);
        assert_eq!(split("", 6, true), [""]);
    }
}

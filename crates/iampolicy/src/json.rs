//! JSON as a policy may be written: every value knows where it stands, and nothing is quietly taken twice.
//!
//! A reader of our own, because a policy is refused for things that readers in general let pass: the same key twice in
//! an object, a byte order mark, half a surrogate pair, nesting without end. It reads RFC 8259 and nothing more.

use crate::malformed::{Code, Malformed};

/// The longest text that is read, in bytes: IAM takes 131 072 characters of `PolicyDocument` (its service model).
pub(crate) const MAX_BYTES: usize = 131_072;
/// How deep values may lie within each other: a policy needs seven.
pub(crate) const MAX_DEPTH: usize = 32;

/// A value and the byte it begins at.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) at: usize,
    pub(crate) value: Json,
}

#[derive(Debug, Clone)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    /// As written.
    Number(String),
    Text(String),
    List(Vec<Node>),
    Object(Vec<Member>),
}

/// A key of an object, and its value.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) at: usize,
    pub(crate) key: String,
    pub(crate) node: Node,
}

/// Reads one value and nothing after it, from at most so many bytes.
pub(crate) fn read(text: &str, most: usize) -> Result<Node, Malformed> {
    if text.len() > most {
        return Err(Malformed::new(text, most, Code::TooLong(most)));
    }
    if text.starts_with('\u{feff}') {
        return Err(Malformed::new(text, 0, Code::ByteOrderMark));
    }
    let mut reader = Reader { text, at: 0 };
    let node = reader.value(0)?;
    reader.blanks();
    if reader.at < text.len() {
        return Err(reader.wrong());
    }
    Ok(node)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn wrong(&self) -> Malformed {
        self.error(self.at, Code::Syntax)
    }

    fn error(&self, at: usize, code: Code) -> Malformed {
        Malformed::new(self.text, at, code)
    }

    /// Takes this byte, after blanks, if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        self.blanks();
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn value(&mut self, depth: usize) -> Result<Node, Malformed> {
        self.blanks();
        let at = self.at;
        if depth > MAX_DEPTH {
            return Err(self.error(at, Code::TooDeep));
        }
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Json::Text(self.string()?),
            Some(b't') => self.word("true", Json::Bool(true))?,
            Some(b'f') => self.word("false", Json::Bool(false))?,
            Some(b'n') => self.word("null", Json::Null)?,
            Some(b'-' | b'0'..=b'9') => Json::Number(self.number()?),
            _ => return Err(self.wrong()),
        };
        Ok(Node { at, value })
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, Malformed> {
        if self
            .text
            .get(self.at..)
            .is_some_and(|r| r.starts_with(word))
        {
            self.at += word.len();
            return Ok(value);
        }
        Err(self.wrong())
    }

    fn list(&mut self, depth: usize) -> Result<Json, Malformed> {
        self.at += 1;
        let mut nodes = Vec::new();
        if self.take(b']') {
            return Ok(Json::List(nodes));
        }
        loop {
            nodes.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(Json::List(nodes));
            }
            if !self.take(b',') {
                return Err(self.wrong());
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, Malformed> {
        self.at += 1;
        let mut members = Vec::new();
        let mut seen = std::collections::BTreeSet::new();
        if self.take(b'}') {
            return Ok(Json::Object(members));
        }
        loop {
            self.blanks();
            let at = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.wrong());
            }
            let key = self.string()?;
            if !seen.insert(key.clone()) {
                return Err(self.error(at, Code::DuplicateKey(key)));
            }
            if !self.take(b':') {
                return Err(self.wrong());
            }
            let node = self.value(depth + 1)?;
            members.push(Member { at, key, node });
            if self.take(b'}') {
                return Ok(Json::Object(members));
            }
            if !self.take(b',') {
                return Err(self.wrong());
            }
        }
    }

    fn number(&mut self) -> Result<String, Malformed> {
        let from = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let leading = self.at;
        let whole = self.digits();
        let zero = self.text.as_bytes().get(leading) == Some(&b'0');
        if whole == 0 || (zero && whole > 1) {
            return Err(self.error(from, Code::Syntax));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.wrong());
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return Err(self.wrong());
            }
        }
        Ok(self.text.get(from..self.at).unwrap_or_default().to_owned())
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - from
    }

    fn string(&mut self) -> Result<String, Malformed> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = self.text.get(self.at..).unwrap_or_default();
            let Some(stop) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') else {
                self.at = self.text.len();
                return Err(self.wrong());
            };
            out.push_str(rest.get(..stop).unwrap_or_default());
            self.at += stop;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => out.push(self.escape()?),
                _ => return Err(self.wrong()),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Malformed> {
        let at = self.at;
        self.at += 1;
        let letter = self.peek();
        self.at += 1;
        Ok(match letter {
            Some(c @ (b'"' | b'\\' | b'/')) => char::from(c),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(at),
            _ => return Err(self.error(at, Code::Syntax)),
        })
    }

    /// `\uXXXX`, or two of them that make one character; half a pair is refused.
    fn unicode(&mut self, at: usize) -> Result<char, Malformed> {
        let lone = self.error(at, Code::LoneSurrogate);
        let mut code = self.hex(at)?;
        if (0xd800..0xdc00).contains(&code) {
            let pair = self
                .text
                .get(self.at..)
                .is_some_and(|r| r.starts_with("\\u"));
            if !pair {
                return Err(lone);
            }
            self.at += 2;
            let low = self.hex(at)?;
            if !(0xdc00..0xe000).contains(&low) {
                return Err(lone);
            }
            code = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        }
        char::from_u32(code).ok_or(lone)
    }

    fn hex(&mut self, at: usize) -> Result<u32, Malformed> {
        let digits = self.text.get(self.at..self.at + 4).unwrap_or_default();
        if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(self.error(at, Code::Syntax));
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| self.error(at, Code::Syntax))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> (Code, usize, usize) {
        let malformed = read(text, MAX_BYTES).expect_err(text);
        (malformed.code, malformed.at.line, malformed.at.column)
    }

    #[test]
    fn values_are_read_as_the_standard_has_them() {
        for text in [
            "{}",
            "[]",
            " [ 1 , -0.5e+3 , \"a\\u0041\\ud83d\\ude00\\n/\" , true , false , null ] ",
            "{\"a\":{\"b\":[{}]}}",
        ] {
            assert!(read(text, MAX_BYTES).is_ok(), "{text}");
        }
        let Json::Text(text) = read(r#""\ud83d\ude00\u00e9""#, 99).unwrap().value else {
            panic!("a text")
        };
        assert_eq!(text, "\u{1f600}\u{e9}");
    }

    #[test]
    fn what_the_standard_does_not_have_is_refused_with_its_place() {
        for text in [
            "",
            "{",
            "[1,]",
            "{\"a\" 1}",
            "{a:1}",
            "'a'",
            "01",
            "1.",
            "-",
            "1e",
            "nul",
            "\"a",
            "\"\\x\"",
            "[1 2]",
            "{} {}",
            "\"\t\"",
            "\"\\u12g4\"",
            "{\"a\":1,}",
            "+1",
            "\"\\",
        ] {
            assert_eq!(refused(text).0, Code::Syntax, "{text}");
        }
        assert_eq!(refused("{\n  \"a\": x}"), (Code::Syntax, 2, 8));
    }

    #[test]
    fn doubled_keys_marks_halves_and_depth_are_named() {
        assert_eq!(
            refused("{\"a\":1,\n\"a\":2}"),
            (Code::DuplicateKey("a".into()), 2, 1)
        );
        // The same key in another spelling.
        assert_eq!(
            refused(r#"{"a":1,"\u0061":2}"#).0,
            Code::DuplicateKey("a".into())
        );
        assert_eq!(refused("\u{feff}{}").0, Code::ByteOrderMark);
        for text in [
            r#""\ud83d""#,
            r#""\ud83dx""#,
            r#""\ude00""#,
            r#""\ud83d\u0041""#,
        ] {
            assert_eq!(refused(text).0, Code::LoneSurrogate, "{text}");
        }
        let deep = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert!(read(&deep(MAX_DEPTH + 1), 99).is_ok());
        assert_eq!(refused(&deep(MAX_DEPTH + 2)).0, Code::TooDeep);
        assert_eq!(refused(&deep(60_000)).0, Code::TooDeep);
        assert_eq!(
            refused(&" ".repeat(MAX_BYTES + 1)).0,
            Code::TooLong(MAX_BYTES)
        );
    }
}

//! The query protocol of IAM and STS: a form in, XML out.
//!
//! A form is read into pairs once, sorted by name, and each member finds its own by binary search. Parameters that the
//! operation does not know are passed over, as the services do; one that comes twice is refused, because two programs that
//! read such a form differently are how a check is passed by.

use std::borrow::Cow;
use std::fmt::Write as _;

use data_encoding::BASE64;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Input;
use crate::error::{Reply, WireError};
use crate::model::{ENCODED, Kind, NONE, Operation, REQUIRED, Service, Shape};
use crate::time;
use crate::value::{Answer, Value};

/// What RFC 3986 leaves as it is.
const POLICY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A list may be left with gaps of so many places.
const GAP: usize = 10;

const XML: &str = "text/xml";

/// A form, read.
#[derive(Debug)]
pub struct Form<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Form<'a> {
    /// Reads a body or the query of an address.
    ///
    /// # Errors
    /// What is not UTF-8, has a broken escape or names a parameter twice.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, WireError> {
        let mut pairs = Vec::new();
        for pair in bytes
            .split(|byte| *byte == b'&')
            .filter(|pair| !pair.is_empty())
        {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decode(halves.next().unwrap_or_default())?;
            let value = decode(halves.next().unwrap_or_default())?;
            pairs.push((name, value));
        }
        pairs.sort_by(|a, b| a.0.cmp(&b.0));
        if let Some(twice) = pairs.array_windows::<2>().find(|[a, b]| a.0 == b.0) {
            return Err(WireError::malformed(format!(
                "The parameter {} is given twice.",
                twice[0].0
            )));
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self
            .0
            .binary_search_by(|(key, _)| key.as_ref().cmp(name))
            .ok()?;
        self.0.get(found).map(|(_, value)| value.as_ref())
    }

    /// All parameters, by name.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_ref(), value.as_ref()))
    }

    /// Parameters whose name begins so.
    fn below(&self, prefix: &str) -> &[(Cow<'a, str>, Cow<'a, str>)] {
        let from = self.0.partition_point(|(key, _)| key.as_ref() < prefix);
        let rest = self.0.get(from..).unwrap_or_default();
        let count = rest.partition_point(|(key, _)| key.starts_with(prefix));
        rest.get(..count).unwrap_or_default()
    }
}

/// Undoes the encoding of a form, strictly.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, WireError> {
    let wrong = || WireError::malformed("The request is not properly encoded UTF-8.");
    if !bytes.iter().any(|byte| matches!(byte, b'+' | b'%')) {
        return std::str::from_utf8(bytes)
            .map(Cow::Borrowed)
            .map_err(|_| wrong());
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
                let (high, low) = (digit(rest.next()), digit(rest.next()));
                let (Some(high), Some(low)) = (high, low) else {
                    return Err(wrong());
                };
                out.push(u8::try_from(high << 4 | low).unwrap_or_default());
            }
            other => out.push(*other),
        }
    }
    String::from_utf8(out).map(Cow::Owned).map_err(|_| wrong())
}

/// Which operation a form asks for, and its input.
///
/// # Errors
/// No such operation, a form that cannot be read as its input, or values that break its constraints.
pub fn operation(
    service: &'static Service,
    form: &Form<'_>,
) -> Result<(Operation, Input), WireError> {
    let operation = named(service, form)?;
    let input = input(operation, form)?;
    Ok((operation, input))
}

/// Which operation a form asks for; the input is read later, when the caller is known.
///
/// # Errors
/// No such operation in this version of the service.
pub fn named(service: &'static Service, form: &Form<'_>) -> Result<Operation, WireError> {
    let Some(action) = form.get("Action").filter(|action| !action.is_empty()) else {
        return Err(WireError::new(
            400,
            "MissingAction",
            "The request is missing an action or a required parameter.",
        ));
    };
    let version = form.get("Version");
    let found = service
        .operation(action)
        .filter(|_| version.is_none_or(|version| version == service.version));
    found.ok_or_else(|| {
        let version = version.unwrap_or("NO_VERSION_SPECIFIED");
        let message = format!("Could not find operation {action} for version {version}");
        WireError::new(400, "InvalidAction", message)
    })
}

/// Reads the input of an operation and checks its constraints.
///
/// # Errors
/// As [`operation`].
pub fn input(operation: Operation, form: &Form<'_>) -> Result<Input, WireError> {
    let service = operation.service();
    let mut name = String::new();
    let value = match operation.input() {
        NONE => Value::Structure(Vec::new()),
        shape => Reader { service, form }.structure(service.shape(shape), &mut name)?,
    };
    Input::checked(operation, value)
}

struct Reader<'a> {
    service: &'static Service,
    form: &'a Form<'a>,
}

impl Reader<'_> {
    /// The value of a shape below a name, `Null` when there is none.
    fn value(&self, shape: &Shape, name: &mut String) -> Result<Value, WireError> {
        let scalar = !matches!(shape.kind, Kind::Structure | Kind::List | Kind::Map);
        let given = self.form.get(name);
        if scalar {
            return given.map_or(Ok(Value::Null), |text| self.scalar(shape, text));
        }
        let length = name.len();
        name.push('.');
        let some = !self.form.below(name).is_empty();
        let value = match (given, shape.kind) {
            // An empty list is written so.
            (Some(""), Kind::List) if !some => Ok(Value::List(Vec::new())),
            (Some(""), Kind::Map) if !some => Ok(Value::Map(Vec::new())),
            (Some(_), _) => Err(WireError::malformed(
                "Unexpected complex element termination",
            )),
            (None, _) if !some => Ok(Value::Null),
            (None, Kind::List) => self.list(shape, name),
            (None, Kind::Map) => self.map(shape, name),
            (None, _) => self.structure(shape, name),
        };
        name.truncate(length);
        value
    }

    fn structure(&self, shape: &Shape, prefix: &mut String) -> Result<Value, WireError> {
        let members = self.service.members_of(shape);
        let mut values = Vec::with_capacity(members.len());
        for member in members {
            let length = prefix.len();
            prefix.push_str(self.service.word(member.name));
            let value = self.value(self.service.shape(member.shape), prefix);
            prefix.truncate(length);
            values.push(value?);
        }
        Ok(Value::Structure(values))
    }

    fn list(&self, shape: &Shape, prefix: &mut String) -> Result<Value, WireError> {
        let length = prefix.len();
        prefix.push_str("member.");
        let element = self.service.shape(shape.first);
        let mut values = Vec::new();
        for index in self.indices(prefix)? {
            let start = prefix.len();
            prefix.push_str(&index);
            let value = self.value(element, prefix);
            prefix.truncate(start);
            values.push(value?);
        }
        prefix.truncate(length);
        Ok(Value::List(values))
    }

    fn map(&self, shape: &Shape, prefix: &mut String) -> Result<Value, WireError> {
        let length = prefix.len();
        prefix.push_str("entry.");
        let inner = self.service.shape(shape.count);
        let mut entries = Vec::new();
        for index in self.indices(prefix)? {
            let start = prefix.len();
            prefix.push_str(&index);
            prefix.push_str(".key");
            let key = self.form.get(prefix).map(str::to_owned);
            prefix.truncate(prefix.len() - 3);
            prefix.push_str("value");
            let value = self.value(inner, prefix);
            prefix.truncate(start);
            let key = key.ok_or_else(|| WireError::malformed("An entry has no key"))?;
            entries.push((key, value?));
        }
        prefix.truncate(length);
        Ok(Value::Map(entries))
    }

    /// The places of a list that are named, as they are written, in the order of their numbers.
    fn indices(&self, prefix: &str) -> Result<Vec<String>, WireError> {
        let mut found: Vec<(usize, &str)> = Vec::new();
        for (key, _) in self.form.below(prefix) {
            let rest = key.get(prefix.len()..).unwrap_or_default();
            let written = rest.split('.').next().unwrap_or_default();
            let plain = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
            let number = written.parse().ok().filter(|number| plain && *number > 0);
            let number: usize =
                number.ok_or_else(|| WireError::malformed("A list has no such place"))?;
            if found.last().is_none_or(|(_, last)| *last != written) {
                found.push((number, written));
            }
        }
        found.sort_unstable();
        found.dedup();
        let mut extent = 0;
        for (number, _) in &found {
            if *number == extent {
                return Err(WireError::malformed("A place of a list is given twice"));
            }
            if *number > extent + GAP {
                return Err(WireError::malformed(
                    "A list grows by too many places at once",
                ));
            }
            extent = *number;
        }
        Ok(found
            .into_iter()
            .map(|(_, written)| written.to_owned())
            .collect())
    }

    fn scalar(&self, shape: &Shape, text: &str) -> Result<Value, WireError> {
        let wrong = || WireError::malformed(format!("{text:?} is not what is expected here"));
        Ok(match shape.kind {
            Kind::Boolean => match text {
                "true" | "1" => Value::Bool(true),
                "false" | "0" => Value::Bool(false),
                _ => return Err(wrong()),
            },
            Kind::Integer => Value::Int(i64::from(text.parse::<i32>().map_err(|_| wrong())?)),
            Kind::Long => Value::Int(text.parse().map_err(|_| wrong())?),
            Kind::Timestamp => Value::Time(time::from_iso(text).ok_or_else(wrong)?),
            Kind::Blob => Value::Blob(BASE64.decode(text.as_bytes()).map_err(|_| wrong())?),
            Kind::Enum => self.service.choice(shape, text),
            _ => Value::Text(text.to_owned()),
        })
    }
}

/// The answer to a call.
#[must_use]
pub fn reply<T: Answer>(operation: Operation, output: T, request_id: &str) -> Reply {
    answer(operation, &output.into_value(), request_id)
}

pub(crate) fn answer(operation: Operation, output: &Value, request_id: &str) -> Reply {
    let service = operation.service();
    let mut out = String::with_capacity(512);
    let name = operation.name();
    let _ = write!(out, "<{name}Response xmlns=\"{}\">", service.namespace);
    if operation.has_output() {
        let shape = service.shape(operation.output());
        let _ = write!(out, "<{name}Result>");
        let mut writer = Writer { service, out };
        writer.inner(shape, output);
        out = writer.out;
        let _ = write!(out, "</{name}Result>");
    }
    out.push_str("<ResponseMetadata><RequestId>");
    escape(&mut out, request_id);
    let _ = write!(out, "</RequestId></ResponseMetadata></{name}Response>");
    Reply {
        status: 200,
        content_type: XML,
        error_type: None,
        body: out.into_bytes(),
    }
}

/// A refusal.
#[must_use]
pub fn refusal(service: &Service, error: &WireError, request_id: &str) -> Reply {
    let kind = if error.is_sender() {
        "Sender"
    } else {
        "Receiver"
    };
    let mut out = format!(
        "<ErrorResponse xmlns=\"{}\"><Error><Type>{kind}</Type><Code>",
        service.namespace
    );
    escape(&mut out, &error.code);
    out.push_str("</Code><Message>");
    escape(&mut out, &error.message);
    out.push_str("</Message></Error><RequestId>");
    escape(&mut out, request_id);
    out.push_str("</RequestId></ErrorResponse>");
    Reply {
        status: error.status,
        content_type: XML,
        error_type: None,
        body: out.into_bytes(),
    }
}

struct Writer {
    service: &'static Service,
    out: String,
}

impl Writer {
    fn element(&mut self, name: &str, shape: &Shape, value: &Value) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.inner(shape, value);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn inner(&mut self, shape: &Shape, value: &Value) {
        match value {
            Value::Structure(values) => {
                for (member, value) in self.service.members_of(shape).iter().zip(values) {
                    let absent = match value {
                        Value::Null => true,
                        Value::List(values) => values.is_empty() && member.flags & REQUIRED == 0,
                        Value::Map(entries) => entries.is_empty() && member.flags & REQUIRED == 0,
                        _ => false,
                    };
                    if !absent {
                        self.element(
                            self.service.word(member.name),
                            self.service.shape(member.shape),
                            value,
                        );
                    }
                }
            }
            Value::List(values) => {
                let element = self.service.shape(shape.first);
                for value in values {
                    self.element("member", element, value);
                }
            }
            Value::Map(entries) => {
                let inner = self.service.shape(shape.count);
                for (key, value) in entries {
                    self.out.push_str("<entry><key>");
                    escape(&mut self.out, key);
                    self.out.push_str("</key>");
                    self.element("value", inner, value);
                    self.out.push_str("</entry>");
                }
            }
            Value::Text(text) if shape.flags & ENCODED != 0 => {
                self.out.extend(utf8_percent_encode(text, POLICY))
            }
            Value::Text(text) => escape(&mut self.out, text),
            Value::Word(index) => {
                let word = self.service.words_of(shape).get(usize::from(*index));
                escape(
                    &mut self.out,
                    word.map_or("", |word| self.service.word(*word)),
                );
            }
            Value::Int(number) => {
                let _ = write!(self.out, "{number}");
            }
            Value::Bool(flag) => self.out.push_str(if *flag { "true" } else { "false" }),
            Value::Time(time) => self.out.push_str(&time::iso(*time)),
            Value::Blob(bytes) => BASE64.encode_append(bytes, &mut self.out),
            Value::Null => {}
        }
    }
}

/// Text as XML carries it. What XML cannot carry at all becomes the sign for what cannot be shown.
fn escape(out: &mut String, text: &str) {
    // Nearly all texts need nothing; two characters that XML has not begin with this byte.
    let special = |byte: u8| byte < b' ' || matches!(byte, b'<' | b'>' | b'&' | b'"' | 0xEF);
    if !text.bytes().any(special) {
        return out.push_str(text);
    }
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#xD;"),
            '\n' | '\t' => out.push(c),
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests;

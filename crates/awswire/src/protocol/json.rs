//! JSON, read by the tables of a service and written by them: what both JSON protocols share.
//!
//! Members that the service does not know are passed over; one that comes twice is refused, because two programs that read
//! such an object differently are how a check is passed by.

use std::fmt;

use data_encoding::BASE64;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::error::WireError;
use crate::model::{Kind, PAYLOAD, REQUIRED, Service, Shape};
use crate::time;
use crate::value::{Timestamp, Value};

/// The last moment of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// Reads a body as a shape.
pub(super) fn read(
    service: &'static Service,
    shape: &'static Shape,
    body: &[u8],
) -> Result<Value, WireError> {
    // Calls without input have an empty body.
    let body = if body.is_empty() { b"{}" } else { body };
    let members = service.members_of(shape);
    let whole = members
        .iter()
        .position(|member| member.flags & PAYLOAD != 0);
    let inner = whole
        .and_then(|at| members.get(at))
        .map_or(shape, |member| service.shape(member.shape));
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = Seed {
        service,
        shape: inner,
    }
    .deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    let value = value.and_then(|value| match value {
        // Nothing at all has no members whose lack could be told.
        Value::Null => Err(serde_json::Error::custom("Unexpected end of the request")),
        value => Ok(value),
    });
    let value = value.map_err(|error| {
        // What the reader says of places is cut off; what we say ourselves stays.
        let said = error.to_string();
        let said = if error.is_data() {
            said.split(" at line ")
                .next()
                .unwrap_or_default()
                .to_owned()
        } else {
            String::new()
        };
        WireError::new(400, "SerializationException", said)
    })?;
    Ok(match whole {
        None => value,
        Some(at) => {
            let mut values = vec![Value::Null; members.len()];
            if let Some(place) = values.get_mut(at) {
                *place = value;
            }
            Value::Structure(values)
        }
    })
}

/// A value of a shape, to be read.
#[derive(Clone, Copy)]
struct Seed {
    service: &'static Service,
    shape: &'static Shape,
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl Seed {
    fn of(self, shape: u16) -> Self {
        Self {
            shape: self.service.shape(shape),
            ..self
        }
    }

    fn wrong<T, E: Error>(self, given: &str) -> Result<T, E> {
        Err(E::custom(format_args!(
            "{given} can not be converted to a {:?}",
            self.shape.kind
        )))
    }

    fn number<E: Error>(self, number: i64) -> Result<Value, E> {
        match self.shape.kind {
            Kind::Integer if i32::try_from(number).is_ok() => Ok(Value::Int(number)),
            Kind::Long => Ok(Value::Int(number)),
            Kind::Timestamp if (0..=LAST_SECOND).contains(&number) => {
                Ok(Value::Time(Timestamp::from_millis(number * 1_000)))
            }
            _ => self.wrong("NUMBER_VALUE"),
        }
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a {:?}", self.shape.kind)
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<Value, E> {
        match self.shape.kind {
            Kind::Boolean => Ok(Value::Bool(flag)),
            _ => self.wrong(if flag { "TRUE_VALUE" } else { "FALSE_VALUE" }),
        }
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Value, E> {
        self.number(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Value, E> {
        i64::try_from(number)
            .or_else(|_| self.wrong("NUMBER_VALUE"))
            .and_then(|number| self.number(number))
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range is checked, and a fraction of a millisecond is nothing"
    )]
    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        // Clients write seconds with a fraction; other numbers have none.
        match self.shape.kind {
            Kind::Timestamp if (0.0..253_402_300_800.0).contains(&number) => Ok(Value::Time(
                Timestamp::from_millis((number * 1_000.0) as i64),
            )),
            _ => self.wrong("NUMBER_VALUE"),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        match self.shape.kind {
            Kind::String => Ok(Value::Text(text.to_owned())),
            Kind::Enum => Ok(self.service.choice(self.shape, text)),
            Kind::Blob => BASE64
                .decode(text.as_bytes())
                .map(Value::Blob)
                .or_else(|_| self.wrong("STRING_VALUE")),
            Kind::Timestamp => time::from_iso(text)
                .map(Value::Time)
                .map_or_else(|| self.wrong("STRING_VALUE"), Ok),
            _ => self.wrong("STRING_VALUE"),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        if self.shape.kind != Kind::List {
            return Err(A::Error::custom("Start of list found where not expected"));
        }
        let element = self.of(self.shape.first);
        let mut values = Vec::new();
        while let Some(value) = seq.next_element_seed(element)? {
            if !matches!(value, Value::Null) {
                values.push(value);
            }
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        match self.shape.kind {
            Kind::Structure => {
                let members = self.service.members_of(self.shape);
                let mut values: Vec<Option<Value>> = vec![None; members.len()];
                while let Some(name) = map.next_key::<String>()? {
                    let found = members.iter().zip(&mut values);
                    let mut found =
                        found.filter(|(member, _)| self.service.word(member.name) == name);
                    match found.next() {
                        None => drop(map.next_value::<IgnoredAny>()?),
                        Some((member, place)) => {
                            let value = map.next_value_seed(self.of(member.shape))?;
                            if place.replace(value).is_some() {
                                return Err(A::Error::custom("A member is given twice"));
                            }
                        }
                    }
                }
                Ok(Value::Structure(
                    values.into_iter().map(Option::unwrap_or_default).collect(),
                ))
            }
            Kind::Map => {
                let inner = self.of(self.shape.count);
                let mut entries: Vec<(String, Value)> = Vec::new();
                while let Some(key) = map.next_key::<String>()? {
                    let value = map.next_value_seed(inner)?;
                    entries.push((key, value));
                }
                entries.sort_by(|a, b| a.0.cmp(&b.0));
                if entries.array_windows::<2>().any(|[a, b]| a.0 == b.0) {
                    return Err(A::Error::custom("A key is given twice"));
                }
                entries.retain(|(_, value)| !matches!(value, Value::Null));
                Ok(Value::Map(entries))
            }
            _ => Err(A::Error::custom(
                "Start of structure or map found where not expected.",
            )),
        }
    }
}

/// Writes the output of an operation.
pub(super) fn write(service: &'static Service, shape: &'static Shape, value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(512);
    let members = service.members_of(shape).iter();
    let whole = match value {
        Value::Structure(values) => members
            .zip(values)
            .find(|(member, _)| member.flags & PAYLOAD != 0),
        _ => None,
    };
    match (whole, value) {
        (Some((member, value)), _) => put(&mut out, service, service.shape(member.shape), value),
        (None, Value::Null) => out.extend_from_slice(b"{}"),
        (None, value) => put(&mut out, service, shape, value),
    }
    out
}

fn put(out: &mut Vec<u8>, service: &'static Service, shape: &'static Shape, value: &Value) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(flag) => out.extend_from_slice(if *flag { b"true" } else { b"false" }),
        Value::Int(number) => out.extend_from_slice(number.to_string().as_bytes()),
        Value::Time(time) => out.extend_from_slice(seconds(*time).as_bytes()),
        Value::Text(text) => quoted(out, text),
        Value::Word(index) => {
            let word = service.words_of(shape).get(usize::from(*index));
            quoted(out, word.map_or("", |word| service.word(*word)));
        }
        Value::Blob(bytes) => quoted(out, &BASE64.encode(bytes)),
        Value::List(values) => {
            let element = service.shape(shape.first);
            let mut open = b'[';
            for value in values {
                out.push(open);
                open = b',';
                put(out, service, element, value);
            }
            out.extend_from_slice(if values.is_empty() { b"[]" } else { b"]" });
        }
        Value::Map(entries) => {
            let inner = service.shape(shape.count);
            let entries = entries
                .iter()
                .map(|(key, value)| (key.as_str(), inner, value));
            object(out, service, entries);
        }
        Value::Structure(values) => {
            let members = service.members_of(shape).iter().zip(values);
            let members = members.filter(|(member, value)| match value {
                Value::Null => false,
                Value::List(values) => !values.is_empty() || member.flags & REQUIRED != 0,
                Value::Map(entries) => !entries.is_empty() || member.flags & REQUIRED != 0,
                _ => true,
            });
            let members = members.map(|(member, value)| {
                (
                    service.word(member.name),
                    service.shape(member.shape),
                    value,
                )
            });
            object(out, service, members);
        }
    }
}

fn object<'a>(
    out: &mut Vec<u8>,
    service: &'static Service,
    members: impl Iterator<Item = (&'a str, &'static Shape, &'a Value)>,
) {
    out.push(b'{');
    for (index, (name, shape, value)) in members.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        quoted(out, name);
        out.push(b':');
        put(out, service, shape, value);
    }
    out.push(b'}');
}

fn quoted(out: &mut Vec<u8>, text: &str) {
    // Writing text into memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

/// Seconds since 1970, with a fraction where there is one.
fn seconds(time: Timestamp) -> String {
    let millis = time.as_millis();
    match (millis.div_euclid(1_000), millis.rem_euclid(1_000)) {
        (seconds, 0) => seconds.to_string(),
        _ if millis < 0 => format!("-{}.{:03}", -millis / 1_000, -millis % 1_000),
        (seconds, rest) => format!("{seconds}.{rest:03}"),
    }
}

/// A refusal's body: further members first, then the message under its name.
pub(super) fn refusal(kind: Option<&str>, message_name: &str, error: &WireError) -> Vec<u8> {
    let mut out = vec![b'{'];
    let kind = kind.map(|kind| ("__type", kind));
    let fields = error
        .fields
        .iter()
        .map(|(name, value)| (*name, value.as_ref()));
    for (name, value) in kind
        .into_iter()
        .chain(fields)
        .chain([(message_name, error.message.as_ref())])
    {
        if out.len() > 1 {
            out.push(b',');
        }
        quoted(&mut out, name);
        out.push(b':');
        quoted(&mut out, value);
    }
    out.push(b'}');
    out
}

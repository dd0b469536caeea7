//! Values between the wire and the structs of the services: a tree that every protocol reads into and writes from.
//!
//! A struct says its members once, in order ([`Structure::members`]); that serves for reading and for writing. What the tables
//! promised (a number here, a text there) has been checked by then, so a value that does not fit is passed over, not refused.

use std::fmt;

use zeroize::Zeroize;

pub use crate::model::{Operation, Service};

/// One value.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Value {
    /// Not there.
    #[default]
    Null,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Int(i64),
    /// Text; of a choice too, when it is none of its words.
    Text(String),
    /// The word of a choice, by its place.
    Word(u8),
    /// Bytes.
    Blob(Vec<u8>),
    /// A moment.
    Time(Timestamp),
    /// Values.
    List(Vec<Value>),
    /// Values with a name.
    Map(Vec<(String, Value)>),
    /// The members of a structure, in the order of its table.
    Structure(Vec<Value>),
}

/// A moment, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From milliseconds since 1970.
    #[must_use]
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0
    }
}

/// Bytes, which the wire carries in base64.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Blob(pub Vec<u8>);

impl Zeroize for Blob {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// What must not be seen: not printed, and wiped when dropped.
#[derive(Clone, Default, PartialEq)]
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    /// Hides a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, for whoever must have it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> From<T> for Sensitive<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(..)")
    }
}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A struct of a service.
pub trait Structure: Default {
    /// Whose it is.
    const SERVICE: &'static Service;
    /// Its number in the service's tables.
    const SHAPE: u16;

    /// Names every member once, in the order of the table.
    fn members(&mut self, m: &mut Members);
}

/// The input of an operation.
pub trait Request: Structure {
    /// What the operation answers; `()` when that is nothing.
    type Output: Answer;
    /// The operation.
    const OPERATION: Operation;
}

/// The output of an operation.
pub trait Answer {
    /// As a value, for the protocol to write.
    fn into_value(self) -> Value;
}

impl Answer for () {
    fn into_value(self) -> Value {
        Value::Null
    }
}

impl<T: Structure> Answer for T {
    fn into_value(mut self) -> Value {
        Part::take(&mut self)
    }
}

/// Members on their way into a struct or out of one.
#[derive(Debug)]
pub enum Members {
    /// Into it.
    Into(std::vec::IntoIter<Value>),
    /// Out of it.
    OutOf(Vec<Value>),
}

impl Members {
    /// With room for all of them.
    fn out_of(service: &Service, shape: u16) -> Self {
        Self::OutOf(Vec::with_capacity(usize::from(service.shape(shape).count)))
    }
}

/// What a member can be.
pub trait Part: Default {
    /// Becomes the value, if it fits.
    fn set(&mut self, value: Value);

    /// Is taken out as a value.
    fn take(&mut self) -> Value;

    /// Goes the way that the members go.
    #[inline(never)]
    fn part(&mut self, m: &mut Members) {
        match m {
            Members::Into(values) => {
                if let Some(value) = values.next() {
                    self.set(value);
                }
            }
            Members::OutOf(values) => values.push(self.take()),
        }
    }
}

impl<T: Structure> Part for T {
    fn set(&mut self, value: Value) {
        if let Value::Structure(values) = value {
            self.members(&mut Members::Into(values.into_iter()));
        }
    }

    fn take(&mut self) -> Value {
        let mut members = Members::out_of(T::SERVICE, T::SHAPE);
        self.members(&mut members);
        match members {
            Members::OutOf(values) => Value::Structure(values),
            Members::Into(_) => Value::Null,
        }
    }
}

impl<T: Part> Part for Option<T> {
    fn set(&mut self, value: Value) {
        if !matches!(value, Value::Null) {
            self.get_or_insert_default().set(value);
        }
    }

    fn take(&mut self) -> Value {
        self.as_mut().map_or(Value::Null, Part::take)
    }
}

impl<T: Part> Part for Vec<T> {
    fn set(&mut self, value: Value) {
        if let Value::List(values) = value {
            for value in values {
                self.push(T::default());
                if let Some(part) = self.last_mut() {
                    part.set(value);
                }
            }
        }
    }

    fn take(&mut self) -> Value {
        let mut values = Vec::with_capacity(self.len());
        for part in self {
            values.push(part.take());
        }
        Value::List(values)
    }
}

/// Values with a name, in the order in which they are written.
pub type Map<T> = Vec<(String, T)>;

impl<T: Part> Part for Map<T> {
    fn set(&mut self, value: Value) {
        if let Value::Map(entries) = value {
            self.extend(entries.into_iter().map(|(key, value)| {
                let mut part = T::default();
                part.set(value);
                (key, part)
            }));
        }
    }

    fn take(&mut self) -> Value {
        let entries = self.iter_mut();
        Value::Map(
            entries
                .map(|(key, value)| (std::mem::take(key), value.take()))
                .collect(),
        )
    }
}

/// Parts that are one variant of a value.
macro_rules! plain {
    ($($of:ty, $variant:ident($inner:ident) => $set:expr, $take:expr;)*) => {$(
        impl Part for $of {
            fn set(&mut self, value: Value) {
                if let Value::$variant($inner) = value {
                    *self = $set;
                }
            }

            fn take(&mut self) -> Value {
                let $inner = std::mem::take(self);
                Value::$variant($take)
            }
        }
    )*};
}

plain! {
    String, Text(text) => text, text;
    Sensitive<String>, Text(text) => Self(text), std::mem::take(&mut { text }.0);
    Blob, Blob(bytes) => Self(bytes), bytes.0;
    Sensitive<Blob>, Blob(bytes) => Self(Blob(bytes)), std::mem::take(&mut { bytes }.0.0);
    bool, Bool(flag) => flag, flag;
    i32, Int(number) => i32::try_from(number).unwrap_or_default(), i64::from(number);
    i64, Int(number) => number, number;
    Timestamp, Time(time) => time, time;
}

/// A choice among words.
pub trait Choice: Copy + 'static {
    /// All of them, in the order of the model.
    const ALL: &'static [Self];
    /// As they stand on the wire, in the same order.
    const NAMES: &'static [&'static str];

    /// Its place.
    fn index(self) -> u8;

    /// As it stands on the wire.
    #[must_use]
    fn as_str(self) -> &'static str {
        Self::NAMES
            .get(usize::from(self.index()))
            .copied()
            .unwrap_or_default()
    }

    /// The choice that this word stands for.
    #[must_use]
    fn from_word(word: &str) -> Option<Self> {
        let index = Self::NAMES.iter().position(|name| *name == word)?;
        Self::ALL.get(index).copied()
    }
}

/// Becomes the choice that the value says.
pub(crate) fn set_choice<T: Choice>(choice: &mut T, value: &Value) {
    if let Value::Word(index) = value
        && let Some(found) = T::ALL.get(usize::from(*index))
    {
        *choice = *found;
    }
}

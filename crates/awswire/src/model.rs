//! Service models as small tables: which operations there are, what goes in and out, and what each value must satisfy.
//!
//! The tables are generated (`cargo xtask codegen`). They hold numbers into one string of names and no pointers, because a
//! pointer costs a relocation as large as itself, and one interpreter over tables is a fraction of code for each shape.
//!
//! Invariant: every number in a table points into its own service's tables; a test walks them all.

pub mod pattern;

use crate::value::Value;
use pattern::Pattern;

/// No shape: an operation without output.
pub(crate) const NONE: u16 = u16::MAX;

/// A name: where it stands in the service's string of names.
#[derive(Debug, Clone, Copy)]
pub struct Word(pub(crate) u16, pub(crate) u8);

/// What sort of value a shape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Named members.
    Structure,
    /// Values of one shape.
    List,
    /// Text to values of one shape.
    Map,
    /// Text.
    String,
    /// One of a few words.
    Enum,
    /// Bytes.
    Blob,
    /// Yes or no.
    Boolean,
    /// 32 bits with a sign.
    Integer,
    /// 64 bits with a sign.
    Long,
    /// A moment.
    Timestamp,
}

/// Never shown in a message.
pub(crate) const SENSITIVE: u8 = 1;
/// Text that is written percent-encoded: policy documents in what IAM answers.
pub(crate) const ENCODED: u8 = 2;

/// One shape. What `first` and `count` mean depends on the kind: members of a structure, the element of a list (first), key
/// and value of a map, the pattern of a string plus one (first), the words of an enum.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub(crate) kind: Kind,
    pub(crate) flags: u8,
    pub(crate) first: u16,
    pub(crate) count: u16,
    /// Least length or value; `i32::MIN` for none.
    pub(crate) min: i32,
    /// Greatest length or value; `i32::MAX` for none.
    pub(crate) max: i32,
}

/// Must be there.
pub(crate) const REQUIRED: u8 = 1;
/// Is the whole body of a REST message.
pub(crate) const PAYLOAD: u8 = 2;

/// A member of a structure.
#[derive(Debug, Clone, Copy)]
pub struct Member {
    pub(crate) name: Word,
    pub(crate) flags: u8,
    pub(crate) shape: u16,
}

/// An error that a model names.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub(crate) code: Word,
    pub(crate) status: u16,
}

/// A row of the table of operations.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub(crate) name: Word,
    pub(crate) path: Word,
    pub(crate) input: u16,
    pub(crate) output: u16,
    pub(crate) signed: bool,
    pub(crate) first_error: u16,
    pub(crate) errors: u8,
}

/// How a service speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Forms in, XML out: IAM and STS.
    Query,
    /// `X-Amz-Target` and a JSON object.
    Json11,
    /// A path and a JSON object.
    RestJson,
}

/// One service: its names and its tables.
#[derive(Debug)]
pub struct Service {
    /// The short name, as in the name of its endpoint.
    pub name: &'static str,
    /// What stands in the scope of a signature.
    pub signing_name: &'static str,
    /// The version of the interface, a date.
    pub version: &'static str,
    /// Of the XML, empty for JSON services.
    pub namespace: &'static str,
    /// What `X-Amz-Target` begins with, empty where there is none.
    pub target_prefix: &'static str,
    /// How it speaks.
    pub protocol: Protocol,
    pub(crate) names: &'static str,
    pub(crate) shapes: &'static [Shape],
    pub(crate) members: &'static [Member],
    pub(crate) words: &'static [Word],
    pub(crate) rows: &'static [Row],
    pub(crate) faults: &'static [Fault],
    pub(crate) raised: &'static [u8],
    pub(crate) patterns: &'static [Pattern],
}

impl PartialEq for Service {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.name == other.name
    }
}

/// Stands in for a number that points nowhere, which a test shows there is none of.
const NOTHING: Shape = Shape {
    kind: Kind::Structure,
    flags: 0,
    first: 0,
    count: 0,
    min: i32::MIN,
    max: i32::MAX,
};

impl Service {
    /// The operation of this name.
    #[must_use]
    pub fn operation(&'static self, name: &str) -> Option<Operation> {
        // The rows are sorted by name.
        let found = self
            .rows
            .binary_search_by(|row| self.word(row.name).cmp(name))
            .ok()?;
        Some(Operation::at(self, u16::try_from(found).ok()?))
    }

    /// All operations, by name.
    pub fn operations(&'static self) -> impl Iterator<Item = Operation> {
        (0..u16::try_from(self.rows.len()).unwrap_or(NONE)).map(move |row| Operation::at(self, row))
    }

    pub(crate) fn word(&self, word: Word) -> &'static str {
        let from = usize::from(word.0);
        self.names
            .get(from..from + usize::from(word.1))
            .unwrap_or_default()
    }

    pub(crate) fn shape(&self, shape: u16) -> &'static Shape {
        self.shapes.get(usize::from(shape)).unwrap_or(&NOTHING)
    }

    pub(crate) fn members_of(&self, shape: &Shape) -> &'static [Member] {
        slice(self.members, shape.first, usize::from(shape.count))
    }

    pub(crate) fn words_of(&self, shape: &Shape) -> &'static [Word] {
        slice(self.words, shape.first, usize::from(shape.count))
    }

    /// The word of a choice; text that is none of its words stays text, for the constraint to tell of it.
    pub(crate) fn choice(&self, shape: &Shape, text: &str) -> Value {
        let mut words = self.words_of(shape).iter();
        let found = words.position(|word| self.word(*word) == text);
        let index = found.and_then(|index| u8::try_from(index).ok());
        index.map_or_else(|| Value::Text(text.to_owned()), Value::Word)
    }

    pub(crate) fn pattern_of(&self, shape: &Shape) -> Option<&'static Pattern> {
        self.patterns.get(usize::from(shape.first).checked_sub(1)?)
    }
}

fn slice<T>(all: &'static [T], first: u16, count: usize) -> &'static [T] {
    let first = usize::from(first);
    all.get(first..first + count).unwrap_or_default()
}

/// An operation of a service.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Operation {
    service: &'static Service,
    row: u16,
}

impl Operation {
    pub(crate) const fn at(service: &'static Service, row: u16) -> Self {
        Self { service, row }
    }

    fn row(self) -> Option<&'static Row> {
        self.service.rows.get(usize::from(self.row))
    }

    /// The service it belongs to.
    #[must_use]
    pub fn service(self) -> &'static Service {
        self.service
    }

    /// Its place in the list of operations: the discriminant of the service's `Op`.
    #[must_use]
    pub fn index(self) -> u16 {
        self.row
    }

    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| self.service.word(row.name))
    }

    /// The path and query it is posted to; `/` but for REST services.
    #[must_use]
    pub fn path(self) -> &'static str {
        self.row().map_or("/", |row| self.service.word(row.path))
    }

    /// Must the caller sign? Calls that carry a token of another kind need not.
    #[must_use]
    pub fn is_signed(self) -> bool {
        self.row().is_none_or(|row| row.signed)
    }

    /// Has it an output? Then XML answers wrap one, even when it is empty.
    #[must_use]
    pub fn has_output(self) -> bool {
        self.row().is_some_and(|row| row.output != NONE)
    }

    /// The errors that the model names for it: code on the wire and HTTP status.
    pub fn errors(self) -> impl Iterator<Item = (&'static str, u16)> {
        let raised = self.row().map_or(&[][..], |row| {
            slice(
                self.service.raised,
                row.first_error,
                usize::from(row.errors),
            )
        });
        raised
            .iter()
            .filter_map(move |fault| self.service.faults.get(usize::from(*fault)))
            .map(move |fault| (self.service.word(fault.code), fault.status))
    }

    pub(crate) fn input(self) -> u16 {
        self.row().map_or(NONE, |row| row.input)
    }

    pub(crate) fn output(self) -> u16 {
        self.row().map_or(NONE, |row| row.output)
    }
}

#[cfg(test)]
mod tests;

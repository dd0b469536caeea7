//! What goes into a statement and what comes out of a row, the same for both engines.

use crate::error::StoreError;
use bytes::BytesMut;
use domain::ids;
use domain::time::Timestamp;
use postgres::types::{FromSql, IsNull, ToSql, Type};
use std::error::Error;

/// One parameter, borrowed from where it lies. `f64` is absent on purpose: nothing here is measured.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// SQL `NULL`.
    Null,
    /// A whole number; flags and times are such.
    Int(i64),
    /// Text without a zero byte (PostgreSQL has none).
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

impl std::fmt::Debug for Value<'_> {
    /// Shows the kind only: parameters are people's data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Int(_) => "Int(..)",
            Self::Text(_) => "Text(..)",
            Self::Blob(_) => "Blob(..)",
        })
    }
}

/// What can be a parameter of a statement.
pub trait ToValue {
    /// The value, borrowed.
    fn to_value(&self) -> Value<'_>;
}

/// The parameters of a statement: `params![id, now, flag, &bytes]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::ToValue::to_value(&$value)),*] as &[$crate::Value<'_>] };
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, ToValue::to_value)
    }
}

impl ToValue for Value<'_> {
    fn to_value(&self) -> Value<'_> {
        *self
    }
}

macro_rules! values {
    ($($type:ty => |$it:ident| $value:expr;)*) => {
        $(impl ToValue for $type {
            fn to_value(&self) -> Value<'_> {
                let $it = self;
                $value
            }
        })*
    };
}

values! {
    i64 => |n| Value::Int(*n);
    i32 => |n| Value::Int(i64::from(*n));
    u32 => |n| Value::Int(i64::from(*n));
    u16 => |n| Value::Int(i64::from(*n));
    u8 => |n| Value::Int(i64::from(*n));
    bool => |b| Value::Int(i64::from(*b));
    str => |s| Value::Text(s);
    String => |s| Value::Text(s);
    [u8] => |b| Value::Blob(b);
    Vec<u8> => |b| Value::Blob(b);
    Timestamp => |t| Value::Int(t.millis());
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Value<'_> {
        Value::Blob(self)
    }
}

macro_rules! text_values {
    ($($type:ty),* $(,)?) => {
        $(impl ToValue for $type {
            fn to_value(&self) -> Value<'_> {
                Value::Text(self.as_str())
            }
        })*
    };
}

text_values! {
    ids::FlowId, ids::SessionId, ids::DeviceId, ids::CaseId, ids::CallId, ids::OutboxId, ids::AuditId,
    ids::SavedCodeId, ids::KnownClientId, ids::LinkId, ids::RequestId, ids::AccountId,
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Int(n) => ValueRef::Integer(n),
            Self::Text(s) => ValueRef::Text(s.as_bytes()),
            Self::Blob(b) => ValueRef::Blob(b),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match *self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(n) => match *ty {
                Type::INT8 => n.to_sql(ty, out),
                Type::INT4 => i32::try_from(n)?.to_sql(ty, out),
                Type::INT2 => i16::try_from(n)?.to_sql(ty, out),
                _ => Err(format!("a whole number is given where {ty} is due").into()),
            },
            Self::Text(s) if <&str as ToSql>::accepts(ty) => s.to_sql(ty, out),
            Self::Text(_) => Err(format!("a text is given where {ty} is due").into()),
            Self::Blob(b) if *ty == Type::BYTEA => b.to_sql(ty, out),
            Self::Blob(_) => Err(format!("bytes are given where {ty} is due").into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn to_sql_checked(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        self.to_sql(ty, out)
    }
}

/// A whole number of any width PostgreSQL has.
struct Int(i64);

impl<'r> FromSql<'r> for Int {
    fn from_sql(ty: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::INT2 => i16::from_sql(ty, raw)?.into(),
            Type::INT4 => i32::from_sql(ty, raw)?.into(),
            _ => i64::from_sql(ty, raw)?,
        }))
    }

    fn accepts(ty: &Type) -> bool {
        matches!(*ty, Type::INT2 | Type::INT4 | Type::INT8)
    }
}

/// One row of an answer. Columns count from 0, in the order of the statement.
pub struct Row<'r> {
    pub(crate) cells: Cells<'r>,
    pub(crate) statement: &'static str,
}

pub(crate) enum Cells<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r postgres::Row),
}

impl std::fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Row({})", self.statement)
    }
}

impl Row<'_> {
    /// A text.
    pub fn text(&self, column: usize) -> Result<String, StoreError> {
        self.opt_text(column)?
            .ok_or_else(|| self.unlike(column, "text"))
    }

    /// A text or nothing.
    pub fn opt_text(&self, column: usize) -> Result<Option<String>, StoreError> {
        match self.cells {
            Cells::Sqlite(row) => row.get(column).map_err(|_| self.unlike(column, "text")),
            Cells::Postgres(row) => row.try_get(column).map_err(|_| self.unlike(column, "text")),
        }
    }

    /// A whole number.
    pub fn int(&self, column: usize) -> Result<i64, StoreError> {
        self.opt_int(column)?
            .ok_or_else(|| self.unlike(column, "whole number"))
    }

    /// A whole number or nothing.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self.cells {
            Cells::Sqlite(row) => row
                .get(column)
                .map_err(|_| self.unlike(column, "whole number")),
            Cells::Postgres(row) => {
                let cell: Option<Int> = row
                    .try_get(column)
                    .map_err(|_| self.unlike(column, "whole number"))?;
                Ok(cell.map(|int| int.0))
            }
        }
    }

    /// A flag: 0 or 1.
    pub fn flag(&self, column: usize) -> Result<bool, StoreError> {
        match self.int(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.unlike(column, "flag")),
        }
    }

    /// Bytes.
    pub fn blob(&self, column: usize) -> Result<Vec<u8>, StoreError> {
        self.opt_blob(column)?
            .ok_or_else(|| self.unlike(column, "blob"))
    }

    /// Bytes or nothing.
    pub fn opt_blob(&self, column: usize) -> Result<Option<Vec<u8>>, StoreError> {
        match self.cells {
            Cells::Sqlite(row) => row.get(column).map_err(|_| self.unlike(column, "blob")),
            Cells::Postgres(row) => row.try_get(column).map_err(|_| self.unlike(column, "blob")),
        }
    }

    /// Exactly so many bytes: a hash, a salt.
    pub fn bytes<const N: usize>(&self, column: usize) -> Result<[u8; N], StoreError> {
        <[u8; N]>::try_from(self.blob(column)?).map_err(|_| self.unlike(column, "hash"))
    }

    /// A moment.
    pub fn time(&self, column: usize) -> Result<Timestamp, StoreError> {
        self.int(column).map(Timestamp::from_millis)
    }

    /// A moment or nothing.
    pub fn opt_time(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.opt_int(column)?.map(Timestamp::from_millis))
    }

    /// A text that is read as a type of its own: an id, a state.
    pub fn parse<T: std::str::FromStr>(&self, column: usize) -> Result<T, StoreError> {
        self.text(column)?
            .parse()
            .map_err(|_| self.unlike(column, std::any::type_name::<T>()))
    }

    /// A text that is read as a type of its own, or nothing.
    pub fn opt_parse<T: std::str::FromStr>(&self, column: usize) -> Result<Option<T>, StoreError> {
        let text = self.opt_text(column)?;
        text.map(|text| {
            text.parse()
                .map_err(|_| self.unlike(column, std::any::type_name::<T>()))
        })
        .transpose()
    }

    fn unlike(&self, column: usize, what: &str) -> StoreError {
        StoreError::Corrupt(format!("{}: column {column} is no {what}", self.statement))
    }
}

//! Values on their way into a statement and rows on their way out, for both drivers.

use std::borrow::Cow;
use std::error::Error as StdError;

use model::id::{
    AuditId, Epoch, FileId, InvitationId, JobId, MessageId, RegistrationId, RoomId, SessionId,
    TokenId, UploadId, UserId,
};
use model::time::{Timestamp, Ts};
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use uuid::Uuid;

use crate::error::{Error, Result};

/// One parameter of a statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// A number, a time, a place or a flag.
    Int(i64),
    /// A text.
    Text(Cow<'a, str>),
    /// An id.
    Uuid(Uuid),
    /// Bytes, such as a token's hash.
    Bytes(&'a [u8]),
}

/// The parameters of a statement: `params![room, ts, "text"]`.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => { &[$($crate::Value::from($value)),*][..] };
}

impl From<i64> for Value<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        Self::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<Timestamp> for Value<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.micros())
    }
}

impl From<Ts> for Value<'_> {
    fn from(value: Ts) -> Self {
        Self::Int(value.micros())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(Cow::Borrowed(value))
    }
}

impl From<String> for Value<'_> {
    fn from(value: String) -> Self {
        Self::Text(Cow::Owned(value))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}

impl<'a, const N: usize> From<&'a [u8; N]> for Value<'a> {
    fn from(value: &'a [u8; N]) -> Self {
        Self::Bytes(value)
    }
}

impl From<Uuid> for Value<'_> {
    fn from(value: Uuid) -> Self {
        Self::Uuid(value)
    }
}

impl<'a, T> From<Option<T>> for Value<'a>
where
    Value<'a>: From<T>,
{
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Self::from)
    }
}

macro_rules! id_values {
    ($($id:ty),*) => {$(
        impl From<$id> for Value<'_> {
            fn from(value: $id) -> Self {
                Self::Uuid(value.uuid())
            }
        }
        impl FromColumn for $id {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
                Uuid::from_column(row, index).map(<$id>::from_uuid)
            }
        }
    )*};
}

id_values!(
    UserId,
    RoomId,
    MessageId,
    SessionId,
    InvitationId,
    TokenId,
    JobId,
    RegistrationId,
    FileId,
    UploadId,
    AuditId,
    Epoch
);

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(value) => ValueRef::Integer(*value),
            Self::Text(value) => ValueRef::Text(value.as_bytes()),
            Self::Uuid(value) => ValueRef::Blob(value.as_bytes()),
            Self::Bytes(value) => ValueRef::Blob(value),
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(value) if *ty == Type::INT4 => i32::try_from(*value)?.to_sql(ty, out),
            Self::Int(value) => value.to_sql_checked(ty, out),
            Self::Text(value) => value.to_sql_checked(ty, out),
            Self::Uuid(value) => value.to_sql_checked(ty, out),
            Self::Bytes(value) => value.to_sql_checked(ty, out),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// One row of an answer, of either driver.
pub enum Row<'r> {
    /// SQLite's.
    Sqlite(&'r rusqlite::Row<'r>),
    /// PostgreSQL's.
    Postgres(&'r tokio_postgres::Row),
}

impl Row<'_> {
    /// The value of column `index`, counted from 0.
    pub fn get<T: FromColumn>(&self, index: usize) -> Result<T> {
        T::from_column(self, index)
    }

    /// The value of column `index`, an enum or a list that is stored as text.
    pub fn parse<T: std::str::FromStr>(&self, index: usize) -> Result<T> {
        let text: String = self.get(index)?;
        text.parse()
            .map_err(|_| Error::Corrupt(format!("column {index} holds '{text}'")))
    }
}

/// A type that a column can hold.
pub trait FromColumn: Sized {
    /// Reads it from column `index` of `row`.
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self>;
}

fn wrong(index: usize, cause: impl std::fmt::Display) -> Error {
    Error::Corrupt(format!("column {index}: {cause}"))
}

macro_rules! native_columns {
    ($($name:ty),*) => {$(
        impl FromColumn for $name {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
                match row {
                    Row::Sqlite(row) => row.get(index).map_err(|error| wrong(index, error)),
                    Row::Postgres(row) => row.try_get(index).map_err(|error| wrong(index, error)),
                }
            }
        }
        impl FromColumn for Option<$name> {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
                match row {
                    Row::Sqlite(row) => row.get(index).map_err(|error| wrong(index, error)),
                    Row::Postgres(row) => row.try_get(index).map_err(|error| wrong(index, error)),
                }
            }
        }
    )*};
}

native_columns!(i64, String, Vec<u8>);

impl FromColumn for Option<Uuid> {
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        match row {
            Row::Sqlite(row) => {
                let bytes: Option<[u8; 16]> =
                    row.get(index).map_err(|error| wrong(index, error))?;
                Ok(bytes.map(Uuid::from_bytes))
            }
            Row::Postgres(row) => row.try_get(index).map_err(|error| wrong(index, error)),
        }
    }
}

impl FromColumn for Uuid {
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        Option::<Uuid>::from_column(row, index)?.ok_or_else(|| wrong(index, "an id is missing"))
    }
}

macro_rules! derived_columns {
    ($($name:ty = $inner:ty => |$value:ident| $map:expr;)*) => {$(
        impl FromColumn for $name {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
                let $value = <$inner>::from_column(row, index)?;
                Ok($map)
            }
        }
    )*};
}

derived_columns! {
    bool = i64 => |value| value != 0;
    Timestamp = i64 => |value| Timestamp::from_micros(value);
    Ts = i64 => |value| Ts::from_micros(value);
    Option<Timestamp> = Option<i64> => |value| value.map(Timestamp::from_micros);
    Option<Ts> = Option<i64> => |value| value.map(Ts::from_micros);
    Option<UserId> = Option<Uuid> => |value| value.map(UserId::from_uuid);
    Option<RoomId> = Option<Uuid> => |value| value.map(RoomId::from_uuid);
    Option<MessageId> = Option<Uuid> => |value| value.map(MessageId::from_uuid);
    Option<FileId> = Option<Uuid> => |value| value.map(FileId::from_uuid);
}

impl FromColumn for u64 {
    fn from_column(row: &Row<'_>, index: usize) -> Result<Self> {
        Self::try_from(i64::from_column(row, index)?).map_err(|error| wrong(index, error))
    }
}

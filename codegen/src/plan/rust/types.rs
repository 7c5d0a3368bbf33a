//! Which Rust type holds a PostgreSQL type.

use super::ident::RustIdent;
use crate::model::PgType;

/// The Rust type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RustType {
    /// A type of Rust's or of a library's.
    Scalar(Scalar),
    /// A type of the crate's own.
    Named(RustIdent),
    /// An array.
    List(Box<RustType>),
    /// A value that may be absent.
    Optional(Box<RustType>),
}

impl RustType {
    /// Returns the type of a value that may be absent.
    pub fn optional(self) -> Self {
        Self::Optional(Box::new(self))
    }

    /// Returns what stands inside every `Vec` and `Option`.
    pub fn innermost(&self) -> &Self {
        match self {
            Self::List(inner) | Self::Optional(inner) => inner.innermost(),
            Self::Scalar(_) | Self::Named(_) => self,
        }
    }
}

/// A type of Rust's or of a library's; the decision record on generated Rust says why these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scalar {
    /// `bool`.
    Bool,
    /// `i16`.
    I16,
    /// `i32`.
    I32,
    /// `i64`.
    I64,
    /// `f32`.
    F32,
    /// `f64`.
    F64,
    /// `String`.
    Text,
    /// `String`, which holds the text form of a type that has no Rust type.
    TextForm,
    /// `Vec<u8>`.
    Bytes,
    /// `uuid::Uuid`.
    Uuid,
    /// `chrono::DateTime<chrono::Utc>`.
    Timestamptz,
    /// `chrono::NaiveDateTime`.
    Timestamp,
    /// `chrono::NaiveDate`.
    Date,
    /// `chrono::NaiveTime`.
    Time,
    /// `rust_decimal::Decimal`: 28 digits.
    Decimal,
    /// `bigdecimal::BigDecimal`: any number of digits.
    BigDecimal,
    /// `serde_json::Value`.
    Json,
    /// `ipnetwork::IpNetwork`.
    Network,
    /// The crate's own `Interval`.
    Interval,
    /// The crate's own `Vector`.
    Vector,
}

impl Scalar {
    /// Returns the library that brings the type.
    pub fn library(self) -> Option<Library> {
        match self {
            Self::Uuid => Some(Library::Uuid),
            Self::Timestamptz | Self::Timestamp | Self::Date | Self::Time => Some(Library::Chrono),
            Self::Decimal => Some(Library::RustDecimal),
            Self::BigDecimal => Some(Library::BigDecimal),
            Self::Json => Some(Library::SerdeJson),
            Self::Network => Some(Library::IpNetwork),
            Self::Bool
            | Self::I16
            | Self::I32
            | Self::I64
            | Self::F32
            | Self::F64
            | Self::Text
            | Self::TextForm
            | Self::Bytes
            | Self::Interval
            | Self::Vector => None,
        }
    }

    /// Tells whether a key of this type gets an identifier type: it is equal, ordered and hashed as PostgreSQL does it.
    pub fn can_be_key(self) -> bool {
        matches!(self, Self::I16 | Self::I32 | Self::I64 | Self::Text | Self::Uuid)
    }

    /// Tells whether values are copied without cost.
    pub fn is_copy(self) -> bool {
        matches!(self, Self::Bool | Self::I16 | Self::I32 | Self::I64 | Self::F32 | Self::F64 | Self::Uuid)
    }
}

/// A library that a crate may need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Library {
    /// Numbers of any length.
    BigDecimal,
    /// Dates and times.
    Chrono,
    /// Addresses of networks.
    IpNetwork,
    /// Decimal numbers.
    RustDecimal,
    /// JSON.
    SerdeJson,
    /// UUIDs.
    Uuid,
}

/// Returns the Rust type for a type that no enum and no identifier covers.
pub fn rust_type(ty: &PgType) -> RustType {
    match ty {
        PgType::Array(element) => match scalar(element) {
            // PostgreSQL gives arrays of several dimensions the type of one; there is no Rust type for both.
            Scalar::TextForm => RustType::Scalar(Scalar::TextForm),
            element => RustType::List(Box::new(RustType::Scalar(element))),
        },
        _ => RustType::Scalar(scalar(ty)),
    }
}

fn scalar(ty: &PgType) -> Scalar {
    match ty {
        PgType::Builtin { name, args, .. } => builtin(name, args),
        PgType::Extension { name: "citext", .. } => Scalar::Text,
        PgType::Extension { name: "vector", .. } => Scalar::Vector,
        PgType::Extension { .. }
        | PgType::Enum(_)
        | PgType::Defined(_)
        | PgType::Array(_)
        | PgType::Unknown(_) => Scalar::TextForm,
    }
}

/// The most digits that `rust_decimal` holds whatever their values are.
const DECIMAL_DIGITS: i32 = 28;

fn builtin(name: &str, args: &[i32]) -> Scalar {
    match name {
        "boolean" => Scalar::Bool,
        "smallint" | "smallserial" => Scalar::I16,
        "integer" | "serial" => Scalar::I32,
        "bigint" | "bigserial" => Scalar::I64,
        "real" => Scalar::F32,
        "double precision" => Scalar::F64,
        "text" | "varchar" | "char" | "bpchar" | "name" => Scalar::Text,
        "bytea" => Scalar::Bytes,
        "uuid" => Scalar::Uuid,
        "timestamptz" => Scalar::Timestamptz,
        "timestamp" => Scalar::Timestamp,
        "date" => Scalar::Date,
        "time" => Scalar::Time,
        "numeric" if args.first().is_some_and(|digits| *digits > DECIMAL_DIGITS) => Scalar::BigDecimal,
        "numeric" => Scalar::Decimal,
        "json" | "jsonb" => Scalar::Json,
        "inet" | "cidr" => Scalar::Network,
        "interval" => Scalar::Interval,
        _ => Scalar::TextForm,
    }
}

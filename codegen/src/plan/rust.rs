//! The Rust crate: which files, types and fields there are, and what they are called.
//!
//! Every type stands at the crate's root for its users; files only group them. A table's key column has a type of its own
//! wherever its values can be told apart by type: the key itself, and every column that references it.

mod doc;
mod enums;
mod files;
pub mod ident;
mod keys;
mod rows;
mod singular;
pub mod types;

use std::collections::BTreeSet;

use crate::config::Config;
use crate::diag::{Code, Sink};
use crate::model::{Schema, Table};
use crate::span::Span;
use ident::{RustIdent, Scope};
use types::{Library, RustType, Scalar};

const NAME_COLLISION: Code = Code::new("rust-name-collision");
const CRATE_NAME: Code = Code::new("rust-crate-name");

/// The Rust crate.
#[derive(Clone, Debug, Default)]
pub struct RustPlan {
    /// Name of the package.
    pub crate_name: String,
    /// Title, for the crate's documentation and manifest.
    pub title: String,
    /// What the crate's documentation says behind the title.
    pub doc: Vec<String>,
    /// Libraries that field types need.
    pub libraries: BTreeSet<Library>,
    /// What the types stand on.
    pub support: Support,
    /// Files, in the order of their names.
    pub files: Vec<RustFile>,
}

/// What the types stand on; only what is used is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Support {
    /// Texts that are checked for a prefix.
    pub prefixes: bool,
    /// Texts that are one of several.
    pub values: bool,
    /// Identifiers without a check.
    pub wrappers: bool,
    /// `interval`.
    pub interval: bool,
    /// `vector`.
    pub vector: bool,
    /// A patch that can set NULL.
    pub nullable_patches: bool,
}

/// A file of the crate.
#[derive(Clone, Debug)]
pub struct RustFile {
    /// Its module, which is private: the crate's root has every name.
    pub module: RustIdent,
    /// Its documentation.
    pub doc: Vec<String>,
    /// Names that it takes from other files.
    pub uses: BTreeSet<RustIdent>,
    /// What it holds, in order.
    pub items: Vec<RustItem>,
}

/// One type, with everything that is written for it.
#[derive(Clone, Debug)]
pub enum RustItem {
    /// An identifier.
    Id(IdPlan),
    /// An enumeration.
    Enum(EnumPlan),
    /// A table.
    Row(RowPlan),
}

/// An identifier.
#[derive(Clone, Debug)]
pub struct IdPlan {
    /// Its name.
    pub name: RustIdent,
    /// Its documentation.
    pub doc: Vec<String>,
    /// What it identifies, for messages: "an identifier of `users`".
    pub what: String,
    /// What it holds.
    pub inner: Scalar,
    /// The text with which it begins.
    pub prefix: Option<String>,
}

/// An enumeration.
#[derive(Clone, Debug)]
pub struct EnumPlan {
    /// Its name.
    pub name: RustIdent,
    /// Its documentation.
    pub doc: Vec<String>,
    /// What its values are, for messages: "a value of `teams.mode`".
    pub what: String,
    /// The enumerated type of the database, as SQL; none where the database holds text.
    pub native: Option<String>,
    /// Its values, in the author's order; not empty.
    pub variants: Vec<Variant>,
}

/// A value of an enumeration.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name.
    pub name: RustIdent,
    /// The value as the database holds it.
    pub value: String,
    /// Its documentation.
    pub doc: Vec<String>,
}

/// A table: its row, and what is written into it.
#[derive(Clone, Debug)]
pub struct RowPlan {
    /// Name of the row.
    pub name: RustIdent,
    /// Its documentation.
    pub doc: Vec<String>,
    /// The table's name as SQL.
    pub table: String,
    /// The columns' names as SQL.
    pub columns: Vec<String>,
    /// A field per column.
    pub fields: Vec<Field>,
    /// The row before it is inserted; none where there is nothing to say.
    pub new: Option<Shape>,
    /// A change of a row; none where there is nothing to change.
    pub patch: Option<Shape>,
}

/// A struct beside the row.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Its name.
    pub name: RustIdent,
    /// Its documentation.
    pub doc: Vec<String>,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: RustIdent,
    /// The column's name where the field's is another.
    pub column: Option<String>,
    /// Its documentation.
    pub doc: Vec<String>,
    /// Its type.
    pub ty: RustType,
}

/// What the parts of planning share.
struct Planning<'a> {
    schema: &'a Schema,
    scope: Scope<(Span, String)>,
    sink: &'a mut Sink,
}

impl Planning<'_> {
    /// Gives the name of a type; one that is taken is reported.
    fn name(&mut self, wanted: RustIdent, span: Span, authored: &str) -> RustIdent {
        give(&mut self.scope, wanted, span, authored, self.sink)
    }
}

/// Decides what is printed.
pub fn plan(schema: &Schema, config: &Config, sink: &mut Sink) -> RustPlan {
    if schema.own_tables().next().is_none() && schema.enums.is_empty() && schema.constants.is_empty() {
        return RustPlan::default();
    }
    let crate_name = crate_name(config, sink);
    let mut planning = Planning { schema, scope: Scope::with_reserved(RESERVED), sink };
    let names = rows::names(&mut planning);
    let keys = keys::plan(&names, &mut planning);
    let enums = enums::plan(&names, &keys, &mut planning);
    let rows = rows::plan(&names, &keys, &enums, &mut planning);
    let files = files::arrange(schema, keys, enums, rows);
    let mut libraries = BTreeSet::new();
    let support = support(&files, &mut libraries);
    RustPlan {
        crate_name,
        title: config.title.clone(),
        doc: config.description.as_deref().map(doc::prose).unwrap_or_default(),
        libraries,
        support,
        files,
    }
}

/// Gives a name in a scope and reports it where two texts wanted the same.
fn give(
    scope: &mut Scope<(Span, String)>,
    wanted: RustIdent,
    span: Span,
    authored: &str,
    sink: &mut Sink,
) -> RustIdent {
    let (name, other) = scope.give(wanted.clone(), (span, authored.to_owned()));
    if let Some((other_span, other)) = other {
        sink.warning(
            NAME_COLLISION,
            span,
            format!("`{authored}` would have the same name in Rust as `{other}`: `{wanted}`"),
        )
        .label(other_span, format!("`{other}` is called `{wanted}`"))
        .help(format!("it is called `{name}`; rename one of the two to choose its name yourself"));
    }
    name
}

/// Returns a table's name as sentences write it.
fn table_code(table: Table<'_>) -> String {
    doc::code(&table.name().plain())
}

/// Returns the package's name; one that Cargo refuses is an error and becomes one that it takes.
fn crate_name(config: &Config, sink: &mut Sink) -> String {
    let name = &config.rust.crate_name;
    let Some(instead) = crate_name_instead(name) else { return name.clone() };
    if let Some(span) = config.span {
        sink.error(CRATE_NAME, span, format!("`{name}` cannot name a crate")).help(format!(
            "write `crate = \"{instead}\"` under `[rust]`, or another name of ASCII letters, digits and `-` that is neither \
             a keyword nor the name of a library that the crate uses"
        ));
    }
    instead
}

/// Returns a name for a crate that cannot have this one; none where it can.
pub(crate) fn crate_name_instead(name: &str) -> Option<String> {
    let valid = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
        && RustIdent::snake(name).as_str() == name.to_lowercase().replace('-', "_")
        && !TAKEN_CRATES.contains(&name);
    (!valid).then(|| format!("{}-schema", RustIdent::snake(name).bare().replace('_', "-")))
}

/// Finds what the types of all fields and identifiers stand on.
fn support(files: &[RustFile], libraries: &mut BTreeSet<Library>) -> Support {
    let mut support = Support::default();
    let mut scalar = |scalar: Scalar, support: &mut Support| {
        libraries.extend(scalar.library());
        support.interval |= scalar == Scalar::Interval;
        support.vector |= scalar == Scalar::Vector;
    };
    for item in files.iter().flat_map(|file| &file.items) {
        match item {
            RustItem::Id(id) => {
                scalar(id.inner, &mut support);
                support.prefixes |= id.prefix.is_some();
                support.wrappers |= id.prefix.is_none();
            }
            RustItem::Enum(_) => support.values = true,
            RustItem::Row(row) => {
                for field in &row.fields {
                    if let RustType::Scalar(inner) = field.ty.innermost() {
                        scalar(*inner, &mut support);
                    }
                }
                let patched = row.patch.iter().flat_map(|patch| &patch.fields);
                support.nullable_patches |= patched.into_iter().any(Field::is_nullable_patch);
            }
        }
    }
    support
}

impl Support {
    /// Tells whether nothing is needed.
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// Tells whether the crate's users see a part of it.
    pub fn is_public(self) -> bool {
        self.prefixes || self.values || self.interval || self.vector
    }
}

impl Field {
    /// Tells whether the field of a patch can set NULL.
    pub fn is_nullable_patch(&self) -> bool {
        matches!(&self.ty, RustType::Optional(inner) if matches!(**inner, RustType::Optional(_)))
    }
}

/// Names that generated code uses itself, which a type of the schema must not hide.
const RESERVED: &[&str] = &[
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "Drop",
    "Eq",
    "Err",
    "Error",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromStr",
    "Hash",
    "Interval",
    "Into",
    "InvalidValue",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
    "Vector",
];

/// Crates whose names a schema's crate cannot have beside them.
const TAKEN_CRATES: &[&str] = &[
    "alloc",
    "bigdecimal",
    "chrono",
    "core",
    "ipnetwork",
    "proc_macro",
    "prove",
    "rust_decimal",
    "serde",
    "serde_json",
    "sqlx",
    "std",
    "test",
    "truthtable",
    "truthtable-tests",
    "uuid",
    "xtask",
];

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

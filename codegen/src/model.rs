//! The schema: everything that the documents say about the database, resolved and merged.
//!
//! Data lies in arenas addressed by typed ids; [`walk`] gives the views by which later stages read it. A fact that was
//! said in several places is one [`Fact`] with all of them.

mod action;
mod alike;
pub(crate) mod attachment;
mod constraint;
pub(crate) mod default_name;
pub(crate) mod grouping;
pub mod ident;
mod lower;
pub(crate) mod operator;
pub(crate) mod privilege;
pub(crate) mod routine;
pub(crate) mod star;
mod stated;
pub(crate) mod token;
pub mod types;
pub(crate) mod undo;
pub mod walk;

use crate::config::{Acknowledgement, RollbackRule};
use crate::source::decl::DefaultKind;
use crate::span::{Span, Spanned};
pub use constraint::{CheckData, ExclusionData, ForeignKeyData, IndexData, IndexPart, KeyData, PartKey};
pub use ident::{PgIdent, QualifiedName};
pub(crate) use lower::{BY_ANOTHER_NAME, plain_name};
pub use lower::{lower, told_once};
pub use stated::{ClaimData, ConventionData, InferredData};
pub use types::PgType;
pub use walk::{Column, ForeignKey, Index, Table};

/// A value, every place that said it, and whether anybody did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// The value.
    pub value: T,
    /// The place to point at.
    pub span: Span,
    /// What is known of few facts: most of a schema is facts, and what all of them have room for takes its time to fill and to read.
    more: Option<Box<More>>,
}

/// What is known of some facts only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct More {
    also: Vec<Span>,
    inferred: Option<String>,
}

impl<T> Fact<T> {
    /// Makes a fact that was said in one place.
    pub fn said(value: T, span: Span) -> Self {
        Self { value, span, more: None }
    }

    /// Makes a fact that follows from a rule; `span` is what the rule was applied to.
    pub fn inferred(value: T, span: Span, rule: impl Into<String>) -> Self {
        let mut fact = Self::said(value, span);
        fact.infer(rule);
        fact
    }

    /// Returns other places that say the same.
    pub fn also(&self) -> &[Span] {
        self.more.as_ref().map(|more| more.also.as_slice()).unwrap_or_default()
    }

    /// Returns the rule by which it was inferred, where the document does not say it.
    pub fn rule(&self) -> Option<&str> {
        self.more.as_ref()?.inferred.as_deref()
    }

    /// Notes a further place that says the same.
    pub fn again(&mut self, span: Span) {
        if span != self.span && !self.also().contains(&span) {
            self.more.get_or_insert_default().also.push(span);
        }
    }

    /// Notes the rule by which it was inferred.
    pub fn infer(&mut self, rule: impl Into<String>) {
        self.more.get_or_insert_default().inferred = Some(rule.into());
    }
}

/// Names a table of a [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(pub(crate) usize);

/// Names a column by its place in its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnId(pub(crate) usize);

/// Names a module of a [`Schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ModuleId(pub(crate) usize);

/// Everything that the documents say.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// What the documents say of the whole, in a project's header.
    pub description: Option<Fact<String>>,
    /// Database schemas to create, in the order of first mention; `public` is not among them.
    pub namespaces: Vec<Fact<PgIdent>>,
    /// Those of them that were called otherwise before, with the former name.
    pub former_namespaces: Vec<(PgIdent, Fact<PgIdent>)>,
    /// Extensions that types and functions need, by name.
    pub extensions: Vec<Fact<String>>,
    /// Enumerated types, in document order.
    pub enums: Vec<EnumData>,
    /// Tables, in document order.
    pub tables: Vec<TableData>,
    /// Modules: groups of tables, or the headings under which tables stand.
    pub modules: Vec<ModuleData>,
    /// The list of ID prefixes.
    pub prefixes: Vec<PrefixData>,
    /// Migration files that the document orders, in that order.
    pub migrations: Vec<MigrationData>,
    /// Rows that have to be there.
    pub seeds: Vec<SeedData>,
    /// Sets of constants: event topics, capability codes.
    pub constants: Vec<ConstantSet>,
    /// Tables that are named but not defined.
    pub named: Vec<NamedTable>,
    /// Free-standing notes: name and text.
    pub notes: Vec<(Fact<String>, String)>,
    /// Statements that are carried through as they stand, in order.
    pub verbatim: Vec<VerbatimData>,
    /// Conventions that the documents state and that hold.
    pub conventions: Vec<ConventionData>,
    /// What the documents claim of the schema, in order.
    pub claims: Vec<ClaimData>,
    /// Hazards of the next migration that the documents say somebody has looked at.
    pub acknowledged: Vec<Acknowledgement>,
    /// What the documents say may be rolled back.
    pub rollback: Vec<RollbackRule>,
    /// Columns, keys, indexes, policies and triggers that follow from a rule and stand nowhere themselves, in order.
    pub inferred: Vec<InferredData>,
}

/// A module.
#[derive(Clone, Debug)]
pub struct ModuleData {
    /// Its name, without a heading's number.
    pub name: Fact<String>,
    /// Description.
    pub comment: Option<Fact<String>>,
}

/// An enumerated type.
#[derive(Clone, Debug)]
pub struct EnumData {
    /// Its name.
    pub name: Fact<QualifiedName>,
    /// The name that it had before.
    pub was: Option<Fact<QualifiedName>>,
    /// Its labels, in order.
    pub labels: Vec<EnumLabel>,
    /// Description.
    pub comment: Option<Fact<String>>,
}

/// A label of an enumerated type.
#[derive(Clone, Debug)]
pub struct EnumLabel {
    /// The label.
    pub label: Fact<String>,
    /// What it was called before.
    pub was: Option<Fact<String>>,
    /// Description.
    pub comment: Option<Fact<String>>,
}

/// A table.
#[derive(Clone, Debug)]
pub struct TableData {
    /// Its name.
    pub name: Fact<QualifiedName>,
    /// The name that it had before.
    pub was: Option<Fact<QualifiedName>>,
    /// Whether another system owns it: it is referenced and drawn, never created.
    pub external: bool,
    /// Columns, in order.
    pub columns: Vec<ColumnData>,
    /// Primary key.
    pub primary_key: Option<KeyData>,
    /// Unique constraints.
    pub uniques: Vec<KeyData>,
    /// Checks.
    pub checks: Vec<CheckData>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKeyData>,
    /// Exclusion constraints.
    pub exclusions: Vec<ExclusionData>,
    /// Indexes that the document asks for.
    pub indexes: Vec<IndexData>,
    /// Description.
    pub comment: Option<Fact<String>>,
    /// Module.
    pub module: Option<ModuleId>,
    /// What stands behind the column list (`PARTITION BY …`, `INHERITS …`), as SQL.
    pub tail: Option<Spanned<String>>,
    /// Changes that the model does not hold, as SQL behind `ALTER TABLE name`.
    pub alterations: Vec<Spanned<String>>,
    /// The whole declaration.
    pub span: Span,
}

impl TableData {
    /// Makes a table of which only the name is known.
    pub fn new(name: Fact<QualifiedName>, span: Span) -> Self {
        Self {
            name,
            was: None,
            external: false,
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            checks: Vec::new(),
            foreign_keys: Vec::new(),
            exclusions: Vec::new(),
            indexes: Vec::new(),
            comment: None,
            module: None,
            tail: None,
            alterations: Vec::new(),
            span,
        }
    }
}

/// A column.
#[derive(Clone, Debug)]
pub struct ColumnData {
    /// Its name.
    pub name: Fact<PgIdent>,
    /// The name that it had before.
    pub was: Option<Box<Fact<PgIdent>>>,
    /// Its type.
    pub ty: Fact<PgType>,
    /// Whether it refuses NULL; columns of the primary key do.
    pub not_null: Option<Fact<()>>,
    /// Default.
    pub default: Option<Fact<DefaultExpr>>,
    /// Identity.
    pub identity: Option<Box<Fact<IdentityData>>>,
    /// Generation expression.
    pub generated: Option<Box<Fact<GeneratedData>>>,
    /// Collation as SQL.
    pub collation: Option<Box<Fact<String>>>,
    /// The values that it may hold, where a check or the prose lists them.
    pub values: Option<Box<ValuesData>>,
    /// The ID prefix that the document gives for it, with its separator.
    pub prefix: Option<Box<Fact<String>>>,
    /// Description.
    pub comment: Option<Fact<String>>,
    /// The table has it from a parent, and says nothing of it itself.
    pub inherited: bool,
    /// Its default is the one that it would have from a parent's column of its name.
    pub repeats_default: bool,
    /// The whole declaration.
    pub span: Span,
}

impl ColumnData {
    /// Makes a column of which only the name and type are known.
    pub fn new(name: Fact<PgIdent>, ty: Fact<PgType>, span: Span) -> Self {
        Self {
            name,
            was: None,
            ty,
            not_null: None,
            default: None,
            identity: None,
            generated: None,
            collation: None,
            values: None,
            prefix: None,
            comment: None,
            inherited: false,
            repeats_default: false,
            span,
        }
    }
}

/// A default, as SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultExpr {
    /// SQL text, quoted and escaped as PostgreSQL wants it.
    pub sql: String,
    /// What kind of value it is.
    pub kind: DefaultKind,
}

/// Identity of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityData {
    /// `ALWAYS` rather than `BY DEFAULT`.
    pub always: bool,
    /// Sequence options as SQL.
    pub options: Option<String>,
}

/// Generation expression of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GeneratedData {
    /// The expression as SQL.
    pub expression: String,
    /// `STORED` rather than `VIRTUAL`.
    pub stored: bool,
}

/// The values that a column may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValuesData {
    /// The values, in the author's order.
    pub values: Fact<Vec<String>>,
    /// Who holds the column to them.
    pub origin: ValuesOrigin,
}

impl ValuesData {
    /// Tells whether a CHECK holds the column to them.
    pub fn is_checked(&self) -> bool {
        matches!(self.origin, ValuesOrigin::Check | ValuesOrigin::DocumentedChecked)
    }
}

/// Who holds a column to its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ValuesOrigin {
    /// A CHECK that the document writes out.
    Check,
    /// Nobody yet: a comment or note lists them, and planning adds a CHECK.
    DocumentedChecked,
    /// Nobody: a comment or note lists them, and the configuration leaves it at that.
    Documented,
}

/// An entry of the list of ID prefixes.
#[derive(Clone, Debug)]
pub struct PrefixData {
    /// The prefix with its separator.
    pub prefix: Fact<String>,
    /// The words that say what bears it.
    pub entity: Spanned<String>,
    /// The table whose key bears it, where one was found.
    pub table: Option<TableId>,
}

/// A migration file that the document orders.
#[derive(Clone, Debug)]
pub struct MigrationData {
    /// The file's name.
    pub file: Fact<String>,
    /// What the document says it holds.
    pub members: Vec<MigrationMember>,
}

impl MigrationData {
    /// Returns the tables that it holds, in the order in which the document names them.
    pub fn tables(&self) -> impl Iterator<Item = TableId> {
        self.members.iter().flat_map(|member| member.tables.iter().copied())
    }
}

/// One thing that a migration file holds.
#[derive(Clone, Debug)]
pub struct MigrationMember {
    /// The document's words.
    pub words: Spanned<String>,
    /// The tables that they mean; empty where none was found.
    pub tables: Vec<TableId>,
}

/// Rows that have to be there.
#[derive(Clone, Debug)]
pub struct SeedData {
    /// The table.
    pub table: TableId,
    /// The columns by which a row is known, for the upsert.
    pub key: Vec<ColumnId>,
    /// The columns that are filled, in order.
    pub columns: Vec<ColumnId>,
    /// The rows; each holds an SQL literal or expression per column.
    pub rows: Vec<SeedRow>,
    /// Where the list stands.
    pub span: Span,
}

/// A row that has to be there.
#[derive(Clone, Debug)]
pub struct SeedRow {
    /// Values as SQL, one per column.
    pub values: Vec<String>,
    /// Where it was said.
    pub span: Span,
}

/// A set of constants.
#[derive(Clone, Debug)]
pub struct ConstantSet {
    /// Its name in `PascalCase`.
    pub name: Fact<String>,
    /// Its values.
    pub items: Vec<Constant>,
}

/// One constant.
#[derive(Clone, Debug)]
pub struct Constant {
    /// The value.
    pub value: Fact<String>,
    /// Description.
    pub comment: Option<String>,
}

/// A table that is named but not defined.
#[derive(Clone, Debug)]
pub struct NamedTable {
    /// The words that name it.
    pub name: Spanned<String>,
    /// Module.
    pub module: Option<ModuleId>,
    /// The file that makes it, where the document says so.
    pub file: Option<String>,
}

/// A statement that is carried through as it stands.
#[derive(Clone, Debug)]
pub struct VerbatimData {
    /// Its kind in lower case.
    pub kind: String,
    /// What it creates.
    pub creates: Option<QualifiedName>,
    /// What it names.
    pub names: Vec<QualifiedName>,
    /// The name that what it creates had before.
    pub was: Option<Fact<QualifiedName>>,
    /// The statement without its final semicolon.
    pub text: Spanned<String>,
    /// What the body of a routine names was changed behind it: PostgreSQL would not take the body any more.
    pub stale: bool,
}

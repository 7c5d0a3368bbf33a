//! Enumerated types, and the types of columns.

use std::collections::BTreeMap;

use super::column::join_comment;
use super::once::of_type;
use super::{Cx, namespace, qualified};
use crate::diag::{Code, Diagnostic, Sink, did_you_mean};
use crate::model::default_name;
use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, tokens};
use crate::model::types::type_name;
use crate::model::{EnumData, EnumLabel, Fact, PgType};
use crate::source::decl::{EnumDecl, Ident, Prose, QName, VerbatimDecl};
use crate::span::FileId;

const CONFLICTING_ENUM: Code = Code::new("conflicting-enum");
const DUPLICATE_LABEL: Code = Code::new("duplicate-enum-label");
const TYPE_ARGUMENTS: Code = Code::new("type-arguments");
pub(super) const UNKNOWN_TYPE: Code = Code::new("unknown-type");
pub(super) const FOREIGN_TYPE: Code = Code::new("foreign-type");

/// Why a column has another type than the one that is written; which it is, a finding tells once for the file.
pub(crate) const BY_ANOTHER_NAME: &str = "PostgreSQL's name for the type";

/// Names that other databases and tools use, with what PostgreSQL calls them.
const FOREIGN: &[(&str, &str)] = &[
    ("bigdecimal", "numeric"),
    ("biginteger", "numeric"),
    ("binary", "bytea"),
    ("blob", "bytea"),
    ("clob", "text"),
    ("date_immutable", "date"),
    ("datetime", "timestamptz"),
    ("datetime2", "timestamptz"),
    ("datetime_immutable", "timestamptz"),
    ("datetimeoffset", "timestamptz"),
    ("double", "double precision"),
    ("enum", "an enumerated type, or text with a CHECK"),
    ("guid", "uuid"),
    ("instant", "timestamptz"),
    ("localdate", "date"),
    ("localdatetime", "timestamp"),
    ("localtime", "time"),
    ("long", "bigint"),
    ("longblob", "bytea"),
    ("longtext", "text"),
    ("map", "jsonb"),
    ("mediumint", "integer"),
    ("mediumtext", "text"),
    ("mixed", "jsonb"),
    ("nclob", "text"),
    ("ntext", "text"),
    ("number", "numeric"),
    ("nvarchar", "varchar"),
    ("object", "jsonb"),
    ("offsetdatetime", "timestamptz"),
    ("str", "text"),
    ("string", "text"),
    ("time_immutable", "time"),
    ("tinyint", "smallint"),
    ("tinytext", "text"),
    ("uniqueidentifier", "uuid"),
    ("unsigned", "bigint"),
    ("varbinary", "bytea"),
    ("varchar2", "varchar"),
    ("year", "smallint"),
    ("zoneddatetime", "timestamptz"),
];

/// Adds an enumerated type; one that is there already must have the same labels.
pub(super) fn add_enum(cx: &mut Cx<'_>, data: &EnumDecl) {
    if let Some(schema) = &data.name.schema {
        namespace(cx, schema);
    }
    let name = qualified(&data.name);
    let labels: Vec<EnumLabel> = data
        .values
        .iter()
        .map(|value| EnumLabel {
            label: Fact::said(value.name.node.clone(), value.name.span),
            was: value.was.as_ref().map(|was| Fact::said(was.node.clone(), was.span)),
            comment: value.note.as_ref().map(fact),
        })
        .collect();
    for (at, label) in labels.iter().enumerate() {
        let twice = labels.iter().take(at).find(|known| known.label.value == label.label.value);
        if let Some(first) = twice {
            let message = format!("`{}` has the label `{}` twice", name.plain(), label.label.value);
            cx.sink
                .error(DUPLICATE_LABEL, label.label.span, message)
                .label(first.label.span, "given here first")
                .help("remove one of the two");
        }
    }
    let known = cx.types.get(&name).copied().flatten();
    if let Some(known) = known.and_then(|at| cx.schema.enums.get_mut(at)) {
        let same = known
            .labels
            .iter()
            .map(|label| &label.label.value)
            .eq(labels.iter().map(|label| &label.label.value));
        let first = known.name.span;
        known.name.again(data.name.span());
        known.was = known.was.take().or_else(|| data.was.as_ref().map(former));
        join_comment(&mut known.comment, data.note.as_ref().map(fact));
        if same {
            for (label, new) in known.labels.iter_mut().zip(labels) {
                label.label.again(new.label.span);
                label.was = label.was.take().or(new.was);
                join_comment(&mut label.comment, new.comment);
            }
        } else {
            let message = format!("`{}` has other values here", name.plain());
            cx.conflict(CONFLICTING_ENUM, data.name.span(), message, first, "first given here".to_owned());
        }
        return;
    }
    cx.types.insert(name.clone(), Some(cx.schema.enums.len()));
    cx.schema.enums.push(EnumData {
        name: Fact::said(name, data.name.span()),
        was: data.was.as_ref().map(former),
        labels,
        comment: data.note.as_ref().map(fact),
    });
}

/// Returns the name that something had before.
pub(super) fn former(was: &QName) -> Fact<QualifiedName> {
    Fact::said(qualified(was), was.span())
}

/// Notes a type that a carried statement creates: a domain, a composite, a range.
pub(super) fn add_carried(cx: &mut Cx<'_>, data: &VerbatimDecl) {
    let creates_type = data.kind.split([' ', '_']).any(|word| ["type", "domain"].contains(&word));
    if let Some(name) = data.creates.as_ref().filter(|_| creates_type) {
        cx.types.entry(qualified(name)).or_insert(None);
        if let Some(multirange) = multirange(&data.text.node) {
            cx.types.entry(multirange).or_insert(None);
        }
    }
}

/// Returns the name of the multirange type that comes with a range type.
pub(super) fn multirange(create: &str) -> Option<QualifiedName> {
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    let name = cursor.eat("create type").then(|| cursor.name()).flatten()?;
    let options = cursor.eat("as range").then(|| cursor.group()).flatten()?.split();
    let said = options
        .into_iter()
        .find_map(|mut option| option.eat("multirange_type_name =").then(|| option.name()).flatten());
    Some(said.unwrap_or_else(|| default_name::multirange(&name)))
}

fn fact(prose: &Prose) -> Fact<String> {
    Fact::said(prose.text.clone(), prose.span)
}

/// Reads a column's type, looking names up among the schema's own types; one that is nobody's is reported and kept as
/// written.
pub(super) fn resolve(cx: &mut Cx<'_>, written: &Ident) -> PgType {
    // In quotes the case of letters counts: `"Name"` may be the schema's own where `name` is PostgreSQL's.
    if written.node.trim_start().starts_with('"')
        && let Some(own) = own_type(cx, written.node.trim())
    {
        return own;
    }
    resolve_parsed(cx, read(&written.node), written)
}

/// Reads a type's text without looking anything up.
pub(super) fn read(text: &str) -> PgType {
    // DBML quotes a type that has a space in it: "character varying".
    let inner = text.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).map(PgType::parse);
    let inner = inner.filter(|_| text.trim() != "\"char\"");
    inner.filter(|ty| !matches!(ty.element(), PgType::Unknown(_))).unwrap_or_else(|| PgType::parse(text))
}

/// Reads a column's type where a document need not run as it stands: one that another database or a program has, and PostgreSQL by
/// another name, is told and read as PostgreSQL's.
pub(super) fn resolve_of_others(cx: &mut Cx<'_>, written: &Ident) -> Fact<PgType> {
    let parsed = read(&written.node);
    let theirs = match parsed.element() {
        PgType::Unknown(text) if own_type(cx, text).is_none() => {
            of_others(text).map(|ours| (text.clone(), ours))
        }
        // MySQL's width of what is shown: `int(11)`.
        PgType::Builtin { name: name @ ("smallint" | "integer" | "bigint"), args, .. }
            if !args.is_empty() =>
        {
            Some((written.node.trim().trim_end_matches("[]").to_owned(), (*name).to_owned()))
        }
        _ => None,
    };
    if let Some((text, ours)) = theirs {
        let arrays = written.node.matches("[]").count();
        let ty = (0..arrays).fold(PgType::parse(&ours), |ty, _| PgType::Array(Box::new(ty)));
        let message = format!("`{text}` is no type of PostgreSQL, and read as `{ours}`");
        cx.sink
            .warning(FOREIGN_TYPE, written.span, message)
            .help(format!("write `{ours}`, or the type that is meant"));
        return Fact::inferred(ty, written.span, BY_ANOTHER_NAME);
    }
    Fact::said(resolve(cx, written), written.span)
}

/// Returns PostgreSQL's type for one that another database or a program has by another name.
fn of_others(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    // "string / uuid": what a program has it as, and the database.
    if let Some((one, other)) = lower.split_once('/') {
        let (one, other) = (one.trim(), other.trim());
        let ours = |word: &str| !matches!(PgType::parse(word), PgType::Unknown(_));
        return match (ours(one), ours(other)) {
            (true, false) => of_others(other).map(|_| one.to_owned()),
            (false, true) => of_others(one).map(|_| other.to_owned()),
            // "VARCHAR/TEXT" leaves it open: the first is taken, and told.
            (true, true) => Some(one.to_owned()),
            _ => None,
        };
    }
    let bare = lower.strip_suffix(" unsigned").unwrap_or(&lower);
    let (word, arguments) = match bare.split_once('(') {
        Some((word, rest)) => (word.trim(), rest.strip_suffix(')')?.trim()),
        None => (bare.trim(), ""),
    };
    let numbers = arguments.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '));
    let sized =
        |name: &str| if arguments.is_empty() { name.to_owned() } else { format!("{name}({arguments})") };
    match word {
        "string" | "nvarchar" | "nvarchar2" | "varchar2" if arguments == "max" => Some("text".to_owned()),
        _ if !numbers => None,
        "string" | "str" if arguments.is_empty() => Some("text".to_owned()),
        "string" | "str" | "nvarchar" | "nvarchar2" | "varchar2" => Some(sized("varchar")),
        "number" if arguments.is_empty() => Some("numeric".to_owned()),
        "number" => Some(sized("numeric")),
        "tinyint" if arguments == "1" => Some("boolean".to_owned()),
        "int" | "integer" | "bigint" | "smallint" if bare.len() < lower.len() => Some(word.to_owned()),
        // Identifiers that a program makes.
        "ulid" | "cuid" | "cuid2" | "nanoid" | "ksuid" | "objectid" if arguments.is_empty() => {
            Some("text".to_owned())
        }
        // What stands for an enumerated type without its values is a text.
        "enum" if arguments.is_empty() => Some("text".to_owned()),
        "unsigned" | "year" => None,
        _ => FOREIGN.iter().find(|(theirs, _)| *theirs == word).map(|(_, ours)| (*ours).to_owned()),
    }
}

fn resolve_parsed(cx: &mut Cx<'_>, ty: PgType, written: &Ident) -> PgType {
    match ty {
        PgType::Array(element) => PgType::Array(Box::new(resolve_parsed(cx, *element, written))),
        PgType::Unknown(text) => match own_type(cx, &text) {
            Some(own) => own,
            None => {
                report(cx, &text, written);
                PgType::Unknown(text)
            }
        },
        // A type of the schema's own outweighs an extension that has one of its name.
        PgType::Extension { name, .. } => own_type(cx, name).unwrap_or(ty),
        PgType::Builtin { name, args, .. } if !args.is_empty() && !TAKE_ARGUMENTS.contains(&name) => {
            cx.sink
                .error(
                    TYPE_ARGUMENTS,
                    written.span,
                    format!("`{name}` takes nothing in parentheses in PostgreSQL"),
                )
                .help(format!("write `{name}`"));
            PgType::builtin(name)
        }
        known => known,
    }
}

/// PostgreSQL's types that take a length, a precision or a scale.
const TAKE_ARGUMENTS: &[&str] = &[
    "bit",
    "char",
    "interval",
    "numeric",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "varbit",
    "varchar",
];

/// Looks a name up among the schema's own types, in its case first and folded then; in a script that runs, the rows of a table are
/// of a type of its name too.
fn own_type(cx: &Cx<'_>, text: &str) -> Option<PgType> {
    [type_name(text), type_name(&text.to_lowercase())].into_iter().find_map(|name| {
        match cx.types.get(&name) {
            Some(Some(_)) => Some(PgType::Enum(name)),
            Some(None) => Some(PgType::Defined(name)),
            None if cx.config.literal && cx.tables.contains_key(&name) => Some(PgType::Defined(name)),
            None => None,
        }
    })
}

/// How many columns of a file are named that have one unknown type.
const NAMED: usize = 5;

/// Leaves the first of many columns of a file that have one unknown type: all of them are mended in one way.
pub(super) fn say_seldom(sink: &mut Sink) {
    let place = |found: &Diagnostic| (found.span.file, of_type(&found.message));
    let is_of_type = |found: &Diagnostic| found.code == UNKNOWN_TYPE || found.code == FOREIGN_TYPE;
    let mut times: BTreeMap<(FileId, String), usize> = BTreeMap::new();
    for found in sink.diagnostics().iter().filter(|found| is_of_type(found)) {
        *times.entry(place(found)).or_default() += 1;
    }
    times.retain(|_, times| *times > NAMED);
    if times.is_empty() {
        return;
    }
    sink.revise(|mut found| {
        if !is_of_type(&found) {
            return Some(found);
        }
        let Some(times) = times.get_mut(&place(&found)) else { return Some(found) };
        let count = std::mem::take(times);
        found.help(format!("this is the first of {count} such columns in the file"));
        (count > 0).then_some(found)
    });
}

fn report(cx: &mut Cx<'_>, text: &str, written: &Ident) {
    let word = text.split(['(', ' ']).next().unwrap_or(text).to_lowercase();
    let foreign = FOREIGN.iter().find(|(name, _)| *name == word);
    let own: Vec<String> = cx.types.keys().map(QualifiedName::plain).collect();
    let help = match foreign {
        Some((_, ours)) => format!("PostgreSQL calls it `{ours}`"),
        None if word != text.to_lowercase() && !matches!(PgType::parse(&word), PgType::Unknown(_)) => {
            format!("PostgreSQL has `{word}`, and nothing of this kind may follow it")
        }
        None => {
            let builtin = [
                "text",
                "integer",
                "bigint",
                "boolean",
                "timestamptz",
                "timestamp",
                "numeric",
                "varchar",
                "jsonb",
                "uuid",
            ];
            did_you_mean(&word, own.iter().map(String::as_str).chain(builtin))
        }
    };
    let message = format!("`{text}` is no type of PostgreSQL and none that the documents define");
    cx.sink.error(UNKNOWN_TYPE, written.span, message).help(help);
}

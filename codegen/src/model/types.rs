//! PostgreSQL types.

use std::fmt::{Display, Formatter, Result};
use std::sync::LazyLock;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::ident::{PgIdent, QualifiedName, is_plain};

/// A column's type.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PgType {
    /// A type of PostgreSQL's own.
    Builtin {
        /// The short name that people write: `timestamptz`, `varchar`, `double precision`.
        name: &'static str,
        /// Arguments: length, precision and scale.
        args: Vec<i32>,
        /// Fields of an `interval`, in lower case.
        fields: Option<String>,
    },
    /// A type that an extension brings.
    Extension {
        /// The extension's name.
        extension: &'static str,
        /// The type's name.
        name: &'static str,
        /// The schema that the author says it is in, unless that is `public`.
        schema: Option<PgIdent>,
        /// Arguments as written: `vector(1536)`, `geometry(Point, 4326)`.
        args: Vec<String>,
    },
    /// An enumerated type of this schema.
    Enum(QualifiedName),
    /// Another type that a carried statement of this schema creates: a domain, a composite.
    Defined(QualifiedName),
    /// An array.
    Array(Box<PgType>),
    /// A type that the tool does not know, as written.
    Unknown(String),
}

impl PgType {
    /// Makes a builtin type without arguments.
    pub fn builtin(name: &'static str) -> Self {
        Self::Builtin { name, args: Vec::new(), fields: None }
    }

    /// Reads a type as people write it; names that are neither PostgreSQL's nor a known extension's come out as [`PgType::Unknown`],
    /// for lowering to look up among the schema's own.
    pub fn parse(text: &str) -> Self {
        // Most are one word.
        if let Some(name) = builtin(text) {
            return Self::builtin(name);
        }
        if let Some(plain) = with_numbers(text) {
            return plain;
        }
        let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if let Some(element) = array_element(&folded) {
            return Self::Array(Box::new(Self::parse(element)));
        }
        // The catalogue's own name of an array: `_text` is `text[]`.
        if let Some(element @ Self::Builtin { .. }) = folded.strip_prefix('_').and_then(scalar) {
            return Self::Array(Box::new(element));
        }
        scalar(&folded).unwrap_or(Self::Unknown(folded))
    }

    /// Returns the type of the elements, through every level of array.
    pub fn element(&self) -> &Self {
        match self {
            Self::Array(element) => element.element(),
            _ => self,
        }
    }

    /// Returns the extension that has to be there for the type.
    pub fn extension(&self) -> Option<&'static str> {
        match self.element() {
            Self::Extension { extension, .. } => Some(extension),
            _ => None,
        }
    }

    /// Returns the extension that has to be there for the type, with the schema that the author says it is in.
    pub(crate) fn extension_schema(&self) -> Option<(&'static str, Option<&PgIdent>)> {
        match self {
            Self::Array(element) => element.extension_schema(),
            Self::Extension { extension, schema, .. } => Some((extension, schema.as_ref())),
            _ => None,
        }
    }

    /// Returns the same, of which the schema can be changed.
    pub(crate) fn extension_schema_mut(&mut self) -> Option<(&'static str, &mut Option<PgIdent>)> {
        match self {
            Self::Array(element) => element.extension_schema_mut(),
            Self::Extension { extension, schema, .. } => Some((extension, schema)),
            _ => None,
        }
    }

    /// Returns the type of the values of a column: of one that counts up by itself, the type by which it counts.
    pub fn without_serial(&self) -> Self {
        match self.builtin_name() {
            Some("smallserial") => Self::builtin("smallint"),
            Some("serial") => Self::builtin("integer"),
            Some("bigserial") => Self::builtin("bigint"),
            _ => self.clone(),
        }
    }

    /// Returns the type as the catalogue holds it: arrays of one dimension, `char` with its length, a precision with its scale.
    pub(crate) fn stored(&self) -> Self {
        match self {
            Self::Array(element) => match element.stored() {
                nested @ Self::Array(_) => nested,
                element => Self::Array(Box::new(element)),
            },
            Self::Builtin { name, args, fields } => {
                let args = match (*name, args.as_slice()) {
                    ("char" | "bit", []) => vec![1],
                    ("numeric", [precision]) => vec![*precision, 0],
                    (_, args) => args.to_vec(),
                };
                Self::Builtin { name, args, fields: fields.clone() }
            }
            _ => self.clone(),
        }
    }

    /// Returns the name of a builtin type, without arguments.
    pub fn builtin_name(&self) -> Option<&'static str> {
        match self {
            Self::Builtin { name, .. } => Some(name),
            _ => None,
        }
    }
}

impl Display for PgType {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self {
            Self::Builtin { name, args, fields } => {
                f.write_str(name)?;
                if let Some(fields) = fields {
                    write!(f, " {fields}")?;
                }
                let args: Vec<String> = args.iter().map(ToString::to_string).collect();
                arguments(f, &args)
            }
            Self::Extension { name, schema, args, .. } => {
                if let Some(schema) = schema {
                    write!(f, "{schema}.")?;
                }
                f.write_str(name)?;
                arguments(f, args)
            }
            Self::Enum(name) | Self::Defined(name) => name.fmt(f),
            Self::Array(element) => write!(f, "{element}[]"),
            Self::Unknown(text) => f.write_str(text),
        }
    }
}

fn arguments(f: &mut Formatter<'_>, args: &[String]) -> Result {
    if args.is_empty() { Ok(()) } else { write!(f, "({})", args.join(", ")) }
}

/// Short names of PostgreSQL's types, with the other spellings that mean the same; `docs: datatype.html, table 8.1`.
const BUILTIN: &[(&str, &[&str])] = &[
    // One byte, and in quotes another type than without.
    ("\"char\"", &[]),
    ("aclitem", &[]),
    ("bigint", &["int8"]),
    ("bigserial", &["serial8"]),
    ("bit", &[]),
    ("boolean", &["bool"]),
    ("box", &[]),
    // Without a length it is of any; `char` is of one.
    ("bpchar", &[]),
    ("bytea", &[]),
    ("char", &["character", "nchar", "national char", "national character"]),
    ("cid", &[]),
    ("cidr", &[]),
    ("circle", &[]),
    ("date", &[]),
    ("datemultirange", &[]),
    ("daterange", &[]),
    ("double precision", &["float8"]),
    ("inet", &[]),
    ("information_schema.cardinal_number", &[]),
    ("information_schema.character_data", &[]),
    ("information_schema.sql_identifier", &[]),
    ("information_schema.time_stamp", &[]),
    ("information_schema.yes_or_no", &[]),
    ("int2vector", &[]),
    ("int4multirange", &[]),
    ("int4range", &[]),
    ("int8multirange", &[]),
    ("int8range", &[]),
    ("integer", &["int", "int4"]),
    ("interval", &[]),
    ("json", &[]),
    ("jsonb", &[]),
    ("jsonpath", &[]),
    ("line", &[]),
    ("lseg", &[]),
    ("macaddr", &[]),
    ("macaddr8", &[]),
    ("money", &[]),
    ("name", &[]),
    ("numeric", &["decimal", "dec"]),
    ("nummultirange", &[]),
    ("numrange", &[]),
    ("oid", &[]),
    ("oidvector", &[]),
    ("path", &[]),
    ("pg_lsn", &[]),
    ("pg_snapshot", &[]),
    ("point", &[]),
    ("polygon", &[]),
    ("real", &["float4"]),
    ("refcursor", &[]),
    ("regclass", &[]),
    ("regcollation", &[]),
    ("regconfig", &[]),
    ("regdictionary", &[]),
    ("regnamespace", &[]),
    ("regoper", &[]),
    ("regoperator", &[]),
    ("regproc", &[]),
    ("regprocedure", &[]),
    ("regrole", &[]),
    ("regtype", &[]),
    ("serial", &["serial4"]),
    ("smallint", &["int2"]),
    ("smallserial", &["serial2"]),
    ("text", &[]),
    ("tid", &[]),
    ("time", &["time without time zone"]),
    ("timestamp", &["timestamp without time zone"]),
    ("timestamptz", &["timestamp with time zone"]),
    ("timetz", &["time with time zone"]),
    ("tsmultirange", &[]),
    ("tsquery", &[]),
    ("tsrange", &[]),
    ("tstzmultirange", &[]),
    ("tstzrange", &[]),
    ("tsvector", &[]),
    ("txid_snapshot", &[]),
    ("uuid", &[]),
    ("varbit", &["bit varying"]),
    (
        "varchar",
        &[
            "character varying",
            "char varying",
            "nchar varying",
            "national char varying",
            "national character varying",
        ],
    ),
    ("xid", &[]),
    ("xid8", &[]),
    ("xml", &[]),
];

/// Types that extensions bring: type, extension.
const EXTENSION: &[(&str, &str)] = &[
    ("bit_vector", "vector"),
    ("box2d", "postgis"),
    ("box3d", "postgis"),
    ("citext", "citext"),
    ("cube", "cube"),
    ("debversion", "debversion"),
    ("ean13", "isn"),
    ("earth", "earthdistance"),
    ("geography", "postgis"),
    ("geometry", "postgis"),
    ("halfvec", "vector"),
    ("hll", "hll"),
    ("hstore", "hstore"),
    ("ip4", "ip4r"),
    ("ip4r", "ip4r"),
    ("ip6", "ip4r"),
    ("ip6r", "ip4r"),
    ("ipaddress", "ip4r"),
    ("iprange", "ip4r"),
    ("isbn", "isn"),
    ("isbn13", "isn"),
    ("ismn", "isn"),
    ("ismn13", "isn"),
    ("issn", "isn"),
    ("issn13", "isn"),
    ("lo", "lo"),
    ("lquery", "ltree"),
    ("ltree", "ltree"),
    ("ltxtquery", "ltree"),
    ("prefix_range", "prefix"),
    ("query_int", "intarray"),
    ("raster", "postgis_raster"),
    ("seg", "seg"),
    ("semver", "semver"),
    ("sparsevec", "vector"),
    ("topogeometry", "postgis_topology"),
    ("upc", "isn"),
    ("vector", "vector"),
];

fn array_element(text: &str) -> Option<&str> {
    if let Some(open) = text.strip_suffix(']').and_then(|rest| rest.rfind('[')) {
        let inside = text.get(open + 1..text.len() - 1)?;
        let sized = inside.trim().chars().all(|c| c.is_ascii_digit());
        return if sized { text.get(..open).map(str::trim_end) } else { None };
    }
    let (element, keyword) = text.rsplit_once(' ')?;
    keyword.eq_ignore_ascii_case("array").then_some(element)
}

/// Returns the short name of a type of PostgreSQL's own, of any of its names in lower case.
fn builtin(name: &str) -> Option<&'static str> {
    static SHORT: LazyLock<IndexMap<&str, &str, FxBuildHasher>> = LazyLock::new(|| {
        let all = BUILTIN.iter().rev();
        all.flat_map(|(short, others)| others.iter().chain([short]).map(|name| (*name, *short))).collect()
    });
    SHORT.get(name).copied()
}

/// Reads a type of PostgreSQL's own of one word with numbers behind it, `numeric(12, 2)`, which most that are not one word are.
fn with_numbers(text: &str) -> Option<PgType> {
    let (name, numbers) = text.strip_suffix(')')?.split_once('(')?;
    // Of these the numbers say which type it is.
    let name = builtin(name).filter(|_| !matches!(name, "float" | "bpchar"))?;
    let args = numbers.split(',').map(|number| number.trim().parse().ok()).collect::<Option<_>>()?;
    Some(PgType::Builtin { name, args, fields: None })
}

/// Returns the name of a type without the schema of PostgreSQL's own, and then without quotes: `"pg_catalog"."text"`.
fn unqualified(name: &str) -> &str {
    let inner = ["pg_catalog.", "\"pg_catalog\"."].iter().find_map(|schema| name.strip_prefix(schema));
    let Some(inner) = inner else { return name };
    let bare = inner.strip_prefix('"').and_then(|inner| inner.strip_suffix('"'));
    // In quotes it is another type than without.
    bare.filter(|bare| *bare != "char" && is_plain(bare)).unwrap_or(inner)
}

fn scalar(text: &str) -> Option<PgType> {
    let (head, args, tail) = split_arguments(text);
    let mut name = head.to_lowercase();
    if !tail.is_empty() {
        name = format!("{name} {}", tail.to_lowercase());
    }
    let name = unqualified(&name).to_owned();
    if let Some(fields) = name.strip_prefix("interval ") {
        return Some(PgType::Builtin {
            name: "interval",
            args: integers(&args)?,
            fields: Some(fields.to_owned()),
        });
    }
    if name == "float" {
        // float(1) to float(24) is real, up to float(53) is double precision.
        let real = integers(&args)?.first().is_some_and(|bits| *bits <= 24);
        return Some(PgType::builtin(if real { "real" } else { "double precision" }));
    }
    // With a length it is another name for `char`.
    let name = if name == "bpchar" && !args.is_empty() { "char".to_owned() } else { name };
    if let Some(short) = builtin(&name) {
        return Some(PgType::Builtin { name: short, args: integers(&args)?, fields: None });
    }
    let (schema, bare) = match name.rsplit_once('.') {
        Some((schema, bare)) => (Some(one_name(schema)?), bare),
        None => (None, name.as_str()),
    };
    let schema = schema.filter(|schema| *schema != "public").map(PgIdent::new);
    let (name, extension) = EXTENSION.iter().find(|(name, _)| *name == bare)?;
    Some(PgType::Extension { extension, name, schema, args })
}

/// Returns a name as it is without quotes; none where it is more than one: `a public` in front of a type is an argument's name and a schema.
fn one_name(text: &str) -> Option<&str> {
    match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').filter(|name| !name.contains('"')),
        None => text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$')).then_some(text),
    }
}

/// Splits `timestamp(3) with time zone` into its head, arguments and tail.
fn split_arguments(text: &str) -> (&str, Vec<String>, &str) {
    let Some((head, rest)) = text.split_once('(') else { return (text, Vec::new(), "") };
    let Some((inside, tail)) = rest.rsplit_once(')') else { return (text, Vec::new(), "") };
    (head.trim(), inside.split(',').map(|arg| arg.trim().to_owned()).collect(), tail.trim())
}

fn integers(args: &[String]) -> Option<Vec<i32>> {
    args.iter().map(|arg| arg.parse().ok()).collect()
}

/// Reads the name of a type of the schema's own out of an unknown type's text.
pub fn type_name(text: &str) -> QualifiedName {
    let fold = |part: &str| match part.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => part.to_owned(),
    };
    // A dot within quotes is part of the name.
    let mut is_quoted = false;
    let dot = text.find(|c| {
        is_quoted ^= c == '"';
        c == '.' && !is_quoted
    });
    match dot.and_then(|dot| Some((text.get(..dot)?, text.get(dot + 1..)?))) {
        Some((schema, name)) => QualifiedName::new(Some(&fold(schema)), fold(name)),
        None => QualifiedName { schema: None, name: PgIdent::new(fold(text)) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_types_in_many_ways() {
        let check = |text: &str, expected: &str| {
            let ty = PgType::parse(text);
            assert!(!matches!(ty.element(), PgType::Unknown(_)), "{text}");
            assert_eq!(ty.to_string(), expected);
        };
        check("VARCHAR(255)", "varchar(255)");
        check("character  varying ( 10 )", "varchar(10)");
        check("timestamp(3) with time zone", "timestamptz(3)");
        check("TIMESTAMP", "timestamp");
        check("int", "integer");
        check("decimal(10,2)", "numeric(10, 2)");
        check("text[]", "text[]");
        check("text[][3]", "text[][]");
        check("integer array", "integer[]");
        check("vector(1536)", "vector(1536)");
        check("extensions.vector(3)", "extensions.vector(3)");
        check("public.citext", "citext");
        check("\"my extensions\".citext", "\"my extensions\".citext");
        check("geometry(Point, 4326)", "geometry(Point, 4326)");
        check("interval day to second(3)", "interval day to second(3)");
        check("float(10)", "real");
        check("double precision", "double precision");
        check("pg_catalog.int4", "integer");
    }

    #[test]
    fn types_are_stored_in_one_form() {
        for (text, expected) in [
            ("text[][3]", "text[]"),
            ("char", "char(1)"),
            ("character(1)", "char(1)"),
            ("bpchar", "bpchar"),
            ("bpchar(3)", "char(3)"),
            ("bit", "bit(1)"),
            ("numeric(5)[]", "numeric(5, 0)[]"),
            ("numeric", "numeric"),
        ] {
            assert_eq!(PgType::parse(text).stored().to_string(), expected);
        }
    }

    #[test]
    fn what_is_not_known_is_kept_as_written() {
        assert_eq!(PgType::parse("order_status"), PgType::Unknown("order_status".to_owned()));
        assert_eq!(PgType::parse("varchar(max)"), PgType::Unknown("varchar(max)".to_owned()));
        assert_eq!(PgType::parse("enum('a[]')"), PgType::Unknown("enum('a[]')".to_owned()));
        assert_eq!(PgType::parse("vector(3").to_string(), "vector(3");
        assert_eq!(PgType::parse("]").to_string(), "]");
        assert_eq!(PgType::parse("vector(1536)").extension(), Some("vector"));
    }

    #[test]
    fn names_of_own_types() {
        assert_eq!(type_name("\"s.1\".\"a \"\"b.c\"").to_string(), "\"s.1\".\"a \"\"b.c\"");
        assert_eq!(type_name("\"T.t\"").to_string(), "\"T.t\"");
        assert_eq!(type_name("core.\"Order Status\"").to_string(), "core.\"Order Status\"");
    }
}

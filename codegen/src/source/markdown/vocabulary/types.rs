//! Names of types, and of anything that has a name.

/// Tells whether a text is a name as databases have it: a letter or `_`, then letters, digits and `_`; perhaps qualified.
pub(in super::super) fn is_name(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
            && part.len() <= 128
    };
    text.split('.').count() <= 2 && text.split('.').all(part)
}

/// Tells whether a text has letters of a script that puts no blanks between words, Chinese or Japanese.
pub(in super::super) fn is_unspaced(text: &str) -> bool {
    text.chars().any(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}'))
}

const TYPE_WORDS: &[&str] = &[
    "uuid",
    "ulid",
    "text",
    "varchar",
    "char",
    "character",
    "citext",
    "string",
    "str",
    "int",
    "int2",
    "int4",
    "int8",
    "integer",
    "bigint",
    "smallint",
    "tinyint",
    "mediumint",
    "serial",
    "bigserial",
    "smallserial",
    "numeric",
    "decimal",
    "float",
    "float4",
    "float8",
    "double",
    "real",
    "money",
    "number",
    "boolean",
    "bool",
    "date",
    "datetime",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "interval",
    "json",
    "jsonb",
    "bytea",
    "binary",
    "varbinary",
    "blob",
    "longtext",
    "mediumtext",
    "enum",
    "array",
    "vector",
    "tsvector",
    "inet",
    "cidr",
    "macaddr",
    "xml",
    "bit",
    "point",
    "polygon",
    "geometry",
    "geography",
    "daterange",
    "tstzrange",
    "hstore",
    "ltree",
    "oid",
    "bpchar",
    "name",
];

/// Tells whether a text begins with the name of a type.
pub(in super::super) fn is_type(text: &str) -> bool {
    let text = text.trim_start_matches(['`', '(', ' ']);
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default().to_lowercase();
    // "Name of the user", "Date when it was made" are prose.
    let goes_on = text.get(end..).unwrap_or_default().trim_start().starts_with(|c: char| c.is_lowercase());
    let behind = text.get(end..).unwrap_or_default().split_whitespace().next().unwrap_or_default();
    // "character varying(255)".
    let behind = behind.split('(').next().unwrap_or_default().to_lowercase();
    let known = [
        "with",
        "without",
        "not",
        "null",
        "primary",
        "unique",
        "default",
        "references",
        "precision",
        "varying",
        "unsigned",
        "array",
        "of",
        "pk",
        "fk",
        "nullable",
    ];
    TYPE_WORDS.contains(&word.as_str()) && (!goes_on || known.contains(&behind.trim_matches([',', ')'])))
}

/// Tells whether a word is a type and nothing that people say in prose, whatever follows it.
pub(in super::super) fn is_sure_type(word: &str) -> bool {
    const SURE: &[&str] = &[
        "uuid",
        "varchar",
        "integer",
        "bigint",
        "smallint",
        "serial",
        "bigserial",
        "boolean",
        "numeric",
        "decimal",
        "jsonb",
        "timestamptz",
        "bytea",
        "tsvector",
        "citext",
    ];
    let bare = word.split('(').next().unwrap_or_default().to_lowercase();
    SURE.contains(&bare.as_str())
}

/// Tells whether a text begins with a word that is a type somewhere, in a database or in a program.
pub(in super::super) fn begins_with_type(text: &str) -> bool {
    const OTHERS: &[&str] = &[
        "bytes",
        "long",
        "short",
        "byte",
        "object",
        "list",
        "map",
        "set",
        "any",
        "uint",
        "timestampz",
        "guid",
        "objectid",
        "localdatetime",
        "bigdecimal",
        "nvarchar",
        "varchar2",
        "nchar",
        "clob",
        "autofield",
        "foreignkey",
        "charfield",
        "textfield",
        "ref",
        "references",
        "fk",
        "uniqueidentifier",
        "int64",
        "int32",
        "float64",
        "float32",
        "datetime2",
        "image",
        "file",
        "mixed",
        "lob",
        "id",
        "year",
        "set",
    ];
    let text = text.trim_start_matches(['`', '(', ' ', '*', '[', '\'', '"']);
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default().to_lowercase();
    // `order_status` and `UserRole` are types that somebody made; "full-time" and "read" are words.
    let made = text
        .get(..end)
        .is_some_and(|word| word.contains('_') || word.chars().skip(1).any(char::is_uppercase));
    TYPE_WORDS.contains(&word.as_str()) || OTHERS.contains(&word.as_str()) || made
}

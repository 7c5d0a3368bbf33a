//! Names of types, and of anything that has a name.

use std::sync::LazyLock;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::phrases::Words;
use crate::source::markdown::words::lowered;

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

/// Words for types in other languages, with what PostgreSQL calls them.
const TRANSLATED: &[(&str, &str)] = &[
    ("строка", "text"),
    ("текст", "text"),
    ("рядок", "text"),
    ("целое", "integer"),
    ("целое число", "integer"),
    ("ціле", "integer"),
    ("ціле число", "integer"),
    ("число", "numeric"),
    ("дробное", "numeric"),
    ("вещественное", "double precision"),
    ("вещественное число", "double precision"),
    ("десятичное", "numeric"),
    ("десятичное число", "numeric"),
    ("число с плавающей точкой", "double precision"),
    ("большое целое", "bigint"),
    ("большое целое число", "bigint"),
    ("строковый", "text"),
    ("целочисленный", "integer"),
    ("числовой", "numeric"),
    ("логический тип", "boolean"),
    ("дата-время", "timestamp"),
    ("дата та час", "timestamp"),
    ("дата й час", "timestamp"),
    ("дата/час", "timestamp"),
    ("десяткове", "numeric"),
    ("десяткове число", "numeric"),
    ("дійсне", "double precision"),
    ("дійсне число", "double precision"),
    ("велике ціле", "bigint"),
    ("булевий", "boolean"),
    ("булеве", "boolean"),
    ("логічне", "boolean"),
    ("рядковий", "text"),
    ("логический", "boolean"),
    ("логическое", "boolean"),
    ("булево", "boolean"),
    ("булевый", "boolean"),
    ("логічний", "boolean"),
    ("дата", "date"),
    ("дата и время", "timestamp"),
    ("дата/время", "timestamp"),
    ("дата і час", "timestamp"),
    ("время", "time"),
    ("час", "time"),
    ("texto", "text"),
    ("texto largo", "text"),
    ("texto longo", "text"),
    ("texto corto", "text"),
    ("cadena de caracteres", "text"),
    ("cadeia de caracteres", "text"),
    ("número entero", "integer"),
    ("numero entero", "integer"),
    ("número inteiro", "integer"),
    ("entero largo", "bigint"),
    ("inteiro longo", "bigint"),
    ("número decimal", "numeric"),
    ("numero decimal", "numeric"),
    ("fecha-hora", "timestamp"),
    ("data-hora", "timestamp"),
    ("booleana", "boolean"),
    ("cadena", "text"),
    ("cadena de texto", "text"),
    ("entero", "integer"),
    ("inteiro", "integer"),
    ("número", "numeric"),
    ("numero", "numeric"),
    ("numérico", "numeric"),
    ("numerico", "numeric"),
    ("booleano", "boolean"),
    ("lógico", "boolean"),
    ("fecha", "date"),
    ("data", "date"),
    ("fecha y hora", "timestamp"),
    ("fecha/hora", "timestamp"),
    ("data e hora", "timestamp"),
    ("data/hora", "timestamp"),
    ("hora", "time"),
    ("texte", "text"),
    ("texte long", "text"),
    ("chaine", "text"),
    ("chaine de caractères", "text"),
    ("nombre entier", "integer"),
    ("entier long", "bigint"),
    ("nombre décimal", "numeric"),
    ("horodatage", "timestamp"),
    ("date-heure", "timestamp"),
    ("chaîne", "text"),
    ("chaîne de caractères", "text"),
    ("entier", "integer"),
    ("nombre", "numeric"),
    ("décimal", "numeric"),
    ("booléen", "boolean"),
    ("date et heure", "timestamp"),
    ("date/heure", "timestamp"),
    ("heure", "time"),
    ("zeichenkette", "text"),
    ("zeichen", "text"),
    ("langtext", "text"),
    ("ganze zahl", "integer"),
    ("kommazahl", "numeric"),
    ("fließkommazahl", "double precision"),
    ("gleitkommazahl", "double precision"),
    ("boolesch", "boolean"),
    ("boolscher wert", "boolean"),
    ("boolescher wert", "boolean"),
    ("ja/nein", "boolean"),
    ("datum/uhrzeit", "timestamp"),
    ("datum/zeit", "timestamp"),
    ("datum und uhrzeit", "timestamp"),
    ("zeit", "time"),
    ("ganzzahl", "integer"),
    ("zahl", "numeric"),
    ("dezimal", "numeric"),
    ("dezimalzahl", "numeric"),
    ("wahrheitswert", "boolean"),
    ("datum", "date"),
    ("zeitstempel", "timestamp"),
    ("uhrzeit", "time"),
    ("문자열", "text"),
    ("문자", "text"),
    ("큰 정수", "bigint"),
    ("큰정수", "bigint"),
    ("십진수", "numeric"),
    ("소수", "numeric"),
    ("불린", "boolean"),
    ("불리안", "boolean"),
    ("부울", "boolean"),
    ("참/거짓", "boolean"),
    ("날짜시간", "timestamp"),
    ("날짜 시간", "timestamp"),
    ("타임스탬프", "timestamp"),
    ("텍스트", "text"),
    ("정수", "integer"),
    ("숫자", "numeric"),
    ("실수", "double precision"),
    ("불리언", "boolean"),
    ("논리", "boolean"),
    ("날짜", "date"),
    ("일시", "timestamp"),
    ("날짜/시간", "timestamp"),
    ("시간", "time"),
    ("字符串", "text"),
    ("字串", "text"),
    ("文本", "text"),
    ("整数", "integer"),
    ("整數", "integer"),
    ("整型", "integer"),
    ("小数", "numeric"),
    ("浮点数", "double precision"),
    ("布尔", "boolean"),
    ("布尔值", "boolean"),
    ("布林", "boolean"),
    ("日期", "date"),
    ("日期时间", "timestamp"),
    ("时间戳", "timestamp"),
    ("文字列", "text"),
    ("テキスト", "text"),
    ("数値", "numeric"),
    ("真偽値", "boolean"),
    ("日付", "date"),
    ("日時", "timestamp"),
    ("chuỗi", "text"),
    ("văn bản", "text"),
    ("số nguyên", "integer"),
    ("số thực", "double precision"),
    ("ngày", "date"),
    ("teks", "text"),
    ("bilangan bulat", "integer"),
    ("tanggal", "date"),
    ("metin", "text"),
    ("tam sayı", "integer"),
    ("tarih", "date"),
    ("stringa", "text"),
    ("testo", "text"),
    ("intero", "integer"),
    ("tekst", "text"),
    ("liczba całkowita", "integer"),
    ("liczba", "numeric"),
    // Fields of Django, as its own back-end makes them on PostgreSQL.
    ("autofield", "integer"),
    ("bigautofield", "bigint"),
    ("bigintegerfield", "bigint"),
    ("binaryfield", "bytea"),
    ("booleanfield", "boolean"),
    ("charfield", "varchar"),
    ("datefield", "date"),
    ("datetimefield", "timestamptz"),
    ("decimalfield", "numeric"),
    ("durationfield", "interval"),
    ("emailfield", "varchar(254)"),
    ("filefield", "varchar(100)"),
    ("floatfield", "double precision"),
    ("genericipaddressfield", "inet"),
    ("imagefield", "varchar(100)"),
    ("integerfield", "integer"),
    ("jsonfield", "jsonb"),
    ("positivebigintegerfield", "bigint"),
    ("positiveintegerfield", "integer"),
    ("positivesmallintegerfield", "smallint"),
    ("slugfield", "varchar(50)"),
    ("smallintegerfield", "smallint"),
    ("textfield", "text"),
    ("timefield", "time"),
    ("urlfield", "varchar(200)"),
    ("uuidfield", "uuid"),
];

/// Returns what PostgreSQL calls a type that another language has the word for.
fn of_another_language(word: &str) -> Option<&'static str> {
    static OURS: LazyLock<IndexMap<&str, &str, FxBuildHasher>> =
        // Of a word that stands twice the first counts.
        LazyLock::new(|| TRANSLATED.iter().rev().copied().collect());
    OURS.get(word).copied()
}

static KNOWN: Words<()> = Words::new(&[(TYPE_WORDS, ())]);

/// Returns what PostgreSQL calls the type that stands there as a word of another language, perhaps with a length: "строка(255)".
pub(in super::super) fn translated(ty: &str) -> Option<String> {
    let lower = lowered(ty.trim().trim_matches('`'));
    let (word, length) = match lower.split_once(['(', '（']) {
        Some((word, rest)) => (word.trim(), Some(rest.trim_end_matches([')', '）']).trim().to_owned())),
        None => (lower.as_ref(), None),
    };
    let ours = of_another_language(word)?;
    let plain = |length: &String| length.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' '));
    match (length, ours) {
        (None, ours) => Some(ours.to_owned()),
        (Some(length), "text" | "varchar") if plain(&length) => Some(format!("varchar({length})")),
        (Some(length), "numeric") if plain(&length) => Some(format!("numeric({length})")),
        (Some(_), _) => None,
    }
}

/// Tells whether a text is nothing but a word for a type in another language, which is no word of English or for a name.
pub(in super::super) fn is_word_for_type(text: &str) -> bool {
    const OTHERS: &[&str] = &["data", "nombre"];
    let word = lowered(text.trim());
    translated(&word).is_some() && !OTHERS.contains(&word.as_ref())
}

/// Tells whether a text begins with the name of a type.
pub(in super::super) fn is_type(text: &str) -> bool {
    let text = text.trim_start_matches(['`', '(', ' ']);
    let word = text.split([',', ';', ')', '|', '—', '-', '(', '（']).next().unwrap_or_default();
    let of_django = word.trim_end().ends_with("Field");
    if (of_django || !text.is_ascii()) && translated(word).is_some() {
        return true;
    }
    // "Unsigned BigInt".
    let text = match text.split_once(' ') {
        Some((first, rest)) if first.eq_ignore_ascii_case("unsigned") => rest,
        _ => text,
    };
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let word = lowered(text.get(..end).unwrap_or_default());
    // "Name of the user", "Date when it was made" are prose.
    let goes_on = text.get(end..).unwrap_or_default().trim_start().starts_with(|c: char| c.is_lowercase());
    let behind = text.get(end..).unwrap_or_default().split_whitespace().next().unwrap_or_default();
    // "character varying(255)".
    let behind = lowered(behind.split('(').next().unwrap_or_default());
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
    KNOWN.has(&word) && (!goes_on || known.contains(&behind.trim_matches([',', ')'])))
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
    let bare = lowered(word.split('(').next().unwrap_or_default());
    SURE.contains(&bare.as_ref())
}

/// Tells whether a text is nothing but a type that stands for nothing else, perhaps with its length in brackets: `varchar(255)`.
pub(in super::super) fn is_bare_type(text: &str) -> bool {
    let (word, length) = text.split_once('(').unwrap_or((text, ")"));
    let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b',' | b' ');
    (word == "text" || word == "int" || is_sure_type(word))
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && length.strip_suffix(')').is_some_and(|length| length.bytes().all(plain))
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
        "localdate",
        "localdatetime",
        "localtime",
        "instant",
        "offsetdatetime",
        "zoneddatetime",
        "bigdecimal",
        "biginteger",
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
    static KNOWN_OTHERS: Words<()> = Words::new(&[(OTHERS, ())]);
    let text = text.trim_start_matches(['`', '(', ' ', '*', '[', '\'', '"']);
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let word = lowered(text.get(..end).unwrap_or_default());
    // `order_status` and `UserRole` are types that somebody made; "full-time" and "read" are words.
    let made = text
        .get(..end)
        .is_some_and(|word| word.contains('_') || word.chars().skip(1).any(char::is_uppercase));
    KNOWN.has(&word)
        || KNOWN_OTHERS.has(&word)
        || made
        || of_another_language(&word).is_some()
        || translated(text).is_some()
}

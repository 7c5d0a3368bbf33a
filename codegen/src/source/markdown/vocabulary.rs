//! Words by which a document's tables and bullets are known, in English, Ukrainian, Russian, Spanish, Portuguese, German, French
//! and Korean.

/// What a column of a pipe table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HeaderRole {
    /// Names.
    Name,
    /// Types.
    Type,
    /// Constraints.
    Constraints,
    /// PK, FK.
    Key,
    /// Whether NULL is allowed.
    Nullable,
    /// Whether a value is required.
    Required,
    /// Defaults.
    Default,
    /// Descriptions.
    Description,
}

/// What a labelled bullet says of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BulletRole {
    /// What the table is for.
    Purpose,
    /// Its columns.
    Columns,
    /// Columns with an index.
    Indexes,
    /// The values of a column.
    Values,
    /// The migration file that it belongs to.
    Migration,
    /// Its name.
    Table,
    /// Who may see its rows.
    Access,
    /// How it hangs together with other tables.
    Links,
    /// How it is searched.
    Search,
    /// What its rows must meet.
    Constraint,
    /// Something else that is said of it: security, helper functions.
    Said,
}

const NAMES: &[&str] = &[
    "column",
    "column name",
    "columns",
    "field",
    "field name",
    "name",
    "attribute",
    "property",
    "колонка",
    "стовпець",
    "поле",
    "назва",
    "назва поля",
    "атрибут",
    "столбец",
    "имя",
    "имя поля",
    "название",
    "campo",
    "columna",
    "nombre",
    "atributo",
    "coluna",
    "nome",
    "spalte",
    "feld",
    "spaltenname",
    "name der spalte",
    "colonne",
    "champ",
    "nom",
    "attribut",
    "컬럼",
    "컬럼명",
    "칼럼",
    "필드",
    "필드명",
    "열",
    "이름",
    "속성",
];
const TYPES: &[&str] = &[
    "type",
    "data type",
    "datatype",
    "sql type",
    "db type",
    "column type",
    "field type",
    "тип",
    "тип даних",
    "тип данных",
    "tipo",
    "tipo de dato",
    "tipo de datos",
    "tipo de dado",
    "tipo de dados",
    "typ",
    "datentyp",
    "type de données",
    "타입",
    "데이터 타입",
    "데이터타입",
    "자료형",
    "유형",
];
const CONSTRAINTS: &[&str] = &[
    "constraint",
    "constraints",
    "modifiers",
    "attributes",
    "extra",
    "обмеження",
    "ограничения",
    "ограничение",
    "restricciones",
    "restricción",
    "restrições",
    "restrição",
    "einschränkungen",
    "constraint(s)",
    "contraintes",
    "contrainte",
    "제약조건",
    "제약 조건",
    "제약",
];
const KEYS: &[&str] = &["key", "keys", "pk/fk", "ключ", "clave", "chave", "schlüssel", "clé", "키"];
const NULLABLES: &[&str] =
    &["nullable", "null", "null?", "nullable?", "nulo", "null erlaubt", "nul", "널 허용", "널"];
const REQUIREDS: &[&str] = &[
    "required",
    "required?",
    "not null",
    "mandatory",
    "обов'язкове",
    "обов’язкове",
    "обязательное",
    "requerido",
    "obligatorio",
    "obrigatório",
    "pflicht",
    "erforderlich",
    "requis",
    "obligatoire",
    "필수",
    "필수 여부",
];
const DEFAULTS: &[&str] = &[
    "default",
    "default value",
    "за замовчуванням",
    "по умолчанию",
    "por defecto",
    "valor por defecto",
    "padrão",
    "valor padrão",
    "standard",
    "standardwert",
    "par défaut",
    "défaut",
    "valeur par défaut",
    "기본값",
];
const DESCRIPTIONS: &[&str] = &[
    "description",
    "notes",
    "note",
    "purpose",
    "comment",
    "comments",
    "remarks",
    "details",
    "meaning",
    "опис",
    "примітки",
    "примітка",
    "призначення",
    "описание",
    "примечание",
    "примечания",
    "назначение",
    "descripción",
    "notas",
    "observaciones",
    "descrição",
    "observações",
    "observação",
    "beschreibung",
    "bemerkung",
    "anmerkung",
    "zweck",
    "remarque",
    "remarques",
    "설명",
    "비고",
    "의미",
];

/// Returns what a column of a pipe table holds, by its head.
pub(super) fn header(text: &str) -> Option<HeaderRole> {
    let word = plain(text);
    let roles = [
        (NAMES, HeaderRole::Name),
        (TYPES, HeaderRole::Type),
        (CONSTRAINTS, HeaderRole::Constraints),
        (KEYS, HeaderRole::Key),
        (NULLABLES, HeaderRole::Nullable),
        (REQUIREDS, HeaderRole::Required),
        (DEFAULTS, HeaderRole::Default),
        (DESCRIPTIONS, HeaderRole::Description),
    ];
    roles.iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, role)| *role)
}

/// Lower-cases a label and takes its marks, its colon and what stands in brackets away.
fn plain(text: &str) -> String {
    let text = text.split(['(', '（']).next().unwrap_or(text);
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && c != '?');
    text.to_lowercase()
}

const PURPOSES: &[&str] = &[
    "purpose",
    "description",
    "призначення",
    "опис",
    "назначение",
    "описание",
    "propósito",
    "descripción",
    "objetivo",
    "descrição",
    "zweck",
    "beschreibung",
    "objet",
    "목적",
    "설명",
];
const COLUMNS: &[&str] = &[
    "key columns",
    "columns",
    "key fields",
    "fields",
    "main columns",
    "main fields",
    "core columns",
    "important columns",
    "attributes",
    "ключові колонки",
    "колонки",
    "стовпці",
    "поля",
    "ключові поля",
    "ключевые поля",
    "столбцы",
    "columnas",
    "columnas clave",
    "campos",
    "campos clave",
    "campos principales",
    "campos principais",
    "colunas",
    "colunas principais",
    "spalten",
    "felder",
    "wichtige spalten",
    "colonnes",
    "champs",
    "colonnes clés",
    "컬럼",
    "주요 컬럼",
    "필드",
    "주요 필드",
    "컬럼 설명",
];
const INDEXES: &[&str] =
    &["indexes", "indices", "index", "індекси", "индексы", "índices", "indizes", "index", "인덱스"];
const VALUES: &[&str] = &["values", "types", "значення", "значения", "valores", "werte", "valeurs", "값"];
const MIGRATIONS: &[&str] =
    &["migration", "migrations", "міграція", "миграция", "migración", "migração", "마이그레이션"];
const TABLES: &[&str] =
    &["table", "table name", "таблиця", "таблица", "tabla", "tabela", "tabelle", "테이블"];
const ACCESS: &[&str] = &[
    "rls",
    "rls policy",
    "rls policies",
    "row level security",
    "row-level security",
    "policy",
    "policies",
    "access",
    "access control",
    "доступ",
    "acceso",
    "acesso",
    "zugriff",
    "accès",
];
const LINKS: &[&str] = &[
    "relationships",
    "relations",
    "relationship",
    "references",
    "foreign keys",
    "зв'язки",
    "зв’язки",
    "связи",
    "relaciones",
    "relações",
    "relacionamentos",
    "beziehungen",
    "관계",
];
const SEARCH: &[&str] =
    &["search", "full-text search", "full text search", "пошук", "поиск", "búsqueda", "suche"];
const CONSTRAINT: &[&str] = &[
    "constraint",
    "constraints",
    "unique",
    "unique constraint",
    "обмеження",
    "ограничения",
    "restricciones",
    "restrições",
];
const SAID: &[&str] = &[
    "security",
    "usage",
    "location",
    "helper functions",
    "functions",
    "triggers",
    "trigger",
    "returns",
    "notes",
    "note",
    "retention",
    "безпека",
    "безопасность",
    "seguridad",
    "segurança",
    "sicherheit",
    "sécurité",
];

/// Returns what a labelled bullet says, by its label.
pub(super) fn bullet(label: &str) -> Option<BulletRole> {
    let word = plain(label);
    let roles = [
        (PURPOSES, BulletRole::Purpose),
        (COLUMNS, BulletRole::Columns),
        (INDEXES, BulletRole::Indexes),
        (MIGRATIONS, BulletRole::Migration),
        (TABLES, BulletRole::Table),
        (ACCESS, BulletRole::Access),
        (LINKS, BulletRole::Links),
        (SEARCH, BulletRole::Search),
        (CONSTRAINT, BulletRole::Constraint),
        (SAID, BulletRole::Said),
    ];
    let whole = roles.iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, role)| *role);
    // "Status Values", "Connection Types": the last word tells, the words before it name the column.
    let last = word.rsplit(' ').next().unwrap_or_default();
    whole.or_else(|| (word.contains(' ') && VALUES.contains(&last)).then_some(BulletRole::Values))
}

/// Tells whether a word says "table", so that it is not part of a name.
pub(super) fn is_table_word(word: &str) -> bool {
    let words = [
        "table",
        "entity",
        "model",
        "таблиця",
        "таблица",
        "сутність",
        "модель",
        "tabla",
        "tabela",
        "entidad",
        "entidade",
        "tabelle",
        "entité",
        "테이블",
    ];
    words.contains(&plain(word).as_str())
}

/// Tells whether a word says "table" or "tables".
pub(super) fn is_table_word_or_plural(word: &str) -> bool {
    let word = plain(word);
    is_table_word(&word)
        || is_table_word(word.strip_suffix('s').unwrap_or(&word))
        || ["таблиці", "таблицы", "tabellen"].contains(&word.as_str())
}

/// Tells whether a heading speaks of a part of a table and not of a table.
pub(super) fn is_generic(heading: &str) -> bool {
    let word = plain(heading);
    let parts = [
        "schema",
        "structure",
        "overview",
        "definition",
        "table",
        "tables",
        "entities",
        "models",
        "indexes",
        "relationships",
        "enums",
        "campos json",
        "схема",
        "структура",
        "таблиці",
        "таблицы",
        "tablas",
        "tabelas",
        "tabellen",
        "구조",
        "테이블",
        "security",
        "notes",
        "example",
        "examples",
        "migrations",
        "summary",
        "introduction",
        "conventions",
    ];
    COLUMNS.contains(&word.as_str()) || INDEXES.contains(&word.as_str()) || parts.contains(&word.as_str())
}

/// Tells whether a heading speaks of the columns of the table that the heading above it names.
pub(super) fn is_about_columns(heading: &str) -> bool {
    let word = plain(heading);
    let parts = [
        "schema",
        "structure",
        "definition",
        "схема",
        "структура",
        "estructura",
        "estrutura",
        "struktur",
        "구조",
    ];
    // "Campos de ubicación" are columns as well.
    let first = word.split(' ').next().unwrap_or_default();
    COLUMNS.contains(&word.as_str()) || COLUMNS.contains(&first) || parts.contains(&word.as_str())
}

/// Tells whether a heading announces tables or a schema.
pub(super) fn announces_tables(heading: &str) -> bool {
    let words = [
        "table",
        "tables",
        "schema",
        "schemas",
        "таблиця",
        "таблиці",
        "схема",
        "таблица",
        "таблицы",
        "tabla",
        "tablas",
        "esquema",
        "tabela",
        "tabelas",
        "tabelle",
        "tabellen",
        "schéma",
        "테이블",
        "스키마",
    ];
    let lower = heading.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

/// Tells whether a heading announces several tables.
pub(super) fn announces_several(heading: &str) -> bool {
    let words = ["tables", "таблиці", "таблицы", "tablas", "tabelas", "tabellen", "tables:"];
    heading.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

/// Tells whether a heading speaks of plans.
pub(super) fn is_planned(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    let words = [
        "planned",
        "future",
        "proposed",
        "roadmap",
        "заплановані",
        "майбутні",
        "планируемые",
        "futuro",
        "futuros",
        "geplant",
        "prévu",
        "향후",
    ];
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

/// Tells whether a cell says yes or no; none where it says neither.
pub(super) fn is_yes(text: &str) -> Option<bool> {
    let word = text.trim().to_lowercase();
    let first = word.split([' ', ',', '(']).next().unwrap_or_default();
    let yes = [
        "yes", "y", "true", "✅", "✔", "✔️", "✓", "☑", "☑️", "так", "да", "sí", "si", "sim", "ja", "oui",
        "예", "o", "null",
    ];
    let no =
        ["no", "n", "false", "❌", "✗", "✘", "✖", "ні", "нет", "não", "nein", "non", "아니오", "x", "not"];
    match () {
        () if yes.contains(&first) => Some(true),
        () if no.contains(&first) => Some(false),
        () => None,
    }
}

/// Tells whether a text is a name as databases have it: a letter or `_`, then letters, digits and `_`; perhaps qualified.
pub(super) fn is_name(text: &str) -> bool {
    let part = |part: &str| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
            && part.len() <= 128
    };
    text.split('.').count() <= 2 && text.split('.').all(part)
}

const TYPE_WORDS: &[&str] = &[
    "uuid",
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
pub(super) fn is_type(text: &str) -> bool {
    let text = text.trim_start_matches(['`', '(', ' ']);
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let word = text.get(..end).unwrap_or_default().to_lowercase();
    // "Name of the user", "Date when it was made" are prose.
    let goes_on = text.get(end..).unwrap_or_default().trim_start().starts_with(|c: char| c.is_lowercase());
    let behind =
        text.get(end..).unwrap_or_default().split_whitespace().next().unwrap_or_default().to_lowercase();
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

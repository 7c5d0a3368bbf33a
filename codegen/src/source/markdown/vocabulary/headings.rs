//! Words of headings: which name a table, which a part of one, and which speak of something else.

use super::bullets::{self, BulletRole};
use super::phrases::Words;
use super::plain;
use crate::source::markdown::words::lowered;

/// Tells whether a word says "table", so that it is not part of a name.
pub(in super::super) fn is_table_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
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
        "表",
        "数据表",
        "資料表",
        "テーブル",
        "bảng",
        "tabel",
        "tablo",
        "tablosu",
        "tabella",
        "encja",
        "collection",
        "sheet",
        "modelo",
        "modèle",
        "modell",
        "entità",
        "сущность",
        "엔티티",
        "모델",
        "시트",
        "实体",
        "模型",
        "实体表",
    ];
    static KNOWN: Words<()> = Words::new(&[(WORDS, ())]);
    KNOWN.has(&plain(word))
}

/// Tells whether a word in a script without blanks ends in one that says "table": "用户表".
pub(in super::super) fn ends_in_table_word(word: &str) -> bool {
    ["表", "テーブル", "테이블"].iter().any(|table| word.ends_with(table))
}

/// Tells whether a label says that the name behind it is a table's: "Table name", "Technischer Name".
pub(in super::super) fn says_table_name(label: &str) -> bool {
    const WORDS: &[&str] = &[
        "technical name",
        "db name",
        "database name",
        "db table",
        "database table",
        "table name",
        "технічна назва",
        "назва таблиці",
        "ім'я таблиці",
        "техническое имя",
        "техническое название",
        "имя таблицы",
        "название таблицы",
        "nombre técnico",
        "nombre de tabla",
        "nombre de la tabla",
        "nome técnico",
        "nome da tabela",
        "technischer name",
        "tabellenname",
        "nom technique",
        "nom de table",
        "nom de la table",
        "테이블명",
        "테이블 이름",
        "表名",
        "表名称",
        "数据表",
        "テーブル名",
        "物理名",
        "tên bảng",
        "nama tabel",
        "tablo adı",
        "nome tabella",
        "nome della tabella",
        "nazwa tabeli",
        "tabelnaam",
    ];
    static KNOWN: Words<()> = Words::new(&[(WORDS, ())]);
    KNOWN.has(&plain(label))
}

/// Tells whether a word says "table" or "tables".
pub(in super::super) fn is_table_word_or_plural(word: &str) -> bool {
    let word = plain(word);
    is_table_word(&word)
        || is_table_word(word.strip_suffix('s').unwrap_or(&word))
        || ["таблиці", "таблицы", "tabellen"].contains(&word.as_ref())
}

/// Tells whether a heading speaks of a part of a table and not of a table.
pub(in super::super) fn is_generic(heading: &str) -> bool {
    let word = plain(heading);
    const PARTS: &[&str] = &[
        "schema",
        "structure",
        "overview",
        "definition",
        "migration",
        "migrations",
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
        "example",
        "examples",
        "summary",
        "introduction",
        "conventions",
        "конвенції",
        "угоди",
        "конвенции",
        "соглашения",
        "сутності",
        "сущности",
        "convenciones",
        "entidades",
        "resumen",
        "convenções",
        "resumo",
        "konventionen",
        "entitäten",
        "überblick",
        "entités",
        "aperçu",
    ];
    static KNOWN: Words<()> = Words::new(&[(PARTS, ())]);
    // Tables are called `notes` as well, in small letters.
    let is_title = heading.trim_start().starts_with(char::is_uppercase);
    // "Added", "Fixed" head the parts of a list of changes.
    const TITLES: &[&str] = &[
        "notes",
        "migrations",
        "collections",
        "added",
        "changed",
        "changes",
        "deprecated",
        "removed",
        "fixed",
        "fixes",
        "improved",
        "documented",
        "unreleased",
        "breaking",
        "internal",
        "triggers",
        "fks",
        "fk",
        "rls",
        "rls policies",
        "row level security",
        "row-level security",
        "constraints",
        "unique constraints",
        "check constraints",
        "checks",
        "foreign keys",
        "primary key",
        "functions",
        "policies",
        "relations",
    ];
    static KNOWN_TITLES: Words<()> = Words::new(&[(TITLES, ())]);
    // Words of these scripts have no blanks between them: "表结构详情" is several.
    let compounds = [
        "结构", "結構", "设计", "設計", "定义", "定義", "清单", "列表", "详情", "详述", "说明", "概述",
        "总览", "一览", "一覧", "構造", "約定", "约定", "规范", "구조", "정의", "설계", "목록", "명세",
        "규칙",
    ];
    let of_part = || {
        use BulletRole::{Constraint, Indexes, Links};
        !word.is_ascii() && matches!(super::bullet(&word), Some(Constraint | Indexes | Links))
    };
    of_part()
        || matches!(bullets::role(&word), Some(BulletRole::Columns | BulletRole::Indexes))
        || KNOWN.has(&word)
        || (!word.contains(' ') && compounds.iter().any(|part| word.contains(part)))
        || (is_title && KNOWN_TITLES.has(&word))
}

/// Tells whether a label says columns.
fn is_columns(word: &str) -> bool {
    bullets::role(word) == Some(BulletRole::Columns)
}

/// Tells whether a heading speaks of the columns of the table that the heading above it names.
pub(in super::super) fn is_about_columns(heading: &str) -> bool {
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
    is_columns(&word) || is_columns(first) || parts.contains(&word.as_ref())
}

/// Tells whether a heading announces tables or a schema.
pub(in super::super) fn announces_tables(heading: &str) -> bool {
    const WORDS: &[&str] = &[
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
    static KNOWN: Words<()> = Words::new(&[(WORDS, ())]);
    let lower = lowered(heading);
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| KNOWN.has(word))
}

/// Tells whether a heading announces several tables.
pub(in super::super) fn announces_several(heading: &str) -> bool {
    let words = ["tables", "таблиці", "таблицы", "tablas", "tabelas", "tabellen", "tables:"];
    lowered(heading).split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

/// Tells whether a heading speaks of plans.
pub(in super::super) fn is_planned(heading: &str) -> bool {
    let lower = lowered(heading);
    const WORDS: &[&str] = &[
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
    static KNOWN: Words<()> = Words::new(&[(WORDS, ())]);
    // "Not yet implemented", "noch nicht gebaut".
    const NOT_YET: &[&str] = &[
        "not yet",
        "not implemented",
        "to be implemented",
        "to be built",
        "coming soon",
        "ще не",
        "ещё не",
        "еще не",
        "todavía no",
        "aún no",
        "ainda não",
        "noch nicht",
        "pas encore",
        "미구현",
    ];
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| KNOWN.has(word))
        || NOT_YET.iter().any(|words| lower.contains(words))
}

/// Tells whether a heading speaks of something that has fields and is no table: what a call takes and gives, what a program is set up with.
pub(in super::super) fn is_elsewhere(heading: &str) -> bool {
    const WORDS: &[&str] = &[
        "api",
        "apis",
        "endpoint",
        "endpoints",
        "request",
        "requests",
        "response",
        "responses",
        "payload",
        "payloads",
        "parameters",
        "params",
        "arguments",
        "configuration",
        "config",
        "environment",
        "env",
        "deployment",
        "monitoring",
        "headers",
        "dto",
        "dtos",
        "props",
        "cli",
        "variables",
        "settings",
        "конфігурація",
        "налаштування",
        "оточення",
        "конфигурация",
        "настройки",
        "окружения",
        "configuración",
        "parámetros",
        "entorno",
        "configuração",
        "parâmetros",
        "ambiente",
        "konfiguration",
        "umgebungsvariablen",
        "einstellungen",
        "paramètres",
        "environnement",
        "설정",
        "환경",
    ];
    static KNOWN: Words<()> = Words::new(&[(WORDS, ())]);
    const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
    let called = METHODS.iter().any(|method| heading.trim_start_matches(['`', ' ']).starts_with(method));
    let lower = lowered(heading);
    let mut spoken =
        lower.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
    called || spoken.any(|word| KNOWN.has(word))
}

/// Tells whether all that stands below a heading speaks of such things.
pub(in super::super) fn is_other_place(heading: &str) -> bool {
    let whole = plain(heading);
    const WORDS: &[&str] = &[
        "api",
        "apis",
        "rest api",
        "api reference",
        "api endpoints",
        "api design",
        "endpoints",
        "http api",
        "graphql api",
        "requests",
        "responses",
        "environment variables",
    ];
    static KNOWN: Words<()> = Words::new(&[(WORDS, ())]);
    KNOWN.has(&whole)
}

/// Tells whether a heading, as a whole, says that it sums up.
pub(in super::super) fn is_summary(heading: &str) -> bool {
    const WORDS: &[&str] = &[
        "summary",
        "conclusion",
        "results",
        "statistics",
        "in numbers",
        "totals",
        "підсумок",
        "підсумки",
        "итог",
        "итоги",
        "resumen",
        "conclusión",
        "resumo",
        "conclusão",
        "zusammenfassung",
        "fazit",
        "résumé",
        "conclusion",
        "요약",
    ];
    static KNOWN: Words<()> = Words::new(&[(WORDS, ())]);
    KNOWN.has(&plain(heading))
}

/// Tells whether a word says "values" of a column.
pub(in super::super) fn is_values_word(word: &str) -> bool {
    const WORDS: &[&str] =
        &["values", "types", "options", "enum", "значення", "значения", "valores", "werte", "valeurs", "값"];
    static KNOWN: Words<()> = Words::new(&[(WORDS, ())]);
    KNOWN.has(&plain(word))
}

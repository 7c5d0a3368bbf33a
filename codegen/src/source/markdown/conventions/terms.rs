//! The words of a rule for all tables, in the languages that documents come in.

use crate::source::markdown::vocabulary::Signs;

/// Words that make of a description a rule, in the languages that documents come in.
pub(super) const ALL: &[&str] = &[
    "all",
    "every",
    "each",
    "always",
    "any",
    "must",
    "усі",
    "всі",
    "кожна",
    "кожен",
    "завжди",
    "все",
    "каждая",
    "каждый",
    "всегда",
    "todas",
    "todos",
    "toda",
    "cada",
    "siempre",
    "sempre",
    "alle",
    "jede",
    "immer",
    "toutes",
    "tous",
    "chaque",
    "toujours",
    "모든",
    "всіх",
    "усіх",
    "всех",
    "allen",
];

/// Words that make some of all.
pub(super) const ALMOST: &[&str] =
    &["almost", "nearly", "майже", "почти", "casi", "quase", "fast", "beinahe", "presque"];

/// "Tables", in the languages that documents come in.
pub(super) const TABLE_WORDS: &[&str] = &[
    "table",
    "tables",
    "model",
    "models",
    "entity",
    "entities",
    "сутність",
    "сутності",
    "сущность",
    "сущности",
    "entidad",
    "entidades",
    "entidade",
    "entität",
    "entitäten",
    "entité",
    "entités",
    "таблиці",
    "таблиця",
    "таблицы",
    "таблица",
    "tablas",
    "tabla",
    "tabelas",
    "tabela",
    "tabellen",
    "tabelle",
    "테이블",
    "테이블은",
    "таблиць",
    "таблицях",
    "таблиц",
    "таблицах",
];

/// With what words for a trigger begin.
pub(super) const TRIGGER: &[&str] =
    &["trigger", "тригер", "триггер", "disparador", "gatilho", "auslöser", "déclencheur", "트리거"];

/// Verbs that say what tables have.
pub(super) const HAVE: &[&str] = &[
    "have",
    "has",
    "include",
    "includes",
    "contain",
    "contains",
    "carry",
    "carries",
    "get",
    "need",
    "require",
    "мають",
    "має",
    "имеют",
    "имеет",
    "tienen",
    "tiene",
    "têm",
    "tem",
    "haben",
    "hat",
    "ont",
];

/// "Type", ahead of one.
pub(super) const OF_TYPE: &[&str] = &["type", "types", "typ", "typs", "tipo", "типу", "типа"];

/// With what one of the words of every line begins that states a convention, but for names of files and what stands in its place.
pub(super) static SIGNS: Signs = Signs::new(&[
    ALL,
    TRIGGER,
    &["idempotent", "reversible", "rls", "index", "indices", "gin", "gist", "brin", "own", "everything"],
]);

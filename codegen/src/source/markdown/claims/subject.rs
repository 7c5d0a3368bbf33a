//! What a number counts: tables, enumerated types, indexes and more, by the words that stand with it.

use crate::source::decl::{IndexKind, Subject};
use crate::source::markdown::vocabulary;

const TABLES: &[&str] = &[
    "tables",
    "models",
    "entities",
    "таблиці",
    "таблиць",
    "таблицы",
    "таблиц",
    "tablas",
    "tabelas",
    "tabellen",
    "테이블",
];

const ENUMS: &[&str] = &[
    "enums",
    "enumerations",
    "enumerationen",
    "aufzählungstypen",
    "enumerados",
    "enumeraciones",
    "enumerações",
    "énumérations",
    "перелічень",
    "переліків",
    "перечислений",
    "перечисления",
    "열거형",
];

const INDEXES: &[&str] =
    &["indexes", "indices", "índices", "indizes", "індексів", "індекси", "индексов", "индексы", "인덱스"];

const VIEWS: &[&str] = &[
    "vistas",
    "visões",
    "sichten",
    "vues",
    "подання",
    "подань",
    "представлення",
    "представлень",
    "представления",
    "представлений",
    "뷰",
];

const TRIGGERS: &[&str] = &[
    "triggers",
    "trigger",
    "тригери",
    "тригерів",
    "триггера",
    "триггеры",
    "триггеров",
    "disparadores",
    "gatilhos",
    "déclencheurs",
    "트리거",
];

const FUNCTIONS: &[&str] = &[
    "functions",
    "функції",
    "функцій",
    "функции",
    "функций",
    "funciones",
    "funções",
    "funktionen",
    "fonctions",
    "함수",
];

const POLICIES: &[&str] = &[
    "policies",
    "політики",
    "політик",
    "политики",
    "политик",
    "políticas",
    "richtlinien",
    "politiques",
    "정책",
];

const FOREIGN_KEYS: &[&str] = &["fks", "fremdschlüssel", "외래키"];

/// "Foreign keys", word by word.
const FOREIGN_KEY_WORDS: &[(&str, &str)] = &[
    ("foreign", "keys"),
    ("зовнішні", "ключі"),
    ("зовнішніх", "ключів"),
    ("внешних", "ключа"),
    ("внешних", "ключей"),
    ("claves", "foráneas"),
    ("llaves", "foráneas"),
    ("chaves", "estrangeiras"),
    ("clés", "étrangères"),
];

/// "Enumerated types", word by word.
const ENUM_WORDS: &[(&str, &str)] = &[
    ("enum", "types"),
    ("enumerated", "types"),
    ("enumeration", "types"),
    ("tipos", "enum"),
    ("tipos", "enumerados"),
    ("types", "énumérés"),
    ("types", "enum"),
    ("типів", "enum"),
    ("типов", "enum"),
];

/// Returns what words count by those that they end with, and how many of them say so.
pub(super) fn subject(words: &[&str]) -> Option<(Subject, usize)> {
    let (last, before) = words.split_last()?;
    let back =
        |n: usize| before.len().checked_sub(n).and_then(|at| before.get(at)).copied().unwrap_or_default();
    let (one, two) = (back(1), back(2));
    if TABLES.contains(last) {
        return Some((Subject::Tables, 1));
    }
    if ENUMS.contains(last) {
        return Some((Subject::Enums, 1));
    }
    let lists = [
        (VIEWS, Subject::Views),
        (TRIGGERS, Subject::Triggers),
        (FUNCTIONS, Subject::Functions),
        (FOREIGN_KEYS, Subject::ForeignKeys),
    ];
    if let Some((_, subject)) = lists.into_iter().find(|(words, _)| words.contains(last)) {
        return Some((subject, 1));
    }
    if POLICIES.contains(last) {
        return Some((Subject::Policies, if one == "rls" { 2 } else { 1 }));
    }
    if ENUM_WORDS.contains(&(one, *last)) {
        return Some((Subject::Enums, 2));
    }
    if FOREIGN_KEY_WORDS.contains(&(one, *last)) {
        return Some((Subject::ForeignKeys, 2));
    }
    if INDEXES.contains(last) {
        let (kind, taken) = match (two, one) {
            ("primary", "key") => (IndexKind::PrimaryKey, 3),
            ("foreign", "key") => (IndexKind::ForeignKey, 3),
            ("unique", "constraint" | "constraints") => (IndexKind::Unique, 3),
            (_, "pk") => (IndexKind::PrimaryKey, 2),
            (_, "fk") => (IndexKind::ForeignKey, 2),
            (_, "unique") => (IndexKind::Unique, 2),
            (_, "composite" | "compound" | "multicolumn") => (IndexKind::Composite, 2),
            (_, "gin") => (IndexKind::Gin, 2),
            (_, "partial") => (IndexKind::Partial, 2),
            _ => (IndexKind::Any, 1),
        };
        return Some((Subject::Indexes(kind), taken));
    }
    match (two, one, *last) {
        (_, "primary", "keys") => Some((Subject::Indexes(IndexKind::PrimaryKey), 2)),
        ("foreign", "key", "relationships" | "relations" | "constraints" | "references") => {
            Some((Subject::ForeignKeys, 3))
        }
        (_, "fk", "relationships" | "relations" | "constraints" | "references") => {
            Some((Subject::ForeignKeys, 2))
        }
        (_, "unique", "constraints") => Some((Subject::Indexes(IndexKind::Unique), 2)),
        (_, ty, "columns" | "fields") if vocabulary::is_type(ty) => {
            // Whoever says JSON of PostgreSQL means `jsonb`.
            let ty = if ty == "json" { "jsonb" } else { ty };
            Some((Subject::Columns(ty.to_owned()), 2))
        }
        (_, _, "views") if one != "materialized" => Some((Subject::Views, 1)),
        _ => None,
    }
}

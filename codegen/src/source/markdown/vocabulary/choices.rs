//! What columns that hold one of a few values are called in English, for words of other languages.

use super::phrases::Words;

const STATUS: &[&str] = &[
    "статус",
    "статусу",
    "статуса",
    "статусів",
    "статусов",
    "стан",
    "стану",
    "состояние",
    "состояния",
    "estado",
    "estados",
    "estatus",
    "situação",
    "status",
    "zustand",
    "statut",
    "statuts",
    "état",
    "상태",
];
const TYPE: &[&str] = &["тип", "типу", "типа", "tipo", "tipos", "typ", "type", "유형", "종류"];
const ROLE: &[&str] = &["роль", "ролі", "роли", "rol", "roles", "papel", "função", "rolle", "rôle", "역할"];

/// Returns what a column is called in English that a word names.
pub(in super::super) fn called(word: &str) -> Option<&'static str> {
    static KNOWN: Words<&str> = Words::new(&[(STATUS, "status"), (TYPE, "type"), (ROLE, "role")]);
    KNOWN.get(word)
}

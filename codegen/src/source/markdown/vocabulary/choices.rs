//! What columns that hold one of a few values are called, and what that is in English for words of other languages.

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

const CHOICES: &[&str] = &[
    "status",
    "state",
    "stage",
    "phase",
    "type",
    "kind",
    "role",
    "level",
    "tier",
    "plan",
    "mode",
    "method",
    "severity",
    "priority",
    "importance",
    "direction",
    "channel",
    "frequency",
    "cadence",
    "visibility",
    "decision",
    "outcome",
    "result",
    "gender",
    "sex",
    "theme",
    "scope",
    "methodology",
    "format",
    "purpose",
    "confidence",
    "difficulty",
    "density",
    "статус",
    "стан",
    "тип",
    "роль",
    "вид",
    "состояние",
    "estado",
    "estatus",
    "tipo",
    "rol",
    "nivel",
    "situacao",
    "papel",
    "zustand",
    "art",
    "typ",
    "rolle",
    "statut",
    "niveau",
    "상태",
    "유형",
    "역할",
];

/// Last words of the names of columns that hold one of a few values. Lists between commas are values only behind these: elsewhere
/// they are examples as a rule.
pub(in super::super) static KNOWN_CHOICES: Words<()> = Words::new(&[(CHOICES, ())]);

/// Returns what a column is called in English that a word names.
pub(in super::super) fn called(word: &str) -> Option<&'static str> {
    static KNOWN: Words<&str> = Words::new(&[(STATUS, "status"), (TYPE, "type"), (ROLE, "role")]);
    KNOWN.get(word)
}

//! Words that speak of a key, of NULL, of an index or of a table and say of it less than that there is one.

use super::*;

/// Reads a cell of notes beside the column `code` of type `ty`, and returns what becomes of it.
fn cell(ty: &str, said: &str) -> String {
    let told = read(&format!(
        "### `crates`\n\n| Column | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n| `code` | {ty} | {said} |\n"
    ));
    let of_column = told.lines().find(|line| line.trim_start().starts_with("`code`")).unwrap_or_default();
    let facts = of_column.split_once('[').map(|(_, facts)| facts).unwrap_or_default();
    let mut found: Vec<&str> = Vec::new();
    let known = [
        ("pk ", "pk"),
        ("unique ", "unique"),
        ("null=false", "required"),
        ("to ", "to"),
        ("default ", "default"),
    ];
    for (fact, called) in known {
        if facts.starts_with(fact) || facts.contains(&format!("; {fact}")) {
            found.push(called);
        }
    }
    if told.contains("check-not-understood") {
        found.push("told");
    }
    found.join(" ")
}

#[test]
fn a_description_may_speak_of_keys_and_mark_none() {
    let cases = [
        ("uuid", "Primary key", "pk"),
        ("uuid", "PK, the crate's key", "pk"),
        ("uuid", "UUID primary key", "pk"),
        ("uuid", "Primary key (drawn)", "pk"),
        ("boolean", "PK flag", ""),
        ("boolean", "whether the column is a primary key", ""),
        ("text", "Primary key of the remote row", ""),
        ("text", "原表的主键", ""),
        ("boolean", "unique flag", ""),
        ("int", "Unique visitor count", ""),
        ("text", "Unique code on the lid", "unique"),
        ("text", "unique", "unique"),
        ("boolean", "required flag", ""),
        ("text", "Required documents", ""),
        ("text", "Not null constraint name", ""),
        ("text", "필수 여부", ""),
        ("text", "Required code", "required"),
        ("text", "Required, shown on the lid", "required"),
        ("text", "обов'язкове поле", "required"),
        ("text", "必須項目", "required"),
    ];
    for (ty, said, expected) in cases {
        assert_eq!(cell(ty, said), expected, "{said}");
    }
}

#[test]
fn a_mark_in_a_column_of_marks_goes_before_words() {
    let told = read(
        "### `lids`\n\n| # | Column | Type | PK | UK | Description |\n|---|---|---|---|---|---|\n| 1 | id | bigint | YES | NO | |\n| 2 | main | boolean | NO | NO | Primary key |\n| 3 | sole | text | NO | NO | unique |\n",
    );
    assert!(!told.contains("`main` 6:7 `boolean` 6:14 [pk"), "{told}");
    assert!(!told.contains("[unique"), "{told}");
}

#[test]
fn a_key_over_some_rows_is_none_over_all() {
    let some = [
        "the code, unique under the soft-delete condition",
        "unique among crates that are not deleted",
        "unique for open crates",
        "unique only while open",
        "unique (per shop)",
        "unique code per shop",
        "eindeutig, sofern nicht gelöscht",
        "eindeutig unter nicht gelöschten",
        "unique hors lignes supprimées",
        "unique parmi les non supprimés",
        "único entre los no eliminados",
        "único entre os não excluídos",
        "унікальний серед невидалених",
        "уникальный среди неудалённых",
        "삭제되지 않은 행에서 고유",
        "未删除时唯一",
        "軟删除条件下唯一",
        "未削除の行で一意",
        "will be unique",
        "should be unique",
        "usually unique",
    ];
    for said in some {
        assert_eq!(cell("text", said), "told", "{said}");
    }
    for said in ["no longer unique", "не уникальный", "not unique"] {
        assert_eq!(cell("text", said), "", "{said}");
    }
    for said in ["unique when present", "eindeutig", "고유"] {
        assert_eq!(cell("text", said), "unique", "{said}");
    }
}

#[test]
fn what_is_required_in_some_cases_takes_null() {
    let cases = [
        "Required if it is paid",
        "mandatory when paid",
        "required (if paid)",
        "NOT NULL for closed rows",
        "required unless draft",
        "Obligatoire si corrigé",
        "obligatorio si hay corrección",
        "obrigatório quando corrigido",
        "Pflicht bei Korrektur",
        "Pflicht, falls korrigiert",
        "обов'язкове, якщо є виправлення",
        "обязательно при исправлении",
        "수정 시 필수",
    ];
    for said in cases {
        assert_eq!(cell("text", said), "told", "{said}");
    }
    assert_eq!(cell("text", "was required"), "");
    assert_eq!(cell("text", "NOT NULL (only digits)"), "required");
}

#[test]
fn a_reference_that_is_none_makes_none() {
    for said in [
        "no longer references shops",
        "was FK to shops.id",
        "will become FK to shops.id",
        "FK to shops.id (not enforced)",
        "logical FK to shops.id, not enforced",
    ] {
        assert_eq!(cell("uuid", said), "", "{said}");
    }
    assert_eq!(cell("uuid", "NOT NULL, FK to shops.id"), "required to");
}

/// Reads a line below the table `crates (id, shop_id, code, gone_at)`, and returns the keys and indexes that it makes.
fn line(said: &str) -> String {
    let text = format!(
        "### `crates`\n\n| Column | Type |\n|---|---|\n| `id` | uuid PK |\n| `shop_id` | uuid |\n| `code` | text |\n| `gone_at` | timestamptz |\n\n{said}\n"
    );
    let (mut sources, mut sink) = (Sources::default(), Sink::default());
    let config = Config::for_name("shop");
    let file = sources.add("shop.md", &text);
    let cx = Reading { sources: &sources, inputs: &[], config: &config };
    let decls = crate::source::read(&[file], &cx, &mut sink);
    let mut found: Vec<&str> = Vec::new();
    for decl in &decls {
        match decl {
            Decl::Table(table) => {
                found.extend(table.constraints.iter().map(|_| "key"));
                found.extend(table.indexes.iter().map(|_| "index"));
            }
            Decl::Index(_) => found.push("index"),
            _ => {}
        }
    }
    if sink.diagnostics().iter().any(|found| found.code.as_str() == "check-not-understood") {
        found.push("told");
    }
    found.join(" ")
}

#[test]
fn a_sentence_about_a_key_is_understood_as_a_whole() {
    for said in [
        "Unique index on `(shop_id, code)` for open rows.",
        "- Unique: `(shop_id, code)` for rows not gone",
        "UNIQUE (shop_id, code) — only for open ones",
        "Unique: `(shop_id, code)` per open period.",
        "Index unique sur `(shop_id, code)` pour les lignes actives.",
        "Eindeutiger Index auf `(shop_id, code)` für aktive Zeilen.",
        "Índice único parcial sobre `(shop_id, code)` para `gone_at IS NULL`.",
        "Унікальний індекс на `(shop_id, code)` для активних рядків.",
        "Unique index on `(shop_id, code)` planned for v2.",
        "There used to be a unique index on `(shop_id, code)`.",
        "Consider a unique index on `(shop_id, code)`.",
    ] {
        assert_eq!(line(said), "told", "{said}");
    }
    for said in
        ["No unique index on `(shop_id, code)`.", "A unique index on `(shop_id, code)` is not needed."]
    {
        assert_eq!(line(said), "", "{said}");
    }
}

#[test]
fn remarks_and_pieces_of_sentences_are_no_values() {
    let cell = |said: &str| {
        let told = read(&format!(
            "### `crates`\n\n| Column | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n| `status` | text | {said} |\n"
        ));
        told.lines()
            .find(|line| line.trim_start().starts_with("`status`"))
            .and_then(|line| line.split_once("note `"))
            .map(|(_, note)| note.trim_end_matches(['`', ']']).to_owned())
            .filter(|note| note.contains(" | "))
            .unwrap_or_default()
    };
    for said in [
        "required, immutable",
        "optional, indexed",
        "derived, read-only",
        "unique, case-insensitive",
        "encrypted, internal, hidden",
        "deprecated, unused",
        "опционально, индекс",
    ] {
        let made = cell(said);
        assert!(made.is_empty(), "{said}: {made}");
    }
    assert_eq!(cell("open, paid"), "open | paid");
    assert_eq!(cell("open, paid, gone"), "open | paid | gone");
    assert_eq!(cell("open / paid"), "open | paid");
}

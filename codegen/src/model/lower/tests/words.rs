//! What words of a document lead to: tables that a description names, and names that nothing has.

use super::{read, show};
use crate::model::lower;

/// Returns the foreign keys of a document, and its findings without their labels and advice.
fn check(document: &str) -> (Vec<String>, Vec<String>) {
    let (sources, decls, config, mut sink) = read(&[("shop.md", document)]);
    let schema = lower(decls, &config, &mut sink);
    let keys = schema.tables().flat_map(|table| {
        let name = table.name().plain();
        let keys = table.foreign_keys().map(|key| format!("{name} → {}", key.referenced().name().plain()));
        keys.collect::<Vec<_>>()
    });
    let keys = keys.collect();
    let found = show::findings(sink, &sources);
    (keys, found.lines().filter(|line| !line.starts_with(' ')).map(str::to_owned).collect())
}

#[test]
fn a_description_names_its_table() {
    let of = |column: &str, said: &str| {
        check(&format!(
            "## order_lines\n\n| Column | Type | Description |\n|---|---|---|\n| id | uuid | Primary key |\n\n## notes\n\n| Column | Type | Description |\n|---|---|---|\n| id | uuid | Primary key |\n| {column} | uuid | {said} |\n"
        ))
    };
    for (column, said) in [
        ("line_id", "References order lines"),
        ("line_id", "Reference to the order lines"),
        ("order_line_id", "Посилання на рядок"),
        ("order_line_id", "Verweis auf die Zeile"),
        ("order_line_id", "Referencia a la línea"),
    ] {
        assert_eq!(of(column, said).0, ["notes → order_lines"], "{said}");
    }
    // What leads to no table is told, and what does not say so leads nowhere.
    let (keys, found) = of("line_id", "Reference to the source record");
    assert!(keys.is_empty());
    assert!(found.iter().any(|line| line.contains("foreign-key-without-table")), "{found:?}");
    assert!(of("line_id", "Order lines").0.is_empty());
}

#[test]
fn menus_are_several() {
    let (keys, _) = check(
        "## menus\n\n| Column | Type | Key |\n|---|---|---|\n| id | bigint | PK |\n\n## orders\n\n| Column | Type | Key |\n|---|---|---|\n| id | bigint | PK |\n| menu_id | bigint | FK |\n",
    );
    assert_eq!(keys, ["orders → menus"]);
}

#[test]
fn relationships_belong_in_every_language() {
    for said in [
        "belongs to `buyers`",
        "належить до `buyers`",
        "принадлежит `buyers`",
        "pertenece a `buyers`",
        "pertence a `buyers`",
        "gehört zu `buyers`",
        "appartient à `buyers`",
        "`buyers`에 속함",
    ] {
        let (keys, found) = check(&format!(
            "### `buyers`\n- **Purpose:** Who buys\n- **Key Columns:** id (uuid, PK)\n\n### `orders`\n- **Key Columns:** id (uuid, PK), buyer_id (uuid)\n- **Relationships:** {said}; has many `ghosts`\n"
        ));
        assert_eq!(keys, ["orders → buyers"], "{said}");
        let unknown: Vec<&String> = found.iter().filter(|line| line.contains("unknown-reference")).collect();
        assert!(matches!(unknown.as_slice(), [only] if only.contains("`ghosts`")), "{found:?}");
    }
}

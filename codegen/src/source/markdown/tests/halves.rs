//! What a document says of things that are not there, and of values and references that are said by half.

use super::*;

#[test]
fn what_a_state_calls_planned_is_not_there() {
    insta::assert_snapshot!(read(
        "## Tables\n\n| Table | Key fields | Status |\n|---|---|---|\n| `orders` | `id`, `total` | Done |\n| `refunds` | `id`, `order_id` | **Planned / later** — with payments |\n\n## `shops`\n\n| Column | Type | Статус |\n|---|---|---|\n| id | uuid | ✅ є |\n| colour | text | 🚧 Заплановано (2 кв.) |\n| state | text | planned by hand and checked |\n"
    ), @"
    table `orders` 5:4 under `Tables` 1:4
      `id` 5:15  []
      `total` 5:21  []
    named `refunds` 6:4
    table `shops` 8:5 under `shops` 8:5
      `id` 12:3 `uuid` 12:8 []
      `state` 14:3 `text` 14:11 []
    info[planned-table]: this table is planned and is not generated
     --> shop.md:6:36
      |
    6 | | `refunds` | `id`, `order_id` | **Planned / later** — with payments |
      |                                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: give it another state once it is there

    info[planned-table]: this column is planned and is not generated
      --> shop.md:13:19
       |
    13 | | colour | text | 🚧 Заплановано (2 кв.) |
       |                   ^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: give it another state once it is there
    ");
}

#[test]
fn lists_that_go_on_are_no_values() {
    let notes = |said: &str| {
        let told = read(&format!("### `orders`\n\n- id\n- kind ({said})\n"));
        let line = told.lines().find(|line| line.contains("`kind`")).unwrap_or_default().to_owned();
        line.split_once('[').map(|(_, notes)| notes.trim_end_matches(']').to_owned()).unwrap_or_default()
    };
    assert_eq!(notes("enum: open, paid"), "note `open | paid`");
    assert_eq!(notes("Enum con \"open\", \"paid\""), "note `open | paid`");
    assert_eq!(notes("Enum con \"open\", \"paid\", etc"), "note `open, paid, etc`");
    assert_eq!(notes("enum: open, paid, …"), "note `open, paid, …`");
}

#[test]
fn columns_in_any_letters_are_a_table() {
    insta::assert_snapshot!(read(
        "### Moto\nDe un solo dueño.\n- id\n- año\n- kilómetros\n"
    ), @"
    table `Moto` 1:5 under `Moto` 1:5
      `id` 3:3  []
      `año` 4:3  []
      `kilómetros` 5:3  []
    ");
}

#[test]
fn rows_below_a_column_are_its_values() {
    insta::assert_snapshot!(read(
        "## events\n\n| Column | Type |\n|---|---|\n| id | int |\n| type | text |\n\n### Event types\n\n| `type` | Source |\n|---|---|\n| `OPENED` | shop |\n| `PAID` / `REFUNDED` | bank |\n"
    ), @"
    table `events` 1:4 under `events` 1:4
      `id` 5:3 `int` 5:8 []
      `type` 6:3 `text` 6:10 [note `OPENED | PAID | REFUNDED`]
    ");
}

#[test]
fn values_stand_behind_a_few_words() {
    let note = |column: &str, said: &str| {
        let told = read(&format!(
            "## `orders`\n\n| Column | Type | Description |\n|---|---|---|\n| id | int | |\n| {column} | text | {said} |\n"
        ));
        let line = told.lines().find(|line| line.contains("`text`")).unwrap_or_default().to_owned();
        line.contains("note `OPEN | PAID`")
    };
    assert!(note("state", "State of the order, `OPEN`, `PAID`"));
    assert!(note("status", "주문 상태, `OPEN`, `PAID`"));
    assert!(!note("state", "State of the order, such as `OPEN`, `PAID`"));
    assert!(!note("state", "State of the order, `OPEN`, `PAID`, …"));
    assert!(!note("nick", "Any words, `OPEN`, `PAID`"));
}

#[test]
fn labels_announce_values_in_every_language() {
    for label in [
        "Status Values",
        "Значення статусу",
        "Значения статуса",
        "Valores de estado",
        "Valores de status",
        "Statuswerte",
        "Valeurs de statut",
        "상태 값",
    ] {
        let told = read(&format!(
            "### `orders`\n- **Key Columns:** id (uuid, PK), status (text)\n- **{label}:** open, paid\n"
        ));
        assert!(told.contains("note `open | paid`"), "{label}\n{told}");
    }
}

#[test]
fn indexes_are_told_behind_their_columns() {
    let told = read(
        "## shops\n\n- `id`: int, PK\n- `kind`: text\n- `code`: text\n\n### 인덱스\n\n- (`kind`, `code`) 복합 인덱스\n- `code` 고유 인덱스\n",
    );
    let indexes: Vec<&str> = told.lines().filter(|line| line.starts_with("index ")).collect();
    assert_eq!(indexes, ["index  on shops: `kind` 9:5, `code` 9:13", "index  on shops: `code` 10:4 unique"]);
}

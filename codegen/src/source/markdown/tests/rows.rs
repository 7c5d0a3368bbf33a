//! Indexes and checks in tables of them, names of indexes that two tables have, and what a document says is not there.

use super::*;
use crate::source::decl::ConstraintKind;

/// A table of which the lines of a case speak.
const STAYS: &str = "### stays\n\n| Column | Type |\n|---|---|\n| `id` | uuid PK |\n| `guest_id` | uuid |\n| `room` | text |\n\
                     | `nights` | int |\n| `left_at` | timestamptz |\n";

/// Returns the indexes and the codes of the findings that a text has.
fn found(text: &str) -> String {
    let told = read(text);
    let lines = told.lines().filter_map(|line| {
        let finding = || {
            let (kind, rest) = line.split_once('[')?;
            ["warning", "info"].contains(&kind).then(|| rest.split(']').next().unwrap_or_default().to_owned())
        };
        line.strip_prefix("index ").map(str::to_owned).or_else(finding)
    });
    lines.collect::<Vec<String>>().join("; ")
}

#[test]
fn indexes_in_cells_below_the_heading_of_a_table() {
    let row = |cell: &str| {
        found(&format!("{STAYS}\n#### Indexes\n\n| Index | Notes |\n|---|---|\n| `stays_a_idx` | {cell} |\n"))
    };
    for cell in ["`(room, guest_id)` unique index", "unique index on `room`"] {
        let told = row(cell);
        assert!(told.contains("stays_a_idx") && told.contains("unique"), "{cell}: {told}");
    }
    for cell in [
        "partial unique index on `room`, condition `left_at IS NULL`",
        "`(room) WHERE left_at IS NULL` partial unique index",
        "unique on `room` where left_at IS NULL",
    ] {
        let told = row(cell);
        assert!(told.contains("where left_at IS NULL") && told.contains("unique"), "{cell}: {told}");
    }
    let told = row("`(room, left_at DESC)`, for paging");
    assert!(told.contains("stays_a_idx") && !told.contains("unique") && !told.contains("where"), "{told}");
    for cell in [
        "partial unique index on `room`",
        "unique index on `room` for active guests",
        "unique on `(room, guest_id)`, planned for v2",
        "nur aktive: eindeutiger Index auf `room`",
    ] {
        assert_eq!(row(cell), "check-not-understood", "{cell}");
    }
    for cell in ["what `room` is for", "see `(a, b)`", "one row a `room`"] {
        assert_eq!(row(cell), "", "{cell}");
    }
}

#[test]
fn indexes_in_cells_that_name_their_table() {
    let row = |cell: &str, beside: &str| {
        found(&format!(
            "{STAYS}\n## Constraints and indexes\n\n| Rule | Database | Model |\n|---|---|---|\n| {beside} | {cell} | x |\n"
        ))
    };
    let told = row("`UNIQUE INDEX` on `stays (room, guest_id)`", "One stay of a guest in a room");
    assert!(told.contains("on stays") && told.contains("unique"), "{told}");
    let told = row("`stays (room, left_at)`", "lists");
    assert!(told.contains("on stays") && !told.contains("unique"), "{told}");
    for (cell, beside) in [
        ("`stays (room) WHERE left_at IS NULL`", "**partial** — the sweep"),
        ("`UNIQUE INDEX` on `stays (room)` where left_at IS NULL — no room twice", "Only one open stay"),
    ] {
        let told = row(cell, beside);
        assert!(
            told.contains("on stays: `room`") && told.contains("where left_at IS NULL"),
            "{cell}: {told}"
        );
    }
    assert_eq!(row("`stays (room) WHERE somebody_sleeps`", "x"), "check-not-understood");
    for beside in ["Only one open stay of a guest", "Nur ein offener Aufenthalt"] {
        assert_eq!(row("`UNIQUE INDEX` on `stays (guest_id)`", beside), "check-not-understood", "{beside}");
    }
    assert_eq!(row("`UNIQUE INDEX` on `stays (guest_id)` for active rows", "x"), "check-not-understood");
}

#[test]
fn checks_in_a_table_of_constraints_belong_to_the_only_table_that_has_their_columns() {
    let told = |tables: &str, check: &str| {
        read(&format!(
            "{tables}\n## Constraints\n\n| Rule | Database |\n|---|---|\n| At least one | {check} |\n"
        ))
    };
    let one = told(STAYS, "`CHECK (nights > 0)`");
    assert!(!one.contains("check-not-understood"), "{one}");
    let other = format!(
        "{STAYS}\n### trips\n\n| Column | Type |\n|---|---|\n| `id` | uuid PK |\n| `nights` | int |\n"
    );
    let several = told(&other, "`CHECK (nights > 0)`");
    assert!(several.contains("check-not-understood") && several.contains("2 tables"), "{several}");
    let none = told(STAYS, "`CHECK (beds > 0)`");
    assert!(none.contains("check-not-understood"), "{none}");
}

/// Returns the conditions that the tables of a document have.
fn checks(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let config = Config::for_name("shop");
    let file = sources.add("shop.md", text);
    let cx = Reading { sources: &sources, inputs: &[], config: &config };
    let decls = crate::source::read(&[file], &cx, &mut Sink::default());
    let tables = decls.iter().filter_map(|decl| match decl {
        Decl::Table(table) => Some(table),
        _ => None,
    });
    let mut found = Vec::new();
    for table in tables {
        let of_columns = table.columns.iter().flat_map(|column| &column.checks);
        let of_table = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
            ConstraintKind::Check(check) => Some(check),
            _ => None,
        });
        found.extend(of_columns.chain(of_table).map(|check| check.expression.node.clone()));
    }
    found
}

#[test]
fn conditions_in_cells_with_more_than_the_condition() {
    let row = |ty: &str, said: &str| {
        checks(&format!(
            "### stays\n\n| Column | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n| `came_at` | timestamptz | |\n| `x` | {ty} | {said} |\n"
        ))
    };
    assert_eq!(row("int", "required, greater than 0, never below the nights"), ["x > 0"]);
    assert_eq!(row("int", "pflicht; mindestens 1"), ["x >= 1"]);
    assert_eq!(row("timestamptz", "required; `x` is after `came_at`"), ["x > came_at"]);
    for (ty, said) in [
        ("int", "after 30 days"),
        ("int", "more than one"),
        ("text", "at least 3"),
        ("timestamptz", "`came_at` is after `x` in most cases"),
        ("timestamptz", "`x` is after noon"),
        ("int", "usually greater than 0"),
    ] {
        assert_eq!(row(ty, said), [] as [String; 0], "{said}");
    }
}

#[test]
fn a_check_of_a_table_of_constraints_is_made() {
    let told = format!(
        "{STAYS}\n## Constraints\n\n| Rule | Database |\n|---|---|\n| At least one | `CHECK (nights > 0)` |\n"
    );
    assert_eq!(checks(&told), ["nights > 0"]);
    let own = format!(
        "{STAYS}\n#### Constraints\n\n| Rule | SQL |\n|---|---|\n| At least one | `CHECK (nights > 0)` |\n| Once | `UNIQUE (room, guest_id)` |\n"
    );
    assert_eq!(checks(&own), ["nights > 0"]);
}

#[test]
fn heads_of_a_letter_have_a_legend() {
    let table = "## `stays`\n\n| Field | SQL type | N | X |\n|---|---|---|---|\n| `id` | uuid | ✗ | ✓ |\n| `room` | text | ✓ | ✗ |\n| `guest_id` | FK `uuid` | ✗ | |\n";
    let told = read(&format!("# M\n\n> Legend: **N** = nullable, **X** = shown in lists.\n\n{table}"));
    assert_eq!((told.matches("null=false").count(), told.matches("null=true").count()), (2, 1), "{told}");
    assert!(!told.contains("FK uuid"), "{told}");
    let told = read(&format!("# M\n\n> N stands for what is null.\n\n{table}"));
    assert_eq!(told.matches("null=").count(), 0, "{told}");
}

#[test]
fn rows_of_tables_with_their_names_in_a_cell() {
    let told = read(
        "# M\n\n| Entity | Main fields | Rules |\n|---|---|---|\n| stays | id, guest_id optional, room | x |\n| units | code, label, decimal_places | x |\n",
    );
    assert!(
        told.contains("table `stays`") && told.contains("table `units`") && told.contains("`decimal_places`"),
        "{told}"
    );
    let told = read(
        "# M\n\n| Entity | Main fields |\n|---|---|\n| colours | red, green |\n| sizes | small, large |\n",
    );
    assert!(!told.contains("table `"), "{told}");
}

#[test]
fn ends_of_relations_in_two_cells_and_values_away_from_their_table() {
    let guests = "### guests\n\n| Column | Type |\n|---|---|\n| `id` | uuid PK |\n| `status` | text |\n\n";
    for row in ["| stays.guest_id | guests.id | N:1 |", "| `guests.id` | `stays.guest_id` | 1:N |"] {
        let told = read(&format!(
            "{guests}{STAYS}\n## Relationships\n\n| From | To | Type |\n|---|---|---|\n{row}\n"
        ));
        assert!(told.contains("Ref(RefDecl"), "{row}\n{told}");
    }
    for row in ["| stays.room | guests.status | x |", "| stays.nothing | guests.id | N:1 |"] {
        let told = read(&format!(
            "{guests}{STAYS}\n## Relationships\n\n| From | To | Type |\n|---|---|---|\n{row}\n"
        ));
        assert!(!told.contains("Ref(RefDecl"), "{row}\n{told}");
    }
    let values = "## Status values\n\n| Status | Meaning |\n|---|---|\n| `open` | x |\n| `gone` | y |\n";
    let told = read(&format!("{guests}{STAYS}\n{values}"));
    assert!(told.contains("note `open | gone`"), "{told}");
    let both = format!(
        "{guests}### rooms\n\n| Column | Type |\n|---|---|\n| `id` | uuid PK |\n| `status` | text |\n\n{values}"
    );
    assert!(!read(&both).contains("note `open | gone`"));
}

#[test]
fn columns_below_a_name_with_a_hyphen_are_told() {
    let told = read("### Table academic-discipline\n\n- id bigserial PRIMARY KEY\n- name text NOT NULL\n");
    assert!(told.contains("columns-without-table"), "{told}");
    let told = read("### Table orders/purchases\n\n- id bigserial PRIMARY KEY\n- name text NOT NULL\n");
    assert!(told.contains("columns-without-table"), "{told}");
    let told = read("### How sign-up works\n\n- a form\n- a mail\n");
    assert!(!told.contains("columns-without-table"), "{told}");
}

#[test]
fn a_name_of_an_index_that_two_tables_have_stays_with_the_first() {
    let other = "\n### trips\n\n| Column | Type |\n|---|---|\n| `id` | uuid PK |\n| `guest_id` | uuid |\n";
    let table = "\n## Indexes\n\n| Table | Index | Columns |\n|---|---|---|\n| stays | idx_guest | guest_id |\n| trips | idx_guest | guest_id |\n";
    let told = read(&format!("{STAYS}{other}{table}"));
    assert!(told.contains("index-name-shared"), "{told}");
    assert_eq!(told.matches("index `idx_guest`").count(), 1, "{told}");
    assert!(told.contains("index  on trips"), "{told}");
    // The same table said twice has its index once, whatever it is called beside SQL.
    let same = "\n```sql\ncreate table trips (id uuid primary key, guest_id uuid);\ncreate index idx_guest on trips (guest_id);\n```\n\n### Trip\n\n| Column | Type |\n|---|---|\n| `id` | uuid PK |\n\n#### Indexes\n\n| Index | Columns |\n|---|---|\n| idx_guest | id |\n";
    assert!(!read(same).contains("index-name-shared"));
}

#[test]
fn what_is_not_there_any_more_or_not_yet_is_no_column() {
    for item in [
        "- `old`: text (removed)",
        "- `soon`: text — planned",
        "- `later`: text (planned for v2)",
        "- `alt`: text (entfernt)",
    ] {
        let told = read(&format!("### stays\n\n- `id`: uuid, PK\n- `room`: text\n{item}\n"));
        let name = item.split('`').nth(1).unwrap_or_default();
        assert!(told.contains("planned-table") && !told.contains(&format!("  `{name}`")), "{item}\n{told}");
    }
    for (name, row) in [("old", "| `old` (removed) | text | |"), ("soon", "| `soon` | text | removed |")] {
        let told = read(&format!(
            "### stays\n\n| Column | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n{row}\n"
        ));
        assert!(told.contains("planned-table") && !told.contains(&format!("  `{name}`")), "{row}\n{told}");
    }
    for row in [
        "| `removed_by` | text | removed |",
        "| `state` (open) | text | |",
        "| `plan` | text | planned, running |",
    ] {
        let told = read(&format!(
            "### stays\n\n| Column | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n{row}\n"
        ));
        assert!(!told.contains("planned-table"), "{row}\n{told}");
    }
    let told =
        read("#### `stays`\n- **Key Columns:** id (uuid, primary key), room (text)\n- **Indexes:** none\n");
    assert!(!told.contains("index-not-understood") && !told.contains("`none`"), "{told}");
    let told = read(
        "#### `stays`\n- **Key Columns:** id (uuid, primary key), room (text)\n- **Indexes:** `room` (planned)\n",
    );
    assert!(told.contains("planned-table"), "{told}");
}

#[test]
fn fields_that_lead_to_other_tables_are_no_columns() {
    let read = |row: &str| {
        super::read(&format!(
            "### Stay\n\n| Field | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n{row}\n\n### Guest\n\n| Field | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n"
        ))
    };
    for row in [
        "| `guest` | Guest | belongs to |",
        "| `guests` | `Guest[]` | relation |",
        "| `guests` | `Collection<Guest>` | |",
    ] {
        let told = read(row);
        assert!(told.contains("is a relation with `Guest`"), "{row}\n{told}");
    }
    assert!(read("| `rooms` | M2M | table `stay_rooms` |").contains("is a relation with other rows"));
    for row in [
        "| `guest` | Guest | who sleeps there |",
        "| `guest` | Person | belongs to |",
        "| `marks` | `text[]` | relation |",
    ] {
        assert!(!read(row).contains("is a relation with"), "{row}");
    }
}

#[test]
fn values_have_words_and_are_no_measures_and_no_steps() {
    let values = |said: &str| {
        let told = super::read(&format!(
            "### stays\n\n| Column | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n| `status` | text | {said} |\n"
        ));
        let line = told
            .lines()
            .find(|line| line.trim_start().starts_with("`status`"))
            .unwrap_or_default()
            .to_owned();
        line.split_once('[').map(|(_, facts)| facts.trim_end_matches(']').to_owned()).unwrap_or_default()
    };
    assert_eq!(values("open \\| closed \\| (empty)"), "note `open | closed | (empty)`");
    assert_eq!(values("in review \\| done"), "note `in review | done`");
    assert!(!values("`open` → `closed`").contains("to "), "{}", values("`open` → `closed`"));
    assert!(values("`guest_id` → `guests`").contains("to guests"), "{}", values("`guest_id` → `guests`"));
    for said in ["in cents \\| euros", "en euros \\| céntimos", "в рублях \\| копейках"] {
        assert!(crate::source::markdown::says_piece(said.split(" \\").next().unwrap_or_default()), "{said}");
    }
}

#[test]
fn indexes_of_words_go_with_the_table_to_the_name_that_sql_gives_it() {
    let told = read(
        "### Stay\n\n| Field | Type |\n|---|---|\n| id | uuid, PK |\n| room | text |\n\n**Indexes**:\n- `ix_stay_room` (room) — for lists\n\n```sql\nCREATE TABLE stays (id uuid primary key, room text);\n```\n",
    );
    assert!(told.contains("on stays: `room`") && !told.contains("on Stay:"), "{told}");
}

#[test]
fn what_words_take_from_an_index_in_a_list_is_told() {
    let item = |item: &str| found(&format!("{STAYS}\n**Indexes:**\n\n- {item}\n"));
    for said in [
        "`a_idx` UNIQUE partial on (`room`)",
        "`a_idx` partial on (`room`)",
        "`a_idx` unique on (`room`) for active rows",
        "`a_idx`: UNIQUE (room), only active",
        "`a_idx`: unique partial (room)",
        "`a_idx` - UNIQUE (room) when active",
        "`a_idx` (room) unique, if left_at is null",
        "`a_idx` on `stays(room)` unique for active rows",
        "no index on `stays(room)`",
        "planned: `stays(room)`",
        "`stays(room)` unique — only active",
        "`stays(room)` — removed in v2",
        "~~`a_idx` on (`room`)~~",
        "`a_idx` on (`room`) (removed)",
        "`a_idx` on (`room`) — planned",
        "índice único parcial en (`room`)",
        "eindeutiger Teilindex auf (`room`)",
        "`room` (unique, partial)",
        "`room` (unique) for open stays",
    ] {
        let told = item(said);
        assert!(!told.contains("on stays:"), "{said}: {told}");
    }
    for said in [
        "`a_idx` on (`room`) — what guests look for",
        "`a_idx` UNIQUE on (`room`) — no room is taken twice, active or not",
        "`a_idx` (`room`) for lists without joins",
        "`stays(room)` unique",
        "`a_idx` on `stays(room)` for open stays",
        "`room` (unique)",
    ] {
        let told = item(said);
        assert!(told.contains("on stays: `room`"), "{said}: {told}");
    }
}

#[test]
fn a_catalogue_makes_no_key_of_half_a_line() {
    let told = |entry: &str| {
        read(&format!(
            "#### `stays`\n\n- **Purpose:** Nights\n- **Key Columns:** id (uuid, PK), room (text), left_at (timestamptz)\n- {entry}\n"
        ))
    };
    for entry in [
        "**Indexes:** `room` (unique, partial)",
        "**Indexes:** unique `room` for active rows",
        "**Constraint:** unique (id, room) for open rows",
        "**Constraint:** UNIQUE (id, room) — planned",
    ] {
        let told = told(entry);
        assert!(
            told.contains("check-not-understood")
                || told.contains("said-in-words")
                || told.contains("not-understood"),
            "{entry}\n{told}"
        );
    }
}

#[test]
fn values_of_a_cell_of_constraints() {
    let row = |said: &str| {
        read(&format!(
            "### stays\n\n| Column | Type | Constraints |\n|---|---|---|\n| `id` | uuid | PK |\n| `payment` | text | {said} |\n"
        ))
    };
    assert!(row("NOT NULL, `card` OR `cash` OR `later`").contains("note `card | cash | later`"));
    assert!(row("NOT NULL（`card`/`cash`）").contains("note `card | cash`"));
    assert!(row("NOT NULL, CHECK (values)").contains("check-not-understood"));
    let told = row("NOT NULL, see `cards` OR `notes`");
    assert!(!told.contains("cards | notes"), "{told}");
    let told = row("NOT NULL, DEFAULT `card`");
    assert!(!told.contains("check-not-understood") && !told.contains(" | "), "{told}");
}

#[test]
fn a_key_whatever_the_case_is_told() {
    let row = |ty: &str, said: &str| {
        read(&format!(
            "### stays\n\n| Column | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n| `code` | {ty} | {said} |\n"
        ))
    };
    for said in [
        "unique, case-insensitive",
        "унікальний, без урахування регістру",
        "único, sin distinguir mayúsculas",
    ] {
        assert!(row("text", said).contains("whatever the case"), "{said}");
        assert!(!row("citext", said).contains("whatever the case"), "{said}");
    }
    assert!(!row("text", "unique").contains("whatever the case"));
}

#[test]
fn relations_in_name_only_make_no_keys() {
    let guests = "### guests\n\n| Column | Type |\n|---|---|\n| `id` | uuid PK |\n\n";
    let refers = |line: &str| {
        read(&format!("{guests}{STAYS}\n## Relationships\n\n- {line}\n")).contains("Ref(RefDecl")
    };
    for line in [
        "`stays.guest_id` → `guests.id` (soft reference, no constraint)",
        "`stays.guest_id` → `guests.id` (removed)",
        "`stays.guest_id` → `guests.id` — planned",
        "`stays.guest_id` → `guests.id`, not enforced",
        "`stays.guest_id` → `guests.id` (логическая ссылка)",
        "~~`stays.guest_id` → `guests.id`~~",
    ] {
        assert!(!refers(line), "{line}");
    }
    for line in [
        "`stays.guest_id` → `guests.id`",
        "`stays.guest_id` → `guests.id` (ON DELETE CASCADE)",
        "`stays.guest_id` → `guests.id` — who sleeps there",
    ] {
        assert!(refers(line), "{line}");
    }
    let cell = |said: &str| {
        read(&format!(
            "{guests}### stays\n\n| Column | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n| `guest_id` | uuid | {said} |\n"
        ))
    };
    for said in ["soft reference to guests", "logical FK to guests.id", "логическая ссылка на guests"]
    {
        assert!(!cell(said).contains("to guests 1"), "{said}");
    }
    assert!(cell("reference to guests").contains("to guests 1"));
}

#[test]
fn what_was_there_before_a_change_is_told() {
    let fence = |columns: &str| format!("```sql\ncreate table stays ({columns});\n```\n\n");
    let (old, new) = (fence("id bigint primary key"), fence("id uuid primary key, room text"));
    for [before, after] in [
        ["## Before\n\n", "## After\n\n"],
        ["**Before:**\n\n", "**After:**\n\n"],
        ["### Було\n\n", "### Стало\n\n"],
        ["Vorher:\n\n", "Nachher:\n\n"],
    ] {
        let told = read(&format!("# M\n\n{before}{old}{after}{new}"));
        assert!(told.contains("planned-table") && told.contains("`room`"), "{before}\n{told}");
        assert_eq!(told.matches("table `stays`").count(), 1, "{before}\n{told}");
    }
    let told = read(&format!("# M\n\n## Before\n\n{new}"));
    assert!(!told.contains("planned-table") && told.contains("`room`"), "{told}");
}

#[test]
fn keys_from_a_table_to_itself() {
    let row = |ty: &str, said: &str| {
        read(&format!(
            "### stays\n\n| Column | Type | Notes |\n|---|---|---|\n| `id` | uuid | PK |\n| `after_id` | {ty} | {said} |\n"
        ))
    };
    for (ty, said) in [
        ("uuid", "FK self-referencing"),
        ("uuid", "FK auto-référente, if it goes on"),
        ("FK auto-référente", "what it goes on from"),
        ("uuid", "FK на себя"),
    ] {
        assert!(row(ty, said).contains("to stays 6:"), "{ty} {said}\n{}", row(ty, said));
    }
}

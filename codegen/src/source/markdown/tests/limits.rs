//! What takes something from what is said: exceptions, lists that go on, lines that rule nothing.

use super::*;

/// Reads a catalogue's list of values, and returns what becomes of it.
fn values(said: &str) -> String {
    let told = read(&format!(
        "### `orders`\n\n- **Key Columns:** id (uuid, PK), status, name\n- **Status Values:** {said}\n"
    ));
    let of_column = told.lines().find(|line| line.trim_start().starts_with("`status`"));
    let of_column =
        of_column.and_then(|line| line.split_once('[')).map(|(_, facts)| facts.trim_end_matches(']'));
    let is_told = if told.contains("said-in-words") { "said in words" } else { "" };
    format!("{}{is_told}", of_column.unwrap_or_default())
}

#[test]
fn a_list_of_values_is_understood_as_a_whole() {
    let cases = [
        (
            "draft, published, archived (soft delete), deleted",
            "note `draft | published | archived | deleted — archived: soft delete`",
        ),
        ("open, paid or void", "note `open | paid | void`"),
        ("open, paid and void", "note `open | paid | void`"),
        ("one of `open`, `paid`", "note `open | paid`"),
        ("either open or paid", "note `open | paid`"),
        ("open | paid / void", "note `open | paid | void`"),
        ("open, paid, NULL", "note `open | paid`"),
        ("open, paid, or null", "note `open | paid`"),
        ("not started, in progress, done", "note `not started | in progress | done`"),
        ("відкрито, сплачено або скасовано", "note `відкрито | сплачено | скасовано`"),
        ("uno de: abierto, pagado o anulado", "said in words"),
        ("`to do`, `on hold`", "note `to do | on hold`"),
        ("\"waiting for payment\", \"paid\"", "note `waiting for payment | paid`"),
    ];
    for (said, expected) in cases {
        assert_eq!(values(said), expected, "{said}");
    }
}

#[test]
fn a_list_that_is_half_understood_is_none() {
    let open = [
        "e.g. open, paid",
        "1 = open, 2 = closed",
        "0: off, 1: on",
        "open: just made, paid: done",
        "open, closed, ...",
        "open, closed, …",
        "open, closed (and more)",
        "open, closed, etc.",
        "between 0 and 5",
        "open, paid, custom values",
        "open, paid for example",
        "zum Beispiel offen, bezahlt",
        "por ejemplo abierto, pagado",
        "наприклад відкрито, сплачено",
        "open, paid (or settled)",
        "open, paid, refunded (planned)",
        "see below, or the wiki",
        "open; paid after the bank has said so and nobody objects",
        "open, open",
        "1..5, 6",
        "anything, really",
        "all of open, paid",
        "not `open`, `paid`",
        "open, paid (not used)",
        "starts as open, becomes paid",
        "\"a|b\", \"c\"",
        "\"a, b\", \"c\"",
    ];
    for said in open {
        assert_eq!(values(said), "said in words", "{said}");
    }
}

#[test]
fn a_value_may_be_the_default() {
    assert_eq!(values("open (default), paid"), "default String open 4:22; note `open | paid`");
}

/// Returns the indexes that a document says, without their places.
fn indexes(document: &str) -> Vec<String> {
    let told = read(document);
    let lines = told.lines().filter_map(|line| line.trim_start().strip_prefix("index "));
    let is_place =
        |word: &str| word.trim_end_matches([',', ':']).chars().all(|c| c.is_ascii_digit() || c == ':');
    let without = |line: &str| {
        let words: Vec<&str> = line.split(' ').filter(|word| !word.is_empty() && !is_place(word)).collect();
        words.join(" ")
    };
    lines.map(without).collect()
}

#[test]
fn an_index_in_a_list_may_name_its_table() {
    let fence = "```sql\ncreate table orders (id int primary key, buyer_id int, at timestamptz, open boolean);\n```\n";
    let cases = [
        ("- `orders_by_buyer` on `orders (buyer_id, at)`", "`orders_by_buyer` on orders: `buyer_id` `at`"),
        (
            "- `orders_by_buyer` on `orders` (`buyer_id`, `at`)",
            "`orders_by_buyer` on orders: `buyer_id` `at`",
        ),
        ("- `orders_by_buyer` on `orders(buyer_id, at)`", "`orders_by_buyer` on orders: `buyer_id` `at`"),
        ("- `orders_at`: `orders(at)`", "`orders_at` on orders: `at`"),
        (
            "- `orders_open` partial on `orders` (`at`) where `open = true`",
            "`orders_open` on orders: `at` where open = true",
        ),
    ];
    for (line, expected) in cases {
        for head in
            [format!("## Orders\n\n{fence}\n### Indexes\n\n"), format!("# DB\n\n{fence}\n## Indexes\n\n")]
        {
            let found = indexes(&format!("{head}{line}\n"));
            let found: Vec<String> = found.iter().map(|line| line.replace("`,", "`")).collect();
            assert_eq!(found, [expected], "{head}{line}");
        }
    }
    // What is over some rows only is not made over all.
    assert!(
        indexes(&format!("# DB\n\n{fence}\n## Indexes\n\n- `orders(at)` where the order is open\n"))
            .is_empty()
    );
}

#[test]
fn columns_that_are_not_read_are_told() {
    insta::assert_snapshot!(read(
        "### `orders`\n- **Key Columns:** id (uuid, PK), e int not null, size (int) (planned)\n- **Planned:** width\n"
    ).lines().take(6).collect::<Vec<_>>().join("\n"), @"
    table `orders` 1:6 under `orders` 1:6
      `id` 2:20 `uuid` 2:24 [pk 2:30]
      `e` 2:35 `int` 2:37 [null=false 2:41]
    said Key Columns `size (int) (planned)` 2:51
    said Planned `width` 3:16
    info[said-in-words]: Key Columns of `orders` stands here in words and is not generated
    ");
}

#[test]
fn lines_about_migrations_stand_anywhere() {
    let rulings = |document: &str| {
        let told = read(document);
        let lines = told.lines().filter_map(|line| line.strip_prefix("ruling "));
        lines.map(|line| line.trim_end_matches(" (written out)").to_owned()).collect::<Vec<_>>().join("; ")
    };
    let fence = |name: &str| format!("```sql\ncreate table {name} (id int primary key);\n```\n");
    let (pay, log) = (fence("pay"), fence("log"));
    let line = "rollback: never — booked";
    let cases = [
        (
            format!("# S\n\n## Money\n\n{line}\n\n### `pay`\n\n{pay}\n## Rest\n\n### `log`\n\n{log}"),
            "pay: `rollback: never — booked` 5:1",
        ),
        (
            format!("# S\n\n{line}\n\n## `pay`\n\n{pay}\n## `log`\n\n{log}"),
            "pay, log: `rollback: never — booked` 3:1",
        ),
        (format!("{line}\n\n# S\n\n{pay}{log}"), "pay, log: `rollback: never — booked` 1:1"),
        (
            format!("## Money\n\nWhat is booked.\n{line}\n\n{pay}{log}"),
            "pay, log: `rollback: never — booked` 4:1",
        ),
        (format!("## Money\n\n### `pay`\n\n{pay}\n- {line}\n"), "pay: `rollback: never — booked` 9:3"),
        (
            format!("## Money\n\n### `pay`\n\n{pay}\n- **Rollback:** never — booked\n"),
            "pay: `Rollback: never — booked` 9:5",
        ),
        (format!("## Money\n\n- {line}\n\n{pay}{log}"), "pay, log: `rollback: never — booked` 3:3"),
        (
            "### `pay`\n\n- **Key Columns:** id (uuid, PK), total (int)\n- **Rollback:** never — booked\n"
                .to_owned(),
            "pay: `Rollback: never — booked` 4:5",
        ),
        (
            format!("## `pay`\n\n{pay}\n## Acknowledged\n\n- acknowledge: data-loss of pay.nick — Unread.\n"),
            ": `acknowledge: data-loss of pay.nick — Unread.` 9:3",
        ),
    ];
    for (document, expected) in cases {
        assert_eq!(rulings(&document), expected, "{document}");
    }
}

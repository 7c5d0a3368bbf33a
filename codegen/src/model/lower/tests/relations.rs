//! Relations between two ends, as DBML and diagrams give them.

use super::{read, show};
use crate::model::lower;
use crate::source::decl::{Decl, EndpointDecl, Prose, ProseKind, QName, RefDecl, Relation};
use crate::span::{Span, Spanned};

const TABLES: &str = "
create table customers (id uuid primary key, code text unique);
create table orders (id serial primary key, customer_id uuid not null, room text, event text unique);
create table tags (id bigint primary key);
create table profiles (id uuid primary key, customer_id uuid unique);
";

/// Lowers the tables with relations written as `from sign to`, where the sign is DBML's, and ` ! note`, ` x` for inactive or
/// ` on delete …` may follow.
fn check(relations: &[&str]) -> String {
    let (mut sources, mut decls, config, mut sink) =
        read(&[("shop.sql", TABLES), ("schema.toml", "external = [\"rooms\", \"matrix.*\"]")]);
    let file = sources.add("relations.txt", relations.join("\n"));
    let mut start = 0;
    for line in relations {
        let span = sources.fragment(file).span(start..start + line.len());
        start += line.len() + 1;
        decls.push(Decl::Ref(relation(line, span)));
    }
    let schema = lower(decls, &config, &mut sink);
    let tables: Vec<String> = schema.tables().map(show::table).collect();
    let keys = tables.join("\n");
    let keys: Vec<&str> = keys
        .lines()
        .filter(|line| !line.starts_with("  ") || line.contains("foreign key") || line.contains('{'))
        .collect();
    format!("{}\n\n{}\n\n{}", relations.join("\n"), keys.join("\n"), show::findings(sink, &sources))
}

fn relation(line: &str, span: Span) -> RefDecl {
    let (line, note) = line.split_once(" ! ").map_or((line, None), |(line, note)| (line, Some(note)));
    let (line, on_delete) =
        line.split_once(" on delete ").map_or((line, None), |(line, action)| (line, Some(action)));
    let inactive = line.ends_with(" x");
    let words: Vec<&str> = line.split_whitespace().collect();
    let (left, right) = match words[1] {
        ">" => (Relation::Many, Relation::One),
        "<" => (Relation::One, Relation::Many),
        "<>" => (Relation::Many, Relation::Many),
        "?-" => (Relation::ZeroOrOne, Relation::One),
        _ => (Relation::One, Relation::One),
    };
    let ident = |text: &str| Spanned::new(text.to_owned(), span);
    let end = |path: &str, relation| {
        let mut parts: Vec<&str> = path.split('.').collect();
        let column = if parts.len() > 1 { parts.pop() } else { None };
        let name = ident(parts.pop().unwrap());
        let table = QName { schema: parts.pop().map(ident), name };
        EndpointDecl { table, columns: column.into_iter().map(ident).collect(), relation }
    };
    RefDecl {
        name: None,
        endpoints: [end(words[0], left), end(words[2], right)],
        on_delete: on_delete.map(ident),
        on_update: None,
        note: note.map(|text| Prose { text: text.to_owned(), span, kind: ProseKind::Note }),
        inline: false,
        inactive,
        span,
    }
}

#[test]
fn directions() {
    insta::assert_snapshot!(check(&[
        "orders.customer_id > customers.id ! Placed by.",
        "customers.id < orders.customer_id",
        "customers.id - profiles.customer_id",
        "orders.room - rooms.id",
        "matrix.events.id - orders.event ! Shown as.",
        "orders.customer_id > customers.id ! Placed by.",
    ]));
}

#[test]
fn many_to_many_is_a_table_of_its_own() {
    insta::assert_snapshot!(check(&[
        "orders.id <> tags.id on delete cascade ! Tagged.",
        "customers.id <> tags.id x"
    ]));
}

#[test]
fn what_postgresql_refuses_is_reported() {
    insta::assert_snapshot!(check(&[
        "orders.customer_id > tags.id",
        "orders.room > orders.room",
        "orders.custmer_id > customers.id",
        "orders.customer_id > customer.id",
        "orders.customer_id > customers.id on delete vanish",
        "profiles.customer_id > customers.id on delete cascade",
        "profiles.customer_id > customers.id on delete set null",
    ]));
}

#[test]
fn a_diagram_names_no_columns() {
    insta::assert_snapshot!(check(&[
        "orders.customer_id > customers.id",
        "customers < orders x ! Seen in the diagram.",
        "tags < orders x",
        "customers < profiles x",
    ]));
}

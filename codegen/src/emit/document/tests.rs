//! The page of a small schema whose names and texts are as hostile as PostgreSQL lets them be.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::config::Config;
use crate::diag::{Code, Sink};
use crate::emit::{EMITTERS, Emitting, FileSet, document};
use crate::model::{
    CheckData, ColumnData, ColumnId, DefaultExpr, EnumData, EnumLabel, Fact, ForeignKeyData, IndexData,
    IndexPart, KeyData, MigrationData, MigrationMember, ModuleData, ModuleId, PartKey, PgIdent, PgType,
    PrefixData, QualifiedName, Schema, SeedData, SeedRow, TableData, TableId, ValuesData, ValuesOrigin,
};
use crate::plan;
use crate::plan::document::anchor::Slugs;
use crate::source::decl::{DefaultKind, RefAction, Timing};
use crate::span::{Sources, Span, Spanned};

/// A file of forty short lines; line `n` starts at byte `3 * (n - 1)`.
fn source() -> (Sources, impl Fn(u32) -> Span) {
    let mut sources = Sources::default();
    let file = sources.add("schema/shop/all tables.md", "--\n".repeat(40));
    (sources, move |line| Span::new(file, 3 * (line - 1), 3 * line - 1))
}

fn column(name: &str, ty: &str, span: Span) -> ColumnData {
    ColumnData::new(Fact::said(PgIdent::new(name), span), Fact::said(PgType::parse(ty), span), span)
}

fn table(schema: Option<&str>, name: &str, columns: Vec<ColumnData>, span: Span) -> TableData {
    let key = |at: usize| KeyData {
        name: None,
        columns: vec![ColumnId(at)],
        include: Vec::new(),
        nulls_not_distinct: false,
        timing: Timing::NotDeferrable,
        span,
        also: Vec::new(),
        repeats: Vec::new(),
    };
    let primary_key = (!columns.is_empty()).then(|| key(0));
    TableData {
        primary_key,
        columns,
        ..TableData::new(Fact::said(QualifiedName::new(schema, name), span), span)
    }
}

fn reference(column: usize, referenced: usize, enforced: bool, span: Span) -> ForeignKeyData {
    ForeignKeyData {
        name: None,
        columns: vec![ColumnId(column)],
        referenced: TableId(referenced),
        referenced_columns: vec![ColumnId(0)],
        on_delete: None,
        on_update: None,
        match_full: false,
        timing: Timing::NotDeferrable,
        not_valid: false,
        enforced,
        comment: None,
        span,
        also: Vec::new(),
    }
}

fn hostile(at: &impl Fn(u32) -> Span) -> Schema {
    let mut users = table(Some("auth"), "users", vec![column("id", "uuid", at(1))], at(1));
    users.external = true;
    users.comment = Some(Fact::said("Owned by | the platform".to_owned(), at(1)));

    let mut orders = table(
        None,
        "order \"lines\" | `x`",
        vec![
            column("id", "text", at(3)),
            column("user_id", "uuid", at(4)),
            column("Größe|`c`", "numeric(10, 2)", at(5)),
            column("pk", "varchar(3)[]", at(6)),
            column("status", "shop.\"Order | Status\"", at(7)),
            column("created_at", "timestamptz", at(8)),
        ],
        at(3),
    );
    orders.name.again(at(30));
    orders.module = Some(ModuleId(0));
    orders.comment = Some(Fact::said(
        "# Lines <b>of</b> orders\n- one | two\n\n1. *really* `a|b`, $x$ and _y_ [z](q)".to_owned(),
        at(3),
    ));
    orders.columns[0].prefix = Some(Box::new(Fact::said("ol_".to_owned(), at(3))));
    orders.columns[1].not_null = Some(Fact::inferred((), at(4), "`*_id` refuses NULL | always"));
    orders.columns[2].default =
        Some(Fact::said(DefaultExpr { sql: "'a|`b\\'".to_owned(), kind: DefaultKind::String }, at(5)));
    orders.columns[2].comment = Some(Fact::said("first | line\nsecond `a|b`".to_owned(), at(5)));
    orders.columns[3].values = Some(Box::new(ValuesData {
        values: Fact::said(vec!["a|b".to_owned(), "c".to_owned()], at(6)),
        origin: ValuesOrigin::Documented,
    }));
    orders.columns[4].ty =
        Fact::said(PgType::Enum(QualifiedName::new(Some("shop"), "Order | Status")), at(7));
    orders.columns[5].ty = Fact::inferred(PgType::builtin("timestamptz"), at(8), "`*_at` is timestamptz");
    orders.checks.push(CheckData {
        name: Some(Fact::said(PgIdent::new("a|b"), at(9))),
        expression: Fact::said("\"Größe|`c`\" > 0 || true".to_owned(), at(9)),
        column: None,
        no_inherit: false,
        not_valid: true,
    });
    let mut owner = reference(1, 0, false, at(4));
    owner.on_delete = Some(Fact::said(RefAction::SetNull(Vec::new()), at(4)));
    owner.comment = Some(Fact::said("1 user | many lines".to_owned(), at(4)));
    orders.foreign_keys.push(owner);
    orders.indexes.push(IndexData {
        name: None,
        parts: vec![
            IndexPart { key: PartKey::Column(ColumnId(2)), options: Some("DESC".to_owned()) },
            IndexPart { key: PartKey::Expression("lower(id)".to_owned()), options: None },
        ],
        method: Some("gin".to_owned()),
        unique: true,
        nulls_not_distinct: false,
        include: vec![ColumnId(0)],
        predicate: Some("status = 'a|b'".to_owned()),
        storage: None,
        comment: None,
        removable: false,
        span: at(10),
        also: Vec::new(),
    });

    let mut notes = table(
        None,
        "style",
        vec![column("id", "bigint", at(12)), column("parent", "bigint", at(13))],
        at(12),
    );
    notes.foreign_keys.push(reference(0, 1, true, at(12)));
    notes.foreign_keys.push(reference(1, 2, true, at(13)));
    let empty = table(None, "Style", Vec::new(), at(14));
    let foreign = table(None, "користувачі", vec![column("ід", "text", at(15))], at(15));

    Schema {
        enums: vec![EnumData {
            was: None,
            name: Fact::said(QualifiedName::new(Some("shop"), "Order | Status"), at(20)),
            labels: vec![
                EnumLabel { was: None, label: Fact::said("a|b".to_owned(), at(21)), comment: None },
                EnumLabel {
                    was: None,
                    label: Fact::said("it's".to_owned(), at(22)),
                    comment: Some(Fact::said("odd | one".to_owned(), at(22))),
                },
            ],
            comment: None,
        }],
        tables: vec![users, orders, notes, empty, foreign],
        modules: vec![ModuleData { name: Fact::said("Sales & <Tables>".to_owned(), at(2)), comment: None }],
        prefixes: vec![PrefixData {
            prefix: Fact::said("ol_".to_owned(), at(25)),
            entity: Spanned::new("order | line".to_owned(), at(25)),
            table: Some(TableId(1)),
        }],
        migrations: vec![MigrationData {
            file: Fact::said("000001_init.sql".to_owned(), at(26)),
            members: vec![
                MigrationMember { words: Spanned::new("style".to_owned(), at(26)), tables: vec![TableId(2)] },
                MigrationMember { words: Spanned::new("All | else".to_owned(), at(27)), tables: Vec::new() },
            ],
        }],
        seeds: vec![SeedData {
            table: TableId(2),
            key: vec![ColumnId(0)],
            columns: vec![ColumnId(0)],
            rows: vec![SeedRow { values: vec!["'a|b'".to_owned()], span: at(28) }],
            span: at(28),
        }],
        ..Schema::default()
    }
}

fn files() -> FileSet {
    let (sources, at) = source();
    let schema = hostile(&at);
    let mut config = Config::for_name("shop");
    config.title = "Shop | _the_ <schema>".to_owned();
    config.description = Some("Everything that is sold.".to_owned());
    let mut sink = Sink::default();
    for line in [12, 3, 3] {
        sink.warning(Code::new("fk-without-index"), at(line), "`a|b` has no supporting index");
    }
    let plan = plan::Plan {
        document: plan::document::plan(&schema, &sources, &config, &sink),
        ..plan::Plan::default()
    };
    let cx = Emitting {
        schema: &schema,
        plan: &plan,
        config: &config,
        sources: &["schema/shop/all tables--.md".to_owned()],
    };
    let mut files = FileSet::new("shop");
    (document::EMITTER.emit)(&cx, &mut files);
    assert!(EMITTERS.iter().any(|emitter| emitter.name == document::EMITTER.name));
    files
}

fn page() -> String {
    files().get("docs/er/shop/README.md").unwrap().to_owned()
}

#[test]
fn a_page() {
    insta::assert_snapshot!(page());
}

/// Every link into the page leads to a heading, by the addresses that a forge works out of the rendered headings.
#[test]
fn links_lead_to_headings() {
    let page = page();
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let (mut slugs, mut addresses, mut links) = (Slugs::default(), BTreeSet::new(), BTreeSet::new());
    let mut heading: Option<String> = None;
    for event in Parser::new_ext(&page, options) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => {
                addresses.insert(format!("#{}", slugs.next(&heading.take().unwrap())));
            }
            Event::Start(Tag::Link { dest_url, .. }) if dest_url.starts_with('#') => {
                links.insert(dest_url.to_string());
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&text);
                }
            }
            _ => {}
        }
    }
    assert!(links.len() > 10, "{links:?}");
    assert_eq!(links.difference(&addresses).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// Every row of a table has as many cells as its head.
#[test]
fn rows_are_as_wide_as_their_heads() {
    let page = page();
    let (mut width, mut cells, mut rows) = (0, 0, 0);
    for event in Parser::new_ext(&page, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::Table(columns)) => width = columns.len(),
            Event::End(TagEnd::TableCell) => cells += 1,
            Event::End(TagEnd::TableHead | TagEnd::TableRow) => {
                assert_eq!(std::mem::take(&mut cells), width);
                rows += 1;
            }
            _ => {}
        }
    }
    assert!(rows > 15, "{rows}");
}

/// Every line of every diagram is of one of the forms that Mermaid's grammar for entity-relationship diagrams has, made of
/// characters that its lexer takes in that place.
#[test]
fn diagrams_keep_to_the_grammar() {
    let page = page();
    let mut kinds = BTreeSet::new();
    for diagram in page.split("```mermaid\n").skip(1).map(|rest| rest.split("```").next().unwrap()) {
        let mut inside = false;
        for line in diagram.lines() {
            let kind = mermaid_line(line.trim_start(), inside);
            assert!(!kind.is_empty(), "{line}");
            inside = match kind {
                "entity {" => true,
                "}" => false,
                _ => inside,
            };
            kinds.insert(kind);
        }
        assert!(!inside, "{diagram}");
    }
    let expected = ["attribute", "classDef", "entity", "entity {", "erDiagram", "relation", "}"];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
}

/// Tells what a line is; the empty text where it is nothing that may stand there.
fn mermaid_line(line: &str, inside: bool) -> &'static str {
    let word = |text: &str, more: &str| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || more.contains(c))
    };
    let quoted = |text: &str| {
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['"', '%', '\\', '`', '~', '#', ';']))
    };
    if inside {
        if line == "}" {
            return "}";
        }
        let (line, comment) =
            line.split_once(" \"").map_or((line, None), |(a, b)| (a, Some(format!("\"{b}"))));
        let mut words = line.splitn(3, ' ');
        let (ty, name) = (words.next().unwrap(), words.next().unwrap_or_default());
        let marks = words
            .next()
            .into_iter()
            .flat_map(|marks| marks.split(", "))
            .all(|m| ["PK", "FK", "UK"].contains(&m));
        let named = word(name, "") && !["pk", "fk", "uk"].contains(&name);
        let fits = word(ty, "()[]") && named && marks && comment.is_none_or(|comment| quoted(&comment));
        return if fits { "attribute" } else { "" };
    }
    if line == "erDiagram" {
        return "erDiagram";
    }
    if let Some(class) = line.strip_prefix("classDef ") {
        // Decimals are beyond the lexer of styles.
        let plain = |c: char| c.is_ascii_alphanumeric() || " :-,".contains(c);
        return if class.chars().all(plain) { "classDef" } else { "" };
    }
    if let Some((relation, label)) = line.split_once(" : ") {
        let parts: Vec<&str> = relation.split(' ').collect();
        let [from, sign, to] = parts.as_slice() else { return "" };
        let (left, right) = (["||", "|o"], ["o{", "o|"]);
        let known = ["--", ".."].iter().any(|line| {
            left.iter().any(|left| right.iter().any(|right| *sign == format!("{left}{line}{right}")))
        });
        return if word(from, "") && word(to, "") && known && quoted(label) { "relation" } else { "" };
    }
    let (line, kind) = line.strip_suffix(" {").map_or((line, "entity"), |line| (line, "entity {"));
    let line =
        [":::external", ":::neighbour"].iter().find_map(|class| line.strip_suffix(class)).unwrap_or(line);
    let (id, label) = line.split_once('[').map_or((line, None), |(id, label)| (id, Some(label)));
    let labelled = label.is_none_or(|label| label.strip_suffix(']').is_some_and(quoted));
    if word(id, "") && labelled { kind } else { "" }
}

#[test]
fn the_drawing_is_xml_with_every_table_column_and_line() {
    let files = files();
    let text = files.get("docs/er/shop/diagram.svg").unwrap();
    let svg = roxmltree::Document::parse(text).unwrap();
    let (_, at) = source();
    let schema = hostile(&at);
    let texts: Vec<&str> = svg
        .descendants()
        .filter(|node| node.has_tag_name((SVG, "text")))
        .filter_map(|node| node.text())
        .collect();
    for table in schema.tables() {
        assert!(texts.contains(&table.name().plain().as_str()), "{texts:?}");
        for column in table.columns() {
            assert!(texts.contains(&column.name()), "{texts:?}");
        }
    }
    let count = |class: &str| {
        svg.descendants()
            .filter(|node| node.attribute("class").is_some_and(|c| c.split(' ').any(|c| c == class)))
            .count()
    };
    assert_eq!(count("table"), schema.tables.len());
    assert_eq!(count("external"), 1);
    assert_eq!(count("way"), schema.tables().flat_map(|table| table.foreign_keys()).count());
    assert_eq!(count("loose"), 1);
}

const SVG: &str = "http://www.w3.org/2000/svg";

/// No two tables of the drawing touch, and nothing stands outside it.
#[test]
fn tables_of_the_drawing_keep_apart() {
    let (_, at) = source();
    // A schema of many tables, each of which references up to three others, in circles too.
    let tables = (0..60).map(|number: usize| {
        let columns =
            (0..2 + number % 9).map(|c| column(&format!("column_{c}"), "timestamptz", at(1))).collect();
        let mut data = table(None, &format!("table_{number}"), columns, at(1));
        for other in 0..number % 4 {
            data.foreign_keys.push(reference(1, (number * 7 + other * 13) % 60, true, at(1)));
        }
        data
    });
    let schema = Schema { tables: tables.collect(), ..Schema::default() };
    let drawing = plan::document::layout::drawing(&schema, "many");
    for (at, a) in drawing.tables.iter().enumerate() {
        assert!(a.x >= 0 && a.y >= 0 && a.x + a.width <= drawing.width && a.y + a.height <= drawing.height);
        for b in drawing.tables.iter().skip(at + 1) {
            let beside = a.x + a.width < b.x || b.x + b.width < a.x;
            let above = a.y + a.height < b.y || b.y + b.height < a.y;
            assert!(beside || above, "{} and {}", a.name, b.name);
        }
    }
    assert_eq!(drawing.lines.len(), 90);
    let shape = f64::from(drawing.width) / f64::from(drawing.height);
    assert!((0.3..4.0).contains(&shape), "{} by {}", drawing.width, drawing.height);
}

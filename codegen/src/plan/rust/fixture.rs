//! Schemas for tests, written one fact a line.

use crate::diag::Sink;
use crate::model::{
    ColumnData, ColumnId, Constant, ConstantSet, DefaultExpr, EnumData, EnumLabel, Fact, ForeignKeyData,
    IdentityData, KeyData, ModuleData, ModuleId, PgIdent, PgType, PrefixData, QualifiedName, Schema,
    TableData, TableId, ValuesData, ValuesOrigin,
};
use crate::source::decl::{DefaultKind, Timing};
use crate::span::{Sources, Span, Spanned};

/// Reads a schema: `table NAME` or `external NAME`, each followed by columns `NAME TYPE [FACT…]`; `enum NAME`, `constants NAME`
/// and `prefixes`, each followed by a value a line; `module NAME`, which holds the tables behind it. Indented lines belong to the
/// line above that is not, spaces in names are written `␣`, and `∅` is the empty text.
///
/// Facts: `pk`, `null`, `identity`, `prefix=u_`, `values=a|b`, `documented=a|b`, `default=SQL`, `ref=TABLE.COLUMN` and, last,
/// `-- comment`.
pub(crate) fn schema(text: &str) -> (Sources, Schema) {
    let mut sources = Sources::default();
    let file = sources.add("schema/example/schema.txt", text);
    let mut schema = Schema::default();
    let mut references = Vec::new();
    let mut section = "";
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        let span = sources.fragment(file).span(at + indent..at + line.trim_end().len());
        at += line.len();
        let (facts, comment) = match line.trim().split_once("-- ") {
            Some((facts, comment)) => (facts, Some(Fact::said(comment.to_owned(), span))),
            None => (line.trim(), None),
        };
        let words: Vec<String> =
            facts.split(' ').map(|word| word.replace('␣', " ").replace('∅', "")).collect();
        if facts.is_empty() {
            continue;
        }
        if indent == 0 {
            section = facts.split(' ').next().unwrap();
            let name = || qualified(&words[1]);
            match section {
                "table" | "external" => {
                    let module = schema.modules.len().checked_sub(1).map(ModuleId);
                    schema.tables.push(table(
                        Fact::said(name(), span),
                        section == "external",
                        module,
                        comment,
                    ));
                }
                "enum" => schema.enums.push(EnumData {
                    was: None,
                    name: Fact::said(name(), span),
                    labels: Vec::new(),
                    comment,
                }),
                "constants" => schema
                    .constants
                    .push(ConstantSet { name: Fact::said(words[1].clone(), span), items: Vec::new() }),
                "module" => {
                    schema.modules.push(ModuleData { name: Fact::said(words[1].clone(), span), comment })
                }
                other => assert_eq!(other, "prefixes"),
            }
            continue;
        }
        let value = Fact::said(words[0].clone(), span);
        match section {
            "enum" => {
                schema.enums.last_mut().unwrap().labels.push(EnumLabel { was: None, label: value, comment })
            }
            "constants" => {
                let comment = comment.map(|comment| comment.value);
                schema.constants.last_mut().unwrap().items.push(Constant { value, comment });
            }
            "prefixes" => schema.prefixes.push(PrefixData {
                prefix: value,
                entity: Spanned::new(words[1].clone(), span),
                table: schema
                    .tables
                    .iter()
                    .position(|table| table.name.value.plain() == words[1])
                    .map(TableId),
            }),
            _ => {
                let id = TableId(schema.tables.len() - 1);
                let table = schema.tables.last_mut().unwrap();
                if let Some(reference) = column(table, &words, comment, span) {
                    references.push((id, ColumnId(table.columns.len() - 1), reference, span));
                }
            }
        }
    }
    for (id, own, reference, span) in references {
        let (table, column) = reference.rsplit_once('.').unwrap();
        let referenced = schema.tables.iter().position(|data| data.name.value.plain() == table).unwrap();
        let columns = &schema.tables[referenced].columns;
        let column = columns.iter().position(|data| data.name.value.as_str() == column).unwrap();
        let key = foreign_key(own, TableId(referenced), ColumnId(column), span);
        schema.tables[id.0].foreign_keys.push(key);
    }
    for data in schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
        if let PgType::Unknown(name) = data.ty.value.element() {
            let name = qualified(name);
            if schema.enums.iter().any(|data| data.name.value == name) {
                let array = matches!(data.ty.value, PgType::Array(_));
                let ty = PgType::Enum(name);
                data.ty.value = if array { PgType::Array(Box::new(ty)) } else { ty };
            }
        }
    }
    (sources, schema)
}

/// Renders what was reported, one line each.
pub(crate) fn reported(sink: Sink, sources: &Sources) -> Vec<String> {
    let line = |diagnostic: &crate::diag::Diagnostic| {
        let line = sources.position(diagnostic.span).line;
        format!("{line}: {}: {}; {}", diagnostic.code, diagnostic.message, diagnostic.help.join("; "))
    };
    sink.finish(sources).iter().map(line).collect()
}

fn qualified(text: &str) -> QualifiedName {
    match text.split_once('.') {
        Some((schema, name)) => QualifiedName::new(Some(schema), name),
        None => QualifiedName::new(None, text),
    }
}

fn table(
    name: Fact<QualifiedName>,
    external: bool,
    module: Option<ModuleId>,
    comment: Option<Fact<String>>,
) -> TableData {
    let span = name.span;
    TableData { external, module, comment, ..TableData::new(name, span) }
}

fn column(
    table: &mut TableData,
    words: &[String],
    comment: Option<Fact<String>>,
    span: Span,
) -> Option<String> {
    let mut reference = None;
    let name = Fact::said(PgIdent::new(words[0].clone()), span);
    let ty = Fact::said(PgType::parse(&words[1]), span);
    let mut data =
        ColumnData { not_null: Some(Fact::said((), span)), comment, ..ColumnData::new(name, ty, span) };
    for word in words[2..].iter().filter(|word| !word.is_empty()) {
        let (fact, text) = word.split_once('=').unwrap_or((word, ""));
        let values = |origin| {
            let values = text.split('|').map(str::to_owned).collect();
            Some(Box::new(ValuesData { values: Fact::said(values, span), origin }))
        };
        match fact {
            "pk" => {
                let id = ColumnId(table.columns.len());
                table.primary_key.get_or_insert_with(|| key(span)).columns.push(id);
            }
            "null" => data.not_null = None,
            "identity" => {
                data.identity =
                    Some(Box::new(Fact::said(IdentityData { always: true, options: None }, span)));
            }
            "prefix" => data.prefix = Some(Box::new(Fact::said(text.to_owned(), span))),
            "values" => data.values = values(ValuesOrigin::Check),
            "documented" => data.values = values(ValuesOrigin::Documented),
            "default" => {
                let default = DefaultExpr { sql: text.to_owned(), kind: DefaultKind::Expression };
                data.default = Some(Fact::said(default, span));
            }
            "ref" => reference = Some(text.to_owned()),
            other => panic!("no fact `{other}`"),
        }
    }
    table.columns.push(data);
    reference
}

fn key(span: Span) -> KeyData {
    KeyData {
        name: None,
        columns: Vec::new(),
        include: Vec::new(),
        nulls_not_distinct: false,
        timing: Timing::default(),
        span,
        also: Vec::new(),
        repeats: Vec::new(),
    }
}

fn foreign_key(own: ColumnId, referenced: TableId, column: ColumnId, span: Span) -> ForeignKeyData {
    ForeignKeyData {
        name: None,
        columns: vec![own],
        referenced,
        referenced_columns: vec![column],
        on_delete: None,
        on_update: None,
        match_full: false,
        timing: Timing::default(),
        not_valid: false,
        enforced: true,
        comment: None,
        span,
        also: Vec::new(),
    }
}

/// Names and values of every unpleasant kind.
pub(crate) const HOSTILE: &str = "\
module Users␣&␣Auth
enum core.Order␣Status -- How far an order is.
  new
  1st
  naïve
  Self
  a-b
  a_b
  ∅
  it's␣\"quoted\"
constants EventTopic
  user.created -- Someone joined.
  user.deleted
external auth.users
  id uuid pk
table users -- People, [not] robots.
  id text pk prefix=u_
  type text values=human|agent|Self
  1st text null
  a-b text null -- Looks like `a_b`.
  a_b text
  naïve boolean default=false
  Self jsonb null
  createdAt timestamptz default=now()
  account uuid null ref=auth.users.id
table new_user
  user_id text pk ref=users.id
  note text null documented=x|y
module Orders
table options
  code text pk
  parent text null ref=options.code
  score integer[]
table orders
  id bigint pk identity
  status core.Order␣Status
  history core.Order␣Status[]
  buyer text ref=users.id
  option_code text null ref=options.code
  amount numeric(20,2)
  supply numeric(78,0)
  embedding vector(3) null
  took interval null
  seen inet null
  search tsvector null
  day date
  at time
  naive timestamp
  raw bytea
  f real
  a_column_whose_name_is_so_long_that_no_line_of_the_crate_holds_it text null -- https://example.org
table order_tags
  order_id bigint pk ref=orders.id
  tag text pk
";

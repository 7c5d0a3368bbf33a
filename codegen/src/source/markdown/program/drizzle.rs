//! Drizzle: `export const users = pgTable("users", { id: uuid("id").primaryKey() })`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::scan::{self, Call};
use crate::source::decl::{
    ColumnDecl, ConstraintDecl, ConstraintKind, DefaultDecl, DefaultKind, EnumDecl, EnumValueDecl,
    ForeignKeyDecl, Ident, IndexDecl, IndexKey, IndexPartDecl, Language, NamedMark, Prose, ProseKind, QName,
    RefAction, TableDecl, Timing,
};
use crate::source::markdown::outline::Fence;
use crate::source::markdown::vocabulary;
use crate::span::Spanned;

const TABLES: &[&str] = &["pgTable", "mysqlTable", "sqliteTable"];
const ENUMS: &[&str] = &["pgEnum", "mysqlEnum"];

/// What the fences of a document define.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) tables: Vec<TableDecl>,
    pub(super) enums: Vec<EnumDecl>,
    /// Columns that a table takes from elsewhere (`...timestamps`) where that is not shown.
    pub(super) unknown: Vec<Ident>,
}

/// Tells whether a fence defines tables or enumerated types by Drizzle.
pub(super) fn is_drizzle(fence: &Fence) -> bool {
    let of_program = fence.info.as_ref().is_some_and(|info| {
        let word = info.node.split([' ', ',', '{', ':']).next().unwrap_or_default().to_lowercase();
        ["typescript", "ts", "tsx", "javascript", "js"].contains(&word.as_str())
    });
    let text = fence.body.text();
    of_program && TABLES.iter().chain(ENUMS).any(|name| text.contains(&format!("{name}(")))
}

/// What a program's variables stand for.
#[derive(Debug, Default)]
struct Names {
    /// Tables by their variables: the name, and the columns by their fields.
    tables: BTreeMap<String, (String, BTreeMap<String, String>)>,
    /// Enumerated types by their variables.
    enums: BTreeMap<String, String>,
}

/// A definition: its variable, the call, the fence.
struct Definition<'a> {
    fence: &'a Fence,
    variable: String,
    call: Call,
}

/// Reads the definitions of several fences, which refer to one another.
pub(super) fn read(fences: &[&Fence]) -> Read {
    let found: Vec<Definition<'_>> = fences.iter().flat_map(|fence| definitions(fence)).collect();
    let mut names = Names::default();
    for definition in &found {
        let text = definition.fence.body.text();
        let Some(name) = definition.call.arguments.first().and_then(|name| scan::literal(text, name)) else {
            continue;
        };
        let name = text.get(name).unwrap_or_default().to_owned();
        if is(text, &definition.call, TABLES) {
            let columns = definition
                .call
                .arguments
                .get(1)
                .map(|columns| scan::fields(text, columns))
                .unwrap_or_default();
            let columns = columns.into_iter().filter_map(|(field, value)| {
                let field = text.get(field)?.to_owned();
                let calls = scan::chain(text, value);
                let named = calls.first()?.arguments.first().and_then(|name| scan::literal(text, name));
                let name = named.and_then(|name| text.get(name)).map_or_else(|| field.clone(), str::to_owned);
                Some((field, name))
            });
            names.tables.insert(definition.variable.clone(), (name, columns.collect()));
        } else {
            names.enums.insert(definition.variable.clone(), name);
        }
    }
    let mut read = Read::default();
    for definition in &found {
        let text = definition.fence.body.text();
        if is(text, &definition.call, TABLES) {
            read.tables.extend(table(definition, &names, &mut read.unknown));
        } else {
            read.enums.extend(enumeration(definition));
        }
    }
    read
}

fn is(text: &str, call: &Call, known: &[&str]) -> bool {
    text.get(call.name.clone()).is_some_and(|name| known.contains(&name))
}

/// Finds the calls that define something, with the variables that they are given to.
fn definitions(fence: &Fence) -> Vec<Definition<'_>> {
    let text = fence.body.text();
    let mut found = Vec::new();
    for name in TABLES.iter().chain(ENUMS) {
        for (at, _) in text.match_indices(&format!("{name}(")) {
            let before = text.get(..at).unwrap_or_default().trim_end();
            let Some(head) = before.strip_suffix('=') else { continue };
            // `const users: Table = pgTable(…)`.
            let head = head.trim_end().split('\n').next_back().unwrap_or_default();
            let variable =
                head.split(':').next().unwrap_or_default().split_whitespace().next_back().unwrap_or_default();
            let Some(call) = scan::chain(text, at..text.len()).into_iter().next() else { continue };
            if vocabulary::is_name(variable) {
                found.push(Definition { fence, variable: variable.to_owned(), call });
            }
        }
    }
    found.sort_by_key(|definition| definition.call.place.start);
    found
}

fn ident(fence: &Fence, range: Range<usize>) -> Ident {
    let text = fence.body.text().get(range.clone()).unwrap_or_default();
    Spanned::new(text.to_owned(), fence.body.span(range))
}

fn enumeration(definition: &Definition<'_>) -> Option<EnumDecl> {
    let (fence, text) = (definition.fence, definition.fence.body.text());
    let [name, values, ..] = definition.call.arguments.as_slice() else { return None };
    let name = ident(fence, scan::literal(text, name)?);
    let values = scan::parts(text, scan::within(text, values)?);
    let values: Option<Vec<EnumValueDecl>> = values
        .iter()
        .map(|value| {
            Some(EnumValueDecl { was: None, name: ident(fence, scan::literal(text, value)?), note: None })
        })
        .collect();
    Some(EnumDecl {
        was: None,
        name: QName::bare(name),
        values: values?,
        note: None,
        if_missing: false,
        language: Language::Markdown,
        span: fence.body.span(definition.call.place.clone()),
    })
}

fn table(definition: &Definition<'_>, names: &Names, unknown: &mut Vec<Ident>) -> Option<TableDecl> {
    let (fence, text) = (definition.fence, definition.fence.body.text());
    let [name, columns, rest @ ..] = definition.call.arguments.as_slice() else { return None };
    let name = QName::bare(ident(fence, scan::literal(text, name)?));
    let mut table = TableDecl::new(name, Language::Markdown, fence.body.span(definition.call.place.clone()));
    let mut fields = scan::fields(text, columns);
    for part in scan::within(text, columns).map(|inside| scan::parts(text, inside)).unwrap_or_default() {
        let Some(variable) = text.get(part.clone()).and_then(|said| said.strip_prefix("...")) else {
            continue;
        };
        match shared(text, variable) {
            Some(object) => fields.extend(scan::fields(text, &object)),
            None => unknown.push(ident(fence, part)),
        }
    }
    table.columns =
        fields.into_iter().filter_map(|(field, value)| column(fence, field, value, names)).collect();
    let own = names.tables.get(&definition.variable).map(|(_, columns)| columns);
    for extra in rest {
        // `(t) => ({ … })`, `(t) => [ … ]`.
        let said = text.get(extra.clone()).unwrap_or_default();
        let Some(arrow) = said.find("=>") else { continue };
        let body = scan::bare(text, extra.start + arrow + 2..extra.end);
        let body = scan::within(text, &body)
            .filter(|_| text.get(body.clone()).is_some_and(|body| body.starts_with('(')))
            .map_or(body, |inner| scan::bare(text, inner));
        let Some(inside) = scan::within(text, &body) else { continue };
        for part in scan::parts(text, inside) {
            let said = text.get(part.clone()).unwrap_or_default();
            // `name: index(…)` names it for the program.
            let from =
                match said.find(':').filter(|colon| said.get(..*colon).is_some_and(vocabulary::is_name)) {
                    Some(colon) => part.start + colon + 1,
                    None => part.start,
                };
            extras(fence, &scan::chain(text, scan::bare(text, from..part.end)), own, &mut table);
        }
    }
    (!table.columns.is_empty()).then_some(table)
}

/// Finds the object that a variable stands for: `const timestamps = { … }`.
fn shared(text: &str, variable: &str) -> Option<Range<usize>> {
    let at = text.find(&format!("const {variable} ="))? + "const  =".len() + variable.len();
    let rest = text.get(at..)?;
    let open = at + rest.len() - rest.trim_start().len();
    text.get(open..).filter(|rest| rest.starts_with('{'))?;
    Some(open..scan::close(text, open)? + 1)
}

/// Reads `index("name").on(t.a, t.b)`, `unique().on(…)`, `primaryKey({ columns: [t.a, t.b] })`.
fn extras(fence: &Fence, calls: &[Call], own: Option<&BTreeMap<String, String>>, table: &mut TableDecl) {
    let text = fence.body.text();
    let Some(first) = calls.first() else { return };
    let column = |range: &Range<usize>| -> Option<Ident> {
        let said = text.get(range.clone())?;
        // `t.createdAt.desc()`.
        let field = said.split('.').nth(1)?;
        let start = range.start + said.find('.')? + 1;
        let mut name = ident(fence, start..start + field.len());
        if let Some(known) = own.and_then(|columns| columns.get(field)) {
            name.node.clone_from(known);
        }
        Some(name)
    };
    let kind = text.get(first.name.clone()).unwrap_or_default();
    let on = calls.iter().find(|call| matches!(text.get(call.name.clone()), Some("on" | "using" | "onOnly")));
    let span = fence.body.span(first.place.clone());
    let name =
        first.arguments.first().and_then(|name| scan::literal(text, name)).map(|name| ident(fence, name));
    let listed = |ranges: &[Range<usize>]| ranges.iter().map(&column).collect::<Option<Vec<Ident>>>();
    let constraint = |kind| ConstraintDecl {
        name: name.clone(),
        kind,
        timing: Timing::NotDeferrable,
        not_valid: false,
        span,
    };
    match kind {
        "index" | "uniqueIndex" => {
            let Some(on) = on else { return };
            // `.using("gin", t.tags)`.
            let method = on
                .arguments
                .first()
                .and_then(|method| scan::literal(text, method))
                .map(|method| ident(fence, method));
            let ranges = on.arguments.get(usize::from(method.is_some())..).unwrap_or_default();
            let Some(columns) = listed(ranges) else { return };
            let part = |name| IndexPartDecl { key: IndexKey::Column(name), options: None };
            let mut index = IndexDecl::new(columns.into_iter().map(part).collect(), span);
            index.name = name;
            index.method = method;
            index.unique = (kind == "uniqueIndex").then_some(span);
            table.indexes.push(index);
        }
        "unique" => {
            if let Some(columns) = on.and_then(|on| listed(&on.arguments)) {
                table.constraints.push(constraint(ConstraintKind::Unique {
                    columns,
                    include: Vec::new(),
                    nulls_not_distinct: false,
                }));
            }
        }
        "primaryKey" => {
            let object = first.arguments.first().map(|object| scan::fields(text, object)).unwrap_or_default();
            let columns = object.iter().find(|(field, _)| text.get(field.clone()) == Some("columns"));
            let ranges = match columns {
                Some((_, list)) => {
                    scan::within(text, list).map(|inside| scan::parts(text, inside)).unwrap_or_default()
                }
                None => first.arguments.clone(),
            };
            if let Some(columns) = listed(&ranges).filter(|columns| !columns.is_empty()) {
                table.constraints.push(ConstraintDecl {
                    name: None,
                    ..constraint(ConstraintKind::PrimaryKey { columns, include: Vec::new() })
                });
            }
        }
        _ => {}
    }
}

/// Reads `email: varchar("email", { length: 255 }).notNull().unique()`; none where it is no column.
fn column(fence: &Fence, field: Range<usize>, value: Range<usize>, names: &Names) -> Option<ColumnDecl> {
    let text = fence.body.text();
    let calls = scan::chain(text, value.clone());
    let first = calls.first()?;
    let named = first.arguments.first().and_then(|name| scan::literal(text, name));
    let name = ident(fence, named.clone().unwrap_or_else(|| field.clone()));
    if !vocabulary::is_name(&name.node) {
        return None;
    }
    let mut column = ColumnDecl::new(name, None, fence.body.span(field.start..value.end));
    let options = first
        .arguments
        .iter()
        .skip(usize::from(named.is_some()))
        .find(|argument| text.get((*argument).clone()).is_some_and(|said| said.starts_with('{')));
    let options: Vec<(&str, Range<usize>)> = options
        .map(|options| scan::fields(text, options))
        .unwrap_or_default()
        .into_iter()
        .filter_map(|(field, value)| Some((text.get(field)?, value)))
        .collect();
    let option = |name: &str| {
        options.iter().find(|(field, _)| *field == name).and_then(|(_, value)| text.get(value.clone()))
    };
    let kind = text.get(first.name.clone())?;
    let mut ty = match names.enums.get(kind) {
        Some(name) => name.clone(),
        None => ty(kind, &option)?,
    };
    // `text("state", { enum: ["open", "paid"] })`, `mysqlEnum("state", ["open", "paid"])`.
    let listed = options.iter().find(|(field, _)| *field == "enum").map(|(_, value)| value.clone());
    let listed = listed.or_else(|| first.arguments.get(1).filter(|_| kind.ends_with("Enum")).cloned());
    if let Some(inside) = listed.and_then(|list| scan::within(text, &list)) {
        let values: Vec<&str> = scan::parts(text, inside.clone())
            .iter()
            .filter_map(|value| text.get(scan::literal(text, value)?))
            .collect();
        if values.len() > 1 {
            column.notes.push(Prose {
                text: values.join(" | "),
                span: fence.body.span(inside),
                kind: ProseKind::Note,
            });
        }
    }
    for call in calls.get(1..).unwrap_or_default() {
        let span = fence.body.span(call.place.clone());
        let argument = call.arguments.first();
        match text.get(call.name.clone()).unwrap_or_default() {
            "primaryKey" => column.primary_key = Some(NamedMark { name: None, span }),
            "notNull" => column.nullable = Some(Spanned::new(false, span)),
            "unique" => column.unique = Some(NamedMark { name: None, span }),
            "array" => ty.push_str("[]"),
            "autoincrement" | "generatedAlwaysAsIdentity" | "generatedByDefaultAsIdentity" => {
                column.increment = Some(span)
            }
            "defaultNow" => {
                column.default =
                    Some(DefaultDecl { kind: DefaultKind::Expression, value: "now()".to_owned(), span })
            }
            "defaultRandom" => {
                let value = "gen_random_uuid()".to_owned();
                column.default = Some(DefaultDecl { kind: DefaultKind::Expression, value, span });
            }
            "default" => column.default = argument.and_then(|argument| default(fence, argument)),
            "references" => column.references.extend(reference(fence, call, names)),
            _ => {}
        }
    }
    column.ty = Some(Spanned::new(ty, fence.body.span(first.name.clone())));
    Some(column)
}

/// Returns PostgreSQL's type of a column that a function of Drizzle makes.
fn ty<'t>(kind: &str, option: &impl Fn(&str) -> Option<&'t str>) -> Option<String> {
    let sized =
        |name: &str| option("length").map_or_else(|| name.to_owned(), |length| format!("{name}({length})"));
    let ty = match kind {
        "uuid" | "text" | "boolean" | "date" | "json" | "jsonb" | "inet" | "cidr" | "macaddr" | "bytea"
        | "real" | "serial" | "bigserial" | "smallserial" | "bigint" | "smallint" | "interval" | "point"
        | "citext" | "tsvector" => kind.to_owned(),
        // SQLite keeps times and truth values in integers.
        "integer" | "int" => match option("mode").map(|mode| mode.trim_matches(['\'', '"'])) {
            Some("boolean") => "boolean".to_owned(),
            Some("timestamp" | "timestamp_ms") => "timestamptz".to_owned(),
            _ => "integer".to_owned(),
        },
        "varchar" | "char" => sized(kind),
        "timestamp" | "time" => match option("withTimezone") {
            Some("true") => format!("{kind}tz"),
            _ => kind.to_owned(),
        },
        "datetime" => "timestamp".to_owned(),
        "numeric" | "decimal" => match (option("precision"), option("scale")) {
            (Some(precision), Some(scale)) => format!("numeric({precision},{scale})"),
            (Some(precision), None) => format!("numeric({precision})"),
            _ => "numeric".to_owned(),
        },
        "doublePrecision" | "double" => "double precision".to_owned(),
        "tinyint" => "smallint".to_owned(),
        "mysqlEnum" => "text".to_owned(),
        "blob" => "bytea".to_owned(),
        "vector" => {
            option("dimensions").map_or_else(|| "vector".to_owned(), |size| format!("vector({size})"))
        }
        "geometry" => "geometry".to_owned(),
        _ => return None,
    };
    Some(ty)
}

/// Reads the value of `.default(…)`; one that the program makes is none of the database's.
fn default(fence: &Fence, argument: &Range<usize>) -> Option<DefaultDecl> {
    let text = fence.body.text();
    let said = text.get(argument.clone())?;
    let span = fence.body.span(argument.clone());
    let made = |kind, value: &str| Some(DefaultDecl { kind, value: value.to_owned(), span });
    if let Some(inner) = scan::literal(text, argument) {
        return made(DefaultKind::String, text.get(inner)?);
    }
    if let Some(sql) = said.strip_prefix("sql`").and_then(|rest| rest.strip_suffix('`')) {
        return (!sql.contains("${")).then(|| made(DefaultKind::Expression, sql.trim()))?;
    }
    match said {
        "true" | "false" => made(DefaultKind::Boolean, said),
        "{}" | "[]" => made(DefaultKind::String, said),
        _ if said.parse::<f64>().is_ok() => made(DefaultKind::Number, said),
        _ => None,
    }
}

/// Reads `.references(() => users.id, { onDelete: "cascade" })`.
fn reference(fence: &Fence, call: &Call, names: &Names) -> Option<ForeignKeyDecl> {
    let text = fence.body.text();
    let [target, rest @ ..] = call.arguments.as_slice() else { return None };
    let said = text.get(target.clone())?;
    let arrow = said.rfind("=>")? + 2;
    let place = scan::bare(text, target.start + arrow..target.end);
    let (variable, field) = text.get(place.clone())?.split_once('.')?;
    let known = names.tables.get(variable);
    let column = known.and_then(|(_, columns)| columns.get(field)).map_or(field, String::as_str);
    let table = known.map_or(variable, |(name, _)| name);
    let dot = place.start + variable.len();
    let mut table_name = ident(fence, place.start..dot);
    table_name.node = table.to_owned();
    let mut referenced = ident(fence, dot + 1..place.end);
    referenced.node = column.to_owned();
    let options = rest.first().map(|options| scan::fields(text, options)).unwrap_or_default();
    let action = |key: &str| {
        let (_, value) = options.iter().find(|(field, _)| text.get(field.clone()) == Some(key))?;
        let inner = scan::literal(text, value)?;
        let action = match text.get(inner.clone())? {
            "cascade" => RefAction::Cascade,
            "restrict" => RefAction::Restrict,
            "set null" => RefAction::SetNull(Vec::new()),
            "set default" => RefAction::SetDefault(Vec::new()),
            "no action" => RefAction::NoAction,
            _ => return None,
        };
        Some(Spanned::new(action, fence.body.span(inner)))
    };
    Some(ForeignKeyDecl {
        on_delete: action("onDelete"),
        on_update: action("onUpdate"),
        ..ForeignKeyDecl::new(QName::bare(table_name), vec![referenced], fence.body.span(call.place.clone()))
    })
}

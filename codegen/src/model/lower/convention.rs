//! Conventions that documents state: which tables they speak of, and what follows from them for these.

use super::{Cx, find_column, words};
use crate::config::Config;
use crate::diag::{Code, did_you_mean};
use crate::model::ident::{PgIdent, QualifiedName};
use crate::model::{
    ColumnId, ConventionData, Fact, IndexData, IndexPart, InferredData, PartKey, PgType, TableId,
    VerbatimData,
};
use crate::source::decl::{ConventionDecl, ConventionKind, Decl, Ident, IndexWords};
use crate::span::{Span, Spanned};

const UNMATCHED: Code = Code::new("config-unmatched");
const NO_TABLE: Code = Code::new("convention-without-table");
const NOT_ENFORCED: Code = Code::new("convention-not-enforced");

/// Returns the conventions that an entry of `schema.toml` names.
pub(super) fn enforced(decls: &[Decl]) -> impl Iterator<Item = &ConventionDecl> {
    decls.iter().filter_map(|decl| match decl {
        Decl::Convention(data) if data.rule.is_some() => Some(data),
        _ => None,
    })
}

/// Tells whether a convention speaks of a table, given by its name and the heading it belongs to.
pub(super) fn covers(cx: &Cx<'_>, decl: &ConventionDecl, table: &str, module: Option<&str>) -> bool {
    let rule = decl.rule.and_then(|at| cx.config.conventions.get(at));
    if rule.is_some_and(|rule| rule.except.iter().any(|pattern| pattern.matches(table))) {
        return false;
    }
    if decl.except.as_ref().is_some_and(|except| means(except, table, module)) {
        return false;
    }
    if let Some(rule) = rule.filter(|rule| !rule.tables.is_empty()) {
        return rule.tables.iter().any(|pattern| pattern.matches(table));
    }
    let Some(scope) = &decl.scope else { return true };
    means(scope, table, module)
}

/// Tells whether words mean a table, by its name or by the heading it belongs to.
fn means(words: &Ident, table: &str, module: Option<&str>) -> bool {
    let entry = words::Entry::new(TableId(0), table);
    parts(&words.node).any(|part| is_meant(part, &entry, module))
}

fn is_meant(part: &str, table: &words::Entry, module: Option<&str>) -> bool {
    let of_module = module.is_some_and(|module| words::are_in(part, module));
    of_module || !words::exact(part, std::slice::from_ref(table)).is_empty()
}

/// Returns the names among words: "`logs`, `audit_log` and the lookup tables".
fn parts(words: &str) -> impl Iterator<Item = &str> {
    const AND: &[&str] = &[" and ", " та ", " і ", " и ", " y ", " e ", " und ", " et ", " or "];
    let mut parts: Vec<&str> = words.split([',', '&', '/']).collect();
    for and in AND {
        parts = parts.into_iter().flat_map(|part| part.split(and)).collect();
    }
    parts.into_iter().map(str::trim).map(without_table).filter(|part| !part.is_empty())
}

/// Takes "the … tables" off a name.
fn without_table(part: &str) -> &str {
    let part = part.strip_prefix("and ").unwrap_or(part);
    let part = part.strip_prefix("the ").unwrap_or(part);
    let ends = [" tables", " table", " Tables", " Table"];
    ends.iter().find_map(|end| part.strip_suffix(end)).unwrap_or(part).trim()
}

/// Leaves a convention that excepts what is no table or module with no table to hold: whom it is meant for is not known, and is told, until
/// its entry in `schema.toml` names the exceptions.
pub(super) fn settle_exceptions(decls: &mut [Decl], config: &Config) {
    if !decls.iter().any(|decl| matches!(decl, Decl::Convention(data) if data.except.is_some())) {
        return;
    }
    let known: Vec<(words::Entry, Option<String>)> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Table(table) => {
                let name = super::qualified(&table.name).plain();
                let module = table.section.as_ref().map(|section| section.node.clone());
                Some((words::Entry::new(TableId(0), &name), module))
            }
            Decl::NamedTable(table) => Some((words::Entry::new(TableId(0), &table.name.node), None)),
            _ => None,
        })
        .collect();
    for decl in decls {
        let Decl::Convention(data) = decl else { continue };
        let Some(except) = &data.except else { continue };
        let is_known =
            |part: &str| known.iter().any(|(table, module)| is_meant(part, table, module.as_deref()));
        if parts(&except.node).all(is_known) {
            continue;
        }
        let rule = data.rule.and_then(|at| config.conventions.get(at));
        let said = rule.is_some_and(|rule| !rule.except.is_empty() || !rule.tables.is_empty());
        let except = data.except.take();
        if !said {
            data.scope = except;
        }
    }
}

/// Returns the rule of a convention, as it is quoted.
pub(super) fn rule(decl: &ConventionDecl) -> String {
    format!("“{}”", decl.text.node)
}

/// Notes the conventions that hold, and adds the indexes, triggers and row security that follow from them.
pub(super) fn apply(cx: &mut Cx<'_>, decls: &[Decl]) {
    check_config(cx, decls);
    let mut all: Vec<&ConventionDecl> = enforced(decls).collect();
    // The general comes before what is said of some tables, so that an index is known by the widest rule.
    all.sort_by_key(|decl| decl.scope.is_some());
    let mut jobs: Vec<(TableId, Parts, &ConventionDecl)> = Vec::new();
    for decl in all {
        let tables = tables(cx, decl);
        if tables.is_empty() && decl.scope.is_some() {
            let message = format!("no table or module is meant by `{}`", scope(decl));
            cx.sink
                .warning(NO_TABLE, decl.text.span, message)
                .help("name the tables under `tables` in the entry of `[[conventions]]`");
        }
        match &decl.kind {
            ConventionKind::RowSecurity => {
                // A table that is written out in SQL says whether it is on.
                for id in &tables {
                    let name = cx.table(*id).name.value.clone();
                    if cx.catalogued.contains(&name) {
                        enable_row_security(cx, *id, decl.text.span, &rule(decl));
                    }
                }
            }
            ConventionKind::UpdateTrigger { function, column } => {
                update_trigger(cx, decls, decl, &tables, function, column);
            }
            ConventionKind::ForeignKeyIndexes => {
                for id in &tables {
                    for key in cx.table(*id).foreign_keys.clone() {
                        jobs.push((*id, key.columns.iter().map(|id| (*id, false)).collect(), decl));
                    }
                }
            }
            ConventionKind::Indexes(indexes) => {
                for id in &tables {
                    for words in indexes {
                        jobs.extend(index_parts(cx, *id, words).into_iter().map(|parts| (*id, parts, decl)));
                    }
                }
            }
            ConventionKind::TypeIndexes { ty, method } => {
                for id in &tables {
                    type_indexes(cx, *id, ty, method, decl);
                }
            }
            ConventionKind::Columns(_)
            | ConventionKind::PrimaryKeys { .. }
            | ConventionKind::Access(_)
            | ConventionKind::FileNames(_)
            | ConventionKind::Reversible
            | ConventionKind::Idempotent => {}
        }
        let text = Fact::said(decl.text.node.clone(), decl.text.span);
        let of_files = matches!(
            decl.kind,
            ConventionKind::FileNames(_) | ConventionKind::Reversible | ConventionKind::Idempotent
        );
        let tables = if of_files { Vec::new() } else { tables };
        cx.schema.conventions.push(ConventionData { kind: decl.kind.clone(), text, tables });
    }
    // An index on several columns serves the first of them as well, so the longer ones come first.
    jobs.sort_by_key(|(_, parts, _)| std::cmp::Reverse(parts.len()));
    for (id, parts, decl) in jobs {
        index(cx, id, parts, decl);
    }
}

fn scope(decl: &ConventionDecl) -> String {
    decl.scope.as_ref().map(|scope| scope.node.clone()).unwrap_or_default()
}

/// Returns the schema's own tables that a convention speaks of.
fn tables(cx: &Cx<'_>, decl: &ConventionDecl) -> Vec<TableId> {
    let module = |id: TableId| {
        let module = cx.schema.table(id).data.module?;
        cx.schema.modules.get(module.0).map(|module| module.name.value.clone())
    };
    let own = cx.schema.own_tables();
    own.filter(|table| covers(cx, decl, &table.name().plain(), module(table.id).as_deref()))
        .map(|table| table.id)
        .collect()
}

/// Reports entries of `[[conventions]]` that name no statement which is understood.
fn check_config(cx: &mut Cx<'_>, decls: &[Decl]) {
    let stated: Vec<&ConventionDecl> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Convention(data) => Some(data),
            _ => None,
        })
        .collect();
    let mut open: Vec<(&Ident, Vec<&ConventionDecl>)> = Vec::new();
    // Where every table is written out, what is said of all of them is a claim, which the linter checks.
    let written_out = super::claim::are_written_out(cx, decls);
    let is_claim = |decl: &ConventionDecl| {
        let checked =
            matches!(decl.kind, ConventionKind::ForeignKeyIndexes | ConventionKind::PrimaryKeys { .. });
        written_out && checked && decl.scope.is_none()
    };
    for decl in stated.iter().filter(|decl| decl.rule.is_none() && !is_claim(decl)) {
        let under = decl.under.as_ref().unwrap_or(&decl.text);
        match open.iter_mut().find(|(known, _)| known.span == under.span) {
            Some((_, decls)) => decls.push(decl),
            None => open.push((under, vec![decl])),
        }
    }
    for (under, decls) in open {
        let Some(first) = decls.first() else { continue };
        let mut kinds: Vec<String> = Vec::new();
        for kind in decls.iter().map(|decl| format!("`{}`", decl.kind.as_str())) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let says = under.node.trim_end_matches([':', '：']).replace('\\', "\\\\").replace('"', "\\\"");
        cx.sink
            .info(
                NOT_ENFORCED,
                first.text.span,
                format!("a convention is stated and not enforced: {}", kinds.join(", ")),
            )
            .help(format!(
                "add `[[conventions]]`, `says = \"{says}\"` to schema.toml, so that tables are held to it"
            ));
    }
    let config = cx.config;
    for (at, rule) in config.conventions.iter().enumerate() {
        if !stated.iter().any(|decl| decl.rule == Some(at)) {
            let hint = did_you_mean(rule.says.as_str(), stated.iter().map(|decl| decl.text.node.as_str()));
            cx.sink
                .error(UNMATCHED, rule.says.span(), format!("no convention is stated by `{}`", rule.says.as_str()))
                .help(hint)
                .help("name a line of a document, or the heading above it; `inspect` shows the conventions that are stated");
        }
    }
}

/// Switches row level security on, unless the document does.
pub(super) fn enable_row_security(cx: &mut Cx<'_>, id: TableId, span: Span, rule: &str) {
    const ENABLE: &str = "ENABLE ROW LEVEL SECURITY";
    if !cx.schema.table(id).has_row_security() {
        cx.table(id).alterations.push(Spanned::new(ENABLE.to_owned(), span));
        note(cx, id, "row level security".to_owned(), rule, span);
    }
}

/// Notes that something of a table follows from a rule.
pub(super) fn note(cx: &mut Cx<'_>, id: TableId, what: String, rule: &str, span: Span) {
    let object = cx.table(id).name.value.plain();
    cx.schema.inferred.push(InferredData { object, what, rule: rule.to_owned(), span });
}

/// Adds a trigger to every table that has the column, and the function unless the document defines it.
fn update_trigger(
    cx: &mut Cx<'_>,
    decls: &[Decl],
    decl: &ConventionDecl,
    tables: &[TableId],
    function: &Ident,
    column: &Ident,
) {
    let function_name = QualifiedName::new(None, function.node.clone());
    let kept: Vec<TableId> =
        tables.iter().copied().filter(|id| find_column(cx.table(*id), &column.node).is_some()).collect();
    let defined = cx.carried.contains(&function_name);
    if !defined && !kept.is_empty() {
        let column = PgIdent::new(&column.node);
        let text = format!(
            "CREATE OR REPLACE FUNCTION {function_name}() RETURNS trigger\nLANGUAGE plpgsql\nAS $$\nBEGIN\n    \
             NEW.{column} := now();\n    RETURN NEW;\nEND;\n$$"
        );
        cx.carried.insert(function_name.clone());
        carry(cx, "function", Some(function_name.clone()), Vec::new(), Spanned::new(text, decl.text.span));
        cx.schema.inferred.push(InferredData {
            object: function_name.plain(),
            what: "function".to_owned(),
            rule: rule(decl),
            span: decl.text.span,
        });
    }
    let said: Vec<QualifiedName> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Verbatim(data) if data.kind == "trigger" => Some(data),
            _ => None,
        })
        .filter(|data| data.names.iter().any(|name| name.name.node == function.node))
        .flat_map(|data| &data.names)
        .map(super::qualified)
        .collect();
    for id in kept {
        let table = cx.table(id).name.value.clone();
        if said.contains(&table) {
            continue;
        }
        let trigger = PgIdent::new(format!("{}_{}", table.name.as_str(), column.node));
        let text = format!(
            "CREATE TRIGGER {trigger}\n    BEFORE UPDATE ON {table}\n    FOR EACH ROW EXECUTE FUNCTION {function_name}()"
        );
        let names = vec![table, function_name.clone()];
        carry(cx, "trigger", None, names, Spanned::new(text, decl.text.span));
        note(cx, id, format!("trigger {trigger}"), &rule(decl), decl.text.span);
    }
}

/// Adds a statement that follows from a rule to those that are carried.
pub(super) fn carry(
    cx: &mut Cx<'_>,
    kind: &str,
    creates: Option<QualifiedName>,
    names: Vec<QualifiedName>,
    text: Spanned<String>,
) {
    cx.schema.verbatim.push(VerbatimData {
        kind: kind.to_owned(),
        creates,
        names,
        was: None,
        text,
        stale: false,
    });
}

type Parts = Vec<(ColumnId, bool)>;

/// Returns the indexes that words mean for a table: one for a list of several columns where the table has them all; one each for
/// the columns that a single word means.
fn index_parts(cx: &mut Cx<'_>, id: TableId, words: &[IndexWords]) -> Vec<Parts> {
    let table = cx.schema.table(id);
    let named =
        |word: &IndexWords| table.find_column(&word.column.node.to_lowercase()).map(|column| column.id);
    if let [word] = words {
        if let Some(column) = named(word) {
            let mut found = vec![vec![(column, word.descending)]];
            found.extend(
                of_type(cx, id, word).into_iter().filter(|parts| parts.first() != Some(&(column, false))),
            );
            return found;
        }
        return of_type(cx, id, word);
    }
    let all: Option<Parts> = words.iter().map(|word| Some((named(word)?, word.descending))).collect();
    all.into_iter().collect()
}

/// "Timestamp columns": an index for every column of the type.
fn of_type(cx: &Cx<'_>, id: TableId, word: &IndexWords) -> Vec<Parts> {
    let wanted = word.column.node.trim_end_matches('s').to_lowercase();
    let is_meant = |name: &str| match wanted.as_str() {
        "timestamp" | "time" => matches!(name, "timestamp" | "timestamptz"),
        "date" => matches!(name, "timestamp" | "timestamptz" | "date"),
        other => name == other,
    };
    let columns = cx.schema.table(id).columns();
    columns
        .filter(|column| column.ty().builtin_name().is_some_and(is_meant))
        .map(|column| vec![(column.id, word.descending)])
        .collect()
}

/// "Array columns have GIN indexes": an index of the method for every column of the type that has none.
fn type_indexes(cx: &mut Cx<'_>, id: TableId, ty: &Ident, method: &Ident, decl: &ConventionDecl) {
    let table = cx.schema.table(id);
    let is_meant = |ty_of: &PgType| match (ty.node.as_str(), ty_of) {
        ("array", PgType::Array(_)) => true,
        (name, other) => other.builtin_name() == Some(name),
    };
    let has = |column: ColumnId| {
        let mut indexes = table.indexes();
        indexes.any(|index| {
            index.data.method.as_ref() == Some(&method.node)
                && index.data.parts.iter().any(|part| part.key == PartKey::Column(column))
        })
    };
    let columns = table.columns().filter(|column| is_meant(column.ty()) && !has(column.id));
    let columns: Vec<(ColumnId, String)> =
        columns.map(|column| (column.id, column.name().to_owned())).collect();
    for (column, name) in columns {
        let parts = vec![IndexPart { key: PartKey::Column(column), options: None }];
        let data = IndexData { method: Some(method.node.clone()), ..IndexData::new(parts, decl.text.span) };
        cx.table(id).indexes.push(data);
        note(cx, id, format!("{} index ({name})", method.node), &rule(decl), decl.text.span);
    }
}

/// Adds an index, unless the table has one that begins with its columns.
fn index(cx: &mut Cx<'_>, id: TableId, parts: Parts, decl: &ConventionDecl) {
    let columns: Vec<ColumnId> = parts.iter().map(|(column, _)| *column).collect();
    if columns.is_empty() || cx.schema.table(id).has_index_on(&columns) {
        return;
    }
    let names = cx.schema.table(id).column_names(&columns).join(", ");
    let options = |descending: bool| descending.then(|| "DESC".to_owned());
    let parts = parts
        .into_iter()
        .map(|(column, descending)| IndexPart { key: PartKey::Column(column), options: options(descending) })
        .collect();
    cx.table(id).indexes.push(IndexData::new(parts, decl.text.span));
    note(cx, id, format!("index ({names})"), &rule(decl), decl.text.span);
}

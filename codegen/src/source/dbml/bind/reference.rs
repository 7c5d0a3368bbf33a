//! Checks of relations.

use indexmap::map::Entry;

use crate::diag::{Code, Edit, Sink, Stage, did_you_mean};
use crate::source::dbml::scope::{Named, Scope};
use crate::source::dbml::syntax::{Column, Name, Ref, Setting, Table, Value, Word};
use crate::source::decl::Relation;
use crate::span::Span;

use super::setting::{known_settings, note_and_colors};
use super::twice::{self, Merger, Said};
use super::{INVALID_VALUE, unknown_column, unknown_table};

const SAME_ENDS: Code = Code::new("dbml-same-endpoints");
const COLUMN_COUNT: Code = Code::new("dbml-column-count");
const REF_NOTE: Code = Code::new("dbml-note-on-ref");
const REF_TWICE: Code = Code::new("dbml-ref-twice");

const REF_SETTINGS: &[&str] = &["delete", "update", "color", "inactive"];

/// An end of a relation: the place of its table's definition, and its columns.
type End<'a> = (Span, Vec<&'a str>);

/// Both ends of the relations seen so far, in an order of their own, with who said them.
pub(super) type Ends<'a> = Named<[End<'a>; 2], (Said<'a>, [Relation; 2])>;

pub(super) fn check_ref<'a>(data: &'a Ref<'a>, scope: &Scope<'a>, ends: &mut Ends<'a>, sink: &mut Sink) {
    for setting in data.settings {
        if setting.name.node == "note" {
            let diagnostic = sink.leniency(REF_NOTE, setting.span, "DBML has no notes on relations");
            diagnostic
                .help("it is read as the relation's description; other tools refuse it")
                .stage(Stage::Form);
            if let Some(edits) = &data.note_as_comment {
                let edit =
                    |(span, text): &(Span, &str)| Edit { span: *span, replacement: (*text).to_owned() };
                diagnostic.fix("make it a comment", edits.iter().map(edit).collect());
            }
        }
    }
    let known = || data.settings.iter().filter(|setting| setting.name.node != "note");
    known_settings(known(), REF_SETTINGS, false, "relation", sink);
    note_and_colors(known(), sink);
    if let Some(setting) = known().find(|s| s.name.node == "inactive" && s.value.is_some()) {
        sink.error(INVALID_VALUE, setting.span, "`inactive` takes no value")
            .help("write the word alone")
            .stage(Stage::Form);
    }
    for setting in known().filter(|setting| ["delete", "update"].contains(&setting.name.node)) {
        let actions = ["cascade", "restrict", "set null", "set default", "no action"];
        let word = match &setting.value {
            Some(Value::Words(words, _)) => words.node.to_lowercase(),
            _ => String::new(),
        };
        if !actions.contains(&word.as_str()) {
            sink.error(
                INVALID_VALUE,
                setting.span,
                format!("`{}` takes {}", setting.name.node, actions.join(", ")),
            )
            .help(did_you_mean(&word, actions))
            .stage(Stage::Form);
        }
    }
    check_ends(&sides(data), Said::Alone(data), scope, ends, sink);
}

/// An end of a relation, borrowed from the tree.
pub(in crate::source::dbml) struct Side<'a> {
    pub(in crate::source::dbml) table: Name<'a>,
    pub(in crate::source::dbml) columns: &'a [Word<'a>],
    pub(in crate::source::dbml) relation: Relation,
}

/// Returns the ends of a relation that stands on its own.
pub(in crate::source::dbml) fn sides<'a>(data: &'a Ref<'a>) -> [Side<'a>; 2] {
    data.endpoints.each_ref().map(|end| Side {
        table: end.table,
        columns: end.columns,
        relation: end.relation,
    })
}

/// Returns the relations that a column's settings give, with their places.
pub(in crate::source::dbml) fn column_refs<'a>(
    table: &'a Table<'a>,
    column: &'a Column<'a>,
    scope: &Scope<'a>,
) -> impl Iterator<Item = ([Side<'a>; 2], &'a Setting<'a>)> {
    let refs = column.settings.iter().filter(|setting| setting.name.node == "ref");
    refs.filter_map(|setting| {
        let Some(Value::Relation(operator, path, columns, _)) = &setting.value else { return None };
        let own =
            Side { table: table.name, columns: std::slice::from_ref(&column.name), relation: operator.left };
        // A column alone is one of the same table.
        let target = scope.name(path).unwrap_or(table.name);
        Some(([own, Side { table: target, columns, relation: operator.right }], setting))
    })
}

pub(super) fn inline_refs<'a>(table: &'a Table<'a>, scope: &Scope<'a>, ends: &mut Ends<'a>, sink: &mut Sink) {
    let mut of_partials = Ends::default();
    for column in scope.columns(table) {
        // What a partial brings may be said again of the table.
        let is_own = table.span.to(column.span) == table.span;
        for (sides, setting) in column_refs(table, column, scope) {
            let said = if is_own { Said::Inline(column, setting) } else { Said::Partial(setting) };
            let ends = if is_own { &mut *ends } else { &mut of_partials };
            check_ends(&sides, said, scope, ends, sink);
        }
    }
}

/// Checks where the relations of a partial lead; where they come from is a table that injects it.
pub(super) fn partial_refs<'a>(partial: &'a Table<'a>, scope: &Scope<'a>, sink: &mut Sink) {
    for column in partial.columns {
        for ([_, target], _) in column_refs(partial, column, scope) {
            let own = target.table == partial.name;
            let Some(table) = (if own { Some(partial) } else { scope.table(&target.table) }) else {
                unknown_table(&target.table, scope, sink);
                continue;
            };
            let of_partial =
                |name: &Word<'_>| table.columns.iter().any(|column| column.name.node == name.node);
            for name in target.columns {
                if !(if own { of_partial(name) } else { scope.has_column(table, name.node) }) {
                    unknown_column(name, table, scope, sink);
                }
            }
        }
    }
}

fn check_ends<'a>(
    sides: &[Side<'a>; 2],
    said: Said<'a>,
    scope: &Scope<'a>,
    ends: &mut Ends<'a>,
    sink: &mut Sink,
) {
    let [a, b] = sides;
    let found = [check_end(a, scope, sink), check_end(b, scope, sink)];
    if a.columns.len() != b.columns.len() {
        sink.error(
            COLUMN_COUNT,
            said.place(),
            format!("{} columns stand against {}", a.columns.len(), b.columns.len()),
        )
        .help("name as many columns at one end as at the other")
        .stage(Stage::Form);
    }
    let [Some(a), Some(b)] = found else { return };
    if a == b {
        sink.error(SAME_ENDS, said.span(), "both ends of this relation are the same")
            .help("name two different columns")
            .stage(Stage::Whole);
        return;
    }
    let [one, other] = sides.each_ref().map(|side| side.relation);
    let (ends_of, relations) = if a < b { ([a, b], [one, other]) } else { ([b, a], [other, one]) };
    match ends.entry(ends_of) {
        Entry::Vacant(entry) => {
            entry.insert((said, relations));
        }
        Entry::Occupied(entry) => {
            let (first, relations_of_first) = *entry.get();
            let agree = relations_of_first == relations;
            let merger = twice::merger(first, said, agree, scope.sources);
            let diagnostic = sink.leniency(REF_TWICE, said.span(), "this relation is given twice");
            diagnostic
                .label(first.span(), "given here first")
                .help("one of the two is enough")
                .stage(Stage::Whole);
            match merger {
                Some(Merger { title, edits, keeps_meaning: true }) => diagnostic.fix(title, edits),
                // Of two that say different things only their author knows which holds.
                Some(Merger { title, edits, keeps_meaning: false }) => diagnostic.unsafe_fix(title, edits),
                None => diagnostic,
            };
        }
    }
}

/// Looks up the table and the columns of an end.
fn check_end<'a>(side: &Side<'a>, scope: &Scope<'a>, sink: &mut Sink) -> Option<End<'a>> {
    let Some(table) = scope.table(&side.table) else {
        unknown_table(&side.table, scope, sink);
        return None;
    };
    for name in side.columns.iter().filter(|name| !scope.has_column(table, name.node)) {
        unknown_column(name, table, scope, sink);
    }
    // As in the reference, the order of columns does not tell two relations apart.
    let mut columns: Vec<&str> = side.columns.iter().map(|column| column.node).collect();
    columns.sort_unstable();
    Some((table.span, columns))
}

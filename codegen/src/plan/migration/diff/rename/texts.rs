//! What mentions a table comes to mention it under its new name: every text is read once, however many tables are renamed.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use crate::model::token::{Cursor, is_among_schemas, renamed_relation, replaced, tokens};
use crate::model::{PartKey, PgIdent, PgType, QualifiedName, Schema};

/// A relation's former name and the one that it has now.
type Renaming = (QualifiedName, QualifiedName);

/// Gives relations their new names wherever a schema mentions them; the tables themselves have theirs already.
pub(super) fn rename_relations(schema: &mut Schema, moved: &[Renaming]) {
    if moved.is_empty() {
        return;
    }
    let renamings = Renamings::new(moved);
    for data in &mut schema.tables {
        data.tail.iter_mut().for_each(|tail| renamings.rewrite(&mut tail.node));
        data.alterations.iter_mut().for_each(|action| renamings.rewrite(&mut action.node));
    }
    for data in &mut schema.verbatim {
        let found = renamings.of(data.names.iter());
        if data.kind == "comment" {
            // A description names its table behind `ON` alone.
            let text = &mut data.text.node;
            let behind = tokens(text).iter().find(|token| token.is("is")).map_or(0, |is| is.start);
            let mut head = text.get(..behind).unwrap_or_default().to_owned();
            renamings.rewrite(&mut head);
            *text = head + text.get(behind..).unwrap_or_default();
        }
        for (from, to) in &found {
            data.names.iter_mut().filter(|name| *name == from).for_each(|name| name.clone_from(to));
            data.text.node = renamed_relation(&data.text.node, from, to);
        }
    }
    move_sequences(schema, moved);
}

/// Gives types, functions and sequences their new names wherever tables mention them.
pub(super) fn rename_in_tables(schema: &mut Schema, moved: &[Renaming]) {
    let renamings = Renamings::new(moved);
    for_each_type(schema, |name| {
        if let Some((_, to)) = moved.iter().find(|(from, _)| from == name) {
            name.clone_from(to);
        }
    });
    for_each_text(schema, |text| renamings.rewrite(text));
}

/// Gives a schema its new name wherever it stands before another name, or behind the word for it.
pub(super) fn rename_schema(schema: &mut Schema, from: &PgIdent, to: &PgIdent) {
    let rename = |name: &mut QualifiedName| {
        if name.schema.as_ref() == Some(from) {
            name.schema = Some(to.clone());
        }
    };
    let rewrite = |text: &mut String| {
        *text = replaced(text, |own, at| {
            let token = own.get(at)?;
            if let Some(inner) = token.raw.strip_prefix('\'').and_then(|it| it.strip_suffix('\'')) {
                // `nextval('s.q')`.
                let rest = inner.strip_prefix(&format!("{from}."))?;
                return Some((1, format!("'{to}.{rest}'")));
            }
            let behind = at.checked_sub(1).and_then(|at| own.get(at)).is_some_and(|dot| dot.is("."));
            let before = own.get(at + 1).is_some_and(|dot| dot.is("."));
            let is_meant = token.is_name()
                && token.value == from.as_str()
                && ((before && !behind) || is_among_schemas(own, at));
            is_meant.then(|| (1, to.to_string()))
        });
    };
    for_each_type(schema, rename);
    for_each_text(schema, rewrite);
    schema.tables.iter_mut().for_each(|table| rename(&mut table.name.value));
    schema.enums.iter_mut().for_each(|data| rename(&mut data.name.value));
    for data in &mut schema.verbatim {
        data.names.iter_mut().chain(&mut data.creates).for_each(rename);
        rewrite(&mut data.text.node);
    }
}

fn for_each_type(schema: &mut Schema, mut with: impl FnMut(&mut QualifiedName)) {
    for column in schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
        let mut ty = &mut column.ty.value;
        while let PgType::Array(element) = ty {
            ty = element;
        }
        if let PgType::Enum(name) | PgType::Defined(name) = ty {
            with(name);
        }
    }
}

/// Calls a function with every piece of SQL in the parts of tables.
fn for_each_text(schema: &mut Schema, with: impl Fn(&mut String)) {
    for table in &mut schema.tables {
        for column in &mut table.columns {
            column.default.iter_mut().for_each(|default| with(&mut default.value.sql));
            column.generated.iter_mut().for_each(|generated| with(&mut generated.value.expression));
        }
        table.checks.iter_mut().for_each(|check| with(&mut check.expression.value));
        table.exclusions.iter_mut().for_each(|exclusion| with(&mut exclusion.definition.node));
        table.alterations.iter_mut().for_each(|action| with(&mut action.node));
        table.tail.iter_mut().for_each(|tail| with(&mut tail.node));
        for index in &mut table.indexes {
            for part in &mut index.parts {
                if let PartKey::Expression(sql) = &mut part.key {
                    with(sql);
                }
            }
            index.predicate.iter_mut().for_each(&with);
        }
    }
}

/// Gives the sequences that go with the columns of tables, which move to another schema with them, their new names.
fn move_sequences(schema: &mut Schema, moved: &[Renaming]) {
    let tables = moved.iter().filter(|(from, to)| from.schema != to.schema);
    let tables: IndexMap<String, &QualifiedName, FxBuildHasher> =
        tables.map(|(_, to)| (to.to_string(), to)).collect();
    if tables.is_empty() {
        return;
    }
    let mut sequences: Vec<Renaming> = Vec::new();
    let mut seen = IndexSet::<_, FxBuildHasher>::default();
    for data in schema.verbatim.iter().filter(|data| data.kind.ends_with("sequence")) {
        let own = tokens(&data.text.node);
        let mut cursor = Cursor::new(&data.text.node, &own);
        _ = cursor.until(|token| token.is("owned"));
        let owner = if cursor.eat("owned by") { cursor.until(|_| false).rest() } else { "" };
        let Some(to) = owner.rsplit_once('.').and_then(|(table, _)| tables.get(table)) else { continue };
        let Some(from) = data.creates.clone().or_else(|| data.names.first().cloned()) else { continue };
        if seen.insert(from.clone()) {
            let to = QualifiedName { schema: to.schema.clone(), name: from.name.clone() };
            sequences.push((from, to));
        }
    }
    let renamings = Renamings::new(&sequences);
    for data in &mut schema.verbatim {
        for (from, to) in renamings.of(data.names.iter().chain(&data.creates)) {
            let names = data.names.iter_mut().chain(&mut data.creates);
            names.filter(|name| **name == from).for_each(|name| name.clone_from(&to));
            data.text.node = renamed_relation(&data.text.node, &from, &to);
        }
    }
    for column in schema.tables.iter_mut().flat_map(|data| &mut data.columns) {
        column.default.iter_mut().for_each(|default| renamings.rewrite(&mut default.value.sql));
    }
}

/// Renamings, found by the old name and by its last part.
struct Renamings<'a> {
    all: &'a [Renaming],
    by_name: IndexMap<&'a QualifiedName, usize, FxBuildHasher>,
    by_word: IndexMap<&'a str, Vec<usize>, FxBuildHasher>,
}

impl<'a> Renamings<'a> {
    fn new(all: &'a [Renaming]) -> Self {
        let mut by_word: IndexMap<&str, Vec<usize>, FxBuildHasher> = IndexMap::default();
        for (at, (from, _)) in all.iter().enumerate() {
            by_word.entry(from.name.as_str()).or_default().push(at);
        }
        let by_name = all.iter().enumerate().map(|(at, (from, _))| (from, at)).collect();
        Self { all, by_name, by_word }
    }

    /// Returns the renamings of some names, in their order.
    fn of<'n>(&self, names: impl Iterator<Item = &'n QualifiedName>) -> Vec<Renaming> {
        let mut found: Vec<usize> = names.filter_map(|name| self.by_name.get(name).copied()).collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| self.all.get(at).cloned()).collect()
    }

    /// Gives what a text mentions its new name.
    fn rewrite(&self, text: &mut String) {
        let own = tokens(text);
        // A text may name a relation as well: `nextval('s')`.
        let words = own.iter().flat_map(|token| match token.is_name() {
            true => vec![token.value.to_string()],
            false => tokens(token.raw.trim_matches('\''))
                .iter()
                .filter(|part| part.is_name())
                .map(|part| part.value.to_string())
                .collect(),
        });
        let mut found: Vec<usize> =
            words.filter_map(|word| self.by_word.get(word.as_str())).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        for (from, to) in found.into_iter().filter_map(|at| self.all.get(at)) {
            *text = renamed_relation(text, from, to);
        }
    }
}

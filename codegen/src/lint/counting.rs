//! What the schema has of the things that documents count.

use std::collections::{BTreeMap, BTreeSet};

use super::LintCx;
use crate::model::{ClaimData, ModuleId, PgType, Schema, Table, plain_name};
use crate::source::decl::{ClaimKind, CountClaim, Extent, IndexKind, Subject};
use crate::span::{FileId, Span};

/// How many places a finding shows beside its own; a report that repeats a number on every page would bury it otherwise.
pub(super) const PLACES: usize = 6;

/// How many of something there are.
#[derive(Clone)]
pub(super) struct Counted {
    /// How many, in every way of counting that the words allow; the first is the plainest.
    pub(super) readings: Vec<usize>,
    /// What was counted, for a person.
    pub(super) told: String,
    /// Where the first of it stands.
    pub(super) first: Option<Span>,
}

impl Counted {
    fn of(things: &[(String, Span)]) -> Self {
        Self {
            readings: vec![things.len()],
            told: names(things.iter().map(|(name, _)| name.as_str())),
            first: things.first().map(|(_, span)| *span),
        }
    }

    /// Returns the plainest reading.
    pub(super) fn count(&self) -> usize {
        self.readings.first().copied().unwrap_or_default()
    }
}

/// Returns every claim that counts something, with what it counts.
pub(super) fn claims<'a>(cx: &LintCx<'a>) -> impl Iterator<Item = (&'a ClaimData, &'a CountClaim)> {
    cx.schema.claims.iter().filter_map(|data| match &data.claim.kind {
        ClaimKind::Count(count) => Some((data, count)),
        ClaimKind::Indexed(_) | ClaimKind::KeysOfType(_) | ClaimKind::Names { .. } => None,
    })
}

/// Counts the things of a schema, each once.
pub(super) struct Counter<'a> {
    schema: &'a Schema,
    /// The files in which the schema's own tables stand.
    files: BTreeSet<FileId>,
    whole: BTreeMap<&'a Subject, Option<Counted>>,
    /// The tables of each module, with those that are only named.
    modules: BTreeMap<ModuleId, Vec<(String, Span)>>,
}

impl<'a> Counter<'a> {
    /// Makes a counter of a schema.
    pub(super) fn new(schema: &'a Schema) -> Self {
        let files = schema.own_tables().map(|table| table.span().file).collect();
        let mut modules: BTreeMap<ModuleId, Vec<(String, Span)>> = BTreeMap::new();
        for table in schema.own_tables() {
            if let Some(module) = table.data.module {
                modules.entry(module).or_default().push((table.name().plain(), table.span()));
            }
        }
        for named in &schema.named {
            if let Some(module) = named.module {
                modules.entry(module).or_default().push((named.name.node.clone(), named.name.span));
            }
        }
        Self { schema, files, whole: BTreeMap::new(), modules }
    }

    /// Tells whether the schema stands, in part at least, in another file than a claim: then what it lacks is missing, and not
    /// only left out of a report.
    pub(super) fn is_beside(&self, claim: &ClaimData) -> bool {
        self.files.iter().any(|file| *file != claim.claim.text.span.file)
    }

    /// Tells whether the schema has any table.
    pub(super) fn has_tables(&self) -> bool {
        !self.files.is_empty()
    }

    /// Counts what a claim speaks of; none where the schema does not tell.
    pub(super) fn count(&mut self, data: &ClaimData, claim: &'a CountClaim) -> Option<Counted> {
        match (&claim.subject, &claim.extent) {
            (Subject::Values(_), _) => {
                let labels = &self.schema.enums.get(data.data_type?)?.labels;
                let labels = labels.iter().map(|label| (label.label.value.clone(), label.label.span));
                Some(Counted::of(&labels.collect::<Vec<_>>()))
            }
            (Subject::Tables, Extent::Part(_)) => {
                let tables = self.modules.get(&data.module?).map(Vec::as_slice);
                Some(Counted::of(tables.unwrap_or_default()))
            }
            (_, Extent::Part(_)) => None,
            (subject, Extent::Whole | Extent::Unclear) => {
                let schema = self.schema;
                self.whole.entry(subject).or_insert_with(|| whole(schema, subject)).clone()
            }
        }
    }
}

fn whole(schema: &Schema, subject: &Subject) -> Option<Counted> {
    let tables = || schema.own_tables();
    let carried = |kind: &str| {
        let all = schema.verbatim.iter().filter(|data| data.kind == kind);
        let all: Vec<(String, Span)> = all
            .map(|data| (data.creates.as_ref().map(|name| name.plain()).unwrap_or_default(), data.text.span))
            .collect();
        // A schema language that has none of a kind says nothing about their number.
        (!all.is_empty()).then(|| Counted::of(&all))
    };
    match subject {
        Subject::Tables => {
            let all: Vec<(String, Span)> =
                tables().map(|table| (table.name().plain(), table.span())).collect();
            let mut counted = Counted::of(&all);
            let external = schema.tables.len();
            let models = tables().filter(|table| !is_implicit(*table)).count();
            let mut names: BTreeSet<String> =
                tables().map(|table| plain_name(&table.name().plain())).collect();
            names.extend(schema.named.iter().map(|named| plain_name(&named.name.node)));
            counted.readings.extend([models, external, names.len()]);
            Some(counted)
        }
        Subject::Enums => {
            let all = schema.enums.iter().map(|data| (data.name.value.plain(), data.name.span));
            Some(Counted::of(&all.collect::<Vec<_>>()))
        }
        Subject::Values(_) => None,
        Subject::Indexes(kind) => Some(indexes(schema, *kind)),
        Subject::ForeignKeys => {
            let keys: Vec<(String, Span)> =
                tables().flat_map(Table::foreign_keys).map(|key| (key.to_string(), key.data.span)).collect();
            let mut counted = Counted::of(&keys);
            let enforced = tables().flat_map(Table::foreign_keys).filter(|key| key.data.enforced).count();
            counted.readings.push(enforced);
            Some(counted)
        }
        Subject::Columns(ty) => {
            let wanted = PgType::parse(ty);
            let columns = tables().flat_map(Table::columns).filter(|column| *column.ty() == wanted);
            let all: Vec<(String, Span)> = columns.map(|column| (column.path(), column.span())).collect();
            Some(Counted::of(&all))
        }
        Subject::Policies => carried("policy"),
        Subject::Triggers => carried("trigger"),
        Subject::Views => carried("view"),
        Subject::Functions => carried("function"),
    }
}

/// Tells whether a table is the one that Prisma makes for a relation of many to many: no model stands for it.
fn is_implicit(table: Table<'_>) -> bool {
    table.is_join_table() && table.name().plain().starts_with('_')
}

/// Counts indexes: those of primary keys, unique ones, and others on one column or several.
fn indexes(schema: &Schema, kind: IndexKind) -> Counted {
    let (mut keys, mut unique, mut behind, mut leading, mut composite, mut gin, mut partial, mut other) =
        (0, 0, 0, 0, 0, 0, 0, 0);
    let mut first = None;
    for table in schema.own_tables() {
        if let Some(key) = table.primary_key() {
            keys += 1;
            first = first.or(Some(key.span));
        }
        unique += table.data.uniques.len();
        for index in table.indexes() {
            first = first.or(Some(index.data.span));
            let columns = index.leading_columns();
            let is_key = |columns: &[_]| table.foreign_keys().any(|key| key.data.columns == columns);
            let leads = table.foreign_keys().any(|key| columns.starts_with(&key.data.columns));
            gin += usize::from(index.data.method.as_deref() == Some("gin"));
            partial += usize::from(index.data.predicate.is_some());
            leading += usize::from(leads);
            if index.data.unique {
                unique += 1;
            } else if is_key(&columns) {
                behind += 1;
            } else if index.data.parts.len() > 1 {
                composite += 1;
            } else {
                other += 1;
            }
        }
    }
    let named = behind + composite + other;
    let readings = match kind {
        // Those of constraints are indexes as well, and a document may leave them out.
        IndexKind::Any => vec![keys + unique + named, unique + named, named, keys + named],
        IndexKind::PrimaryKey => vec![keys],
        IndexKind::Unique => vec![unique],
        IndexKind::ForeignKey => vec![behind, leading],
        IndexKind::Composite => vec![composite],
        IndexKind::Gin => vec![gin],
        IndexKind::Partial => vec![partial],
    };
    let told = [
        (keys, "of primary keys"),
        (unique, "unique"),
        (behind, "behind foreign keys"),
        (composite, "on several columns"),
        (other, "others"),
    ];
    let told: Vec<String> =
        told.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    Counted { readings, told: told.join(", "), first }
}

/// Returns some names for a message, and how many more there are.
pub(super) fn names<'n>(names: impl Iterator<Item = &'n str>) -> String {
    const SHOWN: usize = 20;
    let all: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match all.len().checked_sub(SHOWN) {
        Some(more) if more > 0 => {
            format!("{} and {more} more", all.get(..SHOWN).unwrap_or_default().join(", "))
        }
        _ => all.join(", "),
    }
}

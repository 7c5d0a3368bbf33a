//! A schema taken apart into objects.

mod alteration;
mod exclusion;
mod texts;

use std::collections::BTreeSet;

use super::object::{Body, ColumnBody, CommentTarget, Identity, Key, Kind, Object, Strength, Target};
use super::sequence::Sequence;
use super::spelling;
use super::untouched::Untouched;
use super::{Side, carried};
use crate::config::Config;
use crate::model::default_name;
use crate::model::ident::literal;
use crate::model::token::{Role, canonical, mentions_name};
use crate::model::{
    Column, ColumnId, EnumData, ForeignKeyData, IndexData, PartKey, PgIdent, PgType, QualifiedName, Table,
};
use crate::plan::migration::names::{Names, Part};
use crate::plan::migration::statement::{ColumnDef, CommentOn, ConstraintDef, IndexDef, Statement};
use crate::plan::migration::{constraint, up};
use crate::span::Span;
use texts::Texts;

/// Returns everything that a schema makes, in its order, but for tables that a change does not touch.
pub(super) fn objects(
    Side { schema, config }: Side<'_>,
    names: &Names,
    untouched: &Untouched,
) -> Vec<Object> {
    let tables = || schema.own_tables().filter(|table| !untouched.has(table.id));
    // A column brings a default or comment of its own at most, a table a few constraints and indexes.
    let count = tables().map(|table| 2 * table.data.columns.len() + 8).sum();
    let mut objects = Vec::with_capacity(count);
    for namespace in &schema.namespaces {
        objects.push(Object::new(
            Key::new(Kind::Schema, &bare(&namespace.value), ""),
            namespace.span,
            Body::Schema,
        ));
    }
    for extension in &schema.extensions {
        let name = bare(&PgIdent::new(extension.value.clone()));
        objects.push(Object::new(
            Key::new(Kind::Extension, &name, ""),
            extension.span,
            Body::Extension(None),
        ));
    }
    for data in &schema.enums {
        enumeration(data, &mut objects);
    }
    let keys = |table: Table<'_>| (!untouched.has(table.id)).then(|| Keys::new(table));
    let keys: Vec<Option<Keys>> = schema.tables().map(keys).collect();
    let texts = Texts::default();
    for table in tables() {
        let first = objects.len();
        Collector { table, keys: &keys, names, texts: &texts, config, objects: &mut objects, first }
            .collect();
    }
    carried::collect(schema, config.platform.name, &mut objects);
    objects
}

/// Returns a name without a schema.
pub(super) fn bare(name: &PgIdent) -> QualifiedName {
    QualifiedName { schema: None, name: name.clone() }
}

fn enumeration(data: &EnumData, objects: &mut Vec<Object>) {
    let name = &data.name.value;
    let labels = data.labels.iter().map(|label| label.label.value.clone()).collect();
    let key = Key::new(Kind::Enum, name, "");
    objects.push(Object::new(key.clone(), data.name.span, Body::Enum(labels)));
    if let Some(comment) = &data.comment {
        objects.push(self::comment(CommentOn::Type(name.clone()), &comment.value, comment.span, key));
    }
}

/// Makes a comment of something that the model holds.
fn comment(on: CommentOn, text: &str, span: Span, of: Key) -> Object {
    let (key, body) = match on {
        // A script says these in a statement of their own, which is carried: both have to be known by the same key.
        CommentOn::Index(_) | CommentOn::Constraint(..) => {
            let target = on.to_string();
            let key = Key::new(Kind::Comment, &bare(&PgIdent::new("")), canonical(&target));
            (key, Body::comment(CommentTarget::Carried(target), literal(text)))
        }
        on => {
            let key = Key::new(Kind::Comment, &of.name, format!("{} {}", of.kind.label(), of.part));
            (key, Body::comment(CommentTarget::Known(on), text.to_owned()))
        }
    };
    let mut object = Object::new(key, span, body);
    object.goes_with = Some(of.clone());
    object.need(Target::Key(of), Strength::Hard);
    object
}

/// What a table and its columns are called, which foreign keys of other tables say again.
struct Keys {
    own: Key,
    columns: Vec<Key>,
}

impl Keys {
    fn new(table: Table<'_>) -> Self {
        let name = table.name();
        let columns = table.columns().map(|column| Key::new(Kind::Column, name, column.name())).collect();
        Self { own: Key::new(Kind::Table, name, ""), columns }
    }
}

/// Takes one table apart.
struct Collector<'a, 'o> {
    table: Table<'a>,
    /// By the number of the table, for those that are taken apart.
    keys: &'a [Option<Keys>],
    names: &'a Names,
    texts: &'a Texts,
    config: &'a Config,
    objects: &'o mut Vec<Object>,
    /// The place of the table itself: its parts follow it.
    first: usize,
}

impl<'a> Collector<'a, '_> {
    fn key(&self, kind: Kind, part: impl Into<String>) -> Key {
        Key::new(kind, self.table.name(), part)
    }

    /// Returns the key of a table.
    fn table_key(&self, table: Table<'_>) -> Key {
        let known = self.keys.get(table.id.0).and_then(Option::as_ref);
        known.map_or_else(|| Key::new(Kind::Table, table.name(), ""), |keys| keys.own.clone())
    }

    /// Returns the key of the table itself.
    fn own(&self) -> Key {
        self.table_key(self.table)
    }

    /// Returns the keys of the table's columns.
    fn columns(&self) -> &'a [Key] {
        self.keys.get(self.table.id.0).and_then(Option::as_ref).map_or(&[], |keys| &keys.columns)
    }

    /// Returns the key of a column of the table.
    fn column_key(&self, column: &str) -> Key {
        let known = self.columns().iter().find(|key| key.part == column);
        known.cloned().unwrap_or_else(|| self.key(Kind::Column, column))
    }

    /// Makes a part of the table, which comes and goes with it.
    fn part(&self, key: Key, span: Span, body: Body) -> Object {
        let mut object = Object::new(key, span, body);
        object.goes_with = Some(self.own());
        object.need(Target::Key(self.own()), Strength::Plain);
        object
    }

    fn collect(mut self) {
        let table = self.table;
        let mut definition = up::table_def(table, self.config, self.names);
        // Its parts are objects of their own.
        let constraints = std::mem::take(&mut definition.constraints);
        let mut definitions = std::mem::take(&mut definition.columns).into_iter();
        let mut object = Object::new(self.own(), table.data.name.span, Body::Table(Box::new(definition)));
        if let Some(tail) = &table.data.tail {
            for mention in &self.texts.expression(&tail.node).mentions {
                let strength = if mention.role == Role::Call { Strength::Order } else { Strength::Hard };
                object.need(Target::Relation(Box::new(mention.name())), strength);
                object.need(Target::Type(Box::new(mention.name())), strength);
                if mention.role == Role::Call {
                    object.need(Target::Routine(Box::new(mention.name())), Strength::Hard);
                }
            }
        }
        self.objects.push(object);
        for column in table.columns() {
            let own = if column.data.inherited { None } else { definitions.next() };
            self.column(column, own.unwrap_or_else(|| up::column_def(column)));
        }
        for constraint in constraints {
            self.constraint(constraint);
        }
        for (at, key) in table.data.foreign_keys.iter().enumerate().filter(|(_, key)| key.enforced) {
            self.foreign_key(at, key);
        }
        for (part, index) in up::table_indexes(table, self.config, self.names) {
            self.index(part, index);
        }
        for (on, text, span) in up::table_comments(table, self.config, self.names) {
            let of = self.commented(&on);
            self.objects.push(comment(on, &text, span, of));
        }
        for action in &table.data.alterations {
            self.alteration(&action.node, action.span);
        }
    }

    fn commented(&self, on: &CommentOn) -> Key {
        match on {
            CommentOn::Table(_) | CommentOn::Type(_) => self.own(),
            CommentOn::Column(_, column) => self.column_key(column.as_str()),
            CommentOn::Index(index) => self.key(Kind::Index, index.name.as_str()),
            CommentOn::Constraint(name, _) => self.key(Kind::ForeignKey, name.as_str()),
        }
    }

    fn column(&mut self, column: Column<'_>, def: ColumnDef) {
        let data = column.data;
        let name = data.name.value.clone();
        let key = self.column_key(name.as_str());
        let serial = serial(column.ty());
        let ty = serial.map_or_else(|| column.ty().stored(), PgType::builtin);
        let options = |identity: &crate::model::IdentityData| identity.options.clone().unwrap_or_default();
        let identity = data.identity.as_ref().map(|identity| {
            Box::new(Identity {
                always: identity.value.always,
                sequence: {
                    let plain = Sequence::of_type(&ty.to_string());
                    plain.clone().with_options(&options(&identity.value)).unwrap_or(plain)
                },
                options: options(&identity.value),
            })
        });
        let declared = data.not_null.is_some() || data.identity.is_some() || serial.is_some();
        let body = ColumnBody {
            stored: (def.ty != ty).then(|| Box::new(ty.clone())),
            def,
            inherited: data.inherited,
            // A dump says of PostgreSQL's own collations where they are.
            collation: data.collation.as_ref().map(|collation| {
                let said = &collation.value;
                Box::from(said.strip_prefix("pg_catalog.").unwrap_or(said))
            }),
            not_null: serial.is_some() || data.identity.is_some() || !column.is_nullable(),
            only_by_key: !declared && column.in_primary_key(),
            identity,
            generated: data
                .generated
                .as_ref()
                .map(|it| Box::new((it.value.expression.clone(), it.value.stored))),
        };
        let mut object = self.part(key.clone(), data.name.span, Body::Column(Box::new(body)));
        object.comes_with = Some(self.own());
        type_needs(&ty, &mut object);
        if let Some(generated) = &data.generated {
            self.expression_needs(&generated.value.expression, &mut object);
        }
        if let Some(collation) = &data.collation {
            let said = self.texts.expression(&collation.value);
            let name = said.mentions.first().map(crate::model::token::Mention::name);
            object.needs.extend(name.map(|name| super::object::Need {
                on: Target::Any(Box::new(name)),
                strength: Strength::Hard,
            }));
        }
        self.objects.push(object);
        if data.inherited {
            return;
        }
        if let Some(base) = serial {
            self.serial(&name, base, &key, data.span);
        } else if let Some(default) = data.default.as_ref().filter(|_| !data.repeats_default) {
            self.default(&name, spelling::value(&default.value.sql, &ty), default.span, &key);
        }
    }

    fn default(&mut self, column: &PgIdent, sql: String, span: Span, of: &Key) {
        let mut object =
            self.part(self.key(Kind::Default, column.as_str()), span, Body::Default(sql.clone()));
        object.need(Target::Key(of.clone()), Strength::Hard);
        self.expression_needs(&sql, &mut object);
        object.comes_with = Some(of.clone());
        object.goes_with = Some(of.clone());
        self.objects.push(object);
    }

    /// A serial column is a sequence, a default, and that the sequence goes with the column.
    fn serial(&mut self, column: &PgIdent, base: &'static str, of: &Key, span: Span) {
        let table = self.table.name();
        let name = default_name::sequence(table, column.as_str());
        let mut sequence = Object::new(
            Key::new(Kind::Sequence, &name, ""),
            span,
            Body::Sequence(Box::new(Sequence::of_type(base))),
        );
        sequence.comes_with = Some(of.clone());
        sequence.goes_with = Some(of.clone());
        self.objects.push(sequence);
        self.default(
            column,
            format!("nextval({}::regclass)", crate::model::ident::literal(&name.to_string())),
            span,
            of,
        );
        let mut owned = carried::owned_by(&name, table, column, span);
        owned.comes_with = Some(of.clone());
        self.objects.push(owned);
    }

    fn constraint(&mut self, constraint: ConstraintDef) {
        use crate::plan::migration::statement::ConstraintBody as Is;
        let span = self.table.span();
        let name = &constraint.name;
        let is_apart = constraint::stands_apart(self.table, &constraint, self.names);
        // What it needs is told by its body, which is put into it at the end.
        let mut object = self.part(self.key(Kind::Constraint, name.as_str()), span, Body::Schema);
        object.comes_with = (!is_apart).then(|| self.own());
        let is_typed = self
            .table
            .data
            .tail
            .as_ref()
            .is_some_and(|tail| tail.node.get(..3).is_some_and(|head| head.eq_ignore_ascii_case("of ")));
        if let Is::PrimaryKey { columns, .. } = &constraint.body
            && is_typed
        {
            // A column that only its own statement made refuse NULL takes it again when the key is gone.
            for column in columns {
                let refuses = self.key(Kind::Setting, format!("not null {column}"));
                object.need(Target::Key(refuses), Strength::Order);
            }
        }
        match &constraint.body {
            Is::PrimaryKey { columns, include } | Is::Unique { columns, include, .. } => {
                for column in columns.iter().chain(include) {
                    object.need(Target::Key(self.column_key(column.as_str())), Strength::Plain);
                }
            }
            Is::Check { expression, .. } => self.expression_needs(expression, &mut object),
            Is::Exclude(text) => self.exclusion_needs(text, &mut object),
            Is::ForeignKey { .. } => {}
        }
        object.body = Body::Constraint(Box::new(constraint));
        self.objects.push(object);
    }

    fn foreign_key(&mut self, at: usize, key: &ForeignKeyData) {
        let constraint = constraint::foreign_key(self.table, at, key, self.names);
        let name = constraint.name.clone();
        let mut object = self.part(
            self.key(Kind::ForeignKey, name.as_str()),
            key.span,
            Body::Constraint(Box::new(constraint)),
        );
        let referenced = self.table.schema.table(key.referenced);
        let columns = |table: Table<'_>, columns: &[ColumnId]| {
            let known =
                self.keys.get(table.id.0).and_then(Option::as_ref).map_or(&[][..], |keys| &keys.columns);
            let found = columns.iter().filter_map(|column| known.get(column.0).cloned());
            found.map(Target::Key).collect::<Vec<_>>()
        };
        for column in columns(self.table, &key.columns) {
            object.need(column, Strength::Hard);
        }
        object.need(Target::Key(self.table_key(referenced)), Strength::Hard);
        for column in columns(referenced, &key.referenced_columns) {
            object.need(column, Strength::Hard);
        }
        // It refers to each of the partitions too, none of which goes before it.
        if referenced.data.tail.as_ref().is_some_and(|tail| mentions_name(&tail.node, "partition")) {
            for part in referenced.partitions() {
                object.need(Target::Key(self.table_key(part)), Strength::Order);
            }
        }
        // The key or unique index that it leans on, which a partition may have from its whole.
        let wanted = referenced.column_names(&key.referenced_columns);
        let mut tables = std::iter::once(referenced).chain(referenced.wholes());
        let found =
            tables.find_map(|table| Some(self.keys_over(table, &wanted)).filter(|keys| !keys.is_empty()));
        for key in found.into_iter().flatten() {
            object.need(Target::Key(key), Strength::Hard);
        }
        self.objects.push(object);
    }

    /// Returns the primary key, else the unique constraint, else the unique indexes of a table over columns.
    fn keys_over(&self, table: Table<'_>, wanted: &[&str]) -> Vec<Key> {
        let wanted: BTreeSet<&str> = wanted.iter().copied().collect();
        let is_wanted = |columns: &[ColumnId]| {
            columns.len() == wanted.len()
                && table.column_names(columns).iter().all(|column| wanted.contains(column))
        };
        let of = |kind, part| Key::new(kind, table.name(), self.names.get(table.id, part).as_str());
        let data = table.data;
        if data.primary_key.as_ref().is_some_and(|key| is_wanted(&key.columns)) {
            return vec![of(Kind::Constraint, Part::PrimaryKey)];
        }
        if let Some(at) = data.uniques.iter().position(|key| is_wanted(&key.columns)) {
            return vec![of(Kind::Constraint, Part::Unique(at))];
        }
        let plain = |index: &IndexData| {
            let columns = index.parts.iter().filter_map(|part| match part.key {
                PartKey::Column(column) => Some(column),
                PartKey::Expression(_) => None,
            });
            is_wanted(&columns.collect::<Vec<_>>())
        };
        let unique = data.indexes.iter().enumerate().filter(|(_, index)| index.unique && plain(index));
        unique.map(|(at, _)| of(Kind::Index, Part::Index(at))).collect()
    }

    fn index(&mut self, part: Part, index: IndexDef) {
        let span = match part {
            Part::Index(at) => self.table.data.indexes.get(at).map(|index| index.span),
            Part::ForeignKeyIndex(at) => self.table.data.foreign_keys.get(at).map(|key| key.span),
            _ => None,
        };
        let key = self.key(Kind::Index, index.name.as_str());
        // As with a constraint, its body is put into it at the end.
        let mut object = self.part(key, span.unwrap_or_else(|| self.table.span()), Body::Schema);
        for text in &index.parts {
            let is_written = |name: &PgIdent| {
                if text.starts_with('"') { name.to_string() == *text } else { name.as_str() == text }
            };
            let plain = self.table.columns().find(|column| is_written(&column.data.name.value));
            match plain {
                Some(column) => object.need(Target::Key(self.column_key(column.name())), Strength::Plain),
                None => {
                    self.expression_needs(text, &mut object);
                    if let Some(class) = self.texts.operator_class(text) {
                        object.need(Target::Any(Box::new(class)), Strength::Hard);
                    }
                }
            }
        }
        for column in &index.include {
            object.need(Target::Key(self.column_key(column.as_str())), Strength::Plain);
        }
        if let Some(predicate) = &index.predicate {
            self.expression_needs(predicate, &mut object);
        }
        object.body = Body::Index(Box::new(index));
        self.objects.push(object);
    }

    /// Adds what an expression over the table's columns needs.
    fn expression_needs(&self, sql: &str, object: &mut Object) {
        // Numbers, which most defaults are, name nothing.
        if sql.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            return;
        }
        let said = self.texts.expression(sql);
        for name in &said.collations {
            object.need(Target::Key(Key::new(Kind::Collation, name, "")), Strength::Hard);
        }
        for mention in &said.mentions {
            match mention.role {
                Role::Call => object.need(Target::Routine(Box::new(mention.name())), Strength::Hard),
                Role::Type => object.need(Target::Type(Box::new(mention.name())), Strength::Hard),
                Role::Relation => object.need(Target::Relation(Box::new(mention.name())), Strength::Hard),
                Role::Value => {
                    for part in mention.path.iter().rev().take(2) {
                        if let Some(column) = self.columns().iter().find(|key| key.part == *part) {
                            object.need(Target::Key(column.clone()), Strength::Hard);
                        }
                    }
                }
            }
        }
    }
}

/// Adds the type that something has.
pub(super) fn type_needs(ty: &PgType, object: &mut Object) {
    match ty.element() {
        PgType::Enum(name) | PgType::Defined(name) => {
            object.need(Target::Type(Box::new(name.clone())), Strength::Hard)
        }
        PgType::Extension { extension, .. } => {
            let extension = bare(&PgIdent::new(*extension));
            object.need(Target::Key(Key::new(Kind::Extension, &extension, "")), Strength::Hard);
        }
        PgType::Unknown(text) => {
            object.need(Target::Type(Box::new(crate::model::types::type_name(text))), Strength::Hard)
        }
        PgType::Builtin { .. } | PgType::Array(_) => {}
    }
}

/// Returns the type under a serial type.
pub(super) fn serial(ty: &PgType) -> Option<&'static str> {
    match ty.builtin_name()? {
        "serial" => Some("integer"),
        "bigserial" => Some("bigint"),
        "smallserial" => Some("smallint"),
        _ => None,
    }
}

/// Returns what adds a column that is not made with its table; its default stays in it, so that rows that are there get it.
pub(super) fn add_column(table: &QualifiedName, def: &ColumnDef) -> Statement {
    let clauses: String = def.clauses.iter().map(|clause| format!(" {clause}")).collect();
    Statement::AlterTable {
        table: table.clone(),
        action: format!("ADD COLUMN {} {}{clauses}", def.name, def.ty),
    }
}

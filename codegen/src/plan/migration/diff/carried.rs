//! Carried statements taken apart into objects.

pub(super) mod base;
mod change;
mod covered;
pub(super) mod default_privileges;
mod described;
mod family;
mod fold;
mod held;
mod named;
mod notation;
mod operator;
pub(super) mod owner;
mod privilege;

use std::collections::BTreeMap;

use super::super::role;
use super::collect::{bare, type_needs};
use super::composite::Composite;
use super::domain::Domain;
use super::object::{Body, Key, Kind, Object, Strength, Target};
use super::privileges::Privileges;
use super::routine::Routine;
use super::sequence::Sequence;
use super::spelling::whole;
use crate::config::PlatformName;
use crate::model::token::{Cursor, Role, Token, canonical, mentions, name_of, tokens};
use crate::model::{PgIdent, PgType, QualifiedName, Schema, VerbatimData, default_name, undo};
use crate::span::Span;

/// Adds what carried statements make to the objects of a schema, in order.
pub(super) fn collect(schema: &Schema, platform: Option<PlatformName>, objects: &mut Vec<Object>) {
    let mut owners = Vec::new();
    let mut named = BTreeMap::new();
    // What the model holds needs nothing of what follows, which goes over all objects again and again.
    let carries_any = !schema.verbatim.is_empty() || !objects.iter().all(Object::is_modelled);
    if carries_any {
        for (at, object) in objects.iter().enumerate() {
            note(&mut named, object, at);
        }
    }
    for data in &schema.verbatim {
        let text = data.text.node.as_str();
        let tokens = tokens(text);
        let mut reader = Reader { data, text, tokens: &tokens, platform, objects, named: &mut named };
        reader.read();
    }
    for object in objects.iter_mut() {
        if let Body::Sequence(sequence) = &mut object.body
            && let Some((table, column)) = sequence.owner.take()
        {
            object.goes_with = Some(Key::new(Kind::Column, &table, column.as_str()));
            owners.push(owned_by(&object.key.name, &table, &column, object.span));
        }
    }
    if carries_any {
        privilege::forget_columns(objects);
        held::layer(objects, &named);
        owner::undo(objects);
        covered::leave_out(objects);
        described::leave_out_usual(objects);
    }
    objects.extend(owners);
    super::attached::tie(schema, objects);
    if !carries_any {
        return;
    }
    family::leave_implied(objects);
    base::tie(objects);
    operator::add_uses(objects);
    named::add_uses(objects);
    notation::add_uses(objects);
    default_privileges::add_uses(objects);
}

/// The places of what changes are folded into and of views: of several of one kind and name, of the first.
type Named = BTreeMap<(Kind, QualifiedName), usize>;

fn note(named: &mut Named, object: &Object, at: usize) {
    let key = &object.key;
    let is_changed = matches!(key.kind, Kind::Sequence | Kind::Domain | Kind::Enum | Kind::Composite);
    let has_parts = matches!(key.kind, Kind::View | Kind::MaterializedView);
    if (is_changed || has_parts) && key.part.is_empty() {
        named.entry((key.kind, key.name.clone())).or_insert(at);
    }
    if let Body::Column(column) = &object.body
        && let Some(identity) = &column.identity
    {
        let sequence = identity.sequence.name_of_identity(&key.name, &key.part);
        named.entry((Kind::Sequence, sequence)).or_insert(at);
    }
    if let Some(owned) = held::noted_owner(key) {
        // The last of several holds.
        named.insert((Kind::Setting, owned), at);
    }
}

/// Returns what a carried statement makes, where that is an object of its own.
pub(super) fn made(data: &VerbatimData) -> Option<Object> {
    let tokens = tokens(&data.text.node);
    let mut objects = Vec::new();
    Reader {
        data,
        text: &data.text.node,
        tokens: &tokens,
        platform: None,
        objects: &mut objects,
        named: &mut BTreeMap::new(),
    }
    .read();
    objects.pop()
}

/// Returns the privileges that statements leave behind of which nothing is known but themselves.
pub(super) fn privileges(said: &[&VerbatimData]) -> Vec<Privileges> {
    let (mut objects, mut named) = (Vec::new(), BTreeMap::new());
    let kinds = ["grant", "revoke", "alter default privileges"];
    for data in said.iter().filter(|data| kinds.contains(&data.kind.as_str())) {
        let tokens = tokens(&data.text.node);
        let text = data.text.node.as_str();
        let (objects, named) = (&mut objects, &mut named);
        Reader { data, text, tokens: &tokens, platform: None, objects, named }.read();
    }
    held::layer(&mut objects, &named);
    let of = |object: Object| match object.body {
        Body::Privileges(own) if !own.list.is_empty() => Some(*own),
        _ => None,
    };
    objects.into_iter().filter_map(of).collect()
}

/// What a sequence going with a column is called among its parts.
pub(super) const OWNED_BY: &str = "owned by";

/// Makes the fact that a sequence goes with a column.
pub(super) fn owned_by(
    sequence: &QualifiedName,
    table: &QualifiedName,
    column: &PgIdent,
    span: Span,
) -> Object {
    let set = format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{column}");
    let unset = Some(format!("ALTER SEQUENCE {sequence} OWNED BY NONE"));
    let mut object =
        Object::new(Key::new(Kind::Setting, sequence, OWNED_BY), span, Body::Setting { set, unset });
    let sequence = Key::new(Kind::Sequence, sequence, "");
    object.need(Target::Key(Key::new(Kind::Column, table, column.as_str())), Strength::Hard);
    object.need(Target::Key(sequence.clone()), Strength::Hard);
    object.goes_with = Some(sequence);
    object
}

/// Reads one carried statement.
struct Reader<'a, 'o> {
    data: &'a VerbatimData,
    text: &'a str,
    tokens: &'a [Token<'a>],
    /// What hosts the database, where that is known.
    platform: Option<PlatformName>,
    objects: &'o mut Vec<Object>,
    named: &'o mut Named,
}

impl<'a> Reader<'a, '_> {
    fn cursor(&self) -> Cursor<'a, 'a> {
        Cursor::new(self.text, self.tokens)
    }

    fn read(&mut self) {
        let kind = self.data.kind.as_str();
        let is_read = match kind {
            "grant" | "revoke" => self.privileges(),
            "alter default privileges" => self.default_privileges(),
            _ => false,
        };
        if is_read {
            return;
        }
        let object = match kind {
            "function" | "procedure" | "aggregate" => self.routine(),
            "view" => self.named(Kind::View, "VIEW"),
            "materialized view" => self.named(Kind::MaterializedView, "MATERIALIZED VIEW"),
            "table" => self.named(Kind::Table, "TABLE"),
            "trigger" => self.of_table(Kind::Trigger, "trigger", "TRIGGER", "on"),
            "policy" => self.of_table(Kind::Policy, "policy", "POLICY", "on"),
            "rule" => self.of_table(Kind::Rule, "rule", "RULE", "to"),
            "index" => self.index(),
            "domain" => self.domain(),
            "type" => self.ty(),
            "sequence" => self.sequence(),
            "collation" => self.named(Kind::Collation, "COLLATION"),
            "extension" => self.extension(),
            "schema" => self.named(Kind::Schema, "SCHEMA"),
            "role" | "user" | "group" => self.role(),
            "comment" => self.comment(),
            "grant" => self.grant(),
            "do" | "insert" | "refresh" => Some(self.action()),
            "alter default privileges" => self.undone(),
            _ if kind.starts_with("alter ") => {
                if self.fold() {
                    return;
                }
                self.alteration()
            }
            "event trigger" | "subscription" | "operator" | "operator class" | "operator family" | "cast"
            | "transform" | "user mapping" | "access method" | "revoke" => self.undone(),
            "statistics"
            | "publication"
            | "foreign table"
            | "server"
            | "foreign data wrapper"
            | "text search configuration"
            | "text search dictionary"
            | "text search parser"
            | "text search template"
            | "language"
            | "conversion" => {
                let sql = kind.to_uppercase();
                self.named(Kind::Other, &sql)
            }
            _ => None,
        };
        let mut object = object.unwrap_or_else(|| self.unknown());
        object.rare_mut().words = self.words();
        note(self.named, &object, self.objects.len());
        self.objects.push(object);
    }

    fn words(&self) -> Vec<String> {
        let names = self.tokens.iter().filter(|token| token.is_name() || token.is("*"));
        let mut words: Vec<String> = names.map(|token| token.value.to_string()).collect();
        words.sort_unstable();
        words.dedup();
        words
    }

    fn carried(&self, key: Key, drop: Option<String>) -> Object {
        let create = without_if_not_exists(self.text, self.tokens);
        let mut object = Object::new(key, self.data.text.span, Body::Carried { create, drop });
        for name in &self.data.names {
            object.need(Target::Relation(Box::new(name.clone())), Strength::Columns);
            object.need(Target::Routine(Box::new(name.clone())), Strength::Hard);
            object.need(Target::Type(Box::new(name.clone())), Strength::Columns);
        }
        object
    }

    fn named(&self, kind: Kind, sql: &str) -> Option<Object> {
        let name = self.data.creates.as_ref()?;
        let part = if kind == Kind::Other { self.data.kind.clone() } else { String::new() };
        Some(self.carried(Key::new(kind, name, part), Some(format!("DROP {sql} {name}"))))
    }

    /// Something with a name within its table: the name stands behind its own word, the table behind another.
    fn of_table(&self, kind: Kind, word: &str, sql: &str, on: &str) -> Option<Object> {
        let mut cursor = self.cursor();
        _ = cursor.until(|token| token.is(word));
        cursor.next();
        let name = cursor.ident()?;
        _ = cursor.until(|token| token.is(on));
        cursor.next();
        let table = cursor.name()?;
        let drop = format!("DROP {sql} {name} ON {table}");
        let mut object = self.carried(Key::new(kind, &table, name.as_str()), Some(drop));
        object.need(Target::Relation(Box::new(table)), Strength::Columns);
        Some(self.goes_with_table(object))
    }

    /// Ties a part of a table or view to it.
    fn goes_with_table(&self, mut object: Object) -> Object {
        let name = object.key.name.clone();
        let views = [Kind::View, Kind::MaterializedView];
        let owner = views.into_iter().find(|kind| self.named.contains_key(&(*kind, name.clone())));
        object.goes_with = Some(Key::new(owner.unwrap_or(Kind::Table), &name, ""));
        object
    }

    fn index(&self) -> Option<Object> {
        let mut cursor = self.cursor();
        _ = cursor.until(|token| token.is("index"));
        cursor.next();
        _ = cursor.eat("concurrently");
        _ = cursor.eat("if not exists");
        let name = if cursor.peek().is_some_and(|token| token.is("on")) { None } else { cursor.name() };
        if !cursor.eat("on") {
            return None;
        }
        _ = cursor.eat("only");
        let table = cursor.name()?;
        let behind = cursor.rest();
        let name = match name {
            Some(name) => name.name,
            None => default_name::index(&table, cursor)?,
        };
        let qualified = QualifiedName { schema: table.schema.clone(), name: name.clone() };
        let drop = Some(format!("DROP INDEX {qualified}"));
        let mut object = self.carried(Key::new(Kind::Index, &table, name.as_str()), drop);
        object.need(Target::Relation(Box::new(table)), Strength::Columns);
        for mention in mentions(behind).into_iter().filter(|mention| mention.role == Role::Call) {
            object.need(Target::Routine(Box::new(mention.name())), Strength::Hard);
        }
        Some(self.goes_with_table(object))
    }

    fn routine(&self) -> Option<Object> {
        let (name, mut routine) = Routine::read(self.text)?;
        routine.stale = self.data.stale;
        let key = Key::new(Kind::Routine, &name, routine.signature.clone());
        let (types, body, language) = (routine.types.clone(), routine.body.clone(), routine.language.clone());
        let mut object = Object::new(key, self.data.text.span, Body::Routine(Box::new(routine)));
        for ty in &types {
            let ty = ty.trim_end_matches("[]");
            let ty = ty.strip_prefix("setof ").unwrap_or(ty);
            let words = self::tokens(ty);
            let path: Vec<String> =
                words.iter().filter(|word| word.is_name()).map(|word| word.value.to_string()).collect();
            object.need(Target::Type(Box::new(name_of(&path))), Strength::Hard);
            // `table.column%TYPE`
            if let [table @ .., column, _] = path.as_slice()
                && ty.contains('%')
            {
                let column = Key::new(Kind::Column, &name_of(table), column.as_str());
                object.need(Target::Key(column), Strength::Hard);
            }
            if let [table, ..] = path.as_slice() {
                object.need(Target::Type(Box::new(name_of(std::slice::from_ref(table)))), Strength::Hard);
            }
        }
        // A body that is a text is only looked at when the routine is made.
        let in_body = if body.is_some() { Strength::Order } else { Strength::Columns };
        for name in &self.data.names {
            object.need(Target::Any(Box::new(name.clone())), in_body);
        }
        if language == "sql" || language == "plpgsql" {
            for mention in body.iter().flat_map(|body| mentions(body)) {
                object.need(Target::Any(Box::new(mention.name())), Strength::Order);
            }
        }
        Some(object)
    }

    fn domain(&self) -> Option<Object> {
        let name = self.data.creates.clone()?;
        let mut cursor = self.cursor();
        _ = cursor.eat("create domain");
        cursor.name()?;
        let domain = Domain::read(&mut cursor, &name)?;
        let mut object = Object::new(
            Key::new(Kind::Domain, &name, ""),
            self.data.text.span,
            Body::Domain(Box::new(domain.clone())),
        );
        type_needs(&PgType::parse(&domain.base), &mut object);
        for mention in domain.expressions().flat_map(mentions) {
            match mention.role {
                Role::Call => object.need(Target::Routine(Box::new(mention.name())), Strength::Hard),
                Role::Type => object.need(Target::Type(Box::new(mention.name())), Strength::Hard),
                Role::Relation => object.need(Target::Relation(Box::new(mention.name())), Strength::Hard),
                Role::Value => {}
            }
        }
        for name in &self.data.names {
            object.need(Target::Any(Box::new(name.clone())), Strength::Hard);
        }
        Some(object)
    }

    fn ty(&self) -> Option<Object> {
        let name = self.data.creates.clone()?;
        let mut cursor = self.cursor();
        _ = cursor.eat("create type");
        cursor.name()?;
        if cursor.is_done() {
            return Some(base::announcement(&name, self.data.text.span));
        }
        let composite = if cursor.eat("as") { cursor.group().and_then(Composite::read) } else { None };
        let Some(composite) = composite else { return self.named(Kind::Type, "TYPE") };
        let types: Vec<PgType> = composite.types().map(PgType::parse).collect();
        let body = Body::Composite(composite);
        let mut object = Object::new(Key::new(Kind::Composite, &name, ""), self.data.text.span, body);
        types.iter().for_each(|ty| type_needs(ty, &mut object));
        Some(object)
    }

    fn sequence(&self) -> Option<Object> {
        let name = self.data.creates.clone()?;
        let mut cursor = self.cursor();
        let head = cursor.until(|token| token.is("sequence"));
        if head.rest().to_lowercase().contains("temp") {
            return None;
        }
        let mut sequence = Sequence::default();
        sequence.unlogged = head.rest().to_lowercase().contains("unlogged");
        cursor.next();
        _ = cursor.eat("if not exists");
        cursor.name()?;
        let key = Key::new(Kind::Sequence, &name, "");
        sequence
            .read(&mut cursor)
            .then(|| Object::new(key, self.data.text.span, Body::Sequence(Box::new(sequence))))
    }

    fn extension(&self) -> Option<Object> {
        let name = self.data.creates.clone()?;
        let text = self.text.trim_end_matches([';', ' ', '\n']).to_owned();
        let mut object = Object::new(
            Key::new(Kind::Extension, &bare(&name.name), ""),
            self.data.text.span,
            Body::Extension(Some(text)),
        );
        let mut cursor = self.cursor();
        _ = cursor.until(|token| token.is("schema"));
        cursor.next();
        if let Some(schema) = cursor.ident() {
            object.need(Target::Key(Key::new(Kind::Schema, &bare(&schema), "")), Strength::Hard);
        }
        Some(object)
    }

    /// Roles belong to the server: one may be there already, and goes with no database.
    fn role(&self) -> Option<Object> {
        let (name, set) = role::made_where_missing(&self.data.kind, self.text, self.cursor())?;
        let key = Key::new(Kind::Other, &bare(&name), "role");
        Some(Object::new(key, self.data.text.span, Body::Setting { set, unset: Some(String::new()) }))
    }

    fn statement(&self) -> String {
        self.text.trim_end_matches([';', ' ', '\n', '\t', '\r']).to_owned()
    }

    /// A statement that does something once: it runs when it appears, and nothing undoes it.
    fn action(&self) -> Object {
        let key = Key::new(Kind::Action, &bare(&PgIdent::new("")), canonical(self.text));
        let mut object = Object::new(key, self.data.text.span, Body::Action(self.statement()));
        for name in &self.data.names {
            object.need(Target::Any(Box::new(name.clone())), Strength::Order);
        }
        object
    }

    /// A statement of a kind that is only carried, with the statement that undoes it.
    fn undone(&self) -> Option<Object> {
        let undo = undo::statement(&self.data.kind, self.cursor())?;
        let name = self.data.creates.clone().unwrap_or_else(|| bare(&PgIdent::new("")));
        if self.data.kind != "revoke" {
            let key = whole::spelt(&without_if_not_exists(self.text, self.tokens));
            let mut object = self.carried(Key::new(Kind::Other, &name, key), Some(undo));
            // An operator class is part of the family that it names.
            let mut cursor = self.cursor();
            _ = cursor.until(|token| token.is("family") || token.is("as"));
            if let Some(family) = cursor.eat("family").then(|| cursor.name()).flatten() {
                object.need(Target::Any(Box::new(family)), Strength::Hard);
            }
            return Some(object);
        }
        // Who was not in a role before is not put there.
        let given = canonical(&undo);
        let was_given =
            self.objects.iter().any(|object| object.key.kind == Kind::Grant && object.key.part == given);
        let undo = if was_given { undo } else { String::new() };
        let body = Body::Grant { text: self.statement(), revoke: Some(undo) };
        let mut object =
            Object::new(Key::new(Kind::Grant, &name, canonical(self.text)), self.data.text.span, body);
        self.privilege_needs(&mut object);
        Some(object)
    }

    /// A statement of a kind that is only carried: it is made when it appears; that it goes or changes is refused.
    fn unknown(&self) -> Object {
        let name = self.data.creates.clone().unwrap_or_else(|| bare(&PgIdent::new("")));
        let key = Key::new(Kind::Other, &name, canonical(self.text));
        self.carried(key, None)
    }
}

/// Returns a statement without `IF NOT EXISTS`: what is planned to be made is not there.
fn without_if_not_exists(text: &str, tokens: &[Token<'_>]) -> String {
    let end = tokens.last().map_or(0, Token::end);
    let at = tokens
        .windows(3)
        .position(|words| matches!(words, [a, b, c] if a.is("if") && b.is("not") && c.is("exists")));
    let found = at.filter(|at| *at < 5).and_then(|at| Some((tokens.get(at)?, tokens.get(at + 3)?)));
    match found {
        Some((first, behind)) => {
            let head = text.get(..first.start).unwrap_or_default();
            format!("{head}{}", text.get(behind.start..end).unwrap_or_default())
        }
        None => text.get(..end).unwrap_or_default().to_owned(),
    }
}

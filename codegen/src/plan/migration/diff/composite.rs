//! Composite types.

use crate::model::token::{Cursor, is_same};
use crate::model::{PgIdent, PgType, QualifiedName};

/// The attributes of a composite type, in order.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Composite {
    pub(super) attributes: Vec<Attribute>,
}

/// An attribute of a composite type.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Attribute {
    name: PgIdent,
    /// The type, with its collation, as SQL.
    ty: String,
}

impl Attribute {
    fn read(cursor: &mut Cursor<'_, '_>) -> Option<Self> {
        let name = cursor.ident()?;
        let ty = cursor.until(|token| token.is("collate") || token.is("cascade") || token.is("restrict"));
        let collation = if cursor.eat("collate") { Some(cursor.name()?) } else { None };
        _ = cursor.eat("cascade") || cursor.eat("restrict");
        let ty = PgType::parse(ty.rest()).to_string();
        let ty = collation.map_or(ty.clone(), |collation| format!("{ty} COLLATE {collation}"));
        cursor.is_done().then_some(Self { name, ty })
    }

    fn is_same(&self, other: &Self) -> bool {
        self.name == other.name && is_same(&self.ty, &other.ty)
    }
}

impl Composite {
    /// Reads the list in parentheses.
    pub(super) fn read(list: Cursor<'_, '_>) -> Option<Self> {
        let attributes = list.split().into_iter().map(|mut part| Attribute::read(&mut part));
        Some(Self { attributes: attributes.collect::<Option<_>>()? })
    }

    /// Takes over what `ALTER TYPE name` is followed by; tells whether it was understood.
    pub(super) fn alter(&mut self, cursor: Cursor<'_, '_>) -> bool {
        cursor.split().into_iter().all(|mut action| self.apply(&mut action).is_some())
    }

    fn apply(&mut self, action: &mut Cursor<'_, '_>) -> Option<()> {
        if action.eat("add attribute") {
            self.attributes.push(Attribute::read(action)?);
        } else if action.eat("drop attribute") {
            _ = action.eat("if exists");
            let name = action.ident()?;
            self.attributes.retain(|known| known.name != name);
        } else if action.eat("rename attribute") {
            let from = action.ident()?;
            let to = action.eat("to").then(|| action.ident()).flatten()?;
            self.attributes.iter_mut().find(|known| known.name == from)?.name = to;
        } else if action.eat("alter attribute") {
            let name = action.ident()?;
            _ = action.eat("set data");
            if !action.eat("type") {
                return None;
            }
            let known = self.attributes.iter_mut().find(|known| known.name == name)?;
            known.ty =
                PgType::parse(action.until(|token| token.is("cascade") || token.is("restrict")).rest())
                    .to_string();
        } else {
            return None;
        }
        Some(())
    }

    /// Returns the types of the attributes as SQL.
    pub(super) fn types(&self) -> impl Iterator<Item = &str> {
        self.attributes.iter().map(|attribute| attribute.ty.as_str())
    }

    /// Returns the attributes, each with its type as SQL.
    pub(super) fn shape(&self) -> Vec<(PgIdent, String)> {
        self.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.ty.clone())).collect()
    }

    /// Returns what makes it.
    pub(super) fn create(&self, name: &QualifiedName) -> String {
        let attributes: Vec<String> =
            self.attributes.iter().map(|it| format!("{} {}", it.name, it.ty)).collect();
        format!("CREATE TYPE {name} AS ({})", attributes.join(", "))
    }

    /// Tells whether it is the same.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.attributes.len() == other.attributes.len()
            && self.attributes.iter().zip(&other.attributes).all(|(a, b)| a.is_same(b))
    }

    /// Returns the statements that make another of it while tables hold values of it; none where that cannot be done.
    pub(super) fn changes(&self, from: &Self, name: &QualifiedName) -> Option<Vec<String>> {
        let actions = self.actions(from)?;
        Some(actions.into_iter().map(|action| format!("ALTER TYPE {name} {}", action.sql)).collect())
    }

    /// Returns the statements by which another comes to have as many attributes as it, whatever their types: a value as text becomes
    /// one of it then.
    pub(super) fn fitted(&self, from: &Self, name: &QualifiedName) -> Vec<String> {
        let actions = self.actions(from).unwrap_or_default();
        let kept = actions.into_iter().filter(|action| !action.retypes);
        kept.map(|action| format!("ALTER TYPE {name} {}", action.sql)).collect()
    }

    /// Returns what makes another of it, attribute by attribute.
    fn actions(&self, from: &Self) -> Option<Vec<Action>> {
        let kept = |attribute: &&Attribute| self.attributes.iter().any(|other| other.name == attribute.name);
        let dropped = from.attributes.iter().filter(|attribute| !kept(attribute));
        let mut actions: Vec<Action> = dropped
            .map(|attribute| Action { sql: format!("DROP ATTRIBUTE {}", attribute.name), retypes: false })
            .collect();
        // Attributes are added at the end: the new order has to be the kept ones, then the new ones.
        let order: Vec<&PgIdent> =
            from.attributes.iter().filter(kept).map(|attribute| &attribute.name).collect();
        let head = self.attributes.iter().take(order.len()).map(|attribute| &attribute.name);
        if !head.eq(order.iter().copied()) {
            return None;
        }
        for attribute in &self.attributes {
            let Attribute { name, ty } = attribute;
            match from.attributes.iter().find(|other| other.name == *name) {
                Some(known) if known.is_same(attribute) => {}
                Some(_) => {
                    actions.push(Action { sql: format!("ALTER ATTRIBUTE {name} TYPE {ty}"), retypes: true })
                }
                None => {
                    actions.push(Action { sql: format!("ADD ATTRIBUTE {name} {ty}"), retypes: false });
                }
            }
        }
        Some(actions)
    }
}

/// What becomes of one attribute.
struct Action {
    sql: String,
    /// It stays, and its values become others.
    retypes: bool,
}

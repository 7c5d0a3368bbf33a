//! Expressions of either side, compared where their tables are known.

mod relation;

use super::object::{Body, Key, Kind, Object};
use super::side::Side;
use crate::expr;
use crate::expr::query::Query;
use crate::expr::resolve;
use crate::model::{PgType, QualifiedName};
use crate::model::{token, types};

/// The object of either side to which two expressions belong, where they are known.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    old: Option<(&'a Side, &'a Object)>,
    new: Option<(&'a Side, &'a Object)>,
}

impl<'a> Scope<'a> {
    /// Makes the scope of the expressions of an object that both sides have.
    pub(super) fn new(old: (&'a Side, &'a Object), new: (&'a Side, &'a Object)) -> Self {
        Self { old: Some(old), new: Some(new) }
    }

    /// Makes the scope of expressions of which no column is known.
    pub(super) fn unknown() -> Self {
        Self { old: None, new: None }
    }

    /// Tells whether two expressions are the same but for their spelling.
    pub(super) fn is_same(self, old: &str, new: &str) -> bool {
        self.compare(old, new, false)
    }

    /// Tells whether two expressions for arguments of a type that are left out are the same but for their spelling.
    pub(super) fn is_same_argument(self, old: &str, new: &str, ty: &str) -> bool {
        let own = |side: &Side, name: QualifiedName| {
            side.find(&Key::new(Kind::Enum, &name, "")).map(|_| PgType::Enum(name))
        };
        let spelt = |known: Option<(&Side, &Object)>, text: &str| {
            let assigned = known.and_then(|(side, _)| match PgType::parse(ty) {
                PgType::Unknown(text) => type_name(side, &own(side, types::type_name(&text))?),
                known => type_name(side, &known),
            });
            Some(expr::parse(text)?.spelt(&|_| None, assigned.as_deref()))
        };
        matches!((spelt(self.old, old), spelt(self.new, new)), (Some(old), Some(new)) if old.is_as_spelt(&new))
    }

    /// Tells whether two defaults of a column or a domain, or what a column is generated as, are the same but for their spelling.
    pub(super) fn is_same_default(self, old: &str, new: &str) -> bool {
        self.compare(old, new, true)
    }

    fn compare(self, old: &str, new: &str, is_default: bool) -> bool {
        if token::is_same(old, new) {
            return true;
        }
        let spelt = |known: Option<(&Side, &Object)>, text: &str| {
            let columns = |name: &str| known.and_then(|(side, object)| column(side, object, name));
            let assigned = known.filter(|_| is_default).and_then(|(_, object)| match &object.body {
                Body::Domain(_) => columns("value"),
                _ => columns(&object.key.part),
            });
            Some(expr::parse(text)?.spelt(&columns, assigned.as_deref()))
        };
        match (spelt(self.old, old), spelt(self.new, new)) {
            (Some(old), Some(new)) if old.is_as_spelt(&new) => return true,
            (Some(_), Some(_)) => {}
            _ => return false,
        }
        let over = |known: Option<(&Side, &Object)>, text: &str| {
            let (side, object) = known?;
            let parsed = expr::parse(text).filter(expr::Expr::has_queries)?;
            let table = &object.key.name;
            let columns = relation::columns(side, table)?;
            parsed.spelt_over(table.name.as_str(), columns, &|path| {
                relation::columns(side, &token::name_of(path))
            })
        };
        match (over(self.old, old), over(self.new, new)) {
            (Some(old), Some(new)) => old.is_as_spelt(&new),
            _ => false,
        }
    }

    /// Tells whether two queries are the same but for their spelling, each with the names that its view gives its columns.
    pub(super) fn is_same_query(self, old: (&Query, &[String]), new: (&Query, &[String])) -> bool {
        let resolved = |known: Option<(&Side, &Object)>, (query, names): (&Query, &[String])| {
            let (side, _) = known?;
            let relations = |path: &[String]| relation::columns(side, &token::name_of(path));
            let (query, seen) = query.resolved(&relations)?;
            Some(query.spelt(names, &|name| Some(resolve::type_among(&seen, name))))
        };
        if let (Some(old), Some(new)) = (resolved(self.old, old), resolved(self.new, new))
            && old.is_as_spelt(&new)
        {
            return true;
        }
        // Which columns a `*` stands for is decided when the view is made.
        if old.0.takes_all_columns() || new.0.takes_all_columns() {
            return false;
        }
        let spelt = |known: Option<(&Side, &Object)>, (query, names): (&Query, &[String])| {
            let relations = query.relations().unwrap_or_default();
            let known = |name: &str| read_column(known?.0, &relations, name);
            query.spelt(names, &|name| known(name).or_else(|| Some(unknown_type())))
        };
        spelt(self.old, old).is_as_spelt(&spelt(self.new, new))
    }

    /// Tells whether a table of either side inherits from another.
    pub(super) fn has_heirs(self) -> bool {
        let is_heir = |object: &Object| match &object.body {
            Body::Table(table) => {
                table.tail.as_ref().is_some_and(|tail| token::mentions_name(tail, "inherits"))
            }
            Body::Setting { set, .. } => token::mentions_name(set, "inherit"),
            _ => false,
        };
        [self.old, self.new].into_iter().flatten().any(|(side, _)| side.objects.iter().any(is_heir))
    }

    /// Tells whether two expressions that may be missing are the same but for their spelling.
    pub(super) fn is_same_option(self, old: Option<&str>, new: Option<&str>) -> bool {
        match (old, new) {
            (Some(old), Some(new)) => self.is_same(old, new),
            (old, new) => old.is_none() && new.is_none(),
        }
    }
}

/// Stands for a type that is not known: no cast to another one is taken off.
fn unknown_type() -> String {
    "?".to_owned()
}

/// Returns the type of a column of the tables that a query reads; none where it is not known of which table it is.
fn read_column(side: &Side, relations: &[Vec<String>], name: &str) -> Option<String> {
    let mut found: Option<String> = None;
    for path in relations {
        let table = token::name_of(path);
        // Which columns a view has is not known.
        side.find(&Key::new(Kind::Table, &table, ""))?;
        let Some(at) = side.find(&Key::new(Kind::Column, &table, name)) else { continue };
        let Body::Column(column) = &side.object(at).body else { continue };
        let ty = type_name(side, column.ty())?;
        if found.as_ref().is_some_and(|other| *other != ty) {
            return None;
        }
        found = Some(ty);
    }
    found
}

/// Returns the type of a column of an object's table; of the value of a domain, its type.
fn column(side: &Side, object: &Object, name: &str) -> Option<String> {
    if let Body::Domain(domain) = &object.body {
        let base = || match PgType::parse(&domain.base) {
            // Of another domain it is not known what is under that.
            PgType::Unknown(text) => {
                let name = types::type_name(&text);
                side.find(&Key::new(Kind::Enum, &name, "")).map(|_| PgType::Enum(name))
            }
            known => Some(known),
        };
        return base().filter(|_| name == "value").and_then(|base| type_name(side, &base));
    }
    match &side.object(side.find(&Key::new(Kind::Column, &object.key.name, name))?).body {
        Body::Column(column) => type_name(side, column.ty()),
        _ => None,
    }
}

/// Returns the name by which expressions know a type, with its size: that of the one under a domain, since operators look at that.
pub(super) fn type_name(side: &Side, ty: &PgType) -> Option<String> {
    let own = |name: &QualifiedName| {
        let name = name.plain();
        name.strip_prefix("public.").unwrap_or(&name).to_owned()
    };
    match ty {
        PgType::Builtin { name, args, .. } if !args.is_empty() => {
            let args: Vec<String> = args.iter().map(ToString::to_string).collect();
            Some(format!("{name}({})", args.join(",")))
        }
        PgType::Builtin { name, .. } | PgType::Extension { name, .. } => Some((*name).to_owned()),
        PgType::Array(element) => type_name(side, element).map(|element| format!("{element}[]")),
        PgType::Enum(name) => Some(own(name)),
        PgType::Defined(name) => match side.find(&Key::new(Kind::Domain, name, "")) {
            Some(at) => match &side.object(at).body {
                // A domain over a domain is known by the name of that: it is not worth a walk that a circle would not end.
                Body::Domain(domain) => match PgType::parse(&domain.base) {
                    base @ (PgType::Builtin { .. } | PgType::Array(_)) => type_name(side, &base),
                    _ => None,
                },
                _ => Some(own(name)),
            },
            None => Some(own(name)),
        },
        PgType::Unknown(_) => None,
    }
}

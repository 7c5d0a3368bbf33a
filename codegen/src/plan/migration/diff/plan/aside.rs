//! Types that wait under another name until nothing holds values of them.

use super::super::make::{self, TableParts};
use super::super::object::{Body, Kind, Object};
use super::Planner;
use crate::model::ident::{MAX_IDENT_BYTES, clip};
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::statement::{Statement, TypeShape};

impl Planner<'_> {
    /// Returns what sets a type or collation aside and makes it anew.
    pub(in crate::plan::migration::diff) fn swap(&self, old: &Object, new: &Object) -> Vec<Statement> {
        let name = &new.key.name;
        // No other type is set aside.
        let Some(anew) = shape(new) else { return Vec::new() };
        let anew = if shape(old).is_some_and(|was| was.is_alike(&anew)) { TypeShape::Alike } else { anew };
        let aside =
            |kind: &'static str, name: &QualifiedName, arguments: Option<String>| Statement::SetAside {
                kind,
                name: name.clone(),
                arguments,
                aside: self.set_aside(name).name,
                anew: anew.clone(),
            };
        // Rows move over attribute by attribute: what comes and goes does so before.
        let fitted = match (&old.body, &new.body) {
            (Body::Composite(was), Body::Composite(is)) => is.fitted(was, name),
            _ => Vec::new(),
        };
        let mut statements: Vec<Statement> = fitted.into_iter().map(make::raw).collect();
        if let Some((bounds, multirange)) = old.range() {
            // The names of what comes with a range have to be free too: its multirange, the functions that make values.
            let function = |name: &QualifiedName, arguments: String| aside("FUNCTION", name, Some(arguments));
            statements.push(function(&multirange, String::new()));
            statements.push(function(name, format!("{bounds}, {bounds}")));
            statements.push(function(name, format!("{bounds}, {bounds}, text")));
            statements.push(aside("TYPE", &multirange, None));
        }
        statements.push(aside(kind_aside(old), name, None));
        statements.extend(make::create(new, TableParts::default()));
        statements
    }

    /// Returns the name under which a type waits until nothing holds values of it: one that nothing has on either side.
    pub(in crate::plan::migration::diff) fn set_aside(&self, name: &QualifiedName) -> QualifiedName {
        let ends = (1..).map(|count| if count == 1 { "__old".to_owned() } else { format!("__old{count}") });
        let mut names = ends.map(|end| {
            let short = clip(name.name.as_str(), MAX_IDENT_BYTES - end.len());
            QualifiedName { schema: name.schema.clone(), name: PgIdent::new(format!("{short}{end}")) }
        });
        let free = names.find(|name| !self.old.is_taken(name) && !self.new.is_taken(name));
        free.unwrap_or_else(|| name.clone())
    }
}

/// Returns what tells a type from another of its name.
fn shape(object: &Object) -> Option<TypeShape> {
    match (&object.body, object.range()) {
        (Body::Enum(labels), _) => Some(TypeShape::Labels(labels.clone())),
        (Body::Domain(domain), _) => Some(TypeShape::Base(domain.base.clone())),
        (Body::Composite(composite), _) => Some(TypeShape::Attributes(composite.shape())),
        (_, Some((bounds, _))) => Some(TypeShape::Bounds(bounds)),
        _ => (object.key.kind == Kind::Collation).then_some(TypeShape::Alike),
    }
}

/// Returns the kind of what is set aside, as SQL.
pub(in crate::plan::migration::diff) fn kind_aside(old: &Object) -> &'static str {
    match old.key.kind {
        Kind::Domain => "DOMAIN",
        Kind::Collation => "COLLATION",
        _ => "TYPE",
    }
}

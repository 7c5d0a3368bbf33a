//! Operator families that are there because a class is: a dump says each of them.

use crate::model::QualifiedName;
use crate::model::token::{Cursor, tokens};
use crate::plan::migration::diff::object::{Body, Key, Kind, Object};
use crate::plan::migration::diff::spelling::whole;

/// Leaves out the families of one class each that are called like it: the class is made with its family, and goes with it.
pub(super) fn leave_implied(objects: &mut Vec<Object>) {
    let mut implied = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        let Some((name, method)) = family(object) else { continue };
        let named = |other: &Object| {
            matches!(&other.body, Body::Carried { create, .. } | Body::Setting { set: create, .. }
            if create.len() > 12 && is_in_family(create, &name))
        };
        let mut users = objects.iter().enumerate().filter(|(other, object)| *other != at && named(object));
        if let (Some((class, user)), None) = (users.next(), users.next())
            && let Body::Carried { create, .. } = &user.body
            && let Some(alone) = without_family(create, &name, &method)
        {
            implied.push((at, class, alone, format!("DROP OPERATOR FAMILY {name} USING {method}")));
        }
    }
    for (_, class, alone, undo) in &implied {
        if let Some(object) = objects.get_mut(*class)
            && let Body::Carried { create, drop } = &mut object.body
        {
            object.key = Key::new(Kind::Other, &object.key.name.clone(), whole::spelt(alone));
            alone.clone_into(create);
            *drop = Some(undo.clone());
        }
    }
    for (at, ..) in implied.into_iter().rev() {
        objects.remove(at);
    }
}

/// Returns the name and the access method of a family that a statement makes.
fn family(object: &Object) -> Option<(QualifiedName, String)> {
    let Body::Carried { create, .. } = &object.body else { return None };
    if !object.key.part.starts_with("create operator family") {
        return None;
    }
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    cursor.eat("create operator family").then_some(())?;
    let name = cursor.name()?;
    cursor.eat("using").then_some(())?;
    Some((name, cursor.ident()?.to_string()))
}

/// Tells whether a statement names a family.
fn is_in_family(text: &str, family: &QualifiedName) -> bool {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    _ = cursor.until(|token| token.is("family"));
    cursor.eat("family") && cursor.name().as_ref() == Some(family)
}

/// Returns the statement of a class that is called like its family without saying so.
fn without_family(create: &str, family: &QualifiedName, method: &str) -> Option<String> {
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    cursor.eat("create operator class").then_some(())?;
    let is_own = cursor.name()? == *family;
    _ = cursor.until(|token| token.is("using"));
    cursor.next();
    let by = cursor.ident()?.to_string() == method;
    let start = cursor.peek()?.start;
    cursor.eat("family").then_some(())?;
    cursor.name()?;
    let rest = cursor.rest();
    (is_own && by).then(|| format!("{}{rest}", create.get(..start).unwrap_or_default()))
}

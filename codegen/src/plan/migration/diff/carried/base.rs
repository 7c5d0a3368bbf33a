//! Base types: one is announced, functions read and write its values, and then it is made of these.

use crate::model::QualifiedName;
use crate::model::token::{Cursor, tokens};
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};

/// What the announcement of a type is called among its parts.
pub(in super::super) const SHELL: &str = "shell";

/// Options that name functions of the type's own.
const FUNCTIONS: [&str; 8] =
    ["input", "output", "receive", "send", "typmod_in", "typmod_out", "analyze", "subscript"];

/// Puts the announcement of every base type before the functions that it is made of, and these before the type; all of them go with it.
pub(super) fn tie(objects: &mut Vec<Object>) {
    let bases: Vec<(usize, Vec<QualifiedName>)> = objects
        .iter()
        .enumerate()
        .filter_map(|(at, object)| match &object.body {
            Body::Carried { create, .. } => Some((at, functions(create)?)),
            _ => None,
        })
        .collect();
    for (at, functions) in bases {
        let Some(base) = objects.get_mut(at) else { continue };
        let (key, span) = (base.key.clone(), base.span);
        let shell = Key::new(Kind::Type, &key.name, SHELL);
        base.need(Target::Key(shell.clone()), Strength::Hard);
        for function in &functions {
            base.need(Target::Routine(Box::new(function.clone())), Strength::Hard);
        }
        if let Body::Carried { drop, .. } = &mut base.body {
            // The functions need the type as it needs them: one goes with the other.
            *drop = Some(format!("DROP TYPE {} CASCADE", key.name));
        }
        if !objects.iter().any(|object| object.key == shell) {
            objects.push(announcement(&key.name, span));
        }
        for object in objects.iter_mut() {
            let is_own = object.key.kind == Kind::Routine && functions.contains(&object.key.name);
            if object.key == shell || is_own && object.needs.iter().any(|need| is_on(&need.on, &key.name)) {
                object.needs.retain(|need| !is_on(&need.on, &key.name));
                object.goes_with = Some(key.clone());
                if is_own {
                    object.need(Target::Key(shell.clone()), Strength::Hard);
                }
            }
        }
    }
}

/// Makes what announces a type.
pub(super) fn announcement(name: &QualifiedName, span: crate::span::Span) -> Object {
    let (create, drop) = (format!("CREATE TYPE {name}"), Some(format!("DROP TYPE {name}")));
    Object::new(Key::new(Kind::Type, name, SHELL), span, Body::Carried { create, drop })
}

/// Tells whether an object is a base type.
pub(in super::super) fn is_base(object: &Object) -> bool {
    matches!(&object.body, Body::Carried { create, .. } if functions(create).is_some())
}

fn is_on(target: &Target, ty: &QualifiedName) -> bool {
    match target {
        Target::Type(name) | Target::Any(name) | Target::Relation(name) => **name == *ty,
        _ => false,
    }
}

/// Returns the functions that a statement makes a base type of; none where it makes something else.
fn functions(create: &str) -> Option<Vec<QualifiedName>> {
    // What is read for words is read for little else.
    if !create.get(..11).is_some_and(|head| head.eq_ignore_ascii_case("create type")) {
        return None;
    }
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    cursor.eat("create type").then_some(())?;
    cursor.name()?;
    let options = cursor.group()?.split();
    let function = |mut option: Cursor<'_, '_>| {
        let name = option.ident()?.as_str().to_lowercase();
        (FUNCTIONS.contains(&name.as_str()) && option.eat("=")).then(|| option.name()).flatten()
    };
    Some(options.into_iter().filter_map(function).collect())
}

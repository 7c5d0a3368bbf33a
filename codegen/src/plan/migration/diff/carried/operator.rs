//! What uses operators that the schema defines itself.

use crate::model::operator::is_built_in;
use crate::model::token::{Cursor, tokens};
use crate::plan::migration::diff::object::{Body, Key, Kind, Object, Strength, Target};
use crate::plan::migration::statement::ConstraintBody;

/// Adds the operators of the schema to the needs of what may use them.
pub(super) fn add_uses(objects: &mut [Object]) {
    let operators: Vec<(Key, String)> = objects.iter().filter_map(operator).collect();
    for (key, sign) in operators {
        // What PostgreSQL has an operator of this sign for need not mean this one.
        let strength = if is_built_in(&sign) { Strength::Order } else { Strength::Hard };
        for object in objects.iter_mut() {
            // A class is made of operators.
            let is_class = matches!(&object.body, Body::Carried { create, .. } if create.get(..22).is_some_and(|head| head.eq_ignore_ascii_case("create operator class ")));
            if (object.key.kind != Kind::Other || is_class)
                && expressions(object).iter().any(|text| text.contains(&sign))
            {
                object.need(Target::Key(key.clone()), strength);
            }
        }
    }
}

/// Returns an operator's sign.
fn operator(object: &Object) -> Option<(Key, String)> {
    let Body::Carried { create, .. } = &object.body else { return None };
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    if object.key.kind != Kind::Other || !cursor.eat("create operator") {
        return None;
    }
    let name = cursor.until(|token| token.is("(")).rest();
    let sign = name.rsplit('.').next()?.trim();
    let is_sign = !sign.is_empty() && sign.chars().all(|c| c.is_ascii_punctuation() && c != '"');
    is_sign.then(|| (object.key.clone(), sign.to_owned()))
}

/// Returns the texts of an object in which operators stand.
pub(super) fn expressions(object: &Object) -> Vec<&str> {
    match &object.body {
        Body::Default(sql) => vec![sql],
        Body::Constraint(constraint) => match &constraint.body {
            ConstraintBody::Check { expression, .. } => vec![expression],
            ConstraintBody::Exclude(text) => vec![text],
            _ => Vec::new(),
        },
        Body::Index(index) => index.parts.iter().chain(&index.predicate).map(String::as_str).collect(),
        Body::Column(column) => column.generated.iter().map(|generated| generated.0.as_str()).collect(),
        Body::Domain(domain) => domain.expressions().collect(),
        Body::Carried { create, .. } => vec![create],
        // A body that is a text is looked at when the routine is made; PostgreSQL does not keep what it uses.
        Body::Routine(routine) if object.is_taken_apart() => vec![&routine.text],
        _ => Vec::new(),
    }
}

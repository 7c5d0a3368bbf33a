//! What undoes a statement that is only carried.

use super::token::Cursor;

/// The kinds of what is made and dropped by other words than its kind and its name alone.
pub(crate) const MADE_WITHOUT_NAME: [&str; 9] = [
    "event trigger",
    "subscription",
    "operator",
    "operator family",
    "operator class",
    "access method",
    "cast",
    "transform",
    "user mapping",
];

/// Returns the statement that undoes one of a kind that has no name to drop it by; none where it is not understood.
pub(crate) fn statement(kind: &str, mut cursor: Cursor<'_, '_>) -> Option<String> {
    match kind {
        "revoke" => return revoke(cursor),
        "alter default privileges" => return default_privileges(cursor),
        _ => {}
    }
    if !cursor.eat("create") {
        return None;
    }
    if !cursor.eat(kind) {
        return None;
    }
    let sql = kind.to_uppercase();
    match kind {
        "event trigger" | "subscription" => Some(format!("DROP {sql} {}", cursor.ident()?)),
        "operator" => {
            let name = cursor.until(|token| token.is("(")).rest().to_owned();
            let mut sides = ["NONE".to_owned(), "NONE".to_owned()];
            for mut part in cursor.group()?.split() {
                let side = part.eat_any(&[("leftarg", 0), ("rightarg", 1)]);
                if let Some(side) = side.and_then(|at| sides.get_mut(at))
                    && part.eat("=")
                {
                    part.rest().clone_into(side);
                }
            }
            Some(format!("DROP OPERATOR {name} ({})", sides.join(", ")))
        }
        "operator family" => {
            let name = cursor.name()?;
            cursor.eat("using").then_some(())?;
            Some(format!("DROP OPERATOR FAMILY {name} USING {}", cursor.ident()?))
        }
        "operator class" => {
            let name = cursor.name()?;
            _ = cursor.until(|token| token.is("using"));
            cursor.next();
            let method = cursor.ident()?;
            // A class that names no family is made with one of its own name, which takes it along.
            let made = if cursor.eat("family") { "CLASS" } else { "FAMILY" };
            Some(format!("DROP OPERATOR {made} {name} USING {method}"))
        }
        "access method" => Some(format!("DROP {sql} {}", cursor.ident()?)),
        "cast" => Some(format!("DROP CAST ({})", cursor.group()?.rest())),
        "transform" => {
            let what = cursor.until(|token| token.is("(")).rest().to_owned();
            Some(format!("DROP TRANSFORM {what}"))
        }
        "user mapping" => {
            _ = cursor.eat("if not exists");
            let whom = cursor.until(|token| token.is("options")).rest().to_owned();
            Some(format!("DROP USER MAPPING {whom}"))
        }
        _ => None,
    }
}

/// `REVOKE what FROM whom` is undone by giving it again.
fn revoke(mut cursor: Cursor<'_, '_>) -> Option<String> {
    if !cursor.eat("revoke") {
        return None;
    }
    let option = cursor
        .eat_any(&[("grant option for", " WITH GRANT OPTION"), ("admin option for", " WITH ADMIN OPTION")])
        .unwrap_or_default();
    let what = cursor.until(|token| token.is("from")).rest().to_owned();
    cursor.next();
    let whom = cursor.until(|token| token.is("cascade") || token.is("restrict") || token.is("granted"));
    Some(format!("GRANT {what} TO {}{option}", whom.rest()))
}

/// What objects of the future are given is taken from them, and the other way round.
fn default_privileges(mut cursor: Cursor<'_, '_>) -> Option<String> {
    let head = cursor.until(|token| token.is("grant") || token.is("revoke")).rest().to_owned();
    let grants = cursor.next()?.is("grant");
    let (way, verb, back) = if grants { ("to", "REVOKE", "FROM") } else { ("from", "GRANT", "TO") };
    let what = cursor.until(|token| token.is(way)).rest().to_owned();
    cursor.next();
    let whom = cursor.until(|token| token.is("with") || token.is("cascade") || token.is("restrict"));
    Some(format!("{head} {verb} {what} {back} {}", whom.rest()))
}

/// Returns the statement that undoes an `ALTER` of something that has no declaration.
pub(crate) fn alteration(mut cursor: Cursor<'_, '_>) -> Option<String> {
    if let Some(kind) = cursor.eat_any(&[("alter role", "ROLE"), ("alter user", "USER")]) {
        let whose = cursor.until(|token| token.is("set")).rest().to_owned();
        let parameter = cursor.eat("set").then(|| cursor.name()).flatten()?;
        return Some(format!("ALTER {kind} {whose} RESET {parameter}"));
    }
    if cursor.eat("alter operator family") {
        return operator_family(cursor);
    }
    if cursor.eat("alter domain") {
        let name = cursor.name()?;
        let constraint = cursor.eat("add constraint").then(|| cursor.ident()).flatten()?;
        return Some(format!("ALTER DOMAIN {name} DROP CONSTRAINT {constraint}"));
    }
    let kind =
        [("alter view", "VIEW"), ("alter materialized view", "MATERIALIZED VIEW"), ("alter index", "INDEX")];
    let kind = cursor.eat_any(&kind)?;
    _ = cursor.eat("if exists");
    let name = cursor.name()?;
    if kind == "INDEX" && cursor.eat("alter") {
        _ = cursor.eat("column");
        let place = cursor.next()?.raw;
        let is_target = cursor.eat("set statistics");
        return is_target.then(|| format!("ALTER INDEX {name} ALTER COLUMN {place} SET STATISTICS -1"));
    }
    if cursor.eat("alter column") || cursor.eat("alter") {
        let column = cursor.ident()?;
        return cursor
            .eat("set default")
            .then(|| format!("ALTER {kind} {name} ALTER COLUMN {column} DROP DEFAULT"));
    }
    if !cursor.eat("set") {
        return None;
    }
    let options = cursor.group()?.split();
    let names: Vec<String> =
        options.into_iter().map(|mut option| option.until(|token| token.is("=")).rest().to_owned()).collect();
    Some(format!("ALTER {kind} {name} RESET ({})", names.join(", ")))
}

/// What an operator family gets is known by its number and the types that it is for.
fn operator_family(mut cursor: Cursor<'_, '_>) -> Option<String> {
    let name = cursor.name()?;
    cursor.eat("using").then_some(())?;
    let method = cursor.ident()?;
    cursor.eat("add").then_some(())?;
    let dropped = cursor.split().into_iter().map(family_part).collect::<Option<Vec<_>>>()?;
    Some(format!("ALTER OPERATOR FAMILY {name} USING {method} DROP {}", dropped.join(", ")))
}

/// Returns how a part of an operator family is named where it is dropped: by its number and the types that it is for.
pub(crate) fn family_part(mut part: Cursor<'_, '_>) -> Option<String> {
    let kind = part.eat_any(&[("operator", "OPERATOR"), ("function", "FUNCTION")])?;
    let number = part.next()?.raw;
    // A function may say its types before its name, else they are those of its arguments.
    let types = match part.clone().group() {
        Some(types) => types,
        None => {
            _ = part.until(|token| token.is("("));
            part.group()?
        }
    };
    let mut types: Vec<String> =
        types.split().iter().map(|ty| crate::model::PgType::parse(ty.rest()).to_string()).collect();
    if let [only] = types.as_slice() {
        types.push(only.clone());
    }
    Some(format!("{kind} {number} ({})", types.join(", ")))
}

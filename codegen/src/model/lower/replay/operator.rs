//! Operators and their families are changed: the statements that make them then say so themselves.

use crate::model::ident::QualifiedName;
use crate::model::token::{Cursor, canonical, tokens};
use crate::source::decl::{Decl, VerbatimDecl};
use crate::span::Spanned;

/// What `CREATE OPERATOR` says.
struct Operator {
    /// The name with the schema that it may have, as written.
    name: String,
    /// What stands between its parentheses, name and value.
    options: Vec<(String, String)>,
}

impl Operator {
    fn read(text: &str) -> Option<Self> {
        let own = tokens(text);
        let mut cursor = Cursor::new(text, &own);
        cursor.eat("create operator").then_some(())?;
        let name = cursor.until(|token| token.is("(")).rest().to_owned();
        Some(Self { name, options: options(cursor.group()?) })
    }

    /// Returns the types that it stands between, in one spelling.
    fn sides(&self) -> String {
        let side = |word: &str| {
            let said = self.options.iter().find(|(name, _)| name == word);
            said.map_or_else(|| "none".to_owned(), |(_, ty)| crate::model::PgType::parse(ty).to_string())
        };
        format!("{}, {}", side("leftarg"), side("rightarg"))
    }

    fn text(&self) -> String {
        let written = |(name, value): &(String, String)| match value.as_str() {
            "" => name.to_uppercase(),
            value => format!("{} = {value}", name.to_uppercase()),
        };
        let written: Vec<String> = self.options.iter().map(written).collect();
        format!("CREATE OPERATOR {} ({})", self.name, written.join(", "))
    }
}

fn options(list: Cursor<'_, '_>) -> Vec<(String, String)> {
    let option = |mut part: Cursor<'_, '_>| {
        let name = part.until(|token| token.is("=")).rest().to_lowercase();
        part.next();
        (name, part.rest().to_owned())
    };
    list.split().into_iter().map(option).collect()
}

/// `SET (RESTRICT = …)` and `SET SCHEMA …`; tells whether the operator is one that a statement makes.
pub(super) fn alter(mut cursor: Cursor<'_, '_>, done: &mut [Decl]) -> bool {
    let name = canonical(cursor.until(|token| token.is("(")).rest());
    let Some(sides) = cursor.group() else { return false };
    let sides: Vec<String> = sides
        .split()
        .iter()
        .map(|side| crate::model::PgType::parse(side.rest()).to_string().to_lowercase())
        .collect();
    let sides = sides.join(", ");
    let made = done.iter_mut().find_map(|decl| match decl {
        Decl::Verbatim(data) if data.kind == "operator" => {
            let known = Operator::read(&data.text.node)?;
            (canonical(&known.name) == name && known.sides() == sides).then_some((data, known))
        }
        _ => None,
    });
    let (Some((data, mut operator)), true) = (made, cursor.eat("set")) else { return false };
    if cursor.eat("schema") {
        let Some(schema) = cursor.ident() else { return false };
        let sign = operator.name.rsplit('.').next().unwrap_or_default().to_owned();
        operator.name = format!("{schema}.{sign}");
    } else if let Some(list) = cursor.group() {
        for (name, value) in options(list) {
            operator.options.retain(|(known, _)| *known != name);
            if !value.eq_ignore_ascii_case("none") {
                operator.options.push((name, value));
            }
        }
    } else {
        return false;
    }
    data.text.node = operator.text();
    true
}

/// `ADD …` and `DROP …` of a family: each part that is added is a statement of its own, and one that is dropped is not there; tells
/// whether everything that it names was found.
pub(super) fn alter_family(mut cursor: Cursor<'_, '_>, said: &VerbatimDecl, done: &mut Vec<Decl>) -> bool {
    let (Some(name), true, Some(method)) = (cursor.name(), cursor.eat("using"), cursor.ident()) else {
        return false;
    };
    let head = format!("ALTER OPERATOR FAMILY {name} USING {method}");
    let adds = cursor.eat("add");
    if !adds && !cursor.eat("drop") {
        return false;
    }
    if adds {
        for part in cursor.split() {
            let text = Spanned::new(format!("{head} ADD {}", part.rest()), said.text.span);
            done.push(Decl::Verbatim(VerbatimDecl { text, ..said.clone() }));
        }
        return true;
    }
    let mut places = Vec::new();
    for part in cursor.split() {
        let Some(key) = key_of(part) else { return false };
        let found = done.iter().position(|decl| {
            matches!(decl, Decl::Verbatim(data) if data.kind == "alter operator family"
                && added(&data.text.node, &name).as_ref() == Some(&key))
        });
        places.push(found);
    }
    let Some(mut places) = places.into_iter().collect::<Option<Vec<usize>>>() else { return false };
    places.sort_unstable();
    places.into_iter().rev().for_each(|at| _ = done.remove(at));
    true
}

/// Returns by what the part is known that a statement adds to a family.
fn added(text: &str, family: &QualifiedName) -> Option<String> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    (cursor.eat("alter operator family") && cursor.name()? == *family && cursor.eat("using")).then_some(())?;
    cursor.ident()?;
    cursor.eat("add").then_some(())?;
    key_of(cursor)
}

/// Returns what a part of a family is known by: its kind, number and types.
fn key_of(part: Cursor<'_, '_>) -> Option<String> {
    let undone = crate::model::undo::family_part(part)?;
    Some(canonical(&undone))
}

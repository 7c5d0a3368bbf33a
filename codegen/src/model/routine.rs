//! What a routine is known by: the types of the arguments that it takes.

use super::PgType;
use super::token::{Cursor, Token, canonical, tokens};

/// An argument.
#[derive(Clone, Debug)]
pub(crate) struct Argument {
    /// `in`, `out`, `inout` or `variadic`.
    pub(crate) mode: &'static str,
    /// Its name; empty where it has none.
    pub(crate) name: String,
    /// Its type under its one name, without what routines do not keep of it.
    pub(crate) ty: String,
    /// What it is where it is left out, as SQL.
    pub(crate) default: Option<String>,
}

impl Argument {
    /// Reads one argument.
    pub(crate) fn read(mut part: Cursor<'_, '_>) -> Option<Self> {
        let modes =
            [("in out", "inout"), ("inout", "inout"), ("in", "in"), ("out", "out"), ("variadic", "variadic")];
        let mut mode = part.eat_any(&modes).unwrap_or("in");
        let before = part.until(|token| token.is("default") || token.is("="));
        let default = part.next().map(|_| part.rest().to_owned());
        let text = before.rest();
        let mut inside = before.clone();
        let mut name = String::new();
        let mut ty = text;
        // A type of several words looks like a name and a type.
        if matches!(PgType::parse(text).element(), PgType::Unknown(_)) && text.trim() != "*" {
            let first = inside.next()?;
            // The mode may stand behind the name.
            if let Some(found) = inside.eat_any(&modes) {
                mode = found;
            }
            let is_path =
                inside.peek().is_some_and(|next| [".", "%", "(", "["].iter().any(|sign| next.is(sign)));
            if !inside.is_done() && !is_path {
                name = first.value.to_string();
                ty = inside.rest();
            }
        }
        Some(Self { mode, name, ty: canonical_type(ty), default })
    }

    /// Tells whether the routine is known by its type.
    pub(crate) fn is_taken(&self) -> bool {
        self.mode != "out"
    }
}

/// Returns the arguments in a routine's parentheses, and how many of them stand before the `ORDER BY` of an aggregate that has one.
pub(crate) fn arguments(mut list: Cursor<'_, '_>) -> Option<(Vec<Argument>, Option<usize>)> {
    if let Some(only) = base_type(&list) {
        return Some((only, None));
    }
    let direct = list.until(|token| token.is("order"));
    let read =
        |list: Cursor<'_, '_>| list.split().into_iter().map(Argument::read).collect::<Option<Vec<_>>>();
    let mut arguments = read(direct)?;
    if !list.eat("order by") {
        return Some((arguments, None));
    }
    let count = arguments.len();
    arguments.extend(read(list)?);
    Some((arguments, Some(count)))
}

/// Returns the types by which a routine of these arguments is known, one after the other.
pub(crate) fn signature(list: Cursor<'_, '_>) -> Option<String> {
    let (arguments, ordered) = arguments(list)?;
    let types = |arguments: &[Argument]| {
        let taken = arguments.iter().filter(|argument| argument.is_taken());
        taken.map(|argument| argument.ty.as_str()).collect::<Vec<_>>().join(", ")
    };
    Some(match ordered.and_then(|at| arguments.split_at_checked(at)) {
        None => types(&arguments),
        Some(([], behind)) => format!("ORDER BY {}", types(behind)),
        Some((before, behind)) => format!("{} ORDER BY {}", types(before), types(behind)),
    })
}

/// Returns the types by which the routine is known that a statement makes.
pub(crate) fn signature_of(create: &str) -> Option<String> {
    let own = tokens(create);
    let mut cursor = Cursor::new(create, &own);
    _ = cursor.until(|token| token.is("("));
    signature(cursor.group()?)
}

/// Returns the argument of an aggregate in the old form, which stands among its options: `(BASETYPE = integer, …)`.
fn base_type(list: &Cursor<'_, '_>) -> Option<Vec<Argument>> {
    let ty = list.clone().split().into_iter().find_map(|mut option| {
        (option.eat("basetype") && option.eat("=")).then(|| option.rest().to_owned())
    })?;
    // `"ANY"` stands for rows of whatever kind.
    let is_any = ty.trim_matches(['"', '\'']).eq_ignore_ascii_case("any");
    let argument = || Argument { mode: "in", name: String::new(), ty: canonical_type(&ty), default: None };
    Some(if is_any { Vec::new() } else { vec![argument()] })
}

/// Tells whether the body of a routine is SQL of its own rather than a text: PostgreSQL then knows what it needs.
pub(crate) fn has_sql_body(create: &str) -> bool {
    let own = tokens(create);
    let is_routine = own.iter().take(4).any(|word| word.is("function") || word.is("procedure"));
    let atomic = own.windows(2).any(|pair| matches!(pair, [a, b] if a.is("begin") && b.is("atomic")));
    is_routine && (atomic || own.iter().any(|word| word.is("return")))
}

/// Tells whether two signatures mean the same types, of which one side may leave the schema to the search path.
pub(crate) fn is_same_signature(a: &str, b: &str) -> bool {
    let bare = |text: &str| {
        let types = text.split(", ").map(|ty| ty.rsplit('.').next().unwrap_or(ty).to_owned());
        types.collect::<Vec<_>>()
    };
    a == b || bare(a) == bare(b)
}

/// Returns a type under its one name, without the arguments that routines do not keep.
pub(crate) fn canonical_type(text: &str) -> String {
    match PgType::parse(text) {
        PgType::Array(element) => format!("{}[]", without_arguments(*element)),
        ty => without_arguments(ty),
    }
}

fn without_arguments(ty: PgType) -> String {
    match ty {
        PgType::Unknown(text) => joined(&text),
        PgType::Builtin { name, .. } => name.to_owned(),
        PgType::Extension { extension, name, schema, .. } => {
            PgType::Extension { extension, name, schema, args: Vec::new() }.to_string()
        }
        other => other.to_string(),
    }
}

/// Returns the one spelling of a name without spaces but those within quotes and between words.
fn joined(text: &str) -> String {
    let text = canonical(text);
    let own = tokens(&text);
    let mut out = String::new();
    for (at, token) in own.iter().enumerate() {
        let behind_name = at.checked_sub(1).and_then(|before| own.get(before)).is_some_and(Token::is_name);
        if behind_name && token.is_name() {
            out.push(' ');
        }
        out.push_str(token.raw);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routines_are_known_by_what_they_take() {
        let check = |create: &str, expected: &str| assert_eq!(signature_of(create).unwrap(), expected);
        check("create function f(x int, out y text, z varchar(3) default 'a')", "integer, varchar");
        check(
            "create aggregate os(float8 order by anyelement) (sfunc = x)",
            "double precision ORDER BY anyelement",
        );
        check("create function f(app.mood, variadic text[])", "app.mood, text[]");
        check("create function f(a public.citext, b extensions.vector(3))", "citext, extensions.vector");
        check("create function f(\"A\" public.citext[], out public.citext)", "citext[]");
        check("create function f(a \"My App\".\"Mood\" [])", "\"My App\".\"Mood\"[]");
        assert!(is_same_signature("app.mood, text", "mood, text"));
        assert!(!is_same_signature("integer", "text"));
    }
}

//! Carried statements that mean the same and are spelt in other ways.

pub(super) mod base;
pub(super) mod exclusion;
pub(super) mod options;
pub(super) mod publication;
pub(super) mod statistics;
pub(super) mod view;
pub(super) mod whole;

use super::scope::Scope;
use crate::model::token::{Cursor, Kind, Token, canonical, tokens};
use crate::model::{PgType, QualifiedName, default_name};

/// Returns a default of a number or truth value that is said as a text, `'0'` or `'0'::bigint`, as the value that PostgreSQL makes of
/// it; any other as it is.
pub(super) fn value(sql: &str, ty: &PgType) -> String {
    let quoted = |sql: &str| {
        let (text, rest) = sql.strip_prefix('\'')?.split_once('\'')?;
        Some((text.to_owned(), rest.to_owned()))
    };
    let of_type = |rest: &str| rest.is_empty() || rest.strip_prefix("::").is_some_and(|cast| is_of(cast, ty));
    let Some((text, _)) = quoted(sql.trim()).filter(|(_, rest)| of_type(rest.trim())) else {
        return sql.to_owned();
    };
    let said = match ty.builtin_name() {
        // A number of any other type is shown as a text with its cast, and is no number without one.
        Some("integer") => text.trim().parse::<i32>().ok().map(|number| number.to_string()),
        Some("numeric") => {
            let is_plain = text.contains('.') && text.chars().all(|c| c.is_ascii_digit() || c == '.');
            text.parse::<f64>().ok().filter(|_| is_plain).map(|_| text.clone())
        }
        Some("boolean") => match text.trim().to_lowercase().as_str() {
            "t" | "true" | "y" | "yes" | "on" | "1" => Some("true".to_owned()),
            "f" | "false" | "n" | "no" | "off" | "0" => Some("false".to_owned()),
            _ => None,
        },
        _ => None,
    };
    said.unwrap_or_else(|| sql.to_owned())
}

/// Tells whether two defaults of a column of a type are the same text, which one of them casts to the type.
pub(super) fn is_same_literal(old: &str, new: &str, ty: &PgType) -> bool {
    let literal = |sql: &str| {
        let own = tokens(sql);
        let mut cursor = Cursor::new(sql, &own);
        let text = cursor.next().filter(|text| text.kind == Kind::Text)?.raw.to_owned();
        let is_cast = cursor.eat(":") && cursor.eat(":");
        // PostgreSQL casts to the type without its size, which it looks to when the value is stored.
        let is_of_type = is_cast && is_of(cursor.rest(), ty);
        (is_of_type || !is_cast && cursor.is_done()).then_some(text)
    };
    // A cast to a domain is one more step than PostgreSQL takes by itself.
    let is_plain = matches!(ty.element(), PgType::Builtin { .. } | PgType::Enum(_));
    is_plain && literal(old).is_some_and(|old| literal(new) == Some(old))
}

/// Tells whether a cast is to a type, as PostgreSQL adds it: without the size that the type may have.
fn is_of(cast: &str, ty: &PgType) -> bool {
    match ty {
        PgType::Builtin { name: "char", .. } => cast.trim().eq_ignore_ascii_case("bpchar"),
        PgType::Builtin { name, args, fields } if !args.is_empty() => {
            let any = PgType::Builtin { name, args: Vec::new(), fields: fields.clone() };
            PgType::parse(cast) == any
        }
        PgType::Enum(name) => {
            let own = tokens(cast);
            let mut cursor = Cursor::new(cast, &own);
            cursor.name().as_ref() == Some(name) && cursor.is_done()
        }
        ty => PgType::parse(cast).stored().to_string() == ty.to_string(),
    }
}

/// Tells whether two statements make the same range type: its options come in any order, and PostgreSQL names its multirange.
pub(super) fn is_same_range(old: &str, new: &str) -> bool {
    matches!((range(old), range(new)), (Some(old), Some(new)) if old == new)
}

/// Returns the type of a range's bounds and the name of its multirange.
pub(super) fn range_parts(text: &str) -> Option<(String, QualifiedName)> {
    let options = range(text)?;
    let value = |word: &str| options.iter().find_map(|option| option.strip_prefix(word));
    let multirange = crate::model::types::type_name(value("multirange_type_name ")?.trim());
    Some((value("subtype ")?.trim().to_owned(), multirange))
}

/// Returns the options of a range type, sorted, the name of its multirange as PostgreSQL would choose it.
fn range(text: &str) -> Option<Vec<String>> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    cursor.eat("create type").then_some(())?;
    let name = cursor.name()?;
    cursor.eat("as range").then_some(())?;
    let mut found: Vec<(String, String)> = Vec::new();
    for mut option in cursor.group()?.split() {
        let word = option.ident()?.as_str().to_lowercase();
        option.eat("=").then_some(())?;
        let value = match word.as_str() {
            "subtype" => PgType::parse(option.rest()).to_string(),
            "subtype_opclass" | "collation" => option.name()?.name.to_string(),
            _ => option.name()?.to_string(),
        };
        found.push((word, canonical(&value)));
    }
    if !found.iter().any(|(word, _)| word == "multirange_type_name") {
        let named = default_name::multirange(&name);
        found.push(("multirange_type_name".to_owned(), canonical(&named.to_string())));
    }
    found.sort_unstable();
    Some(found.into_iter().map(|(word, value)| format!("{word} {value}")).collect())
}

/// Tells whether two statements make the same trigger: its events come in any order.
pub(super) fn is_same_trigger(old: &str, new: &str, scope: Scope<'_>) -> bool {
    let (Some((old, was)), Some((new, is))) = (trigger(old), trigger(new)) else { return false };
    old == new && scope.is_same_option(was.as_deref(), is.as_deref())
}

/// What stands before the events of a trigger, the events, sorted, and what stands behind them.
type Trigger = (String, Vec<String>, String);

/// Returns what a trigger says, and the condition on which it fires.
fn trigger(text: &str) -> Option<(Trigger, Option<String>)> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    let head = cursor.until(begins_event);
    let head = canonical(head.rest());
    let mut events = Vec::new();
    loop {
        let event = cursor.until(|token| token.is("or") || token.is("on"));
        events.push(canonical(event.rest()));
        if !cursor.eat("or") {
            break;
        }
    }
    events.sort_unstable();
    let mut behind = String::new();
    let mut condition = None;
    // A row at a time has to be said, a statement at a time need not.
    while !cursor.is_done() {
        behind += &canonical(
            cursor.until(|token| ["for", "when", "execute"].iter().any(|word| token.is(word))).rest(),
        );
        if cursor.eat("when") {
            condition = Some(cursor.group()?.rest().to_owned());
        } else if cursor.eat("execute") {
            // Whatever it is given is a text.
            behind += "execute ";
            behind +=
                &canonical(cursor.until(|token| token.is("(")).rest()).replacen("procedure ", "function ", 1);
            for given in cursor.group()?.split() {
                behind += &format!("{}, ", options::value(given.rest()));
            }
        } else if cursor.eat("for each row") || cursor.eat("for row") {
            behind += "for each row ";
        } else if !cursor.eat("for each statement") && !cursor.eat("for statement") {
            behind += &cursor.next().map(|token| canonical(token.raw)).unwrap_or_default();
        }
    }
    Some(((head, events, behind), condition))
}

fn begins_event(token: &Token<'_>) -> bool {
    ["insert", "update", "delete", "truncate"].iter().any(|event| token.is(event))
}

#[cfg(test)]
mod tests {
    use super::{Scope, is_same_range, is_same_trigger, value};

    fn is_same_firing(old: &str, new: &str) -> bool {
        is_same_trigger(old, new, Scope::unknown())
    }
    use crate::model::PgType;

    #[test]
    fn values_said_as_texts() {
        for (sql, ty, expected) in [
            ("'0'", "integer", "0"),
            ("'-1'::integer", "integer", "-1"),
            // PostgreSQL shows a `bigint` as a text with its cast; without one the number is an `integer`.
            ("'-1'::bigint", "bigint", "'-1'::bigint"),
            ("'5'", "numeric", "'5'"),
            ("'0.5'", "real", "'0.5'"),
            ("'-1'::integer", "bigint", "'-1'::integer"),
            ("'1.50'", "numeric(5)", "1.50"),
            ("'Yes'", "boolean", "true"),
            ("'0'", "text", "'0'"),
            ("'NaN'", "numeric", "'NaN'"),
            ("'1' || '2'", "integer", "'1' || '2'"),
        ] {
            assert_eq!(value(sql, &PgType::parse(ty).stored()), expected);
        }
    }

    #[test]
    fn ranges_that_are_the_same() {
        let dumped = "CREATE TYPE public.pricerange AS RANGE (subtype = numeric, multirange_type_name = public.pricemultirange, collation = pg_catalog.\"C\")";
        assert!(is_same_range(
            "create type pricerange as range (collation = \"C\", subtype = decimal)",
            dumped
        ));
        assert!(!is_same_range(
            "create type pricerange as range (subtype = numeric, multirange_type_name = prices)",
            dumped
        ));
        let other = "CREATE TYPE public.span AS RANGE (subtype = date, multirange_type_name = public.span_multirange)";
        assert!(is_same_range("create type span as range (subtype = date)", other));
    }

    #[test]
    fn triggers_that_are_the_same() {
        let dumped = "CREATE TRIGGER t AFTER INSERT OR DELETE OR UPDATE ON public.a FOR EACH ROW EXECUTE FUNCTION public.f()";
        assert!(is_same_firing(
            "create trigger t after insert or update or delete on a for each row execute procedure f()",
            dumped
        ));
        assert!(!is_same_firing(
            "create trigger t after insert or update on a for each row execute procedure f()",
            dumped
        ));
        assert!(!is_same_firing(
            "create trigger t after insert or update or delete on a execute procedure f()",
            dumped
        ));
        assert!(is_same_firing(
            "create trigger t after insert on a for each row execute procedure f('x', 1, y)",
            "CREATE TRIGGER t AFTER INSERT ON public.a FOR EACH ROW EXECUTE FUNCTION public.f('x', '1', 'y')",
        ));
        assert!(!is_same_firing(
            "create trigger t after insert on a for each row execute function f('x')",
            "create trigger t after insert on a for each row execute function f('y')",
        ));
        let fires = |condition: &str| {
            format!(
                "create trigger t before insert on a for each row when ({condition}) execute function f()"
            )
        };
        assert!(is_same_firing(&fires("NEW.a in (1)"), &fires("(new.a = 1)")));
        assert!(!is_same_firing(&fires("NEW.a in (1)"), &fires("(new.a = 2)")));
        assert!(is_same_firing(
            "create trigger t after truncate on a execute function f()",
            "CREATE TRIGGER t AFTER TRUNCATE ON public.a FOR EACH STATEMENT EXECUTE FUNCTION public.f()",
        ));
    }
}

//! Extended statistics.

use super::super::scope::Scope;
use crate::model::token::{Cursor, canonical, tokens};

/// Tells whether two statements make the same statistics: kinds and columns come in any order, and with no kind all are meant.
pub(in super::super) fn is_same(old: &str, new: &str, scope: Scope<'_>) -> bool {
    let (Some(mut old), Some(mut new)) = (read(old), read(new)) else { return false };
    if old.head != new.head || old.kinds != new.kinds || old.on.len() != new.on.len() {
        return false;
    }
    // Each has one that is the same on the other side.
    old.on.retain(|was| {
        let place = new.on.iter().position(|is| scope.is_same(was, is));
        place.map(|place| new.on.remove(place)).is_none()
    });
    old.on.is_empty()
}

struct Statistics {
    /// The name, and the table behind everything.
    head: (String, String),
    kinds: Vec<String>,
    on: Vec<String>,
}

fn read(text: &str) -> Option<Statistics> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    cursor.eat("create statistics").then_some(())?;
    _ = cursor.eat("if not exists");
    let name = cursor.name()?.to_string();
    let mut kinds: Vec<String> = match cursor.group() {
        Some(list) => list.split().iter().map(|kind| canonical(kind.rest())).collect(),
        None => Vec::new(),
    };
    cursor.eat("on").then_some(())?;
    let on = cursor.until(|token| token.is("from")).split();
    let on: Vec<String> = on.iter().map(|part| part.rest().to_owned()).collect();
    cursor.eat("from").then_some(())?;
    let table = cursor.name()?.to_string();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() == 3 || is_one_expression(&on) {
        // Of one expression there is but one kind, which is not said.
        kinds.clear();
    }
    cursor.is_done().then_some(Statistics { head: (name, table), kinds, on })
}

fn is_one_expression(on: &[String]) -> bool {
    matches!(on, [one] if one.trim_start().starts_with('('))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_dump_writes_is_the_same() {
        let check = |old: &str, new: &str, expected: bool| {
            assert_eq!(is_same(old, new, Scope::unknown()), expected, "{old}\n{new}");
        };
        check(
            "create statistics s (dependencies, ndistinct) on b, lower(c), a from t",
            "CREATE STATISTICS public.s (ndistinct, dependencies) ON a, b, lower(c) FROM public.t",
            true,
        );
        check(
            "create statistics s (dependencies, ndistinct, mcv) on a, b from t",
            "CREATE STATISTICS s ON a, b FROM t",
            true,
        );
        check("create statistics s (mcv) on a, b from t", "CREATE STATISTICS s ON a, b FROM t", false);
        check("create statistics s on a, b from t", "CREATE STATISTICS s ON a, c FROM t", false);
        check("create statistics s on a, b from t", "CREATE STATISTICS s ON a, b FROM u", false);
    }
}

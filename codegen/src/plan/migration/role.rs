//! Roles, which are the server's and no part of the schema: a migration makes one where it is not there, and leaves it.

use crate::model::PgIdent;
use crate::model::ident::literal;
use crate::model::token::Cursor;

/// Returns the name of the role that a statement makes, and the statement that makes it where it is not there; none of another
/// kind of statement.
pub(super) fn made_where_missing(
    kind: &str,
    text: &str,
    mut cursor: Cursor<'_, '_>,
) -> Option<(PgIdent, String)> {
    let makes = matches!(kind, "role" | "user" | "group") && cursor.eat("create") && cursor.eat(kind);
    let name = makes.then(|| cursor.ident()).flatten()?;
    let is_missing =
        format!("NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {})", literal(name.as_str()));
    let statement = text.trim_end_matches([';', ' ', '\n', '\t', '\r']);
    let made = format!("DO $role$ BEGIN IF {is_missing} THEN {statement}; END IF; END $role$");
    Some((name, made))
}

#[cfg(test)]
mod tests {
    use super::made_where_missing;
    use crate::model::token::{Cursor, tokens};

    #[test]
    fn a_role_is_made_where_it_is_missing() {
        let made = |kind: &str, text: &str| made_where_missing(kind, text, Cursor::new(text, &tokens(text)));
        let (name, text) = made("user", "CREATE USER \"o'Hara\" WITH PASSWORD 'x';\n").unwrap();
        assert_eq!(name.as_str(), "o'Hara");
        assert_eq!(
            text,
            "DO $role$ BEGIN IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'o''Hara') THEN \
             CREATE USER \"o'Hara\" WITH PASSWORD 'x'; END IF; END $role$"
        );
        assert_eq!(made("user mapping", "CREATE USER MAPPING FOR PUBLIC SERVER far"), None);
    }
}

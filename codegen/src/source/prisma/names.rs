//! The names that Prisma's own migrations give to constraints and indexes.
//!
//! The rule is `{table}_{columns}_{suffix}`, cut to PostgreSQL's 63 bytes by shortening what stands before the suffix
//! (observed with Prisma 6 and 7: `prisma migrate diff --from-empty --to-schema-datamodel`).

const MAX_BYTES: usize = 63;

/// Returns a constraint's or index's name; `suffix` is `pkey`, `key`, `idx` or `fkey`.
pub(super) fn constraint(table: &str, columns: &[&str], suffix: &str) -> String {
    let mut stem = std::iter::once(table).chain(columns.iter().copied()).collect::<Vec<_>>().join("_");
    let room = MAX_BYTES.saturating_sub(suffix.len() + 1);
    while stem.len() > room {
        stem.pop();
    }
    format!("{stem}_{suffix}")
}

/// Returns the name of a join table, cut to PostgreSQL's 63 bytes.
pub(super) fn table(name: &str) -> String {
    let mut name = name.to_owned();
    while name.len() > MAX_BYTES {
        name.pop();
    }
    name
}

/// Returns the name of the relation between two models where the author gives none.
pub(super) fn relation(a: &str, b: &str) -> String {
    let (first, second) = if a <= b { (a, b) } else { (b, a) };
    format!("{first}To{second}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_before_their_suffix() {
        assert_eq!(constraint("User", &["email"], "key"), "User_email_key");
        assert_eq!(constraint("User", &[], "pkey"), "User_pkey");
        let long = constraint(&"t".repeat(70), &["column"], "fkey");
        assert_eq!((long.len(), long.ends_with("t_fkey")), (63, true));
        assert_eq!(relation("User", "Post"), "PostToUser");
    }
}

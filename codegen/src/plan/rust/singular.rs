//! The singular of a table's name.

use crate::source::plural;

/// Returns a snake-case name with its last word in the singular; what no rule knows stays as it is.
///
/// The rules are few on purpose: a name that comes out plural still reads well, one cut wrongly does not.
pub(super) fn singular(name: &str) -> String {
    let (head, word) = match name.rsplit_once('_') {
        Some((head, word)) => (format!("{head}_"), word),
        None => (String::new(), name),
    };
    let word = if word.len() < 4 { word.to_owned() } else { plural::singular(word) };
    format!("{head}{word}")
}

#[cfg(test)]
mod tests {
    use super::singular;

    #[test]
    fn names_lose_their_plural() {
        let check = |plural: &str, expected: &str| assert_eq!(singular(plural), expected);
        check("users", "user");
        check("embassy_identities", "embassy_identity");
        check("staking_ringk", "staking_ringk");
        check("rwa_inventory", "rwa_inventory");
        check("comemory_items", "comemory_item");
        check("capabilities", "capability");
        check("addresses", "address");
        check("order_statuses", "order_status");
        check("warehouses", "warehouse");
        check("databases", "database");
        check("branches", "branch");
        check("audit_log", "audit_log");
        check("news", "news");
        check("analysis", "analysis");
        check("gas", "gas");
    }
}

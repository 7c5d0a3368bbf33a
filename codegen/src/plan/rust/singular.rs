//! The singular of a table's name.

/// Returns a snake-case name with its last word in the singular; what no rule knows stays as it is.
///
/// The rules are few on purpose: a name that comes out plural still reads well, one cut wrongly does not.
pub(super) fn singular(name: &str) -> String {
    let (head, word) = match name.rsplit_once('_') {
        Some((head, word)) => (format!("{head}_"), word),
        None => (String::new(), name),
    };
    format!("{head}{}", word_singular(word))
}

fn word_singular(word: &str) -> String {
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == word) {
        return (*singular).to_owned();
    }
    let cut = |end: &str, instead: &str| word.strip_suffix(end).map(|stem| format!("{stem}{instead}"));
    let kept = ["ss", "us", "is", "series", "species", "news"];
    if word.len() < 4 || kept.iter().any(|end| word.ends_with(end)) {
        return word.to_owned();
    }
    let ends: &[(&str, &str)] = &[
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("zzes", "z"),
        ("oes", "o"),
        ("iases", "ias"),
        ("ouses", "ouse"),
        ("auses", "ause"),
        ("uses", "us"),
        ("s", ""),
    ];
    ends.iter().find_map(|(end, instead)| cut(end, instead)).unwrap_or_else(|| word.to_owned())
}

/// Words that no rule gets right.
const IRREGULAR: &[(&str, &str)] = &[
    ("analyses", "analysis"),
    ("caches", "cache"),
    ("calories", "calorie"),
    ("children", "child"),
    ("cookies", "cookie"),
    ("indices", "index"),
    ("men", "man"),
    ("movies", "movie"),
    ("people", "person"),
    ("shoes", "shoe"),
    ("uses", "use"),
    ("women", "woman"),
];

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

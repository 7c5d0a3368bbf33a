//! English plurals.

/// Returns the singular of an English word in small letters; what no rule knows stays as it is, and so does any other word every time.
pub(crate) fn singular(word: &str) -> String {
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == word) {
        return (*singular).to_owned();
    }
    // All other rules are of words that end so.
    if !word.ends_with('s') {
        return word.to_owned();
    }
    // "menus", "order_menus", though "status" and "bonus" are one thing.
    let of_us = || US.iter().find_map(|(end, instead)| Some(format!("{}{instead}", word.strip_suffix(end)?)));
    if let Some(stem) = word.ends_with("us").then(of_us).flatten() {
        return stem;
    }
    if KEPT.iter().any(|end| word.ends_with(end)) {
        return word.to_owned();
    }
    let cut = |(end, instead): &(&str, &str)| {
        let stem = word.strip_suffix(end).filter(|stem| stem.len() + instead.len() > 1)?;
        Some(format!("{stem}{instead}"))
    };
    ENDS.iter().find_map(cut).unwrap_or_else(|| word.to_owned())
}

/// Plurals that end as singulars do, with their singular.
const US: &[(&str, &str)] =
    &[("menus", "menu"), ("skus", "sku"), ("cpus", "cpu"), ("gpus", "gpu"), ("gurus", "guru")];

/// Ends of words that are no plural, or their own.
const KEPT: &[&str] = &["ss", "us", "is", "series", "species", "news"];

/// How plurals end, with what their singular has instead.
const ENDS: &[(&str, &str)] = &[
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

/// Words that no rule gets right.
const IRREGULAR: &[(&str, &str)] = &[
    ("analyses", "analysis"),
    ("caches", "cache"),
    ("calories", "calorie"),
    ("children", "child"),
    ("cookies", "cookie"),
    ("criteria", "criterion"),
    ("diagnoses", "diagnosis"),
    ("feet", "foot"),
    ("indices", "index"),
    ("matrices", "matrix"),
    ("men", "man"),
    ("mice", "mouse"),
    ("movies", "movie"),
    ("people", "person"),
    ("quizzes", "quiz"),
    ("shelves", "shelf"),
    ("shoes", "shoe"),
    ("teeth", "tooth"),
    ("uses", "use"),
    ("vertices", "vertex"),
    ("women", "woman"),
];

#[cfg(test)]
mod tests {
    use super::singular;

    #[test]
    fn words_lose_their_plural() {
        for (plural, expected) in [
            ("identities", "identity"),
            ("categories", "category"),
            ("companies", "company"),
            ("boxes", "box"),
            ("status", "status"),
            ("statuses", "status"),
            ("addresses", "address"),
            ("warehouses", "warehouse"),
            ("houses", "house"),
            ("purchases", "purchase"),
            ("caps", "cap"),
            ("ads", "ad"),
            ("people", "person"),
            ("children", "child"),
            ("movies", "movie"),
            ("quizzes", "quiz"),
            ("heroes", "hero"),
            ("news", "news"),
            ("order_menus", "order_menu"),
            ("bonuses", "bonus"),
            ("analysis", "analysis"),
            ("замовлення", "замовлення"),
        ] {
            assert_eq!(singular(plural), expected, "{plural}");
            assert_eq!(singular(expected), expected, "{expected} has no plural");
        }
    }
}

//! "Did you mean …".

/// Returns "did you mean `x`?" for the candidate nearest to `name`, or an empty text where none is near.
///
/// Near is an edit distance of at most a third of the name's length; a difference of case alone is always near.
pub fn did_you_mean<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> String {
    let lower = name.to_lowercase();
    let limit = name.chars().count().div_ceil(3);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        // The candidate itself breaks ties, so that their order does not matter.
        .min()
        .map_or_else(String::new, |(_, candidate)| format!("did you mean `{candidate}`?"))
}

/// Returns the Levenshtein distance of two texts, in characters.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, cb) in row.iter_mut().skip(1).zip(b.chars()) {
            let cost = (diagonal + usize::from(ca != cb)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, cost);
            left = cost;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_candidate_wins_and_strangers_are_not_named() {
        assert_eq!(did_you_mean("user", ["posts", "users", "usage"]), "did you mean `users`?");
        assert_eq!(did_you_mean("Users", ["users"]), "did you mean `users`?");
        assert_eq!(did_you_mean("zebra", ["users"]), "");
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
    }
}

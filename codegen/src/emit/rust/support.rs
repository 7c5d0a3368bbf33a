//! `src/support.rs`: what the types of a crate share. It holds nothing of the schema, so that its parts are texts.

use crate::plan::rust::Support;

/// Prints the file; none where no type needs it.
pub(super) fn support(plan: &Support) -> Option<String> {
    let checked = plan.prefixes || plan.values;
    let parts = [
        (checked, include_str!("../../templates/rust/invalid_value.rs.txt")),
        (plan.interval, include_str!("../../templates/rust/interval.rs.txt")),
        (plan.vector, include_str!("../../templates/rust/vector.rs.txt")),
        (plan.prefixes, include_str!("../../templates/rust/prefixed.rs.txt")),
        (plan.values, include_str!("../../templates/rust/one_of.rs.txt")),
        (plan.nullable_patches, include_str!("../../templates/rust/given.rs.txt")),
        (checked, include_str!("../../templates/rust/text_value.rs.txt")),
        (plan.wrappers, include_str!("../../templates/rust/plain_id.rs.txt")),
    ];
    let needed: Vec<&str> = parts.into_iter().filter(|(needed, _)| *needed).map(|(_, text)| text).collect();
    if needed.is_empty() {
        return None;
    }
    Some(format!("//! What the types of this crate share.\n\n{}", needed.join("\n")))
}

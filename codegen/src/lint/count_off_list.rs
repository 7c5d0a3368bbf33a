use std::collections::BTreeMap;

use super::counting;
use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::model::{ClaimData, Schema};
use crate::source::decl::{ClaimKind, CountClaim, Extent, Ident, Subject};
use crate::span::Span;

declare_rule! {
    /// The document announces a number of things and lists another.
    ///
    /// One of the two was changed without the other. What stands below the number is counted: the items of its list, the lists of its
    /// groups, the headings or tables of its section.
    ///
    /// ```md fail
    /// ## Enums (2 types)
    ///
    /// - UserRole
    /// - OrderState
    /// - Currency
    /// ```
    ///
    /// ```md pass
    /// ## Enums (3 types)
    ///
    /// - UserRole
    /// - OrderState
    /// - Currency
    /// ```
    "count-off-list", Group::Consistency, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    let claims: Vec<(&ClaimData, &CountClaim)> = counting::claims(cx).collect();
    let values = values(cx.schema);
    let mut places: BTreeMap<(&Subject, usize), Vec<Span>> = BTreeMap::new();
    for (data, count) in claims.iter().filter(|(_, count)| is_whole(count)) {
        places.entry((&count.subject, count.number.node)).or_default().push(data.claim.text.span);
    }
    for (data, count) in claims {
        let listed = count.listed.as_ref().map(|listed| (listed.names.as_slice(), listed.span));
        let of_type = || match &count.subject {
            Subject::Values(of) => values.get(of.as_str()).copied(),
            _ => None,
        };
        let Some((names, place)) = listed.or_else(of_type) else { continue };
        let (number, found) = (count.number.node, names.len());
        if found == number {
            continue;
        }
        let what = count.subject.name();
        let message = format!("{number} {what} are announced, and {found} are listed");
        let diagnostic = cx.report(&what, count.number.span, message);
        diagnostic.label(place, format!("{found} stand here"));
        let again = places.get(&(&count.subject, number)).filter(|_| is_whole(count));
        let others = again.into_iter().flatten().filter(|span| **span != data.claim.text.span);
        for span in others.take(counting::PLACES) {
            diagnostic.label(*span, format!("{number} are counted here as well"));
        }
        let names = counting::names(names.iter().map(|name| name.node.as_str()));
        diagnostic.help(format!("listed: {names}")).help("correct the number, or the list");
    }
}

fn is_whole(count: &CountClaim) -> bool {
    !matches!(count.extent, Extent::Part(_))
}

/// Returns the values that documents list for enumerated types, by the types' names as written.
fn values(schema: &Schema) -> BTreeMap<&str, (&[Ident], Span)> {
    let mut values = BTreeMap::new();
    for data in &schema.claims {
        if let ClaimKind::Names { of, names } = &data.claim.kind
            && let (Some(first), Some(last)) = (names.first(), names.last())
        {
            values.entry(of.node.as_str()).or_insert((names.as_slice(), first.span.to(last.span)));
        }
    }
    values
}

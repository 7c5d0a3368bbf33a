use super::counting;
use super::{Check, Group, LintCx};
use crate::config::Level;
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
    for (data, count) in counting::claims(cx).collect::<Vec<_>>() {
        let listed = count.listed.as_ref().map(|listed| (listed.names.as_slice(), listed.span));
        let Some((names, place)) = listed.or_else(|| values(cx, count)) else { continue };
        if names.len() == count.number.node {
            continue;
        }
        let (number, found) = (count.number.node, names.len());
        let what = count.subject.name();
        let again: Vec<_> = counting::claims(cx)
            .filter(|(other, same)| {
                same.subject == count.subject
                    && same.number.node == number
                    && other.claim.text.span != data.claim.text.span
                    && !matches!(same.extent, Extent::Part(_))
                    && !matches!(count.extent, Extent::Part(_))
            })
            .map(|(other, _)| other.claim.text.span)
            .collect();
        let message = format!("{number} {what} are announced, and {found} are listed");
        let diagnostic = cx.report(&what, count.number.span, message);
        diagnostic.label(place, format!("{found} stand here"));
        for span in again {
            diagnostic.label(span, format!("{number} are counted here as well"));
        }
        let names = counting::names(names.iter().map(|name| name.node.as_str()));
        diagnostic.help(format!("listed: {names}")).help("correct the number, or the list");
    }
}

/// Returns the values that the document lists elsewhere for the type that a number counts them of.
fn values<'a>(cx: &LintCx<'a>, count: &CountClaim) -> Option<(&'a [Ident], Span)> {
    let Subject::Values(wanted) = &count.subject else { return None };
    cx.schema.claims.iter().find_map(|data| match &data.claim.kind {
        ClaimKind::Names { of, names } if of.node == *wanted => {
            Some((names.as_slice(), names.first()?.span.to(names.last()?.span)))
        }
        _ => None,
    })
}

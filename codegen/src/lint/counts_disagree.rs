use super::counting;
use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::model::{ClaimData, plain_name};
use crate::source::decl::{CountClaim, Extent, Subject};

declare_rule! {
    /// The documents give two numbers for one thing.
    ///
    /// One of them is wrong. Where the schema itself can be counted, `count-off-schema` says which; this rule is for groups, and for
    /// documents that count more than they define.
    ///
    /// ```md fail
    /// | Group | Models |
    /// |---|---|
    /// | Core | 3 |
    /// | Billing | 2 |
    ///
    /// **Core models (2):**
    ///
    /// - User
    /// - Tenant
    /// ```
    ///
    /// ```md pass
    /// | Group | Models |
    /// |---|---|
    /// | Core | 2 |
    /// | Billing | 2 |
    ///
    /// **Core models (2):**
    ///
    /// - User
    /// - Tenant
    /// ```
    "counts-disagree", Group::Consistency, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    let mut first: Vec<(&ClaimData, &CountClaim)> = Vec::new();
    for (data, count) in counting::claims(cx).collect::<Vec<_>>() {
        if count.extent == Extent::Unclear || decided(cx, data, count) {
            continue;
        }
        let Some((known, earlier)) = first.iter().find(|(_, known)| same(known, count)) else {
            first.push((data, count));
            continue;
        };
        if earlier.number.node == count.number.node || known.claim.text.span == data.claim.text.span {
            continue;
        }
        let what = match &count.extent {
            Extent::Part(words) if !matches!(count.subject, Subject::Values(_)) => {
                format!("{} of “{}”", count.subject.name(), words.node)
            }
            _ => count.subject.name(),
        };
        let message =
            format!("{} {what} are counted here, and {} elsewhere", count.number.node, earlier.number.node);
        cx.report(&count.subject.name(), count.number.span, message)
            .label(earlier.number.span, format!("{} here", earlier.number.node))
            .help("make the two places say the same");
    }
}

/// Tells whether two numbers are about the same things.
fn same(one: &CountClaim, other: &CountClaim) -> bool {
    let parts = match (&one.extent, &other.extent) {
        (Extent::Part(one), Extent::Part(other)) => plain_name(&one.node) == plain_name(&other.node),
        (Extent::Whole, Extent::Whole) => true,
        _ => false,
    };
    one.subject == other.subject && parts
}

/// Tells whether counting the schema says which number is right.
fn decided(cx: &LintCx<'_>, data: &ClaimData, count: &CountClaim) -> bool {
    let counted = counting::count(cx.schema, data, count);
    counted.is_some_and(|counted| counting::is_beside(cx.schema, data) && counted.count() > 0)
}

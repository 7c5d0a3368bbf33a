use std::collections::{BTreeMap, BTreeSet};

use super::counting::{self, Counter};
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
    let mut counter = Counter::new(cx.schema);
    let mut first: BTreeMap<(&Subject, Option<String>), (&ClaimData, &CountClaim)> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for (data, count) in counting::claims(cx).collect::<Vec<_>>() {
        let part = match &count.extent {
            Extent::Whole => None,
            Extent::Part(words) => Some(plain_name(&words.node)),
            Extent::Unclear => continue,
        };
        if decided(&mut counter, data, count) {
            continue;
        }
        // A number that is said often is one fact.
        if !seen.insert((&count.subject, part.clone(), count.number.node)) {
            continue;
        }
        let (known, earlier) = *first.entry((&count.subject, part)).or_insert((data, count));
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

/// Tells whether counting the schema says which number is right.
fn decided<'a>(counter: &mut Counter<'a>, data: &ClaimData, count: &'a CountClaim) -> bool {
    counter.is_beside(data) && counter.count(data, count).is_some_and(|counted| counted.count() > 0)
}

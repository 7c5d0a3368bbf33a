use super::counting;
use super::{Check, Group, LintCx};
use crate::config::Level;

declare_rule! {
    /// The document gives a number and the numbers that make it up, and they do not add up to it.
    ///
    /// The parts are the items of a list below the number, the groups of its section, the rows of a table above its total, or what
    /// stands behind it on its line.
    ///
    /// ```md fail
    /// ### Indexes (10 total)
    ///
    /// - 4 primary key indexes
    /// - 3 foreign key indexes
    /// - 2 unique indexes
    /// ```
    ///
    /// ```md pass
    /// ### Indexes (9 total)
    ///
    /// - 4 primary key indexes
    /// - 3 foreign key indexes
    /// - 2 unique indexes
    /// ```
    "sum-off-total", Group::Consistency, Level::Warn => Check::Schema(check)
}

/// How many parts of a sum a message writes out.
const TERMS: usize = 20;

fn check(cx: &mut LintCx<'_>) {
    for (_, count) in counting::claims(cx).collect::<Vec<_>>() {
        let numbers: Vec<usize> = count.parts.iter().map(|part| part.number.node).collect();
        let sum = numbers.iter().fold(0_usize, |sum, number| sum.saturating_add(*number));
        if numbers.len() < 2 || sum == count.number.node {
            continue;
        }
        let what = count.subject.name();
        let mut terms: Vec<String> = numbers.iter().take(TERMS).map(usize::to_string).collect();
        terms.extend((numbers.len() > TERMS).then(|| "…".to_owned()));
        let message = format!(
            "{} {what} are announced, and the parts add up to {sum}: {}",
            count.number.node,
            terms.join(" + ")
        );
        let diagnostic = cx.report(&what, count.number.span, message);
        for part in count.parts.iter().take(counting::PLACES) {
            diagnostic.label(part.number.span, "a part");
        }
        diagnostic.help("correct the number, or its parts");
    }
}

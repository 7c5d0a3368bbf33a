use std::collections::BTreeMap;

use super::counting::{self, Counted, Counter};
use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::model::ClaimData;
use crate::source::decl::{CountClaim, Extent, Subject};

declare_rule! {
    /// The document counts something, and the schema has another number of it.
    ///
    /// Either the document was not brought up to date, or something is missing from the schema. Tables (models, entities), enumerated
    /// types and their values, indexes of every kind, foreign keys, columns of a type, policies, triggers, views and functions are
    /// counted. Words may be counted in several ways, with the indexes of primary keys or without; only what is wrong in all of them is
    /// reported. A report that shows a part of its schema is not held to the rest: it is looked at where the schema stands in a file
    /// beside it, or where the document itself has at least half of what it counts.
    ///
    /// ````md fail
    /// - 3 tables
    ///
    /// ```sql
    /// create table users (id bigint primary key);
    /// create table orders (id bigint primary key);
    /// ```
    /// ````
    ///
    /// ````md pass
    /// - 2 tables
    ///
    /// ```sql
    /// create table users (id bigint primary key);
    /// create table orders (id bigint primary key);
    /// ```
    /// ````
    "count-off-schema", Group::Consistency, Level::Warn => Check::Schema(check)
}

/// One number of one thing, and every place that gives it.
struct Said<'a> {
    count: &'a CountClaim,
    places: Vec<&'a ClaimData>,
    certain: bool,
}

fn check(cx: &mut LintCx<'_>) {
    let mut said: Vec<Said<'_>> = Vec::new();
    let mut whole: BTreeMap<(&Subject, usize), usize> = BTreeMap::new();
    for (data, count) in counting::claims(cx) {
        let certain = count.extent != Extent::Unclear;
        let new = said.len();
        // A number of the whole is one fact, however often it is said.
        let at = match &count.extent {
            Extent::Part(_) => new,
            Extent::Whole | Extent::Unclear => {
                *whole.entry((&count.subject, count.number.node)).or_insert(new)
            }
        };
        match said.get_mut(at) {
            Some(known) if certain && !known.certain => {
                // The plainest place is the one to point at.
                known.places.insert(0, data);
                (known.count, known.certain) = (count, true);
            }
            Some(known) => known.places.push(data),
            None => said.push(Said { count, places: vec![data], certain }),
        }
    }
    let mut counter = Counter::new(cx.schema);
    for said in said.iter().filter(|said| said.certain) {
        let Some((data, rest)) = said.places.split_first() else { continue };
        let Some(counted) = counter.count(data, said.count) else { continue };
        let number = said.count.number.node;
        if counted.readings.contains(&number) || !is_held(&counter, data, said.count, &counted) {
            continue;
        }
        let what = said.count.subject.name();
        let of = match &said.count.extent {
            Extent::Part(words) if !matches!(said.count.subject, Subject::Values(_)) => {
                format!(" of “{}”", words.node)
            }
            _ => String::new(),
        };
        let message =
            format!("the document counts {number} {what}{of}, and the schema has {}", counted.count());
        let diagnostic = cx.report(&what, said.count.number.span, message);
        for place in rest.iter().take(counting::PLACES) {
            diagnostic.label(place.claim.text.span, "the same number is given here");
        }
        if let Some(first) = counted.first {
            diagnostic.label(first, format!("the first of {}", counted.count()));
        }
        diagnostic.help(format!("counted: {}", if counted.told.is_empty() { "none" } else { &counted.told }));
        diagnostic.help("correct the number, or the schema");
    }
}

/// Tells whether the schema is one that a claim can be held to.
fn is_held(counter: &Counter<'_>, data: &ClaimData, claim: &CountClaim, counted: &Counted) -> bool {
    let most = counted.readings.iter().copied().max().unwrap_or_default();
    counter.has_tables() && (counter.is_beside(data) || (most > 0 && most * 2 >= claim.number.node))
}

//! Scripts of other databases: named as such, with what was read of them.

use std::collections::{BTreeMap, BTreeSet};

use super::dialect::Signs;
use crate::diag::{Code, Severity, Sink};
use crate::source::Reading;
use crate::source::decl::Decl;
use crate::span::{Fragment, Span};

const FOREIGN: Code = Code::new("foreign-dialect");

/// Reads a file; one that is written for another database is named, and its places are reported: of a kind that is there often, the first.
pub(super) fn parse_file(fragment: &Fragment<'_>, cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    let mut own = sink.fresh();
    let (mut decls, signs) = super::parse(fragment, cx, &mut own);
    if let Some((database, place)) = signs.database() {
        leave_out_unread(&mut decls, &mut own);
        let places = own.diagnostics().iter().filter(|found| found.severity != Severity::Info).count();
        name("file", database, fragment.span(place), decls.len(), places, sink);
        say_once(&mut own);
    }
    sink.absorb(own);
    decls
}

/// What a fence says of the database that it is written for.
#[derive(Clone, Copy, Debug)]
pub enum Database<'a> {
    /// Nothing: it is written in some SQL.
    Unsaid,
    /// PostgreSQL.
    PostgreSql,
    /// Another one, with the place of its name.
    Other(&'a str, Span),
}

/// Reads a fence. Of one that is written for another database only that is said, with how much of it was read.
pub fn parse_fence(
    fragment: &Fragment<'_>,
    database: Database<'_>,
    cx: &Reading<'_>,
    sink: &mut Sink,
) -> Vec<Decl> {
    let mut own = sink.fresh();
    let (mut decls, signs) = super::parse(fragment, cx, &mut own);
    let told = |signs: &Signs| signs.database().map(|(database, place)| (database, fragment.span(place)));
    // A setting of one fence is not meant for the others.
    if !cx.config.literal {
        decls.retain(|decl| !matches!(decl, Decl::SearchPath(_)));
    }
    let other = match database {
        Database::Unsaid => told(&signs),
        Database::PostgreSql => None,
        Database::Other(name, place) => Some((name, place)),
    };
    match other {
        Some((database, place)) => {
            leave_out_unread(&mut decls, &mut own);
            name("fence", database, place, decls.len(), own.diagnostics().len(), sink);
        }
        None => sink.absorb(own),
    }
    decls
}

/// Leaves out the views, routines and triggers that could not be read: they are in the other database's language.
fn leave_out_unread(decls: &mut Vec<Decl>, said: &mut Sink) {
    let mut unread = BTreeSet::new();
    said.revise(|mut found| {
        if found.code == super::UNCHECKED {
            unread.insert(found.span);
            let carried = "is carried as it stands but could not be read";
            found.message = found.message.replace(carried, "was left out");
            found.help.clear();
            found.help("write it in PostgreSQL's language");
        }
        Some(found)
    });
    decls.retain(|decl| !matches!(decl, Decl::Verbatim(carried) if unread.contains(&carried.text.span)));
}

/// How many places of one kind are reported one by one.
const SEVERAL: usize = 3;

/// Leaves of each kind of thing that is said often the first, with how often it is said.
fn say_once(said: &mut Sink) {
    let mut times: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for found in said.diagnostics() {
        *times.entry((found.code.as_str(), kind(&found.message))).or_default() += 1;
    }
    let often = times.into_iter().filter(|(_, times)| *times > SEVERAL);
    let mut often: BTreeMap<(String, String), usize> =
        often.map(|((code, kind), times)| ((code.to_owned(), kind), times)).collect();
    said.revise(|mut found| {
        let place = (found.code.as_str().to_owned(), kind(&found.message));
        let Some(left) = often.get_mut(&place) else { return Some(found) };
        let times = std::mem::take(left);
        found.help(format!("this is the first of {times} such places in the file"));
        (times > 0).then_some(found)
    });
}

/// Returns what a message says of whatever it names: what stands behind that, without how often it is there.
fn kind(message: &str) -> String {
    let behind = message.rsplit_once('`').map_or(message, |(_, behind)| behind);
    behind.split(" (").next().unwrap_or(behind).to_owned()
}

fn name(what: &str, database: &str, place: Span, read: usize, places: usize, sink: &mut Sink) {
    let count = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    sink.warning(FOREIGN, place, format!("this {what} is written for {database}"))
        .help(format!(
            "{} read of it; {} not PostgreSQL's",
            count(read, "declaration"),
            count(places, "place")
        ))
        .help("write it as PostgreSQL would run it, so that all of it is read");
}

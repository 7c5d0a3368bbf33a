//! Scripts of other databases: named as such, with what was read of them.

use super::dialect::{self, Signs};
use crate::diag::{Code, Sink};
use crate::source::Reading;
use crate::source::decl::Decl;
use crate::span::{Fragment, Span};

const FOREIGN: Code = Code::new("foreign-dialect");

/// Reads a file; one that is written for another database is named, and its places are reported one by one.
pub(super) fn parse_file(fragment: &Fragment<'_>, cx: &Reading<'_>, sink: &mut Sink) -> Vec<Decl> {
    let mut own = sink.fresh();
    let (decls, signs) = super::parse(fragment, cx, &mut own);
    if let Some((database, place)) = signs.database() {
        let places = own.diagnostics().iter().filter(|found| found.code == dialect::FOREIGN).count();
        name("file", database, fragment.span(place), decls.len(), places, sink);
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
    let (decls, signs) = super::parse(fragment, cx, &mut own);
    let told = |signs: &Signs| signs.database().map(|(database, place)| (database, fragment.span(place)));
    let other = match database {
        Database::Unsaid => told(&signs),
        Database::PostgreSql => None,
        Database::Other(name, place) => Some((name, place)),
    };
    match other {
        Some((database, place)) => {
            name("fence", database, place, decls.len(), own.diagnostics().len(), sink);
        }
        None => sink.absorb(own),
    }
    decls
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

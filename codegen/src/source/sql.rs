//! PostgreSQL.
//!
//! The text is split into statements by the lexer alone (`split`); each statement is then parsed on its own, and where
//! it has a mistake its items are, so that nothing is lost but the item with the mistake. Kinds of statement that
//! have no declaration are carried as they stand (`verbatim`).

mod alter;
mod body;
mod branches;
mod cluster;
mod column;
mod comments;
mod constraint;
mod dialect;
mod elements;
mod foreign;
mod guarded;
mod index;
mod into;
mod kind;
mod lexicon;
pub mod policy;
mod report;
mod reserved;
mod rows;
mod session;
mod small;
mod spared;
mod split;
mod syntax;
mod table;
mod transaction;
mod tree;
mod unread;
mod verbatim;
mod word;

use std::collections::BTreeMap;
use std::ops::Range;

use squawk_lexer::TokenKind;

use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, Language, QName, take_former_name};
use crate::source::sql::branches::Branches;
use crate::source::sql::dialect::{Foreign, Signs};
use crate::source::sql::elements::Elements;
use crate::source::sql::kind::Kind;
use crate::source::sql::report::Cx;
use crate::source::sql::session::{connect, is_query, leads_elsewhere, sets_search_path};
use crate::source::sql::spared::Made;
use crate::source::sql::split::{Piece, Statement};
use crate::source::sql::syntax::Tree;
use crate::source::sql::transaction::Transaction;
use crate::source::sql::tree::Place;
use crate::source::{Frontend, Reading};
use crate::span::{Fragment, Span, Spanned};

/// The SQL front-end.
pub const FRONTEND: Frontend = Frontend {
    language: Language::Sql,
    name: "SQL",
    extensions: &["sql"],
    fences: &["sql", "postgresql", "postgres", "pgsql", "plpgsql", "psql"],
    parse: foreign::parse_file,
    imports: |_| Vec::new(),
    in_subfolders: false,
};

pub(crate) use column::constraints_of;
pub use foreign::{Database, parse_fence};
pub(crate) use split::is_terminated;

const SKIPPED: Code = Code::new("sql-skipped");
const NOT_SCHEMA: Code = Code::new("sql-not-schema");
const UNKNOWN: Code = Code::new("sql-unknown-statement");
const UNCHECKED: Code = Code::new("sql-unchecked");
const OTHER_DATABASE: Code = Code::new("sql-other-database");

/// Reads statements as PostgreSQL's; returns with them what speaks of another database.
fn parse(fragment: &Fragment<'_>, cx: &Reading<'_>, sink: &mut Sink) -> (Vec<Decl>, Signs) {
    let mut decls = Vec::new();
    let mut skipped = Skipped::default();
    let mut database = None;
    let mut made = Made::default();
    let mut branches = Branches::default();
    let mut transaction = Transaction::default();
    let mut end: Option<(Range<usize>, usize)> = None;
    for piece in split::pieces(fragment.text()) {
        if let Some((_, left)) = &mut end {
            *left += usize::from(matches!(piece, Piece::Statement(_)));
            continue;
        }
        match piece {
            Piece::Statement(statement)
                if !cx.config.literal && made.is_spared(fragment.text(), &statement) =>
            {
                skipped.spared.push(statement.range);
            }
            Piece::Statement(statement) if !branches.are_read() => {
                let message = "stands in a branch of `\\if` that is not taken, and was left out";
                sink.warning(NOT_SCHEMA, fragment.span(statement.range), message)
                    .help("of alternatives one is read: the first that is not known to be false");
            }
            Piece::Statement(statement) => {
                if cx.config.literal
                    && let Some(left) = transaction.follow(fragment.text(), &statement, decls.len())
                    && left < decls.len()
                {
                    let message = format!("takes back what {} statements before it did", decls.len() - left);
                    sink.info(SKIPPED, fragment.span(statement.range.clone()), message);
                    decls.truncate(left);
                }
                let elements = cx.config.literal.then(|| elements::of(fragment.text(), &statement)).flatten();
                let known = decls.len();
                match elements {
                    Some(elements) => within(fragment, elements, &mut decls, &mut skipped, sink),
                    None => decls.extend(read(fragment, statement, cx.config.literal, &mut skipped, sink)),
                }
                if !cx.config.literal {
                    made.add(decls.get(known..).unwrap_or_default());
                }
            }
            Piece::Meta(range) => {
                let command = fragment.text().get(range.clone()).unwrap_or_default();
                branches.follow(command);
                if branches.end_at(command) {
                    end = Some((range, 0));
                    continue;
                }
                let connected = connect(command);
                if let Some(name) = connected.filter(|name| database != Some(*name)) {
                    // A script that makes its database first drops the one of that name.
                    if decls.iter().any(|decl| !matches!(decl, Decl::Drop(_) | Decl::SearchPath(_))) {
                        let message = format!("goes on in another database, `{name}`, in the same text");
                        sink.error(OTHER_DATABASE, fragment.span(range.clone()), message)
                            .help("a schema is one database: move what follows into a schema of its own");
                    }
                    database = Some(name);
                }
                skipped.meta.push(range);
            }
            Piece::Data(range) => skipped.data.push(range),
            Piece::Hash(range) => skipped.hashes.push(range),
            Piece::Delimited(range) => dialect::delimited(fragment, range, &mut skipped.signs, sink),
        }
    }
    dialect::hashes(fragment, &skipped.hashes, &mut skipped.signs, sink);
    match end {
        Some((range, left)) if left > 0 => {
            let statements = if left == 1 { "statement" } else { "statements" };
            let message = format!("psql leaves the script here, and {left} {statements} behind it with it");
            sink.warning(NOT_SCHEMA, fragment.span(range), message)
                .help("remove this line where they belong to the schema");
        }
        Some((range, _)) => skipped.meta.push(range),
        None => {}
    }
    skipped.report(fragment, sink);
    // A setting ends with its text.
    if let Some(span) = skipped.leads_elsewhere {
        decls.push(Decl::SearchPath(Spanned::new("RESET search_path".to_owned(), span)));
    }
    (decls, skipped.signs)
}

/// Reads the elements of a `CREATE SCHEMA` of a script as statements of their own, with the schema for their search path.
fn within(
    fragment: &Fragment<'_>,
    made: Elements,
    decls: &mut Vec<Decl>,
    skipped: &mut Skipped,
    sink: &mut Sink,
) {
    let span = fragment.span(made.head.range.clone());
    let before = decls.iter().rev().find_map(|decl| match decl {
        Decl::SearchPath(path) => Some(path.clone()),
        _ => None,
    });
    decls.extend(read(fragment, made.head, true, skipped, sink));
    decls.push(Decl::SearchPath(Spanned::new(format!("SET search_path TO {}", made.schema), span)));
    for element in made.elements {
        decls.extend(read(fragment, element, true, skipped, sink));
    }
    let before = before.unwrap_or_else(|| Spanned::new("RESET search_path".to_owned(), span));
    decls.push(Decl::SearchPath(before));
}

/// Tells whether a text is one expression of SQL, which can stand between others.
pub(crate) fn is_expression(text: &str) -> bool {
    if ends_in_comment(text) {
        return false;
    }
    // What `sqlparser` reads to its end is one; it does not know all of PostgreSQL's.
    if crate::expr::parse(text).is_some() {
        return true;
    }
    let mut depth = 0_usize;
    for token in squawk_lexer::tokenize(text) {
        match token.kind {
            TokenKind::OpenParen => depth += 1,
            TokenKind::CloseParen if depth == 0 => return false,
            TokenKind::CloseParen => depth -= 1,
            TokenKind::Semi => return false,
            _ => {}
        }
    }
    let select = format!("SELECT ({text}\n)");
    depth == 0 && syntax::parse(&select).is_some_and(|tree| tree.errors.is_empty())
}

/// Tells whether what is printed behind a text would be part of its last comment.
fn ends_in_comment(text: &str) -> bool {
    let is_blank = |kind: &TokenKind| matches!(kind, TokenKind::Whitespace);
    text.rsplit('\n').next().is_some_and(|last| last.contains("--"))
        && squawk_lexer::tokenize(text)
            .map(|token| token.kind)
            .filter(|kind| !is_blank(kind))
            .last()
            .is_some_and(|kind| matches!(kind, TokenKind::LineComment))
}

/// What says nothing about the schema, by kind, and what tells which database a script is written for.
#[derive(Debug, Default)]
struct Skipped {
    signs: Signs,
    session: Vec<Range<usize>>,
    meta: Vec<Range<usize>>,
    data: Vec<Range<usize>>,
    /// Statements that drop what nothing made before them.
    spared: Vec<Range<usize>>,
    /// Where a document said last in which schema unqualified names are, once that is not the usual one.
    leads_elsewhere: Option<Span>,
    /// Placeholders that names are read without.
    placeholders: Vec<Range<usize>>,
    /// Comments behind `#`.
    hashes: Vec<Range<usize>>,
}

impl Skipped {
    /// Reports how many there are of each kind, at the first.
    fn report(&self, fragment: &Fragment<'_>, sink: &mut Sink) {
        let kinds = [
            (&self.session, "statement", "statements", "of a session (transactions, settings, locks, COPY)"),
            (&self.meta, "psql command", "psql commands", ""),
            (&self.data, "block", "blocks", "of COPY data"),
            (&self.spared, "statement", "statements", "of clearing away (DROP … IF EXISTS)"),
        ];
        for (ranges, one, many, rest) in kinds {
            let Some(first) = ranges.first() else { continue };
            let what = if ranges.len() == 1 { one } else { many };
            let message = format!("{} {what} {rest}", ranges.len());
            let diagnostic =
                sink.info(SKIPPED, fragment.span(first.clone()), format!("skipped {}", message.trim_end()));
            if ranges.len() > 1 {
                diagnostic.help("this is the first of them; they say nothing about the schema");
            }
        }
        let mut written: BTreeMap<&str, Vec<Range<usize>>> = BTreeMap::new();
        for range in &self.placeholders {
            let text = fragment.text().get(range.clone()).unwrap_or_default();
            written.entry(text).or_default().push(range.clone());
        }
        for ranges in written.into_values() {
            report::read_over(fragment, &ranges, sink);
        }
    }
}

fn read(
    fragment: &Fragment<'_>,
    mut statement: Statement,
    literal: bool,
    skipped: &mut Skipped,
    sink: &mut Sink,
) -> Vec<Decl> {
    let text = fragment.text();
    let span = fragment.span(statement.range.clone());
    let kind = kind::kind(text, &statement);
    if kind == Kind::Session && literal && sets_search_path(text, &statement) {
        return vec![Decl::SearchPath(Spanned::new(
            text.get(statement.range.clone()).unwrap_or_default().to_owned(),
            span,
        ))];
    }
    if kind == Kind::Session
        && !literal
        && sets_search_path(text, &statement)
        && (skipped.leads_elsewhere.is_some() || leads_elsewhere(text, &statement))
    {
        skipped.leads_elsewhere = Some(span);
        skipped.session.push(statement.range.clone());
        let written = text.get(statement.range).unwrap_or_default();
        return vec![Decl::SearchPath(Spanned::new(written.to_owned(), span))];
    }
    if kind == Kind::Session
        && literal
        && let Some(decl) = cluster::read(fragment, &statement)
    {
        return vec![decl];
    }
    if kind == Kind::Session {
        skipped.session.push(statement.range);
        return Vec::new();
    }
    if matches!(&kind, Kind::Verbatim(what) if what == "do")
        && let Some(inner) = guarded::statements(text, &statement)
    {
        let mut decls = Vec::new();
        for inner in inner {
            decls.extend(read(fragment, inner, literal, skipped, sink));
        }
        for decl in &mut decls {
            match decl {
                Decl::Table(table) => table.if_missing = true,
                Decl::Enum(data) => data.if_missing = true,
                _ => {}
            }
        }
        return decls;
    }
    if matches!(kind, Kind::Unknown | Kind::Insert)
        && dialect::whole(fragment, &statement, &mut skipped.signs, sink)
        || dialect::routine(fragment, &statement, &mut skipped.signs, sink)
    {
        return Vec::new();
    }
    if kind == Kind::AlterTable && dialect::turned_on(fragment, &statement, &mut skipped.signs, sink) {
        return Vec::new();
    }
    if kind == Kind::AlterTable
        && let Some(decl) = dialect::default_for(fragment, &statement, &mut skipped.signs, sink)
            .or_else(|| dialect::added(fragment, &statement, &mut skipped.signs, sink))
    {
        return vec![decl];
    }
    let place = Place::at(fragment, statement.range.start);
    let has_placeholders = !dialect::placeholders(text, &statement).is_empty();
    let mut foreign = match kind {
        Kind::Table | Kind::AlterTable | Kind::Index | Kind::Insert => {
            dialect::mend(fragment, &mut statement, sink)
        }
        Kind::Type | Kind::Schema | Kind::Extension | Kind::Comment if has_placeholders => {
            dialect::mend(fragment, &mut statement, sink)
        }
        _ => Foreign::default(),
    };
    skipped.signs.add(std::mem::take(&mut foreign.signs));
    skipped.placeholders.append(&mut foreign.placeholders);
    let statement = &statement;
    let mut cx = Cx { fragment, place, foreign, literal, sink };
    let is_read = matches!(
        kind,
        Kind::Table | Kind::AlterTable | Kind::Session | Kind::NotSchema(_) | Kind::Given(_) | Kind::Unknown
    );
    if has_placeholders && !is_read && report::placeholders(&mut cx, statement) {
        return Vec::new();
    }
    if kind == Kind::Unknown && !statement.unterminated.is_empty() {
        report::shape(&mut cx, statement);
        return Vec::new();
    }
    if kind == Kind::Unknown {
        if !report::placeholder(&mut cx, statement, statement.range.clone()) {
            let written = report::clip(text.get(statement.range.clone()).unwrap_or_default());
            sink.error(UNKNOWN, span, format!("`{written}` is no statement of PostgreSQL"))
                .help("remove it, or make it a comment");
        }
        return Vec::new();
    }
    report::shape(&mut cx, statement);
    match kind {
        Kind::Table if is_query(text, statement) => vec![carried(&mut cx, statement, "table")],
        Kind::Table => table::read(&mut cx, statement),
        Kind::AlterTable => alter::read(&mut cx, statement),
        Kind::Index => {
            let tree = report::whole(&cx, statement);
            let tree = tree.as_ref();
            match tree.and_then(|tree| before_mistake(&mut cx, statement, tree, index::read)) {
                Some(decl) => vec![decl],
                None => parsed(&mut cx, statement, tree, "index", |cx, tree| index::read(tree, cx.place)),
            }
        }
        Kind::Type => {
            let body = body::body(text, statement);
            let items = body.as_ref().map(|body| body.items.as_slice()).unwrap_or_default();
            let attached = comments::attach(fragment, &statement.tokens, items);
            whole(&mut cx, statement, "type", |cx, tree| {
                small::enumeration(tree.statement(), &attached, cx.place)
            })
        }
        Kind::Schema => whole(&mut cx, statement, "schema", |cx, tree| {
            small::schema(tree.statement(), cx.place, was(cx, statement).map(|was| was.name))
        }),
        Kind::Extension => {
            whole(&mut cx, statement, "extension", |cx, tree| small::extension(tree.statement(), cx.place))
        }
        Kind::Comment => {
            whole(&mut cx, statement, "comment", |cx, tree| small::comment(tree.statement(), cx.place))
        }
        Kind::Insert => {
            whole(&mut cx, statement, "insert", |cx, tree| rows::read(tree.statement(), cx.place))
        }
        Kind::Verbatim(kind) => vec![carried(&mut cx, statement, &kind)],
        Kind::NotSchema(what) if literal && what.starts_with("DROP ") => {
            vec![Decl::Drop(written(&cx, statement))]
        }
        Kind::NotSchema(what) if what == "SELECT" && session::selects_into(text, statement) => {
            into::table(&mut cx, statement).map_or_else(
                || {
                    sink.warning(NOT_SCHEMA, span, "`SELECT … INTO` of a temporary table was left out");
                    Vec::new()
                },
                |decl| vec![decl],
            )
        }
        Kind::NotSchema(what) => {
            sink.warning(NOT_SCHEMA, span, format!("`{what}` is no part of a schema and was left out"))
                .help("declare what shall be there, not how to come there");
            Vec::new()
        }
        Kind::Given(what) => {
            sink.info(SKIPPED, span, format!("skipped `{what}`: every database has it"));
            Vec::new()
        }
        Kind::Unknown | Kind::Session => Vec::new(),
    }
}

/// Reads a statement as a whole: what has no declaration is carried as it stands, what has a mistake is reported.
fn whole(
    cx: &mut Cx<'_>,
    statement: &Statement,
    kind: &str,
    read: impl FnOnce(&Cx<'_>, &Tree) -> Option<Decl>,
) -> Vec<Decl> {
    let tree = report::whole(cx, statement);
    parsed(cx, statement, tree.as_ref(), kind, read)
}

/// Reads a statement of which the tree is known, where there is one.
fn parsed(
    cx: &mut Cx<'_>,
    statement: &Statement,
    tree: Option<&Tree>,
    kind: &str,
    read: impl FnOnce(&Cx<'_>, &Tree) -> Option<Decl>,
) -> Vec<Decl> {
    match tree {
        Some(tree) if tree.errors.is_empty() => match read(cx, tree) {
            Some(decl) => vec![decl],
            None => {
                vec![verbatim::carry(kind, written(cx, statement), Some(tree), cx.place, was(cx, statement))]
            }
        },
        Some(tree) => {
            report::first_error(cx, statement, tree);
            Vec::new()
        }
        None => {
            report::unparsed(cx, statement);
            Vec::new()
        }
    }
}

/// Reads what stands before the mistake of a statement, where that is a statement by itself, and reports the mistake.
fn before_mistake(
    cx: &mut Cx<'_>,
    statement: &Statement,
    tree: &Tree,
    read: impl FnOnce(&Tree, Place<'_>) -> Option<Decl>,
) -> Option<Decl> {
    let error = tree.errors.first()?;
    let whole = cx.parsed(statement, statement.range.clone());
    let before = syntax::parse(whole.get(..usize::from(error.range().start()))?)?;
    let decl = before.errors.is_empty().then(|| read(&before, cx.place)).flatten()?;
    report::between(cx, statement, tree);
    Some(decl)
}

/// Carries a statement as it stands; one that could not be parsed is carried as well, with a warning.
fn carried(cx: &mut Cx<'_>, statement: &Statement, kind: &str) -> Decl {
    let tree = report::whole(cx, statement);
    let text = written(cx, statement);
    if tree.as_ref().is_none_or(|tree| !tree.errors.is_empty()) {
        let error = tree.as_ref().and_then(|tree| tree.errors.first());
        let reason =
            error.map_or_else(String::new, |error| format!(": {}", report::readable(error.message())));
        cx.sink
            .warning(
                UNCHECKED,
                text.span,
                format!("this {kind} is carried as it stands but could not be read{reason}"),
            )
            .help("prove it on a PostgreSQL");
    }
    verbatim::carry(kind, text, tree.as_ref(), cx.place, was(cx, statement))
}

/// Returns the name that what a statement makes had before, by the comments around the statement.
fn was(cx: &Cx<'_>, statement: &Statement) -> Option<QName> {
    let mut notes = comments::attach(cx.fragment, &statement.tokens, &[]).statement.into_iter();
    notes.find_map(|mut note| take_former_name(&mut note))
}

fn written(cx: &Cx<'_>, statement: &Statement) -> Spanned<String> {
    let text = cx.text().get(statement.range.clone()).unwrap_or_default();
    Spanned::new(text.to_owned(), cx.fragment.span(statement.range.clone()))
}

#[cfg(test)]
mod tests;

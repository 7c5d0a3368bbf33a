//! Migrations found in their files, whichever layout these have: each tells by its marks.

use std::collections::{BTreeMap, BTreeSet};

use squawk_lexer::{TokenKind, tokenize};

use super::{
    DBMATE, DOWN_MARK, GOOSE, LIQUIBASE, LIQUIBASE_DOWN, Marks, NO_TRANSACTION, POLICY_MARK, SECTIONS, TERN,
};
use crate::config::RollbackPolicy;
use crate::source::sql::is_terminated;

/// A migration as it lies in its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Laid {
    /// Its name: that of its file without the ending.
    pub name: String,
    /// What it does.
    pub up: Part,
    /// What takes it back; none where its files do not say it.
    pub down: Option<Part>,
    /// Whether that may run: the strictest policy that the files state.
    pub policy: RollbackPolicy,
    /// Whether the files ask for no transaction.
    pub no_transaction: bool,
}

/// A part of a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The file's name.
    pub file: String,
    /// Its SQL.
    pub text: String,
    /// The line of the file on which it begins, from 1.
    pub first_line: usize,
    /// How many characters stand before every line in the file that do not in the text.
    pub indent: usize,
}

/// Why a file breaks its layout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

/// Finds the migrations in files, given by name and text, in the order of their numbers.
///
/// # Errors
///
/// A part down that a runner would execute with the part up, and a policy that is none.
pub fn read<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Vec<Laid>, Broken> {
    let files: BTreeMap<&str, &str> = files.into_iter().collect();
    let mut found = Vec::new();
    for (file, text) in &files {
        let Some(name) = file.strip_suffix(".sql") else { continue };
        let undone = |undo: &str| files.contains_key(undo);
        if name.strip_suffix(".down").is_some_and(|name| undone(&format!("{name}.up.sql")))
            || name.strip_prefix('U').is_some_and(|name| undone(&format!("V{name}.sql")))
        {
            continue;
        }
        let pair = part_down(file).map(|down| (name.strip_suffix(".up").unwrap_or(name), down));
        let down = pair.as_ref().and_then(|(_, down)| Some((down.as_str(), *files.get(down.as_str())?)));
        found.push(match (pair.as_ref(), down) {
            (Some((name, _)), Some(down)) => of_pair(name, (file, text), down)?,
            (Some((name, _)), None) => of_file(name, file, text)?,
            (None, _) => of_file(name, file, text)?,
        });
    }
    found.sort_by(|a, b| number(&a.name).cmp(&number(&b.name)).then_with(|| a.name.cmp(&b.name)));
    Ok(found)
}

/// Returns the name of the file that takes back what a part up does, by that one's name, where such a file may lie beside it.
pub fn part_down(file: &str) -> Option<String> {
    let name = file.strip_suffix(".sql")?;
    match (name.strip_suffix(".up"), name.strip_prefix('V')) {
        (Some(name), _) => Some(format!("{name}.down.sql")),
        (_, Some(rest)) => Some(format!("U{rest}.sql")),
        _ => None,
    }
}

/// Returns the number of a migration's name, by which runners order; nothing where it has none.
fn number(name: &str) -> Option<u128> {
    super::version(name).0.parse().ok()
}

fn of_pair(name: &str, up: (&str, &str), down: (&str, &str)) -> Result<Laid, Broken> {
    let mut laid = Laid::whole(name, up.0, up.1);
    let part = Part { file: down.0.to_owned(), text: down.1.to_owned(), first_line: 1, indent: 0 };
    laid.policy = policies(&part)?;
    laid.down = Some(part);
    Ok(laid)
}

fn of_file(name: &str, file: &str, text: &str) -> Result<Laid, Broken> {
    for marks in [DBMATE, GOOSE, SECTIONS, TERN] {
        if marked(text, |line| is_mark(line, marks.up)).next().is_some() {
            return of_sections(name, file, text, marks);
        }
    }
    match text.trim_start().starts_with(LIQUIBASE) {
        true => of_liquibase(name, file, text),
        false => of_plain(name, file, text),
    }
}

pub(super) fn is_mark(line: &str, mark: &str) -> bool {
    line.trim_end().strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Returns the lines of a text that are meant, by their place from 0, where they are comments and no part of a text or a body.
pub(super) fn marked(text: &str, is_meant: impl Fn(&str) -> bool) -> impl Iterator<Item = (usize, &str)> {
    let mut starts = 0..0;
    let lines = text.split_inclusive('\n').map(move |line| {
        starts = starts.end..starts.end + line.len();
        (starts.start, line)
    });
    let meant: Vec<_> = lines.enumerate().filter(|(_, (_, line))| is_meant(line)).collect();
    // Nearly every file has no more than one such line, and most have none.
    let comments = if meant.is_empty() { None } else { comments(text) };
    let is_comment = move |start: &usize| comments.as_ref().is_none_or(|comments| comments.contains(start));
    meant.into_iter().filter(move |(_, (start, _))| is_comment(start)).map(|(at, (_, line))| (at, line))
}

/// Returns where the comments of one line begin in a text; none where a quote in it is never closed, so that nobody can tell.
fn comments(text: &str) -> Option<BTreeSet<usize>> {
    let mut at = 0;
    let mut found = BTreeSet::new();
    for token in tokenize(text) {
        if !is_terminated(token.kind) {
            return None;
        }
        if token.kind == TokenKind::LineComment {
            found.insert(at);
        }
        at += token.len as usize;
    }
    Some(found)
}

/// Reads a file with marks before both parts, line by line as its runner does, which knows of no texts.
fn of_sections(name: &str, file: &str, text: &str, marks: Marks) -> Result<Laid, Broken> {
    let mut laid = Laid::whole(name, file, "");
    laid.no_transaction = text.lines().any(|line| {
        let is_part = is_mark(line, marks.up) || is_mark(line, marks.down);
        (is_part && line.contains(marks.no_transaction)) || line.trim_end() == marks.no_transaction
    });
    let mut down: Option<Part> = None;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        match &mut down {
            Some(down) => down.text.push_str(line),
            None if is_mark(line, marks.down) => {
                down =
                    Some(Part { file: file.to_owned(), text: String::new(), first_line: at + 2, indent: 0 });
            }
            None => laid.up.text.push_str(line),
        }
    }
    laid.policy = down.as_ref().map(policies).transpose()?.unwrap_or_default();
    laid.down = down;
    Ok(laid)
}

/// Reads a file whose part down stands behind `--rollback`.
fn of_liquibase(name: &str, file: &str, text: &str) -> Result<Laid, Broken> {
    let mut laid = Laid::whole(name, file, text);
    let is_changeset = |line: &&str| line.starts_with("--changeset");
    laid.no_transaction =
        text.lines().filter(is_changeset).any(|line| line.contains("runInTransaction:false"));
    laid.policy = policies(&laid.up)?;
    let mut down: Option<Part> = None;
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let Some(rest) = line.strip_prefix(LIQUIBASE_DOWN.trim_end()) else { continue };
        let down = down.get_or_insert_with(|| Part {
            file: file.to_owned(),
            text: String::new(),
            first_line: at + 1,
            indent: LIQUIBASE_DOWN.len(),
        });
        down.text.push_str(rest.strip_prefix(' ').unwrap_or(rest));
    }
    laid.down = down;
    Ok(laid)
}

/// Reads a file whose part down is commented out behind a mark.
fn of_plain(name: &str, file: &str, text: &str) -> Result<Laid, Broken> {
    let mut laid = Laid::whole(name, file, "");
    let mut down: Option<Part> = None;
    let mark = marked(text, |line| line.trim_end() == DOWN_MARK).next().map(|(at, _)| at);
    for (at, line) in text.split_inclusive('\n').enumerate() {
        let bare = line.trim_end();
        match &mut down {
            None if mark == Some(at) => {
                let indent = "-- ".len();
                down = Some(Part { file: file.to_owned(), text: String::new(), first_line: at + 2, indent });
            }
            None => laid.up.text.push_str(line),
            Some(down) => {
                // What follows the first of its lines is SQL. Older files say the policy as deep as that.
                let line_of_policy = bare.strip_prefix("-- ").filter(|rest| rest.starts_with(POLICY_MARK));
                let said = match down.text.is_empty() {
                    true => policy(line_of_policy.unwrap_or(bare), file, at + 1)?,
                    false => None,
                };
                if let Some(policy) = said {
                    laid.policy = laid.policy.max(policy);
                    down.first_line = at + 2;
                } else if bare.is_empty() || bare == "--" {
                    down.text.push('\n');
                } else if let Some(sql) = line.strip_prefix("-- ") {
                    down.text.push_str(sql);
                } else {
                    let message =
                        "a line after `-- down` is not commented out with `-- `: a runner would execute it";
                    return Err(Broken { file: file.to_owned(), line: at + 1, message: message.to_owned() });
                }
            }
        }
    }
    laid.no_transaction = laid.up.text.trim_start().starts_with(NO_TRANSACTION);
    laid.down = down;
    Ok(laid)
}

impl Laid {
    fn whole(name: &str, file: &str, text: &str) -> Self {
        let up = Part { file: file.to_owned(), text: text.to_owned(), first_line: 1, indent: 0 };
        let no_transaction = text.trim_start().starts_with(NO_TRANSACTION);
        Self { name: name.to_owned(), up, down: None, policy: RollbackPolicy::default(), no_transaction }
    }
}

/// Returns the strictest policy that the lines of a part state.
fn policies(part: &Part) -> Result<RollbackPolicy, Broken> {
    let mut strictest = RollbackPolicy::default();
    for (at, line) in marked(&part.text, |line| line.starts_with(POLICY_MARK)) {
        strictest = strictest.max(policy(line, &part.file, part.first_line + at)?.unwrap_or_default());
    }
    Ok(strictest)
}

/// Returns the policy that a line states, if it is one that does.
fn policy(line: &str, file: &str, number: usize) -> Result<Option<RollbackPolicy>, Broken> {
    let Some(said) = line.strip_prefix(POLICY_MARK) else { return Ok(None) };
    let word = said.split_whitespace().next().unwrap_or_default().trim_end_matches([',', ';', '.', ':']);
    let all = [RollbackPolicy::Free, RollbackPolicy::StagingOnly, RollbackPolicy::Never];
    match all.into_iter().find(|policy| policy.as_str() == word) {
        Some(policy) => Ok(Some(policy)),
        None => {
            let message = "the policy is none of `free`, `staging-only` and `never`".to_owned();
            Err(Broken { file: file.to_owned(), line: number, message })
        }
    }
}

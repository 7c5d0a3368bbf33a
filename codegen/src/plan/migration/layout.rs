//! How the parts of a migration lie in files, and how they are found in files again.
//!
//! Every layout is one that a runner reads. Where the runner executes whole files, the part down is commented out, so that
//! nothing is dropped by applying a file.

mod hide;
mod read;

use crate::config::{Layout, RollbackPolicy};
pub use hide::hidden;
pub use read::{Broken, Laid, Part, part_down, read};

/// The line behind which everything is commented out, where a file is executed whole.
pub const DOWN_MARK: &str = "-- down";

/// What a line that tells whether the part down may run begins with.
pub const POLICY_MARK: &str = "-- rollback:";

/// The line by which a file says that it may not run in a transaction.
pub const NO_TRANSACTION: &str = "-- no-transaction";

/// First lines of a file that Liquibase reads.
pub const LIQUIBASE: &str = "--liquibase formatted sql";

/// What stands before every line of the part down in such a file.
pub const LIQUIBASE_DOWN: &str = "--rollback ";

/// The lines that separate the parts of a file, by layout: up, down, and what says that there is no transaction.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// Before the part up.
    pub up: &'static str,
    /// Before the part down.
    pub down: &'static str,
    /// Behind the mark of a part that runs outside a transaction, or a line of its own where it begins with `--`.
    pub no_transaction: &'static str,
    /// Around a statement with semicolons inside.
    pub statement: Option<(&'static str, &'static str)>,
}

/// The marks of dbmate; `github.com/amacneil/dbmate`, "Migration Files".
pub const DBMATE: Marks = Marks {
    up: "-- migrate:up",
    down: "-- migrate:down",
    no_transaction: "transaction:false",
    statement: None,
};

/// The marks of goose; `pressly.github.io/goose`, "Annotations".
pub const GOOSE: Marks = Marks {
    up: "-- +goose Up",
    down: "-- +goose Down",
    no_transaction: "-- +goose NO TRANSACTION",
    statement: Some(("-- +goose StatementBegin", "-- +goose StatementEnd")),
};

/// The marks of sql-migrate; `github.com/rubenv/sql-migrate`, "Writing migrations".
pub const SECTIONS: Marks = Marks {
    up: "-- +migrate Up",
    down: "-- +migrate Down",
    no_transaction: "notransaction",
    statement: Some(("-- +migrate StatementBegin", "-- +migrate StatementEnd")),
};

/// The mark of tern between its parts; `github.com/jackc/tern`, "Migrations". Such files are only read.
pub const TERN: Marks = Marks {
    up: "---- create above / drop below ----",
    down: "---- create above / drop below ----",
    no_transaction: "---- tern: disable-tx ----",
    statement: None,
};

/// A migration as text.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// Its name as the plan gives it: `000001_init.sql`.
    pub file: &'a str,
    /// Lines about the file, as comments.
    pub header: &'a str,
    /// What it does.
    pub up: &'a str,
    /// What takes it back.
    pub down: &'a str,
    /// Whether that may run.
    pub policy: RollbackPolicy,
    /// Why it may not.
    pub reason: Option<&'a str>,
    /// Whether a runner may open a transaction around it.
    pub transactional: bool,
}

/// Tells whether a layout's runner can leave a file out of its transaction.
pub fn leaves_transactions(layout: Layout) -> bool {
    // refinery opens one around every file and has no word against it.
    layout != Layout::Refinery
}

/// Tells whether a layout's runner opens a transaction of its own around every file.
pub fn opens_transactions(layout: Layout) -> bool {
    !matches!(layout, Layout::Plain | Layout::Supabase)
}

/// Tells whether a file, by its name and text, is one of a layout.
pub fn is_of(layout: Layout, file: &str, text: &str) -> bool {
    let is_pair = file.ends_with(".up.sql") || file.ends_with(".down.sql");
    let is_numbered = |mark: char| {
        file.strip_prefix(mark).is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()))
    };
    let has = |marks: Marks| read::marked(text, |line| read::is_mark(line, marks.up)).next().is_some();
    let is_liquibase = text.trim_start().starts_with(LIQUIBASE);
    match layout {
        Layout::Sqlx | Layout::GolangMigrate => is_pair,
        Layout::Refinery => is_numbered('V'),
        Layout::Flyway => is_numbered('V') || is_numbered('U'),
        Layout::Liquibase => is_liquibase,
        Layout::Dbmate | Layout::Goose | Layout::Sections => marks(layout).is_some_and(has),
        // What a file of these is called is the document's affair.
        Layout::Plain | Layout::Supabase => {
            !is_pair && !is_numbered('U') && !is_liquibase && ![DBMATE, GOOSE, SECTIONS].into_iter().any(has)
        }
    }
}

/// Returns the marks of a layout that has both parts in one file.
pub fn marks(layout: Layout) -> Option<Marks> {
    match layout {
        Layout::Dbmate => Some(DBMATE),
        Layout::Goose => Some(GOOSE),
        Layout::Sections => Some(SECTIONS),
        _ => None,
    }
}

/// Lays a migration out: its files with their names, in the order of their names.
pub fn files(layout: Layout, text: &Text<'_>) -> Vec<(String, String)> {
    let stem = stem(layout, text.file);
    let policy = policy_line(text.policy, text.reason);
    let joined = |parts: &[&str]| {
        let parts = parts.iter().map(|part| part.trim_end()).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join("\n") + "\n"
    };
    let head = if text.transactional { String::new() } else { format!("{NO_TRANSACTION}\n") };
    let up = format!("{head}{}\n{}\n", text.header.trim_end(), text.up.trim_end());
    let down = format!("{head}{}", joined(&[text.header, &policy, "", text.down]));
    if let Some(marks) = marks(layout) {
        let (line, mark) = match (text.transactional, marks.no_transaction.starts_with("--")) {
            (true, _) => (String::new(), String::new()),
            (false, true) => (format!("{}\n", marks.no_transaction), String::new()),
            (false, false) => (String::new(), format!(" {}", marks.no_transaction)),
        };
        let text = format!(
            "{}\n{line}{}{mark}\n{}\n\n{}{mark}\n{policy}\n{}\n",
            text.header.trim_end(),
            marks.up,
            text.up.trim_end(),
            marks.down,
            text.down.trim_end()
        );
        return vec![(format!("{stem}.sql"), text)];
    }
    match layout {
        Layout::Plain | Layout::Supabase | Layout::Refinery => {
            // The line is two deep: taken out of the comment, what stands here is to be run as it is.
            let down = behind("--", " ", &format!("{policy}\n{}", text.down));
            let text = format!("{up}\n{DOWN_MARK}\n{down}");
            vec![(format!("{stem}.sql"), text)]
        }
        Layout::Sqlx | Layout::GolangMigrate => {
            vec![(format!("{stem}.down.sql"), down), (format!("{stem}.up.sql"), up)]
        }
        Layout::Flyway => {
            let undo = stem.strip_prefix('V').map_or_else(|| stem.clone(), |rest| format!("U{rest}"));
            vec![(format!("{undo}.sql"), down), (format!("{stem}.sql"), up)]
        }
        Layout::Liquibase => {
            let options = if text.transactional { "" } else { " runInTransaction:false" };
            // A whole part is one statement to the driver: what a function holds between dollars is not to be split.
            let text = format!(
                "{LIQUIBASE}\n{}\n--changeset truthtable:{stem} splitStatements:false stripComments:false rollbackSplitStatements:false{options}\n{}\n\n{policy}\n{}",
                text.header.trim_end(),
                text.up.trim_end(),
                behind(LIQUIBASE_DOWN.trim_end(), " ", text.down),
            );
            vec![(format!("{stem}.sql"), text)]
        }
        Layout::Dbmate | Layout::Goose | Layout::Sections => Vec::new(),
    }
}

/// Encloses a statement as the layout's runner wants one with semicolons inside.
pub fn enclosed(layout: Layout, statement: String) -> String {
    let inside = statement.trim_end().trim_end_matches(';').contains(';');
    match marks(layout).and_then(|marks| marks.statement).filter(|_| inside) {
        Some((begin, end)) => format!("{begin}\n{statement}\n{end}"),
        None => statement,
    }
}

/// Returns the name of a migration's file without its ending, as the layout's runner wants it.
fn stem(layout: Layout, file: &str) -> String {
    let name = file.strip_suffix(".sql").unwrap_or(file);
    if matches!(layout, Layout::Plain) {
        return name.to_owned();
    }
    let (version, words) = version(name);
    let words = if words.is_empty() { "migration" } else { words };
    match layout {
        Layout::Refinery | Layout::Flyway => {
            let short = version.trim_start_matches('0');
            format!("V{}__{words}", if short.is_empty() { "0" } else { short })
        }
        _ => format!("{version}_{words}"),
    }
}

/// Splits the name of a migration into its number and its words: `V2__add_users` is 2 and `add_users`.
pub fn version(name: &str) -> (&str, &str) {
    let bare = match name.strip_prefix(['V', 'U']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => name,
    };
    let end = bare.find(|c: char| !c.is_ascii_digit()).unwrap_or(bare.len());
    let (version, words) = bare.split_at_checked(end).unwrap_or((bare, ""));
    (version, words.trim_start_matches(['_', '-', '.']))
}

fn policy_line(policy: RollbackPolicy, reason: Option<&str>) -> String {
    let reason = reason.map(|reason| format!(" — {}", reason.replace(['\n', '\r'], " "))).unwrap_or_default();
    format!("{POLICY_MARK} {}{reason}", policy.as_str())
}

/// Puts something before every line of a text, with a gap where the line is not empty.
fn behind(mark: &str, gap: &str, text: &str) -> String {
    let mut out = String::new();
    // A comment ends where PostgreSQL sees the end of a line, which a carriage return is.
    for line in text.trim_end().replace("\r\n", "\n").split(['\n', '\r']) {
        out.push_str(mark);
        if !line.is_empty() {
            out.push_str(gap);
            out.push_str(line);
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests;

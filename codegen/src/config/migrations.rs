//! What `schema.toml` says about migrations.

use super::reader::{self, Table};
use super::{INVALID_VALUE, MISSING_KEY, Pattern};
use crate::diag::Sink;
use crate::span::{Span, Spanned};

/// Migrations.
#[derive(Clone, Debug)]
pub struct Migrations {
    /// How the up and the down part are laid out.
    pub layout: Layout,
    /// Whether every up part may run again with the same result.
    pub idempotent: bool,
    /// Whether a change of what is released is made without keeping a table from its users for long: indexes concurrently, constraints
    /// first for new rows and then for all, each in a file of its own.
    pub online: bool,
    /// How long a statement waits for a lock, as PostgreSQL writes it: `5s`.
    pub lock_timeout: Option<Spanned<String>>,
    /// How long a statement runs.
    pub statement_timeout: Option<Spanned<String>>,
    /// Words for the name of the next migration.
    pub next: Option<Spanned<String>>,
    /// Hazards of the next migration that somebody has looked at.
    pub acknowledged: Vec<Acknowledgement>,
    /// Which tables a migration's words mean, where they do not tell.
    pub members: Vec<(Spanned<String>, Vec<Spanned<String>>)>,
    /// What may be rolled back.
    pub rollback: Vec<RollbackRule>,
}

/// A hazard that somebody has looked at.
#[derive(Clone, Debug)]
pub struct Acknowledgement {
    /// The hazard, by the name that `plan` gives it: `data-loss`.
    pub risk: Spanned<String>,
    /// The objects: `table` or `table.column`, with `*`.
    pub at: Pattern,
    /// Why it is taken.
    pub reason: Spanned<String>,
    /// The whole entry.
    pub span: Span,
}

/// How the up and the down part of a migration are laid out: for which runner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// One file that a runner executes whole; the down part is commented out.
    #[default]
    Plain,
    /// One file with both parts, as sql-migrate marks them.
    Sections,
    /// A file for each part, for sqlx.
    Sqlx,
    /// One file with both parts, as dbmate marks them.
    Dbmate,
    /// A file for each part, for golang-migrate.
    GolangMigrate,
    /// One file with both parts, as goose marks them.
    Goose,
    /// `V1__name.sql`, executed whole; the down part is commented out.
    Refinery,
    /// `V1__name.sql` and, to undo it, `U1__name.sql`.
    Flyway,
    /// One file of Liquibase's formatted SQL with both parts.
    Liquibase,
    /// One file that the Supabase CLI executes whole; the down part is commented out.
    Supabase,
}

impl Layout {
    /// Every layout with its name in `schema.toml`.
    pub const ALL: &[(&str, Self)] = &[
        ("plain", Self::Plain),
        ("sections", Self::Sections),
        ("sqlx", Self::Sqlx),
        ("dbmate", Self::Dbmate),
        ("golang-migrate", Self::GolangMigrate),
        ("goose", Self::Goose),
        ("refinery", Self::Refinery),
        ("flyway", Self::Flyway),
        ("liquibase", Self::Liquibase),
        ("supabase", Self::Supabase),
    ];
}

/// Whether a migration's down part may run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RollbackPolicy {
    /// Anywhere.
    #[default]
    Free,
    /// Only where the setting `truthtable.environment` is `local` or `staging`.
    StagingOnly,
    /// Nowhere: it refuses.
    Never,
}

impl RollbackPolicy {
    /// Returns the policy's name as `schema.toml` and the generated files write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Free => "free",
            Self::StagingOnly => "staging-only",
            Self::Never => "never",
        }
    }
}

/// What may be rolled back.
#[derive(Clone, Debug)]
pub struct RollbackRule {
    /// The tables, or the modules that they are of.
    pub names: Pattern,
    /// Whether modules are named.
    pub of_modules: bool,
    /// Their policy.
    pub policy: Spanned<RollbackPolicy>,
    /// Why, in the document's words.
    pub reason: Option<String>,
}

impl Default for Migrations {
    fn default() -> Self {
        Self {
            layout: Layout::default(),
            idempotent: false,
            online: true,
            lock_timeout: None,
            statement_timeout: None,
            next: None,
            acknowledged: Vec::new(),
            members: Vec::new(),
            rollback: Vec::new(),
        }
    }
}

/// Takes everything about migrations: `[migrations]`, `[[rollback]]`, `[[acknowledge]]`.
pub(super) fn read(root: &mut Table<'_>, sink: &mut Sink) -> Migrations {
    let mut migrations = Migrations::default();
    let mut table = root.table("migrations", sink);
    if let Some(layout) = table.choice("layout", Layout::ALL, sink) {
        migrations.layout = layout.node;
    }
    migrations.idempotent = table.boolean("idempotent", sink).is_some_and(|flag| flag.node);
    migrations.online = table.boolean("online", sink).is_none_or(|flag| flag.node);
    migrations.lock_timeout = duration("lock-timeout", &mut table, sink);
    migrations.statement_timeout = duration("statement-timeout", &mut table, sink);
    migrations.next = table.text("next", sink);
    let mut members = table.table("members", sink);
    for (words, value) in members.rest() {
        // One phrase may stand for several tables, so the value is read as a list.
        let mut single = reader::single(&words, value);
        migrations.members.push((words, single.texts(reader::VALUE, sink)));
    }
    table.finish(sink);
    migrations.rollback =
        root.tables("rollback", sink).into_iter().flat_map(|entry| rollback_rules(entry, sink)).collect();
    let acknowledged = root.tables("acknowledge", sink).into_iter();
    migrations.acknowledged = acknowledged.filter_map(|entry| acknowledgement(entry, sink)).collect();
    migrations
}

/// Takes a time as PostgreSQL's settings write it: a number of milliseconds, or one with a unit; `docs: config-setting.html`.
fn duration(key: &'static str, table: &mut Table<'_>, sink: &mut Sink) -> Option<Spanned<String>> {
    let text = table.text(key, sink)?;
    let digits = text.node.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_time = digits.len() < text.node.len()
        && ["", "us", "ms", "s", "min", "h", "d"].contains(&digits.trim_start());
    if is_time {
        return Some(text);
    }
    sink.error(INVALID_VALUE, text.span, format!("`{}` is no time", text.node))
        .help("write a number and its unit: `500ms`, `5s`, `15min`");
    None
}

fn acknowledgement(mut entry: Table<'_>, sink: &mut Sink) -> Option<Acknowledgement> {
    let span = entry.span;
    let risk = entry.required_text("risk", sink);
    let at = entry.required_text("at", sink);
    let reason = entry.required_text("reason", sink);
    entry.finish(sink);
    Some(Acknowledgement { risk: risk?, at: Pattern::new(at?), reason: reason?, span })
}

fn rollback_rules(mut entry: Table<'_>, sink: &mut Sink) -> Vec<RollbackRule> {
    let policies = [RollbackPolicy::Free, RollbackPolicy::StagingOnly, RollbackPolicy::Never]
        .map(|policy| (policy.as_str(), policy));
    let tables = entry.texts("tables", sink);
    let modules = entry.texts("modules", sink);
    let policy = entry.choice("policy", &policies, sink);
    let reason = entry.text("reason", sink).map(|reason| reason.node);
    if policy.is_none() || (tables.is_empty() && modules.is_empty()) {
        sink.error(MISSING_KEY, entry.span, "`[[rollback]]` needs `tables` or `modules`, and a `policy`")
            .help("write `tables = [\"audit_*\"]` and `policy = \"staging-only\"`");
    }
    entry.finish(sink);
    let Some(policy) = policy else { return Vec::new() };
    let rule = |(names, of_modules)| RollbackRule {
        names: Pattern::new(names),
        of_modules,
        policy,
        reason: reason.clone(),
    };
    let tables = tables.into_iter().map(|name| (name, false));
    tables.chain(modules.into_iter().map(|name| (name, true))).map(rule).collect()
}

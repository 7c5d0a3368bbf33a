//! The next migration: from what was released to what the documents say.

use std::collections::BTreeSet;

use super::diff::{self, Hazard, Key, Kind, Lock, Refusal, Risk, Side, Stage, Step, Verb};
use super::place::{next_number_behind, slug};
use super::statement::Statement;
use super::{Migration, Section, rollback, seed};
use crate::config::{Acknowledgement, Config, RollbackPolicy};
use crate::diag::{Code, Sink};
use crate::model::ident::literal;
use crate::model::{QualifiedName, Schema};
use crate::plan::ledger::{self, Released};
use crate::plan::migration::layout;

const REFUSED: Code = Code::new("plan-refused");
const HAZARD: Code = Code::new("unacknowledged-hazard");
const NO_WAY_BACK: Code = Code::new("no-way-back");
const UNUSED: Code = Code::new("unused-acknowledgement");
const UNKNOWN: Code = Code::new("config-unmatched");

/// What stands for the last migration where none was released: the first has the number 1.
const NONE: &str = "000000";

/// Prints statements as a script: the plan knows no printer, and is handed one to read back what its migrations make.
pub type Printer = fn(&[Statement]) -> String;

/// Plans what is not released yet; hazards that nobody has looked at are reported as errors.
pub(super) fn plan(
    released: &Released,
    schema: &Schema,
    config: &Config,
    print: Printer,
    sink: &mut Sink,
) -> Vec<Migration> {
    let old = Side { schema: &released.model, config: &released.config };
    let new = Side { schema, config };
    let stages = if config.migrations.online {
        diff::online(old, new, layout::leaves_transactions(config.migrations.layout))
    } else {
        diff::diff(old, new).map(|steps| vec![Stage { transactional: true, steps }])
    };
    let mut stages = match stages {
        Ok(stages) => stages,
        Err(refusals) => {
            for refusal in refusals {
                sink.error(REFUSED, refusal.span, refusal.message).help(refusal.help);
            }
            return Vec::new();
        }
    };
    stages.retain(|stage| !stage.steps.is_empty());
    let mut stages = labels_first(stages, print);
    let gone = seed::gone(&released.model, schema);
    if !gone.is_empty() {
        // Rows go while the tables are as the released model says, under the names that these have there.
        let steps = gone.iter().map(rows_go).collect();
        stages.insert(0, Stage { transactional: true, steps });
    }
    if config.migrations.idempotent {
        look_at_indexes(&mut stages);
    }
    acknowledge(&mut stages, schema, config, sink);
    let names = names(released, &stages, schema, config);
    let states = states(released, &stages, !gone.is_empty(), (schema, config), print);
    let count = stages.len();
    let rules = rollback::Rules::new(released, schema, config);
    let mut migrations = Vec::new();
    for (at, (stage, file)) in stages.into_iter().zip(names).enumerate() {
        let (policy, reason) = rules.of(&stage);
        let returning = gone.iter().rev().filter(|_| at == 0).map(|gone| gone.insert.clone());
        let back = match (states.get(at), states.get(at + 1)) {
            (Some(before), Some(after)) if count > 1 => {
                let before = Side { schema: before, config: &released.config };
                let after = Side { schema: after, config: &released.config };
                diff::returned(after, before)
            }
            // What takes the whole back takes no part of it back.
            _ if count > 1 => Err(vec![Refusal {
                span: released.ledger.span,
                message: "the schemas between its files cannot be made out".to_owned(),
                help: "set `online = false`, so that the change is one file",
            }]),
            _ => diff::back(old, new),
        };
        let (policy, reason, undo) = match back {
            Ok(steps) => {
                let statements = steps.into_iter().flat_map(|step| step.statements);
                (policy, reason, statements.chain(returning).collect::<Vec<_>>())
            }
            Err(refusals) => {
                let why: Vec<String> = refusals.into_iter().map(|refusal| refusal.message).collect();
                let span = stage.steps.first().map(|step| step.span);
                if let Some(span) = span {
                    sink.warning(
                        NO_WAY_BACK,
                        span,
                        format!("`{file}` cannot be taken back: {}", why.join("; ")),
                    )
                    .help("its part down refuses; write a migration that goes forward where one is needed");
                }
                (RollbackPolicy::Never, Some(why.join("; ")), Vec::new())
            }
        };
        let guard = || Statement::Guard { policy, file: file.clone(), reason: reason.clone() };
        let down = match policy {
            RollbackPolicy::Free => undo,
            RollbackPolicy::StagingOnly => std::iter::once(guard()).chain(undo).collect(),
            RollbackPolicy::Never => vec![guard()],
        };
        let down = super::bounded(down, stage.transactional, policy, config);
        let up = sections(&stage, config);
        let Stage { transactional, steps } = stage;
        migrations.push(Migration { file, up, down, policy, reason, transactional, steps });
    }
    migrations
}

fn rows_go(gone: &seed::Gone) -> Step {
    let rows = if gone.count == 1 { "1 row" } else { &format!("{} rows", gone.count) };
    let message = format!("{rows} of `{}` that the documents list no more are deleted", gone.table.plain());
    Step {
        verb: Verb::Drop,
        key: Key::new(Kind::Rows, &gone.table, ""),
        span: gone.span,
        lock: Lock::None,
        statements: vec![gone.delete.clone()],
        hazards: vec![Hazard::new(Risk::DataLoss, message, None)],
        after: Vec::new(),
        for_label: false,
    }
}

/// Has the last file look at the indexes that are built concurrently, where each may run again: what is left of one whose building was
/// stopped is there, so that its file passes over it, and is of no use.
fn look_at_indexes(stages: &mut Vec<Stage>) {
    let steps = stages.iter().flat_map(|stage| &stage.steps);
    let looked_at = steps.filter_map(|step| {
        let names = step.statements.iter().filter_map(|statement| match statement {
            Statement::CreateIndex(index) if index.concurrently => {
                Some(QualifiedName { schema: index.table.schema.clone(), name: index.name.clone() })
            }
            _ => None,
        });
        let statements: Vec<Statement> = names.map(is_valid).collect();
        let message = format!(
            "it stops where `{}` is not valid, since the building of it was stopped",
            step.key.plain()
        );
        (!statements.is_empty()).then(|| Step {
            verb: Verb::Alter,
            lock: Lock::None,
            statements,
            hazards: vec![Hazard::new(
                Risk::MayFail,
                message,
                Some("build it anew with REINDEX INDEX CONCURRENTLY"),
            )],
            after: Vec::new(),
            ..step.clone()
        })
    });
    let steps: Vec<Step> = looked_at.collect();
    match stages.last_mut() {
        Some(last) if last.transactional => last.steps.extend(steps),
        _ if steps.is_empty() => {}
        _ => stages.push(Stage { transactional: true, steps }),
    }
}

/// Returns a block that stops where an index is not valid.
fn is_valid(index: QualifiedName) -> Statement {
    let plain = index.to_string();
    let message = literal(
        &format!("the index {plain} is not valid: the building of it was stopped").replace('%', "%%"),
    );
    let hint = literal(&format!("REINDEX INDEX CONCURRENTLY {plain}"));
    let text = format!(
        "DO $valid$\nBEGIN\n    IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass({}) AND NOT indisvalid) THEN\n        \
         RAISE EXCEPTION {message} USING HINT = {hint};\n    END IF;\nEND\n$valid$",
        literal(&plain)
    );
    Statement::Verbatim { text, drop: None }
}

/// Returns the schema before each stage and after the last; a renaming that the author states is stated in the one before it is done,
/// so that it is renamed on the way back as well. Where only rows go in the first stage, that is the second.
fn states(
    released: &Released,
    stages: &[Stage],
    rows_first: bool,
    (schema, config): (&Schema, &Config),
    print: Printer,
) -> Vec<Schema> {
    if stages.len() < 2 {
        return Vec::new();
    }
    let mut script: Vec<Statement> = match diff::diff(
        Side { schema: &Schema::default(), config: &released.config },
        Side { schema: &released.model, config: &released.config },
    ) {
        Ok(steps) => steps.into_iter().flat_map(|step| step.statements).collect(),
        Err(_) => return Vec::new(),
    };
    let mut states = vec![diff::stated_back(&released.model, schema)];
    states.extend(states.first().filter(|_| rows_first).cloned());
    for stage in stages.iter().skip(usize::from(rows_first)) {
        script.extend(stage.steps.iter().flat_map(|step| step.statements.iter().cloned()));
        states.push(ledger::read_back(&print(&script), config));
    }
    states
}

/// Puts new labels of enums into a migration of their own where something uses them: PostgreSQL wants them committed before that.
fn labels_first(mut stages: Vec<Stage>, print: Printer) -> Vec<Stage> {
    let labels: Vec<String> = stages
        .iter()
        .flat_map(|stage| &stage.steps)
        .filter(|step| step.adds_label())
        .flat_map(|step| &step.statements)
        .filter_map(|statement| {
            let text = print(std::slice::from_ref(statement));
            let (_, value) = text.split_once(" ADD VALUE ")?;
            Some(value.get(..value.get(1..)?.find('\'')? + 2)?.to_owned())
        })
        .collect();
    let uses = |step: &Step| {
        let text = print(&step.statements);
        labels.iter().any(|label| text.contains(label.as_str()))
    };
    let adds = |stage: &&mut Stage| stage.steps.iter().any(Step::adds_label);
    let Some(first) = stages.iter_mut().find(adds) else { return stages };
    if first.steps.iter().any(|step| !step.adds_label() && uses(step)) {
        // What else is done stays together: a view that goes and comes back is not away between two files.
        let comes_first = |step: &Step| step.for_label && (step.adds_label() || !uses(step));
        let (before, behind) = std::mem::take(&mut first.steps).into_iter().partition(comes_first);
        first.steps = behind;
        stages.insert(0, Stage { transactional: true, steps: before });
    }
    stages
}

/// Reports hazards that are not acknowledged, and acknowledgements that nothing needs.
fn acknowledge(stages: &mut [Stage], schema: &Schema, config: &Config, sink: &mut Sink) {
    let entries: Vec<&Acknowledgement> =
        config.migrations.acknowledged.iter().chain(&schema.acknowledged).collect();
    let mut used = vec![false; entries.len()];
    for step in stages.iter_mut().flat_map(|stage| &mut stage.steps) {
        for hazard in &mut step.hazards {
            let is_known = |entry: &&Acknowledgement| {
                entry.risk.node == hazard.risk.as_str()
                    && (entry.at.matches(&step.key.plain()) || entry.at.matches(&step.key.name.plain()))
            };
            let known = entries.iter().position(is_known);
            if let Some(at) = known
                && let (Some(used), Some(entry)) = (used.get_mut(at), entries.get(at))
            {
                *used = true;
                hazard.acknowledged = Some(entry.reason.node.clone());
                continue;
            }
            if !hazard.risk.needs_acknowledgement() {
                continue;
            }
            let what = format!("{} {} `{}`", step.verb.as_str(), step.key.kind.label(), step.key.plain());
            let diagnostic = sink.error(HAZARD, step.span, format!("{what}: {}", hazard.message));
            if let Some(safer) = hazard.safer {
                diagnostic.help(format!("safer: {safer}"));
            }
            diagnostic.help(format!(
                "to go on, write in schema.toml: [[acknowledge]] risk = \"{0}\", at = \"{1}\", reason = \"…\"; or in a table's note: \
                 `acknowledge: {0} of {1} — …`",
                hazard.risk.as_str(),
                step.key.plain()
            ));
        }
    }
    for (entry, used) in entries.into_iter().zip(used) {
        let risks = Risk::ALL.map(Risk::as_str);
        if !risks.contains(&entry.risk.node.as_str()) {
            sink.error(UNKNOWN, entry.risk.span, format!("no hazard is called `{}`", entry.risk.node))
                .help(format!("the hazards are {}", risks.join(", ")));
        } else if !used {
            sink.warning(
                UNUSED,
                entry.span,
                format!(
                    "nothing that is planned has this hazard: {} of {}",
                    entry.risk.node,
                    entry.at.as_str()
                ),
            )
            .help("remove the entry; after a release it has done its work");
        }
    }
}

/// Returns a file name for every stage.
fn names(released: &Released, stages: &[Stage], schema: &Schema, config: &Config) -> Vec<String> {
    let last = released.ledger.migrations.last().map_or(NONE, |entry| entry.node.name.as_str());
    // Runners go by the number, and leave out what comes behind a higher one.
    let numbers = released.by_hand.iter().filter_map(|file| layout::version(file).0.parse::<u64>().ok());
    let by_hand = numbers.max().unwrap_or_default();
    let known = |file: &str| {
        let number = layout::version(file).0.parse::<u128>();
        let of_last = layout::version(last).0.parse::<u128>();
        matches!((number, of_last), (Ok(number), Ok(of_last)) if number <= of_last)
    };
    // The document names the next file itself.
    let stated = schema
        .migrations
        .iter()
        .map(|migration| super::place::file_name(&migration.file.value))
        .find(|file| !known(file));
    let words = match (&config.migrations.next, stages.first()) {
        (Some(next), _) => slug(&next.node),
        (None, Some(_)) => told(stages),
        (None, None) => String::new(),
    };
    let words = if words.is_empty() { "change".to_owned() } else { words };
    let mut names: Vec<String> = Vec::new();
    let mut part = 0;
    for (at, stage) in stages.iter().enumerate() {
        part += usize::from(stage.transactional || at == 0);
        let words = match (at, stage.transactional) {
            (0, _) => words.clone(),
            (_, false) => told(std::slice::from_ref(stage)),
            (_, true) => format!("{words}_part_{part}"),
        };
        let name = match (at, &stated, &config.migrations.next) {
            (0, Some(stated), None) => stated.clone(),
            _ => format!(
                "{}_{words}.sql",
                next_number_behind(names.last().map_or(last, String::as_str), by_hand)
            ),
        };
        names.push(name);
    }
    names
}

/// Names a change by what it does to which tables.
fn told(stages: &[Stage]) -> String {
    let steps: Vec<&Step> = stages.iter().flat_map(|stage| &stage.steps).collect();
    let major = |step: &&&Step| !matches!(step.key.kind, Kind::Comment | Kind::Grant | Kind::Setting);
    let majors: Vec<&&Step> = steps.iter().filter(major).collect();
    if let [step] = majors.as_slice() {
        let name = match step.key.kind {
            Kind::Index | Kind::Constraint | Kind::ForeignKey => step.key.part.clone(),
            Kind::Rows => format!("rows of {}", step.key.plain()),
            _ => step.key.plain(),
        };
        return cut(&slug(&format!("{} {name}", step.verb.as_str())));
    }
    let made = |wanted: Verb| steps.iter().filter(move |it| it.verb == wanted && it.key.kind == Kind::Table);
    let created: BTreeSet<String> = made(Verb::Create).map(|step| step.key.name.plain()).collect();
    let dropped: BTreeSet<String> = made(Verb::Drop).map(|step| step.key.name.plain()).collect();
    let touched: BTreeSet<String> = steps.iter().map(|step| step.key.name.plain()).collect();
    let verb = match (created.len(), dropped.len()) {
        (1.., 0) if touched.is_subset(&created) => "create",
        (0, 1..) if touched.is_subset(&dropped) => "drop",
        _ => "change",
    };
    let names: Vec<String> = match verb {
        "create" => created.into_iter().collect(),
        "drop" => dropped.into_iter().collect(),
        _ => touched.into_iter().filter(|name| !name.is_empty()).collect(),
    };
    match names.as_slice() {
        [one] => cut(&slug(&format!("{verb} {one}"))),
        [one, two] => cut(&slug(&format!("{verb} {one} {two}"))),
        [one, rest @ ..] => cut(&slug(&format!("{verb} {one} and {} more", rest.len()))),
        [] => String::new(),
    }
}

/// Cuts a name at a length that a folder's listing bears.
fn cut(words: &str) -> String {
    words.chars().take(60).collect::<String>().trim_end_matches('_').to_owned()
}

/// Returns a stage's statements: those about one thing together, under its name, with what was acknowledged.
fn sections(stage: &Stage, config: &Config) -> Vec<Section> {
    let mut sections = Vec::new();
    if stage.transactional {
        sections.extend(super::timeouts(config));
    }
    let ends = super::timeouts_end(config).filter(|_| stage.transactional);
    for step in &stage.steps {
        let title = format!("{} {}", step.verb.as_str(), title(step));
        let remarks = step.hazards.iter().map(|hazard| {
            let known = hazard.acknowledged.as_ref().map(|reason| format!("\nacknowledged: {reason}"));
            Statement::Remark(format!(
                "{}: {}{}",
                hazard.risk.as_str(),
                hazard.message,
                known.unwrap_or_default()
            ))
        });
        let statements = remarks.chain(step.statements.iter().cloned());
        match sections.last_mut() {
            Some(Section { title: last, statements: known }) if *last == title => known.extend(statements),
            _ => sections.push(Section { title, statements: statements.collect() }),
        }
    }
    sections.extend(ends);
    sections
}

fn title(step: &Step) -> String {
    match step.key.kind {
        Kind::Comment => "comments".to_owned(),
        _ => format!("{} {}", step.key.kind.label(), step.key.plain()),
    }
}

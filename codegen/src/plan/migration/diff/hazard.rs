//! What a step costs a database that is in use, and what it may break.

mod access;
mod column;
mod domain;
mod lock;
mod partition;
mod retyped;

use std::collections::BTreeSet;

use super::carried::default_privileges;
use super::object::{Body, Key, Kind};
use super::side::Side;
use super::{Step, Verb};
use crate::model::QualifiedName;
use crate::model::token::tokens;
use crate::plan::migration::statement::{ConstraintBody, IndexDef, Statement};
use column::{added_column, altered_column};
pub use lock::Lock;

/// What can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Risk {
    /// Rows or values are lost.
    DataLoss,
    /// It fails where rows that are there do not fit.
    MayFail,
    /// The whole table is written anew while nobody can use it.
    Rewrite,
    /// The whole table is read while somebody waits.
    Scan,
    /// It cannot run in a transaction with what uses it.
    Transaction,
    /// It waits for everybody who uses the table, and whoever comes waits for it.
    Lock,
    /// Programs that know the schema as it was go wrong.
    BreaksClients,
    /// Somebody sees or may do what was kept from him.
    Exposure,
}

impl Risk {
    /// Every risk.
    pub const ALL: [Self; 8] = [
        Self::DataLoss,
        Self::MayFail,
        Self::Rewrite,
        Self::Scan,
        Self::Transaction,
        Self::Lock,
        Self::BreaksClients,
        Self::Exposure,
    ];

    /// Tells whether somebody has to say that he has looked at it before it is planned for a release.
    pub fn needs_acknowledgement(self) -> bool {
        match self {
            Self::DataLoss | Self::Rewrite | Self::Scan | Self::Exposure => true,
            Self::MayFail | Self::Transaction | Self::Lock | Self::BreaksClients => false,
        }
    }

    /// Returns the risk's name in `schema.toml` and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::DataLoss => "data-loss",
            Self::MayFail => "may-fail",
            Self::Rewrite => "rewrite",
            Self::Scan => "scan",
            Self::Transaction => "transaction",
            Self::Lock => "lock",
            Self::BreaksClients => "breaks-clients",
            Self::Exposure => "exposure",
        }
    }
}

/// Something to know before a step is run on a table that is in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hazard {
    /// What can go wrong.
    pub risk: Risk,
    /// What happens.
    pub message: String,
    /// The safer way, where there is one.
    pub safer: Option<&'static str>,
    /// Why it is taken, where `schema.toml` says so.
    pub acknowledged: Option<String>,
}

impl Hazard {
    /// Makes a hazard that nobody has looked at.
    pub fn new(risk: Risk, message: impl Into<String>, safer: Option<&'static str>) -> Self {
        Self { risk, message: message.into(), safer, acknowledged: None }
    }
}

/// Gives every step its lock and hazards; what concerns only tables that the same migration makes is no hazard.
pub(super) fn announce(steps: &mut [Step], old: &Side, new: &Side) {
    let made: BTreeSet<QualifiedName> = steps
        .iter()
        .filter(|step| {
            step.verb == Verb::Create && matches!(step.key.kind, Kind::Table | Kind::MaterializedView)
        })
        .map(|step| step.key.name.clone())
        .collect();
    for step in steps {
        if let Some(moved) = partition::moved(step) {
            step.lock = moved.lock(&made);
            let hazards = moved.hazards(step, (old, new), &made);
            step.hazards.extend(hazards);
            continue;
        }
        let fresh = made.contains(&step.key.name) && step.verb != Verb::Drop && step.verb != Verb::Replace;
        // A partition is made in a table that others use.
        let whole = partition::whole_of(step, new, &made).filter(|_| fresh);
        step.lock = match (fresh, &whole) {
            (true, Some(_)) => Lock::AccessExclusive,
            (true, None) => lock::of_fresh(step, new, &made),
            (false, _) => lock::of(step),
        };
        match whole {
            Some(whole) => step.hazards = partition::made(step, &whole, old),
            None if fresh => {}
            None => step.hazards = hazards(step, old, new),
        }
    }
}

/// Tells whether a step has a table join others as their partition or heir.
pub(super) fn joins(step: &Step) -> bool {
    partition::moved(step).is_some_and(|moved| moved.joins)
}

/// Returns what defines an object of a side.
fn find<'a>(kind: Kind, name: &QualifiedName, side: &'a Side) -> Option<&'a Body> {
    side.find(&Key::new(kind, name, "")).map(|at| &side.object(at).body)
}

/// Tells whether an expression may end in a mistake for some values: a division, a cast.
fn may_fail(expression: &str) -> bool {
    let own = tokens(expression);
    own.iter().any(|token| token.is("/") || token.is("%") || token.is("cast"))
        || own.windows(2).any(|pair| matches!(pair, [a, b] if a.is(":") && b.is(":")))
}

fn mentions(step: &Step, word: &str) -> bool {
    step.statements.iter().any(|statement| match statement {
        Statement::AlterTable { action, .. } => action.contains(word),
        Statement::Verbatim { text, .. } => text.contains(word),
        _ => false,
    })
}

/// Tells whether a step makes a type anew under its name.
fn sets_aside(step: &Step) -> bool {
    step.statements.iter().any(|statement| matches!(statement, Statement::SetAside { .. }))
}

fn hazards(step: &Step, old: &Side, new: &Side) -> Vec<Hazard> {
    let table = step.key.name.plain();
    match (step.verb, step.key.kind) {
        (Verb::Drop | Verb::Replace, Kind::Table) => {
            let mut message = format!("every row of `{table}` is lost");
            if let Some(twin) = twin_table(step, old, new) {
                message += &format!(
                    "; where `{twin}` is the same table under a new name, write `was: {table}` beside it"
                );
            }
            vec![Hazard::new(
                Risk::DataLoss,
                message,
                Some("rename the table and drop it in a later release"),
            )]
        }
        (Verb::Drop | Verb::Replace, Kind::Column) => {
            let generated = old.find(&step.key).map(|at| &old.object(at).body);
            if matches!(generated, Some(Body::Column(column)) if column.generated.is_some())
                && step.verb == Verb::Replace
            {
                return vec![Hazard::new(Risk::Rewrite, format!("`{table}` is written anew"), None)];
            }
            let mut message = format!("every value of `{}` is lost", step.key.plain());
            if let Some(twin) = twin(step, old, new) {
                message += &format!(
                    "; where `{twin}` is the same column under a new name, write `was: {}` beside it",
                    step.key.part
                );
            }
            vec![Hazard::new(
                Risk::DataLoss,
                message,
                Some("stop using the column in one release and drop it in the next"),
            )]
        }
        (Verb::Drop | Verb::Replace, Kind::Sequence) => {
            vec![Hazard::new(Risk::DataLoss, format!("the position of `{table}` is lost"), None)]
        }
        (Verb::Drop, Kind::Extension) => {
            vec![Hazard::new(Risk::DataLoss, format!("everything that `{table}` brought goes with it"), None)]
        }
        (Verb::Alter, Kind::Table) if mentions(step, "ATTACH PARTITION") => partition::within_bounds(&table),
        (Verb::Create, Kind::Column) => added_column(step, new),
        (Verb::Alter, Kind::Column) => altered_column(step, old, new),
        (Verb::Alter, Kind::Enum) if mentions(step, "ADD VALUE") => {
            vec![Hazard::new(
                Risk::Transaction,
                "a new label cannot be used in the transaction that adds it".to_owned(),
                Some("commit before a statement that uses the label"),
            )]
        }
        (Verb::Alter, Kind::Enum | Kind::Domain | Kind::Composite) if sets_aside(step) => {
            let may_fail = Hazard::new(
                Risk::MayFail,
                format!("it fails where a row holds a value that `{table}` has no more"),
                Some("change such rows in a migration before this one"),
            );
            lost_attributes(step).into_iter().chain([may_fail]).collect()
        }
        (Verb::Alter, Kind::Domain) => domain::checked(step, old),
        (Verb::Alter, Kind::Sequence) if is_bounded(step) => vec![Hazard::new(
            Risk::MayFail,
            format!("it fails where `{table}` has gone beyond its new bounds"),
            None,
        )],
        (Verb::Alter, Kind::Composite) => lost_attributes(step).into_iter().collect(),
        (Verb::Create, Kind::Constraint | Kind::ForeignKey) => added_constraint(step, new),
        (Verb::Alter, Kind::Constraint | Kind::ForeignKey) if mentions(step, "VALIDATE") => {
            vec![breaks(&table)]
        }
        (Verb::Create, Kind::Index) => added_index(step, new),
        (Verb::Drop | Verb::Replace, Kind::Index) => {
            vec![waits(&table, Some("drop it concurrently, outside a transaction"))]
        }
        (_, Kind::Other) => not_reached(step, old, new).into_iter().collect(),
        (Verb::Create | Verb::Alter | Verb::Drop, Kind::Setting) if step.key.part == "persistence" => {
            vec![Hazard::new(Risk::Rewrite, format!("`{table}` is written anew"), None)]
        }
        (Verb::Drop, Kind::Setting) if mentions(step, " CURRENT_USER") => {
            access::without_owner(step, old).into_iter().collect()
        }
        (_, Kind::Setting) => access::switched(step).into_iter().collect(),
        (Verb::Drop | Verb::Replace, Kind::Policy) => access::without_policy(step, old, new),
        (Verb::Create, Kind::Policy) => access::with_policy(step, old, new).into_iter().collect(),
        (Verb::Alter | Verb::Replace, Kind::View | Kind::Routine) => {
            access::by_another(step, old, new).into_iter().collect()
        }
        (Verb::Create, Kind::Action) => again(step, old).into_iter().collect(),
        (_, Kind::Grant) => access::privileges(step, old, new),
        _ => Vec::new(),
    }
}

/// Tells that rows are put into a table once more, into which another statement of the old side has put some: it has gone, or says
/// something else now.
fn again(step: &Step, old: &Side) -> Option<Hazard> {
    let into = step.key.filled()?;
    old.objects.iter().any(|object| object.key.filled().as_ref() == Some(&into)).then(|| {
        let into = into.plain();
        Hazard::new(
            Risk::MayFail,
            format!(
                "it runs whole: it fails where `{into}` has such rows by a key, and doubles them without one"
            ),
            Some("write the change of the rows in a migration of your own, or give their values as literals"),
        )
    })
}

/// Tells whether a sequence gets other bounds.
fn is_bounded(step: &Step) -> bool {
    let bounds = |text: &str| {
        let own = tokens(text);
        own.windows(2).any(|pair| {
            matches!(pair, [before, word] if !before.is("no") && (word.is("maxvalue") || word.is("minvalue")))
        })
    };
    step.statements.iter().any(|statement| match statement {
        Statement::AlterTable { action, .. } => bounds(action),
        Statement::Verbatim { text, .. } => bounds(text),
        _ => false,
    })
}

/// Tells of what default privileges do not reach, since it is there already.
fn not_reached(step: &Step, old: &Side, new: &Side) -> Option<Hazard> {
    let of = |side: &Side| side.find(&step.key).map(|at| side.object(at).clone());
    let kept = default_privileges::untouched(&of(new).or_else(|| of(old))?, old, new);
    let more = match kept.len() {
        0 | 1 => String::new(),
        count => format!(" and {} more", count - 1),
    };
    let message = format!(
        "it holds for what is made from then on: `{}`{more} keep the privileges that they have",
        kept.first()?.name.plain()
    );
    Some(Hazard::new(
        Risk::BreaksClients,
        if more.is_empty() {
            message.replace("keep the privileges that they have", "keeps the privileges that it has")
        } else {
            message
        },
        Some(
            "say in the document as well what may be done with what is there: `GRANT … ON ALL TABLES IN SCHEMA …`",
        ),
    ))
}

/// Tells of the values that go with the attributes of a composite type.
fn lost_attributes(step: &Step) -> Option<Hazard> {
    let message = format!("values of the attributes that go from `{}` are lost", step.key.name.plain());
    mentions(step, "DROP ATTRIBUTE").then(|| Hazard::new(Risk::DataLoss, message, None))
}

/// Returns a table with the same columns that is new: it may be this one under another name.
fn twin_table(step: &Step, old: &Side, new: &Side) -> Option<String> {
    let columns = |side: &Side, table: usize| -> Vec<(String, String)> {
        let name = &side.object(table).key.name;
        let parts = side.dependents(table).iter().map(|(part, _)| side.object(*part));
        let mut columns: Vec<_> = parts
            .filter(|part| part.key.name == *name)
            .filter_map(|part| match &part.body {
                Body::Column(column) => Some((part.key.part.clone(), column.ty().to_string())),
                _ => None,
            })
            .collect();
        columns.sort();
        columns.dedup();
        columns
    };
    let gone = columns(old, old.find(&step.key)?);
    let mut tables = new.objects.iter().enumerate().filter(|(_, object)| object.key.kind == Kind::Table);
    let is_new = |object: &super::object::Object| old.find(&object.key).is_none();
    let found = tables.find(|(at, object)| is_new(object) && !gone.is_empty() && columns(new, *at) == gone);
    found.map(|(_, object)| object.key.name.plain())
}

/// Returns a column of the same table and type that is new: it may be this one under another name.
fn twin(step: &Step, old: &Side, new: &Side) -> Option<String> {
    let Some(Body::Column(gone)) = old.find(&step.key).map(|at| &old.object(at).body) else { return None };
    let table = new.find(&super::Key::new(Kind::Table, &step.key.name, ""))?;
    let parts = new.dependents(table).iter().map(|(part, _)| new.object(*part));
    let mut parts = parts.filter(|object| object.key.name == step.key.name);
    parts.find_map(|object| match &object.body {
        Body::Column(column) if old.find(&object.key).is_none() && column.ty() == gone.ty() => {
            Some(object.key.part.clone())
        }
        _ => None,
    })
}

fn added_constraint(step: &Step, new: &Side) -> Vec<Hazard> {
    let Some(Body::Constraint(constraint)) = new.find(&step.key).map(|at| &new.object(at).body) else {
        return Vec::new();
    };
    if constraint.not_valid {
        return Vec::new();
    }
    let table = step.key.name.plain();
    let safer = match constraint.body {
        ConstraintBody::Check { .. } | ConstraintBody::ForeignKey { .. } => {
            Some("add it NOT VALID, and validate it in a later transaction")
        }
        ConstraintBody::PrimaryKey { .. } | ConstraintBody::Unique { .. } => {
            Some("create a unique index concurrently, and make the constraint of it with USING INDEX")
        }
        ConstraintBody::Exclude(_) => None,
    };
    let message = format!("every row of `{table}` is read under the lock");
    vec![Hazard::new(Risk::Scan, message, safer), breaks(&table)]
}

/// Returns what goes wrong where a column that shall not be NULL is.
pub(super) fn is_null(column: &super::Key) -> Hazard {
    Hazard::new(
        Risk::MayFail,
        format!("it fails where a row of `{}` has NULL in `{}`", column.name.plain(), column.part),
        Some("fill such rows first"),
    )
}

fn waits(table: &str, safer: Option<&'static str>) -> Hazard {
    let message = format!("it waits for every query of `{table}`, and whoever comes waits for it");
    Hazard::new(Risk::Lock, message, safer)
}

fn breaks(table: &str) -> Hazard {
    let message = format!("it fails where a row of `{table}` breaks the constraint");
    Hazard::new(Risk::MayFail, message, None)
}

fn added_index(step: &Step, new: &Side) -> Vec<Hazard> {
    let index = match new.find(&step.key).map(|at| &new.object(at).body) {
        Some(Body::Index(index)) => Some(index),
        _ => None,
    };
    let table = step.key.name.plain();
    let mut found = vec![Hazard::new(
        Risk::Scan,
        format!("nobody can write to `{table}` while the index is built"),
        Some("create it concurrently, outside a transaction"),
    )];
    let texts = |index: &IndexDef| index.parts.iter().chain(&index.predicate).any(|text| may_fail(text));
    if index.is_some_and(|index| texts(index)) {
        found.push(Hazard::new(
            Risk::MayFail,
            format!("it fails where what the index holds cannot be worked out for a row of `{table}`"),
            Some("look for such rows first"),
        ));
    }
    if index.is_some_and(|index| index.unique) {
        found.push(Hazard::new(
            Risk::MayFail,
            format!("it fails where two rows of `{table}` have the same key"),
            None,
        ));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::Risk;
    use crate::config::Config;
    use crate::plan::ledger;
    use crate::plan::migration::diff::{self, Side};

    #[test]
    fn documents_call_them_as_plans_do() {
        assert_eq!(Risk::ALL.map(Risk::as_str), crate::source::ruling::RISKS);
    }

    /// Returns what is told of a change from one script to another.
    pub(super) fn told(old: &str, new: &str) -> String {
        let config = ledger::literal(&Config::for_name("shop"));
        let [old, new] = [old, new].map(|text| ledger::read_back(text, &config));
        let side = |schema| Side { schema, config: &config };
        let steps = diff::diff(side(&old), side(&new)).unwrap_or_default();
        let hazards = steps.iter().flat_map(|step| &step.hazards);
        hazards.map(|hazard| format!("{}: {}\n", hazard.risk.as_str(), hazard.message)).collect()
    }

    #[test]
    fn default_privileges_do_not_reach_what_is_there() {
        let given = "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO public;";
        let tables = "CREATE SCHEMA app; CREATE TABLE app.a (x int); CREATE TABLE app.b (x int); CREATE TABLE c (x int);";
        insta::assert_snapshot!(told(tables, &format!("{tables} {given}")), @"breaks-clients: it holds for what is made from then on: `app.a` and 1 more keep the privileges that they have");
        // Neither what comes with them nor what is of another schema is spoken of.
        assert_eq!(told("CREATE SCHEMA app; CREATE TABLE c (x int);", &format!("{tables} {given}")), "");
    }

    #[test]
    fn a_cast_that_is_written_tells_what_it_loses() {
        let change = |from: &str, to: &str| {
            told(&format!("CREATE TABLE t (x {from});"), &format!("CREATE TABLE t (x {to});"))
        };
        assert!(
            change("integer", "boolean").contains("data-loss: values of `t.x` lose everything but whether")
        );
        assert!(!change("integer", "boolean").contains("may-fail"));
        assert!(!change("boolean", "integer").contains("data-loss"));
        assert!(
            change("text", "integer")
                .contains("may-fail: it fails where a value of `t.x` is none of the new type")
        );
    }
}

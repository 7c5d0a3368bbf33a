//! The difference of two schemas as a migration: from what is there to what the documents say.
//!
//! Both sides are taken apart into objects (`collect`, `carried`). Objects of the same name are compared (`change`); what
//! cannot be changed where it is is dropped and made anew, and with it what depends on it (`plan`). The steps (`steps`) come in an
//! order in which each finds what it needs (`graph`). What cannot be done rightly is refused, never guessed.

mod all_of;
mod attached;
mod attribute;
mod carried;
mod change;
mod circle;
mod collect;
mod composite;
mod domain;
mod edges;
mod graph;
mod hazard;
mod index;
mod inherited;
mod lineage;
mod make;
mod needs;
mod object;
mod online;
mod persistence;
mod plan;
mod policy;
mod position;
mod privileges;
mod rename;
mod retype;
mod routine;
mod scope;
mod sequence;
mod setting;
mod side;
mod spelling;
mod steps;
mod tail;
pub(super) mod unchecked;
mod untouched;

use crate::config::Config;
use crate::expr;
use crate::model::{QualifiedName, Schema, VerbatimData};
use crate::plan::migration::names;
use crate::plan::migration::statement::Statement;
use crate::span::Span;
pub use hazard::{Hazard, Lock, Risk};
pub(super) use needs::Needs;
pub use object::{Key, Kind};
use object::{Object, Target};

/// What is done in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Something is made.
    Create,
    /// Something is changed where it is.
    Alter,
    /// Something is dropped because it is made anew.
    Replace,
    /// Something is dropped.
    Drop,
}

impl Verb {
    /// Returns the verb as a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Alter => "alter",
            Self::Replace => "replace",
            Self::Drop => "drop",
        }
    }
}

/// One step of a migration.
#[derive(Clone, Debug)]
pub struct Step {
    /// What is done.
    pub verb: Verb,
    /// With what.
    pub key: Key,
    /// Where the document says it: of what is dropped, the old document.
    pub span: Span,
    /// The lock that it takes on a table that is in use.
    pub lock: Lock,
    /// The statements.
    pub statements: Vec<Statement>,
    /// What they may cost or break.
    pub hazards: Vec<Hazard>,
    /// The places of the steps that have to be done before.
    pub after: Vec<usize>,
    /// Whether it adds a label to an enum, or has to be done before one that does.
    pub for_label: bool,
}

impl Step {
    /// Tells whether it adds a label to an enum.
    pub(super) fn adds_label(&self) -> bool {
        let adds = |statement: &Statement| matches!(statement, Statement::Verbatim { text, .. } if text.contains(" ADD VALUE "));
        self.key.kind == Kind::Enum && self.verb == Verb::Alter && self.statements.iter().any(adds)
    }
}

/// Steps that are done together.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Whether they may run in a transaction; where they may not, there is one.
    pub transactional: bool,
    /// The steps, in their order.
    pub steps: Vec<Step>,
}

/// Why a difference cannot be planned.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The place to point at.
    pub span: Span,
    /// What cannot be done.
    pub message: String,
    /// What the author can do instead.
    pub help: &'static str,
}

/// One side of a difference.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The configuration that holds for it.
    pub config: &'a Config,
}

/// Returns the types in the head of a routine that a carried statement makes: those of its arguments and of its result.
pub(super) fn types_of(data: &VerbatimData) -> Vec<QualifiedName> {
    let is_routine = |object: &Object| object.key.kind == Kind::Routine;
    let needs = carried::made(data).filter(is_routine).map(|object| object.needs).unwrap_or_default();
    needs
        .into_iter()
        .filter_map(|need| match need.on {
            Target::Type(name) => Some(*name),
            _ => None,
        })
        .collect()
}

/// Returns what the object is called that a carried statement makes.
pub(in crate::plan) fn key_of(data: &VerbatimData) -> Option<Key> {
    carried::made(data).map(|object| object.key)
}

/// Returns what drops the object that a carried statement makes, where it is there, and the table or view that it is a part of.
pub(super) fn taken_back(data: &VerbatimData) -> Option<(Option<QualifiedName>, String)> {
    let object = carried::made(data)?;
    let Some(Statement::Verbatim { text, .. }) = make::drop(&object)?.into_iter().next() else { return None };
    // `DROP USER MAPPING FOR PUBLIC …`: for whom is no word of what it is.
    let is_kind = |word: &&str| *word != "FOR" && word.chars().all(|c| c.is_ascii_uppercase() || c == '-');
    let kind: Vec<&str> = text.strip_prefix("DROP ")?.split(' ').take_while(is_kind).collect();
    let kind = kind.join(" ");
    let name = text.strip_prefix(&format!("DROP {kind} "))?;
    Some((object.goes_with.map(|whole| whole.name.clone()), format!("DROP {kind} IF EXISTS {name}")))
}

/// Returns what takes a statement back that gives or takes privileges, or says what is given by default: of each role and thing what was
/// there before it, unless that goes along with its thing, of which the kind and the name are asked for. None where it is no such statement.
pub(super) fn privileges_taken_back(
    schema: &Schema,
    data: &VerbatimData,
    goes_along: &dyn Fn(&str, Option<&QualifiedName>) -> bool,
) -> Option<Vec<String>> {
    let mut said: Vec<&VerbatimData> =
        schema.verbatim.iter().take_while(|other| !std::ptr::eq(*other, data)).collect();
    let before = carried::privileges(&said);
    said.push(data);
    let after = carried::privileges(&said);
    // Nothing of it was read.
    carried::privileges(&[data]).first()?;
    let is_meant = |own: &&privileges::Privileges| {
        let kind = own.spelt.split(' ').next().unwrap_or_default();
        !own.head.is_empty() || !goes_along(kind, own.thing.as_ref())
    };
    let find = |list: &[privileges::Privileges], key: &str| list.iter().find(|own| own.key() == key).cloned();
    let mut statements = Vec::new();
    for own in after.iter().filter(is_meant) {
        match find(&before, &own.key()) {
            Some(was) => statements.extend(was.changes(own)),
            None => statements.extend(own.undone()),
        }
    }
    for own in before.iter().filter(is_meant) {
        if find(&after, &own.key()).is_none() {
            statements.extend(own.said());
        }
    }
    Some(statements)
}

/// Returns what takes a carried description back.
pub(super) fn comment_taken_back(data: &VerbatimData) -> Option<String> {
    match make::drop(&carried::made(data)?)?.into_iter().next()? {
        Statement::Verbatim { text, .. } => Some(text),
        _ => None,
    }
}

/// Returns the steps that make the new schema of the old one, in their order.
///
/// # Errors
///
/// Every reason why that cannot be planned.
pub fn diff(old: Side<'_>, new: Side<'_>) -> Result<Vec<Step>, Vec<Refusal>> {
    planned((old, new, false), |steps, _, _| steps)
}

/// Returns the steps that make the new schema of the old one while the tables are in use: what would keep users waiting is done in
/// parts that do not. Where every part runs in a transaction, indexes are built and dropped at once.
///
/// # Errors
///
/// As [`diff`].
pub fn online(old: Side<'_>, new: Side<'_>, leaves_transactions: bool) -> Result<Vec<Stage>, Vec<Refusal>> {
    planned((old, new, false), |steps, old, new| online::stages(steps, old, new, leaves_transactions))
}

/// Plans a change; `returns` says that it takes one back, so that what the new side says of former names is of now.
fn planned<T>(
    (old, new, returns): (Side<'_>, Side<'_>, bool),
    made: impl FnOnce(Vec<Step>, &side::Side, &side::Side) -> T,
) -> Result<T, Vec<Refusal>> {
    let (leaving, joining) = lineage::apart(old, new);
    let (mut schema, target) = (leaving.schema, joining.schema);
    let renamed = match rename::states_any(&target) {
        true => rename::apply(schema.to_mut(), old.config, &target, returns),
        false => Vec::new(),
    };
    let (old, new) =
        (Side { schema: &schema, config: old.config }, Side { schema: &target, config: new.config });
    let (was, is) = (names::choose(&schema, old.config), names::choose(&target, new.config));
    let (unchanged, same) = match renamed.is_empty() && leaving.steps.is_empty() && joining.steps.is_empty() {
        true => untouched::untouched((old, &was), (new, &is)),
        false => Default::default(),
    };
    let (mut before, mut after) =
        (collect::objects(old, &was, &unchanged), collect::objects(new, &is, &same));
    if returns {
        leave_rows(&before, &mut after);
    }
    all_of::settle(&mut before, &mut after);
    let (before, after) = (side::Side::new(before), side::Side::new(after));
    let mut planner = plan::Planner::new(&before, &after);
    planner.with_renamed_columns = rename::with_renamed_columns(&renamed, &schema);
    planner.decide();
    let mut steps = planner.steps()?;
    // What leaves comes before everything, and what joins behind it.
    let (left, changed) = (leaving.steps.len(), steps.len());
    steps.splice(0..0, leaving.steps);
    steps.extend(joining.steps);
    hazard::announce(&mut steps, &before, &after);
    unchecked::leave_unchecked(&mut steps, &after);
    let count = renamed.len() + left;
    for place in steps.iter_mut().skip(left).take(changed).flat_map(|step| &mut step.after) {
        *place += count;
    }
    for step in steps.iter_mut().skip(left + changed) {
        step.after = (0..count + changed).collect();
    }
    let rest = steps.split_off(left);
    steps.extend(renamed);
    steps.extend(rest);
    mark_labels(&mut steps, count);
    Ok(made(steps, &before, &after))
}

/// Leaves out what puts rows into a table that is there: what takes a change back finds those that the change has left.
fn leave_rows(before: &[Object], after: &mut Vec<Object>) {
    let is_there = |table: QualifiedName| {
        let key = Key::new(Kind::Table, &table, "");
        before.iter().any(|object| object.key == key)
    };
    let is_known = |key: &Key| before.iter().any(|object| object.key == *key);
    // Few objects are rows: of what is not nothing is looked up.
    after.retain(|object| !object.key.filled().is_some_and(is_there) || is_known(&object.key));
}

/// Marks what adds labels to enums, and what has to be done before that: everything is planned for the names that come of the first
/// steps, which rename.
fn mark_labels(steps: &mut [Step], renamed: usize) {
    let adding = steps.iter().enumerate().filter(|(_, step)| step.adds_label());
    let mut open: Vec<usize> = adding.map(|(at, _)| at).collect();
    if !open.is_empty() {
        open.extend(0..renamed);
    }
    while let Some(step) = open.pop().and_then(|at| steps.get_mut(at)) {
        if !std::mem::replace(&mut step.for_label, true) {
            open.extend(step.after.iter().copied());
        }
    }
}

/// Returns the steps that take a difference back: from the new schema to the old one.
///
/// # Errors
///
/// As [`diff`].
pub fn back(old: Side<'_>, new: Side<'_>) -> Result<Vec<Step>, Vec<Refusal>> {
    let target = stated_back(old.schema, new.schema);
    returned(new, Side { schema: &target, config: old.config })
}

/// Returns the same, where the old schema says already what is called otherwise in the new one.
///
/// # Errors
///
/// As [`diff`].
pub(super) fn returned(new: Side<'_>, old: Side<'_>) -> Result<Vec<Step>, Vec<Refusal>> {
    planned((new, old, true), |steps, _, _| steps)
}

/// Returns the old schema with the names that the new one states as its former ones said as such, so that the way back renames too.
pub(super) fn stated_back(old: &Schema, new: &Schema) -> Schema {
    rename::stated_back(old, new)
}

/// Tells whether two expressions are the same but for their spelling.
fn is_same_expression(a: &str, b: &str) -> bool {
    crate::model::token::is_same(a, b)
        || match (expr::parse(a), expr::parse(b)) {
            (Some(a), Some(b)) => a.is_same(&b),
            _ => false,
        }
}

//! What a step shows to those from whom it was hidden, and what it hides from those who saw it.

use super::super::carried::owner::owner;
use super::super::object::{Body, Key, Kind, Object};
use super::super::privileges::Privileges;
use super::super::scope::Scope;
use super::super::side::Side;
use super::super::{Step, Verb, policy, setting};
use super::{Hazard, Risk, mentions};
use crate::model::token::canonical;

/// Returns what row security that is switched on or off does.
pub(super) fn switched(step: &Step) -> Option<Hazard> {
    let table = step.key.name.plain();
    let goes = step.verb == Verb::Drop;
    match step.key.part.as_str() {
        setting::ROW_SECURITY if goes => Some(Hazard::new(
            Risk::Exposure,
            format!("every row of `{table}` is shown to whoever may read it: its policies hold no more"),
            Some("revoke the privileges of those who shall not see every row first"),
        )),
        setting::FORCED_ROW_SECURITY if goes => Some(Hazard::new(
            Risk::Exposure,
            format!(
                "every row of `{table}` is shown to its owner: its policies do not hold for him any more"
            ),
            Some("have programs use another role than the owner first"),
        )),
        setting::ROW_SECURITY if step.verb == Verb::Create => Some(Hazard::new(
            Risk::BreaksClients,
            format!("rows of `{table}` that no policy lets through are hidden from all but its owner"),
            None,
        )),
        setting::FORCED_ROW_SECURITY if step.verb == Verb::Create => Some(Hazard::new(
            Risk::BreaksClients,
            format!("rows of `{table}` that no policy lets through are hidden from its owner too"),
            None,
        )),
        _ => None,
    }
}

/// Returns what a policy that goes, or becomes another one, shows or hides.
///
/// Where row security is off before or behind, no policy holds, and the step that switches it speaks for all of them.
pub(super) fn without_policy(step: &Step, old: &Side, new: &Side) -> Vec<Hazard> {
    let of = |side: &Side| side.find(&step.key);
    let Some(was) = of(old).map(|at| old.object(at)).filter(|_| holds(step, old) && holds(step, new)) else {
        return Vec::new();
    };
    let is = of(new).map(|at| new.object(at));
    let Some(said) = text(was) else { return Vec::new() };
    // One that is made anew as it was, because of something that it stands on, does what it did.
    if let Some(is) = is
        && text(is).is_none_or(|text| policy::is_same(said, text, Scope::new((old, was), (new, is))))
    {
        return Vec::new();
    }
    let (name, table) = (&step.key.part, step.key.name.plain());
    if let Some(is) = is.and_then(text)
        && policy::is_wider(said, is)
    {
        return vec![shows(format!("more rows of `{table}` than before are let through by `{name}`"))];
    }
    vec![match (policy::is_restrictive(said), is) {
        (true, None) => shows(format!("rows of `{table}` that `{name}` kept hidden may be shown")),
        (true, Some(_)) => {
            shows(format!("rows of `{table}` that `{name}` kept hidden as it was may be shown"))
        }
        (false, None) => hides(format!("rows of `{table}` that only `{name}` let through are hidden")),
        (false, Some(_)) => hides(format!("other rows of `{table}` than before are let through by `{name}`")),
    }]
}

/// Returns what a policy that is new shows of a table that was there: one that lets every row through.
pub(super) fn with_policy(step: &Step, old: &Side, new: &Side) -> Option<Hazard> {
    let said = new.find(&step.key).and_then(|at| text(new.object(at)))?;
    let shows_all = old.find(&step.key).is_none() && policy::lets_all_through(said);
    (shows_all && holds(step, old) && holds(step, new)).then(|| {
        let (name, table) = (&step.key.part, step.key.name.plain());
        shows(format!("every row of `{table}` is let through by `{name}`, whatever other policies say"))
    })
}

/// Tells whether the policies of a step's table hold on a side.
fn holds(step: &Step, side: &Side) -> bool {
    side.find(&Key::new(Kind::Setting, &step.key.name, setting::ROW_SECURITY)).is_some()
}

/// Returns what a view or function shows that reads by the rights of another than who asks from then on.
pub(super) fn by_another(step: &Step, old: &Side, new: &Side) -> Option<Hazard> {
    let says = |side: &Side| {
        let said = match &side.object(side.find(&step.key)?).body {
            Body::Carried { create, .. } => canonical(create),
            Body::Routine(routine) => canonical(&routine.text),
            _ => return None,
        };
        let is_on = |option: &str| {
            let behind = said.split_once(option).map(|(_, behind)| behind.trim_start());
            behind.is_some_and(|behind| {
                let off = ["= false", "= off", "= 0", "= 'false'", "= 'off'", "=false", "=off", "=0"];
                !off.iter().any(|off| behind.starts_with(off))
            })
        };
        Some((is_on("security_invoker"), said.contains(" security definer ")))
    };
    let ((was_invoker, was_definer), (is_invoker, is_definer)) = (says(old)?, says(new)?);
    let name = step.key.plain();
    if was_invoker && !is_invoker {
        return Some(shows(format!("`{name}` shows what its owner may see, not only what who asks may")));
    }
    (is_definer && !was_definer)
        .then(|| shows(format!("`{name}` may do what its owner may, whoever calls it")))
}

/// Returns what it breaks that a thing has no owner of its own any more.
pub(super) fn without_owner(step: &Step, old: &Side) -> Option<Hazard> {
    let owner = owner(old.object(old.find(&step.key)?))?;
    let part = step.key.part.strip_prefix(setting::OWNER).unwrap_or_default().trim();
    let name = if part.is_empty() { step.key.name.plain() } else { part.to_owned() };
    Some(hides(format!("`{name}` is {owner}'s no more, but whose the migration runs as")))
}

/// Returns what privileges break that are taken back, and what is open that are given: to everybody, of more than before, or because
/// what took them goes.
pub(super) fn privileges(step: &Step, old: &Side, new: &Side) -> Vec<Hazard> {
    let of = |side: &'_ Side| match side.find(&step.key).map(|at| &side.object(at).body) {
        Some(Body::Privileges(own)) => Some(own.as_ref().clone()),
        _ => None,
    };
    let revokes = mentions(step, "REVOKE ") && matches!(step.verb, Verb::Drop | Verb::Alter);
    let takes = of(old).or_else(|| of(new)).is_some_and(|own| own.takes);
    let mut found = Vec::new();
    if revokes && !(takes && step.verb == Verb::Alter && is_same(of(old), of(new))) {
        found.push(hides(format!("whoever relies on privileges {} may do less", step.key.plain())));
    }
    if mentions(step, "GRANT ") && !is_same(of(old), of(new)) {
        found.extend(opened(step, (of(old), of(new)), old, new));
    }
    found
}

/// Tells whether the same is said on both sides: it is only said again.
fn is_same(old: Option<Privileges>, new: Option<Privileges>) -> bool {
    old.zip(new).is_some_and(|(old, new)| old.list == new.list)
}

/// Returns what privileges that a step gives open.
fn opened(
    step: &Step,
    (was, is): (Option<Privileges>, Option<Privileges>),
    old: &Side,
    new: &Side,
) -> Option<Hazard> {
    let own = is.as_ref().or(was.as_ref())?;
    let there = |side: &Side| {
        let needs = side.find(&step.key).map(|at| side.needs(at)).unwrap_or_default();
        let own = needs.iter().map(|(thing, _)| side.object(*thing).key.clone());
        own.filter(|key| !matches!(key.kind, Kind::Grant)).collect::<Vec<_>>()
    };
    // What is made only now is hidden from nobody.
    if there(new).iter().any(|thing| old.find(thing).is_none()) {
        return None;
    }
    let whom = if own.whom.eq_ignore_ascii_case("public") { "everybody" } else { own.whom.as_str() };
    let on = &own.spelt;
    if own.takes {
        // What was given before, and goes too, is not open.
        let goes = |(below, _): &&(usize, _)| {
            let below = old.object(*below);
            below.key.kind == Kind::Grant && new.find(&below.key).is_none()
        };
        let lies_over = old.find(&step.key).is_some_and(|at| old.needs(at).iter().any(|need| goes(&need)));
        return (!lies_over).then(|| {
            shows(format!(
                "{whom} may do again with {on} what was taken: nothing says any more that it is not his"
            ))
        });
    }
    let may_read = |own: &Privileges| own.list.iter().any(|(word, _)| word == "SELECT" || word == "ALL");
    match (&was, whom) {
        (_, "everybody") => Some(shows(format!("everybody may do more with {on} than before"))),
        (Some(was), _) if may_read(own) && !may_read(was) => {
            Some(shows(format!("{whom} may read {on}, which he might not before")))
        }
        _ => None,
    }
}

fn shows(message: String) -> Hazard {
    Hazard::new(
        Risk::Exposure,
        message,
        Some("look first, in the role of every program and person, at what each sees then"),
    )
}

fn hides(message: String) -> Hazard {
    Hazard::new(Risk::BreaksClients, message, None)
}

/// Returns the statement that makes a policy.
fn text(object: &Object) -> Option<&str> {
    match &object.body {
        Body::Carried { create, .. } => Some(create),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::told;

    const TABLE: &str = "CREATE TABLE note (owner text, secret boolean);";
    const ON: &str = "ALTER TABLE note ENABLE ROW LEVEL SECURITY;";
    const OWN: &str = "CREATE POLICY own ON note USING (owner = current_user);";
    const OPEN: &str = "CREATE POLICY open ON note AS RESTRICTIVE USING (NOT secret);";

    fn change(old: &[&str], new: &[&str]) -> String {
        told(&old.concat(), &new.concat())
    }

    #[test]
    fn row_security_that_is_switched() {
        insta::assert_snapshot!(change(&[TABLE, ON, OWN], &[TABLE]), @"exposure: every row of `note` is shown to whoever may read it: its policies hold no more");
        insta::assert_snapshot!(change(&[TABLE], &[TABLE, ON, OWN]), @"breaks-clients: rows of `note` that no policy lets through are hidden from all but its owner");
        let forced = "ALTER TABLE note FORCE ROW LEVEL SECURITY;";
        insta::assert_snapshot!(change(&[TABLE, ON, forced], &[TABLE, ON]), @"exposure: every row of `note` is shown to its owner: its policies do not hold for him any more");
        insta::assert_snapshot!(change(&[TABLE, ON], &[TABLE, ON, forced]), @"breaks-clients: rows of `note` that no policy lets through are hidden from its owner too");
        // What goes with its table shows nothing.
        assert!(!change(&[TABLE, ON, OPEN], &[]).contains("exposure"));
        assert_eq!(change(&[], &[TABLE, ON, OPEN]), "");
    }

    #[test]
    fn policies_that_go_or_change() {
        insta::assert_snapshot!(change(&[TABLE, ON, OWN, OPEN], &[TABLE, ON, OWN]), @"exposure: rows of `note` that `open` kept hidden may be shown");
        insta::assert_snapshot!(change(&[TABLE, ON, OWN, OPEN], &[TABLE, ON, OPEN]), @"breaks-clients: rows of `note` that only `own` let through are hidden");
        let wider = OPEN.replace("NOT secret", "true");
        insta::assert_snapshot!(change(&[TABLE, ON, OWN, OPEN], &[TABLE, ON, OWN, &wider]), @"exposure: rows of `note` that `open` kept hidden as it was may be shown");
        let other = OWN.replace("current_user", "session_user");
        insta::assert_snapshot!(change(&[TABLE, ON, OWN], &[TABLE, ON, &other]), @"breaks-clients: other rows of `note` than before are let through by `own`");
        let all = OWN.replace("owner = current_user", "true");
        insta::assert_snapshot!(change(&[TABLE, ON, OWN], &[TABLE, ON, &all]), @"exposure: more rows of `note` than before are let through by `own`");
        let or = OWN.replace("owner = current_user", "owner = current_user OR NOT secret");
        insta::assert_snapshot!(change(&[TABLE, ON, OWN], &[TABLE, ON, &or]), @"exposure: more rows of `note` than before are let through by `own`");
        insta::assert_snapshot!(change(&[TABLE, ON, &or], &[TABLE, ON, OWN]), @"breaks-clients: other rows of `note` than before are let through by `own`");
        let any = "CREATE POLICY any ON note FOR SELECT USING (true);";
        insta::assert_snapshot!(change(&[TABLE, ON, OWN], &[TABLE, ON, OWN, any]), @"exposure: every row of `note` is let through by `any`, whatever other policies say");
        // Without row security no policy does anything.
        assert_eq!(change(&[TABLE, OWN, OPEN], &[TABLE]), "");
    }

    #[test]
    fn privileges_that_are_taken_back() {
        let given = "GRANT SELECT, INSERT ON note TO public;";
        insta::assert_snapshot!(change(&[TABLE, given], &[TABLE]), @"breaks-clients: whoever relies on privileges on table note to public may do less");
        insta::assert_snapshot!(change(&[TABLE, given], &[TABLE, "GRANT ALL ON note TO public;"]), @"exposure: everybody may do more with table note than before");
        // Everybody gets something of what was there, and nothing of what is made only now.
        insta::assert_snapshot!(change(&[TABLE], &[TABLE, given]), @"exposure: everybody may do more with table note than before");
        assert_eq!(change(&[], &[TABLE, given]), "");
        assert_eq!(change(&[TABLE], &[TABLE, "GRANT SELECT ON note TO reader;"]), "");
        let more = ["GRANT INSERT ON note TO reader;", "GRANT INSERT, SELECT ON note TO reader;"];
        insta::assert_snapshot!(change(&[TABLE, more[0]], &[TABLE, more[1]]), @"exposure: reader may read table note, which he might not before");
    }

    #[test]
    fn what_reads_by_the_rights_of_another() {
        let view = "CREATE VIEW seen WITH (security_invoker = true) AS SELECT owner FROM note;";
        let open = view.replace(" WITH (security_invoker = true)", "");
        insta::assert_snapshot!(change(&[TABLE, view], &[TABLE, &open]), @"exposure: `seen` shows what its owner may see, not only what who asks may");
        assert!(!change(&[TABLE, &open], &[TABLE, view]).contains("exposure"));
        let made = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1';";
        let definer = made.replace(" AS", " SECURITY DEFINER AS");
        insta::assert_snapshot!(change(&[made], &[&definer]), @"exposure: `f()` may do what its owner may, whoever calls it");
    }

    #[test]
    fn an_owner_that_is_not_said_any_more() {
        let owned = "ALTER TABLE note OWNER TO keeper;";
        insta::assert_snapshot!(change(&[TABLE, owned], &[TABLE]), @"breaks-clients: `note` is keeper's no more, but whose the migration runs as");
    }

    #[test]
    fn privileges_that_were_taken() {
        let made = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'select 1';";
        let taken = "REVOKE ALL ON FUNCTION f() FROM public;";
        insta::assert_snapshot!(change(&[made, taken], &[made]), @"exposure: everybody may do again with function f() what was taken: nothing says any more that it is not his");
        // What took nothing away gives nothing back.
        assert_eq!(change(&[TABLE, "REVOKE ALL ON note FROM public;"], &[TABLE]), "");
        // All that was given goes, so that nothing is open of what was not.
        let but = "GRANT ALL ON note TO reader; REVOKE INSERT ON note FROM reader;";
        insta::assert_snapshot!(change(&[TABLE, but], &[TABLE]), @"breaks-clients: whoever relies on privileges on table note to reader may do less");
    }

    #[test]
    fn a_policy_that_is_made_anew_as_it_was_shows_nothing() {
        let table = TABLE.replace("owner text", "owner varchar(9)");
        let told = change(&[TABLE, ON, OPEN, OWN], &[&table, ON, OPEN, OWN]);
        assert!(!told.contains("exposure") && !told.contains("`own`"), "{told}");
    }
}

//! What a step shows to those from whom it was hidden, and what it hides from those who saw it.

use super::super::object::{Body, Key, Kind, Object};
use super::super::scope::Scope;
use super::super::side::Side;
use super::super::{Step, Verb, policy, setting};
use super::{Hazard, Risk, mentions};

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
pub(super) fn without_policy(step: &Step, old: &Side, new: &Side) -> Option<Hazard> {
    let is_on =
        |side: &Side| side.find(&Key::new(Kind::Setting, &step.key.name, setting::ROW_SECURITY)).is_some();
    if !is_on(old) || !is_on(new) {
        return None;
    }
    let of = |side: &Side| side.find(&step.key);
    let was = old.object(of(old)?);
    let is = of(new).map(|at| new.object(at));
    // One that is made anew as it was, because of something that it stands on, does what it did.
    if let Some(is) = is
        && policy::is_same(text(was)?, text(is)?, Scope::new((old, was), (new, is)))
    {
        return None;
    }
    let (name, table) = (&step.key.part, step.key.name.plain());
    Some(match (policy::is_restrictive(text(was)?), is) {
        (true, None) => shows(format!("rows of `{table}` that `{name}` kept hidden may be shown")),
        (true, Some(_)) => {
            shows(format!("rows of `{table}` that `{name}` kept hidden as it was may be shown"))
        }
        (false, None) => hides(format!("rows of `{table}` that only `{name}` let through are hidden")),
        (false, Some(_)) => hides(format!("other rows of `{table}` than before are let through by `{name}`")),
    })
}

/// Returns what privileges that are taken back break.
pub(super) fn taken_back(step: &Step) -> Option<Hazard> {
    let revokes = mentions(step, "REVOKE ") && matches!(step.verb, Verb::Drop | Verb::Alter);
    revokes.then(|| hides(format!("whoever relies on privileges {} may do less", step.key.plain())))
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
        // Without row security no policy does anything.
        assert_eq!(change(&[TABLE, OWN, OPEN], &[TABLE]), "");
    }

    #[test]
    fn privileges_that_are_taken_back() {
        let given = "GRANT SELECT, INSERT ON note TO public;";
        insta::assert_snapshot!(change(&[TABLE, given], &[TABLE]), @"breaks-clients: whoever relies on privileges on table note to public may do less");
        assert_eq!(change(&[TABLE, given], &[TABLE, "GRANT ALL ON note TO public;"]), "");
        assert_eq!(change(&[TABLE], &[TABLE, given]), "");
    }

    #[test]
    fn a_policy_that_is_made_anew_as_it_was_shows_nothing() {
        let table = TABLE.replace("owner text", "owner varchar(9)");
        let told = change(&[TABLE, ON, OPEN, OWN], &[&table, ON, OPEN, OWN]);
        assert!(!told.contains("exposure") && !told.contains("`own`"), "{told}");
    }
}

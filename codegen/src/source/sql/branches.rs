//! `\if … \elif … \else … \endif` of psql: of alternatives one is read.

/// The conditions around what is being read, outermost first.
#[derive(Debug, Default)]
pub(super) struct Branches {
    open: Vec<Branch>,
}

#[derive(Debug)]
struct Branch {
    /// What stands in it is read.
    is_read: bool,
    /// It or one before it is.
    is_decided: bool,
}

impl Branches {
    /// Follows a command to psql. Where a condition is none that can be told here, its branch is read and what stands for it is not.
    pub(super) fn follow(&mut self, command: &str) {
        let mut words = command.split_whitespace();
        let (verb, condition) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        match verb {
            "\\if" => {
                let is_read = holds(condition);
                self.open.push(Branch { is_read, is_decided: is_read });
            }
            "\\elif" | "\\else" => {
                if let Some(branch) = self.open.last_mut() {
                    branch.is_read = !branch.is_decided && (verb == "\\else" || holds(condition));
                    branch.is_decided |= branch.is_read;
                }
            }
            "\\endif" => _ = self.open.pop(),
            _ => {}
        }
    }

    /// Tells whether a command ends the script: `\q`. One under a condition may not be met.
    pub(super) fn end_at(&self, command: &str) -> bool {
        let verb = command.split_whitespace().next();
        self.open.is_empty() && verb.is_some_and(|verb| matches!(verb, "\\q" | "\\quit"))
    }

    /// Tells whether what stands here is read.
    pub(super) fn are_read(&self) -> bool {
        self.open.iter().all(|branch| branch.is_read)
    }
}

/// Tells whether a condition is not known to be false; psql takes the beginnings of its words.
fn holds(condition: &str) -> bool {
    let word = condition.trim_matches(['\'', '"']).to_ascii_lowercase();
    let begins = |whole: &str, least: usize| word.len() >= least && whole.starts_with(&word);
    !(word == "0" || begins("false", 1) || begins("no", 1) || begins("off", 2))
}

#[cfg(test)]
mod tests {
    use super::Branches;

    #[test]
    fn a_script_ends_where_psql_leaves_it() {
        let check = |before: &[&str], command: &str, expected: bool| {
            let mut branches = Branches::default();
            before.iter().for_each(|command| branches.follow(command));
            assert_eq!(branches.end_at(command), expected, "{before:?} {command}");
        };
        check(&[], "\\q", true);
        check(&[], "\\quit", true);
        check(&["\\if :is_old", "\\endif"], "\\quit", true);
        check(&["\\if :is_old"], "\\quit", false);
        // The scripts of extensions begin so, and are not meant for psql.
        check(&[], "\\echo Use CREATE EXTENSION \\quit", false);
    }

    #[test]
    fn one_of_several_branches_is_read() {
        let check = |commands: &[&str], expected: bool| {
            let mut branches = Branches::default();
            commands.iter().for_each(|command| branches.follow(command));
            assert_eq!(branches.are_read(), expected, "{commands:?}");
        };
        check(&[], true);
        check(&["\\if true"], true);
        check(&["\\if :is_new"], true);
        check(&["\\if :is_new", "\\else"], false);
        check(&["\\if false"], false);
        check(&["\\if 0", "\\elif :x"], true);
        check(&["\\if 0", "\\elif :x", "\\else"], false);
        check(&["\\if no", "\\if yes"], false);
        check(&["\\if no", "\\if yes", "\\endif", "\\else"], true);
        check(&["\\if off", "\\endif"], true);
        check(&["\\else", "\\endif"], true);
    }
}

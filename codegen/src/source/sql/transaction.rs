//! What a script takes back: `ROLLBACK`, and `ROLLBACK TO` a savepoint.

use crate::source::sql::split::Statement;

/// The transaction in which a script is, as places among what was read of it.
#[derive(Debug, Default)]
pub(super) struct Transaction {
    /// Where it begins; none outside of one, where every statement holds at once.
    begun: Option<usize>,
    savepoints: Vec<(String, usize)>,
}

impl Transaction {
    /// Follows a statement before which so many declarations are `known`; returns how many of them it leaves where it takes any back.
    pub(super) fn follow(&mut self, text: &str, statement: &Statement, known: usize) -> Option<usize> {
        let mut words = statement.significant().map(|token| token.text(text).to_lowercase());
        let first = words.next()?;
        if !matches!(
            first.as_str(),
            "begin" | "start" | "commit" | "end" | "prepare" | "rollback" | "abort" | "savepoint" | "release"
        ) {
            return None;
        }
        let rest: Vec<String> = words
            .filter(|word| !matches!(word.as_str(), "work" | "transaction" | "savepoint" | ";"))
            .collect();
        let chains = matches!(rest.as_slice(), [and, chain] if and == "and" && chain == "chain");
        match (first.as_str(), rest.as_slice()) {
            // A statement that is prepared under a name is no transaction.
            ("prepare", _) if !is_transaction(text, statement) => {}
            // What was prepared is taken back later, from what is read here of another transaction.
            ("commit" | "rollback", [prepared, ..]) if prepared == "prepared" => {}
            ("begin" | "start", _) => {
                self.begun.get_or_insert(known);
            }
            ("commit" | "end" | "prepare", _) => self.end(chains.then_some(known)),
            ("savepoint", [name, ..]) if self.begun.is_some() => self.savepoints.push((name.clone(), known)),
            ("release", [name, ..]) => {
                if let Some(at) = self.place(name) {
                    self.savepoints.truncate(at);
                }
            }
            ("rollback", [to, name, ..]) if to == "to" => {
                let at = self.place(name)?;
                self.savepoints.truncate(at + 1);
                return self.savepoints.last().map(|(_, left)| *left);
            }
            ("rollback" | "abort", _) => {
                let left = self.begun?;
                self.end(chains.then_some(left));
                return Some(left);
            }
            _ => {}
        }
        None
    }

    fn end(&mut self, next: Option<usize>) {
        self.begun = next;
        self.savepoints.clear();
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.savepoints.iter().rposition(|(known, _)| known == name)
    }
}

fn is_transaction(text: &str, statement: &Statement) -> bool {
    statement.significant().nth(1).is_some_and(|token| token.is_word(text, "transaction"))
}

//! What policies and the routines that they call look at: columns and the values with which they compare them, and what they ask of
//! the session.
//!
//! Nothing is decided by it but which rows and users a policy is tried with: a value that is not found here is one that is not
//! tried, and a policy that no user meets is said to be unproved.

mod tokens;

use std::collections::BTreeSet;

use postgres::Client;

use crate::server::Error;
use tokens::{Token, tokens};

/// The conditions of all policies, with their tables.
const POLICIES: &str = "
    SELECT p.polrelid::regclass::text, concat_ws(' AND ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_policy p ORDER BY 1, p.polname";

/// The routines that neither the system nor the platform nor an extension brings, with what they return.
const ROUTINES: &str = "
    SELECT p.prosrc, format_type(p.prorettype, NULL) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' AND n.nspname <> ALL ($1)
        AND p.prokind = 'f' AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
    ORDER BY n.nspname, p.proname, p.oid";

/// The setting in which the platform puts what is said of whoever asks; `docs: postgrest.org/en/stable/references/transactions.html`.
pub(super) const CLAIMS: &str = "request.jwt.claims";

/// What the names of settings begin with that hold a claim each, as older versions have them.
pub(super) const CLAIM: &str = "request.jwt.claim.";

/// The texts of policies and routines.
#[derive(Debug, Default)]
pub(super) struct Looks {
    texts: Vec<Text>,
}

/// A condition of a policy, or the body of a routine.
#[derive(Debug)]
struct Text {
    /// The table of a policy.
    table: Option<String>,
    /// The type that a routine returns.
    returns: Option<String>,
    words: BTreeSet<String>,
    tokens: Vec<Token>,
}

/// How something is looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Look {
    /// Texts and numbers with which it is compared.
    pub(super) literals: Vec<String>,
    /// Names of columns with which it is compared.
    pub(super) peers: Vec<String>,
    /// The type to which it is cast.
    pub(super) cast: Option<String>,
    /// Whether folders of it are looked at, as of a path.
    pub(super) is_path: bool,
    /// What is taken out of it, as of JSON: keys from the outermost on, and how that is looked at.
    pub(super) keys: Vec<(Vec<String>, Look)>,
}

/// What is asked of the session.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Session {
    /// Claims of the token of a request, by their keys.
    pub(super) claims: Vec<(Vec<String>, Look)>,
    /// Other settings, by name.
    pub(super) settings: Vec<(String, Look)>,
}

impl Looks {
    /// Reads them; routines of the platform's schemas are left out.
    pub(super) fn read(client: &mut Client, platform: &[String]) -> Result<Self, Error> {
        let failed = |error| Error::of("the policies and routines cannot be read", &error);
        let mut looks = Self::default();
        for row in client.query(POLICIES, &[]).map_err(failed)? {
            looks.add(row.get(1), Some(row.get(0)), None);
        }
        for row in client.query(ROUTINES, &[&platform]).map_err(failed)? {
            looks.add(row.get(0), None, Some(row.get(1)));
        }
        Ok(looks)
    }

    fn add(&mut self, text: &str, table: Option<String>, returns: Option<String>) {
        let tokens = tokens(text);
        let words = tokens.iter().filter_map(Token::word).map(str::to_owned).collect();
        self.texts.push(Text { table, returns, words, tokens });
    }

    /// Returns how a column is looked at by the policies of its table, and by whatever names the table; none where it is not.
    pub(super) fn column(&self, table: &str, bare: &str, column: &str) -> Option<Look> {
        let mut look = None;
        for text in &self.texts {
            let is_near = text.table.as_deref() == Some(table) || text.words.contains(bare);
            if is_near && text.words.contains(column) {
                text.column(column, look.get_or_insert_default());
            }
        }
        look
    }

    /// Returns what is asked of the session.
    pub(super) fn session(&self) -> Session {
        let mut session = Session::default();
        self.texts.iter().for_each(|text| text.session(&mut session));
        session
    }
}

impl Text {
    fn column(&self, column: &str, look: &mut Look) {
        let is_column = |at: &usize| {
            self.tokens.get(*at).and_then(Token::word) == Some(column)
                && !self.is(at + 1, "(")
                && !self.is(at + 1, ".")
        };
        for at in (0..self.tokens.len()).filter(is_column) {
            let start = if at >= 2 && self.is(at - 1, ".") { at - 2 } else { at };
            if start >= 2 && self.is(start - 1, "(") && self.word(start - 2) == Some("foldername") {
                look.is_path = true;
                // What follows is compared with a folder.
                continue;
            }
            match self.keys(at + 1) {
                (keys, _) if keys.is_empty() => self.compared(start, at + 1, look),
                (keys, end) => {
                    let of_keys = of(&mut look.keys, keys);
                    self.compared(start, end, of_keys);
                }
            }
        }
    }

    fn session(&self, session: &mut Session) {
        for at in 0..self.tokens.len() {
            let Some(word) = self.word(at) else { continue };
            if !self.is(at + 1, "(") {
                continue;
            }
            let end = self.closed(at + 1);
            let start = if at >= 2 && self.is(at - 1, ".") { at - 2 } else { at };
            let of_platform = start < at && self.word(start) == Some("auth");
            match (word, self.tokens.get(at + 2)) {
                ("jwt", _) if of_platform => self.claim(start, end, session),
                ("role" | "email", _) if of_platform => {
                    self.compared(start, end, of(&mut session.claims, vec![word.to_owned()]));
                }
                ("current_setting", Some(Token::Text(name))) => match name.strip_prefix(CLAIMS) {
                    Some("") => self.claim(start, end, session),
                    _ => match name.strip_prefix(CLAIM) {
                        Some(claim) => {
                            self.compared(start, end, of(&mut session.claims, vec![claim.to_owned()]));
                        }
                        None => {
                            let look = of(&mut session.settings, name.clone());
                            self.compared(start, end, look);
                            if look.cast.is_none() {
                                look.cast.clone_from(&self.returns.clone().filter(|ty| is_typed(ty)));
                            }
                        }
                    },
                },
                _ => {}
            }
        }
    }

    /// Notes a claim that is taken out of the token of a request.
    fn claim(&self, start: usize, end: usize, session: &mut Session) {
        let (keys, end) = self.keys(end);
        if !keys.is_empty() {
            self.compared(start, end, of(&mut session.claims, keys));
        }
    }

    /// Reads `-> 'a' ->> 'b'` behind an operand; returns the keys and where they end.
    fn keys(&self, mut end: usize) -> (Vec<String>, usize) {
        let mut keys = Vec::new();
        loop {
            let mut next = end;
            // `NULLIF(…, '')::json -> …`
            while self.is(next, ")")
                || self.is(next, ",")
                || matches!(self.tokens.get(next), Some(Token::Text(text)) if text.is_empty())
            {
                next += 1;
            }
            let next = self.past_casts(next, &mut None);
            let arrow = self.tokens.get(next).and_then(Token::mark);
            let (Some("->" | "->>" | "#>" | "#>>"), Some(Token::Text(key))) =
                (arrow, self.tokens.get(next + 1))
            else {
                return (keys, end);
            };
            match key.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(path) => keys.extend(path.split(',').map(|key| key.trim_matches('"').to_owned())),
                None => keys.push(key.clone()),
            }
            end = next + 2;
        }
    }

    /// Notes with what the operand between two tokens is compared, and to what it is cast.
    fn compared(&self, start: usize, end: usize, look: &mut Look) {
        let mut cast = None;
        let next = self.past_casts(end, &mut cast);
        if let Some(cast) = cast {
            look.cast.get_or_insert(cast);
        }
        if self.is_comparison(next) {
            self.operands(next + 1, look);
        }
        self.operand_before(start, look);
    }

    /// Goes past what closes an operand and past its casts, of which one to something else than text is told.
    fn past_casts(&self, mut at: usize, cast: &mut Option<String>) -> usize {
        loop {
            if self.is(at, ")") || self.is(at, "]") {
                at += 1;
            } else if self.is(at, "[") && matches!(self.tokens.get(at + 1), Some(Token::Number(_))) {
                at += 2;
            } else if self.is(at, ",")
                && matches!(self.tokens.get(at + 1), Some(Token::Text(text)) if text.is_empty())
            {
                // The second argument of `nullif`.
                at += 2;
            } else if self.is(at, "::") {
                if let Some(ty) = self.word(at + 1).filter(|ty| is_typed(ty) && cast.is_none()) {
                    *cast = Some(ty.to_owned());
                }
                at += 2;
                // `character varying`
                while matches!(self.word(at), Some("varying" | "precision")) {
                    at += 1;
                }
            } else {
                return at;
            }
        }
    }

    /// Notes the literals and names behind a comparison.
    fn operands(&self, mut at: usize, look: &mut Look) {
        while let Some(token) = self.tokens.get(at) {
            match token {
                Token::Text(text) => note(&mut look.literals, text),
                Token::Number(number) => note(&mut look.literals, number),
                Token::Mark(mark) if mark == "::" => at += 1,
                Token::Mark(mark) if matches!(mark.as_str(), "(" | ")" | "[" | "]" | ",") => {}
                Token::Word(word)
                    if matches!(word.as_str(), "any" | "array" | "all" | "varying" | "select") => {}
                // The name of a function is none of a column.
                Token::Word(word) if !self.is(at + 1, "(") && !is_joint(word) => {
                    let last = if self.is(at + 1, ".") { self.word(at + 2) } else { Some(word.as_str()) };
                    let is_call = self.is(at + 1, ".") && self.is(at + 3, "(");
                    if let Some(last) = last.filter(|_| !is_call) {
                        note(&mut look.peers, last);
                    }
                    return;
                }
                Token::Word(_) | Token::Mark(_) => return,
            }
            at += 1;
        }
    }

    /// Notes the literal or name in front of a comparison: `'a' = role`, `tenant = current_setting(…)`.
    fn operand_before(&self, start: usize, look: &mut Look) {
        let mut at = start;
        while at > 0
            && (self.is(at - 1, "(") || matches!(self.word(at - 1), Some("any" | "select" | "nullif")))
        {
            at -= 1;
        }
        if at < 2 || !self.is_comparison(at - 1) {
            return;
        }
        at -= 2;
        loop {
            if at >= 2 && self.is(at - 1, "::") {
                at -= 2;
            } else if at >= 1 && self.is(at, ")") {
                at -= 1;
            } else {
                break;
            }
        }
        match self.tokens.get(at) {
            Some(Token::Text(text)) => note(&mut look.literals, text),
            Some(Token::Number(number)) => note(&mut look.literals, number),
            Some(Token::Word(word)) => note(&mut look.peers, word),
            _ => {}
        }
    }

    fn is_comparison(&self, at: usize) -> bool {
        match self.tokens.get(at) {
            Some(Token::Mark(mark)) => {
                matches!(
                    mark.as_str(),
                    "=" | "<>" | "!=" | "<" | ">" | "<=" | ">=" | "~~" | "~~*" | "@>" | "&&" | "?" | "?|"
                )
            }
            Some(Token::Word(word)) => matches!(word.as_str(), "in" | "like" | "ilike"),
            _ => false,
        }
    }

    /// Returns where what a parenthesis opens has ended.
    fn closed(&self, open: usize) -> usize {
        let mut depth = 0_usize;
        for at in open..self.tokens.len() {
            if self.is(at, "(") {
                depth += 1;
            } else if self.is(at, ")") {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
        }
        self.tokens.len()
    }

    fn word(&self, at: usize) -> Option<&str> {
        self.tokens.get(at)?.word()
    }

    fn is(&self, at: usize, mark: &str) -> bool {
        self.tokens.get(at).and_then(Token::mark) == Some(mark)
    }
}

/// Returns the entry of a list, a new one where there is none.
fn of<K: PartialEq>(list: &mut Vec<(K, Look)>, key: K) -> &mut Look {
    let at = list.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
        list.push((key, Look::default()));
        list.len() - 1
    });
    #[expect(clippy::indexing_slicing, reason = "it was found or put there just now")]
    &mut list[at].1
}

fn note(list: &mut Vec<String>, text: &str) {
    if !text.is_empty() && !list.iter().any(|known| known == text) {
        list.push(text.to_owned());
    }
}

/// Tells whether a type says more of a value than that it is a text.
fn is_typed(ty: &str) -> bool {
    !matches!(
        ty,
        "text"
            | "varchar"
            | "character"
            | "bpchar"
            | "name"
            | "json"
            | "jsonb"
            | "trigger"
            | "void"
            | "record"
    )
}

fn is_joint(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "or"
            | "not"
            | "is"
            | "then"
            | "else"
            | "end"
            | "limit"
            | "from"
            | "where"
            | "true"
            | "false"
            | "null"
    )
}

#[cfg(test)]
mod tests {
    use super::{Look, Looks};

    fn looks(policy: &str, routine: &str) -> Looks {
        let mut looks = Looks::default();
        looks.add(policy, Some("t".to_owned()), None);
        looks.add(routine, None, Some("uuid".to_owned()));
        looks
    }

    #[test]
    fn columns_and_what_they_are_compared_with() {
        let check = |policy: &str, literals: &[&str], peers: &[&str]| {
            let Look { literals: found, peers: names, .. } =
                looks(policy, "").column("t", "t", "role").unwrap_or_default();
            assert_eq!(
                (found, names),
                (
                    literals.iter().map(|it| (*it).to_owned()).collect(),
                    peers.iter().map(|it| (*it).to_owned()).collect()
                ),
                "{policy}"
            );
        };
        check("((role)::text = 'admin'::text)", &["admin"], &[]);
        check("(t.role = ANY (ARRAY['admin'::text, 'owner''s'::text]))", &["admin", "owner's"], &[]);
        check("role IN ('a', 'b') AND kind = 'c'", &["a", "b"], &[]);
        check("('x'::text = ANY (role))", &["x"], &[]);
        check("(other.kind = t.role)", &[], &["kind"]);
        check("(role = (SELECT auth.uid()))", &[], &[]);
        check("(role >= 3)", &["3"], &[]);
    }

    #[test]
    fn what_is_asked_of_the_session() {
        let check = |policy: &str, routine: &str, expected: &str| {
            let session = looks(policy, routine).session();
            let claims = session.claims.into_iter().map(|(keys, look)| (keys.join("."), look));
            let told = claims.chain(session.settings).map(|(name, look)| {
                format!(
                    "{name}: {} / {} / {}",
                    look.literals.join(","),
                    look.peers.join(","),
                    look.cast.unwrap_or_default()
                )
            });
            assert_eq!(told.collect::<Vec<_>>().join("; "), expected, "{policy} {routine}");
        };
        check("((auth.jwt() ->> 'role'::text) = 'admin'::text)", "", "role: admin /  / ");
        check(
            "(((auth.jwt() -> 'app_metadata'::text) ->> 'org_id'::text))::uuid = org_id",
            "",
            "app_metadata.org_id:  / org_id / uuid",
        );
        check("(( SELECT (auth.jwt() ->> 'email'::text)) = email)", "", "email:  / email / ");
        check("(auth.role() = 'authenticated'::text)", "", "role: authenticated /  / ");
        check(
            "(tenant_id = (current_setting('app.tenant'::text, true))::bigint)",
            "",
            "app.tenant:  / tenant_id / bigint",
        );
        check("(tenant = current_setting('app.tenant'::text))", "", "app.tenant:  / tenant / ");
        check("true", "SELECT nullif(current_setting('app.who', true), '')::uuid", "app.who:  /  / uuid");
        check("true", "BEGIN RETURN current_setting('app.who'); END", "app.who:  /  / uuid");
        check(
            "true",
            "SELECT current_setting('request.jwt.claims', true)::json ->> 'tenant' = 'x'",
            "tenant: x /  / ",
        );
        check(
            "((((current_setting('request.jwt.claims'::text, true))::json ->> 'sub'::text))::uuid = id)",
            "",
            "sub:  / id / uuid",
        );
    }

    #[test]
    fn keys_of_json_and_folders_of_paths() {
        let look = looks("((data ->> 'kind'::text) = 'open'::text)", "")
            .column("t", "t", "data")
            .unwrap_or_default();
        let expected = Look { literals: vec!["open".to_owned()], ..Look::default() };
        assert_eq!(look.keys, [(vec!["kind".to_owned()], expected)]);
        let look = looks("((storage.foldername(name))[1] = (auth.uid())::text)", "").column("t", "t", "name");
        assert!(look.is_some_and(|look| look.is_path));
    }
}

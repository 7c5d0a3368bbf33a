//! Policies from words: "Users can read own profile, admins can read all", by the patterns that the document itself gives.

mod pattern;

use super::{Cx, convention, qualified, words};
use crate::diag::Code;
use crate::model::ident::{PgIdent, QualifiedName, literal};
use crate::model::{InferredData, TableId, VerbatimData};
use crate::source::decl::{
    Access, AccessClause, AccessDecl, ConventionDecl, ConventionKind, Decl, Ident, USUAL_ROLES, Who,
};
use crate::source::sql::policy::{self, Command};
use crate::span::Spanned;
pub(super) use pattern::PolicyPatterns;

const NOT_UNDERSTOOD: Code = Code::new("access-not-understood");

/// Makes policies of the words on access, and switches row level security on where it makes one.
pub(super) fn apply(cx: &mut Cx<'_>, decls: &[Decl]) {
    let all: Vec<AccessDecl> = decls
        .iter()
        .filter_map(|decl| match decl {
            Decl::Access(data) => Some(data.clone()),
            _ => None,
        })
        .collect();
    let states = |decl: &ConventionDecl| matches!(decl.kind, ConventionKind::Access(_));
    if all.is_empty() && !convention::enforced(decls).any(states) {
        return;
    }
    let patterns = PolicyPatterns::of(decls);
    let written: Vec<QualifiedName> = cx
        .schema
        .verbatim
        .iter()
        .filter(|data| data.kind == "policy")
        .filter_map(|data| policy::read(&data.text))
        .map(|policy| qualified(&policy.table))
        .collect();
    for data in &all {
        let Some(id) = cx.find(&data.table) else { continue };
        // Where the policies are written out, the words describe them.
        if cx.table(id).external || written.contains(&qualified(&data.table)) {
            continue;
        }
        let mut maker = Maker { cx: &mut *cx, patterns: &patterns, all: &all, id, names: Vec::new() };
        maker.table(data);
    }
    for decl in convention::enforced(decls) {
        let ConventionKind::Access(clauses) = &decl.kind else { continue };
        let ids: Vec<TableId> = cx.schema.own_tables().map(|table| table.id).collect();
        let mut is_told = false;
        for id in ids {
            let said: Vec<&AccessDecl> = all.iter().filter(|data| cx.find(&data.table) == Some(id)).collect();
            // Without row level security everybody sees the rows, and a policy would shut out all others.
            if written.contains(&cx.table(id).name.value)
                || (said.is_empty() && !cx.schema.table(id).has_row_security())
            {
                continue;
            }
            let (name, module) = (cx.table(id).name.value.plain(), cx.table(id).module);
            let module =
                module.and_then(|id| cx.schema.modules.get(id.0)).map(|data| data.name.value.clone());
            if !convention::covers(cx, decl, &name, module.as_deref()) {
                continue;
            }
            for clause in clauses {
                if said.iter().any(|data| says_as_much(data, clause)) {
                    continue;
                }
                let mut maker = Maker { cx: &mut *cx, patterns: &patterns, all: &all, id, names: Vec::new() };
                if clause.who == Who::Owner && patterns.own.is_some() && maker.owner().is_err() {
                    continue;
                }
                // What fails of one table for want of a pattern fails of all.
                let found = maker.test(clause).is_ok();
                if found || !is_told {
                    maker.clause(clause);
                }
                is_told |= !found;
            }
        }
    }
}

/// Tells whether a table's own words give the same roles as much as a clause about every table; what is said of owners in general
/// holds where a table has no words of its own.
fn says_as_much(data: &AccessDecl, clause: &AccessClause) -> bool {
    let Who::Roles(roles) = &clause.who else { return true };
    data.clauses.iter().any(|own| match &own.who {
        Who::Roles(known) => {
            let includes = roles.iter().all(|role| known.iter().any(|known| known.node == role.node));
            includes && own.only.is_none() && (own.what == Access::All || own.what == clause.what)
        }
        _ => false,
    })
}

/// Makes the policies of one table.
struct Maker<'c, 'a> {
    cx: &'c mut Cx<'a>,
    patterns: &'c PolicyPatterns,
    all: &'c [AccessDecl],
    id: TableId,
    names: Vec<String>,
}

/// A condition in SQL and the tables that it reads.
struct Test {
    sql: String,
    names: Vec<QualifiedName>,
}

impl Test {
    fn plain(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), names: Vec::new() }
    }
}

impl Maker<'_, '_> {
    fn table(&mut self, data: &AccessDecl) {
        if data.clauses.is_empty() {
            let rule = format!("“{}”", data.text.node);
            convention::enable_row_security(self.cx, self.id, data.text.span, &rule);
        }
        for clause in &data.clauses {
            self.clause(clause);
        }
    }

    fn clause(&mut self, clause: &AccessClause) {
        // Supabase's service role passes by every policy.
        if matches!(clause.who, Who::Platform) && clause.text.node.to_lowercase().contains("service") {
            return;
        }
        let test = match self.test(clause) {
            Ok(test) => test,
            Err(why) => {
                self.not_understood(&clause.text, why);
                return;
            }
        };
        match &clause.who {
            Who::Through(words) => self.inherited(clause, words, &test),
            _ => self.policy(clause, command(clause.what), &test),
        }
    }

    fn not_understood(&mut self, text: &Ident, why: String) {
        let table = self.cx.table(self.id).name.value.plain();
        self.cx
            .sink
            .warning(NOT_UNDERSTOOD, text.span, format!("no policy of `{table}` is made of these words: {why}"))
            .help("say it as one of: users … own, authenticated users can …, public read, admins can …, based on TABLE access")
            .help("or write the policy in an SQL fence");
    }

    /// Returns the condition that a clause states; else why it cannot be told.
    fn test(&mut self, clause: &AccessClause) -> Result<Test, String> {
        let mut test = match &clause.who {
            Who::Owner => {
                let value = self.reader()?;
                Test::plain(format!("{} = {value}", self.owner()?))
            }
            Who::Assigned => {
                let value = self.reader()?;
                let column = self.column(|name| name.starts_with("assigned"));
                let column = column.ok_or("no column says to whom a row is assigned")?;
                Test::plain(format!("{column} = {value}"))
            }
            Who::Authenticated => Test::plain(format!("{} IS NOT NULL", self.reader()?)),
            Who::Everyone => Test::plain("true"),
            Who::Roles(roles) => self.roles(roles, clause)?,
            Who::Through(words) => self.through(words)?,
            Who::Platform => {
                return Err("a platform is said to see to it; add the table to `external`".to_owned());
            }
            Who::Unknown => return Err(format!("who `{}` means is not understood", clause.text.node)),
            Who::Limited(by) => {
                return Err(format!("`{}` limits them, which is not understood", by.node));
            }
        };
        if let Some(word) = &clause.only {
            let only = self.only(word)?;
            test.sql = if test.sql == "true" { only } else { format!("{} AND {only}", test.sql) };
        }
        Ok(test)
    }

    /// Returns what the patterns compare an owner with: `auth.uid()`.
    fn reader(&self) -> Result<String, String> {
        let own = self.patterns.own.as_ref().map(|(_, value)| value.clone());
        own.ok_or_else(|| {
            "the document gives no pattern for own rows, such as `user_id = auth.uid()`".to_owned()
        })
    }

    /// Returns the column that says whose a row is: the one of the pattern, or one that refers to users.
    fn owner(&self) -> Result<PgIdent, String> {
        let column = self.patterns.own.as_ref().map(|(column, _)| column.as_str()).unwrap_or_default();
        if let Some(own) = self.column(|name| name == column) {
            return Ok(own);
        }
        let table = self.cx.schema.table(self.id);
        let of_users = table.foreign_keys().find(|key| {
            key.data.columns.len() == 1 && words::last_part_is(key.referenced().name().name.as_str(), "users")
        });
        let found = of_users.and_then(|key| key.data.columns.first().copied());
        let found = found.map(|id| table.column(id).data.name.value.clone());
        found.ok_or_else(|| format!("it has no column `{column}`, and none that refers to users"))
    }

    fn column(&self, is: impl Fn(&str) -> bool) -> Option<PgIdent> {
        let mut columns = self.cx.schema.table(self.id).columns();
        columns.find(|column| is(column.name())).map(|column| column.data.name.value.clone())
    }

    /// "Enabled integrations", "published articles": a flag of that name, or a value that a column may hold.
    fn only(&self, word: &Ident) -> Result<String, String> {
        let flag = word.node.to_lowercase();
        let boolean = self.column(|name| name == flag || name == format!("is_{flag}"));
        if let Some(column) = boolean {
            let by_pattern = self.patterns.flag.as_ref().filter(|(known, _)| *known == flag);
            return Ok(by_pattern.map_or_else(|| column.to_string(), |(_, test)| test.clone()));
        }
        let table = self.cx.schema.table(self.id);
        let holder = table.columns().find(|column| {
            column.data.values.as_ref().is_some_and(|values| values.values.value.contains(&flag))
        });
        let holder = holder.map(|column| format!("{} = {}", column.data.name.value, literal(&flag)));
        holder.ok_or_else(|| format!("no column is named `{flag}` or holds the value `{flag}`"))
    }

    /// The document's own test of a role, for the roles that the clause names.
    fn roles(&mut self, roles: &[Ident], clause: &AccessClause) -> Result<Test, String> {
        let (exists, role) =
            self.patterns.role.clone().ok_or("the document gives no pattern that tests a role")?;
        let names: Vec<String> = roles.iter().map(|role| role.node.clone()).collect();
        if let Some(unknown) = names.iter().find(|name| **name != role && !self.is_role(name)) {
            return Err(format!("`{unknown}` is no role that the document knows"));
        }
        let at = exists.find(&format!("'{role}'")).ok_or("the pattern's role was not found")?;
        let (before, behind) =
            (exists.get(..at).unwrap_or_default(), exists.get(at + role.len() + 2..).unwrap_or_default());
        let sql = if let [name] = names.as_slice() {
            format!("{before}{}{behind}", literal(name))
        } else {
            let list: Vec<String> = names.iter().map(|name| literal(name)).collect();
            format!("{} IN ({}){behind}", before.trim_end().trim_end_matches('=').trim_end(), list.join(", "))
        };
        let read = table_of(&sql).ok_or("the pattern's table was not found")?;
        let known = self.cx.tables.get(&read).copied();
        let table =
            known.ok_or_else(|| format!("the pattern reads `{}`, which is no table", read.plain()))?;
        if table != self.id {
            return Ok(Test { sql, names: vec![read] });
        }
        // A policy that reads its own table would ask itself: PostgreSQL refuses it, so a function that no policy holds reads it.
        let function = QualifiedName::new(None, format!("is_{}", names.join("_or_")));
        if self.cx.carried.insert(function.clone()) {
            let text = format!(
                "CREATE OR REPLACE FUNCTION {function}() RETURNS boolean\nLANGUAGE sql STABLE SECURITY DEFINER\n\
                 SET search_path = public, pg_temp\nAS $$ SELECT {sql} $$"
            );
            let text = Spanned::new(text, clause.text.span);
            convention::carry(self.cx, "function", Some(function.clone()), vec![read.clone()], text);
            self.cx.schema.inferred.push(InferredData {
                object: function.plain(),
                what: format!("function, since a policy of `{}` cannot read the table itself", read.plain()),
                rule: format!("“{}”", clause.text.node),
                span: clause.text.span,
            });
        }
        Ok(Test { sql: format!("{function}()"), names: vec![function] })
    }

    /// Tells whether a word is a role: one of those that people give, or a value of a column that holds roles.
    fn is_role(&self, name: &str) -> bool {
        let listed = || {
            let columns = self.cx.schema.tables().flat_map(|table| table.columns());
            let mut values = columns
                .filter(|column| column.name().ends_with("role"))
                .filter_map(|c| c.data.values.as_ref());
            values.any(|values| values.values.value.iter().any(|value| value == name))
        };
        USUAL_ROLES.contains(&name) || listed()
    }

    /// "Based on customer access": whoever sees the row that a foreign key leads to.
    fn through(&self, words: &Ident) -> Result<Test, String> {
        let (own, parent) = self.parent(words)?;
        let table = self.cx.schema.table(self.id);
        let key = table.foreign_keys().find(|key| key.data.referenced == parent).ok_or_else(|| {
            format!("no column refers to `{}`", self.cx.schema.table(parent).name().plain())
        })?;
        let referenced = self.cx.schema.table(parent);
        let pairs: Vec<String> = key
            .columns()
            .zip(key.referenced_columns())
            .map(|(column, other)| {
                let (column, other) = (&column.data.name.value, &other.data.name.value);
                format!("{}.{other} = {own}.{column}", referenced.name().name)
            })
            .collect();
        let sql = format!("EXISTS (SELECT 1 FROM {} WHERE {})", referenced.name(), pairs.join(" AND "));
        Ok(Test { sql, names: vec![referenced.name().clone()] })
    }

    fn parent(&self, named: &Ident) -> Result<(PgIdent, TableId), String> {
        let entries = super::entries(self.cx);
        let found = words::find(&named.node, &entries);
        let found: Vec<TableId> = found.iter().map(|entry| entry.id).filter(|id| *id != self.id).collect();
        let own = self.cx.schema.table(self.id).name().name.clone();
        match found.as_slice() {
            [parent] => Ok((own, *parent)),
            [] => Err(format!("no table is meant by `{}`", named.node)),
            _ => Err(format!("`{}` may mean several tables", named.node)),
        }
    }

    /// Returns what the table that words mean says of access, but for what is not understood there.
    fn clauses_of(&self, words: &Ident) -> Vec<AccessClause> {
        let parent = self.parent(words).ok().map(|(_, id)| self.cx.schema.table(id).name().clone());
        let said = self.all.iter().filter(|data| Some(qualified(&data.table)) == parent);
        let known =
            |clause: &&AccessClause| !matches!(clause.who, Who::Unknown | Who::Limited(_) | Who::Platform);
        said.flat_map(|data| &data.clauses).filter(known).cloned().collect()
    }

    /// Makes the policies of a table whose rows hang on another's: whoever sees a row there sees what hangs on it, and writes it
    /// where everybody who sees it there may write; roles that write there write here.
    fn inherited(&mut self, clause: &AccessClause, words: &Ident, test: &Test) {
        let parent = self.clauses_of(words);
        let all = !parent.is_empty() && parent.iter().all(|clause| clause.what == Access::All);
        self.policy(clause, if all { Command::All } else { Command::Select }, test);
        let writers = parent.iter().filter(|_| !all).filter(|clause| {
            matches!(clause.who, Who::Roles(_)) && clause.what != Access::Read && clause.only.is_none()
        });
        for writer in writers {
            if let Ok(test) = self.test(writer) {
                self.policy(
                    &AccessClause { text: clause.text.clone(), ..writer.clone() },
                    command(writer.what),
                    &test,
                );
            }
        }
    }

    fn policy(&mut self, clause: &AccessClause, command: Command, test: &Test) {
        let span = clause.text.span;
        let rule = format!("“{}”", clause.text.node);
        let table = self.cx.table(self.id).name.value.clone();
        let mut name = clipped(&clause.text.node);
        if self.names.contains(&name) {
            name = clipped(&format!("{} ({})", clipped_to(&name, 50), command.as_str().to_lowercase()));
        }
        self.names.push(name.clone());
        let ident = quoted(&name);
        let sql = &test.sql;
        let conditions = match command {
            Command::Select | Command::Delete => format!("\n    USING ({sql})"),
            Command::Insert => format!("\n    WITH CHECK ({sql})"),
            Command::All | Command::Update => format!("\n    USING ({sql})\n    WITH CHECK ({sql})"),
        };
        let roles: Vec<String> =
            self.patterns.roles.iter().map(|role| PgIdent::new(role).to_string()).collect();
        let to = match &clause.who {
            Who::Everyone => String::new(),
            _ if roles.is_empty() => String::new(),
            _ => format!("\n    TO {}", roles.join(", ")),
        };
        let text = format!("CREATE POLICY {ident} ON {table}\n    FOR {}{to}{conditions}", command.as_str());
        convention::enable_row_security(self.cx, self.id, span, &rule);
        let mut names = vec![table];
        names.extend(test.names.iter().cloned());
        let text = Spanned::new(text, span);
        self.cx.schema.verbatim.push(VerbatimData {
            kind: "policy".to_owned(),
            creates: None,
            names,
            was: None,
            text,
            stale: false,
        });
        convention::note(self.cx, self.id, format!("policy {ident} for {}", command.as_str()), &rule, span);
    }
}

/// Returns the table that a test reads: the name behind its first FROM.
fn table_of(sql: &str) -> Option<QualifiedName> {
    let lower = sql.to_ascii_lowercase();
    let at = lower.find(" from ")? + " from ".len();
    let rest = sql.get(at..)?.trim_start();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(rest.len());
    Some(match rest.get(..end)?.split_once('.') {
        Some((schema, name)) => QualifiedName::new(Some(schema), name),
        None => QualifiedName::new(None, rest.get(..end)?),
    })
}

fn command(access: Access) -> Command {
    match access {
        Access::Read => Command::Select,
        Access::Insert => Command::Insert,
        Access::Update => Command::Update,
        Access::Delete => Command::Delete,
        Access::All => Command::All,
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Returns a name that PostgreSQL keeps whole.
fn clipped(name: &str) -> String {
    clipped_to(name, crate::model::ident::MAX_IDENT_BYTES)
}

fn clipped_to(name: &str, bytes: usize) -> String {
    crate::model::ident::clip(name, bytes).trim_end().to_owned()
}

//! The parts of a `CREATE POLICY` statement.

use squawk_syntax::SyntaxKind;
use squawk_syntax::ast::{AstNode, CreatePolicy};

use crate::source::decl::QName;
use crate::source::sql::tree::{self, Place};
use crate::span::{Fragment, Spanned};

/// What a policy says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name within its table.
    pub name: String,
    /// The table; its place is right where the statement stands as it was written.
    pub table: QName,
    /// Whether it lets rows in, rather than only keeping rows out that other policies let in.
    pub permissive: bool,
    /// What it is about.
    pub command: Command,
    /// The roles that it holds for; empty for all.
    pub roles: Vec<String>,
    /// The condition that rows must meet to be seen, as SQL.
    pub using: Option<String>,
    /// The condition that new rows must meet, as SQL.
    pub check: Option<String>,
}

/// What a policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    /// Every command.
    All,
    /// `SELECT`.
    Select,
    /// `INSERT`.
    Insert,
    /// `UPDATE`.
    Update,
    /// `DELETE`.
    Delete,
}

impl Command {
    /// Every command that a policy can be about on its own.
    pub const EACH: [Self; 4] = [Self::Select, Self::Insert, Self::Update, Self::Delete];

    /// Returns the keyword.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "ALL",
            Self::Select => "SELECT",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }
}

/// Reads one `CREATE POLICY` statement; none where the text is no such statement.
pub fn read(statement: &Spanned<String>) -> Option<Policy> {
    let text = statement.node.as_str();
    let fragment = Fragment::pieces(statement.span.file, [(text, statement.span.start)]);
    let place = Place::at(&fragment, 0);
    let tree = tree::parse(text)?;
    let policy = CreatePolicy::cast(tree.statement)?;
    let table = tree::qname(&policy.on_table()?.table_name_ref()?.syntax().clone(), place)?;
    let name = tree::ident(policy.policy()?.syntax(), place)?.node;
    let word = |node: &squawk_syntax::SyntaxNode, at: usize| {
        tree::tokens(node).nth(at).map(|token| token.text().to_ascii_uppercase())
    };
    let command = policy.policy_command().and_then(|command| word(command.syntax(), 1));
    let command = match command.as_deref() {
        Some("SELECT") => Command::Select,
        Some("INSERT") => Command::Insert,
        Some("UPDATE") => Command::Update,
        Some("DELETE") => Command::Delete,
        _ => Command::All,
    };
    let roles = policy.policy_roles().and_then(|roles| roles.role_ref_list()).map(|list| {
        let tokens = tree::tokens(list.syntax()).filter(|token| token.kind() != SyntaxKind::COMMA);
        tokens.map(|token| tree::identifier(token.text())).collect::<Vec<_>>()
    });
    let mut roles = roles.unwrap_or_default();
    roles.retain(|role| role != "public");
    let kind = policy.as_policy_type().and_then(|kind| word(kind.syntax(), 1));
    let expression = |node: &squawk_syntax::SyntaxNode| tree::folded(node, place).node;
    Some(Policy {
        name,
        table,
        permissive: kind.as_deref() != Some("RESTRICTIVE"),
        command,
        roles,
        using: policy.using_expr_clause().and_then(|clause| clause.expr()).map(|e| expression(e.syntax())),
        check: policy
            .with_check_expr_clause()
            .and_then(|clause| clause.expr())
            .map(|e| expression(e.syntax())),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::{Sources, Span};

    #[test]
    fn policies_and_their_parts() {
        let file = Sources::default().add("policies.sql", "");
        let read = |text: &str| {
            let policy = super::read(&Spanned::new(text.to_owned(), Span::new(file, 0, 0)))?;
            let kind = if policy.permissive { "" } else { " restrictive" };
            let (name, table) = (&policy.name, &policy.table);
            let mut told =
                format!("{name} on {table}{kind} {} to {:?}", policy.command.as_str(), policy.roles);
            told.extend(policy.using.iter().map(|sql| format!(" using {sql}")));
            told.extend(policy.check.iter().map(|sql| format!(" check {sql}")));
            Some(told)
        };
        let full = "CREATE POLICY \"Own rows\" ON app.notes AS RESTRICTIVE FOR UPDATE TO authenticated, Editor \
                    USING (user_id = auth.uid()\n  OR true) WITH CHECK (user_id = auth.uid())";
        insta::assert_snapshot!(read(full).unwrap(), @r#"Own rows on app.notes restrictive UPDATE to ["authenticated", "editor"] using user_id = auth.uid() OR true check user_id = auth.uid()"#);
        insta::assert_snapshot!(read("create policy p on t").unwrap(), @"p on t ALL to []");
        insta::assert_snapshot!(read("create policy p on t to public using (true)").unwrap(), @"p on t ALL to [] using true");
        assert_eq!(read("create table t (id int)"), None);
        assert_eq!(read("create policy"), None);
    }
}

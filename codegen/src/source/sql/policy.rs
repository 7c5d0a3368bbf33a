//! The parts of a `CREATE POLICY` statement.

use squawk_syntax::SyntaxKind;

use crate::source::decl::QName;
use crate::source::sql::constraint::expression;
use crate::source::sql::syntax::{self, Node};
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
    let tree = syntax::parse(text)?;
    let policy = Some(tree.statement()).filter(|node| node.kind() == SyntaxKind::CREATE_POLICY)?;
    let table = policy.child(SyntaxKind::ON_TABLE)?.child(SyntaxKind::TABLE_NAME_REF)?;
    let table = tree::qname(table, place)?;
    let name = tree::ident(policy.child(SyntaxKind::POLICY)?, place)?.node;
    let second = |node: Node<'_>| node.tokens().nth(1).map(|token| token.text().to_ascii_uppercase());
    let command = policy.child(SyntaxKind::POLICY_COMMAND).and_then(second);
    let command = match command.as_deref() {
        Some("SELECT") => Command::Select,
        Some("INSERT") => Command::Insert,
        Some("UPDATE") => Command::Update,
        Some("DELETE") => Command::Delete,
        _ => Command::All,
    };
    let roles = policy.child(SyntaxKind::POLICY_ROLES);
    let roles = roles.and_then(|roles| roles.child(SyntaxKind::ROLE_REF_LIST)).map(|list| {
        let tokens = list.tokens().filter(|token| token.kind() != SyntaxKind::COMMA);
        tokens.map(|token| tree::identifier(token.text())).collect::<Vec<_>>()
    });
    let mut roles = roles.unwrap_or_default();
    roles.retain(|role| role != "public");
    let kind = policy.child(SyntaxKind::AS_POLICY_TYPE).and_then(second);
    let condition = |clause: SyntaxKind| {
        policy.child(clause).and_then(expression).map(|condition| tree::folded(condition, place).node)
    };
    Some(Policy {
        name,
        table,
        permissive: kind.as_deref() != Some("RESTRICTIVE"),
        command,
        roles,
        using: condition(SyntaxKind::USING_EXPR_CLAUSE),
        check: condition(SyntaxKind::WITH_CHECK_EXPR_CLAUSE),
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

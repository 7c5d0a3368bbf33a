use super::{Check, Group, LintCx};
use crate::config::Level;

declare_rule! {
    /// The list of ID prefixes and the comment on a key disagree, or two things have the same prefix.
    ///
    /// Code that follows the one will not recognise what code that follows the other has written.
    ///
    /// ````md fail
    /// - `u_` — user
    /// - `t_` — team
    ///
    /// ```sql
    /// create table users (id text primary key); -- u_...
    /// create table teams (
    ///   id text primary key -- tm_...
    /// );
    /// ```
    /// ````
    ///
    /// ````md pass
    /// - `u_` — user
    /// - `t_` — team
    ///
    /// ```sql
    /// create table users (id text primary key); -- u_...
    /// create table teams (
    ///   id text primary key -- t_...
    /// );
    /// ```
    /// ````
    "prefix-conflict", Group::Keys, Level::Warn => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    for prefix in &cx.schema.prefixes {
        let Some(table) = prefix.table.map(|id| cx.schema.table(id)) else { continue };
        let key = table.columns().find(|column| column.is_primary_key());
        let Some(said) = key.and_then(|column| column.data.prefix.as_ref()) else { continue };
        if said.value != prefix.prefix.value {
            let (name, listed) = (table.name().plain(), &prefix.prefix.value);
            cx.report(
                &name,
                said.span,
                format!("the key of `{name}` is said to begin with `{}`", said.value),
            )
            .label(prefix.prefix.span, format!("the list says `{listed}`"))
            .help("make the two agree");
        }
    }
    for (at, prefix) in cx.schema.prefixes.iter().enumerate() {
        let mut before = cx.schema.prefixes.iter().take(at);
        let rival =
            before.find(|other| other.prefix.value == prefix.prefix.value && other.table != prefix.table);
        if let Some(rival) = rival {
            let entity = prefix.entity.node.trim().to_owned();
            cx.report(
                &entity,
                prefix.prefix.span,
                format!("`{}` is given to two things", prefix.prefix.value),
            )
            .label(rival.prefix.span, format!("to `{}` here", rival.entity.node.trim()))
            .help("give each its own prefix");
        }
    }
}

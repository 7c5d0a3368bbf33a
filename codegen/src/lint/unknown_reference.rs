use super::{Check, Group};
use crate::config::Level;

declare_rule! {
    /// Something refers to a table or column that is not there.
    ///
    /// A foreign key, an index, a key, a check, a policy, a trigger, a view, a privilege or a comment names it, and no document defines it. Nothing can be generated until it is
    /// defined, or until its table is named under `external` in `schema.toml`, for a table that another system owns.
    ///
    /// ```sql fail
    /// create table posts (
    ///   id bigint primary key,
    ///   user_id bigint references user_accounts (id)
    /// );
    /// create table users (id bigint primary key);
    /// ```
    ///
    /// ```sql pass
    /// create table posts (
    ///   id bigint primary key,
    ///   user_id bigint references users (id)
    /// );
    /// create table users (id bigint primary key);
    /// ```
    "unknown-reference", Group::Relations, Level::Deny => Check::Lowering
}

//! For which runner the migrations of a folder are.

use crate::config::Layout;
use crate::plan::migration::layout::{DBMATE, GOOSE, LIQUIBASE, Laid, SECTIONS, version};

/// Returns the layout of migration files, given by path and text; none where no runner that the tool lays files out for is known by them.
pub fn recognise<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Layout> {
    let files: Vec<(&str, &str)> = files.into_iter().collect();
    let name = |path: &'a str| path.rsplit('/').next().unwrap_or(path);
    let any_line = |mark: &str| files.iter().any(|(_, text)| text.lines().any(|line| line.starts_with(mark)));
    if files.iter().any(|(_, text)| text.trim_start().starts_with(LIQUIBASE)) {
        return Some(Layout::Liquibase);
    }
    let marked = [(DBMATE.up, Layout::Dbmate), (GOOSE.up, Layout::Goose), (SECTIONS.up, Layout::Sections)];
    if let Some((_, layout)) = marked.into_iter().find(|(mark, _)| any_line(mark)) {
        return Some(layout);
    }
    let names: Vec<&str> = files.iter().map(|(path, _)| name(path)).collect();
    // A folder a migration, as Prisma and diesel have it, is no layout of files.
    if names.iter().any(|name| ["migration.sql", "up.sql", "down.sql"].contains(name)) {
        return None;
    }
    if names.iter().any(|name| name.ends_with(".up.sql")) {
        let is_time = |name: &&str| version(name).0.len() == 14;
        return Some(if names.iter().all(is_time) { Layout::Sqlx } else { Layout::GolangMigrate });
    }
    let is_versioned = |name: &&str| {
        name.starts_with('V')
            && name.contains("__")
            && name.chars().nth(1).is_some_and(|c| c.is_ascii_digit())
    };
    if names.iter().any(is_versioned) {
        return Some(Layout::Flyway);
    }
    if files.iter().any(|(path, _)| path.contains("supabase/migrations/")) {
        return Some(Layout::Supabase);
    }
    None
}

/// Brings migrations into the order in which their runner takes them: by every number with which a name begins, `V1.10` behind `V1.9`;
/// Flyway's repeatable ones last.
pub fn in_order(mut laid: Vec<Laid>) -> Vec<Laid> {
    laid.sort_by_key(|laid| {
        let bare = laid.name.strip_prefix('V').unwrap_or(&laid.name);
        let numbers: Vec<u128> = bare.split(['.', '-', '_']).map_while(|part| part.parse().ok()).collect();
        (laid.name.starts_with("R__"), numbers, laid.name.clone())
    });
    laid
}

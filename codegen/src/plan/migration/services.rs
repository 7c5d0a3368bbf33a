//! Files of several services in one database: each service counts its own, and one order has to come of it.

use std::collections::BTreeSet;

use super::place::{File, file_name, slug};

/// Folders that say nothing about whose files they hold.
const COMMON: &[&str] = &[
    "services",
    "service",
    "backend",
    "src",
    "db",
    "database",
    "databases",
    "migrations",
    "migration",
    "apps",
    "app",
    "packages",
    "sql",
    "supabase",
    "prisma",
    "schema",
    "internal",
    "server",
];

/// Orders files, given with their paths as the document writes them, by number; where several services count for themselves the
/// files are numbered anew, service by service in the order of first mention, and bear the service's name.
pub(super) fn in_order(files: Vec<(String, File)>) -> Vec<File> {
    let numbers: Option<Vec<u64>> = files.iter().map(|(_, file)| number(&file.name)).collect();
    let Some(numbers) = numbers else { return files.into_iter().map(|(_, file)| file).collect() };
    let mut folders: Vec<String> = Vec::new();
    for (path, _) in &files {
        let folder = folder(path).to_owned();
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    let distinct = numbers.iter().collect::<BTreeSet<_>>().len() == numbers.len();
    let mut files = files;
    if folders.len() < 2 || distinct {
        files.sort_by_key(|(_, file)| number(&file.name));
        return files.into_iter().map(|(_, file)| file).collect();
    }
    let rank = |path: &str| folders.iter().position(|known| known == folder(path));
    files.sort_by_key(|(path, file)| (rank(path), number(&file.name)));
    let renamed = files.into_iter().enumerate().map(|(at, (path, file))| {
        let stem = file.name.trim_end_matches(".sql");
        let words = slug(stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == 'V'));
        let service = slug(&service(&path));
        let name = match (service.as_str(), words.as_str()) {
            ("", words) => words.to_owned(),
            (service, words) if words.contains(service) => words.to_owned(),
            (service, words) => format!("{service}_{words}"),
        };
        File { name: format!("{:03}_{name}.sql", at + 1), ..file }
    });
    renamed.collect()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Returns the innermost folder of a path that says whose file it is.
fn service(path: &str) -> String {
    let parts = folder(path).split('/').rev();
    parts
        .into_iter()
        .find(|part| !COMMON.contains(&part.to_lowercase().as_str()))
        .unwrap_or_default()
        .to_owned()
}

fn number(name: &str) -> Option<u64> {
    let name = name.strip_prefix(['V', 'v']).unwrap_or(name);
    let end = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
    name.get(..end)?.parse().ok()
}

/// Returns a path with the name that its file has once it stands alone.
pub(super) fn named(path: &str, tables: Vec<crate::model::TableId>) -> (String, File) {
    (path.to_owned(), File { name: file_name(path), tables })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_order_for_all_services() {
        let check = |paths: &[&str], expected: &[&str]| {
            let files = paths.iter().map(|path| named(path, Vec::new())).collect();
            let names: Vec<String> = in_order(files).into_iter().map(|file| file.name).collect();
            assert_eq!(names, expected);
        };
        check(&["002_b.sql", "001_a.sql"], &["001_a.sql", "002_b.sql"]);
        check(&["V10__b.sql", "V9__a.sql"], &["V9__a.sql", "V10__b.sql"]);
        check(
            &["platform/migrations/001_core.sql", "services/billing/migrations/001_billing.sql"],
            &["001_platform_core.sql", "002_billing.sql"],
        );
        check(
            &[
                "suite/mail-service/001_init.sql",
                "suite/chat/001_init.sql",
                "suite/mail-service/002_tags.sql",
            ],
            &["001_mail_service_init.sql", "002_mail_service_tags.sql", "003_chat_init.sql"],
        );
        check(&["a/20250102_b.sql", "b/20250101_a.sql"], &["20250101_a.sql", "20250102_b.sql"]);
        check(&["services/idaas/schema.sql", "001_core.sql"], &["schema.sql", "001_core.sql"]);
    }
}

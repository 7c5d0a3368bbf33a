//! SQL files: migrations and seeds.

mod again;
pub mod stand_in;
mod statement;

use super::{Emitter, Emitting, FileSet};
use crate::config::{Platform, PlatformName};
use crate::plan::migration::layout;
use crate::plan::migration::statement::Statement;

/// Prints migrations and seeds.
pub const EMITTER: Emitter = Emitter { name: "SQL", emit };

fn emit(cx: &Emitting<'_>, files: &mut FileSet) {
    let layout = cx.config.migrations.layout;
    for migration in &cx.plan.migrations.migrations {
        let mut header = cx.header("--");
        if cx.config.migrations.idempotent {
            header
                .push_str("-- idempotent: what is above the way back may run again with the same result.\n");
        }
        let statements = || migration.up.iter().flat_map(|section| &section.statements);
        let mut printed = match cx.config.migrations.idempotent {
            true => again::printed(statements()),
            false => statements().map(statement::print).collect(),
        }
        .into_iter();
        let laid =
            |statement: String| layout::enclosed(layout, layout::hidden(layout, &statement).into_owned());
        let mut up = String::new();
        for section in &migration.up {
            up.push_str(&format!("\n-- {}\n\n", section.title.replace(['\n', '\r'], " ")));
            let own = printed.by_ref().take(section.statements.len());
            up.push_str(&joined(own.map(laid)));
        }
        let down = joined(migration.down.iter().map(|it| laid(statement::print(it))));
        let text = layout::Text {
            file: &migration.file,
            header: &header,
            up: &up,
            down: &down,
            policy: migration.policy,
            reason: migration.reason.as_deref(),
            transactional: migration.transactional,
        };
        for (file, text) in layout::files(layout, &text) {
            files.add(FileSet::generated(&cx.config.name, &format!("migrations/{file}")), text);
        }
    }
    if let Some(platform) = platform(&cx.config.platform) {
        let text = format!(
            "{}\n-- What the platform has before the migrations run. Only proofs run this.\n\n{platform}",
            cx.header("--")
        );
        files.add(FileSet::generated(&cx.config.name, "platform.sql"), text);
    }
    for seed in &cx.plan.migrations.seeds {
        let text = format!("{}\n{}", cx.header("--"), script(&seed.statements));
        files.add(FileSet::generated(&cx.config.name, &format!("seeds/{}", seed.file)), text);
    }
}

/// Returns what stands for the platform: what the tool knows of it, then what the author adds.
fn platform(platform: &Platform) -> Option<String> {
    let known = platform.name.map(platform_stub);
    let parts: Vec<String> = known.into_iter().chain(platform.stub_text.clone()).collect();
    (!parts.is_empty()).then(|| parts.join("\n"))
}

/// Returns what stands for what a platform has in every database.
pub fn platform_stub(name: PlatformName) -> String {
    let PlatformName::Supabase = name;
    let mut text = include_str!("../templates/platform/supabase.sql").to_owned();
    text.push_str("\n-- Extensions that every project has.\n");
    for extension in ["uuid-ossp", "pgcrypto"] {
        text.push_str(&stand_in::extension_or_functions(extension, "extensions"));
    }
    text
}

/// Prints a script of statements: those of several lines with an empty line between them, those of one line together.
pub fn script(statements: &[Statement]) -> String {
    joined(statements.iter().map(statement::print))
}

/// Prints a script of statements, above some of them a line of words about what they make.
pub fn script_with(statements: &[Statement], words: impl Fn(&Statement) -> Option<String>) -> String {
    joined(statements.iter().map(|statement| {
        let words = words(statement).map(|words| format!("-- {words}\n")).unwrap_or_default();
        words + &statement::print(statement)
    }))
}

/// Prints a script of statements that may run again with the same result.
pub fn idempotent_script(statements: &[Statement]) -> String {
    joined(again::printed(statements.iter()).into_iter())
}

fn joined(printed: impl Iterator<Item = String>) -> String {
    let printed: Vec<String> = printed.collect();
    let mut text = String::new();
    for (at, statement) in printed.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| printed.get(before));
        if before.is_some_and(|before| before.contains('\n') || statement.contains('\n')) {
            text.push('\n');
        }
        text.push_str(statement);
        text.push('\n');
    }
    text
}

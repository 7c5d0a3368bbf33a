//! `schema.toml` for an imported schema: what its documents do not say, and the conventions that were observed.

use crate::config::{Layout, PlatformName};
use crate::plan::import::{Exception, Observed};

/// What `schema.toml` says.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Title of the documents.
    pub title: String,
    /// A sentence about the schema.
    pub description: Option<String>,
    /// Tables of another system.
    pub external: Vec<String>,
    /// The platform.
    pub platform: Option<PlatformName>,
    /// Whether foreign keys to tables of another system are made.
    pub foreign_keys: bool,
    /// The name of the generated crate, where that of the schema cannot be it.
    pub crate_name: Option<String>,
    /// The layout of migrations.
    pub layout: Option<Layout>,
    /// Whether the documents are taken at their word, with what would be made otherwise.
    pub literal: Option<Vec<String>>,
    /// Whether values that only a description lists stay documentation.
    pub documented_only: bool,
}

/// Writes `schema.toml`.
pub fn settings(settings: &Settings, observed: &Observed) -> String {
    let mut out = format!("title = {}\n", text(&settings.title));
    if let Some(description) = &settings.description {
        out.push_str(&format!("description = {}\n", text(description)));
    }
    if !settings.external.is_empty() {
        let names: Vec<String> = settings.external.iter().map(|name| text(name)).collect();
        out.push_str(&format!(
            "\n# Another system owns these: they are referenced and drawn, and nothing is made for them{}.\nexternal = [{}]\n",
            if settings.foreign_keys { "" } else { ", no foreign key either" },
            names.join(", ")
        ));
    }
    if let Some(why) = &settings.literal {
        out.push_str("\n# Taken at its word, the document makes what the source has. Without this line there would also be:\n");
        for line in why {
            out.push_str(&format!("#   {}\n", comment(line)));
        }
        out.push_str("literal = true\n");
    }
    if !observed.lines.is_empty() {
        out.push_str("\n# Observed:\n");
        for line in &observed.lines {
            out.push_str(&format!("#   {}\n", comment(line)));
        }
    }
    if settings.platform == Some(PlatformName::Supabase) {
        out.push_str("\n[platform]\nname = \"supabase\"\n");
        if settings.foreign_keys {
            out.push_str("foreign-keys = true\n");
        }
    }
    if settings.documented_only {
        out.push_str("\n# Descriptions list values that nothing holds the columns to.\n[values]\ndocumented = \"document\"\n");
    }
    if let Some(layout) = settings.layout {
        let name = Layout::ALL.iter().find(|(_, known)| *known == layout).map_or("plain", |(name, _)| name);
        out.push_str(&format!("\n[migrations]\nlayout = {}\n", text(name)));
    }
    if let Some(name) = &settings.crate_name {
        out.push_str(&format!(
            "\n# The schema's own name cannot be a crate's.\n[rust]\ncrate = {}\n",
            text(name)
        ));
    }
    if !observed.off.is_empty() {
        out.push_str("\n[lint.levels]\n");
        for (rule, why) in &observed.off {
            out.push_str(&format!("{rule} = \"allow\" # {}\n", comment(why)));
        }
    }
    for Exception { rule, at, reason } in &observed.exceptions {
        out.push_str(&format!(
            "\n[[lint.allow]]\nrule = {}\nat = {}\nreason = {}\n",
            text(rule),
            text(at),
            text(reason)
        ));
    }
    out
}

/// Writes a TOML text.
fn text(value: &str) -> String {
    let mut out = String::from("\"");
    for c in value.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Returns a text as it can stand in a comment.
fn comment(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! Checks of settings.

use std::collections::BTreeSet;

use crate::diag::{Code, Sink, Stage, did_you_mean};
use crate::source::dbml::scope::{Scope, key};
use crate::source::dbml::syntax::{Remark, Setting, Value, Word};

use super::{DUPLICATE, INVALID_VALUE, UNKNOWN_SETTING};

const UNKNOWN_ENUM: Code = Code::new("dbml-unknown-enum");
const UNKNOWN_VALUE: Code = Code::new("dbml-unknown-enum-value");

pub(super) fn check_column_setting(setting: &Setting<'_>, scope: &Scope<'_>, sink: &mut Sink) {
    let wrong = |wanted: &str, sink: &mut Sink| {
        let span = setting.value.as_ref().map_or(setting.span, Value::span);
        sink.error(INVALID_VALUE, span, format!("`{}` takes {wanted}", setting.name.node))
            .help("see the setting's form")
            .stage(Stage::Form);
    };
    match (setting.name.node, &setting.value) {
        ("note", Some(Value::Text(_) | Value::Quoted(_))) | ("check", Some(Value::Expression(_))) => {}
        ("note", _) => wrong("a text in quotes", sink),
        ("check", _) => wrong("an expression in backquotes", sink),
        ("ref", Some(Value::Relation(..))) => {}
        ("ref", _) => wrong("a relation: `> table.column`", sink),
        ("pk" | "primary key" | "unique" | "not null" | "null" | "increment", Some(_)) => {
            wrong("no value", sink)
        }
        ("default", Some(Value::Words(words, path))) => {
            let word = words.node.to_lowercase();
            if ["true", "false", "null"].contains(&word.as_str()) {
                return;
            }
            if path.len() < 2 || words.node.contains(' ') && !path.iter().any(|part| part.node.contains(' '))
            {
                // A word that is no value of an enum names nothing.
                wrong(
                    "a text in quotes, a number, an expression in backquotes, a boolean, null or an enum's value",
                    sink,
                );
            } else {
                check_enum_value(path, scope, sink);
            }
        }
        ("default", Some(Value::Relation(..) | Value::Dependency(..) | Value::Color(_)) | None) => {
            wrong("a value", sink)
        }
        ("dep", Some(Value::Dependency(..))) => {}
        ("dep", _) => wrong("a dependency: `-> table.column`", sink),
        _ => {}
    }
}

/// Reports a path that should name the value of an enum and does not.
pub(super) fn check_enum_value(path: &[Word<'_>], scope: &Scope<'_>, sink: &mut Sink) {
    let Some((label, rest)) = path.split_last() else { return };
    let Some(name) = scope.name(rest) else { return };
    let Some(data) = scope.enumeration(key(&name)) else {
        let known = if sink.may_suggest() { scope.enum_names() } else { Vec::new() };
        sink.error(UNKNOWN_ENUM, name.span(), format!("there is no enum `{name}`"))
            .help(did_you_mean(&name.to_string(), known.iter().map(String::as_str)))
            .help("define it, or write a text in quotes");
        return;
    };
    if !data.values.iter().any(|(value, _)| value.node == label.node) {
        let values = || data.values.iter().map(|(value, _)| value.node);
        let known = sink.may_suggest().then(values).into_iter().flatten();
        sink.error(UNKNOWN_VALUE, label.span, format!("`{}` is no value of `{}`", label.node, data.name))
            .help(did_you_mean(label.node, known));
    }
}

/// Reports notes that are no text and colours that are none.
pub(super) fn note_and_colors<'s>(settings: impl IntoIterator<Item = &'s Setting<'s>>, sink: &mut Sink) {
    for setting in settings {
        let wanted = match (setting.name.node, &setting.value) {
            ("note", Some(Value::Text(_) | Value::Quoted(_))) => continue,
            ("color" | "headercolor", Some(Value::Color(color))) if is_color(color.node) => continue,
            ("color", Some(Value::Words(word, _))) if word.node.eq_ignore_ascii_case("none") => continue,
            ("note", _) => "a text in quotes",
            ("color" | "headercolor", _) => "a colour such as `#08f`",
            _ => continue,
        };
        let span = setting.value.as_ref().map_or(setting.span, Value::span);
        sink.error(INVALID_VALUE, span, format!("`{}` takes {wanted}", setting.name.node))
            .help("write it in this form")
            .stage(Stage::Form);
    }
}

/// Tells whether a word is `#rgb` or `#rrggbb`.
fn is_color(word: &str) -> bool {
    let digits = word.strip_prefix('#').unwrap_or_default();
    [3, 6].contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Reports settings that are a word alone and have a value, and those that take a text and have none.
pub(super) fn words_and_texts<'s>(
    settings: impl IntoIterator<Item = &'s Setting<'s>>,
    words: &[&str],
    texts: &[&str],
    sink: &mut Sink,
) {
    for setting in settings {
        let name = setting.name.node;
        let is_text = matches!(setting.value, Some(Value::Text(_) | Value::Quoted(_)));
        let wanted = if words.contains(&name) && setting.value.is_some() {
            "no value"
        } else if texts.contains(&name) && !is_text {
            "a text in quotes"
        } else {
            continue;
        };
        sink.error(INVALID_VALUE, setting.span, format!("`{name}` takes {wanted}"))
            .help("write it in this form")
            .stage(Stage::Form);
    }
}

pub(super) fn two_notes(notes: &[Remark<'_>], sink: &mut Sink) {
    if let [first, second, ..] = notes {
        sink.error(DUPLICATE, first.span, "this has two notes")
            .label(second.span, "the second")
            .help("join them into one")
            .stage(Stage::Form);
    }
}

/// Reports settings that are not `known` and settings that stand twice. With `custom`, settings of other names may hold a text
/// or a colour.
pub(super) fn known_settings<'s>(
    settings: impl IntoIterator<Item = &'s Setting<'s>>,
    known: &[&str],
    custom: bool,
    of: &str,
    sink: &mut Sink,
) {
    let (mut seen, mut seen_own) = (0_u32, BTreeSet::new());
    for setting in settings {
        let name = setting.name.node;
        let own = custom
            && match &setting.value {
                Some(Value::Text(_) | Value::Quoted(_)) => true,
                Some(Value::Color(color)) => is_color(color.node),
                _ => false,
            };
        if !known.contains(&name) && !own {
            sink.error(UNKNOWN_SETTING, setting.name.span, format!("`{name}` is no setting of a {of}"))
                .help(did_you_mean(name, known.iter().copied()))
                .help(format!("a {of} takes {}", known.join(", ")))
                .stage(Stage::Form);
            continue;
        }
        let again = match known.iter().position(|known| *known == name) {
            Some(at) => {
                let before = seen;
                seen |= 1 << at;
                seen == before
            }
            None => !seen_own.insert(name),
        };
        if again && !["ref", "check", "dep"].contains(&name) {
            sink.error(DUPLICATE, setting.span, format!("`{name}` stands twice"))
                .help("remove one of the two")
                .stage(Stage::Form);
        }
    }
}

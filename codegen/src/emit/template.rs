//! Templates of generated files.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{Environment, UndefinedBehavior};

/// Fills a template, which may use the filters that are added; the result ends with one line break.
#[expect(
    clippy::expect_used,
    reason = "templates are part of the program and their values are always there, so that only a bug can fail here"
)]
pub(super) fn render(template: &str, values: Value, filters: impl FnOnce(&mut Environment<'_>)) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    filters(&mut environment);
    let text = environment.render_str(template, values).expect("a template of the program renders");
    format!("{}\n", text.trim_end())
}

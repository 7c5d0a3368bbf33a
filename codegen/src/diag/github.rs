//! Diagnostics as workflow commands, which GitHub shows beside the lines of a pull request.
//!
//! The form is `::error file=…,line=…,col=…,title=…::message`, with `%`, line breaks and, in properties, `:` and `,` escaped
//! (GitHub documentation, *Workflow commands for GitHub Actions*).

use super::{Diagnostic, Severity};
use crate::span::Sources;

/// Renders diagnostics as GitHub workflow commands, one a line.
pub fn to_github(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    diagnostics.iter().map(|diagnostic| command(diagnostic, sources)).collect()
}

fn command(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let (start, end) = (sources.position(diagnostic.span), sources.position(diagnostic.span.at_end()));
    let mut message = diagnostic.message.clone();
    for help in &diagnostic.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    format!(
        "::{level} file={},line={},endLine={},col={},title={}::{}\n",
        property(sources.file(diagnostic.span.file).path()),
        start.line,
        end.line,
        start.column,
        property(diagnostic.code.as_str()),
        data(&message)
    )
}

/// Renders one annotation: its level (`error`, `warning` or `notice`), its place as path, line and column where it has
/// one, its title and its message.
pub fn annotation(level: &str, place: Option<(&str, usize, usize)>, title: &str, message: &str) -> String {
    let place = place.map_or_else(String::new, |(path, line, column)| {
        format!("file={},line={line},col={column},", property(path))
    });
    format!("::{level} {place}title={}::{}\n", property(title), data(message))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Code, Sink};

    #[test]
    fn what_github_reads_as_syntax_is_escaped() {
        let mut sources = Sources::default();
        let file = sources.add("a,b.md", "x\ny\n");
        let span = sources.fragment(file).span(2..3);
        let mut sink = Sink::default();
        sink.warning(Code::new("some-code"), span, "100 % wrong").help("mend it");
        assert_eq!(
            to_github(sink.diagnostics(), &sources),
            "::warning file=a%2Cb.md,line=2,endLine=2,col=1,title=some-code::100 %25 wrong%0Ahelp: mend it\n"
        );
        assert_eq!(
            annotation("error", Some(("a,b.md", 2, 1)), "some: title", "x\ny"),
            "::error file=a%2Cb.md,line=2,col=1,title=some%3A title::x%0Ay\n"
        );
        assert_eq!(annotation("notice", None, "t", "100 %"), "::notice title=t::100 %25\n");
    }
}

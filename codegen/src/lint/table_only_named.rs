use super::{Check, Group, LintCx};
use crate::config::Level;
use crate::model::NamedTable;

declare_rule! {
    /// The document names tables and gives no columns for them.
    ///
    /// They appear on the generated page and nowhere else: no migration, no Rust. The finding counts them, one for every place that
    /// names some, so that nobody takes the document for complete.
    ///
    /// ````md fail
    /// ## Writer tables
    ///
    /// Documents, document_versions, document_comments.
    /// ````
    ///
    /// ````md pass
    /// ## Writer tables
    ///
    /// ```sql
    /// create table documents (id bigint primary key);
    /// ```
    /// ````
    "table-only-named", Group::Documentation, Level::Info => Check::Schema(check)
}

fn check(cx: &mut LintCx<'_>) {
    let mut places: Vec<Vec<&NamedTable>> = Vec::new();
    for named in &cx.schema.named {
        let same = |known: &&mut Vec<&NamedTable>| {
            known.first().is_some_and(|first| first.module == named.module && first.file == named.file)
        };
        match places.iter_mut().find(same) {
            Some(known) => known.push(named),
            None => places.push(vec![named]),
        }
    }
    for place in places {
        let (Some(first), Some(last)) = (place.first(), place.last()) else { continue };
        let names: Vec<String> = place.iter().map(|named| format!("`{}`", named.name.node)).collect();
        let span = if first.name.span.file == last.name.span.file {
            first.name.span.to(last.name.span)
        } else {
            first.name.span
        };
        let what = match place.len() {
            1 => "1 table is".to_owned(),
            count => format!("{count} tables are"),
        };
        cx.report(&first.name.node, span, format!("{what} named and not defined: {}", names.join(", ")))
            .help("define them in a fence, a table of columns or bullets, or silence this where another document does");
    }
}

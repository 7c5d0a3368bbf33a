use indexmap::IndexMap;

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
    let mut places: IndexMap<_, Vec<&NamedTable>> = IndexMap::new();
    for named in &cx.schema.named {
        places.entry((named.module, named.file.as_ref())).or_default().push(named);
    }
    for place in places.into_values() {
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

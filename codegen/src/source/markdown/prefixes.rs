//! The list of ID prefixes: `` `u_` — user``.

use super::inline::Inline;
use super::outline::{Item, List};
use super::words;
use crate::diag::{Code, Sink};
use crate::source::decl::{Decl, PrefixDecl};

const NOT_A_PREFIX: Code = Code::new("not-a-prefix");

/// Tells by its shape whether a list is one of ID prefixes: most items are a code span that ends in a separator, and words.
pub(super) fn is_list(list: &List) -> bool {
    let found =
        list.items.iter().filter(|item| item.text().is_some_and(|text| prefix(text).is_some())).count();
    found >= 2 && found * 2 > list.items.len()
}

/// Reads a list of ID prefixes; an item of another shape is reported.
pub(super) fn read(list: &List, sink: &mut Sink) -> Vec<Decl> {
    list.items.iter().filter_map(|item| read_item(item, sink)).collect()
}

fn read_item(item: &Item, sink: &mut Sink) -> Option<Decl> {
    let found = item.text().and_then(|text| {
        let (code, words) = prefix(text)?;
        Some(PrefixDecl { prefix: text.ident(code), entity: text.ident(words), span: item.span })
    });
    if found.is_none() {
        sink.warning(NOT_A_PREFIX, item.span, "this item of the list of ID prefixes is not understood")
            .help("write the prefix as code, with its separator, and then what bears it: `` `u_` — user``");
    }
    found.map(Decl::Prefix)
}

type Parts = (std::ops::Range<usize>, std::ops::Range<usize>);

/// Takes an item apart into its prefix and the words behind it.
fn prefix(text: &Inline) -> Option<Parts> {
    let code = text.codes().first().filter(|code| text.get(0..code.start).trim().is_empty())?;
    let name = text.get(code.clone());
    let stem = name.trim_end_matches(['.', '…', '*', 'x', 'X']);
    let stem = if stem.ends_with(['_', '-', ':']) { stem } else { name };
    let body = stem.strip_suffix(['_', '-', ':'])?;
    if body.is_empty() || !body.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
        return None;
    }
    let start = words::behind_separator(text.text(), code.end).or_else(|| {
        let inside = text.get(code.end..text.text().len()).trim_start().strip_prefix('(')?;
        Some(text.text().len() - inside.len())
    })?;
    let entity = words::without_stop(text.text(), start..text.text().len());
    let first = text.get(entity.clone()).chars().next()?;
    let end = if text.get(entity.clone()).ends_with(')') && !text.get(entity.clone()).contains('(') {
        entity.end - 1
    } else {
        entity.end
    };
    first.is_alphanumeric().then(|| (code.start..code.start + stem.len(), entity.start..end))
}

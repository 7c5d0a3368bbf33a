//! The key of a table that a sentence calls by one word: "Key: `order_id`", "Chave composta (`a`, `b`)", "Ключ `id`."

use std::ops::Range;

use super::{Key, constraint, key_columns};
use crate::source::decl::{ConstraintDecl, ConstraintKind, TableDecl};
use crate::source::markdown::inline::Inline;
use crate::source::markdown::vocabulary::Words;
use crate::source::markdown::words;

/// Words that mean the primary key where nothing but its columns follows them; "keys" may be any.
static KEYS: Words<()> =
    Words::new(&[(&["key, ключ, clave, llave, chave, schlüssel, clé, chiave, klucz, 키, 主键"], ())]);

/// Words beside them that say that the key has several columns.
static COMPOSITE: Words<()> = Words::new(&[(
    &["composite, compound, composta, compuesta, composée, zusammengesetzter, складений, составной, 복합"],
    (),
)]);

/// Reads the sentences of a range each of which is such a word and columns of the table, and nothing else; none where the table has a
/// primary key.
pub(super) fn said(text: &Inline, range: Range<usize>, table: &TableDecl) -> Option<ConstraintDecl> {
    let is_primary = |known: &ConstraintDecl| matches!(known.kind, ConstraintKind::PrimaryKey { .. });
    if table.columns.iter().any(|column| column.primary_key.is_some())
        || table.constraints.iter().any(is_primary)
    {
        return None;
    }
    words::sentences(text.text(), range).into_iter().find_map(|sentence| {
        let code = text.codes().iter().find(|code| sentence.contains(&code.start))?;
        let lead = words::bare(text, sentence.start..code.start);
        let named = lead.iter().filter(|(word, _)| KEYS.has(word)).count() == 1;
        let others = lead.iter().filter(|(word, _)| !KEYS.has(word)).all(|(word, _)| COMPOSITE.has(word));
        if !named || !others {
            return None;
        }
        let end = words::without_stop(text.text(), sentence).end;
        let place = code.start..code.start + text.get(code.start..end).trim_end_matches([')', ']']).len();
        let columns = key_columns(text, place.clone(), table)?;
        Some(constraint(Key::Primary, None, columns, text, place))
    })
}

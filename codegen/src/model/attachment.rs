//! `ALTER INDEX … ATTACH PARTITION …`: an index of a partition becomes a part of one of the whole.

use super::ident::QualifiedName;
use super::token::{Cursor, tokens};

/// Reads the index of the whole and that of the partition out of a statement that attaches one to the other.
pub(crate) fn of(text: &str) -> Option<(QualifiedName, QualifiedName)> {
    let own = tokens(text);
    let mut cursor = Cursor::new(text, &own);
    if !cursor.eat("alter index") {
        return None;
    }
    _ = cursor.eat("if exists");
    let whole = cursor.name()?;
    cursor.eat("attach partition").then(|| Some((whole, cursor.name()?))).flatten()
}

//! Words by which a document's tables and bullets are known, in English, Ukrainian, Russian, Spanish, Portuguese, German, French
//! and Korean, and the commonest of them in Chinese, Japanese, Vietnamese, Indonesian, Turkish, Italian and Polish.

mod bullets;
mod choices;
mod facts;
mod functions;
mod headers;
mod headings;
mod limits;
mod others;
mod phrases;
mod references;
mod types;

pub(super) use bullets::{BulletRole, bullet, is_of_indexes, named_values};
pub(super) use choices::{KNOWN_CHOICES, called};
pub(super) use facts::{
    DEFAULT, IF, INCREMENT, INDEXED, NOT_NULL, NOT_UNIQUE, NULLABLE, PRESENT, PRIMARY, SHARED, UNIQUE,
    UNIQUE_IDENTIFIER, is_mark, is_yes,
};
pub(super) use functions::is_index_function;
pub(super) use headers::{HeaderRole, header, is_number_head, is_state_head, says_column, says_database};
pub(super) use headings::{
    announces_several, announces_tables, ends_in_table_word, is_about_columns, is_elsewhere, is_generic,
    is_other_place, is_planned, is_summary, is_table_word, is_table_word_or_plural, is_values_word,
    says_table_name,
};
pub(super) use limits::{
    ANY_CASE, BEHIND_COMMA, CASE, CASE_BEFORE, COMPOSITE, COUNTED, DENIED, DOUBTED, DOUBTED_PARTS, FURTHER,
    NO_COLUMN, NOT_THERE, NOTHING, OF_ANOTHER, ONLY, PAST, PIECES, PURPOSE, REMARKS, ROWS, SOME_ROWS,
    UNDER_WAY, WITHIN, is_not_there,
};
pub(super) use others::{is_gone, is_other_thing, is_remark, side_of_change};
pub(super) use phrases::{Phrases, Signs, Words, find};
pub(super) use references::{FOREIGN, REFERS, RELATION, TO_ITSELF, TOWARDS, UNENFORCED};
pub(super) use types::{
    begins_with_type, is_bare_type, is_name, is_sure_type, is_type, is_unspaced, is_word_for_type, translated,
};

use std::borrow::Cow;

use super::words::lowered;

/// Lower-cases a label and takes its marks, its colon and what stands in brackets away.
fn plain(text: &str) -> Cow<'_, str> {
    let open = match text.is_ascii() {
        true => text.bytes().position(|byte| byte == b'('),
        false => text.find(['(', '（']),
    };
    let text = open.and_then(|open| text.get(..open)).unwrap_or(text);
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let lower = lowered(text);
    if !lower.is_ascii() && lower.contains('’') { Cow::Owned(lower.replace('’', "'")) } else { lower }
}

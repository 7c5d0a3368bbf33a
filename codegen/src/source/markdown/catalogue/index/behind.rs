//! Indexes in languages that say behind the columns what they are: "(`buyer_id`, `at`) 인덱스", "`code` 고유 인덱스".

use std::ops::Range;

use super::in_words;
use crate::source::decl::IndexDecl;
use crate::source::markdown::inline::Inline;

/// Reads a sentence that ends in a word for "index", before which there are columns and nothing else.
pub(super) fn read(text: &Inline, range: Range<usize>) -> Option<Vec<IndexDecl>> {
    const INDEX: &[&str] = &["인덱스", "インデックス", "索引"];
    const UNIQUE: &[&str] = &["고유", "유니크", "유일", "ユニーク", "一意", "唯一"];
    const BETWEEN: &[&str] = &["복합", "단일", "에 대한", "에", "複合", "の", "联合", "`"];
    let said = text.get(range.clone());
    if said.is_ascii() {
        return None;
    }
    let mut rest = INDEX.iter().find_map(|word| said.trim_end().strip_suffix(word))?.trim_end();
    let mut is_unique = false;
    loop {
        let unique = UNIQUE.iter().find_map(|word| rest.strip_suffix(word));
        let Some(shorter) = unique.or_else(|| BETWEEN.iter().find_map(|word| rest.strip_suffix(word))) else {
            break;
        };
        is_unique |= unique.is_some();
        rest = shorter.trim_end();
    }
    let mut found = in_words(text, text.trim(range.start..range.start + rest.len()));
    if is_unique {
        found.iter_mut().for_each(|index| index.unique = Some(text.span(range.clone())));
    }
    (!found.is_empty()).then_some(found)
}

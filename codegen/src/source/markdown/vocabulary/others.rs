//! Headings that name no table: of views and files, of what is not there any more, remarks.

use super::phrases::{Phrases, Words};
use super::plain;
use crate::source::markdown::words::lowered;

/// Tells whether a heading says that what it names is no table of the database: "View: `orders`", "`orders` (in-memory)", "Kafka topic
/// `orders`".
pub(in super::super) fn is_other_thing(heading: &str) -> bool {
    static KINDS: Words<()> = Words::new(&[(
        &[
            "view, materialized view, enum, csv file, file, topic, kafka topic, queue, stream, cache, bucket, event",
            "представлення, подання, файл, черга, представление, очередь, vista, vista materializada, archivo, cola",
            "visão, arquivo, fila, sicht, ansicht, datei, warteschlange, vue, vue matérialisée, fichier, file d'attente",
            "뷰, 视图, ビュー",
        ],
        (),
    )]);
    static BRACKETED: Words<()> = Words::new(&[(
        &[
            "view, materialized view, in-memory, in memory, removed, dropped, deleted, bigquery, csv, cache, virtual, not stored",
            "представлення, видалено, представление, удалено, удалена, vista, eliminada, eliminado, removida, removido, visão",
            "sicht, ansicht, entfernt, gelöscht, vue, supprimée, supprimé, 뷰, 삭제됨, 视图, 已删除, ビュー, 削除済み",
        ],
        (),
    )]);
    let (before, inside) = match heading.split_once(['(', '（', '[']) {
        Some((before, rest)) => (before, rest.split([')', '）', ']']).next().unwrap_or_default()),
        None => (heading, ""),
    };
    let inside = lowered(inside.trim());
    let first = inside.split([',', ';']).next().unwrap_or_default().trim();
    let gone =
        first.split_once(" in ").or_else(|| first.split_once(" since ")).map_or(first, |(word, _)| word);
    if BRACKETED.has(first) || BRACKETED.has(gone) {
        return true;
    }
    // "View: `orders`", "Kafka topic `orders`": the kind, and one name behind it.
    let before = before.trim_start_matches(|c: char| !c.is_alphabetic()).to_lowercase();
    let words: Vec<&str> = before.split_whitespace().map(|word| word.trim_end_matches([':', '：'])).collect();
    match words.as_slice() {
        [kind, _] => KINDS.has(kind),
        [one, two, _] => KINDS.has(&format!("{one} {two}")) || (KINDS.has(two) && *two != "event"),
        _ => false,
    }
}

/// Tells whether a heading speaks of what is not in the database, or not any more: "Removed tables", "Rejected alternatives", "Bad example".
pub(in super::super) fn is_gone(heading: &str) -> bool {
    static WHOLE: Phrases = Phrases::new(&[
        "removed tables",
        "dropped tables",
        "deleted tables",
        "removed",
        "rejected",
        "rejected alternative",
        "rejected alternatives",
        "alternatives considered",
        "considered alternatives",
        "out of scope",
        "not in scope",
        "old schema",
        "previous schema",
        "former schema",
        "bad example",
        "bad design",
        "wrong",
        "do not do this",
        "don't do this",
        "anti-pattern",
        "antipattern",
        "anti-patterns",
        "видалені таблиці",
        "відхилено",
        "поза межами",
        "стара схема",
        "поганий приклад",
        "удаленные таблицы",
        "удалённые таблицы",
        "отклонено",
        "вне рамок",
        "старая схема",
        "плохой пример",
        "tablas eliminadas",
        "descartado",
        "fuera de alcance",
        "esquema anterior",
        "mal ejemplo",
        "tabelas removidas",
        "fora do escopo",
        "fora de escopo",
        "mau exemplo",
        "entfernte tabellen",
        "verworfen",
        "verworfene alternativen",
        "altes schema",
        "schlechtes beispiel",
        "tables supprimées",
        "hors périmètre",
        "ancien schéma",
        "mauvais exemple",
        "삭제된 테이블",
        "나쁜 예",
        "已删除的表",
        "反例",
        "削除済みテーブル",
        "悪い例",
    ]);
    let lower = lowered(heading);
    let lower = lower.split(['(', '（']).next().unwrap_or(&lower);
    // They have to be nearly all that it says.
    WHOLE.each(lower).into_iter().any(|found| {
        let rest = lower.get(..found.start).into_iter().chain(lower.get(found.end..));
        rest.flat_map(str::split_whitespace).filter(|word| word.contains(char::is_alphabetic)).count() <= 1
    })
}

/// Tells whether a label says that what stands below it was so before a change (`false`), or is so after it (`true`).
pub(in super::super) fn side_of_change(label: &str) -> Option<bool> {
    static SIDES: Words<bool> = Words::new(&[
        (
            &[
                "before, old, було, до, до зміни, раніше, было, до изменения, раньше, antes, vorher, alt, avant, ancien",
                "변경 전, 이전, 変更前, 旧, 修改前, 变更前, 之前",
            ],
            false,
        ),
        (
            &[
                "after, new, стало, після, після зміни, после, после изменения, después, depois, nachher, neu, après, nouveau",
                "변경 후, 이후, 変更後, 新, 修改后, 变更后, 之后",
            ],
            true,
        ),
    ]);
    SIDES.get(&plain(label))
}

/// Tells whether a heading is a remark with its label: "NOTE: may grow", "UPD: …".
pub(in super::super) fn is_remark(heading: &str) -> bool {
    static LABELS: Words<()> = Words::new(&[(
        &[
            "note, notes, nb, n.b, p.s, ps, upd, update, updated, todo, fixme, warning, caution, important, tip, info, hint",
            "примітка, увага, важливо, оновлення, примечание, внимание, важно, обновление, замечание",
            "nota, atención, aviso, importante, atenção, observação, advertencia",
            "hinweis, achtung, anmerkung, wichtig, remarque, attention",
            "참고, 주의, 注意, 备注, 提示, 補足",
        ],
        (),
    )]);
    let Some((label, said)) = heading.split_once([':', '：']) else { return false };
    !said.trim().is_empty() && LABELS.has(&plain(label))
}

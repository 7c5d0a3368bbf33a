//! Words with which a fact of a column holds for some rows only, or is said of something else.
//!
//! All of them are in lower case.

use super::phrases::{Phrases, Words};

/// Parts of words that speak of some rows: those that are not deleted, those but for some, those under a condition.
///
/// They are looked for only beside words for a unique key, with any ending.
pub(in super::super) const SOME_ROWS: &[&str] = &[
    "delete",
    "active rows",
    "condition",
    "except",
    "excluding",
    "as long as",
    "gelöscht",
    "solange",
    "außer",
    "bedingung",
    "supprim",
    "hors ",
    "sauf",
    "tant que",
    "elimina",
    "borrad",
    "salvo",
    "excepto",
    "exceto",
    "excluíd",
    "deletad",
    "condici",
    "condiç",
    "видален",
    "удален",
    "удалён",
    "крім",
    "окрім",
    "кроме",
    "за умов",
    "при услов",
    "삭제",
    "조건",
    "제외",
    "행에서",
    "删除",
    "刪除",
    "条件",
    "條件",
    "时唯一",
    "時唯一",
    "削除",
    "行で",
    "場合",
    "除く",
];

/// Words that may stand further behind those for a unique key, with which it is said to be one of several columns or to hold for some rows:
/// "unique code per shop", "unique name unless archived".
pub(in super::super) static FURTHER: Words<()> = Words::new(&[(
    &[
        "per, within, among, amongst, if, unless, while",
        "серед, среди, якщо, если, межах, рамках, пределах",
        "parmi, je, innerhalb, sofern, falls, pro",
    ],
    (),
)]);

/// Words with which the case begins in which a value is required: "required if paid", "Pflicht bei Korrektur".
pub(in super::super) static CASE: Words<()> = Words::new(&[(
    &[
        "if, when, whenever, where, only, once, while, unless, until, after, except, in case",
        "якщо, коли, при, лише, тільки, крім, если, когда, только, кроме",
        "si, cuando, solo, sólo, se, quando, caso, apenas, somente, salvo, excepto, exceto",
        "wenn, falls, sofern, bei, beim, nur, außer, solange",
        "s'il, quand, lorsque, lorsqu'il, uniquement, seulement, sauf, lors",
    ],
    (),
)]);

/// Words with which a condition begins behind a comma as well: "eindeutig, sofern nicht gelöscht". Others may begin anything there.
pub(in super::super) static BEHIND_COMMA: Words<()> = Words::new(&[(
    &["if, when, unless, sofern, falls, wenn, solange, якщо, коли, если, когда, s'il, lorsque"],
    (),
)]);

/// Ends of what stands before "required" in languages that say the case first: "수정 시 필수".
pub(in super::super) const CASE_BEFORE: &[&str] =
    &["시", "경우", "때", "时", "時", "場合", "場合は", "场合", "情况下", "情況下"];

/// Words before a mark of a key or of NULL in a description that then speaks of whether there is one, or of another's: "whether it is a
/// primary key", "the remote primary key".
pub(in super::super) static OF_ANOTHER: Words<()> = Words::new(&[(
    &[
        "whether, if, no, not, non, former, old, other, another, remote, foreign, target, source, external",
        "чи, не, без, ознака, ли, признак, если",
        "si, no, sin, se, não, sem, ob, nicht, kein, keine, sans, pas",
    ],
    (),
)]);

/// Words for how many of something there are, at the end of "unique visitor count".
pub(in super::super) static COUNTED: Words<()> = Words::new(&[(
    &[
        "flag, count, counts, counter, total, totals, visitors, views, visits, percentage, ratio",
        "кількість, прапорець, количество, флаг",
        "contador, cantidad, total, visitas, visitantes, contagem, quantidade, anzahl, nombre",
    ],
    (),
)]);

/// Words by which the case of letters makes no difference: "unique, case-insensitive".
pub(in super::super) static ANY_CASE: Phrases = Phrases::new(&[
    "case-insensitive",
    "case insensitive",
    "case-insensitively",
    "ignoring case",
    "regardless of case",
    "без урахування регістру",
    "незалежно від регістру",
    "без учета регистра",
    "без учёта регистра",
    "независимо от регистра",
    "sin distinguir mayúsculas",
    "sem distinguir maiúsculas",
    "ohne groß-/kleinschreibung",
    "unabhängig von groß- und kleinschreibung",
    "insensible à la casse",
    "sans distinction de casse",
    "대소문자 구분 없이",
    "不区分大小写",
    "大文字小文字を区別しない",
]);

/// What stands in the place of a list that has no item: "Indexes: none".
pub(in super::super) static NOTHING: Words<()> = Words::new(&[(
    &[
        "none, none yet, no indexes, nothing, n/a, -, —, –, немає, відсутні, нет, отсутствуют, ninguno, ninguna, ningún",
        "nenhum, nenhuma, keine, keiner, aucun, aucune, 없음, 无, 無, なし",
    ],
    (),
)]);

/// Words by which something is said not to be.
pub(in super::super) static DENIED: Words<()> = Words::new(&[(
    &[
        "no, not, without, never, isn't, unneeded, unnecessary",
        "не, без, немає, нема, нет",
        "sin, nunca, não, sem, kein, keine, keinen, keiner, nicht, ohne, nie, pas, sans, aucun, aucune, jamais",
        "ya no, ne",
    ],
    (),
)]);

/// Words by which something was once, is to be or may be.
pub(in super::super) static DOUBTED: Words<()> = Words::new(&[(
    &[
        "was, were, used, formerly, previously, former, removed, dropped, deprecated, planned, plan, will, would, should, could, might, maybe",
        "perhaps, probably, possibly, usually, typically, mostly, often, normally, consider, considered, considering, proposed, tbd, todo, someday",
        "був, була, було, буде, планується, заплановано, заплановане, раніше, прибрано, можливо, зазвичай, колись, варто",
        "был, была, было, будет, планируется, запланировано, раньше, ранее, убрано, возможно, обычно, когда-то, стоит",
        "será, serán, era, eran, fue, antes, previsto, planificado, planeado, considerar, podría, debería, quizás, normalmente, usualmente",
        "serão, foi, planejado, poderia, deveria, talvez, geralmente, antigamente, removido, removida",
        "war, waren, wurde, wird, soll, sollte, geplant, früher, ehemals, entfernt, vielleicht, meist, meistens, normalerweise",
        "était, sera, prévu, prévue, devrait, pourrait, envisager, autrefois, généralement, habituellement, peut-être",
        "예정, 예정임, 이전에, 아마",
    ],
    (),
)]);

/// Parts of words of scripts without blanks between them that say one of the two.
pub(in super::super) const DOUBTED_PARTS: &[&str] = &[
    "없음",
    "않",
    "아님",
    "필요 없",
    "예정",
    "不再",
    "不需要",
    "无需",
    "计划",
    "曾经",
    "以前",
    "不要",
    "予定",
    "廃止",
    "ではない",
    "しない",
];

/// Words for rows, or for what some of them are: "for active rows".
pub(in super::super) static ROWS: Words<()> = Words::new(&[(
    &[
        "rows, records, entries, ones, active, open, current, live, undeleted, non-deleted, unarchived, alive",
        "рядків, записів, активних, відкритих, поточних, строк, записей, активных, открытых, текущих",
        "filas, registros, activos, activas, abiertos, vigentes, linhas, ativos, ativas, abertos",
        "zeilen, einträge, datensätze, aktive, aktiven, offene, offenen, lignes, enregistrements, actifs, actives, ouverts",
        "활성, 행에, 행만",
    ],
    (),
)]);

/// Words by which a key or an index holds for some rows: "only", "partial".
pub(in super::super) static ONLY: Words<()> = Words::new(&[(
    &[
        "only, just, partial, partially, conditional, filtered, condition",
        "лише, тільки, частковий, часткова, умовний, только, лишь, частичный, частичная, условный",
        "solo, sólo, solamente, parcial, parciales, condicional, apenas, somente, condición, condição",
        "nur, partiell, partieller, partielle, teilindex, bedingter, bedingung",
        "seulement, uniquement, partiel, partielle, conditionnel",
        "부분, 조건부",
    ],
    (),
)]);

/// Remarks on a column, which are no values of it.
pub(in super::super) static REMARKS: Words<()> = Words::new(&[(
    &[
        "derived, read-only, readonly, computed, calculated, generated, nightly, deprecated, unused, internal, hidden, cached, lowercase, uppercase",
        "current, trimmed, denormalized, encrypted, hashed, sortable, immutable, reserved, case-insensitive, case-sensitive, searchable, sensitive, stored",
        "вичислене, похідне, обчислюване, внутрішнє, застаріле, опціонально, індекс, вычисляемое, производное, внутреннее, устаревшее, опционально",
        "calculado, derivado, interno, oculto, obsoleto, cifrado, inmutable, imutável, somente-leitura",
        "berechnet, abgeleitet, intern, veraltet, verschlüsselt, unveränderlich, calculé, dérivé, interne, obsolète, chiffré, immuable",
    ],
    (),
)]);

/// Words that stand in a piece of a sentence and in no value of several words.
pub(in super::super) static PIECES: Words<()> = Words::new(&[(
    &[
        "but, was, were, e.g, eg, see, of, like, such, example, except, formerly, before, after, either, neither, anything, everything",
        "крім, наприклад, був, була, див, кроме, например, был, была, см",
        "por, ejemplo, salvo, excepto, ver, exemplo, exceto, außer, beispiel, siehe, z.b, sauf, exemple, voir, par",
    ],
    (),
)]);

/// "In", before a state or a measure.
pub(in super::super) static WITHIN: Words<()> = Words::new(&[(&["in, en, em, im, у, в"], ())]);

/// Words behind "in" that say with it how far something has come: "in transit".
pub(in super::super) static UNDER_WAY: Words<()> = Words::new(&[(
    &[
        "progress, review, transit, process, stock, use, work, service, production, development, testing, test, queue, repair",
        "delivery, preparation, flight, maintenance, training, place, force, business, session, office, app, person, store, house",
        "transfer, storage, draft, construction, design, planning, discussion, dispute, arrears, default, person, kitchen",
        "роботі, процесі, дорозі, черзі, обробці, розгляді, розробці, наявності, работе, процессе, пути, очереди, обработке",
        "рассмотрении, разработке, наличии, доставке, доставці",
        "curso, proceso, progreso, revisión, tránsito, espera, preparación, camino, producción, uso",
        "andamento, progresso, revisão, trânsito, produção, análise, preparação, aberto",
        "bearbeitung, arbeit, prüfung, transport, vorbereitung, produktion, betrieb, verzug",
        "cours, attente, transit, révision, préparation, production, retard, stock",
    ],
    (),
)]);

/// Words of a column's description, the first of it, by which there is no such column in the database, or none yet.
pub(in super::super) static NO_COLUMN: Phrases = Phrases::new(&[
    "removed in",
    "removed since",
    "dropped in",
    "planned",
    "not stored",
    "not a column",
    "not persisted",
    "заплановано",
    "видалено у",
    "не зберігається",
    "запланировано",
    "удалено в",
    "не хранится",
    "planificado",
    "no se guarda",
    "no se almacena",
    "eliminado en",
    "planejado",
    "não é armazenado",
    "removido na",
    "geplant",
    "nicht gespeichert",
    "entfernt in",
    "prévu",
    "non stocké",
    "supprimé en",
    "저장하지 않음",
    "저장되지 않음",
]);

/// Tells whether words beside a name, in lower case, say that what it names is not there, or not yet: "planned", "removed in v2".
pub(in super::super) fn is_not_there(words: &str) -> bool {
    static GONE: Words<()> = Words::new(&[(
        &[
            "removed, dropped, planned, видалено, прибрано, заплановано, удалено, убрано, запланировано",
            "eliminada, eliminado, planificada, planificado, removida, removido, planejada, planejado",
            "entfernt, geplant, supprimée, supprimé, prévue, prévu, 삭제됨, 예정, 已删除, 計画中, 削除済み",
        ],
        (),
    )]);
    static WHEN: Words<()> = Words::new(&[(
        &["in, since, with, for, у, в, з, с, на, en, na, no, em, seit, für, depuis, pour"],
        (),
    )]);
    let mut words = words.trim_matches(|c: char| !c.is_alphanumeric()).split_whitespace();
    words.next().is_some_and(|word| GONE.has(word)) && words.next().is_none_or(|word| WHEN.has(word))
}

/// What a line below a heading says of a table that is not there, or not any more.
pub(in super::super) static NOT_THERE: Phrases = Phrases::new(&[
    "not implemented yet",
    "not yet implemented",
    "status: planned",
    "status: removed",
    "this table was dropped",
    "this table was removed",
    "this table has been dropped",
    "this table has been removed",
    "this table no longer exists",
    "there is no such table",
    "ще не реалізовано",
    "таблицю видалено",
    "ещё не реализовано",
    "еще не реализовано",
    "таблица удалена",
    "aún no implementada",
    "esta tabla fue eliminada",
    "ainda não implementada",
    "esta tabela foi removida",
    "noch nicht umgesetzt",
    "noch nicht implementiert",
    "diese tabelle wurde entfernt",
    "pas encore implémentée",
    "cette table a été supprimée",
    "아직 구현되지 않음",
    "尚未实现",
    "未実装",
]);

/// Words by which something was so once.
pub(in super::super) static PAST: Words<()> = Words::new(&[(
    &[
        "was, were, formerly, previously, used",
        "був, була, були, раніше, был, была, были, раньше, ранее",
        "era, eran, fueron, antes, eram, foram, war, waren, früher, était, étaient, autrefois",
    ],
    (),
)]);

/// Words with which it is said what a key is for.
pub(in super::super) static PURPOSE: Words<()> = Words::new(&[(
    &[
        "prevents, prevent, ensures, ensure, guarantees, guarantee, avoids, stops, keeps, enforces, to, so, because, since",
        "запобігає, гарантує, щоб, предотвращает, гарантирует, чтобы",
        "evita, impide, garantiza, garante, asegura, assegura, impede, verhindert, stellt, sichert, damit",
        "empêche, évite, garantit, assure, afin",
    ],
    (),
)]);

/// Words for a key of several columns, beside the words for a key.
pub(in super::super) static COMPOSITE: Words<()> = Words::new(&[(
    &[
        "composite, compound, composta, composto, compuesta, compuesto, composée, zusammengesetzt, zusammengesetzter",
        "складений, складена, составной, составная, 복합",
    ],
    (),
)]);

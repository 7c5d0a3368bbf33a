//! Labels of bullets ("**Key Columns:** …").

use super::phrases::Words;
use super::plain;

/// What a labelled bullet says of its table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum BulletRole {
    /// What the table is for.
    Purpose,
    /// Its columns.
    Columns,
    /// Columns with an index.
    Indexes,
    /// The values of a column.
    Values,
    /// The migration file that it belongs to.
    Migration,
    /// Its name.
    Table,
    /// Who may see its rows.
    Access,
    /// How it hangs together with other tables.
    Links,
    /// How it is searched.
    Search,
    /// What its rows must meet.
    Constraint,
    /// Something else that is said of it: security, helper functions.
    Said,
}

const PURPOSES: &[&str] = &[
    "purpose",
    "description",
    "призначення",
    "опис",
    "назначение",
    "описание",
    "propósito",
    "descripción",
    "objetivo",
    "descrição",
    "zweck",
    "beschreibung",
    "objet",
    "but",
    "objectif",
    "finalité",
    "목적",
    "설명",
    "用途",
    "目的",
    "説明",
    "mục đích",
    "mô tả",
    "tujuan",
    "deskripsi",
    "amaç",
    "açıklama",
    "scopo",
    "descrizione",
    "cel",
    "opis",
];
const COLUMNS: &[&str] = &[
    "key columns",
    "columns",
    "key fields",
    "fields",
    "main columns",
    "main fields",
    "core columns",
    "important columns",
    "attributes",
    "ключові колонки",
    "колонки",
    "стовпці",
    "поля",
    "ключові поля",
    "ключевые поля",
    "столбцы",
    "columnas",
    "columnas clave",
    "campos",
    "campos clave",
    "campos principales",
    "campos principais",
    "colunas",
    "colunas principais",
    "spalten",
    "felder",
    "wichtige spalten",
    "colonnes",
    "champs",
    "colonnes clés",
    "컬럼",
    "주요 컬럼",
    "필드",
    "주요 필드",
    "컬럼 설명",
    "字段",
    "列",
    "カラム",
    "cột",
    "trường",
    "kolom",
    "sütunlar",
    "alanlar",
    "colonne",
    "campi",
    "kolumny",
    "pola",
    "атрибути",
    "атрибуты",
    "atributos",
    "attribute",
    "attributs",
    "attributi",
    "atrybuty",
    "속성",
    "属性",
    "thuộc tính",
    "key attributes",
    "main attributes",
    "core fields",
    "important fields",
    "notable columns",
    "основні поля",
    "основні колонки",
    "ключові стовпці",
    "основные поля",
    "ключевые столбцы",
    "основные столбцы",
    "columnas principales",
    "colunas-chave",
    "campos-chave",
    "wichtige felder",
    "schlüsselspalten",
    "champs principaux",
    "champs clés",
    "colonnes principales",
    "핵심 컬럼",
    "핵심 열",
    "핵심 필드",
    "주요 열",
    "주요 속성",
    "关键字段",
    "主要字段",
    "核心字段",
    "主なカラム",
    "主要カラム",
    "trường chính",
    "cột chính",
];
const INDEXES: &[&str] = &[
    "indexes",
    "indices",
    "index",
    "індекси",
    "индексы",
    "índices",
    "indizes",
    "인덱스",
    "索引",
    "インデックス",
    "chỉ mục",
    "indeks",
    "indeksler",
    "dizinler",
    "indici",
    "indeksy",
    "index",
    "索引与约束",
    "索引和约束",
];
const VALUES: &[&str] = &["values", "types", "значення", "значения", "valores", "werte", "valeurs", "값"];
const MIGRATIONS: &[&str] =
    &["migration", "migrations", "міграція", "миграция", "migración", "migração", "마이그레이션"];
const TABLES: &[&str] = &[
    "table",
    "table name",
    "таблиця",
    "таблица",
    "tabla",
    "tabela",
    "tabelle",
    "테이블",
    "表名",
    "テーブル",
    "bảng",
    "tabel",
    "tablo",
    "tabella",
];
const ACCESS: &[&str] = &[
    "rls",
    "rls policy",
    "rls policies",
    "row level security",
    "row-level security",
    "policy",
    "policies",
    "access",
    "access control",
    "доступ",
    "acceso",
    "acesso",
    "zugriff",
    "accès",
    "접근",
    "접근 권한",
];
const LINKS: &[&str] = &[
    "relationships",
    "relations",
    "relationship",
    "references",
    "foreign keys",
    "fk",
    "fks",
    "зв'язки",
    "зв’язки",
    "связи",
    "relaciones",
    "relações",
    "relacionamentos",
    "beziehungen",
    "관계",
    "foreign key",
    "foreign key constraints",
    "关系",
    "關係",
    "关联",
    "外键",
    "リレーション",
    "外部キー",
    "quan hệ",
    "khóa ngoại",
    "relasi",
    "ilişkiler",
    "relazioni",
    "relacje",
    "fremdschlüssel",
    "claves foráneas",
    "chaves estrangeiras",
    "clés étrangères",
    "внешние ключи",
    "зовнішні ключі",
    "외래키",
    "외래 키",
    "外鍵",
    "关联关系",
    "kunci asing",
    "yabancı anahtarlar",
    "chiavi esterne",
    "klucze obce",
];
const SEARCH: &[&str] = &[
    "search",
    "full-text search",
    "full text search",
    "пошук",
    "поиск",
    "búsqueda",
    "busca",
    "pesquisa",
    "suche",
    "recherche",
    "검색",
];
const CONSTRAINT: &[&str] = &[
    "constraint",
    "constraints",
    "unique",
    "unique constraint",
    "обмеження",
    "ограничения",
    "restricciones",
    "restrições",
    "约束",
    "制約",
    "ràng buộc",
    "kısıtlar",
    "vincoli",
    "contraintes",
    "ograniczenia",
    "einschränkungen",
    "제약",
    "제약조건",
    "제약 조건",
];
const SAID: &[&str] = &[
    "security",
    "usage",
    "location",
    "helper functions",
    "functions",
    "triggers",
    "trigger",
    "returns",
    "notes",
    "note",
    "retention",
    "planned",
    "planned columns",
    "planned fields",
    "planned changes",
    "future",
    "future columns",
    "future fields",
    "roadmap",
    "заплановано",
    "запланировано",
    "planificado",
    "planejado",
    "geplant",
    "prévu",
    "예정",
    "계획",
    "보안",
    "безпека",
    "безопасность",
    "seguridad",
    "segurança",
    "sicherheit",
    "sécurité",
];

static BULLETS: Words<BulletRole> = Words::new(&[
    (PURPOSES, BulletRole::Purpose),
    (COLUMNS, BulletRole::Columns),
    (INDEXES, BulletRole::Indexes),
    (MIGRATIONS, BulletRole::Migration),
    (TABLES, BulletRole::Table),
    (ACCESS, BulletRole::Access),
    (LINKS, BulletRole::Links),
    (SEARCH, BulletRole::Search),
    (CONSTRAINT, BulletRole::Constraint),
    (SAID, BulletRole::Said),
]);

/// Words before "fields" that take nothing away from their being the table's.
const PROPOSED: &[&str] =
    &["suggested", "proposed", "current", "initial", "basic", "minimum", "minimal", "typical", "all"];

/// Returns what a label in lower case says that is one of the known words and nothing else.
pub(super) fn role(word: &str) -> Option<BulletRole> {
    BULLETS.get(word)
}

/// Returns a label without what scripts that set no blanks add to a word: "constraint", "list".
fn stem(word: &str) -> Option<&str> {
    const ADDED: &[&str] = &["制約", "约束", "約束", "一覧", "列表", "목록", "제약", "제약조건", "제약 조건"];
    if word.is_ascii() {
        return None;
    }
    ADDED.iter().find_map(|end| word.strip_suffix(end)).map(str::trim_end)
}

/// Tells whether a label announces indexes, as [`bullet`] says it.
pub(in super::super) fn is_of_indexes(label: &str) -> bool {
    let word = plain(label);
    role(&word).or_else(|| stem(&word).and_then(role)) == Some(BulletRole::Indexes)
}

/// Returns what a labelled bullet says, by its label.
pub(in super::super) fn bullet(label: &str) -> Option<BulletRole> {
    let word = plain(label);
    // "外部キー制約", "인덱스 목록": these scripts add "constraint" or "list" to the word.
    let stem = stem(&word);
    // "Suggested fields".
    let of_columns = || {
        word.split_once(' ')
            .filter(|(before, _)| PROPOSED.contains(before))
            .and_then(|(_, rest)| role(rest))
            .filter(|role| *role == BulletRole::Columns)
    };
    let whole = role(&word).or_else(|| stem.and_then(role)).or_else(of_columns);
    whole.or_else(|| named_values(&word).map(|_| BulletRole::Values))
}

/// Returns the words with which a label names the column whose values it announces: "status values", "значення статусу", "valores de
/// estado", "statuswerte".
pub(in super::super) fn named_values(label: &str) -> Option<&str> {
    // "Status Values", "Connection Types": the last word tells, the words before it name the column.
    let behind = || label.rsplit_once(' ').filter(|(_, last)| VALUES.contains(last)).map(|(name, _)| name);
    let before = || {
        let (first, name) = label.split_once(' ')?;
        let name = ["de ", "da ", "do ", "del ", "du ", "des "]
            .iter()
            .find_map(|of| name.strip_prefix(of))
            .unwrap_or(name);
        VALUES.contains(&first).then_some(name)
    };
    let joined = || label.strip_suffix("werte").filter(|name| !name.is_empty() && !name.contains(' '));
    // "Messwerte" and "valores medidos" head columns.
    let known = |name: &&str| super::called(name).is_some();
    behind().or_else(|| before().or_else(joined).filter(known))
}

//! Words of cells and bullets that say something of a column: its keys, whether it takes NULL, its default.
//!
//! All of them are in lower case.

/// The primary key.
pub(in super::super) const PRIMARY: &[&str] = &[
    "primary key",
    "pk",
    "surrogate key",
    "первинний ключ",
    "первичный ключ",
    "clave primaria",
    "llave primaria",
    "chave primária",
    "primärschlüssel",
    "clé primaire",
    "기본키",
    "기본 키",
];

/// Unique values.
pub(in super::super) const UNIQUE: &[&str] = &[
    "unique",
    "uk",
    "uq",
    "унікальний",
    "унікальна",
    "унікальне",
    "уникальный",
    "уникальная",
    "уникальное",
    "único",
    "única",
    "eindeutig",
    "고유",
    "유니크",
];

/// "Unique per tenant", "unique together with" are keys of several columns, which the words do not give; a "unique identifier" is a manner of
/// speaking.
pub(in super::super) const NOT_UNIQUE: &[&str] = &[
    "not unique",
    "non-unique",
    "не унікальн",
    "не уникальн",
    "no único",
    "no única",
    "não único",
    "não única",
    "nicht eindeutig",
    "non unique",
    "unique per",
    "unique with",
    "unique together",
    "unique within",
    "unique identifier",
    "unique id",
    "унікальний ідентифікатор",
    "уникальный идентификатор",
    "identificador único",
    "id único",
    "identifiant unique",
    "고유 식별자",
    "고유 번호",
    "고유 id",
];

/// NULL is refused.
pub(in super::super) const NOT_NULL: &[&str] = &[
    "not null",
    "non-null",
    "not nullable",
    "required",
    "mandatory",
    "не null",
    "не порожнє",
    "не порожній",
    "не порожня",
    "обов'язкове",
    "обов'язковий",
    "обов'язкова",
    "обов’язкове",
    "обов’язковий",
    "обов’язкова",
    "не пустое",
    "не пустой",
    "не пустая",
    "обязательное",
    "обязательный",
    "обязательная",
    "no nulo",
    "no nula",
    "obligatorio",
    "obligatoria",
    "requerido",
    "requerida",
    "não nulo",
    "não nula",
    "obrigatório",
    "obrigatória",
    "nicht null",
    "pflicht",
    "pflichtfeld",
    "erforderlich",
    "non nul",
    "non nulle",
    "obligatoire",
    "requis",
    "requise",
    "null 불가",
    "필수",
];

/// NULL is taken.
pub(in super::super) const NULLABLE: &[&str] = &[
    "nullable",
    "optional",
    "може бути null",
    "може бути порожнім",
    "може бути порожньою",
    "необов'язкове",
    "необов'язковий",
    "необов'язкова",
    "необов’язкове",
    "необов’язковий",
    "необов’язкова",
    "может быть null",
    "может быть пустым",
    "может быть пустой",
    "необязательное",
    "необязательный",
    "необязательная",
    "opcional",
    "puede ser nulo",
    "puede ser nula",
    "pode ser nulo",
    "pode ser nula",
    "kann null sein",
    "facultatif",
    "facultative",
    "optionnel",
    "optionnelle",
    "peut être nul",
    "peut être nulle",
    "null 허용",
    "널 허용",
    "선택 사항",
];

/// Numbers that count up by themselves.
pub(in super::super) const INCREMENT: &[&str] = &[
    "auto_increment",
    "autoincrement",
    "auto-increment",
    "auto increment",
    "autogenerate",
    "автоінкремент",
    "автоинкремент",
    "autoincremental",
    "autoincremento",
    "autoincrementa",
    "auto-incrément",
    "auto-incrementado",
    "자동 증가",
    "자동증가",
];

/// What comes before a default.
pub(in super::super) const DEFAULT: &[&str] = &[
    "defaults to",
    "default to",
    "default",
    "за замовчуванням",
    "типово",
    "по умолчанию",
    "por defecto",
    "predeterminado",
    "por padrão",
    "padrão",
    "standardwert",
    "standard",
    "vorgabe",
    "par défaut",
    "기본값",
    "기본 값",
];

/// What comes before the table that a column refers to.
pub(in super::super) const FOREIGN: &[&str] = &[
    "references",
    "foreign key to",
    "foreignkey to",
    "foreign key",
    "fk to",
    "fk:",
    "fk",
    "зовнішній ключ",
    "посилається",
    "внешний ключ",
    "ссылается",
    "ссылка",
    "clave foránea",
    "llave foránea",
    "referencia",
    "chave estrangeira",
    "referência",
    "fremdschlüssel",
    "verweist",
    "clé étrangère",
    "référence",
    "외래키",
    "외래 키",
    "→",
    "->",
];

/// Words between one of [`FOREIGN`] and the table.
pub(in super::super) const TOWARDS: &[&str] =
    &["to ", "references ", "на ", "до ", "a ", "hacia ", "para ", "auf ", "zu ", "vers ", "à "];

/// Tells whether a cell says yes or no; none where it says neither.
pub(in super::super) fn is_yes(text: &str) -> Option<bool> {
    let word = text.trim().to_lowercase();
    let first = word.split([' ', ',', '(']).next().unwrap_or_default();
    let yes = [
        "yes", "y", "true", "✅", "✔", "✔️", "✓", "☑", "☑️", "так", "да", "sí", "si", "sim", "ja", "oui",
        "예", "네", "o", "null", "허용",
    ];
    let no = [
        "no",
        "n",
        "false",
        "❌",
        "✗",
        "✘",
        "✖",
        "✖️",
        "⬜",
        "☐",
        "ні",
        "нет",
        "não",
        "nein",
        "non",
        "아니오",
        "아니요",
        "불가",
        "x",
        "not",
    ];
    match () {
        () if yes.contains(&first) => Some(true),
        () if no.contains(&first) => Some(false),
        () => None,
    }
}

/// Tells whether a cell below "PK" or "Unique" bears a mark.
pub(in super::super) fn is_mark(text: &str) -> bool {
    let word = text.trim().to_lowercase();
    let marks = ["x", "•", "●", "*", "+", "1", "pk", "uq", "uk", "unique", "🔑"];
    marks.contains(&word.as_str()) || is_yes(&word) == Some(true)
}

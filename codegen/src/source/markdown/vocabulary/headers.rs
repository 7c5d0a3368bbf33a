//! Heads of pipe tables ("Column | Type | Constraints").

use super::phrases::Words;
use super::plain;
use crate::source::markdown::words::lowered;

/// What a column of a pipe table holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum HeaderRole {
    /// Names of tables, in a dictionary of several.
    Table,
    /// Names.
    Name,
    /// Types.
    Type,
    /// How long a value may be; it belongs to the type.
    Length,
    /// Constraints.
    Constraints,
    /// PK, FK.
    Key,
    /// A mark where the column is the primary key.
    Primary,
    /// A mark where values are unique.
    Unique,
    /// What the column refers to.
    References,
    /// Whether NULL is allowed.
    Nullable,
    /// Whether a value is required.
    Required,
    /// Defaults.
    Default,
    /// Descriptions.
    Description,
}

// Each list has a line or more for a language, with commas between the words.

const TABLES: &[&str] = &[
    "table, table name",
    "таблиця, таблица",
    "tabla, tabela, tabelle",
    "테이블, 테이블명",
    "表, 表名, 数据表, 資料表",
    "テーブル, テーブル名",
    "bảng, tên bảng",
    "tabel, nama tabel",
    "tablo, tablo adı",
    "tabella, nome tabella",
    "tabel, tabelnaam",
    "model, model name, entity, entity name",
    "модель, сутність, сущность, entidad, modelo, entidade, modell, entität, modèle, entité",
    "모델, 모델명, 엔티티, 엔티티명, 엔터티",
    "モデル, モデル名, エンティティ, エンティティ名, 模型, 实体",
];

/// Words that say a column of a database, and not a field of anything.
const COLUMNS: &[&str] = &[
    "column, column name, column_name, columns",
    "колонка, назва колонки, стовпець, назва стовпця, столбец, имя столбца, название столбца",
    "columna, nombre de columna, nombre de la columna, coluna, nome da coluna, spalte, spaltenname",
    "name der spalte, colonne, nom de la colonne, nom de colonne",
    "컬럼, 컬럼명, 컬럼 이름, 칼럼, 칼럼명, 열",
    "列, 列名, 字段, 字段名, 字段名称, 欄位, 欄位名稱, 栏位",
    "カラム, カラム名, 列名称, 物理名",
    "cột, tên cột",
    "kolom, nama kolom",
    "sütun, sütun adı, kolon, kolon adı",
    "colonna, nome colonna, nome della colonna",
    "kolumna, nazwa kolumny",
    "kolomnaam",
    "kolonne, kolonnenavn, kolumn, kolumnnamn",
    "sloupec, název sloupce, stĺpec, oszlop, oszlopnév, coloană, nume coloană",
    "คอลัมน์, ชื่อคอลัมน์, العمود, اسم العمود, ستون, στήλη, sarake",
];
const NAMES: &[&str] = &[
    "field, field name, field_name, fields, name, attribute, attribute name, property, key field, key column",
    "ключове поле, ключевое поле, campo clave, campo chave, schlüsselfeld, champ clé, 주요 필드",
    "властивість, свойство",
    "поле, назва, назва поля, ім'я, ім'я поля, атрибут, имя, имя поля, название, название поля",
    "campo, nombre, nombre del campo, nombre de campo, atributo, nome, nome do campo, feld, feldname",
    "attributname, champ, nom, nom du champ, attribut",
    "필드, 필드명, 이름, 속성, 속성명",
    "名称, 名稱, 属性, 屬性",
    "フィールド, フィールド名, 項目, 項目名, 論理名, 属性名",
    "trường, tên trường, thuộc tính",
    "nama, nama field, atribut",
    "alan, alan adı, ad",
    "attributo, proprietà",
    "pole, nazwa pola, nazwa, atrybut",
    "veld, veldnaam",
    "felt, feltnavn, fält, fältnamn, navn, namn, kenttä, nimi",
    "název, atribut, názov, mező, mezőnév, câmp, nume, πεδίο",
    "ฟิลด์, ชื่อฟิลด์, الحقل, اسم الحقل, فیلد, שדה",
];
const TYPES: &[&str] = &[
    "type, data type, data_type, datatype, sql type, db type, column type, field type, postgres type",
    "postgresql type",
    "тип, тип поля, тип даних, тип данных",
    "tipo, tipo sql, tipo de dato, tipo de datos, tipo de dado, tipo de dados, typ, datentyp, sql-typ",
    "type sql, type de donnée, type de données",
    "타입, 데이터 타입, 데이터타입, 데이터 유형, 자료형, 유형",
    "类型, 数据类型, 字段类型, 類型, 資料型別, 資料類型, 型別",
    "型, データ型, データタイプ, タイプ",
    "kiểu, kiểu dữ liệu, loại dữ liệu",
    "tipe, tipe data",
    "tip, tür, veri tipi, veri türü",
    "tipo di dato, tipo dati",
    "typ danych",
    "gegevenstype, datatype",
    "datatyp, dataltype, datový typ, dátový typ, típus, adattípus, tip de date, τύπος, tyyppi, tietotyyppi",
    "ชนิด, ชนิดข้อมูล, ประเภท, ประเภทข้อมูล, النوع, نوع البيانات, نوع, סוג",
];
const LENGTHS: &[&str] = &[
    "length, size",
    "довжина, розмір, длина, размер",
    "longitud, tamaño, tamanho, länge, größe, longueur, taille",
    "길이, 크기",
    "长度, 長度, 大小",
    "長さ, 桁数, サイズ",
    "độ dài, kích thước",
    "panjang, ukuran",
    "uzunluk, boyut",
    "lunghezza",
    "długość, rozmiar",
    "lengte",
];
const CONSTRAINTS: &[&str] = &[
    "constraint, constraints, constraint(s), modifier, modifiers, attributes, extra, options, rules",
    "обмеження, ограничения, ограничение",
    "restricciones, restricción, restrições, restrição, einschränkungen, einschränkung",
    "constraint-angaben, contraintes, contrainte",
    "제약조건, 제약 조건, 제약",
    "约束, 約束, 限制, 约束条件",
    "制約, 制約条件",
    "ràng buộc",
    "batasan, kendala",
    "kısıt, kısıtlar, kısıtlama, kısıtlamalar",
    "vincolo, vincoli",
    "ograniczenie, ograniczenia",
    "beperkingen",
];
const KEYS: &[&str] = &[
    "key, keys, key type, pk/fk",
    "ключ, ключі, ключи",
    "clave, llave, chave, schlüssel, clé",
    "키",
    "键, 鍵",
    "キー",
    "khóa, khoá",
    "kunci",
    "anahtar",
    "chiave",
    "klucz",
    "sleutel",
];
const PRIMARIES: &[&str] = &[
    "pk, primary, primary key",
    "первинний ключ, первичный ключ",
    "clave primaria, chave primária, primärschlüssel, clé primaire",
    "기본키",
    "主键, 主鍵, 是否主键",
    "主キー",
    "khóa chính, khoá chính",
    "kunci utama",
    "birincil anahtar",
    "chiave primaria",
    "klucz główny",
    "primaire sleutel",
];
const UNIQUES: &[&str] = &[
    "unique, uq, uk",
    "унікальне, унікальність, уникальное, уникальность",
    "único, única, eindeutig",
    "유니크, 고유",
    "唯一, 是否唯一",
    "ユニーク, 一意",
    "duy nhất",
    "unik",
    "benzersiz",
    "univoco, unico",
    "unikalny, unikalne",
    "uniek",
];
const REFERENCES: &[&str] = &[
    "fk, foreign key, reference, references, refers to",
    "зовнішній ключ, посилання, внешний ключ, ссылка",
    "clave foránea, referencia, chave estrangeira, referência, fremdschlüssel, verweis, referenz",
    "clé étrangère, référence",
    "외래키, 외래 키, 참조",
    "外键, 外鍵, 关联, 引用",
    "外部キー, 参照, 参照先",
    "khóa ngoại, khoá ngoại, tham chiếu",
    "kunci asing, referensi",
    "yabancı anahtar",
    "chiave esterna, riferimento",
    "klucz obcy",
    "vreemde sleutel, verwijzing",
];
const NULLABLES: &[&str] = &[
    "nullable, null, nulls, is nullable, is_nullable, allow null, allows null",
    "може бути null, может быть null",
    "nulo, admite nulo, admite nulos, permite nulo, permite null, aceita nulo, null erlaubt",
    "null zulässig, nul, null autorisé",
    "널 허용, 널허용, 널, null 허용, null 여부, null허용",
    "可空, 可为空, 是否为空, 允许空, 允许为空, 允许空值, 是否可空, 允许 null, 可為空, 允許空值",
    "null許可, null可, null許容, null 許可, null 可",
    "cho phép null",
    "boleh null",
    "boş geçilebilir",
    "nullo, ammette null",
    "dopuszcza null",
];
const REQUIREDS: &[&str] = &[
    "required, req, not null, nn, mandatory",
    "обов'язкове, обов'язково, обов'язковість, обязательное, обязательно, обязательность",
    "requerido, obligatorio, obligatoria, obrigatório, obrigatória, pflicht, pflichtfeld, erforderlich",
    "requis, obligatoire",
    "필수, 필수 여부, 필수여부",
    "非空, 必填, 是否必填, 必须",
    "必須",
    "bắt buộc",
    "wajib",
    "zorunlu",
    "obbligatorio, obbligatoria",
    "wymagane, wymagany",
    "verplicht",
    "påkrævet, obligatorisk, påkrevd, krävs, povinné, povinný, kötelező, obligatoriu, pakollinen",
];
const DEFAULTS: &[&str] = &[
    "column_default, column default, default, default value",
    "за замовч, за зам, по умолч, def",
    "за замовчуванням, типове значення, значення за замовчуванням, по умолчанию, значение по умолчанию",
    "por defecto, valor por defecto, predeterminado, valor predeterminado, padrão, valor padrão, standard",
    "standardwert, vorgabe, vorgabewert, par défaut, défaut, valeur par défaut",
    "기본값, 기본 값, 디폴트",
    "默认, 默认值, 預設, 預設值, 缺省值",
    "デフォルト, デフォルト値, 初期値, 既定値",
    "mặc định, giá trị mặc định",
    "nilai default, bawaan",
    "varsayılan, varsayılan değer",
    "predefinito, valore predefinito",
    "domyślnie, domyślna, wartość domyślna",
    "standaard, standaardwaarde",
];
const DESCRIPTIONS: &[&str] = &[
    "description, rule, notes, note, purpose, comment, comments, remarks, detail, details, meaning",
    "опис, коментар, пояснення, примітки, примітка, призначення, описание, правило, комментарий, пояснение",
    "примечание, примечания, назначение",
    "detalle, detalles, detalhe, detalhes, significado, descripción, comentario, comentarios, notas, observaciones, descrição, comentário, observações",
    "observação, beschreibung, kommentar, bemerkung, bemerkungen, anmerkung, anmerkungen, bedeutung",
    "zweck, commentaire, commentaires, rôle, remarque, remarques, signification",
    "설명, 비고, 의미",
    "说明, 說明, 描述, 备注, 備註, 注释, 註解, 含义, 用途, 字段说明",
    "説明, 備考, コメント, 概要, 内容",
    "mô tả, ghi chú, ý nghĩa, chú thích, diễn giải",
    "keterangan, deskripsi, catatan, penjelasan",
    "açıklama, notlar",
    "descrizione, significato",
    "opis, uwagi, komentarz, znaczenie",
    "beschrijving, omschrijving, opmerking, opmerkingen",
    "beskrivelse, bemærkning, merknad, beskrivning, anmärkning, toelichting",
    "popis, poznámka, leírás, megjegyzés, descriere, observații, περιγραφή, kuvaus",
    "คำอธิบาย, รายละเอียด, หมายเหตุ, الوصف, ملاحظات, توضیحات, תיאור",
];

static HEADERS: Words<HeaderRole> = Words::new(&[
    (TABLES, HeaderRole::Table),
    (COLUMNS, HeaderRole::Name),
    (NAMES, HeaderRole::Name),
    (TYPES, HeaderRole::Type),
    (LENGTHS, HeaderRole::Length),
    (CONSTRAINTS, HeaderRole::Constraints),
    (KEYS, HeaderRole::Key),
    (PRIMARIES, HeaderRole::Primary),
    (UNIQUES, HeaderRole::Unique),
    (REFERENCES, HeaderRole::References),
    (NULLABLES, HeaderRole::Nullable),
    (REQUIREDS, HeaderRole::Required),
    (DEFAULTS, HeaderRole::Default),
    (DESCRIPTIONS, HeaderRole::Description),
]);

static OF_DATABASE: Words<()> = Words::new(&[(COLUMNS, ())]);

/// Returns what a column of a pipe table holds, by its head; of a head with two words ("Constraints / Notes") the first that is known.
pub(in super::super) fn header(text: &str) -> Option<HeaderRole> {
    let word = plain(text);
    let role = |word: &str| HEADERS.get(word);
    role(&word)
        .or_else(|| word.split(['/', '&', ',', '+', '／', '、']).find_map(|part| role(part.trim())))
        .or_else(|| qualified(&word))
}

/// "Recommended type", "Type conseillé", "DB column": a word that is known with one or two beside it that narrow it.
fn qualified(head: &str) -> Option<HeaderRole> {
    let words: Vec<&str> = head.split_whitespace().collect();
    let ([first, _] | [first, _, _], Some(last)) = (words.as_slice(), words.last()) else { return None };
    let says = |word: &str| HEADERS.get(word) == Some(HeaderRole::Type);
    let is_column = |word: &str| OF_DATABASE.has(word);
    match () {
        () if says(first) || says(last) => Some(HeaderRole::Type),
        () if is_column(first) || is_column(last) => Some(HeaderRole::Name),
        () => None,
    }
}

/// Tells whether a head says a column of a database, and not a field of anything.
pub(in super::super) fn says_column(text: &str) -> bool {
    OF_DATABASE.has(&plain(text))
}

/// Tells whether a head stands above how far each row is: "Status", "State".
pub(in super::super) fn is_state_head(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "status",
        "state",
        "implementation status",
        "implemented",
        "статус",
        "стан",
        "состояние",
        "estado",
        "estatus",
        "situação",
        "stand",
        "statut",
        "état",
        "상태",
    ];
    static KNOWN: Words<()> = Words::new(&[(WORDS, ())]);
    KNOWN.has(&plain(text))
}

/// Tells whether a head says that what stands below is the database's and not a program's: "SQL type", "Тип БД".
pub(in super::super) fn says_database(text: &str) -> bool {
    static DATABASE: Words<()> = Words::new(&[(
        &[
            "sql, db, database, postgres, postgresql, pg, column, mysql, physical",
            "бд, субд, база, базі, базе, колонки, стовпця, столбца",
            "bd, bbdd, sgbd, banco, columna, coluna, datenbank, spalte, base, colonne",
            "컬럼, 디비, 数据库, 字段, 列",
        ],
        (),
    )]);
    let lower = lowered(text);
    lower.split(|c: char| !c.is_alphanumeric()).any(|word| DATABASE.has(word))
}

/// Tells whether a head stands above numbers or marks before the names: it is empty, "#", "No".
pub(in super::super) fn is_number_head(text: &str) -> bool {
    ["", "no", "nr", "n", "num", "번호", "순번", "п/п", "№ п/п", "序号", "序號", "番号", "stt"]
        .contains(&plain(text).as_ref())
}

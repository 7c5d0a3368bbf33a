//! Which column of a table of indexes holds what: "Index | Columns | Type", "Table | Index | Columns".

use super::is_about;
use crate::source::markdown::outline::Table;
use crate::source::markdown::words;

/// Which cell of a row holds what.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) name: Option<usize>,
    pub(super) columns: usize,
    pub(super) kind: Option<usize>,
    pub(super) table: Option<usize>,
}

impl Head {
    /// Reads the head of a table of indexes; none where it is another's.
    pub(super) fn of(pipe: &Table, of_indexes: bool) -> Option<Self> {
        let heads: Vec<_> = pipe.header.iter().map(|cell| words::lowered(cell.text().trim())).collect();
        let find = |known: &[&str]| heads.iter().position(|head| known.contains(&head.as_ref()));
        let named = find(&[
            "index",
            "index name",
            "indexes",
            "name",
            "索引名",
            "索引名称",
            "索引",
            "인덱스명",
            "인덱스",
            "인덱스 이름",
            "индекс",
            "имя индекса",
            "індекс",
            "índice",
            "nombre",
            "nome",
            "インデックス名",
            "indexname",
            "indeks",
        ]);
        let columns = find(&[
            "columns",
            "column",
            "column(s)",
            "columns/expression",
            "fields",
            "field",
            "field(s)",
            "key columns",
            "indexed columns",
            "字段",
            "列",
            "索引字段",
            "欄位",
            "컬럼",
            "대상 컬럼",
            "колонки",
            "поля",
            "колонка",
            "столбцы",
            "columnas",
            "columna",
            "campos",
            "campo",
            "colunas",
            "coluna",
            "spalten",
            "spalte",
            "colonnes",
            "colonne",
            "カラム",
            "対象カラム",
            "kolom",
            "sütunlar",
        ]);
        let table = find(&[
            "table",
            "table name",
            "表",
            "表名",
            "테이블",
            "테이블명",
            "таблица",
            "таблиця",
            "tabla",
            "tabela",
            "tabelle",
            "テーブル",
            "bảng",
        ]);
        // "Index | Table | Use" with the columns in brackets behind the table.
        let columns = columns.or(table)?;
        let says_index = pipe.header.iter().any(|cell| is_about(cell.text()));
        let head = Self {
            name: named.filter(|at| *at != columns),
            columns,
            kind: find(&[
                "type",
                "index type",
                "kind",
                "unique",
                "索引类型",
                "类型",
                "유형",
                "종류",
                "타입",
                "тип",
                "tipo",
                "typ",
            ]),
            table,
        };
        (of_indexes || says_index).then_some(head)
    }
}

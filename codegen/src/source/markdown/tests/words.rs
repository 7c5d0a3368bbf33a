//! Tables, keys, indexes and values that are said in words.

use super::*;

#[test]
fn a_line_or_a_word_set_apart_names_the_table_below_it() {
    insta::assert_snapshot!(read(
        "## 1. 货物\n\n* 表名: `crates` (箱子)\n说明：每箱一行\n\n| 字段名 | 数据类型 | 约束 |\n|---|---|---|\n| `id` | SERIAL | PRIMARY KEY |\n\n* 表名: `labels` (标签)\n\n| 字段名 | 数据类型 | 约束 |\n|---|---|---|\n| `id` | SERIAL | PRIMARY KEY |\n\n## People and places\n\n**PLACE** — where things stand.\n\n| Field | Type | Constraints |\n|---|---|---|\n| id | int | PK |\n\n**Note** — what follows is no table.\n\n| Field | Type | Constraints |\n|---|---|---|\n| verbose | bool | default false |\n"
    ), @"
    table `crates` 3:8 under `1. 货物` 1:4
      `id` 8:4 `SERIAL` 8:10 [pk 8:19]
    table `labels` 10:8 under `1. 货物` 1:4
      `id` 14:4 `SERIAL` 14:10 [pk 14:19]
    table `PLACE` 18:3 under `People and places` 16:4
      `id` 22:3 `int` 22:8 [pk 22:14]
    warning[columns-without-table]: these columns belong to no table that is named
      --> shop.md:26:1
       |
    26 | / | Field | Type | Constraints |
    27 | | |---|---|---|
    28 | | | verbose | bool | default false |
       | |__________________________________^
       |
       = help: name the table, as code, in the heading above them
    ");
}

#[test]
fn keys_stand_before_or_in_the_place_of_the_type() {
    insta::assert_snapshot!(read(
        "## `crates`\n\n| Champ | Type |\n|---|---|\n| id | pk |\n| owner_id | PK, uuid |\n| place_id | clé primaire, vers `places` |\n| shop_id | vers `shops` |\n| mode | `slow` ou `fast` |\n| part_id | fk(NUMBER) |\n\n## `lids`\n\n| Column | Type | Constraints |\n|---|---|---|\n| id | uuid | PK |\n| state | text | default(open) |\n| crate_id | uuid | FK → crates CASCADE |\n| shop_id | uuid | FK → shops NULL |\n| place_id | uuid | FK → places, part of the unique key |\n| number | int | part of the unique key, CHECK 1-5 |\n| weight | numeric | CHECK > 0 < 120 |\n"
    ), @"
    table `crates` 1:5 under `crates` 1:5
      `id` 5:3  [pk 5:8]
      `owner_id` 6:3 `uuid` 6:18 [pk 6:14]
      `place_id` 7:3  [pk 7:14; to places 7:28  None]
      `shop_id` 8:3  [to shops 8:13  None]
      `mode` 9:3 `text` 9:11 (written out) [note `slow | fast`]
      `part_id` 10:3 `NUMBER` 10:16 []
    table `lids` 12:5 under `lids` 12:5
      `id` 16:3 `uuid` 16:8 [pk 16:15]
      `state` 17:3 `text` 17:11 [default String open 17:25]
      `crate_id` 18:3 `uuid` 18:14 [to crates 18:21  Some(Cascade)]
      `shop_id` 19:3 `uuid` 19:13 [to shops 19:20  None]
      `place_id` 20:3 `uuid` 20:14 [to places 20:21  None]
      `number` 21:3 `int` 21:12 []
      `weight` 22:3 `numeric` 22:12 []
    ");
}

#[test]
fn several_columns_stand_in_one_item() {
    insta::assert_snapshot!(read(
        "## Crate (`crate.dart`)\n\n- **Fields:**\n  - `id` (String), `name` (String).\n  - `price` (double?), `weight` (int, in grams): what it costs\n\n## Tables\n\n- **`lids`**: `id, name (unique), crate_id (FK)`. Unique by crate: the name\n- `tags` — `id uuid pk`, `name text not null`\n- `notes` — what people wrote\n\n## `boxes`\n\nSuggested fields:\n\n- `id`\n- `name`\n- external numbers as far as known\n\n## `Cover` entity\n\n| Field | Purpose |\n|---|---|\n| id | The key |\n| name | What it is called |\n| made_at | When |\n"
    ), @"
    table `Crate` 1:4 under `Crate (crate.dart)` 1:4 (written out)
      `id` 4:6 `String` 4:11 []
      `name` 4:21 `String` 4:28 []
      `price` 5:6 `double` 5:14 [null=true 5:20]
      `weight` 5:25 `int` 5:34 []
    named `lids` 9:6
    named `tags` 10:4
    named `notes` 11:4
    table `lids` 9:6 under `Tables` 7:4
      `id` 9:16  []
      `name` 9:20  [unique 9:26]
      `crate_id` 9:35  []
    table `tags` 10:4 under `Tables` 7:4
      `id` 10:13 `uuid` 10:16 [pk 10:21]
      `name` 10:27 `text` 10:32 [null=false 10:37]
    table `boxes` 13:5 under `boxes` 13:5
      `id` 17:4  []
      `name` 18:4  []
    table `Cover` 21:5 under `Cover entity` 21:5 (written out)
      `id` 25:3  [note `The key`]
      `name` 26:3  [note `What it is called`]
      `made_at` 27:3  [note `When`]
    warning[not-a-column]: this item of a list of columns names no column
      --> shop.md:19:1
       |
    19 | - external numbers as far as known
       | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: begin the item with the column's name, as code, and a colon
    ");
}

#[test]
fn sentences_say_indexes_in_every_language() {
    insta::assert_snapshot!(read(
        "## `crates`\n\n| Column | Type |\n|---|---|\n| id | uuid |\n| shop_id | uuid |\n| state | text |\n| token_hash | text |\n\nІндекси: (shop_id, state), state.\n\nУнікальний індекс на (state, shop_id).\n\nSe indexa por `shop_id`.\n\nÍndice compuesto en (id, state).\n\nIndex sur (id, shop_id).\n\nИндекс по (shop_id, id).\n\n인덱스: (state, id)\n\nGIN index on `token_hash` for search.\n\n| Index | Table | Use |\n|---|---|---|\n| `crates_hash_idx` | `crates(token_hash, state DESC)` | looking up |\n| `others_idx` | `others` | nothing |\n"
    ), @"
    table `crates` 1:5 under `crates` 1:5
      `id` 5:3 `uuid` 5:8 []
      `shop_id` 6:3 `uuid` 6:13 []
      `state` 7:3 `text` 7:11 []
      `token_hash` 8:3 `text` 8:16 []
    index  on crates: `shop_id` 10:11, `state` 10:20
    index  on crates: `state` 10:28
    index  on crates: `state` 12:23, `shop_id` 12:30 unique
    index  on crates: `shop_id` 14:16
    index  on crates: `id` 16:22, `state` 16:26
    index  on crates: `id` 18:12, `shop_id` 18:16
    index  on crates: `shop_id` 20:12, `id` 20:21
    index  on crates: `state` 22:7, `id` 22:14
    index  on crates: `token_hash` 24:15
    index `crates_hash_idx` 28:4 on crates: `token_hash` 28:31, `state` 28:43
    ");
}

#[test]
fn sentences_list_values() {
    insta::assert_snapshot!(read(
        "## `crates`\n\nThe state can be `open`, `shut` or `lost`. It is never `gone` or `new`.\n\n| Column | Type |\n|---|---|\n| id | uuid |\n| state | text |\n| kind | crate_kind |\n| mode | crate_mode |\n\n## Enums\n\nThe type `crate_kind` is one of `wood`, `tin` and `paper`.\n\n- `crate_mode`: `on`, `off`\n- `unused_mode`: `slow`, `fast`\n- `Program`: `a`, `b`\n\n### `crate_kind`\n\n- `wood`\n- `tin`\n- `paper`\n\n### `lid_kind`\n\n| Value | Meaning |\n|---|---|\n| `flat` | lies |\n| `round` | rolls |\n"
    ), @r#"
    table `crates` 1:5 under `crates` 1:5
      `id` 7:3 `uuid` 7:8 []
      `state` 8:3 `text` 8:11 [note `open | shut | lost`]
      `kind` 9:3 `crate_kind` 9:10 []
      `mode` 10:3 `crate_mode` 10:10 []
    list `Enums` 12:4:
      `crate_mode` 16:4 note `on, off` 16:18
      `unused_mode` 17:4 note `slow, fast` 17:19
      `Program` 18:4 note `a, b` 18:15
    enum `crate_mode` 16:4: on | off
    enum `unused_mode` 17:4: slow | fast
    enum `crate_kind` 20:6: wood | tin | paper
    enum `lid_kind` 26:6: flat | round
    info[unmapped-list]: these 3 values are listed, and `schema.toml` does not say what they are
      --> shop.md:16:1
       |
    16 | / - `crate_mode`: `on`, `off`
    17 | | - `unused_mode`: `slow`, `fast`
    18 | | - `Program`: `a`, `b`
       | |_____________________^
       |
       = help: for rows of a table add `[[lists]]`, `under = "Enums"`, `table = "…"`, `key = "…"`
       = help: for constants add `[[lists]]`, `under = "Enums"`, `constants = "…"`
    "#);
}

#[test]
fn items_beside_columns_say_keys_and_conditions() {
    insta::assert_snapshot!(read(
        "## `crates`\n\n- `shop_id` (uuid, PK)\n- `code` (text, PK)\n\n## `lids`\n\n- `id` (uuid, PK)\n- `shop_id` (uuid)\n- `code` (text)\n- `weight` (numeric)\n- `weight` must not be negative\n- FOREIGN KEY (shop_id, code) REFERENCES crates(shop_id, code) ON DELETE CASCADE\n- CHECK (weight < 10)\n- UNIQUE (code, weight)\n\n### Constraints\n\n- `weight` must be greater than zero\n- `weight` debe ser menor que 100\n- `weight` має бути більше 1\n- `weight` muss kleiner als 500 sein\n- `weight` doit être supérieur à 2\n- `weight` between 0 and 9\n\n(code, shop_id) にUNIQUE制約\n"
    ), @"
    table `crates` 1:5 under `crates` 1:5
      `shop_id` 3:4 `uuid` 3:14 [pk 3:20]
      `code` 4:4 `text` 4:11 [pk 4:17]
    table `lids` 6:5 under `lids` 6:5
      `id` 8:4 `uuid` 8:9 [pk 8:15]
      `shop_id` 9:4 `uuid` 9:14 []
      `code` 10:4 `text` 10:11 []
      `weight` 11:4 `numeric` 11:13 []
    ");
}

#[test]
fn a_document_of_another_store_is_named_once() {
    insta::assert_snapshot!(read(
        "# Collections of MongoDB\n\n## Collection: readings\n\n| Field | Type |\n|---|---|\n| _id | ObjectId |\n| value | Mixed |\n\nIndex on (value).\n\n## `nodes`\n\n```js\n{ _id: ObjectId, name: String }\n```\n\n**Indexes**:\n- `name` (UNIQUE)\n"
    ), @"
    table `readings` 3:16 under `Collection: readings` 3:4
      `_id` 7:3 `ObjectId` 7:9 []
      `value` 8:3 `Mixed` 8:11 []
    index  on readings: `value` 10:11
    warning[collections-as-tables]: a collection of MongoDB was read as tables of PostgreSQL
     --> shop.md:3:16
      |
    3 | ## Collection: readings
      |                ^^^^^^^^
      |
      = help: keep the document out of the folder of the schema where they are to stay in that store

    warning[foreign-dialect]: this fence is written for MongoDB, and nothing was read of it
      --> shop.md:15:8
       |
    15 | { _id: ObjectId, name: String }
       |        ^^^^^^^^
       |
       = help: describe the table in a table of columns, or as SQL

    info[other-store-not-read]: this is said of `nodes` in MongoDB, of which no field was read
      --> shop.md:19:4
       |
    19 | - `name` (UNIQUE)
       |    ^^^^^^^^^^^^^^
       |
       = help: describe the collection as a table of columns where the database is to have it
    ");
    insta::assert_snapshot!(read("# Collections\n\n## `collections`\n\n| Column | Type |\n|---|---|\n| id | uuid |\n"), @"
    table `collections` 3:5 under `collections` 3:5
      `id` 7:3 `uuid` 7:8 []
    ");
}

#[test]
fn diagrams_pair_relations_by_the_names_of_attributes() {
    insta::assert_snapshot!(read(
        "```mermaid\nerDiagram\n  SHOP ||--o{ CRATE : holds\n  CRATE {\n    uuid id PK\n    uuid shop_id\n    uuid maker_id FK\n    varchar20 code\n  }\n  SHOP { uuid id PK, UK string name \"what it is called\" }\n  MAKER { uuid id PK\n    int age }\n```\n"
    ), @r#"
    Ref(RefDecl { name: None, endpoints: [EndpointDecl { table: QName { schema: None, name: Spanned { node: "SHOP", span: Span { file: FileId(1), start: 23, end: 27 } } }, columns: [], relation: One }, EndpointDecl { table: QName { schema: None, name: Spanned { node: "CRATE", span: Span { file: FileId(1), start: 35, end: 40 } } }, columns: [Spanned { node: "shop_id", span: Span { file: FileId(1), start: 83, end: 90 } }], relation: Many }], on_delete: None, on_update: None, note: Some(Prose { text: "holds", span: Span { file: FileId(1), start: 43, end: 48 }, kind: Note }), inline: false, inactive: true, span: Span { file: FileId(1), start: 23, end: 48 } })
    table `CRATE` 4:3 under 
      `id` 5:10 `uuid` 5:5 [pk 5:13]
      `shop_id` 6:10 `uuid` 6:5 []
      `maker_id` 7:10 `uuid` 7:5 []
      `code` 8:15 `varchar(20)` 8:5 (written out) []
    table `SHOP` 10:3 under 
      `id` 10:15 `uuid` 10:10 [pk 10:18; unique 10:22]
      `name` 10:32 `string` 10:25 [note `what it is called`]
    table `MAKER` 11:3 under 
      `id` 11:16 `uuid` 11:11 [pk 11:19]
      `age` 12:9 `int` 12:5 []
    "#);
}

#[test]
fn names_in_a_row_have_keys_and_types_behind_them() {
    insta::assert_snapshot!(read(
        "### `crates`\nWhat things lie in.\n\n`id` · `shop_id` FK · `old_lid_id?` FK → lids · `kind` (`wood` \\| `tin`) ·\n`is_open` boolean · `made_at`\n\n### `lids`\n\n`id`, `name`, `colour`, `state` (on, off).\n\n### `words`\n\n`one` · `two` is a word · `three`\n\n## Tables\n\n| Table | Purpose |\n|---|---|\n| `tags`, `labels` | marks |\n\n### `places`\n\n| Campo | Tipo |\n|---|---|\n| id | uuid, PK |\n| day, hour | Data, hora e duração |\n| flag | 0/1 |\n| shop_id | uuid? FK |\n"
    ), @"
    table `crates` 1:6 under `crates` 1:6
      `id` 4:2  []
      `shop_id` 4:9  []
      `old_lid_id` 4:24  [null=true 4:34; to lids 4:37  None]
      `kind` 4:50  [note `wood | tin`]
      `is_open` 5:2 `boolean` 5:11 []
      `made_at` 5:22  []
    table `lids` 7:6 under `lids` 7:6
      `id` 9:2  []
      `name` 9:8  []
      `colour` 9:16  []
      `state` 9:26  [note `on | off`]
    named `tags` 19:4
    named `labels` 19:12
    table `places` 21:6 under `places` 21:6
      `id` 25:3 `uuid` 25:8 [pk 25:14; null=false 25:8]
      `day` 26:3  [note `Data, hora e duração`]
      `hour` 26:8  [note `Data, hora e duração`]
      `flag` 27:3  []
      `shop_id` 28:3 `uuid` 28:13 [null=true 28:17]
    ");
}

#[test]
fn fences_keep_their_backslashes() {
    insta::assert_snapshot!(read(
        "# Models\n\n\\`\\`\\`sql\ncreate table crates (id uuid primary key);\n\\`\\`\\`\n\nWords.\n"
    ), @"
    table `crates` 4:14 under `Models` 1:3
      `id` 4:22 `uuid` 4:25 [pk 4:30]
    ");
}

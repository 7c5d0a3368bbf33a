//! Types and values that columns have by words.

use super::*;

#[test]
fn types_of_several_words_keep_their_length() {
    insta::assert_snapshot!(read(
        "### public.buyers\n- `id`: bigint, NOT NULL\n- `email`: character varying(255), NOT NULL\n- `code`: bit varying(8), NULL\n- `seen_at`: timestamp without time zone, NULL\n"
    ), @"
    table `buyers` 1:12 under `public.buyers` 1:5
      `id` 2:4 `bigint` 2:9 [null=false 2:17]
      `email` 3:4 `character varying(255)` 3:12 [null=false 3:36]
      `code` 4:4 `bit varying(8)` 4:11 [null=true 4:27]
      `seen_at` 5:4 `timestamp without time zone` 5:14 [null=true 5:43]
    ");
}

#[test]
fn types_in_brackets_are_types_whatever_their_names() {
    insta::assert_snapshot!(read(
        "### `orders`\n\n**Key Fields:**\n- `id` (string, UUID) - Primary key\n- `state` (order_state) - Current state: `open`, `paid`\n- `grade` (order_grade_enum, nullable) - How good it is\n- `buyer` (string) - Who buys\n- `total` (number) - What it costs\n\n## Enums\n\n### `order_state`\n- `open` - Not paid yet\n- `paid`\n\n### `unused_state`\n- `on`\n- `off`\n"
    ), @r#"
    table `orders` 1:6 under `orders` 1:6
      `id` 4:4 `string` 4:9 [pk 4:25]
      `state` 5:4 `order_state` 5:12 [note `open | paid`]
      `grade` 6:4 `order_grade_enum` 6:12 [null=true 6:30; note `How good it is`]
      `buyer` 7:4 `string` 7:12 [note `Who buys`]
      `total` 8:4 `number` 8:12 [note `What it costs`]
    enum `order_state` 12:6: open | paid
    enum `unused_state` 16:6: on | off
    "#);
}

#[test]
fn words_before_a_colon_announce_values() {
    insta::assert_snapshot!(read(
        "## orders\n\n| Column | Type | Description |\n|---|---|---|\n| id | uuid | |\n| source | text | Order source: `web` or `app` |\n| role | text | User role: \"buyer\", \"seller\", or \"admin\" |\n| level | text | Роль: low, high |\n| phase | text | One of: draft, placed, gone |\n| label | text | Examples: `a`, `b` |\n| unit | text | Unit of it: `kg` |\n| status | text | |\n| kind | enum | |\n\n| Status | Meaning |\n|---|---|\n| `open` | Nobody has paid |\n| `paid` | Somebody has |\n\nMögliche Kindwerte:\n\n- `plain` – ohne\n- `gift` – mit Schleife\n\n| Total | Meaning |\n|---|---|\n| `low` | Below ten |\n| `high` | Above it |\n"
    ), @"
    table `orders` 1:4 under `orders` 1:4
      `id` 5:3 `uuid` 5:8 []
      `source` 6:3 `text` 6:12 [note `web | app`]
      `role` 7:3 `text` 7:10 [note `buyer | seller | admin`]
      `level` 8:3 `text` 8:11 [note `low | high`]
      `phase` 9:3 `text` 9:11 [note `draft | placed | gone`]
      `label` 10:3 `text` 10:11 [note `Examples: a, b`]
      `unit` 11:3 `text` 11:10 [note `Unit of it: kg`]
      `status` 12:3 `text` 12:12 [note `open | paid`]
      `kind` 13:3 `text` 13:10 (written out) [note `plain | gift`]
    ");
}

#[test]
fn indexes_in_lines_of_their_own() {
    insta::assert_snapshot!(read(
        "### shop_order 订单\n\n| 字段 | 类型 |\n|---|---|\n| id | bigint |\n| buyer_id | bigint |\n| day | date |\n\n索引：`order_day_idx (buyer_id, day)`\n\n**索引**：`uk_order_day(day)`、`order_buyer_idx(buyer_id)`、\n`order_both_idx(day, buyer_id)`。\n\n**Індекси:**\n- `order_on_idx` на `day`\n"
    ), @"
    table `shop_order` 1:5 under `shop_order 订单` 1:5
      `id` 5:3 `bigint` 5:8 []
      `buyer_id` 6:3 `bigint` 6:14 []
      `day` 7:3 `date` 7:9 []
    index `order_day_idx` 9:5 on shop_order: `buyer_id` 9:20, `day` 9:30
    index `uk_order_day` 11:9 on shop_order: `day` 11:22 unique
    index `order_buyer_idx` 11:29 on shop_order: `buyer_id` 11:45
    index `order_both_idx` 12:2 on shop_order: `day` 12:17, `buyer_id` 12:22
    index `order_on_idx` 15:4 on shop_order: `day` 15:22
    ");
}

//! Where the names of tables come from.

use super::*;

#[test]
fn a_heading_names_its_table_in_latin_letters_among_others() {
    let check = |heading: &str, expected: &str| {
        let told = read(&format!(
            "# 商店\n\n## 3. 表结构详情\n\n### {heading}\n\n| 字段 | 类型 |\n|---|---|\n| id | bigint |\n"
        ));
        let table = told.lines().find_map(|line| line.strip_prefix("table `")).unwrap_or_default();
        assert_eq!(table.split('`').next().unwrap_or_default(), expected, "{told}");
    };
    check("3.1 shop_order 订单", "shop_order");
    check("订单 orders", "orders");
    check("Order 订单表", "Order");
    check("주문 orders 테이블", "orders");
    check("주문 테이블 (TB_ORDER)", "TB_ORDER");
    check("Заказы orders", "orders");
    // A word in the middle, or one that begins with a capital where nothing says "table", may be anything.
    check("关于 orders 的说明", "");
    check("Redis 缓存", "");
}

#[test]
fn a_heading_of_several_entities_names_none() {
    insta::assert_snapshot!(read(
        "## Entitäten\n\n### Käufer und Käuferin\n\nTechnischer Name: `buyer`\n\n| Feld | Typ | Pflicht |\n|---|---|---|\n| `id` | UUID | ja |\n\n### Bestellung\n\nTechnischer Name: `purchase`\n\n| Feld | Typ | Pflicht |\n|---|---|---|\n| `id` | UUID | ja |\n| `buyer_id` | Fremdschlüssel | ja |\n\n## Sheet: Fees\n\n| Column | Type |\n|---|---|\n| id | uuid |\n"
    ), @"
    table `buyer` 5:20 under `Käufer und Käuferin` 3:5
      `id` 9:4 `UUID` 9:10 [null=false 9:17]
    table `purchase` 13:20 under `Bestellung` 11:5
      `id` 17:4 `UUID` 17:10 [null=false 17:17]
      `buyer_id` 18:4  [null=false 18:33]
    table `Fees` 20:11 under `Sheet: Fees` 20:4
      `id` 24:3 `uuid` 24:8 []
    ");
}

#[test]
fn a_name_alone_above_names_is_a_table() {
    insta::assert_snapshot!(read(
        "## Покупатели и заказы\n`buyers`\n- `id`, `email` (unique), `locale`\n- `status` (active/blocked)\n- `settings` (jsonb), `seen_at`\n\n`purchases`\n- `buyer_id` (PK/FK), `placed_on`\n\n## Шаги\n`deploy`\n- `build`, `upload`\n- `switch`\n\n## Конвенции\n- Время: `timestamptz`\n- PK: `uuid`\n"
    ), @r#"
    table `buyers` 2:2 under `Покупатели и заказы` 1:4
      `id` 3:4  []
      `email` 3:10  [unique 3:18]
      `locale` 3:28  []
      `status` 4:4  [note `active | blocked`]
      `settings` 5:4 `jsonb` 5:15 []
      `seen_at` 5:24  []
    table `purchases` 7:2 under `Покупатели и заказы` 1:4
      `buyer_id` 8:4  [pk 8:15]
      `placed_on` 8:24  []
    list `deploy` 11:2:
      `build` 12:4
      `upload` 12:13
      `switch` 13:4
    info[unmapped-list]: these 3 values are listed, and `schema.toml` does not say what they are
      --> shop.md:12:1
       |
    12 | / - `build`, `upload`
    13 | | - `switch`
       | |__________^
       |
       = help: for rows of a table add `[[lists]]`, `under = "deploy"`, `table = "…"`, `key = "…"`
       = help: for constants add `[[lists]]`, `under = "deploy"`, `constants = "…"`
    "#);
}

#[test]
fn rows_name_tables_and_their_columns() {
    insta::assert_snapshot!(read(
        "## 데이터\n\n| # | 테이블 | 목적 | 핵심 열 |\n|---|---|---|---|\n| 1 | `buyers` | 구매자 | `id`, `email`, 등급 |\n| 2 | `fees` | 수수료 | id, buyer_id, amount |\n| 3 | `rates` | 요율 | 통화, 값 |\n| 4 | Reports | 없음 | — |\n\n## Overview\n\n| Table | Description |\n|---|---|\n| `buyers` | Whoever buys |\n| audit_log | What was done |\n\n订单表，保存订单、状态和时间。\n\n## 数据表 tables\n\n订单表，保存订单、状态和时间。\n"
    ), @"
    table `buyers` 5:8 under `데이터` 1:4
      `id` 5:25  []
      `email` 5:31  []
    table `fees` 6:8 under `데이터` 1:4
      `id` 6:22  []
      `buyer_id` 6:26  []
      `amount` 6:36  []
    named `rates` 7:8
    named `audit_log` 15:3
    ");
}

#[test]
fn tables_under_headings_of_their_own_belong_to_the_module_above() {
    insta::assert_snapshot!(read(
        "# Shop\n\n## Sales\n\n### 1. orders (what was bought)\n\n| Column | Type |\n|---|---|\n| id | uuid |\n\n### 2. `fees` - what is charged\n\n| Column | Type |\n|---|---|\n| id | uuid |\n"
    ), @"
    table `orders` 5:8 under `Sales` 3:4
      `id` 9:3 `uuid` 9:8 []
    table `fees` 11:9 under `Sales` 3:4
      `id` 15:3 `uuid` 15:8 []
    ");
}

//! One document whose parts do not say the same.

use super::check;

#[test]
fn a_document_whose_parts_disagree_says_where() {
    let document = "# Library

```mermaid
erDiagram
    BOOKS ||--o{ LOANS : has
    BOOKS {
        int id PK
        string title
        string shelf
    }
    LOANS {
        int id PK
        int book_id FK
        int lent_to FK
    }
```

```sql
create table readers (id int primary key, name varchar(80) not null);
create table members (id int primary key);
create table books (id int primary key, title varchar(200), isbn varchar(13));
create table loans (
  id int primary key,
  book_id int not null references books (id),
  lent_to int references readers (id),
  due date not null default current_date
);
create index loans_due on loans (due);
```

### `books`

| Column | Type | Null | Notes |
|---|---|---|---|
| id | int | no | |
| title | varchar(120) | no | |
| colour | text | yes | |

### Relationships

- `loans.lent_to` → `members.id` (ON DELETE CASCADE)

### Indexes

| Table | Index | Columns |
|---|---|---|
| loans | loans_due | due, book_id |
";
    insta::assert_snapshot!(check(&[("library.md", document)]));
}

#[test]
fn refs_of_dbml_are_held_to_the_sql() {
    let document = "# Shop

```sql
create table users (id bigint primary key);
create table clients (id bigint primary key);
create table orders (
  id bigint primary key,
  user_id bigint references users (id),
  buyer_id bigint references users (id),
  payer_id bigint references users (id)
);
```

```dbml
Table users { id bigint [pk] }
Table clients { id bigint [pk] }
Table orders {
  id bigint [pk]
  user_id bigint [ref: > clients.id]
  buyer_id bigint
  payer_id bigint [ref: > users.id, ref: > clients.id]
}
Ref: orders.buyer_id > clients.id
```
";
    insta::assert_snapshot!(check(&[("shop.md", document)]));
}

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

//! How fast Markdown is read and lowered, over generated documents of growing size that describe tables in several ways.

mod reading;

use std::fmt::Write;

fn main() {
    reading::measure("a.md", generated);
}

/// One table of columns, one fence and one list of bullets after the other.
fn generated(tables: usize) -> String {
    let mut text = String::from("# The database\n\nAll tables have `id` and `created_at`.\n\n## Tables\n\n");
    for at in 0..tables {
        let before = at.saturating_sub(1);
        _ = match at % 3 {
            0 => writeln!(
                text,
                "### table_{at}\n\nWhat number {at} is for, and who looks at it.\n\n\
                 | Column | Type | Constraints | Description |\n|---|---|---|---|\n\
                 | id | bigint | PRIMARY KEY | Number of the row |\n\
                 | name | varchar(255) | NOT NULL | How it is called |\n\
                 | before_id | bigint | FK → table_{before}.id | The one before |\n\
                 | status | text | NOT NULL DEFAULT 'new' | How far it is |\n\
                 | created_at | timestamptz | NOT NULL DEFAULT now() | When it was made |\n"
            ),
            1 => writeln!(
                text,
                "### table_{at}\n\nWhat number {at} is for.\n\n```sql\nCREATE TABLE table_{at} (\n    id bigint PRIMARY KEY,\n    \
                 name varchar(255) NOT NULL, -- how it is called\n    before_id bigint REFERENCES table_{before} (id),\n    \
                 created_at timestamptz NOT NULL DEFAULT now()\n);\n\nCREATE INDEX table_{at}_name_idx ON table_{at} (name);\n```\n"
            ),
            _ => writeln!(
                text,
                "### table_{at}\n\n- **Purpose:** what number {at} is for\n- **Key Columns:**\n  - `id` (bigint, primary key)\n  \
                 - `name` (text, not null): how it is called\n  - `before_id` (bigint, references `table_{before}.id`)\n\
                 - **Indexes:** `name`\n"
            ),
        };
    }
    text
}

//! How fast SQL is read and lowered, over generated scripts of growing size.

mod reading;

use std::fmt::Write;

fn main() {
    reading::measure("a.sql", generated);
}

fn generated(tables: usize) -> String {
    let mut text =
        String::from("CREATE SCHEMA part;\n\nCREATE TYPE part.mood AS ENUM ('fine', 'so so', 'bad');\n\n");
    for at in 0..tables {
        let before = at.saturating_sub(1);
        _ = writeln!(
            text,
            "-- Table number {at}\nCREATE TABLE part.table_{at} (\n    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n    \
             name varchar(255) NOT NULL DEFAULT 'nobody', -- how it is called\n    before_id bigint REFERENCES part.table_{before} (id) \
             ON DELETE CASCADE,\n    amount numeric(12, 2) NOT NULL DEFAULT 0.5 CHECK (amount >= 0),\n    \
             mood part.mood NOT NULL DEFAULT 'fine',\n    made timestamptz NOT NULL DEFAULT now(),\n    \
             CONSTRAINT table_{at}_name_made_key UNIQUE (name, made)\n);\n\n\
             CREATE INDEX table_{at}_made_idx ON part.table_{at} USING btree (made DESC) WHERE amount > 0;\n\
             COMMENT ON TABLE part.table_{at} IS 'What number {at} is for';\n\
             ALTER TABLE part.table_{at} ENABLE ROW LEVEL SECURITY;\n\
             CREATE POLICY own ON part.table_{at} FOR SELECT USING (name = current_user);\n"
        );
    }
    text
}

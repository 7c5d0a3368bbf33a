//! Pairs of schemas by chance: an old one, and the same with some things changed.

use std::fmt::Write as _;

/// Numbers by chance that are the same for the same seed (`xorshift64*`).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
    }

    /// Returns a number below another.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Two scripts and rows for the first: what inserts each, and what counts those that must survive.
pub struct Pair {
    /// The first script.
    pub old: String,
    /// The second.
    pub new: String,
    /// Statements that insert a row of the first each, and what counts it, where it must survive.
    pub rows: Vec<(String, String)>,
}

#[derive(Clone)]
struct Model {
    enums: Vec<(String, Vec<String>)>,
    domains: Vec<(String, usize)>,
    tables: Vec<Table>,
    functions: Vec<(String, usize)>,
    views: Vec<(String, usize, bool)>,
}

#[derive(Clone)]
struct Table {
    name: String,
    columns: Vec<Column>,
    /// Places of unique columns.
    unique: Vec<usize>,
    checks: Vec<(String, usize, usize)>,
    indexes: Vec<(String, usize, usize)>,
    /// Name, referenced table, action.
    references: Vec<(String, usize, usize)>,
    comment: Option<usize>,
    security: bool,
    trigger: bool,
}

#[derive(Clone)]
struct Column {
    name: String,
    ty: usize,
    not_null: bool,
    default: bool,
    comment: Option<usize>,
}

/// Types with a default for each; every one can be made of every other by way of its text or a cast, for the values in the rows.
const TYPES: &[(&str, &str)] = &[
    ("integer", "7"),
    ("bigint", "8"),
    ("text", "'9'"),
    ("varchar(20)", "'10'"),
    ("numeric(12, 2)", "11"),
    ("smallint", "12"),
];

fn is_text(ty: usize) -> bool {
    TYPES[ty].0 == "text" || TYPES[ty].0.starts_with("varchar")
}

impl Model {
    fn make(chance: &mut Chance) -> Self {
        let labels = |chance: &mut Chance| (0..2 + chance.below(3)).map(|at| format!("l{at}")).collect();
        let mut model = Self {
            enums: (0..chance.below(3)).map(|at| (format!("mood{at}"), labels(chance))).collect(),
            domains: (0..chance.below(2)).map(|at| (format!("amount{at}"), chance.below(3))).collect(),
            tables: Vec::new(),
            functions: (0..chance.below(3)).map(|at| (format!("f{at}"), chance.below(4))).collect(),
            views: Vec::new(),
        };
        for at in 0..1 + chance.below(4) {
            let table = Table::make(chance, at);
            model.tables.push(table);
        }
        for at in 0..chance.below(3) {
            let table = chance.below(model.tables.len());
            model.views.push((format!("v{at}"), table, chance.one_in(3)));
        }
        model
    }

    /// Changes one thing.
    fn change(&mut self, chance: &mut Chance, serial: usize) {
        let at = chance.below(self.tables.len());
        let tables = self.tables.len();
        match chance.below(22) {
            0 => self.tables.push(Table::make(chance, 10 + serial)),
            1 if tables > 1 => self.drop_table(at),
            2 | 3 => {
                let mut column = Column::make(chance, 10 + serial);
                // Rows that are there need a value.
                column.default |= column.not_null;
                self.tables[at].columns.push(column);
            }
            4 | 5 => self.tables[at].drop_column(chance),
            6 | 7 => {
                let columns = &mut self.tables[at].columns;
                let column = chance.below(columns.len());
                columns[column].ty = chance.below(TYPES.len());
            }
            8 => {
                let column = chance.below(self.tables[at].columns.len());
                let column = &mut self.tables[at].columns[column];
                column.default = !column.default;
            }
            9 => {
                let column = chance.below(self.tables[at].columns.len());
                let column = &mut self.tables[at].columns[column];
                column.not_null = !column.not_null;
            }
            10 => {
                let check = self.tables[at].check(chance, 10 + serial);
                self.tables[at].checks.push(check);
            }
            11 => _ = self.tables[at].checks.pop(),
            12 => {
                let index = self.tables[at].index(chance, 10 + serial);
                self.tables[at].indexes.push(index);
            }
            13 => _ = self.tables[at].indexes.pop(),
            14 => {
                let to = chance.below(tables);
                let reference = (format!("r{serial}"), to, chance.below(3));
                self.tables[at].references.push(reference);
            }
            15 => _ = self.tables[at].references.pop(),
            16 => self.tables[at].comment = (!chance.one_in(3)).then(|| chance.below(9)),
            17 => self.tables[at].security = !self.tables[at].security,
            18 => self.tables[at].trigger = !self.tables[at].trigger,
            19 => match self.enums.first_mut() {
                Some((_, labels)) if chance.one_in(2) && labels.len() > 2 => _ = labels.pop(),
                Some((_, labels)) => labels.insert(chance.below(labels.len() + 1), format!("n{serial}")),
                None => {
                    self.enums.push((format!("mood{}", 10 + serial), vec!["l0".to_owned(), "l1".to_owned()]))
                }
            },
            20 => match self.functions.first_mut() {
                Some((_, body)) => *body = chance.below(6),
                None => self.functions.push((format!("f{}", 10 + serial), 0)),
            },
            _ => match self.views.first_mut() {
                Some((_, _, narrow)) => *narrow = !*narrow,
                None => self.views.push((format!("v{}", 10 + serial), at, false)),
            },
        }
    }

    fn drop_table(&mut self, gone: usize) {
        self.tables.remove(gone);
        self.views.retain(|(_, table, _)| *table != gone);
        for table in &mut self.tables {
            table.references.retain(|(_, to, _)| *to != gone);
        }
        let shift = |table: &mut usize| *table -= usize::from(*table > gone);
        self.views.iter_mut().for_each(|(_, table, _)| shift(table));
        self.tables.iter_mut().flat_map(|table| &mut table.references).for_each(|(_, table, _)| shift(table));
    }

    fn sql(&self) -> String {
        let mut sql = String::new();
        for (name, labels) in &self.enums {
            let labels: Vec<String> = labels.iter().map(|label| format!("'{label}'")).collect();
            _ = writeln!(sql, "CREATE TYPE {name} AS ENUM ({});", labels.join(", "));
        }
        for (name, least) in &self.domains {
            _ = writeln!(
                sql,
                "CREATE DOMAIN {name} AS integer CONSTRAINT {name}_least CHECK (VALUE >= -{least});"
            );
        }
        for (name, body) in &self.functions {
            let ty = if *body > 3 { "bigint" } else { "integer" };
            _ = writeln!(
                sql,
                "CREATE FUNCTION {name}(x integer) RETURNS {ty} LANGUAGE sql IMMUTABLE AS $$ SELECT x + {body} $$;"
            );
        }
        _ = writeln!(
            sql,
            "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;"
        );
        for table in &self.tables {
            table.sql(self, &mut sql);
        }
        for table in &self.tables {
            for (name, to, action) in &table.references {
                let action = ["", " ON DELETE CASCADE", " ON DELETE SET NULL DEFERRABLE"][*action];
                let to = &self.tables[*to].name;
                _ = writeln!(sql, "ALTER TABLE {} ADD COLUMN {name} integer;", table.name);
                let key = format!(
                    "ADD CONSTRAINT {}_{name} FOREIGN KEY ({name}) REFERENCES {to} (id){action}",
                    table.name
                );
                _ = writeln!(sql, "ALTER TABLE {} {key};", table.name);
            }
        }
        for (name, table, narrow) in &self.views {
            let table = &self.tables[*table];
            let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
            let columns = if *narrow { "id".to_owned() } else { format!("id, {}", columns.join(", ")) };
            _ = writeln!(sql, "CREATE VIEW {name} AS SELECT {columns} FROM {};", table.name);
            _ = writeln!(sql, "CREATE VIEW {name}_over AS SELECT id FROM {name};");
        }
        sql
    }
}

impl Table {
    fn make(chance: &mut Chance, at: usize) -> Self {
        let mut table = Self {
            name: format!("t{at}"),
            columns: (0..2 + chance.below(4)).map(|at| Column::make(chance, at)).collect(),
            unique: Vec::new(),
            checks: Vec::new(),
            indexes: Vec::new(),
            references: Vec::new(),
            comment: chance.one_in(2).then(|| chance.below(9)),
            security: chance.one_in(3),
            trigger: chance.one_in(3),
        };
        if chance.one_in(2) {
            table.unique.push(chance.below(table.columns.len()));
        }
        for at in 0..chance.below(3) {
            let check = table.check(chance, at);
            table.checks.push(check);
            let index = table.index(chance, at);
            table.indexes.push(index);
        }
        table
    }

    fn check(&self, chance: &mut Chance, at: usize) -> (String, usize, usize) {
        (format!("{}_c{at}", self.name), chance.below(self.columns.len()), chance.below(3))
    }

    fn index(&self, chance: &mut Chance, at: usize) -> (String, usize, usize) {
        (format!("{}_i{at}", self.name), chance.below(self.columns.len()), chance.below(4))
    }

    fn drop_column(&mut self, chance: &mut Chance) {
        if self.columns.len() < 2 {
            return;
        }
        let gone = chance.below(self.columns.len());
        self.columns.remove(gone);
        self.unique.retain(|column| *column != gone);
        self.checks.retain(|(_, column, _)| *column != gone);
        self.indexes.retain(|(_, column, _)| *column != gone);
        let shift = |column: &mut usize| *column -= usize::from(*column > gone);
        self.unique.iter_mut().for_each(shift);
        self.checks.iter_mut().for_each(|(_, column, _)| shift(column));
        self.indexes.iter_mut().for_each(|(_, column, _)| shift(column));
    }

    fn sql(&self, model: &Model, sql: &mut String) {
        let mut lines = vec!["id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY".to_owned()];
        for (at, column) in self.columns.iter().enumerate() {
            let (ty, default) = TYPES[column.ty];
            let mut line = format!("{} {ty}", column.name);
            if column.default {
                _ = write!(line, " DEFAULT {default}");
            }
            if column.not_null {
                line.push_str(" NOT NULL");
            }
            if self.unique.contains(&at) {
                line.push_str(" UNIQUE");
            }
            lines.push(line);
        }
        for (at, (name, _)) in model.enums.iter().enumerate() {
            lines.push(format!("e{at} {name} DEFAULT 'l0'"));
        }
        for (at, (name, _)) in model.domains.iter().enumerate() {
            lines.push(format!("d{at} {name} DEFAULT 0"));
        }
        for (name, column, kind) in &self.checks {
            let Column { name: column, ty, .. } = &self.columns[*column];
            let test = match kind {
                0 => format!("{column} IS NOT NULL OR id > 0"),
                1 if is_text(*ty) => format!("length({column}) < 99"),
                1 => format!("{column} > -5"),
                _ if is_text(*ty) => format!("{column} <> 'never'"),
                _ => format!("{column} NOT IN (-1, -2)"),
            };
            lines.push(format!("CONSTRAINT {name} CHECK ({test})"));
        }
        _ = writeln!(sql, "CREATE TABLE {} (\n    {}\n);", self.name, lines.join(",\n    "));
        for (name, column, kind) in &self.indexes {
            let Column { name: column, ty, .. } = &self.columns[*column];
            let part = match kind {
                0 => format!("({column} DESC)"),
                1 if is_text(*ty) => format!("(lower({column}))"),
                2 => format!("({column}) WHERE {column} IS NOT NULL"),
                3 => match model.functions.first() {
                    Some((function, body)) if *body <= 3 => format!("({function}(id))"),
                    _ => format!("({column}, id)"),
                },
                _ => format!("({column})"),
            };
            _ = writeln!(sql, "CREATE INDEX {name} ON {} {part};", self.name);
        }
        if self.security {
            _ = writeln!(sql, "ALTER TABLE {} ENABLE ROW LEVEL SECURITY;", self.name);
            let column = &self.columns[0].name;
            _ = writeln!(sql, "CREATE POLICY own ON {} USING ({column} IS NOT NULL);", self.name);
        }
        if self.trigger {
            _ = writeln!(
                sql,
                "CREATE TRIGGER touched BEFORE UPDATE OF {} ON {} FOR EACH ROW EXECUTE FUNCTION touch();",
                self.columns[0].name, self.name
            );
        }
        if let Some(comment) = self.comment {
            _ = writeln!(sql, "COMMENT ON TABLE {} IS 'it''s {comment}';", self.name);
        }
        for column in &self.columns {
            if let Some(comment) = column.comment {
                _ = writeln!(sql, "COMMENT ON COLUMN {}.{} IS 'c{comment}';", self.name, column.name);
            }
        }
    }

    /// Returns what inserts a row whose values fit every type, and what finds it again by its key.
    fn rows(&self, kept: bool) -> Vec<(String, String)> {
        (1..4)
            .map(|at| {
                let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
                let values: Vec<String> = self.columns.iter().map(|_| format!("'{at}'")).collect();
                let insert = format!(
                    "INSERT INTO {} (id, {}) VALUES ({at}, {})",
                    self.name,
                    names.join(", "),
                    values.join(", ")
                );
                let survivor = if kept {
                    format!("SELECT count(*) FROM {} WHERE id = {at}", self.name)
                } else {
                    String::new()
                };
                (insert, survivor)
            })
            .collect()
    }
}

impl Column {
    fn make(chance: &mut Chance, at: usize) -> Self {
        Self {
            name: format!("c{at}"),
            ty: *chance.pick(&[0, 1, 2, 3, 4, 5]),
            not_null: chance.one_in(3),
            default: chance.one_in(3),
            comment: chance.one_in(4).then(|| chance.below(9)),
        }
    }
}

/// Makes the pair of a seed.
pub fn pair(seed: u64) -> Pair {
    let mut chance = Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let old = Model::make(&mut chance);
    let mut new = old.clone();
    for serial in 0..1 + chance.below(8) {
        new.change(&mut chance, serial);
    }
    // Rows that are there have no value for a new column.
    for table in &mut new.tables {
        let before = old.tables.iter().find(|other| other.name == table.name);
        for column in &mut table.columns {
            let is_new =
                before.is_some_and(|before| before.columns.iter().all(|known| known.name != column.name));
            column.default |= is_new && column.not_null;
        }
    }
    let kept = |table: &Table| new.tables.iter().any(|other| other.name == table.name);
    let rows = old.tables.iter().flat_map(|table| table.rows(kept(table))).collect();
    Pair { old: old.sql(), new: new.sql(), rows }
}

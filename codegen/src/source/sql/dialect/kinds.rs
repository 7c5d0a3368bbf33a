//! What other databases write differently, and what became of it.

/// A kind of difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Backtick,
    Bracket,
    Backslash,
    Increment,
    Unsigned,
    Comment,
    OnUpdate,
    Charset,
    Width,
    Type,
    Elements,
    Wrapped,
    Array,
    Partition,
    Enum,
    Set,
    Double,
    Index,
    Prefix,
    Oids,
    Options,
    Storage,
    Outlined,
    Added,
}

impl Kind {
    pub(super) fn what(self) -> &'static str {
        match self {
            Self::Backtick => "names in backticks, read as quoted names",
            Self::Bracket => "names in brackets, read as quoted names",
            Self::Backslash => "a backslash escapes no quote in a plain text",
            Self::Increment => "read as a column that counts up by itself",
            Self::Unsigned => "numbers without a sign; the type was read without it",
            Self::Comment => "a description inside the statement, read as one",
            Self::OnUpdate => "a default on update; it was left out",
            Self::Charset => "a character set; it was left out",
            Self::Width => "a display width",
            Self::Type => "no type of that name",
            Self::Elements => "the types of what a collection holds; they were left out",
            Self::Wrapped => "said about a type inside it; the type was read without it",
            Self::Array => "an array in other words, read as one",
            Self::Partition => "a partition key inside the primary key, read as columns of the key",
            Self::Enum => "values in the place of a type, read as a text that holds one of them",
            Self::Set => "a set in the place of a type; it is kept as it is written",
            Self::Double => "a number of double precision in other words, read as one",
            Self::Index => "an index inside the table, read as one",
            Self::Prefix => {
                "how an index of another database holds a column; read as one over the whole column"
            }
            Self::Oids => "rows have no hidden numbers since version 12; it was left out",
            Self::Storage => "how another database stores it; it was left out",
            Self::Outlined => "printed in the place of a type that is not named, read as a text",
            Self::Added => "an index made by a change of its table, read as one",
            Self::Options => "options of another database's tables; they were left out",
        }
    }

    pub(super) fn help(self) -> &'static str {
        match self {
            Self::Backtick | Self::Bracket => "write \"…\", or the bare name",
            Self::Backslash => "double the quote: '', or write E'…'",
            Self::Increment => "write GENERATED ALWAYS AS IDENTITY",
            Self::Unsigned => "add CHECK (… >= 0) where it matters",
            Self::Comment => "write COMMENT ON … IS '…'",
            Self::OnUpdate => "set it in a trigger",
            Self::Charset => "a database has one encoding; a column can have COLLATE",
            Self::Width => "write integer, bigint or smallint alone",
            Self::Type => "write PostgreSQL's type: timestamp, text, bytea, numeric, smallint …",
            Self::Elements => "write an array (text[]), or jsonb",
            Self::Wrapped => "write the type alone; a column takes NULL unless it says NOT NULL",
            Self::Array => "write text[]",
            Self::Partition => "write one list of columns; PARTITION BY says how a table is cut",
            Self::Enum => "write CREATE TYPE … AS ENUM (…) and name the type, or a CHECK",
            Self::Set => "write an array (text[])",
            Self::Double => "write double precision",
            Self::Index | Self::Added => "write CREATE INDEX … ON … (…)",
            Self::Prefix => "write the column alone, or an expression: left(name, 20)",
            Self::Oids => "remove it, and add a column where the numbers are used",
            Self::Options => "remove them",
            Self::Storage => "remove it",
            Self::Outlined => "write the type's name, and its CREATE TYPE where it is the schema's own",
        }
    }
}

//! Databases other than PostgreSQL.

use insta::assert_snapshot;

use super::read;

#[test]
fn a_default_behind_a_length_is_no_option_of_another_database() {
    assert_snapshot!(read("CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b char(3) DEFAULT 'USD' NOT NULL;"), @"
    table t
      a int
    alter t
      add b char(3) not-null default String:USD
    ");
}

#[test]
fn what_is_printed_in_the_place_of_a_type_is_read_as_a_text() {
    assert_snapshot!(read(
        "
        CREATE TABLE doors (
          id bigint NOT NULL,
          state USER-DEFINED NOT NULL DEFAULT 'shut'::public.door_state,
          marks ARRAY DEFAULT '{}'::text[],
          colours ARRAY,
          sizes ARRAY NOT NULL CHECK (sizes <> '{}'),
          kind USER-DEFINED UNIQUE
        );
    "
    ), @r"
    table doors
      id bigint not-null
      state text not-null default String:shut
      marks _text default String:{}
      colours _text
      sizes _text not-null check <sizes <> '{}'>
      kind text unique
    4:17 warning sql-not-postgresql: `USER-DEFINED` is not PostgreSQL: printed in the place of a type that is not named, read as a text (5 times in this statement)
    ");
}

#[test]
fn an_index_that_a_change_adds_is_no_column() {
    assert_snapshot!(read(
        "
        CREATE TABLE doors (id int, hue varchar(9), made_at date);
        ALTER TABLE doors ADD INDEX hue_idx (hue, made_at);
        ALTER TABLE doors ADD FULLTEXT INDEX words (hue);
        ALTER TABLE doors ADD UNIQUE KEY one (made_at);
        ALTER TABLE doors ADD index int;
    "
    ), @r"
    table doors
      id int
      hue varchar(9)
      made_at date
    on doors index hue_idx (hue, made_at)
    on doors index words (hue)
    on doors index one (made_at) unique
    alter doors
      add index int
    3:31 warning foreign-dialect: this file is written for MySQL
    3:31 warning sql-not-postgresql: `INDEX hue_idx (hue, made_at)` is not PostgreSQL: an index made by a change of its table, read as one
    4:31 warning sql-not-postgresql: `FULLTEXT INDEX words (hue)` is not PostgreSQL: an index made by a change of its table, read as one
    5:31 warning sql-not-postgresql: `UNIQUE KEY one (made_at)` is not PostgreSQL: an index made by a change of its table, read as one
    ");
}

#[test]
fn routines_of_other_databases_are_left_out_whole() {
    assert_snapshot!(read(
        "
        CREATE TABLE a (id int PRIMARY KEY);
        DELIMITER //
        CREATE PROCEDURE fill(IN n INT)
        BEGIN
          DECLARE i INT DEFAULT 0;
          WHILE i < n DO INSERT INTO a VALUES (i); SET i = i + 1; END WHILE;
        END //
        DELIMITER ;
        CREATE TRIGGER a_touch BEFORE UPDATE ON a FOR EACH ROW
        BEGIN
          IF NEW.id <> OLD.id THEN SET NEW.id = CASE WHEN OLD.id > 0 THEN OLD.id ELSE 1 END; END IF;
        END;
        CREATE TABLE b (id int PRIMARY KEY);
        CREATE FUNCTION one() RETURNS int BEGIN ATOMIC SELECT 1; END;
        BEGIN;
        CREATE TABLE c (id int PRIMARY KEY);
        COMMIT;
    "
    ), @r"
    table a
      id int pk
    table b
      id int pk
    verbatim function creates one names [] <CREATE FUNCTION one() RETURNS int BEGIN >
    table c
      id int pk
    3:9 warning foreign-dialect: this file is written for MySQL
    3:9 warning sql-not-postgresql: what stands between `DELIMITER //` and `DELIMITER ;` is MySQL's and was left out
    10:9 warning sql-not-postgresql: `CREATE TRIGGER a_touch BEFORE UPDATE ON …` is a routine of another database and was left out
    16:9 info sql-skipped: skipped 2 statements of a session (transactions, settings, locks, COPY)
    ");
}

#[test]
fn a_script_of_another_database_is_told_kind_by_kind() {
    assert_snapshot!(read(
        "
        USE [shop]
        GO
        CREATE TABLE [dbo].[Customers](
            [Id] [int] IDENTITY(1,1) NOT NULL,
            [Name] [nvarchar](200) NOT NULL,
            [Order Notes] [nvarchar](max) NULL,
         CONSTRAINT [PK_Customers] PRIMARY KEY CLUSTERED ([Id] ASC) WITH (PAD_INDEX = OFF, IGNORE_DUP_KEY = OFF) ON [PRIMARY]
        ) ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]
        GO
        CREATE TABLE [dbo].[Orders]([Id] [bigint] NOT NULL, [CustomerId] [int] NOT NULL) ON [PRIMARY]
        GO
        ALTER TABLE [dbo].[Orders] WITH CHECK ADD CONSTRAINT [FK_Customers] FOREIGN KEY([CustomerId])
        REFERENCES [dbo].[Customers] ([Id])
        GO
        CREATE NONCLUSTERED INDEX [IX_Orders] ON [dbo].[Orders] ([CustomerId] ASC) INCLUDE ([Id])
        GO
        CREATE PROCEDURE [dbo].[Touch] @Id int
        AS
        SELECT TOP 1 * FROM [dbo].[Customers] WHERE Id = @Id
        GO
    "
    ), @"
    table dbo.Customers
      Id int not-null increment
      Name nvarchar (200) not-null
      Order Notes nvarchar (max) null
      constraint PK_Customers pk (Id) include ()
    table dbo.Orders
      Id bigint not-null
      CustomerId int not-null
    alter dbo.Orders
      add constraint FK_Customers (CustomerId) -> dbo.Customers(Id)
    on dbo.Orders index IX_Orders (CustomerId {ASC}) include (Id)
    2:9 warning sql-not-postgresql: `USE` is a statement of another database and was left out
    3:9 warning foreign-dialect: this file is written for SQL Server
    4:22 warning sql-not-postgresql: `[dbo]` is not PostgreSQL: names in brackets, read as quoted names (13 times in this statement)
    5:24 warning sql-not-postgresql: `IDENTITY(1,1)` is not PostgreSQL: read as a column that counts up by itself
    6:21 warning sql-not-postgresql: `nvarchar` is not PostgreSQL: no type of that name; it is kept as it is written (2 times in this statement)
    8:48 warning sql-not-postgresql: `CLUSTERED` is not PostgreSQL: how another database stores it; it was left out (6 times in this statement)
    18:9 warning sql-unchecked: this procedure was left out: expected path name
    ");
}

#[test]
fn names_and_types_in_other_words_are_read() {
    insta::assert_snapshot!(read(
        "CREATE TABLE {prefix}_orders (id int, references jsonb NOT NULL, order int);
        CREATE TABLE a (d DOUBLE, e double precision, tags Array(Nullable(String)), s text (open, paid));
        CREATE TABLE ${p}b (c enum('x', 'y') DEFAULT 'x') ENGINE = InnoDB;"
    ), @r#"
    table orders
      id int
      references jsonb not-null
      order int
    table a
      d float8
      e double precision
      tags String[]
      s text "open | paid"
    table b
      c text default String:x "x | y"
    1:14 warning sql-placeholder: `{prefix}` stands for something that is not written, and was read over
    1:39 warning sql-reserved-name: `references` is a reserved word, read as a column's name
    1:66 warning sql-reserved-name: `order` is a reserved word, read as a column's name
    2:27 warning sql-not-postgresql: `DOUBLE` is not PostgreSQL: a number of double precision in other words, read as one
    2:60 warning sql-not-postgresql: `Array(Nullable(String))` is not PostgreSQL: an array in other words, read as one
    3:22 warning sql-placeholder: `${p}` stands for something that is not written, and was read over
    3:31 warning foreign-dialect: this file is written for MySQL
    3:31 warning sql-not-postgresql: `enum` is not PostgreSQL: values in the place of a type, read as a text that holds one of them
    3:59 warning sql-not-postgresql: `ENGINE = InnoDB` is not PostgreSQL: options of another database's tables; they were left out
    "#);
}

#[test]
fn other_databases_are_named() {
    assert_snapshot!(read(
        "
        CREATE TABLE `users` (
          `id` INT(11) UNSIGNED NOT NULL AUTO_INCREMENT COMMENT 'who',
          kind ENUM('a','b') CHARACTER SET utf8mb4 NOT NULL,
          made DATETIME DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP(6),
          key varchar(20), index int,
          UNIQUE KEY `uk` (`kind`(10)),
          INDEX (made DESC)
        ) ENGINE=InnoDB COMMENT='people';
        PRAGMA foreign_keys = ON;
        CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT COLLATE NOCASE) WITHOUT ROWID;
        CREATE TABLE [dbo].[T] ([Id] INT IDENTITY(1,1), m int[] DEFAULT ARRAY[1]);
        INSERT INTO t (n) VALUES ('it\\'s');
        CREATE TABLE `u` (a text DEFAULT 'x,
          `b` int(4));
    "
    ), @r#"
    table users "people"
      id INT(11) not-null increment "who"
      kind text not-null "a | b"
      made DATETIME default Expression:CURRENT_TIMESTAMP
      key varchar(20)
      index int
      index uk (kind) unique
      index (made {DESC})
    table t
      id INTEGER pk increment
      n TEXT
    table dbo.T
      Id INT increment
      m int[] default Expression:ARRAY[1]
    table u
      a text
      b int(4)
    2:22 warning sql-not-postgresql: ``users`` is not PostgreSQL: names in backticks, read as quoted names (4 times in this statement)
    3:16 warning sql-not-postgresql: `INT` is not PostgreSQL: a display width; the type is kept as it is written
    3:24 warning foreign-dialect: this file is written for MySQL
    3:24 warning sql-not-postgresql: `UNSIGNED` is not PostgreSQL: numbers without a sign; the type was read without it
    3:42 warning sql-not-postgresql: `AUTO_INCREMENT` is not PostgreSQL: read as a column that counts up by itself
    3:57 warning sql-not-postgresql: `COMMENT 'who'` is not PostgreSQL: a description inside the statement, read as one
    4:16 warning sql-not-postgresql: `ENUM` is not PostgreSQL: values in the place of a type, read as a text that holds one of them
    4:30 warning sql-not-postgresql: `CHARACTER SET utf8mb4` is not PostgreSQL: a character set; it was left out
    5:16 warning sql-not-postgresql: `DATETIME` is not PostgreSQL: no type of that name; it is kept as it is written
    5:51 warning sql-not-postgresql: `ON UPDATE CURRENT_TIMESTAMP(6)` is not PostgreSQL: a default on update; it was left out
    7:11 warning sql-not-postgresql: `UNIQUE KEY `uk` (`kind`(10))` is not PostgreSQL: an index inside the table, read as one (2 times in this statement)
    9:11 warning sql-not-postgresql: `ENGINE=InnoDB COMMENT='people'` is not PostgreSQL: options of another database's tables; they were left out
    10:9 warning sql-not-postgresql: `PRAGMA` is a statement of another database and was left out
    11:48 warning sql-not-postgresql: `AUTOINCREMENT` is not PostgreSQL: read as a column that counts up by itself
    11:70 warning sql-not-postgresql: `COLLATE NOCASE` is not PostgreSQL: a character set; it was left out
    11:86 warning sql-not-postgresql: `WITHOUT ROWID` is not PostgreSQL: options of another database's tables; they were left out
    12:22 warning sql-not-postgresql: `[dbo]` is not PostgreSQL: names in brackets, read as quoted names (3 times in this statement)
    12:42 warning sql-not-postgresql: `IDENTITY(1,1)` is not PostgreSQL: read as a column that counts up by itself
    13:9 error sql-syntax: this statement was left out
    13:38 warning sql-not-postgresql: `\'` is not PostgreSQL: a backslash escapes no quote in a plain text
    13:41 error sql-unterminated: this text is never closed
    14:22 warning sql-not-postgresql: ``u`` is not PostgreSQL: names in backticks, read as quoted names (2 times in this statement)
    14:42 error sql-unterminated: this text is never closed
    15:15 warning sql-not-postgresql: `int` is not PostgreSQL: a display width; the type is kept as it is written
    "#);
}

#[test]
fn what_sql_server_says_apart_and_clickhouse_inside() {
    assert_snapshot!(read(
        "
        set identity_insert [dbo].[Tints] on
        insert [dbo].[Tints] ([Id]) values (1)
        go
        create table [dbo].[Tints] ([Id] [int] not null, [Name] [varchar](20), [Made] [date]);
        alter table [dbo].[Tints] add constraint [DF_Name] default (N'none') for [Name]
        alter table [dbo].[Tints] add default ((0)) for [Id];
        "
    ), @r#"
    table dbo.Tints
      Id int not-null
      Name varchar (20)
      Made date
    alter dbo.Tints
      Name default Some("String:none")
    alter dbo.Tints
      Id default Some("Number:0")
    2:9 info sql-skipped: skipped 1 statement of a session (transactions, settings, locks, COPY)
    3:9 warning sql-not-postgresql: `INSERT` is a statement of another database and was left out
    4:9 warning foreign-dialect: this file is written for SQL Server
    4:9 warning sql-not-postgresql: `GO` is a statement of another database and was left out
    5:22 warning sql-not-postgresql: `[dbo]` is not PostgreSQL: names in brackets, read as quoted names (8 times in this statement)
    6:78 warning sql-not-postgresql: `DEFAULT … FOR` is not PostgreSQL: a default given apart from its column, read as one
    7:53 warning sql-not-postgresql: `DEFAULT … FOR` is not PostgreSQL: a default given apart from its column, read as one
    "#);
    assert_snapshot!(read(
        "
        create table beats (
          at UInt64,
          index beats_at at type minmax granularity 1,
          kind Enum8('slow' = 0, 'fast' = 1)
        ) engine = MergeTree order by (at);
        "
    ), @r#"
    table beats
      at UInt64
      kind text "slow | fast"
    3:14 warning foreign-dialect: this file is written for ClickHouse
    3:14 warning sql-not-postgresql: `UInt64` is not PostgreSQL: no type of that name; it is kept as it is written
    4:11 warning sql-not-postgresql: `index beats_at at type minmax granularit…` is not PostgreSQL: how another database stores it; it was left out
    5:16 warning sql-not-postgresql: `Enum8` is not PostgreSQL: values in the place of a type, read as a text that holds one of them
    6:11 warning sql-not-postgresql: `engine = MergeTree order by (at)` is not PostgreSQL: options of another database's tables; they were left out
    "#);
}

#[test]
fn a_unique_index_inside_a_table_is_reason_enough_to_look() {
    assert_snapshot!(read("CREATE TABLE t (\n  id int PRIMARY KEY,\n  a text,\n  UNIQUE INDEX t_a (a)\n);\n"), @"
    table t
      id int pk
      a text
      index t_a (a) unique
    4:3 warning foreign-dialect: this file is written for MySQL
    4:3 warning sql-not-postgresql: `UNIQUE INDEX t_a (a)` is not PostgreSQL: an index inside the table, read as one
    ");
}

#[test]
fn a_collection_is_reason_enough_to_look() {
    assert_snapshot!(read("CREATE TABLE t (\n  a map<text, int>,\n  b list<text>,\n  c vector(3)\n);\n"), @"
    table t
      a map
      b list
      c vector(3)
    2:8 warning foreign-dialect: this file is written for Cassandra
    2:8 warning sql-not-postgresql: `<text, int>` is not PostgreSQL: the types of what a collection holds; they were left out (2 times in this statement)
    ");
}

#[test]
fn comments_prefixes_and_kinds_of_index_of_mysql_are_told() {
    assert_snapshot!(read(
        "
        # Kept since 2009, $Id: 4 $
        #
        CREATE TABLE doors (
          hue varchar(200),
          place text,
          PRIMARY KEY (hue(20), place(9)),
          UNIQUE hues (hue(7))
        ) ENGINE=InnoDB;
        CREATE INDEX places ON doors (place(12), hue DESC);
        CREATE FULLTEXT INDEX words ON doors (place);
    "
    ), @r#"
    table doors
      hue varchar(200)
      place text
      constraint pk (hue, place) include ()
      index hues (hue) unique
    on doors index places (place, hue {DESC})
    on doors index words (place)
    2:9 warning sql-not-postgresql: `#` begins no comment in PostgreSQL: 2 lines left out
    7:27 warning foreign-dialect: this file is written for MySQL
    7:27 warning sql-not-postgresql: `(20)` is not PostgreSQL: how an index of another database holds a column; read as one over the whole column (2 times in this statement)
    8:11 warning sql-not-postgresql: `UNIQUE hues (hue(7))` is not PostgreSQL: an index inside the table, read as one
    9:11 warning sql-not-postgresql: `ENGINE=InnoDB` is not PostgreSQL: options of another database's tables; they were left out
    10:44 warning sql-not-postgresql: `(12)` is not PostgreSQL: how an index of another database holds a column; read as one over the whole column
    11:16 warning sql-not-postgresql: `FULLTEXT` is not PostgreSQL: how an index of another database holds a column; read as one over the whole column
    "#);
}

#[test]
fn what_sql_server_changes_apart_is_read() {
    assert_snapshot!(read(
        "
        CREATE TABLE [doors] ([id] [int] NOT NULL, [opens-to] [varchar](9) NULL, [room] [int]);
        GO
        ALTER TABLE [doors] WITH NOCHECK ADD
          CONSTRAINT [pk_doors] PRIMARY KEY CLUSTERED ([id]) ON [PRIMARY],
          CONSTRAINT [fk_room] FOREIGN KEY ([room]) REFERENCES [rooms] ([id]);
        GO
        ALTER TABLE [doors] CHECK CONSTRAINT [fk_room];
    "
    ), @r#"
    table doors
      id int not-null
      opens-to varchar (9) null
      room int
    alter doors
      add constraint pk_doors pk (id) include ()
      add constraint fk_room (room) -> rooms(id)
    2:22 warning sql-not-postgresql: `[doors]` is not PostgreSQL: names in brackets, read as quoted names (7 times in this statement)
    3:9 warning foreign-dialect: this file is written for SQL Server
    3:9 warning sql-not-postgresql: `GO` is a statement of another database and was left out
    4:21 warning sql-not-postgresql: `[doors]` is not PostgreSQL: names in brackets, read as quoted names (8 times in this statement)
    5:45 warning sql-not-postgresql: `CLUSTERED` is not PostgreSQL: how another database stores it; it was left out (3 times in this statement)
    6:11 warning sql-not-postgresql: a constraint behind a comma is not PostgreSQL: `ADD` is missing; read as if it stood there
    7:9 warning sql-not-postgresql: `GO` is a statement of another database and was left out
    8:29 warning sql-not-postgresql: `CHECK CONSTRAINT` is not PostgreSQL: a constraint is turned on again; it was left out
    "#);
}

#[test]
fn triggers_of_oracle_are_none_of_sqlite() {
    assert_snapshot!(read(
        "
        CREATE TABLE doors (id integer);
        CREATE OR REPLACE TRIGGER doors_id BEFORE INSERT ON doors FOR EACH ROW
        BEGIN
          :NEW.id := doors_seq.nextval;
        END;
        /
    "
    ), @r#"
    table doors
      id integer
    3:9 warning foreign-dialect: this file is written for Oracle
    3:9 warning sql-not-postgresql: `CREATE OR REPLACE TRIGGER doors_id BEFOR…` is a routine of another database and was left out
    7:9 warning sql-not-postgresql: `/` is a statement of another database and was left out
    "#);
}

#[test]
fn where_a_table_is_kept_tells_whose_it_is() {
    for (sql, database) in [
        ("CREATE TABLE doors (id int, marks VARIANT) CLUSTER BY (id);", "Snowflake"),
        ("CREATE TABLE doors (id int, made_at TIMESTAMP_NTZ);", "Snowflake"),
        ("CREATE TABLE doors (id int, hue text, FAMILY main (id, hue));", "CockroachDB"),
        ("CREATE TABLE doors (id int) LOCALITY REGIONAL BY ROW;", "CockroachDB"),
        ("CREATE TABLE doors (id int) PARTITIONED BY (day date) STORED AS PARQUET;", "Hive"),
        ("CREATE TABLE doors (id int) ROW FORMAT DELIMITED;", "Hive"),
        ("CREATE TABLE doors (id int) USING delta;", "Spark"),
        ("CREATE TABLE doors (id int ENCODE az64) DISTSTYLE ALL;", "Redshift"),
        ("CREATE TABLE doors (id int identity(1, 1)) DISTKEY (id) SORTKEY (id);", "Redshift"),
    ] {
        let told = read(sql);
        assert!(told.starts_with("table doors\n  id int"), "{sql}\n{told}");
        assert!(told.contains(&format!("written for {database}")), "{sql}\n{told}");
    }
    // Columns of these names are columns.
    let plain = read(
        "CREATE TABLE doors (family numeric(9, 2), cluster text, stored date, locality text, variant text);",
    );
    assert!(!plain.contains("warning"), "{plain}");
}

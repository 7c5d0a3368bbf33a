//! Fences of a program that defines tables. Drizzle's definitions are read, for they say all that SQL says; others are named.

mod drizzle;
mod scan;

use std::collections::BTreeSet;

use super::outline::{Block, Fence, Section};
use super::{labels, plans};
use crate::diag::{Code, Sink};
use crate::source::Reading;
use crate::source::decl::{Decl, Ident, TableDecl};

const NOT_READ: Code = Code::new("program-not-read");

/// What only code that defines tables has, with the library that it is written for.
const SIGNS: &[(&str, &str)] = &[
    ("__tablename__", "SQLAlchemy"),
    ("(db.Model)", "SQLAlchemy"),
    ("mapped_column(", "SQLAlchemy"),
    ("(models.Model)", "Django"),
    ("@Entity(", "TypeORM or JPA"),
    ("@Table(name", "JPA"),
    ("sequelize.define(", "Sequelize"),
    ("DataTypes.", "Sequelize"),
    ("Schema::create(", "Laravel"),
    ("knex.schema", "Knex"),
    ("create_table ", "Rails"),
    ("DbSet<", "Entity Framework"),
];

/// Adds the tables that a program defines where nothing else in the document does; `read` are the declarations of each of `sections`.
pub(super) fn fill(sections: &[Section], read: &mut [Vec<Decl>], cx: &Reading<'_>, sink: &mut Sink) {
    let fences: Vec<(usize, &Fence, Option<&Ident>)> = sections
        .iter()
        .enumerate()
        .filter(|(_, section)| {
            !plans::covers(sections, section) && !labels::is_ignored(sections, section, cx)
        })
        .flat_map(|(number, section)| {
            let heading = section.heading.as_ref().map(|heading| &heading.text);
            section.blocks.iter().filter_map(move |block| match block {
                Block::Fence(fence) => Some((number, fence, heading)),
                Block::Paragraph(_) | Block::List(_) | Block::Table(_) => None,
            })
        })
        .collect();
    let bodies: Vec<&Fence> =
        fences.iter().map(|(_, fence, _)| *fence).filter(|fence| drizzle::is_drizzle(fence)).collect();
    let tables = drizzle::read(&bodies);
    for spread in &tables.unknown {
        sink.warning(
            NOT_READ,
            spread.span,
            format!("the columns that `{}` stands for are not shown", spread.node),
        )
        .help("show the object in the same fence, or write its columns out");
    }
    let defined: BTreeSet<String> = read
        .iter()
        .flatten()
        .filter_map(|decl| match decl {
            Decl::Table(table) => Some(table.name.to_string()),
            _ => None,
        })
        .collect();
    for (number, fence, heading) in fences {
        if !drizzle::is_drizzle(fence) {
            name(fence, sink);
            continue;
        }
        let place = fence.body.span(0..fence.body.text().len());
        let within = |table: &TableDecl| {
            place.file == table.span.file && place.start <= table.span.start && table.span.end <= place.end
        };
        let Some(decls) = read.get_mut(number) else { continue };
        decls.extend(
            tables
                .enums
                .iter()
                .filter(|data| {
                    place.file == data.span.file
                        && place.start <= data.span.start
                        && data.span.end <= place.end
                })
                .cloned()
                .map(Decl::Enum),
        );
        for table in tables.tables.iter().filter(|table| within(table)) {
            // What else defines the table says it for the database.
            if !defined.contains(&table.name.to_string()) {
                decls.push(Decl::Table(TableDecl { section: heading.cloned(), ..table.clone() }));
            }
        }
    }
}

/// Names the library of a fence that defines tables in a way that is not read.
fn name(fence: &Fence, sink: &mut Sink) {
    if fence.info.is_none() {
        return;
    }
    let text = fence.body.text();
    let found = SIGNS.iter().find_map(|(sign, library)| Some((text.find(sign)?, sign, library)));
    if let Some((at, sign, library)) = found {
        let span = fence.body.span(at..at + sign.len());
        sink.info(
            NOT_READ,
            span,
            format!("this fence defines tables in a program ({library}), and nothing was read of it"),
        )
        .help("describe the tables in SQL or in a table of columns where the document is to make them");
    }
}

//! How SQL says what a foreign key does to the rows that refer to another.

use std::fmt::{Display, Formatter, Result};

use super::ident::PgIdent;
use crate::source::decl::RefAction;

impl Display for RefAction {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let (words, columns): (&str, &[String]) = match self {
            Self::NoAction => ("NO ACTION", &[]),
            Self::Restrict => ("RESTRICT", &[]),
            Self::Cascade => ("CASCADE", &[]),
            Self::SetNull(columns) => ("SET NULL", columns),
            Self::SetDefault(columns) => ("SET DEFAULT", columns),
        };
        f.write_str(words)?;
        if columns.is_empty() {
            return Ok(());
        }
        let columns: Vec<String> = columns.iter().map(|name| PgIdent::new(name).to_string()).collect();
        write!(f, " ({})", columns.join(", "))
    }
}

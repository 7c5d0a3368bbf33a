//! Pages of the linter's rules.

//! `schema.toml`.

/// A schema's configuration.
#[derive(Clone, Debug, Default)]
pub struct Config {}

//! Where every table and line of the drawing stands.

use serde::Serialize;

/// The drawing.
#[derive(Clone, Debug, Serialize)]
pub struct Drawing {}

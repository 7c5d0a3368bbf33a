//! The drawing as SVG.

use crate::plan::document::layout::Drawing;

/// Prints it.
pub(crate) fn print(_drawing: &Drawing, header: &str) -> String {
    header.to_owned()
}

//! Which schemas can be printed.

use clap::ValueEnum;

/// What a JSON Schema describes.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Schema {
    /// report.json
    Report,
    /// fleet.json
    Fleet,
    /// A file of targets
    Targets,
}

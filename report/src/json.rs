//! `report.json`.

use crate::v1::Report;

/// The bytes of `report.json`: indented by two blanks, fields in the order of their definition.
pub fn render(report: &Report) -> serde_json::Result<Vec<u8>> {
    let mut bytes = serde_json::to_vec_pretty(report)?;
    bytes.push(b'\n');
    Ok(bytes)
}

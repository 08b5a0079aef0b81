//! `report.json`, and parts of it by themselves.

use std::fmt::Write as _;

use serde::Serialize;

use crate::words::{has_obeyed, is_obeyed};

/// The bytes of a report such as `report.json`: indented by two blanks, fields in the order of their
/// definition. Characters that a terminal would obey are escaped, so that the file can be shown as it
/// is.
pub fn render(report: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut text = serde_json::to_string_pretty(report)?;
    text.push('\n');
    if has_obeyed(&text) {
        text = escaped(&text);
    }
    Ok(text.into_bytes())
}

/// JSON with what would be obeyed as escapes. Outside of its texts JSON has no such character.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 64);
    for character in json.chars() {
        if is_obeyed(character) {
            // Writing to a text can't fail, and all of these fit into four digits.
            let _ = write!(out, "\\u{:04x}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_obeyed_is_seen_wherever_it_stands() {
        for before in [0, 1, 61, 62, 63, 64, 127] {
            for character in (0..=0x2100).filter_map(char::from_u32) {
                let text = format!("{}{character}\u{fc}\u{20ac}", "a".repeat(before));
                assert_eq!(has_obeyed(&text), is_obeyed(character), "{text:?}");
            }
        }
    }

    #[test]
    fn escapes_read_back_as_what_they_stand_for() {
        let text = "a\u{9b}b\u{202e}c\u{7f}d\u{fc}";
        let json = escaped(&serde_json::to_string(text).unwrap());
        assert_eq!(json, "\"a\\u009bb\\u202ec\\u007fd\u{fc}\"");
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }
}

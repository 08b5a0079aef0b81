//! One file with the settings alone: BSON, or JSON as `mongoexport` writes it (one document a
//! line, or a list), in canonical or relaxed Extended JSON v2.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use super::documents::{damaged, open, owned, unreadable};
use super::folder::settings_of;
use crate::error::{Error, Result};
use crate::mongo::bson::{Document, RawDocumentBuf};
use crate::mongo::{Settings, setting};

/// The largest JSON file that is read, in bytes: a thousand times the usual.
const LARGEST: u64 = 1024 * 1024 * 1024;

/// Whether the first bytes of a file that is not blank are those of JSON.
fn looks_like_json(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let first = start.iter().find(|byte| !byte.is_ascii_whitespace());
    // A BSON file begins with the length of a document, whose fourth byte is 0 or 1.
    matches!(first, Some(b'{' | b'[')) && !start.iter().take(4).any(|byte| *byte == 0)
}

/// Reads the settings, and the bytes of the file.
pub(super) fn read(path: &Path) -> Result<(Settings, u64)> {
    let mut reader = open(path)?;
    let start = reader
        .fill_buf()
        .map_err(|error| unreadable(path, &error))?;
    if !looks_like_json(start) {
        return settings_of(path);
    }
    let list = start.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let mut counted = BufReader::new(Counted {
        inner: reader.take(LARGEST),
        bytes: 0,
    });
    let mut settings = Settings::default();
    if list {
        let documents: Vec<Document> =
            serde_json::from_reader(&mut counted).map_err(|error| malformed(path, &error))?;
        for document in &documents {
            add(path, &mut settings, document)?;
        }
    } else {
        let stream = serde_json::Deserializer::from_reader(&mut counted).into_iter::<Document>();
        for document in stream {
            let document = document.map_err(|error| malformed(path, &error))?;
            add(path, &mut settings, &document)?;
        }
    }
    Ok((settings, counted.get_ref().bytes))
}

fn add(path: &Path, settings: &mut Settings, document: &Document) -> Result<()> {
    let raw = RawDocumentBuf::try_from(document)
        .ok()
        .and_then(|raw| owned(raw.into_bytes()))
        .ok_or_else(|| damaged(path, 0, "a document can't be written as BSON"))?;
    let Some(read) = setting(&raw) else {
        return Err(damaged(
            path,
            0,
            "a document is no setting: it has no text as _id",
        ));
    };
    if !settings.add(read) {
        let id = document.get_str("_id").unwrap_or_default();
        return Err(damaged(
            path,
            0,
            &format!("the setting '{id}' is there twice, so the file is not one export"),
        ));
    }
    Ok(())
}

/// The error for JSON that is none; it names the line, never the content.
fn malformed(path: &Path, error: &serde_json::Error) -> Error {
    let what = if error.is_eof() {
        "the file ends in the middle of a document"
    } else if error.is_io() {
        "the file can't be read to its end"
    } else {
        "this is not a JSON document"
    };
    Error::usage(
        format!(
            "{}, line {}, column {}: {what}",
            path.display(),
            error.line(),
            error.column()
        ),
        "Export it again: mongoexport --collection rocketchat_settings. Nothing was judged.",
    )
}

/// Counts the bytes that pass.
struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.bytes += u64::try_from(read).unwrap_or(0);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_told_from_bson() {
        assert!(looks_like_json(b"  {\"_id\":1}"));
        assert!(looks_like_json(b"\xef\xbb\xbf[{}]"));
        // A BSON document of 123 bytes begins with a brace.
        assert!(!looks_like_json(&[0x7b, 0, 0, 0, 2]));
        assert!(!looks_like_json(b""));
    }
}

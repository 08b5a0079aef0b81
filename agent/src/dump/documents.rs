//! Documents one after the other out of a file of BSON, plain or gzip.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::error::{Error, Result};
use crate::exit::Exit;
use crate::mongo::bson::{RawDocument, RawDocumentBuf};

/// The largest document that MongoDB makes, with what its own commands add.
const LARGEST: usize = 16 * 1024 * 1024 + 16 * 1024;
/// The smallest: its length and its end.
const SMALLEST: usize = 5;
/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// A file, unpacked if it is packed.
pub(super) fn open(path: &Path) -> Result<Box<dyn BufRead + Send>> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut reader = BufReader::with_capacity(256 * 1024, file);
    let start = reader
        .fill_buf()
        .map_err(|error| unreadable(path, &error))?;
    Ok(if start.starts_with(&GZIP) {
        Box::new(BufReader::with_capacity(
            256 * 1024,
            MultiGzDecoder::new(reader),
        ))
    } else {
        Box::new(reader)
    })
}

/// The error for a file that can't be opened or read.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> Error {
    let next = match error.kind() {
        io::ErrorKind::NotFound => "Check the path.",
        io::ErrorKind::PermissionDenied => "Let this user read it.",
        io::ErrorKind::UnexpectedEof => "It was cut short: copy it again, or make the dump again.",
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            "It is damaged: copy it again, or make the dump again."
        }
        _ => "",
    };
    Error::new(
        Exit::Usage,
        format!("{} can't be read: {error}", path.display()),
        next,
    )
}

/// The documents of a file.
pub(super) struct Documents<'a> {
    path: &'a Path,
    reader: Box<dyn BufRead + Send>,
    offset: u64,
    buffer: Vec<u8>,
}

impl<'a> Documents<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self> {
        Ok(Self {
            path,
            reader: open(path)?,
            offset: 0,
            buffer: Vec::new(),
        })
    }

    /// The next document, or none at the end of the file.
    pub(super) fn next(&mut self) -> Result<Option<&RawDocument>> {
        match self.reader.fill_buf() {
            Ok([]) => return Ok(None),
            Ok(_) => {}
            Err(error) => return Err(self.broken(&error)),
        }
        let start = self.offset;
        let length = read_document(&mut *self.reader, &mut self.buffer)
            .map_err(|error| self.broken(&error))?;
        self.offset += length;
        let document = RawDocument::from_bytes(&self.buffer).map_err(|error| {
            damaged(
                self.path,
                start,
                &format!("the document is malformed: {error}"),
            )
        })?;
        Ok(Some(document))
    }

    fn broken(&self, error: &io::Error) -> Error {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => damaged(
                self.path,
                self.offset,
                "the file ends in the middle of a document",
            ),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput => {
                damaged(self.path, self.offset, &error.to_string())
            }
            _ => unreadable(self.path, error),
        }
    }
}

/// Reads one document into the buffer; the result is its length.
pub(super) fn read_document(reader: &mut dyn Read, buffer: &mut Vec<u8>) -> io::Result<u64> {
    let mut head = [0; 4];
    reader.read_exact(&mut head)?;
    read_rest(head, reader, buffer)
}

/// Reads the rest of a document whose first four bytes were read.
pub(super) fn read_rest(
    head: [u8; 4],
    reader: &mut dyn Read,
    buffer: &mut Vec<u8>,
) -> io::Result<u64> {
    let length = usize::try_from(i32::from_le_bytes(head)).unwrap_or(0);
    if !(SMALLEST..=LARGEST).contains(&length) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "a document's length is impossible, so this is no BSON or it is damaged",
        ));
    }
    buffer.clear();
    buffer.extend_from_slice(&head);
    // Growing with what really arrives keeps a forged length from taking memory.
    let rest = u64::try_from(length - 4).unwrap_or(u64::MAX);
    let got = reader.take(rest).read_to_end(buffer)?;
    if got != length - 4 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(rest + 4)
}

/// The error for a file whose bytes are not what they should be.
pub(super) fn damaged(path: &Path, offset: u64, what: &str) -> Error {
    Error::new(
        Exit::Usage,
        format!("{} at byte {offset}: {what}", path.display()),
        "Copy the file again, or make the dump again. Nothing was judged.",
    )
}

/// A document of its own.
pub(super) fn owned(bytes: Vec<u8>) -> Option<RawDocumentBuf> {
    RawDocumentBuf::from_bytes(bytes).ok()
}

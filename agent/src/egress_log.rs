//! Logs of the network that an operator attaches: read as a stream, once, whatever their length, and
//! summed up by destination.
//!
//! The first line that one of the known forms fits decides which form a file has. A line that can't
//! be read is counted and named; a file of which most can't be read is refused.

mod line;

use std::collections::{BTreeSet, VecDeque};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::bufread::MultiGzDecoder;
use jiff::{SignedDuration, Timestamp};
use rc_audit_report::v1::Attachment;
use rc_audit_rules::contact::{Contacts, Log, MOST};
use sha2::{Digest as _, Sha256};

use crate::error::{Error, Result};
use line::{Form, Reading};

/// The longest line that is read, in bytes; the rest of a longer one is skipped, and it counts as
/// unreadable.
const LONGEST: usize = 16 * 1024;
/// The longest line that is skipped, in bytes; what has no line ends at all is no log.
const ENDLESS: usize = 16 * 1024 * 1024;
/// No log of the server is older than the product; a machine without a clock begins in 1970.
const EARLIEST: Timestamp = Timestamp::constant(1_420_070_400, 0);
/// How far after the moment that is judged for a line may lie, because clocks differ.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);
/// How much of a file may pass before a line shows its form, in bytes and in lines.
const PREAMBLE: usize = 1024 * 1024;
const PREAMBLE_LINES: usize = 10_000;
/// How much is read at a time.
const PIECE: usize = 256 * 1024;
/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// What the files say together, and their digests. Lines of a system log have no year: theirs is the
/// latest that does not lie after `now`.
pub(crate) fn read(
    paths: &[PathBuf],
    sources: &[IpAddr],
    database: Vec<String>,
    now: Timestamp,
) -> Result<(Contacts, Vec<Attachment>)> {
    let sources = sources.iter().map(IpAddr::to_canonical).collect();
    let mut contacts = Contacts::new(sources, database);
    let mut known = BTreeSet::new();
    let mut attachments = Vec::new();
    for path in paths {
        let log = one(path, &mut contacts, now)?;
        if !known.insert(log.digest.clone()) {
            return Err(Error::usage(
                format!("{} was attached already", path.display()),
                "Name each log once, or its contacts would count twice.",
            ));
        }
        attachments.push(Attachment {
            kind: "egress_log".to_owned(),
            digest: log.digest.clone(),
        });
        contacts.logs.push(log);
    }
    if !contacts.sources.is_empty()
        && contacts.is_attached()
        && contacts.logs.iter().all(|log| log.contacts == 0)
    {
        return Err(Error::usage(
            "no line of the logs is about a connection from the addresses of --egress-from",
            "A log that never speaks of the server shows nothing of it. Give the server's address as \
             the log has it, behind NAT the inner one.",
        ));
    }
    Ok((contacts, attachments))
}

/// One file.
fn one(path: &Path, contacts: &mut Contacts, now: Timestamp) -> Result<Log> {
    let failed = |error: io::Error| {
        Error::usage(
            format!("{} can't be read: {error}", path.display()),
            "Check the path, and copy it again if it was cut short.",
        )
    };
    let digest = Arc::new(Mutex::new(Sha256::new()));
    let file = Hashing {
        inner: File::open(path).map_err(failed)?,
        digest: Arc::clone(&digest),
    };
    let mut file = BufReader::with_capacity(PIECE, file);
    let is_packed = file.fill_buf().map_err(failed)?.starts_with(&GZIP);
    let mut lines = Lines::new(if is_packed {
        Box::new(BufReader::with_capacity(PIECE, MultiGzDecoder::new(file)))
    } else {
        Box::new(file)
    });
    let (form, held) = form(path, &mut lines).map_err(|error| match error {
        Formless::Io(error) => failed(error),
        Formless::Refused(error) => error,
    })?;
    let mut log = Log::new(form.name());
    let mut take = |line: &Piece| {
        log.lines += 1;
        let reading = if line.whole {
            form.read(&String::from_utf8_lossy(&line.bytes), now)
        } else {
            Reading::Unreadable
        };
        match reading {
            Reading::Contact(it) if it.time.is_some_and(|time| !possible(time, now)) => {
                log.unreadable();
                Ok(())
            }
            Reading::Contact(it) => contacts.add(&mut log, it).map_err(|_| too_many(path)),
            Reading::Nothing => {
                log.other += 1;
                Ok(())
            }
            Reading::Unreadable => {
                log.unreadable();
                Ok(())
            }
        }
    };
    for line in &held {
        take(line)?;
    }
    drop(held);
    let mut line = Piece::default();
    while lines.next(&mut line).map_err(failed)? {
        take(&line)?;
    }
    // Behind a packed stream nothing more is read, and all of the file has been.
    drop(lines);
    let digest = digest.lock().unwrap_or_else(PoisonError::into_inner);
    log.digest = format!("sha256:{}", hex::encode(digest.clone().finalize()));
    enough(path, log)
}

/// Whether a line can be of this time.
fn possible(time: Timestamp, now: Timestamp) -> bool {
    time >= EARLIEST && time.duration_since(now) <= AHEAD
}

fn too_many(path: &Path) -> Error {
    Error::usage(
        format!(
            "{}: there are more than {MOST} pairs of destination and port, which is not the log of \
             one server",
            path.display()
        ),
        "Cut the log to a shorter time, or name the chat server's address with --egress-from.",
    )
}

/// Refuses a file of which too little could be read.
fn enough(path: &Path, log: Log) -> Result<Log> {
    let read = log.contacts + log.inbound + log.elsewhere;
    if read >= log.unread {
        return Ok(log);
    }
    let numbers: Vec<String> = log.unread_at.iter().map(u64::to_string).collect();
    Err(Error::usage(
        format!(
            "{} looks like a log of the form {}, but {} of its {} lines can't be read, line {} first",
            path.display(),
            log.format,
            log.unread,
            log.lines,
            numbers.join(", ")
        ),
        "Give the log as the program wrote it. Nothing was judged.",
    ))
}

/// Why a file has no form.
enum Formless {
    Io(io::Error),
    Refused(Error),
}

/// The form that the first fitting line has, and the lines up to it.
fn form(path: &Path, lines: &mut Lines) -> std::result::Result<(Form, VecDeque<Piece>), Formless> {
    let mut held = VecDeque::new();
    let mut bytes = 0;
    loop {
        let mut line = Piece::default();
        let more = lines.next(&mut line).map_err(Formless::Io)?;
        if !more || bytes > PREAMBLE || held.len() > PREAMBLE_LINES {
            let what = if held.is_empty() {
                "it is empty"
            } else {
                "no line has a form that is known"
            };
            return Err(Formless::Refused(Error::usage(
                format!("{} is no log of contacts: {what}", path.display()),
                "Give a CSV with the columns time,destination,port,bytes, an access.log of squid, what \
                 conntrack prints, or a kernel log with lines of nftables or iptables; also packed \
                 with gzip.",
            )));
        }
        let form = line
            .whole
            .then(|| Form::of(&String::from_utf8_lossy(&line.bytes)))
            .flatten();
        bytes += line.bytes.len();
        held.push_back(line);
        if let Some(form) = form {
            return Ok((form, held));
        }
    }
}

/// A line of a file, without its end.
#[derive(Default)]
struct Piece {
    bytes: Vec<u8>,
    /// Whether the line is no longer than is read.
    whole: bool,
}

/// The lines of a file, none longer than is read.
struct Lines {
    reader: Box<dyn BufRead>,
}

impl Lines {
    fn new(reader: Box<dyn BufRead>) -> Self {
        Self { reader }
    }

    /// The next line; false at the end.
    fn next(&mut self, line: &mut Piece) -> io::Result<bool> {
        line.bytes.clear();
        line.whole = true;
        let mut any = false;
        let mut length: usize = 0;
        loop {
            let piece = self.reader.fill_buf()?;
            if piece.is_empty() {
                break;
            }
            any = true;
            length = length.saturating_add(piece.len());
            if length > ENDLESS {
                let what = format!("a line is longer than {ENDLESS} bytes");
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            let end = piece.iter().position(|byte| *byte == b'\n');
            let part = piece.get(..end.unwrap_or(piece.len())).unwrap_or(piece);
            let room = LONGEST.saturating_sub(line.bytes.len());
            line.whole &= part.len() <= room;
            line.bytes.extend(part.iter().take(room));
            let used = end.map_or(piece.len(), |end| end + 1);
            self.reader.consume(used);
            if end.is_some() {
                break;
            }
        }
        Ok(any)
    }
}

/// A file whose bytes go into a digest while they are read.
struct Hashing {
    inner: File,
    digest: Arc<Mutex<Sha256>>,
}

impl Read for Hashing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        let mut digest = self.digest.lock().unwrap_or_else(PoisonError::into_inner);
        digest.update(buffer.get(..length).unwrap_or_default());
        Ok(length)
    }
}

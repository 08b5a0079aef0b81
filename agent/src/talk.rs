//! What the program says: data to standard output, talk to standard error, colour only where it is
//! welcome. A reader that goes away early is no error. Names of files and texts of a database may be
//! chosen by a stranger, so what a terminal would obey is taken out of everything that is said.

use std::io::Write as _;

use anstyle::{AnsiColor, Effects, Style};
use rc_audit_report::{text, words};

use crate::error::Error;

/// Prints data.
pub(crate) fn data(text: &str) {
    painted(&words::plain(text));
}

/// Prints data that is painted and has nothing else in it that a terminal obeys.
pub(crate) fn painted(text: &str) {
    let mut out = anstream::stdout().lock();
    let _ = out.write_all(text.as_bytes());
    let _ = out.flush();
}

/// Prints bytes that are data as they are.
pub(crate) fn raw(bytes: &[u8]) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(bytes);
    let _ = out.flush();
}

/// Says something by the way.
pub(crate) fn note(text: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{}", words::plain(text));
}

/// Draws a line over the one before; nothing takes it away.
pub(crate) fn bar(text: &str) {
    let mut out = anstream::stderr().lock();
    let _ = write!(out, "\r\x1b[K{}", words::plain(text));
    let _ = out.flush();
}

/// Warns of something that does not end the run.
pub(crate) fn warning(text: &str) {
    let strong = AnsiColor::Yellow.on_default().effects(Effects::BOLD);
    let text = words::plain(text);
    let _ = writeln!(
        anstream::stderr().lock(),
        "{strong}warning:{strong:#} {text}"
    );
}

/// Says what went wrong and what to do.
pub(crate) fn error(error: &Error) {
    let strong = AnsiColor::Red.on_default().effects(Effects::BOLD);
    let error = error.to_string();
    let text = words::plain(&error);
    let _ = writeln!(anstream::stderr().lock(), "{strong}error:{strong:#} {text}");
}

/// Paints a piece of the summary.
pub(crate) fn paint(style: text::Style, text: &str) -> String {
    let style = match style {
        text::Style::Strong => Style::new().effects(Effects::BOLD),
        text::Style::Bad => AnsiColor::Red.on_default().effects(Effects::BOLD),
        text::Style::Doubtful => AnsiColor::Yellow.on_default().effects(Effects::BOLD),
        text::Style::Good => AnsiColor::Green.on_default(),
        text::Style::Quiet => Style::new().effects(Effects::DIMMED),
    };
    format!("{style}{text}{style:#}")
}

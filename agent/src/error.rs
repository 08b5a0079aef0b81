//! Errors for people: what happened, where, and what to do next.

use std::fmt;

use crate::exit::Exit;

/// An error that ends the program.
#[derive(Clone, Debug)]
pub struct Error {
    /// The exit code.
    pub exit: Exit,
    /// What happened and where.
    pub what: String,
    /// What to do next; empty where that is plain.
    pub next: String,
}

impl Error {
    /// An error with the next step.
    pub fn new(exit: Exit, what: impl Into<String>, next: impl Into<String>) -> Self {
        Self {
            exit,
            what: what.into(),
            next: next.into(),
        }
    }

    /// Wrong use or configuration.
    pub fn usage(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Exit::Usage, what, next)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.next.is_empty() {
            write!(f, "\n  {}", self.next)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// A result whose error ends the program.
pub type Result<T> = std::result::Result<T, Error>;

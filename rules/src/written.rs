//! Files that people write: reading them strictly, and saying where in them something is wrong.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::rule::Rule;

/// How many mistakes of a file are told at once, and some more.
const MOST: usize = 50;

/// Something wrong in a file.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Mistake {
    /// The file.
    pub file: String,
    /// Where it stands; none where the whole file is meant.
    pub place: Option<Place>,
    /// What is wrong and what is wanted.
    pub message: String,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl Place {
    /// The place of a byte of a text.
    #[must_use]
    pub fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        // Editors don't count the mark that some of them put before a text.
        let column = line.chars().filter(|it| *it != '\u{feff}').count() + 1;
        Self {
            line: before.matches('\n').count() + 1,
            column,
        }
    }
}

/// The places of a long text, of which many are asked.
struct Places<'a> {
    text: &'a str,
    /// Where lines begin, in bytes.
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let breaks = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(breaks).collect(),
        }
    }

    /// The same as [`Place::of`].
    fn of(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = self.starts.get(line.saturating_sub(1)).copied();
        let start = start.unwrap_or_default();
        let before = self.text.get(start..offset).unwrap_or_default();
        Place {
            line,
            ..Place::of(before, before.len())
        }
    }
}

impl std::error::Error for Mistake {}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(Place { line, column }) => {
                write!(f, "{}:{line}:{column}: {}", self.file, self.message)
            }
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// A value of a file, and where it begins.
#[derive(Clone, Debug)]
pub(crate) struct Spanned<T> {
    value: T,
    start: usize,
}

impl<T> Spanned<T> {
    pub(crate) fn get_ref(&self) -> &T {
        &self.value
    }

    pub(crate) fn into_inner(self) -> T {
        self.value
    }

    /// Where it begins, in bytes; 0 in what was packed, of which no place is ever told.
    pub(crate) fn start(&self) -> usize {
        self.start
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        if from.is_human_readable() {
            let spanned = toml::Spanned::deserialize(from)?;
            let start = spanned.span().start;
            let value = spanned.into_inner();
            return Ok(Self { value, start });
        }
        T::deserialize(from).map(|value| Self { value, start: 0 })
    }
}

/// A file that is being read, as its messages need it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reader<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
}

impl Reader<'_> {
    pub(crate) fn error(&self, at: Option<usize>, message: impl Into<String>) -> Mistake {
        Mistake {
            file: self.file.to_owned(),
            place: at.map(|offset| Place::of(self.text, offset)),
            message: message.into(),
        }
    }

    /// What the file says, if it has the shape that is wanted.
    pub(crate) fn toml<T: DeserializeOwned>(&self) -> Result<T, Mistake> {
        toml::from_str(self.text)
            .map_err(|error| self.error(error.span().map(|span| span.start), error.message()))
    }

    /// What the build packed of files that it embeds.
    pub(crate) fn packed<T: DeserializeOwned>(&self, bytes: &[u8]) -> Result<T, Mistake> {
        rmp_serde::from_slice(bytes).map_err(|error| self.error(None, error.to_string()))
    }

    /// Refuses a format that is not read here.
    pub(crate) fn format(&self, format: &Spanned<u32>) -> Result<(), Mistake> {
        let given = *format.get_ref();
        if given == 1 {
            return Ok(());
        }
        Err(self.error(
            Some(format.start()),
            format!("format is {given}; this program reads format 1"),
        ))
    }

    /// Reads each entry of a file. All mistakes are told at once, but for those beyond [`MOST`].
    pub(crate) fn each<R, T>(
        &self,
        entries: Vec<Spanned<R>>,
        mut read: impl FnMut(Spanned<R>, Place) -> Result<T, Vec<Mistake>>,
    ) -> Result<Vec<T>, Vec<Mistake>> {
        let places = Places::new(self.text);
        let mut mistakes = Vec::new();
        let mut good = Vec::new();
        for entry in entries {
            if mistakes.len() >= MOST {
                break;
            }
            let place = places.of(entry.start());
            match read(entry, place) {
                Ok(entry) => good.push(entry),
                Err(found) => mistakes.extend(found),
            }
        }
        if mistakes.is_empty() {
            Ok(good)
        } else {
            Err(mistakes)
        }
    }

    /// Refuses a rule that does not exist.
    pub(crate) fn known(&self, id: &Spanned<String>, rules: &[Rule]) -> Option<Mistake> {
        let name = id.get_ref();
        let known = name.trim().is_empty() || rules.iter().any(|rule| rule.id == *name);
        (!known).then(|| {
            self.error(
                Some(id.start()),
                format!("there is no rule '{name}'; 'rc-audit rules list' names them"),
            )
        })
    }

    /// Refuses a text that says nothing.
    pub(crate) fn says_something(
        &self,
        name: &str,
        text: &Spanned<String>,
        wanted: &str,
    ) -> Option<Mistake> {
        let blank = text.get_ref().trim().is_empty();
        blank.then(|| self.error(Some(text.start()), format!("'{name}' is empty; {wanted}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_what_an_editor_shows() {
        let text = "a\r\nbä = 1\r\n";
        assert_eq!(Place::of(text, 0), Place { line: 1, column: 1 });
        let one = text.find('1').unwrap();
        assert_eq!(Place::of(text, one), Place { line: 2, column: 6 });
        assert_eq!(Place::of("\u{feff}a", 3), Place { line: 1, column: 1 });
        // A place behind the end, or within a character, is no reason to break.
        assert_eq!(Place::of("ä", 1).line, 1);
        assert_eq!(Place::of("", 9).line, 1);
        let places = Places::new(text);
        for offset in [0, 1, 3, one] {
            assert_eq!(places.of(offset), Place::of(text, offset));
        }
    }
}

//! How long each minor release of Rocket.Chat is supported by its vendor.
//!
//! The vendor supports a release for six months, one marked for the long term for twelve. Afterwards
//! it gets no security fixes, and push gateway and marketplace refuse it. The days are a table of
//! this program, so they end with what was known when it was made.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

use crate::version::{Release, RunningVersion};

const TABLE: &str = include_str!("../releases.toml");

/// A minor release.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Line {
    /// Its first release.
    pub first: Release,
    /// The day it appeared, or the earliest it can have.
    pub released: Date,
    /// The last day of support, or the earliest it can be.
    pub ends: Date,
    /// The latest that the last day can be.
    pub ends_by: Date,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    lines: Vec<Vec<String>>,
}

/// All lines, oldest first.
#[must_use]
pub fn lines() -> &'static [Line] {
    static LINES: LazyLock<Vec<Line>> = LazyLock::new(|| {
        let table: Option<Table> = toml::from_str(TABLE).ok();
        let rows = table.map(|table| table.lines).unwrap_or_default();
        rows.iter().filter_map(|row| read(row)).collect()
    });
    &LINES
}

fn read(row: &[String]) -> Option<Line> {
    let (number, released, ends, ends_by) = match row {
        [number, released, ends] => (number, released, ends, ends),
        [number, released, ends, ends_by] => (number, released, ends, ends_by),
        _ => return None,
    };
    Some(Line {
        first: format!("{number}.0").parse().ok()?,
        released: released.parse().ok()?,
        ends: ends.parse().ok()?,
        ends_by: ends_by.parse().ok()?,
    })
}

/// The lines that a server may belong to; none where one of them is not in the table.
#[must_use]
pub fn possible(running: &RunningVersion) -> Option<&'static [Line]> {
    let lines = lines();
    let index = |release: Release| {
        // What is older than the table ended before its first line did.
        if lines.first().is_some_and(|line| release < line.first) {
            return Some(0);
        }
        lines
            .iter()
            .position(|line| (line.first.major, line.first.minor) == (release.major, release.minor))
    };
    if let Some(version) = &running.exact {
        let at = index(version.release)?;
        return lines.get(at..=at);
    }
    let below = running.below?;
    let from = match running.at_least {
        Some(release) => index(release)?,
        None => 0,
    };
    let to = lines.iter().position(|line| line.first >= below)?;
    lines.get(from..to).filter(|lines| !lines.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_the_days_follow_each_other() {
        let table: Table = toml::from_str(TABLE).unwrap();
        assert_eq!(lines().len(), table.lines.len());
        assert!(lines().is_sorted_by(|a, b| a.first < b.first));
        for line in lines() {
            assert!(line.released < line.ends, "{}", line.first);
            assert!(line.ends <= line.ends_by, "{}", line.first);
            // The vendor promises six months, so an earlier end is no more than one of two.
            let promised = line.released + jiff::ToSpan::months(6);
            assert!(promised <= line.ends_by, "{}", line.first);
        }
    }

    #[test]
    fn a_server_belongs_to_the_lines_that_its_version_allows() {
        let first = |running: &RunningVersion| {
            possible(running).map(|lines| {
                lines
                    .iter()
                    .map(|line| line.first.to_string())
                    .collect::<Vec<_>>()
            })
        };
        let exactly = |text: &str| RunningVersion::exactly(text.parse().unwrap());
        assert_eq!(first(&exactly("6.5.3")).unwrap(), ["6.5.0"]);
        assert_eq!(first(&exactly("2.4.9")).unwrap(), ["3.0.0"]);
        assert_eq!(first(&exactly("9.0.0")), None);
        assert_eq!(first(&exactly("6.14.0-develop")), None);
        let between = RunningVersion {
            exact: None,
            at_least: Some(Release::new(6, 10, 1)),
            below: Some(Release::new(6, 12, 0)),
        };
        assert_eq!(first(&between).unwrap(), ["6.10.0", "6.11.0"]);
        let open = RunningVersion {
            below: None,
            ..between
        };
        assert_eq!(first(&open), None);
        assert_eq!(first(&RunningVersion::default()), None);
    }
}

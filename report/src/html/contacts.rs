//! The part of the page about logs of the network.

use serde::Serialize;

use crate::v1::{ContactLog, Contacts, Destination};
use crate::words;

/// What logs show, in words.
#[derive(Debug, Serialize)]
pub(super) struct Heard<'a> {
    contacts: &'a Contacts,
    period: String,
    counts: Vec<Badge>,
    counted_from: String,
    open: Vec<Row<'a>>,
    known: Vec<Row<'a>>,
    known_count: usize,
    logs: Vec<LogRow<'a>>,
}

#[derive(Debug, Serialize)]
struct Badge {
    word: &'static str,
    symbol: &'static str,
    class: &'static str,
    count: u64,
}

/// A destination.
#[derive(Debug, Serialize)]
struct Row<'a> {
    destination: &'a Destination,
    word: &'static str,
    symbol: &'static str,
    class: &'static str,
}

/// A file.
#[derive(Debug, Serialize)]
struct LogRow<'a> {
    log: &'a ContactLog,
    lines: String,
    period: String,
}

impl<'a> Heard<'a> {
    pub(super) fn new(contacts: &'a Contacts) -> Self {
        let rows = |open: bool| -> Vec<Row<'a>> {
            let all = contacts.destinations.iter().map(row);
            all.filter(|row| (row.class == "fail") == open).collect()
        };
        let known = rows(false);
        Self {
            period: period(contacts.from.as_deref(), contacts.to.as_deref()),
            counts: words::STANDINGS
                .iter()
                .filter_map(|(name, word, symbol, class)| {
                    let count = *contacts.by_standing.get(*name)?;
                    Some(Badge {
                        word,
                        symbol,
                        class,
                        count,
                    })
                })
                .collect(),
            counted_from: contacts.counted_from.join(", "),
            open: rows(true),
            known_count: known.len(),
            known,
            logs: contacts.logs.iter().map(log).collect(),
            contacts,
        }
    }
}

fn row(destination: &Destination) -> Row<'_> {
    let (word, symbol, class) = words::standing(&destination.standing);
    Row {
        destination,
        word,
        symbol,
        class,
    }
}

fn log(log: &ContactLog) -> LogRow<'_> {
    LogRow {
        log,
        lines: words::log_lines(log),
        period: period(log.from.as_deref(), log.to.as_deref()),
    }
}

fn period(from: Option<&str>, to: Option<&str>) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        _ => "a time that no line tells".to_owned(),
    }
}

//! The part of the page about logs of the network.

use serde::Serialize;

use crate::v1::{ContactLog, Contacts, Destination};
use crate::words::{self, Word, Words};

/// What logs show, in words.
#[derive(Debug, Serialize)]
pub(super) struct Heard<'a> {
    contacts: &'a Contacts,
    period: String,
    counts: Vec<Badge<'a>>,
    open: Vec<Row<'a>>,
    known: Vec<Row<'a>>,
    more: String,
    not_listed: Option<String>,
    logs: Vec<LogRow<'a>>,
}

#[derive(Debug, Serialize)]
struct Badge<'a> {
    word: Word<'a>,
    symbol: &'static str,
    class: &'static str,
    count: u64,
}

/// A destination.
#[derive(Debug, Serialize)]
struct Row<'a> {
    destination: &'a Destination,
    word: Word<'a>,
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
    pub(super) fn new(contacts: &'a Contacts, words: &'a Words) -> Self {
        let messages = words.messages();
        let rows = |open: bool| -> Vec<Row<'a>> {
            let all = contacts.destinations.iter().map(|it| row(it, words));
            all.filter(|row| (row.class == "fail") == open).collect()
        };
        let known = rows(false);
        let covered = period(contacts.from.as_deref(), contacts.to.as_deref(), words);
        let not_listed = contacts.not_listed;
        Self {
            period: if contacts.counted_from.is_empty() {
                messages.with("logs-cover", &[("period", covered.into())])
            } else {
                let from = contacts.counted_from.join(", ");
                let arguments = [("period", covered.into()), ("from", from.into())];
                messages.with("logs-cover-from", &arguments)
            },
            counts: words::STANDINGS
                .iter()
                .filter_map(|name| {
                    let count = *contacts.by_standing.get(*name)?;
                    let (symbol, class) = words::standing_sign(name);
                    Some(Badge {
                        word: words.standing(name),
                        symbol,
                        class,
                        count,
                    })
                })
                .collect(),
            open: rows(true),
            more: messages.count("contacts-more", known.len() as u64),
            known,
            not_listed: (not_listed > 0).then(|| messages.count("contacts-not-listed", not_listed)),
            logs: contacts.logs.iter().map(|it| log(it, words)).collect(),
            contacts,
        }
    }
}

fn row<'a>(destination: &'a Destination, words: &'a Words) -> Row<'a> {
    let (symbol, class) = words::standing_sign(&destination.standing);
    Row {
        destination,
        word: words.standing(&destination.standing),
        symbol,
        class,
    }
}

fn log<'a>(log: &'a ContactLog, words: &Words) -> LogRow<'a> {
    LogRow {
        log,
        lines: words.log_lines(log),
        period: period(log.from.as_deref(), log.to.as_deref(), words),
    }
}

fn period(from: Option<&str>, to: Option<&str>, words: &Words) -> String {
    match (from, to) {
        (Some(from), Some(to)) => format!("{from} – {to}"),
        _ => words.messages().text("logs-no-time").into_owned(),
    }
}

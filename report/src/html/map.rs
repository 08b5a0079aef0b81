//! The map of flows: a drawing with computed places, and the tables behind it.

use serde::Serialize;

use crate::v1::{DataRow, Flow, Report};
use crate::words;

/// The part of the page about flows.
#[derive(Debug, Serialize)]
pub(super) struct Map<'a> {
    counts: Vec<Badge>,
    drawing: Option<Drawing>,
    open: Vec<Entry<'a>>,
    closed: Vec<Entry<'a>>,
    closed_count: usize,
    class: &'static str,
    class_basis: &'a str,
    profile: &'a str,
    rows: Vec<DataLine<'a>>,
}

#[derive(Debug, Serialize)]
struct Badge {
    word: &'static str,
    symbol: &'static str,
    class: &'static str,
    count: usize,
}

/// The drawing, in its own units.
#[derive(Debug, Serialize)]
struct Drawing {
    height: usize,
    foot: usize,
    words: String,
    lanes: Vec<Lane>,
    lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Lane {
    x: usize,
    word: &'static str,
}

/// One flow in the drawing.
#[derive(Debug, Serialize)]
struct Line {
    class: String,
    text_y: usize,
    y: usize,
    end_y: usize,
    title: String,
    recipient: String,
    dots: Vec<usize>,
    arrow: String,
    unknown: bool,
}

/// One flow in a table.
#[derive(Debug, Serialize)]
struct Entry<'a> {
    flow: &'a Flow,
    class: &'static str,
    symbol: &'static str,
    word: &'static str,
    data: String,
    place: String,
    basis: String,
}

/// One kind of data in the vendor's table.
#[derive(Debug, Serialize)]
struct DataLine<'a> {
    row: &'a DataRow,
    data: &'static str,
    class: &'static str,
    word: &'static str,
}

/// Where the first lane lies, and how far apart lanes are.
const LANE: (usize, usize) = (330, 68);
/// Where the lines end.
const END: usize = 742;
/// The height of a flow, and of the head above the first.
const STEP: usize = 36;
const HEAD: usize = 34;
/// How many characters fit left and right of the lanes.
const TITLE: usize = 44;
const RECIPIENT: usize = 54;

impl<'a> Map<'a> {
    pub(super) fn new(report: &'a Report) -> Self {
        let shown = |flow: &&Flow| words::leaves(&flow.state);
        let open: Vec<&Flow> = report.flows.iter().filter(shown).collect();
        let closed: Vec<Entry<'_>> = report
            .flows
            .iter()
            .filter(|flow| !shown(flow))
            .map(entry)
            .collect();
        let counts = words::STATES
            .iter()
            .map(|(name, word, symbol, class)| Badge {
                word,
                symbol,
                class,
                count: report
                    .flows
                    .iter()
                    .filter(|flow| flow.state == *name)
                    .count(),
            })
            .collect();
        Self {
            counts,
            drawing: (!open.is_empty()).then(|| drawing(&open)),
            open: open.into_iter().map(entry).collect(),
            closed_count: closed.len(),
            closed,
            class: words::class(&report.data_table.class),
            class_basis: &report.data_table.class_basis,
            profile: &report.policy.profile,
            rows: report.data_table.rows.iter().map(row).collect(),
        }
    }
}

fn drawing(flows: &[&Flow]) -> Drawing {
    let lanes: Vec<(usize, &str, &'static str)> = words::KINDS
        .iter()
        .enumerate()
        .map(|(index, (name, word))| (LANE.0 + index * LANE.1, *name, *word))
        .collect();
    let drawn = flows
        .iter()
        .enumerate()
        .map(|(index, flow)| {
            let y = HEAD + index * STEP + 24;
            Line {
                class: flow.state.clone(),
                text_y: y - 8,
                y,
                end_y: y + 4,
                title: cut(&format!("{} {}", flow.id, flow.title), TITLE),
                recipient: cut(&recipient(flow), RECIPIENT),
                dots: lanes
                    .iter()
                    .filter(|(_, name, _)| flow.data.iter().any(|data| data == name))
                    .map(|(x, ..)| *x)
                    .collect(),
                arrow: format!("M{END} {} l12 6 l-12 6 z", y - 6),
                unknown: flow.state == "unknown",
            }
        })
        .collect();
    let height = HEAD + flows.len() * STEP + 12;
    let count = |state: &str| flows.iter().filter(|flow| flow.state == state).count();
    Drawing {
        height,
        foot: height - 6,
        words: format!(
            "{} active, {} dormant and {} unknown ways out of this workspace; the table below says \
             the same in words.",
            count("active"),
            count("dormant"),
            count("unknown")
        ),
        lanes: lanes
            .iter()
            .map(|(x, _, word)| Lane { x: *x, word })
            .collect(),
        lines: drawn,
    }
}

/// Who receives it and where that is, for the end of a line.
fn recipient(flow: &Flow) -> String {
    let mut text = flow.recipient.clone();
    if !flow.location.is_empty() {
        text.push_str(", ");
        text.push_str(&flow.location);
    }
    text
}

/// A text of at most so many characters.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(most.saturating_sub(1)).collect();
    short.push('…');
    short
}

fn entry(flow: &Flow) -> Entry<'_> {
    let (_, word, symbol, class) = words::state(&flow.state);
    let hosts: Vec<String> = flow
        .hosts
        .iter()
        .map(|host| format!("{} ({})", host.name, words::place(&host.place)))
        .collect();
    Entry {
        flow,
        class,
        symbol,
        word,
        data: words::kinds(&flow.data),
        place: hosts.join(", "),
        basis: flow.basis.join("; "),
    }
}

fn row(row: &DataRow) -> DataLine<'_> {
    let (word, class) = match row.agreement.as_str() {
        "contradicted" => ("contradicted", "fail"),
        "as_stated" => ("as stated", "pass"),
        "unknown" => ("not known", "unknown"),
        _ => ("nothing is stated", "not_applicable"),
    };
    DataLine {
        row,
        data: words::kind(&row.data),
        class,
        word,
    }
}

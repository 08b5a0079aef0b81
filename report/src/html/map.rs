//! The map of flows: a drawing with computed places, and the tables behind it.

use serde::Serialize;

use crate::v1::{DataRow, Flow, Report};
use crate::words::{self, Word, Words};

/// The part of the page about flows.
#[derive(Debug, Serialize)]
pub(super) struct Map<'a> {
    counts: Vec<Badge<'a>>,
    drawings: Vec<Drawing<'a>>,
    open: Vec<Entry<'a>>,
    closed: Vec<Entry<'a>>,
    more: String,
    class: String,
    class_basis: &'a str,
    agrees: String,
    rows: Vec<DataLine<'a>>,
}

#[derive(Debug, Serialize)]
struct Badge<'a> {
    word: Word<'a>,
    symbol: &'static str,
    class: &'static str,
    count: usize,
}

/// The drawing, in its own units.
#[derive(Debug, Serialize)]
struct Drawing<'a> {
    number: usize,
    height: usize,
    foot: usize,
    home: usize,
    words: String,
    lanes: Vec<Lane<'a>>,
    lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Lane<'a> {
    x: usize,
    word: Word<'a>,
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
    word: Word<'a>,
    data: String,
    place: String,
    basis: String,
}

/// One kind of data in the vendor's table.
#[derive(Debug, Serialize)]
struct DataLine<'a> {
    row: &'a DataRow,
    data: Word<'a>,
    class: &'static str,
    word: Word<'a>,
}

/// Where the first lane lies, and how far apart lanes are.
const LANE: (usize, usize) = (330, 72);
/// Where the lines end.
const END: usize = 742;
/// The height of a flow, and of the head above the first.
const STEP: usize = 38;
const HEAD: usize = 34;
/// How many flows a drawing has at the most; two fit on a page of paper.
const MOST: usize = 20;
/// Where the bar on the left begins that stands for the workspace.
const TOP: usize = 26;
/// How far a title stands above its line, which leaves room for the dots.
const ABOVE: usize = 10;
/// How many characters fit above the line, and right of its end.
const TITLE: usize = 84;
const RECIPIENT: usize = 52;

impl<'a> Map<'a> {
    pub(super) fn new(report: &'a Report, words: &'a Words) -> Self {
        let shown = |flow: &&Flow| words::leaves(&flow.state);
        let open: Vec<&Flow> = report.flows.iter().filter(shown).collect();
        let closed: Vec<Entry<'_>> = report
            .flows
            .iter()
            .filter(|flow| !shown(flow))
            .map(|flow| entry(flow, words))
            .collect();
        let counts = words::STATES
            .iter()
            .map(|name| {
                let (symbol, class) = words::state_sign(name);
                let flows = report.flows.iter();
                Badge {
                    word: words.state(name),
                    symbol,
                    class,
                    count: flows.filter(|flow| flow.state == *name).count(),
                }
            })
            .collect();
        Self {
            counts,
            drawings: drawings(&open, words),
            open: open.into_iter().map(|flow| entry(flow, words)).collect(),
            more: words.messages().count("map-more", closed.len() as u64),
            closed,
            class: words.messages().with(
                "table-class",
                &[("class", words.class(&report.data_table.class).into())],
            ),
            class_basis: &report.data_table.class_basis,
            agrees: words.messages().with(
                "table-agrees-head",
                &[("profile", report.policy.profile.as_str().into())],
            ),
            rows: report
                .data_table
                .rows
                .iter()
                .map(|it| row(it, words))
                .collect(),
        }
    }
}

/// The drawings of many flows, of about the same height, so that paper can break between them.
fn drawings<'a>(flows: &[&Flow], words: &'a Words) -> Vec<Drawing<'a>> {
    let parts = flows.len().div_ceil(MOST).max(1);
    flows
        .chunks(flows.len().div_ceil(parts).max(1))
        .enumerate()
        .map(|(index, part)| drawing(index + 1, part, words))
        .collect()
}

fn drawing<'a>(number: usize, flows: &[&Flow], words: &'a Words) -> Drawing<'a> {
    let lanes: Vec<(usize, &str)> = words::KINDS
        .iter()
        .enumerate()
        .map(|(index, name)| (LANE.0 + index * LANE.1, *name))
        .collect();
    let drawn = flows
        .iter()
        .enumerate()
        .map(|(index, flow)| {
            let y = HEAD + index * STEP + 26;
            Line {
                class: flow.state.clone(),
                text_y: y - ABOVE,
                y,
                end_y: y + 4,
                title: cut(&format!("{} {}", flow.id, flow.title), TITLE),
                recipient: cut(&recipient(flow), RECIPIENT),
                dots: lanes
                    .iter()
                    .filter(|(_, name)| flow.data.iter().any(|data| data == name))
                    .map(|(x, _)| *x)
                    .collect(),
                arrow: format!("M{END} {} l12 6 l-12 6 z", y - 6),
                unknown: flow.state == "unknown",
            }
        })
        .collect();
    let height = HEAD + flows.len() * STEP + 12;
    let count = |state: &str| flows.iter().filter(|flow| flow.state == state).count();
    Drawing {
        number,
        height,
        foot: height - 6,
        home: height - 6 - TOP,
        words: words.messages().with(
            "map-drawing-words",
            &[
                ("active", count("active").into()),
                ("dormant", count("dormant").into()),
                ("unknown", count("unknown").into()),
            ],
        ),
        lanes: lanes
            .iter()
            .map(|(x, name)| Lane {
                x: *x,
                word: words.kind(name),
            })
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

fn entry<'a>(flow: &'a Flow, words: &'a Words) -> Entry<'a> {
    let (symbol, class) = words::state_sign(&flow.state);
    let hosts: Vec<String> = flow
        .hosts
        .iter()
        .map(|host| format!("{} ({})", host.name, words.place(&host.place)))
        .collect();
    Entry {
        flow,
        class,
        symbol,
        word: words.state(&flow.state),
        data: words.kinds(&flow.data),
        place: hosts.join(", "),
        basis: flow.basis.join("; "),
    }
}

fn row<'a>(row: &'a DataRow, words: &'a Words) -> DataLine<'a> {
    let (message, class) = match row.agreement.as_str() {
        "contradicted" => ("agreement-contradicted", "fail"),
        "as_stated" => ("agreement-as-stated", "pass"),
        "unknown" => ("agreement-unknown", "unknown"),
        _ => ("agreement-nothing", "not_applicable"),
    };
    DataLine {
        row,
        data: words.kind(&row.data),
        class,
        word: words.messages().text(message),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::messages::Language;
    use crate::sample::Sample;

    /// How wide a character is at the most, on average, in the drawing's units.
    const CHARACTER: usize = 7;
    /// How wide the drawing is, and how far right recipients begin, as the template has it.
    const WIDTH: usize = 1160;
    const RECIPIENTS: usize = 764;

    /// A report with so many flows that can leave, each in turn in another state and with more data.
    fn report(count: usize) -> Report {
        let mut report = Sample::default().report();
        let model = report.flows.first().unwrap().clone();
        let states = ["active", "dormant", "unknown"];
        report.flows = (0..count)
            .map(|index| Flow {
                id: format!("B{}", index + 1),
                title: "A title of a length that no flow has ".repeat(1 + index % 4),
                state: states[index % 3].to_owned(),
                data: words::KINDS
                    .iter()
                    .take(1 + index % 6)
                    .map(|name| (*name).to_owned())
                    .collect(),
                recipient: "Somebody with a very long name ".repeat(1 + index % 3),
                ..model.clone()
            })
            .collect();
        report
    }

    #[test]
    fn without_a_flow_there_is_no_drawing() {
        let report = report(0);
        let words = Words::new(Language::English);
        assert!(Map::new(&report, &words).drawings.is_empty());
    }

    #[test]
    fn nothing_in_the_drawing_lies_upon_something_else_however_many_flows_there_are() {
        for language in Language::ALL {
            let words = Words::new(language);
            for count in [1, 5, 40, 56] {
                let report = report(count);
                let drawings = Map::new(&report, &words).drawings;
                let drawn: usize = drawings.iter().map(|it| it.lines.len()).sum();
                assert_eq!(drawn, count);
                for drawing in drawings {
                    assert_clear(&drawing);
                }
            }
        }
    }

    fn assert_clear(drawing: &Drawing<'_>) {
        assert!(drawing.lines.len() <= MOST);
        let mut above = HEAD - STEP / 2;
        for line in &drawing.lines {
            // The letters end above the dots, and begin below the dots of the line before.
            assert!(line.text_y + 3 < line.y - 6, "{line:?}");
            assert!(line.text_y - 11 > above, "{line:?}");
            above = line.y + 6;
            assert!(
                16 + line.title.chars().count() * CHARACTER <= END,
                "{line:?}"
            );
            let end = RECIPIENTS + line.recipient.chars().count() * CHARACTER;
            assert!(end <= WIDTH, "{line:?}");
            assert!(line.dots.iter().all(|x| *x + 6 < END));
            assert!(line.y + 6 < drawing.foot);
        }
        for (lane, next) in drawing.lanes.iter().zip(drawing.lanes.iter().skip(1)) {
            // Heads stand in the middle of their lanes.
            let letters = (lane.word.chars().count() + next.word.chars().count()) * 8 / 2;
            assert!(lane.x + letters < next.x, "{} {}", lane.word, next.word);
        }
        assert_eq!(TOP + drawing.home, drawing.foot);
    }
}

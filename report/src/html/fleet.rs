//! The page of many workspaces: a pure function of `fleet.json` and of the digest of its bytes. It has
//! no script. Pieces are rendered one by one, so that a thousand workspaces are no more to the engine
//! than fifty.

use handlebars::Handlebars;
use rayon::prelude::*;
use serde::Serialize;

use super::trend::lines;
use super::{HtmlError, source, style};
use crate::fleet::{self, Common, Fleet, Member, Missing, VERDICTS};
use crate::messages::Language;
use crate::v1::{Outcome, Verdict};
use crate::words::{self, Word, Words};

/// How many workspaces are in one table, so that the head of the table is never far.
const ROWS: usize = 50;
/// How many rules that fail are shown unfolded.
const FIRST: usize = 15;

/// The templates: name and text.
pub(crate) const TEMPLATES: [(&str, &str); 5] = [
    ("fleet-head", include_str!("../../templates/fleet-head.hbs")),
    (
        "fleet-common",
        include_str!("../../templates/fleet-common.hbs"),
    ),
    (
        "fleet-changes",
        include_str!("../../templates/fleet-changes.hbs"),
    ),
    ("fleet-rows", include_str!("../../templates/fleet-rows.hbs")),
    ("fleet-foot", include_str!("../../templates/fleet-foot.hbs")),
];

/// The engine with the templates of this page in one language.
#[derive(Debug)]
pub struct FleetRenderer {
    engine: Handlebars<'static>,
    words: Words,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Piece<'a> {
    Head(Box<Head<'a>>),
    Common(Rules<'a>),
    Changes(Changes<'a>),
    Rows(Table<'a>),
    Foot(Foot),
    /// What holds other pieces together.
    Text(String),
}

#[derive(Debug, Serialize)]
struct Head<'a> {
    style: String,
    style_hash: String,
    language: &'static str,
    title: String,
    heading: String,
    verdict_class: &'static str,
    verdict_word: Word<'a>,
    sentence: String,
    verdicts: Vec<Share<'a>>,
    started: &'a str,
    finished: &'a str,
    id: &'a str,
    challenge: Option<&'a str>,
    missing: &'a [Missing],
}

/// How many workspaces have a verdict.
#[derive(Debug, Serialize)]
struct Share<'a> {
    key: &'static str,
    /// The colour of its bar, by the outcome that it is like.
    colour: &'static str,
    word: Word<'a>,
    count: u64,
    width: u64,
}

#[derive(Debug, Serialize)]
struct Rules<'a> {
    label: String,
    rules: Vec<RuleRow<'a>>,
}

#[derive(Debug, Serialize)]
struct RuleRow<'a> {
    #[serde(flatten)]
    common: &'a Common,
    word: Word<'a>,
}

#[derive(Debug, Serialize)]
struct Changes<'a> {
    intro: String,
    members: Vec<Changed<'a>>,
    areas: Vec<Area<'a>>,
}

#[derive(Debug, Serialize)]
struct Changed<'a> {
    name: String,
    href: String,
    lines: Vec<Line<'a>>,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    text: Word<'a>,
    ids: String,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Area<'a> {
    letters: &'a str,
    title: &'a str,
}

#[derive(Debug, Serialize)]
struct Table<'a> {
    label: String,
    areas: Vec<Area<'a>>,
    rows: Vec<Row<'a>>,
}

#[derive(Debug, Serialize)]
struct Row<'a> {
    name: String,
    href: String,
    version: Option<&'a str>,
    failed: u64,
    unknown: u64,
    cells: Vec<Cell<'a>>,
}

#[derive(Debug, Serialize)]
struct Cell<'a> {
    class: &'static str,
    /// The severity of the worst failure, for who sees no colour.
    word: Option<Word<'a>>,
    text: String,
}

#[derive(Debug, Serialize)]
struct Foot {
    digest: String,
    made_by: String,
}

impl FleetRenderer {
    /// Parses the templates in a language.
    pub fn new(language: Language) -> Result<Self, HtmlError> {
        let words = Words::new(language);
        let engine = super::engine::parsed(&words, &TEMPLATES)?;
        Ok(Self { engine, words })
    }

    /// The page of a report. `json_digest` is the SHA-256 of the bytes of `fleet.json`.
    pub fn render(&self, fleet: &Fleet, json_digest: &str) -> Result<Vec<u8>, HtmlError> {
        let parts = self
            .pieces(fleet, json_digest)
            .par_iter()
            .map(|piece| self.part(piece))
            .collect::<Result<Vec<String>, HtmlError>>()?;
        Ok(parts.concat().into_bytes())
    }

    fn part(&self, piece: &Piece<'_>) -> Result<String, HtmlError> {
        let template = match piece {
            Piece::Head(_) => "fleet-head",
            Piece::Common(_) => "fleet-common",
            Piece::Changes(_) => "fleet-changes",
            Piece::Rows(_) => "fleet-rows",
            Piece::Foot(_) => "fleet-foot",
            Piece::Text(text) => return Ok(text.clone()),
        };
        let text = self.engine.render(template, piece).map_err(Box::new)?;
        Ok(words::plain(&text).into_owned())
    }

    fn pieces<'a>(&'a self, fleet: &'a Fleet, digest: &str) -> Vec<Piece<'a>> {
        let mut pieces = vec![Piece::Head(Box::new(self.head(fleet, digest)))];
        self.common(fleet, &mut pieces);
        let areas: Vec<Area<'_>> = fleet
            .areas
            .iter()
            .map(|(letters, title)| Area { letters, title })
            .collect();
        pieces.push(Piece::Changes(self.changes(fleet, areas.clone())));
        for verdict in VERDICTS {
            self.rows(fleet, verdict, &areas, &mut pieces);
        }
        pieces.push(Piece::Foot(Foot {
            digest: digest.to_owned(),
            made_by: self.words.messages().with(
                "fleet-made-by",
                &[
                    ("tool", fleet.tool.name.as_str().into()),
                    ("version", fleet.tool.version.as_str().into()),
                    ("id", fleet.id.as_str().into()),
                    ("digest", digest.into()),
                ],
            ),
        }));
        pieces
    }

    fn head<'a>(&'a self, fleet: &'a Fleet, digest: &str) -> Head<'a> {
        let messages = self.words.messages();
        let style = style(fleet::FILE, digest, None);
        let summary = &fleet.summary;
        let heading = messages.count("fleet-heading", summary.audited);
        let mut sentence = messages.count("fleet-audited", summary.audited);
        sentence.push(' ');
        sentence.push_str(&messages.count("fleet-missing", summary.missing));
        let all = summary.audited.max(1);
        let verdicts = VERDICTS
            .into_iter()
            .map(|verdict| {
                let count = summary.by_verdict.get(verdict.name());
                let count = count.copied().unwrap_or(0);
                Share {
                    key: verdict.name(),
                    colour: match verdict {
                        Verdict::Fail => "fail",
                        Verdict::Pass => "pass",
                        Verdict::Incomplete | Verdict::NothingToJudge => "unknown",
                    },
                    word: self.words.verdict(verdict),
                    count,
                    width: count.saturating_mul(100) / all,
                }
            })
            .collect();
        Head {
            style_hash: source(&style),
            style,
            language: messages.language().tag(),
            title: messages.with(
                "page-title",
                &[
                    ("name", heading.as_str().into()),
                    ("verdict", self.words.verdict(fleet.verdict).into()),
                ],
            ),
            heading,
            verdict_class: fleet.verdict.name(),
            verdict_word: self.words.verdict(fleet.verdict),
            sentence,
            verdicts,
            started: &fleet.started,
            finished: &fleet.finished,
            id: &fleet.id,
            challenge: fleet.challenge.as_deref(),
            missing: &fleet.missing,
        }
    }

    /// The rules that fail most, the rest of them folded.
    fn common<'a>(&'a self, fleet: &'a Fleet, into: &mut Vec<Piece<'a>>) {
        let messages = self.words.messages();
        let table = |label: String, rules: &'a [Common]| {
            Piece::Common(Rules {
                label,
                rules: rules
                    .iter()
                    .map(|common| RuleRow {
                        common,
                        word: self.words.severity(common.severity),
                    })
                    .collect(),
            })
        };
        if fleet.common.is_empty() {
            let text = handlebars::html_escape(&messages.text("first-none"));
            return into.push(Piece::Text(format!("<p>{text}</p>\n")));
        }
        let first = fleet.common.len().min(FIRST);
        let (shown, folded) = fleet.common.split_at(first);
        into.push(table(
            messages.text("fleet-common-about").into_owned(),
            shown,
        ));
        if !folded.is_empty() {
            let label = messages.count("fleet-common-more", folded.len() as u64);
            into.push(folding(&label, false));
            for part in folded.chunks(ROWS) {
                into.push(table(label.clone(), part));
            }
            into.push(Piece::Text("</details>\n".to_owned()));
        }
    }

    fn changes<'a>(&'a self, fleet: &'a Fleet, areas: Vec<Area<'a>>) -> Changes<'a> {
        let messages = self.words.messages();
        let members: Vec<Changed<'_>> = fleet
            .workspaces
            .iter()
            .filter_map(|member| {
                let drift = member.drift.as_ref().filter(|_| member.has_changed())?;
                let lines = lines(&drift.outcomes, &drift.flows)
                    .into_iter()
                    .filter(|(_, ids)| !ids.is_empty())
                    .map(|(message, ids)| Line {
                        text: messages.text(message),
                        ids: ids.join(", "),
                    })
                    .collect();
                Some(Changed {
                    name: name(member),
                    href: href(member),
                    lines,
                })
            })
            .collect();
        Changes {
            intro: if fleet.workspaces.iter().any(|it| it.drift.is_some()) {
                messages.count("fleet-changed", members.len() as u64)
            } else {
                messages.text("fleet-changed-first").into_owned()
            },
            members,
            areas,
        }
    }

    /// The workspaces with a verdict, worst first. Those that passed are folded, and so is what is many.
    fn rows<'a>(
        &'a self,
        fleet: &'a Fleet,
        verdict: Verdict,
        areas: &[Area<'a>],
        into: &mut Vec<Piece<'a>>,
    ) {
        let mut members: Vec<&Member> = fleet
            .workspaces
            .iter()
            .filter(|member| member.verdict == verdict)
            .collect();
        if members.is_empty() {
            return;
        }
        members.sort_by(|a, b| {
            let worst = |it: &Member| {
                let of = |name: &str| it.by_severity.get(name).copied().unwrap_or(0);
                (of("critical"), of("high"), it.count(Outcome::Fail))
            };
            worst(b)
                .cmp(&worst(a))
                .then_with(|| a.target.cmp(&b.target))
        });
        let word = self.words.verdict(verdict);
        let escaped = handlebars::html_escape(&word);
        into.push(Piece::Text(format!(
            "<h3 id=\"{}\">{escaped}</h3>\n",
            verdict.name()
        )));
        for (index, part) in members.chunks(ROWS).enumerate() {
            let label = self.words.messages().with(
                "fleet-rows",
                &[
                    ("first", (index * ROWS + 1).into()),
                    ("last", (index * ROWS + part.len()).into()),
                    ("count", members.len().into()),
                    ("verdict", word.clone().into()),
                ],
            );
            into.push(folding(&label, index == 0 && verdict != Verdict::Pass));
            into.push(Piece::Rows(Table {
                label,
                areas: areas.to_vec(),
                rows: part.iter().map(|it| self.row(it, areas)).collect(),
            }));
            into.push(Piece::Text("</details>\n".to_owned()));
        }
    }

    fn row<'a>(&'a self, member: &'a Member, areas: &[Area<'_>]) -> Row<'a> {
        Row {
            name: name(member),
            href: href(member),
            version: member.version.as_deref(),
            failed: member.count(Outcome::Fail),
            unknown: member
                .count(Outcome::Unknown)
                .saturating_add(member.count(Outcome::Error)),
            cells: areas
                .iter()
                .map(|area| {
                    let heat = member.areas.get(area.letters);
                    let worst = heat.and_then(|heat| heat.worst);
                    Cell {
                        class: fleet::class(heat),
                        word: worst.map(|worst| self.words.severity(worst)),
                        text: heat.map_or_else(
                            || "0".to_owned(),
                            |heat| match (heat.failed, heat.unknown) {
                                (failed, 0) => failed.to_string(),
                                (0, unknown) => format!("?{unknown}"),
                                (failed, unknown) => format!("{failed} ?{unknown}"),
                            },
                        ),
                    }
                })
                .collect(),
        }
    }
}

fn folding(label: &str, open: bool) -> Piece<'static> {
    let open = if open { " open" } else { "" };
    let label = handlebars::html_escape(label);
    Piece::Text(format!(
        "<details class=\"fold\"{open}><summary>{label}</summary>\n"
    ))
}

/// The target, and the database where that says more.
fn name(member: &Member) -> String {
    if member.target == member.database {
        member.target.clone()
    } else {
        format!("{} ({})", member.target, member.database)
    }
}

/// Where the page of a workspace is, seen from this one: both are two folders below the same.
fn href(member: &Member) -> String {
    let file = if member.page {
        "report.html"
    } else {
        "report.json"
    };
    format!("../../{}/{file}", member.bundle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fleet::{Brief, Frame, Gathered, Place};
    use crate::sample::Sample;
    use crate::v1::Confinement;

    fn page(workspaces: usize, target: &str) -> String {
        let mut gathered = Gathered::default();
        let report = Sample {
            settings: r#"{"Statistics_reporting":{"value":true,"type":"boolean"}}"#.to_owned(),
            rule: crate::sample::rule("Statistics_reporting", "high"),
            ..Sample::default()
        }
        .report();
        for number in 0..workspaces {
            let place = Place {
                bundle: format!("{}/20261120T060000Z-{number}", report.workspace.name),
                page: true,
                report: "0".repeat(64),
                manifest: None,
            };
            let name = format!("{target}{number}");
            gathered.add(Brief::of(&report, &name, place));
        }
        gathered.miss(Missing {
            target: target.to_owned(),
            database: None,
            why: "no server answers".to_owned(),
            next: "Check host and port.".to_owned(),
            exit: 5,
        });
        let fleet = gathered.report(Frame {
            tool: report.tool.clone(),
            time: report.started.clone(),
            challenge: None,
            language: "en".to_owned(),
            exit: 5,
            confinement: Confinement::default(),
        });
        let renderer = FleetRenderer::new(Language::English).unwrap();
        let bytes = renderer.render(&fleet, &"0".repeat(64)).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn every_workspace_is_on_the_page_and_leads_to_its_own_page() {
        for workspaces in [1, 30, 1_000] {
            let page = page(workspaces, "town");
            for number in [0, workspaces - 1] {
                assert!(
                    page.contains(&format!(">town{number} (rocketchat)</a>")),
                    "{number}"
                );
                assert!(page.contains(&format!("Z-{number}/report.html\">")));
            }
            assert_eq!(page.matches("href=\"../../").count(), workspaces);
            assert!(page.contains("no server answers"));
            // One more explains the short names of areas.
            assert_eq!(
                page.matches("<details").count(),
                workspaces.div_ceil(ROWS) + 1
            );
        }
    }

    #[test]
    fn a_hostile_name_stays_a_text() {
        let page = page(2, "</style><script>alert(1)</script><img src=x>");
        for tag in ["<script", "<img"] {
            assert!(!page.contains(tag), "{tag}");
        }
        assert_eq!(page.matches("</style>").count(), 1);
    }

    #[test]
    fn the_page_allows_itself_nothing_but_its_own_style() {
        let page = page(1, "town");
        // A browser reads the escaped sign as the sign.
        let read = page.replace("&#x3D;", "=");
        let style = page.split("<style>").nth(1).unwrap();
        let style = style.split("</style>").next().unwrap();
        assert!(read.contains(&format!("style-src '{}'", source(style))));
        assert!(page.contains("default-src 'none'") && !page.contains("script-src"));
        for source in [" src=", "http:", "https:", "url(", "@import", " style="] {
            assert!(!page.contains(source), "{source}");
        }
    }
}

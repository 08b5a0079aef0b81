//! What the templates show, already in words, piece by piece in the order of the page. Templates
//! decide where things stand, this decides what they say.

use serde::Serialize;

use super::findings::{self, Area, Areas, Card, Fold};
use super::map::Map;
use super::overview::Overview;
use super::promises::Promises;
use crate::assemble::severity_name;
use crate::v1::{Evidence, Policy, Report, Tool, Workspace};
use crate::words;

/// A piece of the page. Each is rendered by itself: what a template is given is copied by the engine,
/// so it has to be small, and pieces can be rendered at the same time.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Piece<'a> {
    Head(Head<'a>),
    Summary(Box<Top<'a>>),
    Overview(Overview<'a>),
    Map(Map<'a>),
    Promises(Promises<'a>),
    Findings(Areas<'a>),
    Area(Area<'a>),
    Fold(Fold),
    Finding(Card<'a>),
    Evidence(Basis<'a>),
    Method(Method<'a>),
    Foot(Foot<'a>),
    /// Ends what another piece began.
    Text(&'static str),
}

impl Piece<'_> {
    /// The template that shows it; none for a text.
    pub(super) fn template(&self) -> Result<&'static str, &'static str> {
        Ok(match self {
            Self::Head(_) => "head",
            Self::Summary(_) => "summary",
            Self::Overview(_) => "charts",
            Self::Map(_) => "map",
            Self::Promises(_) => "promises",
            Self::Findings(_) => "findings",
            Self::Area(_) => "area",
            Self::Fold(_) => "fold",
            Self::Finding(_) => "finding",
            Self::Evidence(_) => "evidence",
            Self::Method(_) => "method",
            Self::Foot(_) => "foot",
            Self::Text(text) => return Err(text),
        })
    }
}

/// The style sheet, and its digest for the page's own policy.
pub(super) struct Style<'a> {
    pub(super) text: &'static str,
    pub(super) hash: &'a str,
}

/// What a browser reads before the page.
#[derive(Debug, Serialize)]
pub(super) struct Head<'a> {
    style: &'static str,
    style_hash: &'a str,
    name: &'a str,
    verdict_word: &'static str,
}

/// The first screen.
#[derive(Debug, Serialize)]
pub(super) struct Top<'a> {
    workspace: &'a Workspace,
    verdict_word: &'static str,
    verdict_class: &'static str,
    verdict_sentence: String,
    sure: Vec<String>,
    first: Vec<First<'a>>,
    version: String,
    licence: String,
    registration: &'static str,
    profile: String,
    source: &'static str,
    started: &'a str,
    finished: &'a str,
    judged_at: &'a str,
    id: &'a str,
    challenge: Option<&'a str>,
}

/// One of the things to do first.
#[derive(Debug, Serialize)]
struct First<'a> {
    rule: &'a str,
    title: &'a str,
    severity: &'static str,
    todo: &'a str,
    false_assurance: bool,
}

/// What the report rests on.
#[derive(Debug, Serialize)]
pub(super) struct Basis<'a> {
    workspace: &'a Workspace,
    evidence: &'a Evidence,
    policy: &'a Policy,
    tool: &'a Tool,
    queries: usize,
    parameters: Vec<ParameterRow<'a>>,
}

#[derive(Debug, Serialize)]
struct ParameterRow<'a> {
    name: &'a str,
    value: String,
    origin: &'a str,
}

/// How to check the report, and what it can't say.
#[derive(Debug, Serialize)]
pub(super) struct Method<'a> {
    digest: &'a str,
}

/// The end of the page.
#[derive(Debug, Serialize)]
pub(super) struct Foot<'a> {
    tool: &'a Tool,
    id: &'a str,
    digest: &'a str,
}

/// The page, piece by piece.
pub(super) fn pieces<'a>(report: &'a Report, digest: &'a str, style: &Style<'a>) -> Vec<Piece<'a>> {
    let mut pieces = vec![
        Piece::Head(Head {
            style: style.text,
            style_hash: style.hash,
            name: &report.workspace.name,
            verdict_word: words::verdict(report.verdict),
        }),
        Piece::Summary(Box::new(top(report))),
        Piece::Overview(Overview::new(report)),
        Piece::Map(Map::new(report)),
        Piece::Promises(Promises::new(report)),
    ];
    pieces.extend(findings::pieces(report));
    pieces.extend([
        Piece::Evidence(basis(report)),
        Piece::Method(Method { digest }),
        Piece::Foot(Foot {
            tool: &report.tool,
            id: &report.id,
            digest,
        }),
    ]);
    pieces
}

fn top(report: &Report) -> Top<'_> {
    Top {
        workspace: &report.workspace,
        verdict_word: words::verdict(report.verdict),
        verdict_class: report.verdict.name(),
        verdict_sentence: words::verdict_sentence(report),
        sure: words::how_sure(report),
        first: first(report),
        version: words::version(&report.workspace),
        licence: words::licence(&report.workspace.licence),
        registration: words::registration(&report.workspace.registration),
        profile: words::profile(&report.policy),
        source: words::source(&report.workspace.source),
        started: &report.started,
        finished: &report.finished,
        judged_at: &report.judged_at,
        id: &report.id,
        challenge: report.challenge.as_deref(),
    }
}

/// The three failures to mend first.
fn first(report: &Report) -> Vec<First<'_>> {
    report
        .failures()
        .into_iter()
        .take(3)
        .map(|finding| First {
            rule: &finding.rule,
            title: &finding.title,
            severity: severity_name(finding.severity),
            todo: words::first_step(&finding.remedy),
            false_assurance: finding.false_assurance,
        })
        .collect()
}

fn basis(report: &Report) -> Basis<'_> {
    Basis {
        workspace: &report.workspace,
        evidence: &report.evidence,
        policy: &report.policy,
        tool: &report.tool,
        queries: report.evidence.queries.len(),
        parameters: report
            .policy
            .parameters
            .iter()
            .map(|(name, parameter)| ParameterRow {
                name,
                value: words::value(&parameter.value),
                origin: &parameter.origin,
            })
            .collect(),
    }
}

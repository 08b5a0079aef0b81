//! What the templates show, already in words, piece by piece in the order of the page. Templates
//! decide where things stand, this decides what they say.

use serde::Serialize;

use super::comparison::Changed;
use super::contacts::Heard;
use super::findings::{self, Advice, Area, Card, Compared, Fold, Opening};
use super::frameworks::Frameworks;
use super::map::Map;
use super::overview::Overview;
use super::promises::Promises;
use super::trend::Changes;
use super::written::{Attention, Book};
use crate::assemble::severity_name;
use crate::v1::{Evidence, Policy, Report, Tool, Workspace};
use crate::words::{self, Word, Words};

/// A piece of the page. Each is rendered by itself: what a template is given is copied by the engine,
/// so it has to be small, and pieces can be rendered at the same time.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Piece<'a> {
    Head(Head<'a>),
    Summary(Box<Top<'a>>),
    Overview(Overview<'a>),
    Changed(Box<Changed<'a>>),
    Map(Map<'a>),
    Contacts(Box<Heard<'a>>),
    Promises(Promises<'a>),
    Written(Box<Book<'a>>),
    Findings(Opening<'a>),
    Area(Area<'a>),
    Fold(Fold),
    Finding(Card<'a>),
    Compared(Compared<'a>),
    Advice(Advice<'a>),
    Frameworks(Frameworks<'a>),
    Evidence(Basis<'a>),
    Method(Method<'a>),
    Foot(Foot),
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
            Self::Changed(_) => "comparison",
            Self::Map(_) => "map",
            Self::Contacts(_) => "contacts",
            Self::Promises(_) => "promises",
            Self::Written(_) => "written",
            Self::Findings(_) => "findings",
            Self::Area(_) => "area",
            Self::Fold(_) => "fold",
            Self::Finding(_) => "finding",
            Self::Compared(_) => "compared",
            Self::Advice(_) => "advice",
            Self::Frameworks(_) => "frameworks",
            Self::Evidence(_) => "evidence",
            Self::Method(_) => "method",
            Self::Foot(_) => "foot",
            Self::Text(text) => return Err(text),
        })
    }

    /// Whether pages of other workspaces are likely to have the same piece.
    pub(super) fn repeats(&self) -> bool {
        match self {
            Self::Area(_) | Self::Fold(_) | Self::Finding(_) | Self::Advice(_) => true,
            Self::Compared(compared) => compared.repeats(),
            _ => false,
        }
    }
}

/// The style sheet and the script, each with its digest for the page's own policy.
pub(super) struct Inline<'a> {
    pub(super) style: &'a str,
    pub(super) style_hash: &'a str,
    pub(super) script: &'static str,
    pub(super) script_hash: &'a str,
}

/// What a browser reads before the page.
#[derive(Debug, Serialize)]
pub(super) struct Head<'a> {
    style: &'a str,
    style_hash: &'a str,
    script_hash: &'a str,
    language: &'static str,
    title: String,
}

/// The first screen.
#[derive(Debug, Serialize)]
pub(super) struct Top<'a> {
    workspace: &'a Workspace,
    verdict_word: Word<'a>,
    verdict_class: &'static str,
    verdict_sentence: String,
    sure: Vec<String>,
    first: Vec<First<'a>>,
    changes: Changes<'a>,
    attention: Attention<'a>,
    version: String,
    licence: String,
    registration: Word<'a>,
    profile: String,
    source: Word<'a>,
    started: &'a str,
    finished: &'a str,
    judged_at: &'a str,
    id: &'a str,
    challenge: Option<&'a str>,
    /// That the report is none on what is.
    what_if: Option<String>,
}

/// One of the things to do first.
#[derive(Debug, Serialize)]
struct First<'a> {
    rule: &'a str,
    title: &'a str,
    severity: &'static str,
    severity_word: Word<'a>,
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
    confined: String,
    reads: String,
    packs: String,
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
pub(super) struct Foot {
    script: &'static str,
    made_by: String,
}

/// The page, piece by piece.
pub(super) fn pieces<'a>(
    report: &'a Report,
    digest: &'a str,
    inline: &Inline<'a>,
    words: &'a Words,
) -> Vec<Piece<'a>> {
    let messages = words.messages();
    let mut pieces = vec![
        Piece::Head(Head {
            style: inline.style,
            style_hash: inline.style_hash,
            script_hash: inline.script_hash,
            language: messages.language().tag(),
            title: messages.with(
                "page-title",
                &[
                    ("name", report.workspace.name.as_str().into()),
                    ("verdict", words.verdict(report.verdict).into()),
                ],
            ),
        }),
        Piece::Summary(Box::new(top(report, words))),
        Piece::Overview(Overview::new(report, words)),
    ];
    let changed = Changed::new(report, words);
    pieces.extend(changed.map(|changed| Piece::Changed(Box::new(changed))));
    pieces.push(Piece::Map(Map::new(report, words)));
    let heard = report.contacts.as_ref().map(|it| Heard::new(it, words));
    pieces.extend(heard.map(|heard| Piece::Contacts(Box::new(heard))));
    pieces.push(Piece::Promises(Promises::new(report, words)));
    let book = Book::new(report, words).map(Box::new);
    pieces.extend(book.map(Piece::Written));
    pieces.extend(findings::pieces(report, words));
    pieces.extend([
        Piece::Frameworks(Frameworks::new(report, words)),
        Piece::Evidence(basis(report, words)),
        Piece::Method(Method { digest }),
        Piece::Foot(Foot {
            script: inline.script,
            made_by: messages.with(
                "made-by",
                &[
                    ("tool", report.tool.name.as_str().into()),
                    ("version", report.tool.version.as_str().into()),
                    ("id", report.id.as_str().into()),
                    ("digest", digest.into()),
                ],
            ),
        }),
    ]);
    pieces
}

fn top<'a>(report: &'a Report, words: &'a Words) -> Top<'a> {
    Top {
        workspace: &report.workspace,
        verdict_word: words.verdict(report.verdict),
        verdict_class: report.verdict.name(),
        verdict_sentence: words.verdict_sentence(report),
        sure: words.how_sure(report),
        first: first(report, words),
        changes: Changes::new(report, words),
        attention: Attention::new(report, words),
        version: words.version(&report.workspace),
        licence: words.licence(&report.workspace.licence),
        registration: words.registration(&report.workspace.registration),
        profile: words::profile(&report.policy),
        source: words.source(&report.workspace.source),
        started: &report.started,
        finished: &report.finished,
        judged_at: &report.judged_at,
        id: &report.id,
        challenge: report.challenge.as_deref(),
        what_if: report.assumption.as_ref().map(|assumption| {
            words
                .messages()
                .count("what-if", assumption.assumed.len() as u64)
        }),
    }
}

/// The three failures to mend first.
fn first<'a>(report: &'a Report, words: &'a Words) -> Vec<First<'a>> {
    report
        .failures()
        .into_iter()
        .take(3)
        .map(|finding| First {
            rule: &finding.rule,
            title: &finding.title,
            severity: severity_name(finding.severity),
            severity_word: words.severity(finding.severity),
            todo: words::first_step(&finding.remedy),
            false_assurance: finding.false_assurance,
        })
        .collect()
}

fn basis<'a>(report: &'a Report, words: &'a Words) -> Basis<'a> {
    let messages = words.messages();
    Basis {
        workspace: &report.workspace,
        evidence: &report.evidence,
        policy: &report.policy,
        tool: &report.tool,
        confined: words::confinement(&report.evidence.confinement),
        reads: messages.count("reads-more", report.evidence.queries.len() as u64),
        packs: messages.with(
            "policy-packs",
            &[
                ("packs", report.policy.packs.join(", ").into()),
                ("severity", report.policy.fail_on.as_str().into()),
            ],
        ),
        parameters: report
            .policy
            .parameters
            .iter()
            .map(|(name, parameter)| ParameterRow {
                name,
                value: words.value(&parameter.value),
                origin: report
                    .policy
                    .origins
                    .get(&format!("parameters.{name}"))
                    .unwrap_or(&parameter.origin),
            })
            .collect(),
    }
}

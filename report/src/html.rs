//! The page: a pure function of the report and of the digest of its bytes.
//!
//! One file, nothing fetched. A policy in the page itself forbids everything but the style sheet and
//! the script of the filter, which are bound by their hashes; without the script all is there, only
//! unfiltered. Every text from outside is escaped by the template
//! engine; templates never mark a text as safe. Marks that would turn the page's own text round are
//! replaced.

mod comparison;
mod contacts;
mod engine;
mod findings;
mod fleet;
mod frameworks;
mod kept;
mod map;
mod overview;
mod page;
mod promises;
mod trend;
mod written;

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use handlebars::RenderErrorReason;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::messages::Language;
use crate::v1::Report;
use crate::words::{self, Words};
use engine::Engine;
#[cfg(test)]
pub(crate) use engine::{SELDOM, TEMPLATES};
pub use fleet::FleetRenderer;
#[cfg(test)]
pub(crate) use fleet::TEMPLATES as FLEET_TEMPLATES;
use kept::Kept;
use page::Piece;

/// The style sheet.
const STYLE: &str = include_str!("../templates/report.css");

/// The script of the filter.
const SCRIPT: &str = include_str!("../templates/filter.js");

/// Why a page could not be made. Either is a fault of this program.
#[derive(Debug, thiserror::Error)]
pub enum HtmlError {
    /// A template is malformed.
    #[error("a template is malformed: {0}")]
    Template(#[from] Box<handlebars::TemplateError>),
    /// A template names something that the page does not have.
    #[error("the page could not be rendered: {0}")]
    Render(#[from] Box<handlebars::RenderError>),
}

/// The engine with all templates in one language, made once for any number of pages.
#[derive(Debug)]
pub struct Renderer {
    engine: Engine,
    script_hash: String,
    words: Words,
    /// None for a single page, in which no piece comes twice.
    kept: Option<Kept>,
}

impl Renderer {
    /// Parses the templates in a language.
    pub fn new(language: Language) -> Result<Self, HtmlError> {
        let words = Words::new(language);
        Ok(Self {
            engine: Engine::new(&words)?,
            script_hash: source(SCRIPT),
            words,
            kept: None,
        })
    }

    /// The same for pages of many workspaces: what they have in common is rendered once.
    #[must_use]
    pub fn for_many(self) -> Self {
        let kept = Some(Kept::default());
        Self { kept, ..self }
    }

    /// The page of a report. `json_digest` is the SHA-256 of the bytes of `report.json`.
    pub fn render(&self, report: &Report, json_digest: &str) -> Result<Vec<u8>, HtmlError> {
        let what_if = report.assumption.as_ref().map(|_| self.words.what_if());
        let style = style("report.json", json_digest, what_if.as_deref());
        let style_hash = source(&style);
        let inline = page::Inline {
            style: &style,
            style_hash: &style_hash,
            script: SCRIPT,
            script_hash: &self.script_hash,
        };
        let parts = page::pieces(report, json_digest, &inline, &self.words)
            .par_iter()
            .map(|piece| self.part(piece))
            .collect::<Result<Vec<Arc<str>>, HtmlError>>()?;
        Ok(parts.concat().into_bytes())
    }

    fn part(&self, piece: &Piece<'_>) -> Result<Arc<str>, HtmlError> {
        let template = match piece.template() {
            Ok(template) => template,
            Err(text) => return Ok(text.into()),
        };
        match &self.kept {
            Some(kept) if piece.repeats() => {
                kept.get_or_make(made_of(template, piece)?, || self.rendered(template, piece))
            }
            _ => Ok(self.rendered(template, piece)?.into()),
        }
    }

    fn rendered(&self, template: &str, piece: &Piece<'_>) -> Result<String, HtmlError> {
        let engine = self.engine.of(template, &self.words)?;
        let text = engine.render(template, piece).map_err(Box::new)?;
        Ok(match words::plain(&text) {
            Cow::Borrowed(_) => text,
            Cow::Owned(text) => text,
        })
    }
}

/// All that the text of a piece depends on.
fn made_of(template: &str, piece: &Piece<'_>) -> Result<Vec<u8>, HtmlError> {
    serde_json::to_vec(&(template, piece)).map_err(|error| {
        // The same error as rendering such a piece ends in.
        HtmlError::Render(Box::new(RenderErrorReason::from(error).into()))
    })
}

/// The style sheet with the digest of a file for the foot of each printed page, and for its head that it
/// shows what is not.
fn style(file: &str, digest: &str, what_if: Option<&str>) -> String {
    let digest: String = digest.chars().filter(char::is_ascii_hexdigit).collect();
    let head = what_if.map_or_else(String::new, |text| {
        let text = text.replace(['"', '\\', '<', '\n'], " ");
        format!("@page{{@top-center{{font:bold 9pt sans-serif;content:\"{text}\"}}}}\n")
    });
    format!(
        "{STYLE}@page{{@bottom-left{{font:7pt ui-monospace,monospace;content:\"{file} {digest}\"}}}}\n{head}"
    )
}

/// A text as a source that a page's policy can allow.
fn source(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{Sample, rule};

    fn page(sample: &Sample) -> String {
        let bytes = Renderer::new(Language::English)
            .unwrap()
            .render(&sample.report(), &"0".repeat(64))
            .unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_report_whose_numbers_contradict_each_other_is_shown_all_the_same() {
        for count in [3, u64::MAX] {
            let mut report = Sample::default().report();
            let summary = &mut report.summary;
            for name in ["fail", "unknown", "error", "not_applicable"] {
                summary.by_outcome.insert(name.to_owned(), count);
            }
            for name in ["critical", "high"] {
                summary.by_severity.insert(name.to_owned(), count);
            }
            let past = crate::history::past(&report);
            report.history = Some(crate::v1::History {
                previous: past.clone(),
                outcomes: Vec::new(),
                flows: Vec::new(),
                trend: vec![past; 3],
            });
            let renderer = Renderer::new(Language::English).unwrap();
            assert!(renderer.render(&report, &"0".repeat(64)).is_ok());
            let text = crate::text::render(&report, &|_, text| text.to_owned());
            assert!(text.contains(&report.workspace.name));
        }
    }

    #[test]
    fn a_hostile_text_stays_a_text_wherever_it_comes_from() {
        let hostile = "</style><script>alert(1)</script>\"onload='x' <img src=x>";
        let page = page(&Sample {
            database: hostile.to_owned(),
            challenge: Some(hostile.to_owned()),
            rule: rule("Statistics_reporting", "high").replace("A reason.", "<b onclick=x>why</b>"),
            settings:
                r#"{"Statistics_reporting":{"value":"<svg onload=alert(1)>","type":"boolean"}}"#
                    .to_owned(),
            ..Sample::default()
        });
        for tag in ["<img", "<b onclick", "<svg onload"] {
            assert!(!page.contains(tag), "{tag}");
        }
        assert_eq!(page.matches("<script").count(), 1);
        assert!(page.contains("&lt;script&gt;") && page.contains("&lt;b onclick"));
        assert_eq!(page.matches("</style>").count(), 1);
    }

    #[test]
    fn what_is_waived_stands_on_the_page_with_reason_end_and_what_it_would_be() {
        assert!(!page(&Sample::default()).contains("id=\"written\""));
        let page = page(&Sample {
            settings: r#"{"Statistics_reporting":{"value":true,"type":"boolean"}}"#.to_owned(),
            accepted: Some("{ \"Statistics_reporting (as stored)\" = true }"),
            ..Sample::default()
        });
        for text in [
            "Waived to the end of 2026-11-30 (UTC) by board, T-1; 29 days are left.",
            "Without the waiver: failed.",
            "&lt;b&gt;Until&lt;/b&gt; the move.",
            "One failure is waived",
            "Waivers that end within 30 days: <a href=\"#SITE-001\">SITE-001</a>",
            "<svg viewBox=\"0 0 600 22\" class=\"left\"",
            "<span class=\"badge waived\">waived</span>",
        ] {
            assert!(page.contains(text), "{text}");
        }
        assert!(!page.contains("<b>Until"));
    }

    #[test]
    fn a_page_is_the_same_whatever_pages_were_made_before() {
        let on = r#"{"Statistics_reporting":{"value":true,"type":"boolean"}}"#.to_owned();
        let samples = [
            Sample::default(),
            Sample {
                settings: on.clone(),
                ..Sample::default()
            },
            Sample {
                settings: on,
                rule: rule("Statistics_reporting", "high").replace("A reason.", "Another."),
                ..Sample::default()
            },
        ];
        let many = Renderer::new(Language::English).unwrap().for_many();
        for sample in samples.iter().chain(&samples) {
            let again = many.render(&sample.report(), &"0".repeat(64)).unwrap();
            assert_eq!(String::from_utf8(again).unwrap(), page(sample));
        }
        assert!(many.kept.is_some_and(|it| it.len() > 4));
    }

    #[test]
    fn the_page_allows_itself_nothing_but_its_own_style_and_script() {
        let page = page(&Sample::default());
        // A browser reads the escaped sign as the sign.
        let read = page.replace("&#x3D;", "=");
        for tag in ["style", "script"] {
            let inside = page.split(&format!("<{tag}>")).nth(1).unwrap();
            let inside = inside.split(&format!("</{tag}>")).next().unwrap();
            let hash = STANDARD.encode(Sha256::digest(inside));
            assert!(read.contains(&format!("{tag}-src 'sha256-{hash}'")));
        }
        assert!(page.contains("default-src 'none'"));
        for source in [" src=", "http:", "https:", "url(", "@import", " style="] {
            assert!(!page.contains(source), "{source}");
        }
    }
}

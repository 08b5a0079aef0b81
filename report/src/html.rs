//! The page: a pure function of the report and of the digest of its bytes.
//!
//! One file, no script, nothing fetched. A policy in the page itself forbids everything but the
//! style sheet, which is bound by its hash. Every text from outside is escaped by the template
//! engine; templates never mark a text as safe. Marks that would turn the page's own text round are
//! replaced.

mod page;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use handlebars::Handlebars;
use sha2::{Digest as _, Sha256};

use crate::v1::Report;
use crate::words;
use page::Page;

/// The style sheet.
const STYLE: &str = include_str!("../templates/report.css");

/// The templates: name and text.
const TEMPLATES: [(&str, &str); 7] = [
    ("report", include_str!("../templates/report.hbs")),
    ("area", include_str!("../templates/part/area.hbs")),
    ("charts", include_str!("../templates/part/charts.hbs")),
    ("evidence", include_str!("../templates/part/evidence.hbs")),
    ("finding", include_str!("../templates/part/finding.hbs")),
    ("method", include_str!("../templates/part/method.hbs")),
    ("summary", include_str!("../templates/part/summary.hbs")),
];

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

/// The engine with all templates, made once for any number of pages.
#[derive(Debug)]
pub struct Renderer {
    engine: Handlebars<'static>,
    style_hash: String,
}

impl Renderer {
    /// Parses the templates.
    pub fn new() -> Result<Self, HtmlError> {
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.set_prevent_indent(true);
        for (name, text) in TEMPLATES {
            engine
                .register_template_string(name, text)
                .map_err(Box::new)?;
        }
        let style_hash = format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE)));
        Ok(Self { engine, style_hash })
    }

    /// The page of a report. `json_digest` is the SHA-256 of the bytes of `report.json`.
    pub fn render(&self, report: &Report, json_digest: &str) -> Result<Vec<u8>, HtmlError> {
        let page = Page::new(report, json_digest, STYLE, &self.style_hash);
        let text = self.engine.render("report", &page).map_err(Box::new)?;
        Ok(words::plain(&text).into_bytes())
    }
}

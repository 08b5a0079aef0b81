//! Templates, parsed in a language.

use std::sync::OnceLock;

use handlebars::Handlebars;

use super::HtmlError;
use crate::messages::Language;
use crate::words::Words;

/// The templates: name and text. None includes another, because the engine copies what it shows for
/// each inclusion.
pub(crate) const TEMPLATES: &[(&str, &str)] = &[
    ("advice", include_str!("../../templates/advice.hbs")),
    ("area", include_str!("../../templates/area.hbs")),
    ("charts", include_str!("../../templates/charts.hbs")),
    ("compared", include_str!("../../templates/compared.hbs")),
    ("evidence", include_str!("../../templates/evidence.hbs")),
    ("finding", include_str!("../../templates/finding.hbs")),
    ("findings", include_str!("../../templates/findings.hbs")),
    ("fold", include_str!("../../templates/fold.hbs")),
    ("foot", include_str!("../../templates/foot.hbs")),
    ("frameworks", include_str!("../../templates/frameworks.hbs")),
    ("head", include_str!("../../templates/head.hbs")),
    ("map", include_str!("../../templates/map.hbs")),
    ("method", include_str!("../../templates/method.hbs")),
    ("promises", include_str!("../../templates/promises.hbs")),
    ("summary", include_str!("../../templates/summary.hbs")),
];

/// The templates of parts that most pages do not have. Parsing costs more than rendering, so these wait
/// until a page needs them.
pub(crate) const SELDOM: &[(&str, &str)] = &[
    ("comparison", include_str!("../../templates/comparison.hbs")),
    ("contacts", include_str!("../../templates/contacts.hbs")),
    ("written", include_str!("../../templates/written.hbs")),
];

/// The parsed templates of a page.
#[derive(Debug)]
pub(super) struct Engine {
    common: Handlebars<'static>,
    seldom: OnceLock<Handlebars<'static>>,
}

impl Engine {
    /// Parses the templates that every page needs.
    pub(super) fn new(words: &Words) -> Result<Self, HtmlError> {
        Ok(Self {
            common: parsed(words, TEMPLATES)?,
            seldom: OnceLock::new(),
        })
    }

    /// What renders a template, parsed by now.
    pub(super) fn of(
        &self,
        template: &str,
        words: &Words,
    ) -> Result<&Handlebars<'static>, HtmlError> {
        if self.common.has_template(template) {
            return Ok(&self.common);
        }
        if let Some(engine) = self.seldom.get() {
            return Ok(engine);
        }
        let engine = parsed(words, SELDOM)?;
        Ok(self.seldom.get_or_init(|| engine))
    }
}

/// The engine with templates in the language of the words.
pub(super) fn parsed(
    words: &Words,
    templates: &[(&'static str, &'static str)],
) -> Result<Handlebars<'static>, HtmlError> {
    // What stays as it is says so to whoever reads it out.
    let english = match words.messages().language() {
        Language::English => "",
        _ => " lang=\"en\"",
    };
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.set_prevent_indent(true);
    // One after the other: a renderer may be what several threads wait for, each of which does other work
    // that needs it while it waits.
    for (name, text) in templates {
        let text = words.messages().put_into(text);
        engine
            .register_template_string(name, text.replace("{{english}}", english))
            .map_err(Box::new)?;
    }
    Ok(engine)
}

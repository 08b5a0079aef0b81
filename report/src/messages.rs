//! The page's own words in each language, from catalogues in Fluent's format.
//!
//! The catalogues are part of the program and held complete by tests, so looking a word up does not
//! fail; what would be missing shows as its id.

use std::borrow::Cow;
use std::fmt;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::{LanguageIdentifier, langid};

/// A language that the page can be in.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub enum Language {
    /// English, the language of the rules.
    #[default]
    English,
    /// German.
    German,
    /// Spanish.
    Spanish,
    /// French.
    French,
    /// Portuguese as it is written in Brazil.
    BrazilianPortuguese,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::English,
        Self::German,
        Self::Spanish,
        Self::French,
        Self::BrazilianPortuguese,
    ];

    /// The language tag (BCP 47).
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::BrazilianPortuguese => "pt-BR",
        }
    }

    /// The language with a tag; none if the page does not have it.
    #[must_use]
    pub fn of(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    const fn catalogue(self) -> &'static str {
        match self {
            Self::English => include_str!("../messages/en.ftl"),
            Self::German => include_str!("../messages/de.ftl"),
            Self::Spanish => include_str!("../messages/es.ftl"),
            Self::French => include_str!("../messages/fr.ftl"),
            Self::BrazilianPortuguese => include_str!("../messages/pt-BR.ftl"),
        }
    }

    const fn identifier(self) -> LanguageIdentifier {
        match self {
            Self::English => langid!("en"),
            Self::German => langid!("de"),
            Self::Spanish => langid!("es"),
            Self::French => langid!("fr"),
            Self::BrazilianPortuguese => langid!("pt-BR"),
        }
    }
}

/// The messages of one language.
pub struct Messages {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl fmt::Debug for Messages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages")
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

/// What is put into a message: a text or a number.
pub type Argument<'a> = FluentValue<'a>;

impl Messages {
    /// Reads the catalogue of a language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![language.identifier()]);
        // Marks around what is put in would turn up in attributes and in searches.
        bundle.set_use_isolating(false);
        let resource = match FluentResource::try_new(language.catalogue().to_owned()) {
            Ok(resource) | Err((resource, _)) => resource,
        };
        bundle.add_resource_overriding(resource);
        Self { language, bundle }
    }

    /// The language.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// A message that nothing is put into.
    #[must_use]
    pub fn text<'a>(&'a self, id: &'a str) -> Cow<'a, str> {
        self.format(id, None)
    }

    /// A message with what is put into it, by name.
    #[must_use]
    pub fn with(&self, id: &str, arguments: &[(&'static str, Argument<'_>)]) -> String {
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, value) in arguments {
            values.set(*name, value.clone());
        }
        self.format(id, Some(&values)).into_owned()
    }

    /// A message with a number, named `count`.
    #[must_use]
    pub fn count(&self, id: &str, count: u64) -> String {
        self.with(id, &[("count", Argument::from(count))])
    }

    fn format<'a>(&'a self, id: &'a str, arguments: Option<&'a FluentArgs<'_>>) -> Cow<'a, str> {
        let pattern = self
            .bundle
            .get_message(id)
            .and_then(|message| message.value());
        match pattern {
            Some(pattern) => self
                .bundle
                .format_pattern(pattern, arguments, &mut Vec::new()),
            None => Cow::Borrowed(id),
        }
    }

    /// A template in this language: each `{{t.some-id}}` is replaced by the message, escaped. That is
    /// done once, before the template is parsed, so that a word costs nothing however often it is
    /// shown.
    #[must_use]
    pub fn put_into(&self, template: &str) -> String {
        let mut text = String::with_capacity(template.len() * 2);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once(MARK) {
            let Some((id, after)) = after.split_once("}}") else {
                break;
            };
            text.push_str(before);
            text.push_str(&handlebars::html_escape(&self.text(id)));
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

/// What a template writes before the id of a message.
const MARK: &str = "{{t.";

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
    use fluent_syntax::parser;

    use super::*;

    /// The messages of a catalogue, each with the names of what is put into it.
    fn messages(language: Language) -> BTreeMap<String, BTreeSet<String>> {
        let resource = parser::parse(language.catalogue()).unwrap_or_else(|(_, errors)| {
            panic!("{}: {errors:?}", language.tag());
        });
        let mut messages = BTreeMap::new();
        for entry in resource.body {
            if let Entry::Message(message) = entry {
                let id = message.id.name.to_owned();
                let mut names = BTreeSet::new();
                arguments(&message.value.expect("a text"), &mut names);
                let twice = messages.insert(id.clone(), names).is_some();
                assert!(!twice, "{}: {id} is there twice", language.tag());
            }
        }
        messages
    }

    fn arguments(pattern: &Pattern<&str>, names: &mut BTreeSet<String>) {
        for element in &pattern.elements {
            let PatternElement::Placeable { expression } = element else {
                continue;
            };
            let inline = match expression {
                Expression::Select { selector, variants } => {
                    for variant in variants {
                        arguments(&variant.value, names);
                    }
                    selector
                }
                Expression::Inline(inline) => inline,
            };
            match inline {
                InlineExpression::VariableReference { id } => {
                    names.insert(id.name.to_owned());
                }
                other => panic!("{other:?} is more than a translator should have to know"),
            }
        }
    }

    #[test]
    fn every_language_says_all_that_english_says() {
        let english = messages(Language::English);
        for language in Language::ALL {
            let other = messages(language);
            let ids = |all: &BTreeMap<String, _>| all.keys().cloned().collect::<BTreeSet<_>>();
            let missing: Vec<_> = ids(&english).difference(&ids(&other)).cloned().collect();
            let idle: Vec<_> = ids(&other).difference(&ids(&english)).cloned().collect();
            assert!(missing.is_empty(), "{} lacks {missing:?}", language.tag());
            assert!(idle.is_empty(), "{} has {idle:?} alone", language.tag());
            for (id, names) in &english {
                // Which sentence is chosen can hang on a number that the sentence does not repeat.
                assert!(other[id].is_subset(names), "{}: {id}", language.tag());
            }
        }
    }

    #[test]
    fn every_message_is_used_and_every_used_one_is_there() {
        let sources = [
            include_str!("alarms.rs"),
            include_str!("words.rs"),
            include_str!("words/change.rs"),
            include_str!("html/comparison.rs"),
            include_str!("html/contacts.rs"),
            include_str!("html/findings.rs"),
            include_str!("html/fleet.rs"),
            include_str!("html/frameworks.rs"),
            include_str!("html/map.rs"),
            include_str!("html/overview.rs"),
            include_str!("html/page.rs"),
            include_str!("html/promises.rs"),
            include_str!("html/trend.rs"),
            include_str!("html/written.rs"),
            include_str!("text/written.rs"),
        ];
        let templates = crate::html::TEMPLATES
            .iter()
            .chain(crate::html::SELDOM)
            .chain(&crate::html::FLEET_TEMPLATES);
        let mut used = BTreeSet::new();
        for (_, text) in templates {
            let ids = text.split(MARK).skip(1);
            used.extend(ids.filter_map(|rest| rest.split("}}").next()));
        }
        let messages = messages(Language::English);
        for text in sources {
            let quoted = text.split('"').skip(1).step_by(2);
            used.extend(quoted.filter(|text| messages.contains_key(*text)));
        }
        let missing: Vec<_> = used
            .iter()
            .filter(|id| !messages.contains_key(**id))
            .collect();
        assert!(missing.is_empty(), "no catalogue has {missing:?}");
        let idle: Vec<_> = messages
            .keys()
            .filter(|id| !used.contains(id.as_str()))
            .collect();
        assert!(idle.is_empty(), "nothing uses {idle:?}");
    }

    #[test]
    fn a_message_fits_the_number_in_it() {
        let says = |language, count| Messages::new(language).count("fold-passed", count);
        assert_eq!(says(Language::English, 3), "3 passed");
        let reads = |count| Messages::new(Language::English).count("reads-more", count);
        assert!(reads(1).starts_with("One read"));
        assert_eq!(reads(1_234), "1234 reads, every one that was made");
    }

    #[test]
    fn a_message_in_a_template_is_a_text() {
        let english = Messages::new(Language::English);
        let text = english.put_into("<p>{{t.check-about}}</p>{{digest}}");
        assert!(text.starts_with("<p>A page can&#x27;t vouch"), "{text}");
        assert!(text.ends_with("</p>{{digest}}"));
        assert_eq!(english.put_into("{{t.no-such-id}}"), "no-such-id");
    }
}

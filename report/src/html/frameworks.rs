//! Laws and standards: what the rules relate to, what came of it, and what no rule looks at.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::v1::{Finding, Outcome, Report};
use crate::words::{Word, Words};

/// The part of the page about laws and standards.
#[derive(Debug, Serialize)]
pub(super) struct Frameworks<'a> {
    frameworks: Vec<Framework<'a>>,
}

/// A law or standard.
#[derive(Debug, Serialize)]
struct Framework<'a> {
    summary: String,
    name: Word<'a>,
    controls: Vec<Control<'a>>,
    uncovered: Option<String>,
}

/// An article or control that rules relate to.
#[derive(Debug, Serialize)]
struct Control<'a> {
    id: &'a str,
    failing: Vec<&'a str>,
    failed: usize,
    unknown: usize,
    passed: usize,
    not_applicable: usize,
}

/// What is known of a framework.
struct Known {
    /// What references to it begin with.
    prefix: &'static str,
    /// The message with its name.
    name: &'static str,
    /// What of it a rule could look at: what stands before the number, the first number and the last.
    /// Nothing is said of the rest of a law without such a list.
    parts: &'static [(&'static str, u32, u32)],
}

/// The frameworks in the order of the page.
const FRAMEWORKS: [Known; 7] = [
    Known {
        prefix: "gdpr",
        name: "framework-gdpr",
        // Principles, rights, controllers and processors, transfers: the articles that oblige
        // whoever runs a workspace.
        parts: &[("", 5, 49)],
    },
    Known {
        prefix: "lgpd",
        name: "framework-lgpd",
        parts: &[],
    },
    Known {
        prefix: "ccpa",
        name: "framework-ccpa",
        parts: &[],
    },
    Known {
        prefix: "iso27001",
        name: "framework-iso27001",
        parts: &[
            ("A.5.", 1, 37),
            ("A.6.", 1, 8),
            ("A.7.", 1, 14),
            ("A.8.", 1, 34),
        ],
    },
    Known {
        prefix: "nist",
        name: "framework-nist",
        parts: &[],
    },
    Known {
        prefix: "soc2",
        name: "framework-soc2",
        parts: &[],
    },
    Known {
        prefix: "bsi",
        name: "framework-bsi",
        parts: &[],
    },
];

/// The families of NIST SP 800-53, revision 5.
const FAMILIES: [&str; 20] = [
    "AC", "AT", "AU", "CA", "CM", "CP", "IA", "IR", "MA", "MP", "PE", "PL", "PM", "PS", "PT", "RA",
    "SA", "SC", "SI", "SR",
];

impl<'a> Frameworks<'a> {
    pub(super) fn new(report: &'a Report, words: &'a Words) -> Self {
        let mut by_reference: BTreeMap<&str, BTreeMap<&str, Vec<&Finding>>> = BTreeMap::new();
        for finding in &report.findings {
            for reference in &*finding.references {
                if let Some((framework, control)) = reference.split_once(':') {
                    let controls = by_reference.entry(framework).or_default();
                    controls.entry(control).or_default().push(finding);
                }
            }
        }
        let frameworks = FRAMEWORKS
            .iter()
            .filter_map(|known| {
                let findings = by_reference.get(known.prefix)?;
                Some(framework(known, findings, words))
            })
            .collect();
        Self { frameworks }
    }
}

fn framework<'a>(
    known: &Known,
    findings: &BTreeMap<&'a str, Vec<&'a Finding>>,
    words: &'a Words,
) -> Framework<'a> {
    let messages = words.messages();
    let mut controls: Vec<Control<'a>> = findings
        .iter()
        .map(|(id, findings)| control(id, findings))
        .collect();
    controls.sort_by_cached_key(|control| natural(control.id));
    let seen: BTreeSet<String> = controls
        .iter()
        .map(|it| whole(known.prefix, it.id))
        .collect();
    let uncovered: Vec<String> = expected(known)
        .into_iter()
        .filter(|id| !seen.contains(id))
        .collect();
    let failing = controls.iter().filter(|it| !it.failing.is_empty()).count();
    Framework {
        summary: messages.with(
            "framework-summary",
            &[
                ("name", messages.text(known.name).into()),
                ("covered", controls.len().into()),
                ("failing", failing.into()),
            ],
        ),
        name: messages.text(known.name),
        controls,
        uncovered: (!uncovered.is_empty()).then(|| {
            let list = ranges(&uncovered).join(", ");
            messages.with("uncovered", &[("controls", list.into())])
        }),
    }
}

fn control<'a>(id: &'a str, findings: &[&'a Finding]) -> Control<'a> {
    let count = |outcome| findings.iter().filter(|it| it.outcome == outcome).count();
    let failing = findings.iter().filter(|it| it.outcome == Outcome::Fail);
    Control {
        id,
        failing: failing.map(|it| it.rule.as_str()).collect(),
        failed: count(Outcome::Fail),
        unknown: count(Outcome::Unknown),
        passed: count(Outcome::Pass),
        not_applicable: count(Outcome::NotApplicable),
    }
}

/// What of a framework rules could relate to.
fn expected(known: &Known) -> Vec<String> {
    if known.prefix == "nist" {
        return FAMILIES.map(str::to_owned).to_vec();
    }
    known
        .parts
        .iter()
        .flat_map(|(start, first, last)| (*first..=*last).map(move |it| format!("{start}{it}")))
        .collect()
}

/// The article, control or family that a reference belongs to: `5` of `5(1)(c)`, `AC` of `AC-2(3)`.
fn whole(prefix: &str, id: &str) -> String {
    let end = if prefix == "nist" { '-' } else { '(' };
    id.split(end).next().unwrap_or(id).to_owned()
}

/// Ids with neighbours put together: `7, 8, 9` is `7–9`.
fn ranges(ids: &[String]) -> Vec<String> {
    let mut ranges: Vec<(String, Option<String>)> = Vec::new();
    for id in ids {
        match ranges.last_mut() {
            Some((first, last)) if follows(last.as_deref().unwrap_or(first), id) => {
                *last = Some(id.clone());
            }
            _ => ranges.push((id.clone(), None)),
        }
    }
    ranges
        .into_iter()
        .map(|(first, last)| match last {
            Some(last) => format!("{first}–{last}"),
            None => first,
        })
        .collect()
}

/// Whether an id has the number after that of another, with the same text before it.
fn follows(one: &str, next: &str) -> bool {
    let (one, next) = (natural(one), natural(next));
    match (one.split_last(), next.split_last()) {
        (Some((Piece::Number(last), head)), Some((Piece::Number(this), same))) => {
            head == same && last + 1 == *this
        }
        _ => false,
    }
}

/// A piece of an id.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
enum Piece {
    Text(String),
    Number(u64),
}

/// An id in pieces, so that `A.5.9` comes before `A.5.14`.
fn natural(id: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for character in id.chars() {
        match (character.to_digit(10), pieces.last_mut()) {
            (Some(digit), Some(Piece::Number(number))) => {
                *number = number.saturating_mul(10).saturating_add(digit.into());
            }
            (Some(digit), _) => pieces.push(Piece::Number(digit.into())),
            (None, Some(Piece::Text(text))) => text.push(character),
            (None, _) => pieces.push(Piece::Text(character.to_string())),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_in_the_order_of_their_numbers() {
        let mut ids = ["A.5.14", "A.8.2", "A.5.9", "A.5.14(1)"];
        ids.sort_by_cached_key(|id| natural(id));
        assert_eq!(ids, ["A.5.9", "A.5.14", "A.5.14(1)", "A.8.2"]);
    }

    #[test]
    fn neighbours_are_put_together() {
        let ids = ["7", "8", "9", "11", "A.5.1", "A.6.2", "A.6.3", "MA", "MP"].map(str::to_owned);
        let expected = ["7–9", "11", "A.5.1", "A.6.2–A.6.3", "MA", "MP"];
        assert_eq!(ranges(&ids), expected);
    }

    #[test]
    fn a_reference_belongs_to_its_article_or_family() {
        assert_eq!(whole("gdpr", "5(1)(c)"), "5");
        assert_eq!(whole("nist", "AC-2(3)"), "AC");
        assert_eq!(whole("iso27001", "A.5.14"), "A.5.14");
        assert_eq!(expected(&FRAMEWORKS[3]).len(), 93);
    }
}

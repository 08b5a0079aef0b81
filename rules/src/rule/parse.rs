//! Reading rule files. What is not exactly right is refused with file, line, key and the valid
//! names, because a rule that silently asks something else is worse than none.

mod condition;
mod remedy;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

pub(crate) use condition::{DEPTH, RawCondition, similar};

use super::{Answer, Doubt, Profile, Remedy, Rule};
use crate::case::{Case, RawCase};
use crate::check::Subject;
use crate::fact;
use crate::finding::{Outcome, Severity};
use crate::reference;
use crate::version::{Version, VersionRange};
use crate::written::{Mistake, Reader, Spanned};

/// A rule file as it stands there.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Rule")]
pub(crate) struct RawRule {
    /// The version of the file's format, 1.
    #[schemars(with = "u32", range(min = 1, max = 1))]
    format: Spanned<u32>,
    /// The id, which is also the name of the file.
    #[schemars(with = "String", regex(pattern = "^[A-Z0-9]+-[0-9]{3}$"))]
    id: Spanned<String>,
    /// Grows when the meaning changes.
    revision: u32,
    /// The release of this program that brought it.
    #[schemars(with = "String")]
    since: Version,
    /// What holds when it passes, as a sentence.
    title: String,
    /// How bad a failure is.
    severity: Severity,
    /// Why that bad.
    severity_reason: String,
    /// The profiles in which it applies; all without this key.
    profiles: Option<Vec<Profile>>,
    /// The profiles in which it applies with the pack strict.
    #[serde(default)]
    strict: Vec<Profile>,
    /// The releases of Rocket.Chat to which it applies: "*", ">=6.5.1", "<7.0.0", or both with a
    /// comma.
    #[serde(default)]
    #[schemars(with = "String")]
    applies: VersionRange,
    /// Statements of the vendor's policies that it tests.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    clauses: Vec<Spanned<String>>,
    /// Outside controls that it relates to, "gdpr:5(1)(c)".
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    references: Vec<Spanned<String>>,
    /// Why it matters.
    #[schemars(with = "String")]
    rationale: Spanned<String>,
    /// What to do when it fails.
    #[schemars(with = "Remedy")]
    remedy: Spanned<Remedy>,
    /// When the question arises.
    #[schemars(with = "Option<RawCondition>")]
    when: Option<Spanned<RawCondition>>,
    /// What holds when it passes; either this or manual.
    #[schemars(with = "Option<RawCondition>")]
    check: Option<Spanned<RawCondition>>,
    /// What a person has to answer.
    manual: Option<RawManual>,
    /// When an outcome is not to be trusted.
    #[serde(default)]
    doubt: Vec<RawDoubt>,
    /// When a failure is one that the stored value hides.
    #[schemars(with = "Option<RawCondition>")]
    false_assurance: Option<Spanned<RawCondition>>,
    /// Why a failure is only reported as unknown.
    unverified: Option<String>,
    /// Examples, which are also tests.
    #[serde(default)]
    #[schemars(with = "Vec<RawCase>")]
    case: Vec<Spanned<RawCase>>,
}

/// What a person has to answer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Manual")]
struct RawManual {
    /// The question.
    question: String,
}

/// When an outcome is not to be trusted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Doubt")]
struct RawDoubt {
    /// The outcome, pass or fail.
    #[schemars(with = "Outcome")]
    instead_of: Spanned<Outcome>,
    /// The condition.
    #[schemars(with = "RawCondition")]
    when: Spanned<RawCondition>,
    /// The outcome in its place: unknown without this key, or `not_applicable`.
    #[serde(default)]
    #[schemars(with = "Option<Outcome>")]
    becomes: Option<Spanned<Outcome>>,
    /// Why, one sentence.
    reason: String,
}

pub(super) fn parse(file: &str, text: &str) -> Result<Rule, Mistake> {
    let reader = Reader { file, text };
    let mut raw: RawRule = reader.toml()?;
    let cases = std::mem::take(&mut raw.case);
    let mut rule = checked(&reader, raw)?;
    rule.cases = reader.cases(&rule, cases)?;
    Ok(rule)
}

pub(super) fn unpack(file: &str, bytes: &[u8]) -> Result<Rule, Mistake> {
    let reader = Reader { file, text: "" };
    checked(&reader, reader.packed(bytes)?)
}

/// A rule without its cases.
fn checked(reader: &Reader<'_>, raw: RawRule) -> Result<Rule, Mistake> {
    reader.format(&raw.format)?;
    let id = checked_id(reader, &raw.id)?;
    let answer = match (&raw.check, raw.manual) {
        (Some(check), None) => Answer::Check(reader.condition(check, DEPTH)?),
        (None, Some(manual)) => Answer::Manual {
            question: manual.question,
        },
        _ => return Err(reader.error(None, "exactly one of [check] and [manual] is wanted")),
    };
    let profiles = raw.profiles.unwrap_or_else(|| Profile::ALL.to_vec());
    if profiles.is_empty() && raw.strict.is_empty() {
        return Err(reader.error(None, "the rule applies in no profile"));
    }
    reader.references(&raw.clauses, &raw.references)?;
    if raw.rationale.get_ref().trim().is_empty() {
        return Err(reader.error(Some(raw.rationale.start()), "'rationale' is empty"));
    }
    let remedy_at = raw.remedy.start();
    let remedy = raw.remedy.into_inner();
    if remedy == Remedy::default() {
        return Err(reader.error(
            Some(remedy_at),
            "[remedy] is empty; where the product has no remedy, 'note' says so",
        ));
    }
    reader.remedy(&remedy, remedy_at)?;
    let when = raw
        .when
        .map(|when| reader.condition(&when, DEPTH))
        .transpose()?;
    let doubts = raw
        .doubt
        .iter()
        .map(|doubt| reader.doubt(doubt))
        .collect::<Result<_, _>>()?;
    let false_assurance = raw
        .false_assurance
        .map(|condition| reader.condition(&condition, DEPTH))
        .transpose()?;
    let rationale = raw.rationale.into_inner().trim().to_owned();
    Ok(Rule {
        id,
        revision: raw.revision,
        since: raw.since,
        title: raw.title,
        severity: raw.severity,
        severity_reason: raw.severity_reason,
        profiles,
        strict: raw.strict,
        applies: raw.applies,
        paragraphs: unwrapped(&rationale).into(),
        rationale,
        clauses: raw.clauses.into_iter().map(Spanned::into_inner).collect(),
        references: Arc::new(
            raw.references
                .into_iter()
                .map(Spanned::into_inner)
                .collect(),
        ),
        remedy,
        when,
        answer,
        doubts,
        false_assurance,
        unverified: raw.unverified,
        cases: Vec::new(),
        source: reader.file.to_owned(),
    })
}

/// A text on one line for each paragraph.
fn unwrapped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, paragraph) in text.split("\n\n").enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let start = out.len();
        for word in paragraph.split_whitespace() {
            if out.len() > start {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}

/// The id, in the shape `AREA-000` and equal to the name of the file.
fn checked_id(reader: &Reader<'_>, id: &Spanned<String>) -> Result<String, Mistake> {
    let at = Some(id.start());
    let text = id.get_ref();
    let shaped = text.split_once('-').is_some_and(|(area, number)| {
        !area.is_empty()
            && area
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && number.len() == 3
            && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if !shaped {
        return Err(reader.error(at, format!("'{text}' is no id; write AREA-001")));
    }
    reader.named_by(id)?;
    Ok(text.clone())
}

impl Reader<'_> {
    /// Refuses a file that is not named by the id in it.
    pub(crate) fn named_by(&self, id: &Spanned<String>) -> Result<(), Mistake> {
        let text = id.get_ref();
        let name = self.file.rsplit(['/', '\\']).next().unwrap_or(self.file);
        if name.strip_suffix(".toml") == Some(text) {
            return Ok(());
        }
        Err(self.error(
            Some(id.start()),
            format!("the id is '{text}' but the file is named '{name}'"),
        ))
    }

    fn references(
        &self,
        clauses: &[Spanned<String>],
        controls: &[Spanned<String>],
    ) -> Result<(), Mistake> {
        for clause in clauses {
            if !reference::is_clause(clause.get_ref()) {
                return Err(self.error(
                    Some(clause.start()),
                    format!(
                        "'{}' is no clause; they are CL-01 to CL-71",
                        clause.get_ref()
                    ),
                ));
            }
        }
        for control in controls {
            if let Err(why) = reference::check(control.get_ref()) {
                return Err(self.error(Some(control.start()), why));
            }
        }
        Ok(())
    }

    fn doubt(&self, doubt: &RawDoubt) -> Result<Doubt, Mistake> {
        let instead_of = *doubt.instead_of.get_ref();
        if !matches!(instead_of, Outcome::Pass | Outcome::Fail) {
            return Err(self.error(
                Some(doubt.instead_of.start()),
                "'instead_of' is 'pass' or 'fail'",
            ));
        }
        let becomes = match &doubt.becomes {
            None => Outcome::Unknown,
            Some(outcome) if *outcome.get_ref() == Outcome::NotApplicable => Outcome::NotApplicable,
            Some(outcome) => {
                return Err(self.error(
                    Some(outcome.start()),
                    "'becomes' is 'not_applicable' or left out",
                ));
            }
        };
        Ok(Doubt {
            instead_of,
            becomes,
            when: self.condition(&doubt.when, DEPTH)?,
            reason: doubt.reason.clone(),
        })
    }

    fn cases(&self, rule: &Rule, raw: Vec<Spanned<RawCase>>) -> Result<Vec<Case>, Mistake> {
        let mut cases: Vec<Case> = Vec::new();
        let subjects = rule.subjects();
        for case in raw {
            let at = Some(case.start());
            let case = case.into_inner();
            for id in case.settings.keys() {
                let read = subjects.iter().any(|subject| {
                    matches!(subject, Subject::Setting(it) | Subject::Stored(it) if it == id)
                });
                let behind_a_fact = subjects
                    .iter()
                    .any(|subject| matches!(subject, Subject::Fact(_)));
                if !read && !behind_a_fact {
                    return Err(self.error(
                        at,
                        format!(
                            "case '{}' sets {id}, which the rule does not read",
                            case.name
                        ),
                    ));
                }
            }
            if let Some(id) = case.facts.keys().find(|id| fact::find(id).is_none()) {
                return Err(
                    self.error(at, format!("case '{}': there is no fact '{id}'", case.name))
                );
            }
            if cases.iter().any(|other| other.name == case.name) {
                return Err(self.error(at, format!("two cases are named '{}'", case.name)));
            }
            cases.push(Case::read(case).map_err(|why| self.error(at, why))?);
        }
        let has = |outcome| cases.iter().any(|case| case.expect == outcome);
        let (wanted, what): (&[Outcome], _) = match (&rule.answer, &rule.unverified) {
            (Answer::Manual { .. }, _) => (&[Outcome::Manual, Outcome::Pass], "manual and a pass"),
            (_, Some(_)) => (&[Outcome::Pass, Outcome::Unknown], "pass and an unknown"),
            _ => (&[Outcome::Pass, Outcome::Fail], "pass and a fail"),
        };
        if !wanted.iter().all(|outcome| has(*outcome)) {
            return Err(self.error(None, format!("the cases need at least a {what}")));
        }
        Ok(cases)
    }
}

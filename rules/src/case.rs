//! Cases: the examples inside a rule file, which are also its tests.
//!
//! A case describes a workspace in a few lines. It is turned into real evidence, with the flags
//! that the version's own definitions give each setting, and judged by the same code.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::attestation::{Attestations, Subject as Stated};
use crate::catalogue::{self, Life};
use crate::check::{Condition, Subject};
use crate::environment::Environment;
use crate::evaluate;
use crate::evidence::Evidence;
use crate::fact;
use crate::finding::{Judgement, Outcome};
use crate::licence::{Licence, LicenceState};
use crate::parameter::Parameters;
use crate::policy::Policy;
use crate::reduction;
use crate::rule::{Answer, Profile, Rule};
use crate::server;
use crate::snapshot::{Dataset, FORMAT, Row, Snapshot, Source, SourceKind, StoredSetting};
use crate::value::Value;
use crate::version::{RunningVersion, Version};

/// The moment at which cases are judged unless they say otherwise.
const NOW: &str = "2026-11-01T12:00:00Z";

/// An example workspace, and what must be said of it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Case")]
pub(crate) struct RawCase<E = Outcome> {
    /// What is special about it.
    pub(crate) name: String,
    /// The release; unknown without this key.
    #[schemars(with = "Option<String>")]
    version: Option<Version>,
    /// The declared profile; the rule's first without this key.
    profile: Option<Profile>,
    /// Whether the policy is strict.
    #[serde(default)]
    strict: bool,
    /// The modules of the licence; no licence without this key.
    licence: Option<Vec<String>>,
    /// Stored settings; one that is not named is not in the database.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub(crate) settings: toml::Table,
    /// Facts in place of those that would be drawn.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    pub(crate) facts: toml::Table,
    /// The roles of permissions.
    #[serde(default)]
    permissions: BTreeMap<String, Vec<String>>,
    /// Parameters of the policy.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, serde_json::Value>")]
    parameters: toml::Table,
    /// The environment of the server's processes.
    #[serde(default)]
    environment: Option<BTreeMap<String, String>>,
    /// Whether somebody states what the rule asks, or that nothing gets out.
    #[serde(default)]
    attested: bool,
    /// What must be said.
    expect: E,
    /// Whether it must be marked as a false assurance.
    #[serde(default)]
    false_assurance: bool,
}

/// An example workspace and what must be said of it: by a rule an outcome, by a flow a state.
#[derive(Clone, Debug)]
pub struct Case<E = Outcome> {
    /// What is special about it.
    pub name: String,
    /// The version; none for one that is unknown.
    pub version: Option<Version>,
    /// The declared profile; the rule's first if none.
    pub profile: Option<Profile>,
    /// Whether the policy is strict.
    pub strict: bool,
    /// The modules of the licence; no licence if none.
    pub licence: Option<Vec<String>>,
    /// Stored values.
    pub settings: BTreeMap<String, Value>,
    /// Facts that replace derived ones.
    pub facts: BTreeMap<String, Value>,
    /// Roles of permissions.
    pub permissions: BTreeMap<String, Vec<String>>,
    parameters: Parameters,
    environment: Environment,
    attested: bool,
    /// What must be said.
    pub expect: E,
    /// Whether it must be marked as a false assurance.
    pub false_assurance: bool,
}

impl<E> Case<E> {
    pub(crate) fn read(raw: RawCase<E>) -> Result<Self, String> {
        let values = |table: toml::Table| -> Result<BTreeMap<String, Value>, String> {
            table
                .into_iter()
                .map(|(id, value)| {
                    value_of(&value)
                        .map(|value| (id.clone(), value))
                        .ok_or_else(|| {
                            format!("case '{}': the value of {id} is not understood", raw.name)
                        })
                })
                .collect()
        };
        let mut parameters = Parameters::default();
        for (name, value) in &raw.parameters {
            parameters
                .set(name, value)
                .map_err(|error| format!("case '{}': {error}", raw.name))?;
        }
        Ok(Self {
            settings: values(raw.settings)?,
            facts: values(raw.facts)?,
            name: raw.name,
            version: raw.version,
            profile: raw.profile,
            strict: raw.strict,
            licence: raw.licence,
            permissions: raw.permissions,
            parameters,
            environment: raw.environment.map(Environment::reduce).unwrap_or_default(),
            attested: raw.attested,
            expect: raw.expect,
            false_assurance: raw.false_assurance,
        })
    }

    /// What is asked of the workspace of the case. `profile` holds where the case names none, and
    /// `stated` is what is attested where the case says that something is.
    pub(crate) fn ask<T>(
        &self,
        profile: Option<Profile>,
        strict: bool,
        stated: Stated,
        question: impl FnOnce(&Evidence<'_>) -> T,
    ) -> T {
        let snapshot = self.snapshot();
        let attestations = if self.attested {
            Attestations::always(stated)
        } else {
            Attestations::default()
        };
        let now: Timestamp = NOW.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        let policy = Policy::for_case(
            self.profile.or(profile),
            self.strict || strict,
            &self.parameters,
        );
        let mut evidence =
            Evidence::draw(&snapshot, &policy, &self.environment, &attestations, now);
        if let Some(version) = &self.version {
            evidence.server.version = RunningVersion::exactly(version.clone());
        }
        // A case names what matters; what it leaves out is not in the database.
        evidence.server.settings_whole = true;
        evidence.server.licence = self.licence();
        evidence.server.registered = server::holds_credentials(&evidence.settings());
        // Facts follow version and licence, so they are drawn again, and then the case's own count.
        evidence.facts = fact::derive(&evidence.context());
        for (id, value) in &self.facts {
            if let Some(spec) = fact::find(id) {
                evidence.facts.insert(spec.id, Ok(value.clone()));
            }
        }
        question(&evidence)
    }

    fn snapshot(&self) -> Snapshot {
        let running = self
            .version
            .clone()
            .map_or_else(RunningVersion::default, RunningVersion::exactly);
        let settings = self
            .settings
            .iter()
            .map(|(id, value)| (id.clone(), document(id, value, &running)))
            .collect();
        let permissions = self
            .permissions
            .iter()
            .map(|(id, roles)| {
                Row::from([
                    ("id".to_owned(), Value::from(id.as_str())),
                    (
                        "roles".to_owned(),
                        roles.iter().map(String::as_str).collect(),
                    ),
                ])
            })
            .collect();
        let data = BTreeMap::from([(
            fact::server::PERMISSIONS.to_owned(),
            Dataset::Rows {
                rows: permissions,
                complete: true,
            },
        )]);
        Snapshot {
            format: FORMAT.to_owned(),
            source: Source {
                kind: SourceKind::SettingsFile,
                database: "case".to_owned(),
                server_version: None,
                replica_set: None,
                cluster_time: None,
                login: None,
            },
            started: Timestamp::UNIX_EPOCH,
            finished: Timestamp::UNIX_EPOCH,
            settings,
            groups: BTreeSet::new(),
            licence: crate::licence::LicenceText::Absent,
            data,
            ledger: Vec::new(),
        }
    }

    fn licence(&self) -> Licence {
        match &self.licence {
            None => Licence::none("the case has no licence"),
            Some(modules) => {
                let granted: BTreeSet<String> = modules.iter().cloned().collect();
                Licence {
                    state: LicenceState::Valid,
                    possible: Some(granted.clone()),
                    granted,
                    offline: Some(modules.iter().any(|module| module == "offline")),
                    ends: None,
                    basis: "the case has a licence".to_owned(),
                }
            }
        }
    }
}

impl Case {
    /// The value of a parameter of the policy.
    #[cfg(test)]
    pub(crate) fn parameter(&self, name: &str) -> Value {
        let value = self.parameters.values().get(name);
        value.cloned().unwrap_or(Value::Null)
    }

    /// Judges the case by the rule.
    #[must_use]
    pub fn judge(&self, rule: &Rule) -> Judgement {
        let profile = rule.profiles.first().or(rule.strict.first()).copied();
        let stated = match rule.answer {
            Answer::Manual { .. } => Stated::Rule(rule.id.clone()),
            Answer::Check(_) => egress_blocked(),
        };
        self.ask(profile, rule.profiles.is_empty(), stated, |evidence| {
            evaluate::judge(rule, evidence)
        })
    }
}

/// The statement that nothing gets out to the internet.
pub(crate) fn egress_blocked() -> Stated {
    Stated::Fact("egress_blocked".to_owned())
}

/// A stored document with the flags of the version's definition. A text that only ever is read as
/// set or unset stays withheld, as it would be in a real snapshot.
pub(crate) fn document(id: &str, value: &Value, running: &RunningVersion) -> StoredSetting {
    let definition = catalogue::find(id);
    let span = definition.and_then(|definition| match definition.life(running) {
        Life::Defined(span) => Some(span),
        Life::Unsure(spans) => spans.first().copied(),
        Life::Outside { .. } => definition.newest(),
    });
    let plain = value.clone();
    let value = match value {
        Value::Text(text) => {
            let kept = reduction::of(id, span.map(|span| span.kind));
            reduction::text(id, kept, text, false)
        }
        other => other.clone(),
    };
    let invalid_value = span.and_then(|span| span.invalid).map(Value::from);
    StoredSetting {
        equals_invalid: invalid_value.as_ref().map(|invalid| *invalid == plain),
        value: Some(value),
        kind: span.map(|span| span.kind.to_owned()),
        source: None,
        equals_environment: None,
        equals_package: None,
        hidden: span.is_some_and(|span| span.hidden),
        blocked: false,
        secret: span.is_some_and(|span| span.secret),
        public: span.is_some_and(|span| span.public),
        enterprise: span.is_some_and(|span| span.enterprise),
        modules: span.map_or_else(Vec::new, |span| {
            span.modules
                .iter()
                .map(|&module| module.to_owned())
                .collect()
        }),
        invalid_value,
        updated_at: None,
    }
}

fn value_of(value: &toml::Value) -> Option<Value> {
    Some(match value {
        toml::Value::Boolean(value) => Value::Bool(*value),
        toml::Value::Integer(value) => Value::Int(*value),
        toml::Value::Float(value) => Value::Double(*value),
        toml::Value::String(text) if text == "null" => Value::Null,
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Datetime(time) => Value::Time(time.to_string().parse().ok()?),
        toml::Value::Array(items) => {
            Value::List(items.iter().map(value_of).collect::<Option<_>>()?)
        }
        toml::Value::Table(map) => Value::Map(
            map.iter()
                .map(|(key, value)| value_of(value).map(|value| (key.clone(), value)))
                .collect::<Option<_>>()?,
        ),
    })
}

/// What a rule's cases say about the rule.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Complaint {
    /// A case gives another outcome than it expects.
    Case {
        /// The case.
        case: String,
        /// What went wrong.
        message: String,
    },
    /// No case notices that a comparison is turned into its opposite.
    Unproven {
        /// The changed condition.
        mutant: String,
    },
}

/// Runs every case of a rule, and checks that each comparison matters to one of them.
#[must_use]
pub fn test(rule: &Rule) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut real = Vec::new();
    for case in &rule.cases {
        let judgement = case.judge(rule);
        if judgement.outcome != case.expect || judgement.false_assurance != case.false_assurance {
            let mark = |assurance| if assurance { " (false assurance)" } else { "" };
            complaints.push(Complaint::Case {
                case: case.name.clone(),
                message: format!(
                    "expected {}{}, got {}{}: {}",
                    case.expect,
                    mark(case.false_assurance),
                    judgement.outcome,
                    mark(judgement.false_assurance),
                    judgement.reason
                ),
            });
        }
        real.push((judgement.outcome, judgement.false_assurance));
    }
    for (mutant, changed) in mutants(rule) {
        let noticed = changed.cases.iter().zip(&real).any(|(case, real)| {
            let judgement = case.judge(&changed);
            (judgement.outcome, judgement.false_assurance) != *real
        });
        if !noticed {
            complaints.push(Complaint::Unproven { mutant });
        }
    }
    complaints
}

/// The rule with one comparison negated, for each comparison, and what was changed.
fn mutants(rule: &Rule) -> Vec<(String, Rule)> {
    let mut all = Vec::new();
    let mut add = |place: &str, condition: &Condition, apply: &dyn Fn(&mut Rule, Condition)| {
        for mutant in condition.mutants() {
            let mut changed = rule.clone();
            let words = format!("{place}: {mutant}");
            apply(&mut changed, mutant);
            all.push((words, changed));
        }
    };
    if let Some(when) = &rule.when {
        add("when", when, &|rule, mutant| rule.when = Some(mutant));
    }
    if let Answer::Check(check) = &rule.answer {
        add("check", check, &|rule, mutant| {
            rule.answer = Answer::Check(mutant);
        });
    }
    for (index, doubt) in rule.doubts.iter().enumerate() {
        add("doubt", &doubt.when, &|rule, mutant| {
            if let Some(doubt) = rule.doubts.get_mut(index) {
                doubt.when = mutant;
            }
        });
    }
    if let Some(condition) = &rule.false_assurance {
        add("false_assurance", condition, &|rule, mutant| {
            rule.false_assurance = Some(mutant);
        });
    }
    all
}

/// Which kinds of cases a rule lacks: each setting that it reads needs a case without it and, if it
/// is a boolean or a number, a case with a wrong type.
#[must_use]
pub fn missing_kinds(rule: &Rule) -> Vec<String> {
    let mut missing = Vec::new();
    for subject in rule.subjects() {
        let Subject::Setting(id) = subject else {
            continue;
        };
        let typed = catalogue::find(&id)
            .and_then(catalogue::Definition::newest)
            .is_some_and(|span| matches!(span.kind, "boolean" | "int" | "timespan"));
        if !rule
            .cases
            .iter()
            .any(|case| !case.settings.contains_key(&id))
        {
            missing.push(format!("no case leaves {id} out"));
        }
        let wrong = |case: &Case| {
            case.settings.get(&id).is_some_and(|value| {
                !matches!(value, Value::Bool(_) | Value::Int(_) | Value::Double(_))
            })
        };
        if typed && !rule.cases.iter().any(wrong) {
            missing.push(format!("no case gives {id} a wrong type"));
        }
    }
    missing
}

//! Flows: ways in which data can leave a workspace, or reach it to be taken out.
//!
//! A flow is data, one file each below `flows/`, with its own cases. Its state follows from
//! conditions over the same evidence that rules are judged on.

mod parse;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use crate::case::{self, Case};
use crate::check::{Condition, Judged};
use crate::evidence::Evidence;
use crate::logic::Truth;
use crate::place::{self, Place};
use crate::version::VersionRange;
use crate::written::Mistake;

include!(concat!(env!("OUT_DIR"), "/flows.rs"));

/// A way for data to leave.
#[derive(Clone, Debug)]
pub struct Flow {
    /// `B1` to `B56`.
    pub id: String,
    /// What it is, in a few words.
    pub title: String,
    /// The kinds of data.
    pub data: Vec<Kind>,
    /// What exactly is sent.
    pub content: String,
    /// What sets it off.
    pub trigger: String,
    /// Who receives it.
    pub recipient: String,
    /// Whose recipient that is.
    pub party: Party,
    /// How it leaves.
    pub way: Way,
    /// Hosts that the server's code names.
    pub hosts: Vec<String>,
    /// Settings that name hosts.
    pub host_settings: Vec<String>,
    /// A fact that lists hosts.
    pub host_fact: Option<String>,
    /// Countries that the vendor's list of subprocessors states, as ISO 3166 codes.
    pub countries: Vec<String>,
    /// Whether it needs a registration.
    pub registration: Registration,
    /// How it is switched off.
    pub switch_off: String,
    /// How an isolated site shows that it is off.
    pub proof: String,
    /// The releases that have it.
    pub applies: VersionRange,
    /// Whether it can arise.
    pub when: Option<Condition>,
    /// What decides.
    pub decided: Decision,
    /// Why what was found is not relied on, where nobody has held it against a workspace.
    pub unverified: Option<String>,
    /// The examples.
    pub cases: Vec<Case<State>>,
}

/// What decides the state of a flow.
#[derive(Clone, Debug)]
pub enum Decision {
    /// Conditions over the evidence.
    Conditions {
        /// Data can leave now.
        active: Condition,
        /// One click or one restart lets it leave.
        dormant: Option<Condition>,
    },
    /// Nothing in a database; the text says why.
    Undecidable(String),
}

/// The state of a flow.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Data can leave now.
    Active,
    /// One click or one restart lets it leave.
    Dormant,
    /// What was read does not tell.
    Unknown,
    /// It is switched off.
    Off,
    /// This version or set-up does not have it.
    NotApplicable,
}

impl State {
    /// All of them, in the order in which a report shows them.
    pub const ALL: [Self; 5] = [
        Self::Active,
        Self::Dormant,
        Self::Unknown,
        Self::Off,
        Self::NotApplicable,
    ];

    /// The name as the report spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Dormant => "dormant",
            Self::Unknown => "unknown",
            Self::Off => "off",
            Self::NotApplicable => "not_applicable",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The kinds of data in the tables of the vendor's policies.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Account data.
    Account,
    /// Usage data.
    Usage,
    /// App data.
    App,
    /// User-generated content.
    Content,
    /// Tracking and cookies.
    Tracking,
    /// Location data.
    Location,
}

impl Kind {
    /// All of them, in the order of the tables.
    pub const ALL: [Self; 6] = [
        Self::Account,
        Self::Usage,
        Self::App,
        Self::Content,
        Self::Tracking,
        Self::Location,
    ];

    /// The name as the report spells it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Usage => "usage",
            Self::App => "app",
            Self::Content => "content",
            Self::Tracking => "tracking",
            Self::Location => "location",
        }
    }
}

/// Whose recipient it is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// The vendor.
    Vendor,
    /// One that the vendor's list of subprocessors names, reached by way of the vendor or directly.
    Subprocessor,
    /// A party that the operator chose.
    Chosen,
    /// Whoever an address in a message, an app or a page names.
    Anybody,
}

/// How data leaves.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The server opens a connection.
    Server,
    /// The browser or app of a person does.
    Client,
    /// Somebody else opens a connection to the server.
    Inbound,
}

/// Whether a flow needs a registration with the vendor.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// It does not.
    No,
    /// It does.
    Yes,
    /// It is what registers.
    Creates,
}

/// What is known of a flow in a workspace.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Standing {
    /// The state.
    pub state: State,
    /// What decided it, one sentence each.
    pub basis: Vec<String>,
    /// The hosts, as far as they are known, and whose each is.
    pub hosts: Vec<(String, Place)>,
}

/// The shipped flows without their cases, for judging, in the order of their numbers.
pub fn all() -> Result<&'static [Flow], &'static [Mistake]> {
    // Nothing that is made once may be made on several threads. One that waits for the others takes other
    // work meanwhile, and if that asks for what is being made, it waits for itself.
    static ALL: LazyLock<Result<Vec<Flow>, Vec<Mistake>>> =
        LazyLock::new(|| in_order(|(name, _, packed)| parse::unpack(name, packed)));
    match &*ALL {
        Ok(flows) => Ok(flows),
        Err(errors) => Err(errors),
    }
}

/// The shipped flows with their cases, in the order of their numbers.
pub fn with_cases() -> Result<Vec<Flow>, Vec<Mistake>> {
    in_order(|(name, text, _)| parse::parse(name, text))
}

fn in_order(
    read: impl Fn(&(&str, &str, &[u8])) -> Result<Flow, Mistake>,
) -> Result<Vec<Flow>, Vec<Mistake>> {
    let mut flows = Vec::new();
    let mut errors = Vec::new();
    // One after the other: see `all`.
    for file in FLOW_FILES {
        match read(file) {
            Ok(flow) => flows.push(flow),
            Err(error) => errors.push(error),
        }
    }
    flows.sort_by_key(Flow::number);
    if errors.is_empty() {
        Ok(flows)
    } else {
        Err(errors)
    }
}

impl Flow {
    /// Reads a flow file. `name` is the file's path for messages; its last part must be the id.
    pub fn parse(name: &str, text: &str) -> Result<Self, Mistake> {
        parse::parse(name, text)
    }

    /// The number in the id.
    #[must_use]
    pub fn number(&self) -> u32 {
        self.id
            .strip_prefix('B')
            .and_then(|number| number.parse().ok())
            .unwrap_or(u32::MAX)
    }

    /// What is known of it in a workspace.
    #[must_use]
    pub fn stand(&self, evidence: &Evidence<'_>) -> Standing {
        let (state, basis) = self.state(evidence);
        let (state, basis) = match (state, basis) {
            (State::Active, basis) if basis.is_empty() => {
                (state, vec!["Nothing that was read keeps it in".to_owned()])
            }
            decided => decided,
        };
        let (state, basis) = match (&self.unverified, state) {
            (Some(why), State::Active | State::Dormant) => {
                let mut basis = basis;
                basis.push(why.clone());
                (State::Unknown, basis)
            }
            _ => (state, basis),
        };
        let hosts = match state {
            State::NotApplicable => Vec::new(),
            _ => self.places(evidence),
        };
        Standing {
            state,
            basis,
            hosts,
        }
    }

    fn state(&self, evidence: &Evidence<'_>) -> (State, Vec<String>) {
        let version = &evidence.server.version;
        match self.applies.holds(version) {
            Truth::True => {}
            Truth::False => {
                let why = format!("Rocket.Chat {} has it; this is {version}", self.applies);
                return (State::NotApplicable, vec![why]);
            }
            Truth::Unknown => {
                let why = format!(
                    "Rocket.Chat {} has it; the version is {version}",
                    self.applies
                );
                return (State::Unknown, vec![why]);
            }
        }
        if let Some(when) = &self.when {
            let judged = when.judge(evidence);
            match judged.truth {
                Truth::True => {}
                Truth::False => return (State::NotApplicable, basis(&judged, evidence)),
                Truth::Unknown => return (undecided(&judged), basis(&judged, evidence)),
            }
        }
        let (active, dormant) = match &self.decided {
            Decision::Undecidable(why) => return (State::Unknown, vec![why.clone()]),
            Decision::Conditions { active, dormant } => (active, dormant),
        };
        let judged = active.judge(evidence);
        match (judged.truth, dormant) {
            (Truth::True, _) => (State::Active, basis(&judged, evidence)),
            (Truth::Unknown, _) => (undecided(&judged), basis(&judged, evidence)),
            (Truth::False, None) => (State::Off, basis(&judged, evidence)),
            (Truth::False, Some(dormant)) => {
                let near = dormant.judge(evidence);
                let mut basis = basis(&judged, evidence);
                basis.extend(self::basis(&near, evidence));
                let basis = once_each(basis);
                let state = match near.truth {
                    Truth::True => State::Dormant,
                    Truth::False => State::Off,
                    Truth::Unknown if near.unknown.is_empty() => State::Off,
                    Truth::Unknown => State::Unknown,
                };
                (state, basis)
            }
        }
    }

    /// The hosts, fixed and chosen, without repeats.
    fn places(&self, evidence: &Evidence<'_>) -> Vec<(String, Place)> {
        let context = evidence.context();
        let mut addresses: Vec<String> = self.hosts.clone();
        for id in &self.host_settings {
            let text = context.settings.text(id).unwrap_or_default();
            addresses.extend(text.split(['\n', ',', ' ']).map(str::to_owned));
        }
        if let Some(Ok(value)) = self
            .host_fact
            .as_deref()
            .and_then(|fact| evidence.facts.get(fact))
        {
            let texts = value.as_texts().unwrap_or_default();
            addresses.extend(texts.into_iter().map(str::to_owned));
        }
        let mut hosts: Vec<(String, Place)> = Vec::new();
        for address in addresses {
            let Some(host) = crate::address::host(&address) else {
                continue;
            };
            if !hosts.iter().any(|(known, _)| *known == host) {
                let place = place::of_host(&context, &host);
                hosts.push((host, place));
            }
        }
        hosts
    }
}

/// Unknown, or not applicable where what is asked for does not exist in this version.
fn undecided(judged: &Judged) -> State {
    if judged.unknown.is_empty() && !judged.not_applicable.is_empty() {
        State::NotApplicable
    } else {
        State::Unknown
    }
}

/// What was seen, or why nothing could be.
fn basis(judged: &Judged, evidence: &Evidence<'_>) -> Vec<String> {
    let mut basis: Vec<String> = judged
        .observed
        .iter()
        .filter(|seen| seen.met.is_some())
        .map(|seen| crate::evaluate::statement(seen, evidence))
        .collect();
    if judged.truth.is_unknown() {
        basis.extend(judged.unknown.iter().chain(&judged.not_applicable).cloned());
    }
    once_each(basis)
}

/// The sentences without repeats, in their order: conditions ask for the same thing in several places.
fn once_each(sentences: Vec<String>) -> Vec<String> {
    let mut said = BTreeSet::new();
    let mut kept = sentences;
    kept.retain(|sentence| said.insert(sentence.clone()));
    kept
}

/// What the cases of a flow say that it does not hold, one line each.
#[must_use]
pub fn test(flow: &Flow) -> Vec<String> {
    let state = |flow: &Flow, case: &Case<State>| {
        case.ask(None, false, case::egress_blocked(), |evidence| {
            flow.stand(evidence)
        })
    };
    let mut complaints = Vec::new();
    let mut real = Vec::new();
    for case in &flow.cases {
        let standing = state(flow, case);
        if standing.state != case.expect {
            complaints.push(format!(
                "case '{}': expected {}, got {}: {}",
                case.name,
                case.expect,
                standing.state,
                standing.basis.join("; ")
            ));
        }
        real.push(standing.state);
    }
    for (words, changed) in flow.mutants() {
        let noticed = flow
            .cases
            .iter()
            .zip(&real)
            .any(|(case, real)| state(&changed, case).state != *real);
        if !noticed {
            complaints.push(format!(
                "no case notices when this is turned round: {words}"
            ));
        }
    }
    complaints
}

impl Flow {
    /// The flow with one comparison negated, for each comparison, and what was changed.
    fn mutants(&self) -> Vec<(String, Self)> {
        let mut all = Vec::new();
        if let Some(when) = &self.when {
            for mutant in when.mutants() {
                let words = format!("when: {mutant}");
                let changed = Self {
                    when: Some(mutant),
                    ..self.clone()
                };
                all.push((words, changed));
            }
        }
        let Decision::Conditions { active, dormant } = &self.decided else {
            return all;
        };
        let with = |active: Condition, dormant: Option<Condition>| Self {
            decided: Decision::Conditions { active, dormant },
            ..self.clone()
        };
        for mutant in active.mutants() {
            all.push((format!("active: {mutant}"), with(mutant, dormant.clone())));
        }
        for mutant in dormant.iter().flat_map(Condition::mutants) {
            let words = format!("dormant: {mutant}");
            all.push((words, with(active.clone(), Some(mutant))));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_flows_hold_what_their_cases_say() {
        let flows = with_cases().unwrap_or_else(|errors| {
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            panic!("{}", lines.join("\n"))
        });
        let mut complaints = Vec::new();
        for flow in &flows {
            for complaint in test(flow) {
                complaints.push(format!("{}: {complaint}", flow.id));
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    }

    #[test]
    fn what_the_build_packed_of_a_flow_is_the_flow_without_cases() {
        let (whole, packed) = (with_cases().unwrap(), all().unwrap());
        assert_eq!(whole.len(), packed.len());
        for (mut flow, judged) in whole.into_iter().zip(packed) {
            assert!(!flow.cases.is_empty(), "{}", flow.id);
            flow.cases.clear();
            assert_eq!(format!("{flow:?}"), format!("{judged:?}"));
        }
    }

    #[test]
    fn every_flow_of_the_register_is_there() {
        let numbers: Vec<u32> = all().unwrap().iter().map(Flow::number).collect();
        assert_eq!(numbers, (1..=56).collect::<Vec<_>>());
    }

    #[test]
    fn what_a_flow_cannot_rest_on_is_refused() {
        let text = |condition: &str| {
            format!(
                "format = 1\nid = \"B1\"\ntitle = \"x\"\ndata = []\ncontent = \"x\"\n\
                 trigger = \"x\"\nrecipient = \"x\"\nparty = \"vendor\"\nway = \"server\"\n\
                 registration = \"no\"\nswitch_off = \"x\"\nproof = \"x\"\n\
                 [active]\n{condition}\n\
                 [[case]]\nname = \"x\"\nexpect = \"active\"\n\
                 [[case]]\nname = \"y\"\nexpect = \"off\"\n"
            )
        };
        let refusal = |condition: &str| match Flow::parse("B1.toml", &text(condition)) {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        };
        assert_eq!(refusal("setting = \"API_Embed\"\non = true"), "");
        // Contacts are held against flows, not the other way round.
        let late = refusal("fact = \"egress.vendor\"\nempty = false");
        assert!(late.contains("egress.vendor"), "{late}");
        // A text is no switch.
        let text = refusal("setting = \"SMTP_Host\"\non = true");
        assert!(text.contains("can't be compared that way"), "{text}");
    }
}

//! Reading flow files, as strictly as rule files.

use serde::Deserialize;

use super::{Decision, Flow, Kind, Party, Registration, State, Way};
use crate::case::{Case, RawCase};
use crate::catalogue;
use crate::check::{Condition, Subject};
use crate::fact;
use crate::rule::parse::{DEPTH, RawCondition};
use crate::version::VersionRange;
use crate::written::{Mistake, Reader, Spanned};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFlow {
    format: Spanned<u32>,
    id: Spanned<String>,
    title: String,
    data: Vec<Kind>,
    content: String,
    trigger: String,
    recipient: String,
    party: Party,
    way: Way,
    #[serde(default)]
    hosts: Vec<String>,
    #[serde(default)]
    host_settings: Vec<Spanned<String>>,
    host_fact: Option<Spanned<String>>,
    #[serde(default)]
    countries: Vec<Spanned<String>>,
    registration: Registration,
    switch_off: String,
    proof: String,
    #[serde(default)]
    applies: VersionRange,
    when: Option<Spanned<RawCondition>>,
    active: Option<Spanned<RawCondition>>,
    dormant: Option<Spanned<RawCondition>>,
    undecidable: Option<String>,
    unverified: Option<String>,
    #[serde(default)]
    case: Vec<Spanned<RawCase<State>>>,
}

pub(super) fn parse(file: &str, text: &str) -> Result<Flow, Mistake> {
    let reader = Reader { file, text };
    let mut raw: RawFlow = reader.toml()?;
    let cases = std::mem::take(&mut raw.case);
    let mut flow = checked(&reader, raw)?;
    flow.cases = cases_of(&reader, &flow, cases)?;
    Ok(flow)
}

pub(super) fn unpack(file: &str, bytes: &[u8]) -> Result<Flow, Mistake> {
    let reader = Reader { file, text: "" };
    checked(&reader, reader.packed(bytes)?)
}

/// A flow without its cases.
fn checked(reader: &Reader<'_>, raw: RawFlow) -> Result<Flow, Mistake> {
    reader.format(&raw.format)?;
    let at = |span: &Spanned<String>| Some(span.start());
    let id = raw.id.get_ref().clone();
    reader.named_by(&raw.id)?;
    let decided = match (&raw.active, raw.undecidable) {
        (Some(active), None) => Decision::Conditions {
            active: reader.condition(active, DEPTH)?,
            dormant: raw
                .dormant
                .as_ref()
                .map(|dormant| reader.condition(dormant, DEPTH))
                .transpose()?,
        },
        (None, Some(why)) if raw.dormant.is_none() => Decision::Undecidable(why),
        _ => {
            let message = "either [active], with or without [dormant], or 'undecidable' is wanted";
            return Err(reader.error(None, message));
        }
    };
    for id in &raw.host_settings {
        if catalogue::find(id.get_ref()).is_none() {
            let message = format!(
                "no release that is known has the setting '{}'",
                id.get_ref()
            );
            return Err(reader.error(at(id), message));
        }
    }
    if let Some(id) = &raw.host_fact
        && fact::find(id.get_ref()).is_none_or(|spec| spec.kind != fact::Kind::List)
    {
        let message = format!("there is no fact '{}' that is a list", id.get_ref());
        return Err(reader.error(at(id), message));
    }
    for code in &raw.countries {
        let text = code.get_ref();
        if text.len() != 2 || !text.bytes().all(|byte| byte.is_ascii_uppercase()) {
            let message = format!("'{text}' is no country code such as US");
            return Err(reader.error(at(code), message));
        }
    }
    let when = raw
        .when
        .as_ref()
        .map(|when| reader.condition(when, DEPTH))
        .transpose()?;
    refuse_late_facts(reader, when.as_ref(), &decided)?;
    Ok(Flow {
        id,
        title: raw.title,
        data: raw.data,
        content: raw.content,
        trigger: raw.trigger,
        recipient: raw.recipient,
        party: raw.party,
        way: raw.way,
        hosts: raw.hosts,
        host_settings: raw
            .host_settings
            .into_iter()
            .map(Spanned::into_inner)
            .collect(),
        host_fact: raw.host_fact.map(Spanned::into_inner),
        countries: raw.countries.into_iter().map(Spanned::into_inner).collect(),
        registration: raw.registration,
        switch_off: raw.switch_off,
        proof: raw.proof,
        applies: raw.applies,
        when,
        decided,
        unverified: raw.unverified,
        cases: Vec::new(),
    })
}

fn cases_of(
    reader: &Reader<'_>,
    flow: &Flow,
    raw: Vec<Spanned<RawCase<State>>>,
) -> Result<Vec<Case<State>>, Mistake> {
    let cases = raw
        .into_iter()
        .map(|case| {
            let at = Some(case.start());
            Case::read(case.into_inner()).map_err(|why| reader.error(at, why))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let has = |state| cases.iter().any(|case: &Case<State>| case.expect == state);
    let enough = match (&flow.decided, &flow.unverified) {
        (Decision::Undecidable(_), _) => has(State::Unknown),
        (_, Some(_)) => has(State::Unknown) && has(State::Off),
        _ => has(State::Active) && (has(State::Off) || has(State::Dormant)),
    };
    if enough {
        return Ok(cases);
    }
    let message = "the cases need one that is active and one that is off or dormant; what is \
                   undecidable or unverified needs one that is unknown";
    Err(reader.error(None, message))
}

/// Refuses a flow that rests on contacts, which are held against flows.
fn refuse_late_facts(
    reader: &Reader<'_>,
    when: Option<&Condition>,
    decided: &Decision,
) -> Result<(), Mistake> {
    let mut subjects = Vec::new();
    let (active, dormant) = match decided {
        Decision::Conditions { active, dormant } => (Some(active), dormant.as_ref()),
        Decision::Undecidable(_) => (None, None),
    };
    for condition in when.into_iter().chain(active).chain(dormant) {
        condition.subjects(&mut subjects);
    }
    for subject in subjects {
        if let Subject::Fact(id) = subject
            && fact::is_late(&id)
        {
            let message = format!("'{id}' is drawn from contacts, which are held against flows");
            return Err(reader.error(None, message));
        }
    }
    Ok(())
}

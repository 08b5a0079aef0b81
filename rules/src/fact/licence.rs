//! Facts about the licence and the settings that hang on it.

use super::{Context, Fact, Family, Kind, Spec, not_applicable, unknown};
use crate::licence::{LicenceState, LicenceText};
use crate::logic::Truth;
use crate::settings::{Effective, Origin};
use crate::value::Value;

/// This family.
pub const FAMILY: Family = Family {
    queries: |_| Vec::new(),
    facts: &[
        Spec {
            id: "licence.state",
            kind: Kind::Word,
            about: "The state of the licence.",
            derive: |context| match context.server.licence.state {
                LicenceState::Unknown => unknown(context.server.licence.basis.clone()),
                state => Ok(Value::from(state.name())),
            },
        },
        Spec {
            id: "licence.days_left",
            kind: Kind::Number("days"),
            about: "What is left of the licence.",
            derive: |context| match context.server.licence.ends {
                Some(ends) => {
                    let hours = ends
                        .since((jiff::Unit::Hour, context.now))
                        .map_or(0, |span| i64::from(span.get_hours()));
                    Ok(Value::Int(hours.div_euclid(24)))
                }
                None => match context.server.licence.state {
                    LicenceState::None => not_applicable("there is no licence"),
                    _ => unknown("the licence does not say when it ends"),
                },
            },
        },
        Spec {
            id: "licence.offline",
            kind: Kind::Flag,
            about: "Whether a licence in force is flagged for offline use.",
            derive: |context| {
                let licence = &context.server.licence;
                match (licence.state, licence.offline) {
                    (LicenceState::None | LicenceState::Invalid, _)
                    | (LicenceState::Valid, Some(false)) => Ok(Value::Bool(false)),
                    (LicenceState::Valid, Some(true)) => Ok(Value::Bool(true)),
                    _ => unknown(format!("the licence could not be read ({})", licence.basis)),
                }
            },
        },
        Spec {
            id: "licence.report_required",
            kind: Kind::Flag,
            about: "Whether the licence asks for usage reports.",
            derive: |context| match &context.snapshot.licence {
                LicenceText::Absent => match context.settings.left_out("Enterprise_License") {
                    Some(why) => unknown(why),
                    None => Ok(Value::Bool(false)),
                },
                LicenceText::Claims(claims) => claims.report_required.map_or_else(
                    || unknown("the licence does not say whether it asks for reports"),
                    |required| Ok(Value::Bool(required)),
                ),
                // The server reads licences of the older format as asking for reports.
                LicenceText::Opaque => unknown("the licence could not be read"),
            },
        },
        Spec {
            id: "licence.report_overdue",
            kind: Kind::Flag,
            about: "Whether the newest delivered report is older than the licence allows.",
            derive: |context| {
                let LicenceText::Claims(claims) = &context.snapshot.licence else {
                    return unknown("the licence could not be read");
                };
                let Some(allowed) = claims.report_stale_days else {
                    return unknown("the licence does not say how old the newest report may be");
                };
                let rows = context.rows(super::statistics::REPORTS)?;
                let newest = rows
                    .rows
                    .iter()
                    .find(|row| super::flag(row, "answered"))
                    .and_then(|row| super::time(row, "at"));
                Ok(Value::Bool(newest.is_none_or(|at| {
                    context.days_since(at) > i64::from(allowed)
                })))
            },
        },
        Spec {
            id: "licence.ineffective",
            kind: Kind::List,
            about: "Enterprise settings whose stored value has no effect, without those that the \
                    policy acknowledges.",
            derive: ineffective,
        },
        Spec {
            id: "licence.relied_on",
            kind: Kind::List,
            about: "Enterprise settings that protect something or were changed from their default.",
            derive: relied_on,
        },
    ],
};

fn ineffective(context: &Context<'_>) -> Fact {
    let acknowledged = context.parameters.list("acknowledged_settings");
    let mut found = Vec::new();
    let mut doubtful = Vec::new();
    for (id, document) in context.settings.stored() {
        if !document.enterprise || acknowledged.contains(&id.as_str()) {
            continue;
        }
        let resolved = context.settings.get(id);
        match resolved.effective {
            Effective::Value(_) if resolved.origin == Origin::Licence => found.push(id.as_str()),
            Effective::Unknown { .. } => doubtful.push(id.as_str()),
            Effective::Value(_) | Effective::NotInVersion { .. } => {}
        }
    }
    if found.is_empty() && !doubtful.is_empty() {
        return unknown(format!(
            "the effective value of {} could not be decided",
            doubtful.join(", ")
        ));
    }
    context.unless_empty_of_a_part(found.into_iter().collect())
}

/// The one enterprise setting whose default protects: without it, messages go out as they are.
const ID_ONLY: &str = "Push_request_content_from_server";

fn relied_on(context: &Context<'_>) -> Fact {
    let mut found = Vec::new();
    for (id, document) in context.settings.stored() {
        if !document.enterprise {
            continue;
        }
        if matches!(
            context.settings.get(id).effective,
            Effective::NotInVersion { .. }
        ) {
            continue;
        }
        if document.value.is_none() || document.equals_invalid == Some(true) {
            continue;
        }
        if id == ID_ONLY {
            match super::push::uses_gateway(context) {
                Truth::True => found.push(id.as_str()),
                Truth::False => {}
                Truth::Unknown => {
                    return unknown("whether the push gateway is in use is not known");
                }
            }
        } else if document.equals_package == Some(false) {
            found.push(id.as_str());
        }
    }
    context.unless_empty_of_a_part(found.into_iter().collect())
}

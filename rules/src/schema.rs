//! JSON Schemas of the files that people write, for their editors.

use schemars::{JsonSchema as _, Schema, SchemaGenerator, json_schema, schema_for};

use crate::attestation::{FACTS, StatementFile};
use crate::parameter::{self, Parameter, ParameterKind};
use crate::plan::PlanFile;
use crate::policy::PACKS;
use crate::policy::file::PolicyFile;
use crate::rule::parse::RawRule;
use crate::waiver::WaiverFile;

/// A kind of file that people write.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// A policy, or a layer of one.
    Policy,
    /// Waivers.
    Waivers,
    /// Statements.
    Attest,
    /// Plans.
    Plans,
    /// A rule.
    Rule,
}

/// The schema of a kind of file. What is no key in it is refused by the program as well.
#[must_use]
pub fn of(kind: Kind) -> Schema {
    match kind {
        Kind::Policy => schema_for!(PolicyFile),
        Kind::Waivers => schema_for!(WaiverFile),
        Kind::Attest => schema_for!(StatementFile),
        Kind::Plans => schema_for!(PlanFile),
        Kind::Rule => schema_for!(RawRule),
    }
}

/// What a waiver accepts.
pub(crate) fn accepted(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "anyOf": [
            { "type": "string", "pattern": "^sha256:[0-9a-f]{64}$" },
            { "type": "object" }
        ]
    })
}

/// A fact that can be stated.
pub(crate) fn facts(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "enum": FACTS })
}

/// Packs of rules.
pub(crate) fn packs(_: &mut SchemaGenerator) -> Schema {
    let names: Vec<&str> = PACKS.iter().map(|(name, _)| *name).collect();
    json_schema!({ "type": "array", "items": { "enum": names } })
}

/// The parameters, each with its type and bounds.
pub(crate) fn parameters(generator: &mut SchemaGenerator) -> Schema {
    let properties: serde_json::Map<String, serde_json::Value> = parameter::definitions()
        .iter()
        .map(|(name, parameter)| (name.clone(), one(parameter, generator).to_value()))
        .collect();
    json_schema!({
        "type": "object",
        "properties": properties,
        "additionalProperties": false
    })
}

fn one(parameter: &Parameter, generator: &mut SchemaGenerator) -> Schema {
    let mut schema = match parameter.kind {
        ParameterKind::Flag => bool::json_schema(generator),
        ParameterKind::Number => json_schema!({ "type": "integer" }),
        ParameterKind::List => <Vec<String>>::json_schema(generator),
        ParameterKind::Date => json_schema!({ "type": "string", "format": "date" }),
    };
    let (least, most) = parameter.bounds();
    for (name, bound) in [("minimum", least), ("maximum", most)] {
        if let Some(bound) = bound {
            schema.insert(name.to_owned(), bound.into());
        }
    }
    let about = parameter.about.clone();
    schema.insert("description".to_owned(), about.into());
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_schema_takes_a_key_that_the_program_refuses() {
        for kind in [
            Kind::Policy,
            Kind::Waivers,
            Kind::Attest,
            Kind::Plans,
            Kind::Rule,
        ] {
            let schema = of(kind).to_value();
            let open = |schema: &serde_json::Value| {
                schema["properties"].is_object() && schema["additionalProperties"] != false
            };
            assert!(!open(&schema), "{kind:?}");
            for (name, part) in schema["$defs"].as_object().into_iter().flatten() {
                assert!(!open(part), "{kind:?}: {name}");
            }
            assert!(schema["properties"]["format"].is_object(), "{kind:?}");
        }
    }

    #[test]
    fn the_schema_of_a_policy_knows_the_parameters_and_their_bounds() {
        let schema = of(Kind::Policy).to_value();
        let days = &schema["properties"]["parameters"]["properties"]["retention_days"];
        assert_eq!(days["type"], "integer");
        assert_eq!(days["minimum"], 1);
        assert!(days["description"].as_str().is_some_and(|it| it.len() > 9));
    }
}

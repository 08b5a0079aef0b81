//! Facts about language models and speech recognition, of releases newer than the catalogue.
//!
//! The settings were read in the server's newest code, not in a release, so they are looked up in the
//! database alone: without a document there is nothing to say.

use super::host::foreign;
use super::{Absent, Context, Fact, Family, Kind, Spec, decided, not_applicable, unknown};
use crate::settings::Effective;
use crate::value::Value;

const SEARCH: &str = "AI_Intelligent_Search_Enabled";
const MCP: &str = "MCP_Enabled";
const VOICE: &str = "AI_Voice_Transcription_Enabled";
const PIPELINE: &str = "AI_Intelligent_Search_Pipeline_Base_URL";

/// This family.
pub const FAMILY: Family = Family {
    queries: |_| Vec::new(),
    facts: &[
        Spec {
            id: "ai.search_foreign",
            kind: Kind::List,
            about: "Hosts that search with a language model sends to and that are neither own nor approved.",
            derive: search,
        },
        Spec {
            id: "ai.search",
            kind: Kind::Flag,
            about: "Whether search with a language model is on.",
            derive: |context| Ok(Value::Bool(on(context, SEARCH)?)),
        },
        Spec {
            id: "ai.voice",
            kind: Kind::Flag,
            about: "Whether voice messages are transcribed.",
            derive: |context| Ok(Value::Bool(on(context, VOICE)?)),
        },
        Spec {
            id: "ai.mcp",
            kind: Kind::Flag,
            about: "Whether assistants can connect through the Model Context Protocol.",
            derive: |context| Ok(Value::Bool(on(context, MCP)?)),
        },
        Spec {
            id: "ai.voice_foreign",
            kind: Kind::List,
            about: "Hosts that transcription sends to and that are neither own nor approved.",
            derive: voice,
        },
    ],
};

/// Whether a switch is on; not applicable without a document.
fn on(context: &Context<'_>, id: &str) -> Result<bool, Absent> {
    match stored(context, id) {
        None => match context.settings.left_out(id) {
            Some(why) => unknown(why),
            None => not_applicable(format!(
                "the database has no setting {id}, so this release does not have it"
            )),
        },
        Some(Effective::Value(Value::Bool(value))) => Ok(value),
        Some(Effective::Value(value)) if value.truthy() => Ok(true),
        Some(Effective::Value(value)) => unknown(format!(
            "{id} is a {} where a boolean belongs",
            value.kind()
        )),
        Some(Effective::NotInVersion { why } | Effective::Unknown { why }) => unknown(why),
    }
}

/// What counts of a setting that has a document.
fn stored(context: &Context<'_>, id: &str) -> Option<Effective> {
    context
        .settings
        .stored()
        .contains_key(id)
        .then(|| context.settings.get(id).effective)
}

/// Whether a document holds something that counts.
fn holds(context: &Context<'_>, id: &str) -> Result<bool, Absent> {
    if !context.settings.stored().contains_key(id) {
        return Ok(false);
    }
    decided(context.settings.is_set(id), || {
        format!("whether {id} is set is not known")
    })
}

/// The foreign hosts in those of these settings that have a document. What counts where none of them
/// has one is not known.
fn hosts(context: &Context<'_>, ids: &[&'static str]) -> Fact {
    let stored: Vec<&str> = ids
        .iter()
        .copied()
        .filter(|id| context.settings.stored().contains_key(*id))
        .collect();
    if stored.is_empty() {
        return unknown(format!(
            "it is on, and {} is not in the database",
            ids.join(" or ")
        ));
    }
    Ok(foreign(context, &stored)?.into_iter().collect())
}

fn search(context: &Context<'_>) -> Fact {
    if !on(context, SEARCH)? {
        return Ok(Value::List(Vec::new()));
    }
    let mut found = Vec::new();
    if context.settings.stored().contains_key(PIPELINE) {
        found.extend(foreign(context, &[PIPELINE])?);
    }
    // Without a key the address of the model, a public one at first, is inert.
    if holds(context, "AI_LLM_OpenAI_API_Key")?
        && let Value::List(hosts) = hosts(context, &["AI_LLM_OpenAI_Base_URL"])?
    {
        found.extend(hosts.iter().filter_map(Value::as_text).map(str::to_owned));
    }
    found.sort();
    found.dedup();
    Ok(found.into_iter().collect())
}

fn voice(context: &Context<'_>) -> Fact {
    const LOCAL: &str = "AI_Voice_Transcription_Whisper_Server_URL";
    const REMOTE: &str = "AI_Voice_Transcription_OpenAI_Base_URL";
    if !on(context, VOICE)? {
        return Ok(Value::List(Vec::new()));
    }
    let engine = match stored(context, "AI_Voice_Transcription_Engine") {
        Some(Effective::Value(Value::Text(text))) => text,
        _ => String::new(),
    };
    match engine.as_str() {
        "whisper-cpp-server" => hosts(context, &[LOCAL]),
        "openai-compatible" => hosts(context, &[REMOTE]),
        // Which of the two counts is not known.
        _ => hosts(context, &[LOCAL, REMOTE]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::Given;
    use super::*;

    #[test]
    fn without_a_document_there_is_nothing_to_say() {
        for id in [
            "ai.search",
            "ai.search_foreign",
            "ai.mcp",
            "ai.voice",
            "ai.voice_foreign",
        ] {
            let fact = Given::new().version("8.6.1").derive(id);
            assert!(matches!(fact, Err(Absent::NotApplicable(_))), "{id}");
        }
    }

    #[test]
    fn the_address_of_a_model_counts_with_its_key() {
        let given = || {
            Given::new()
                .version("8.8.0")
                .setting(SEARCH, true)
                .setting("AI_LLM_OpenAI_Base_URL", "https://api.openai.com/v1")
        };
        assert_eq!(
            given().derive("ai.search_foreign"),
            Ok(Value::List(Vec::new()))
        );
        assert_eq!(
            given()
                .setting("AI_LLM_OpenAI_API_Key", "k")
                .derive("ai.search_foreign"),
            Ok(["api.openai.com"].into_iter().collect())
        );
    }

    #[test]
    fn an_unread_engine_makes_both_addresses_count() {
        let hosts = Given::new()
            .version("8.8.0")
            .setting(VOICE, true)
            .setting(
                "AI_Voice_Transcription_Whisper_Server_URL",
                "http://localhost:8080",
            )
            .setting(
                "AI_Voice_Transcription_OpenAI_Base_URL",
                "https://api.openai.com/v1",
            )
            .derive("ai.voice_foreign");
        assert_eq!(hosts, Ok(["api.openai.com"].into_iter().collect()));
    }
}

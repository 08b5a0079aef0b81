//! Everything that rules are judged on, drawn from a snapshot once.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::attestation::Attestations;
use crate::contact::Contacts;
use crate::environment::Environment;
use crate::fact::{self, Context, Fact};
use crate::policy::{self, Policy};
use crate::rule::Profile;
use crate::server::Server;
use crate::settings::Settings;
use crate::snapshot::Snapshot;
use crate::traffic::Traffic;
use crate::value::Value;

/// A snapshot with what follows from it.
#[derive(Debug)]
pub struct Evidence<'a> {
    /// What was read.
    pub snapshot: &'a Snapshot,
    /// The policy.
    pub policy: &'a Policy,
    /// The attached environment.
    pub environment: &'a Environment,
    /// What the operator attests.
    pub attestations: &'a Attestations,
    /// The moment to judge for.
    pub now: Timestamp,
    /// The running server.
    pub server: Server,
    /// The profile that rules are judged by.
    pub profile: Profile,
    /// What the profile rests on, one sentence.
    pub profile_basis: String,
    /// All facts.
    pub facts: BTreeMap<&'static str, Fact>,
    /// What logs of the network show, held against the flows; none without a log.
    pub traffic: Option<Traffic>,
    attested: BTreeMap<String, Value>,
}

impl<'a> Evidence<'a> {
    /// Draws server and facts from a snapshot.
    #[must_use]
    pub fn draw(
        snapshot: &'a Snapshot,
        policy: &'a Policy,
        environment: &'a Environment,
        attestations: &'a Attestations,
        now: Timestamp,
    ) -> Self {
        let server = Server::resolve(snapshot, attestations.version(now), now);
        let (profile, profile_basis) = if let Some(profile) = policy.profile {
            (profile, "declared by the operator".to_owned())
        } else {
            let (profile, why) = policy::infer(&server);
            (
                profile,
                format!("no profile declared; inferred because {why}"),
            )
        };
        let mut evidence = Self {
            snapshot,
            policy,
            environment,
            attestations,
            now,
            server,
            profile,
            profile_basis,
            facts: BTreeMap::new(),
            traffic: None,
            attested: attestations.facts(now),
        };
        evidence.facts = fact::derive(&evidence.context());
        evidence
    }

    /// Adds what logs of the network say. Flows are judged on facts, contacts are held against flows,
    /// and facts about contacts follow last; no flow asks for these.
    #[must_use]
    pub fn with_contacts(mut self, contacts: &Contacts) -> Self {
        if contacts.is_attached() {
            self.traffic = Some(Traffic::matched(contacts, &self));
            let late = fact::derive_from_traffic(&self.context());
            self.facts.extend(late);
        }
        self
    }

    /// The effective settings.
    #[must_use]
    pub fn settings(&self) -> Settings<'_> {
        let settings = Settings::new(
            &self.snapshot.settings,
            &self.server.version,
            &self.server.licence,
        );
        if self.server.settings_whole {
            settings
        } else {
            settings.of_a_part()
        }
    }

    /// What facts are drawn from.
    #[must_use]
    pub fn context(&self) -> Context<'_> {
        Context {
            snapshot: self.snapshot,
            settings: self.settings(),
            server: &self.server,
            parameters: &self.policy.parameters,
            declared: self.policy.profile,
            profile: self.profile,
            environment: self.environment,
            attested: &self.attested,
            traffic: self.traffic.as_ref(),
            now: self.now,
        }
    }
}

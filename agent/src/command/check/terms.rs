//! What workspaces are judged by: files that people wrote, each read once however many targets name it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use jiff::Timestamp;
use rc_audit_report::v1::Attachment;
use rc_audit_rules::attestation::Attestations;
use rc_audit_rules::contact::Contacts;
use rc_audit_rules::environment::Environment;
use rc_audit_rules::plan::Plan;
use rc_audit_rules::ruleset::RuleSet;

use crate::cli;
use crate::egress_log;
use crate::error::Result;
use crate::exit::Exit;
use crate::input;
use crate::judging::Judging;
use crate::targets;
use crate::waivers::{self, Waivers};

/// What one workspace is judged by.
pub(super) struct Terms {
    pub(super) judging: Judging,
    pub(super) waivers: Arc<Waivers>,
    pub(super) plans: Arc<Vec<Plan>>,
    pub(super) attestations: Arc<Attestations>,
    pub(super) environment: Arc<Environment>,
    pub(super) contacts: Arc<Contacts>,
    pub(super) attachments: Vec<Attachment>,
}

impl Terms {
    /// The same in another environment.
    pub(super) fn in_environment(&self, environment: Environment) -> Self {
        Self {
            judging: self.judging.clone(),
            waivers: Arc::clone(&self.waivers),
            plans: Arc::clone(&self.plans),
            attestations: Arc::clone(&self.attestations),
            environment: Arc::new(environment),
            contacts: Arc::clone(&self.contacts),
            attachments: self.attachments.clone(),
        }
    }
}

/// What a file holds, and the file itself for the record.
type Held<T> = (T, Option<Attachment>);

/// Reads what all targets name. Targets that name the same share it.
pub(super) fn read(
    all: &[targets::Terms],
    options: &cli::Check,
    hosts: Vec<String>,
) -> Result<Vec<Arc<Terms>>> {
    let (contacts, logs) = egress_log::read(
        &options.egress_log,
        &options.egress_from,
        hosts,
        options.now.unwrap_or_else(Timestamp::now),
    )?;
    let contacts = Arc::new(contacts);
    let mut sets: BTreeMap<String, Arc<RuleSet>> = BTreeMap::new();
    let mut policies = BTreeMap::new();
    let mut waived = BTreeMap::new();
    let mut plans = BTreeMap::new();
    let mut attestations = BTreeMap::new();
    let mut environments = BTreeMap::new();
    let mut made: BTreeMap<&targets::Terms, Arc<Terms>> = BTreeMap::new();
    let mut found = Vec::new();
    for named in all {
        if let Some(terms) = made.get(named) {
            found.push(Arc::clone(terms));
            continue;
        }
        let (judging, rules) = once(&mut policies, &named.policy, || {
            let mut judging = Judging::read(&named.policy)?;
            waivers::over(&mut judging, &options.accepting)?;
            // Most policies add no rules, and then there is one set for all of them.
            let digest = judging.rules.digest();
            let set = sets.entry(digest.clone());
            judging.rules = Arc::clone(set.or_insert_with(|| Arc::clone(&judging.rules)));
            Ok((judging, digest))
        })?;
        let mut judging = judging.clone();
        judging.declare(named.profile)?;
        let waivers = once(&mut waived, &named.waivers, || {
            Waivers::read(&named.waivers).map(Arc::new)
        })?;
        // What is said of rules is held against those that there are.
        let known = judging.rules.rules();
        let (plans, plan_file) = once(&mut plans, &(&named.plans, rules.clone()), || {
            input::plans(named.plans.as_deref(), known).map(shared)
        })?;
        let (attestations, attest_file) =
            once(&mut attestations, &(&named.attest, rules.clone()), || {
                input::attestations(named.attest.as_deref(), known).map(shared)
            })?;
        let (environment, env_file) = once(&mut environments, &named.env_file, || {
            input::environment(named.env_file.as_deref()).map(shared)
        })?;
        let files = [attest_file, plan_file, env_file].into_iter();
        let terms = Arc::new(Terms {
            attachments: judging
                .attachments
                .iter()
                .cloned()
                .chain(files.filter_map(Option::clone))
                .chain(logs.iter().cloned())
                .collect(),
            waivers: Arc::clone(waivers),
            plans: Arc::clone(plans),
            attestations: Arc::clone(attestations),
            environment: Arc::clone(environment),
            contacts: Arc::clone(&contacts),
            judging,
        });
        made.insert(named, Arc::clone(&terms));
        found.push(terms);
    }
    Ok(found)
}

/// Says which waivers no workspace of the run had a use for.
pub(super) fn leftover(terms: &[Arc<Terms>]) -> Exit {
    let mut lists: Vec<(&Arc<Waivers>, bool)> = Vec::new();
    for terms in terms {
        let allowed = terms.judging.policy.waivers.allow_unmatched;
        let same = |(list, _): &&mut (&Arc<Waivers>, bool)| Arc::ptr_eq(list, &terms.waivers);
        match lists.iter_mut().find(same) {
            Some((_, all_allow)) => *all_allow &= allowed,
            None => lists.push((&terms.waivers, allowed)),
        }
    }
    lists
        .into_iter()
        .map(|(waivers, allowed)| waivers.leftover(allowed))
        .fold(Exit::Clean, Exit::worse)
}

/// What was read for these names, read if nothing was before.
fn once<'a, K: Clone + Ord, T>(
    known: &'a mut BTreeMap<K, T>,
    names: &K,
    read: impl FnOnce() -> Result<T>,
) -> Result<&'a T> {
    Ok(match known.entry(names.clone()) {
        Entry::Occupied(entry) => entry.into_mut(),
        Entry::Vacant(entry) => entry.insert(read()?),
    })
}

fn shared<T>((content, file): Held<T>) -> Held<Arc<T>> {
    (Arc::new(content), file)
}

//! The report in plain words, the same in the terminal and on the page.

mod change;

use std::borrow::Cow;

use crate::messages::{Argument, Language, Messages};
use crate::v1::{
    Confinement, ContactLog, Finding, Licence, Outcome, Policy, Remedy, Report, Severity, Verdict,
    Workspace,
};

/// The words of one language.
#[derive(Debug)]
pub struct Words {
    messages: Messages,
}

/// A word.
pub type Word<'a> = Cow<'a, str>;

impl Words {
    /// The words of a language.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self {
            messages: Messages::new(language),
        }
    }

    /// The messages that the words are taken from.
    #[must_use]
    pub const fn messages(&self) -> &Messages {
        &self.messages
    }

    fn text(&self, id: &'static str) -> Word<'_> {
        self.messages.text(id)
    }

    /// A verdict as one or two words.
    #[must_use]
    pub fn verdict(&self, verdict: Verdict) -> Word<'_> {
        self.text(match verdict {
            Verdict::Pass => "verdict-pass",
            Verdict::Fail => "verdict-fail",
            Verdict::Incomplete => "verdict-incomplete",
            Verdict::NothingToJudge => "verdict-nothing-to-judge",
        })
    }

    /// An outcome in words.
    #[must_use]
    pub fn outcome(&self, outcome: Outcome) -> Word<'_> {
        self.text(match outcome {
            Outcome::Fail => "outcome-fail",
            Outcome::Error => "outcome-error",
            Outcome::Unknown => "outcome-unknown",
            Outcome::Manual => "outcome-manual",
            Outcome::Waived => "outcome-waived",
            Outcome::Pass => "outcome-pass",
            Outcome::NotApplicable => "outcome-not-applicable",
        })
    }

    /// An outcome by its name in reports, in words.
    #[must_use]
    pub fn outcome_named(&self, name: &str) -> Word<'_> {
        self.text(match name {
            "fail" => "outcome-fail",
            "error" => "outcome-error",
            "manual" => "outcome-manual",
            "waived" => "outcome-waived",
            "pass" => "outcome-pass",
            "not_applicable" => "outcome-not-applicable",
            _ => "outcome-unknown",
        })
    }

    /// A severity in words.
    #[must_use]
    pub fn severity(&self, severity: Severity) -> Word<'_> {
        self.text(match severity {
            Severity::Critical => "severity-critical",
            Severity::High => "severity-high",
            Severity::Medium => "severity-medium",
            Severity::Low => "severity-low",
            Severity::Info => "severity-info",
        })
    }

    /// The verdict in one sentence for somebody who is no engineer.
    #[must_use]
    pub fn verdict_sentence(&self, report: &Report) -> String {
        let count = |name: &str| report.summary.by_outcome.get(name).copied().unwrap_or(0);
        let of = |name: &str| report.summary.by_severity.get(name).copied().unwrap_or(0);
        let failed = count("fail");
        // A report may come from elsewhere and contradict itself.
        let undecided = count("unknown").saturating_add(count("error"));
        let judged = (report.findings.len() as u64).saturating_sub(count("not_applicable"));
        let serious = of("critical").saturating_add(of("high"));
        if judged == 0 {
            return self.text("nothing-judged").into_owned();
        }
        let mut sentence = if failed > 0 {
            let gravity = match serious {
                0 => "none",
                it if it == failed && failed == 1 => "only",
                it if it == failed => "all",
                _ => "some",
            };
            self.messages.with(
                "some-failed",
                &[
                    ("judged", judged.into()),
                    ("failed", failed.into()),
                    ("serious", serious.into()),
                    ("gravity", gravity.into()),
                ],
            )
        } else {
            self.messages
                .with("none-failed", &[("judged", judged.into())])
        };
        if undecided > 0 {
            sentence.push(' ');
            sentence.push_str(&self.messages.count("undecided", undecided));
        }
        sentence
    }

    /// How far the verdict can be relied on, one sentence each.
    #[must_use]
    pub fn how_sure(&self, report: &Report) -> Vec<String> {
        let count = |name: &str| report.summary.by_outcome.get(name).copied().unwrap_or(0);
        let gaps = report.evidence.gaps.len() as u64;
        let chain = report.evidence.chain.iter().map(|notice| {
            let text = Argument::from(notice.text.as_str());
            self.messages.with("sure-chain", &[("text", text)])
        });
        let counted = [
            ("sure-ignored", report.summary.false_assurances),
            ("sure-unknown", count("unknown")),
            ("sure-error", count("error")),
            ("sure-manual", count("manual")),
            ("sure-waived", count("waived")),
            ("sure-gaps", gaps),
        ]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(id, count)| self.messages.count(id, count));
        let mut lines: Vec<String> = chain.chain(counted).collect();
        if !report.policy.profile_declared {
            lines.push(self.text("sure-no-profile").into_owned());
        }
        for (id, rules) in [
            ("sure-hiding", excluded(report, true)),
            ("sure-idle", excluded(report, false)),
        ] {
            if !rules.is_empty() {
                let rules = Argument::from(rules.join(", "));
                lines.push(self.messages.with(id, &[("rules", rules)]));
            }
        }
        let is_foreign =
            |finding: &Finding| finding.rule == "AUD-007" && finding.outcome == Outcome::Fail;
        if report.findings.iter().any(is_foreign) {
            lines.push(self.text("sure-foreign").into_owned());
        }
        if let Some(conflict) = &report.workspace.version_conflict {
            let conflict = Argument::from(conflict.as_str());
            lines.push(
                self.messages
                    .with("sure-version", &[("conflict", conflict)]),
            );
        }
        lines.push(self.text("sure-packets").into_owned());
        if let Some(contacts) = &report.contacts {
            lines.push(contacts.vendor.clone());
        }
        lines
    }

    /// The version in words.
    #[must_use]
    pub fn version(&self, workspace: &Workspace) -> String {
        let low = workspace.version_at_least.as_deref();
        let high = workspace.version_below.as_deref();
        match (&workspace.version, low, high) {
            (Some(version), ..) => version.clone(),
            (None, Some(low), Some(high)) => self.messages.with(
                "version-between",
                &[("low", low.into()), ("high", high.into())],
            ),
            (None, Some(low), None) => self.messages.with("version-from", &[("low", low.into())]),
            (None, None, Some(high)) => self
                .messages
                .with("version-before", &[("high", high.into())]),
            (None, None, None) => self.text("unknown").into_owned(),
        }
    }

    /// The licence in words.
    #[must_use]
    pub fn licence(&self, licence: &Licence) -> String {
        let mut text = licence.state.clone();
        if licence.offline == Some(true) {
            text = self
                .messages
                .with("licence-offline", &[("state", text.into())]);
        }
        if let Some(ends) = &licence.ends {
            let arguments = [("state", text.into()), ("ends", ends.as_str().into())];
            text = self.messages.with("licence-ends", &arguments);
        }
        text
    }

    /// The registration in words.
    #[must_use]
    pub fn registration(&self, state: &str) -> Word<'_> {
        self.text(match state {
            "registered" => "registration-registered",
            "registered_offline" => "registration-registered-offline",
            "unregistered" => "registration-unregistered",
            _ => "unknown",
        })
    }

    /// The state of a flow in words.
    #[must_use]
    pub fn state(&self, name: &str) -> Word<'_> {
        self.text(match name {
            "active" => "state-active",
            "dormant" => "state-dormant",
            "off" => "state-off",
            "not_applicable" => "state-not-applicable",
            _ => "state-unknown",
        })
    }

    /// A kind of data in words.
    #[must_use]
    pub fn kind(&self, name: &str) -> Word<'_> {
        self.text(match name {
            "account" => "kind-account",
            "usage" => "kind-usage",
            "app" => "kind-app",
            "content" => "kind-content",
            "tracking" => "kind-tracking",
            "location" => "kind-location",
            _ => "kind-other",
        })
    }

    /// Kinds of data in words, in the order of the vendor's tables.
    #[must_use]
    pub fn kinds(&self, names: &[String]) -> String {
        let words: Vec<Word<'_>> = KINDS
            .into_iter()
            .filter(|kind| names.iter().any(|name| name == kind))
            .map(|kind| self.kind(kind))
            .collect();
        words.join(", ")
    }

    /// Whose a host is, in words.
    #[must_use]
    pub fn place(&self, place: &str) -> Word<'_> {
        self.text(match place {
            "this_server" => "place-this-server",
            "own_network" => "place-own-network",
            "approved" => "place-approved",
            "vendor" => "place-vendor",
            _ => "place-other",
        })
    }

    /// What became of the lines of a log.
    #[must_use]
    pub fn log_lines(&self, log: &ContactLog) -> String {
        let mut parts: Vec<String> = [
            ("log-contacts", log.contacts),
            ("log-inbound", log.inbound),
            ("log-elsewhere", log.elsewhere),
            ("log-other", log.other),
        ]
        .into_iter()
        .filter(|(id, count)| *count > 0 || *id == "log-contacts")
        .map(|(id, count)| self.messages.count(id, count))
        .collect();
        if log.unread > 0 {
            let numbers: Vec<String> = log.unread_at.iter().map(u64::to_string).collect();
            parts.push(self.messages.with(
                "log-unread",
                &[
                    ("count", log.unread.into()),
                    ("numbers", numbers.join(", ").into()),
                ],
            ));
        }
        let arguments = [
            ("count", log.lines.into()),
            ("parts", parts.join(", ").into()),
        ];
        self.messages.with("log-lines", &arguments)
    }

    /// The standing of a contact in words.
    #[must_use]
    pub fn standing(&self, name: &str) -> Word<'_> {
        self.text(match name {
            "forbidden" => "standing-forbidden",
            "undeclared" => "standing-undeclared",
            "undeclared_address" => "standing-undeclared-address",
            "not_active" => "standing-not-active",
            "declared" => "standing-declared",
            "approved" => "place-approved",
            "database" => "standing-database",
            "inside" => "standing-inside",
            "refused" => "standing-refused",
            _ => "unknown",
        })
    }

    /// The class of a workspace in words.
    #[must_use]
    pub fn class(&self, class: &str) -> Word<'_> {
        self.text(match class {
            "registered_online" => "class-registered-online",
            "registered_offline" => "class-registered-offline",
            "unregistered" => "class-unregistered",
            _ => "class-unknown",
        })
    }

    /// The edition of the vendor's privacy policy in words.
    #[must_use]
    pub fn edition(&self, edition: &str) -> Word<'_> {
        self.text(match edition {
            "2023-01" => "edition-january",
            _ => "edition-october",
        })
    }

    /// The kind of source in words.
    #[must_use]
    pub fn source(&self, kind: &str) -> Word<'_> {
        self.text(match kind {
            "server" => "source-server",
            "dump_folder" => "source-dump-folder",
            "dump_archive" => "source-dump-archive",
            _ => "source-settings",
        })
    }

    /// The origin of a value in words.
    #[must_use]
    pub fn origin(&self, origin: &str) -> Word<'_> {
        self.text(match origin {
            "stored" => "origin-stored",
            "default" => "origin-default",
            "environment" => "origin-environment",
            "licence" => "origin-licence",
            _ => "origin-data",
        })
    }

    /// A value of the report in words.
    #[must_use]
    pub fn value(&self, value: &serde_json::Value) -> String {
        use serde_json::Value as Json;
        match value {
            Json::String(text) if text.is_empty() => self.text("value-empty").into_owned(),
            Json::String(text) => text.clone(),
            Json::Array(items) if items.is_empty() => self.text("value-none").into_owned(),
            Json::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.value(item)).collect();
                items.join("; ")
            }
            Json::Object(map) => match map.get("secret").and_then(Json::as_str) {
                Some(state) => self
                    .messages
                    .with("value-secret", &[("state", state.into())]),
                None => self.text("value-document").into_owned(),
            },
            other => other.to_string(),
        }
    }
}

/// What the policy excludes: what would not pass, or what would.
fn excluded(report: &Report, hides: bool) -> Vec<&str> {
    report
        .findings
        .iter()
        .filter(|finding| report.policy.excluded.contains_key(&finding.rule))
        .filter(|finding| {
            let nothing = matches!(
                finding.underlying,
                None | Some(Outcome::Pass | Outcome::NotApplicable)
            );
            nothing != hides
        })
        .map(|finding| finding.rule.as_str())
        .collect()
}

/// The profile, with what says so.
#[must_use]
pub fn profile(policy: &Policy) -> String {
    format!("{} ({})", policy.profile, policy.profile_basis)
}

/// A sign for an outcome that does not depend on colour.
#[must_use]
pub fn symbol(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Fail => "✕",
        Outcome::Error => "!",
        Outcome::Unknown => "?",
        Outcome::Manual => "✎",
        Outcome::Waived => "~",
        Outcome::Pass => "✓",
        Outcome::NotApplicable => "–",
    }
}

/// The states of flows in the order of the page.
pub const STATES: [&str; 5] = ["active", "dormant", "unknown", "off", "not_applicable"];

/// The kinds of data, in the order of the vendor's tables.
pub const KINDS: [&str; 6] = ["account", "usage", "app", "content", "tracking", "location"];

/// The sign for the state of a flow, and the outcome whose colours it takes.
#[must_use]
pub fn state_sign(name: &str) -> (&'static str, &'static str) {
    match name {
        "active" => ("→", "fail"),
        "dormant" => ("⇢", "waived"),
        "off" => ("✓", "pass"),
        "not_applicable" => ("–", "not_applicable"),
        _ => ("?", "unknown"),
    }
}

/// The standings of contacts in the order in which they are told.
pub const STANDINGS: [&str; 9] = [
    "forbidden",
    "undeclared",
    "undeclared_address",
    "not_active",
    "declared",
    "approved",
    "database",
    "inside",
    "refused",
];

/// The sign for the standing of a contact, and the outcome whose colours it takes.
#[must_use]
pub fn standing_sign(name: &str) -> (&'static str, &'static str) {
    match name {
        "forbidden" | "undeclared" | "undeclared_address" | "not_active" => ("✕", "fail"),
        "declared" | "approved" => ("✓", "pass"),
        "database" | "inside" | "refused" => ("–", "not_applicable"),
        _ => ("?", "unknown"),
    }
}

/// Whether a flow in this state can let data out, or nobody knows.
#[must_use]
pub fn leaves(state: &str) -> bool {
    matches!(state, "active" | "dormant" | "unknown")
}

/// Whether the kernel kept the program in, and whether that held.
#[must_use]
pub fn confinement(confinement: &Confinement) -> String {
    let probes = &confinement.probes;
    let escaped: Vec<&str> = probes
        .iter()
        .filter(|probe| !probe.refused)
        .map(|probe| probe.what.as_str())
        .collect();
    if probes.is_empty() {
        return "Nothing is known to have kept the program in".to_owned();
    }
    let refused = probes.len() - escaped.len();
    let mut text = format!(
        "{refused} of the program's own {} attempts to get out were refused",
        probes.len()
    );
    if !escaped.is_empty() {
        text.push_str("; NOT REFUSED: ");
        text.push_str(&escaped.join(", "));
    }
    match confinement.missing.len() {
        0 => {}
        1 => text.push_str("; one measure is not in force, see the report's evidence"),
        more => {
            let more = format!("; {more} measures are not in force, see the report's evidence");
            text.push_str(&more);
        }
    }
    text
}

/// Whether everything that should keep the program in was in force, and held.
#[must_use]
pub fn is_confined(confinement: &Confinement) -> bool {
    confinement.missing.is_empty()
        && !confinement.probes.is_empty()
        && confinement.probes.iter().all(|probe| probe.refused)
}

/// Whether a terminal, or whoever shows a text, would take a character for more than a sign:
/// controls but line ends, and marks that turn the direction of what follows.
#[must_use]
pub fn is_obeyed(character: char) -> bool {
    character != '\n' && character.is_control()
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether anything in a text would be obeyed.
#[must_use]
pub fn has_obeyed(text: &str) -> bool {
    /// How many bytes are looked at together.
    const BLOCK: usize = 64;
    let may_begin = |byte: u8| matches!(byte, 0..=9 | 11..=0x1f | 0x7f | 0xc2 | 0xe2);
    let begins = |at: usize| {
        let rest = text.get(at..).unwrap_or_default();
        rest.chars().next().is_some_and(is_obeyed)
    };
    let blocks = text.as_bytes().chunks(BLOCK).enumerate();
    // Most blocks have no byte that could begin such a character, which a machine sees at a glance.
    blocks
        .filter(|(_, block)| block.iter().fold(false, |any, byte| any | may_begin(*byte)))
        .any(|(number, block)| {
            let found = block
                .iter()
                .enumerate()
                .filter(|(_, byte)| may_begin(**byte));
            found.map(|(at, _)| number * BLOCK + at).any(begins)
        })
}

/// A text from outside that can be shown: a sign of replacement stands for what would be obeyed.
#[must_use]
pub fn plain(text: &str) -> Cow<'_, str> {
    if has_obeyed(text) {
        Cow::Owned(text.replace(is_obeyed, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// The way to mend something that comes first: panel, environment, call, or the note.
#[must_use]
pub fn first_step(remedy: &Remedy) -> &str {
    [&remedy.ui, &remedy.env, &remedy.api, &remedy.note]
        .into_iter()
        .find(|step| !step.is_empty())
        .map_or("", String::as_str)
}

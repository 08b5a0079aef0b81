//! What changed, in words.

use super::{Word, Words};

impl Words {
    /// A class of change in words.
    #[must_use]
    pub fn change(&self, class: &str) -> Word<'_> {
        self.text(match class {
            "new" => "change-new",
            "returned" => "change-returned",
            "worse" => "change-worse",
            "better" => "change-better",
            "fixed" => "change-fixed",
            "added" => "change-added",
            "removed" => "change-removed",
            "opened" => "change-opened",
            "closed" => "change-closed",
            _ => "change-changed",
        })
    }

    /// The kind of a cause in words.
    #[must_use]
    pub fn cause(&self, kind: &str) -> Word<'_> {
        self.text(match kind {
            "value" => "cause-value",
            "environment" => "cause-environment",
            "data" => "cause-data",
            "default" => "cause-default",
            "parameter" => "cause-parameter",
            "policy" => "cause-policy",
            "waiver" => "cause-waiver",
            "attestation" => "cause-attestation",
            "version" => "cause-version",
            "licence" => "cause-licence",
            "gap" => "cause-gap",
            "rule" => "cause-rule",
            "rules" => "cause-rules",
            "tool" => "cause-tool",
            "source" => "cause-source",
            _ => "cause-other",
        })
    }

    /// The verdict on a statement of the vendor in words.
    #[must_use]
    pub fn clause(&self, verdict: &str) -> Word<'_> {
        self.text(match verdict {
            "supported" => "clause-supported",
            "contradicted" => "clause-contradicted",
            "unproven" => "clause-unproven",
            _ => "clause-not-testable",
        })
    }

    /// That a report is none on what is, for each printed page.
    #[must_use]
    pub fn what_if(&self) -> Word<'_> {
        self.text("what-if-print")
    }
}

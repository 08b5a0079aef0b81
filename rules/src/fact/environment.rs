//! Facts that only the operator can state: the policy, the environment file, an attestation.

use super::{Family, Kind, Spec, unknown};
use crate::value::Value;

/// This family.
pub const FAMILY: Family = Family {
    queries: |_| Vec::new(),
    facts: &[
        Spec {
            id: "policy.profile",
            kind: Kind::Word,
            about: "The profile.",
            derive: |context| Ok(Value::from(context.profile.name())),
        },
        Spec {
            id: "policy.profile_declared",
            kind: Kind::Flag,
            about: "Whether the operator declared the profile.",
            derive: |context| Ok(Value::Bool(context.declared.is_some())),
        },
        Spec {
            id: "environment.statistics_suppressed",
            kind: Kind::Flag,
            about: "Whether RC_DISABLE_STATISTICS_REPORTING is true in the attached environment.",
            derive: |context| match context.environment.value("RC_DISABLE_STATISTICS_REPORTING") {
                None => unknown(
                    "no environment file is attached (--env-file), and the database does not show \
                     variables of the process",
                ),
                // The server compares the text without regard to case.
                Some(value) => Ok(Value::Bool(
                    value
                        .as_text()
                        .is_some_and(|text| text.eq_ignore_ascii_case("true")),
                )),
            },
        },
        Spec {
            id: "environment.releases_covered",
            kind: Kind::Flag,
            about: "Whether the attached environment replaces the vendor's release service.",
            derive: |context| {
                let set = |name| context.environment.value(name).map(|value| value.is_set());
                match (
                    set("CLOUD_SUPPORTED_VERSIONS_TOKEN"),
                    set("OVERWRITE_INTERNAL_RELEASE_URL"),
                ) {
                    (Some(token), Some(address)) => Ok(Value::Bool(token || address)),
                    _ => unknown(
                        "no environment file is attached (--env-file), and the database does not \
                         show these variables",
                    ),
                }
            },
        },
        Spec {
            id: "environment.marketplace_redirected",
            kind: Kind::Flag,
            about: "Whether the attached environment names another marketplace than the vendor's.",
            derive: |context| match context
                .environment
                .value("OVERWRITE_INTERNAL_MARKETPLACE_URL")
            {
                None => unknown(
                    "no environment file is attached (--env-file), and the database does not show \
                     this variable",
                ),
                Some(value) => Ok(Value::Bool(value.is_set())),
            },
        },
        Spec {
            id: "environment.mail_relay",
            kind: Kind::Flag,
            about: "Whether MAIL_URL is set in the attached environment.",
            derive: |context| match context.environment.value("MAIL_URL") {
                None => unknown(
                    "no environment file is attached (--env-file), and the database does not show \
                     whether the process takes a mail relay from MAIL_URL",
                ),
                Some(value) => Ok(Value::Bool(value.is_set())),
            },
        },
        Spec {
            id: "environment.fingerprint_auto_accepted",
            kind: Kind::Flag,
            about: "Whether the attached environment accepts a changed fingerprint silently.",
            derive: |context| match context.environment.value("AUTO_ACCEPT_FINGERPRINT") {
                None => unknown("no environment file is attached (--env-file)"),
                Some(value) => Ok(Value::Bool(
                    value
                        .as_text()
                        .is_some_and(|text| text.eq_ignore_ascii_case("true")),
                )),
            },
        },
        Spec {
            id: "attested.egress_blocked",
            kind: Kind::Flag,
            about: "Whether the operator attests that the network lets nothing of this server reach \
                    the internet.",
            derive: |context| match context.attested.get("egress_blocked") {
                Some(value) => Ok(value.clone()),
                None => unknown(
                    "nobody attests that the network lets nothing out to the internet (--attest)",
                ),
            },
        },
        Spec {
            id: "attested.vendor_blocked",
            kind: Kind::Flag,
            about: "Whether the operator attests that the network lets nothing of this server reach \
                    the vendor.",
            // Who reaches nobody on the internet does not reach the vendor either.
            derive: |context| match ["vendor_blocked", "egress_blocked"]
                .iter()
                .find_map(|name| context.attested.get(*name))
            {
                Some(value) => Ok(value.clone()),
                None => unknown(
                    "nobody attests that the network lets nothing reach the vendor (--attest)",
                ),
            },
        },
    ],
};

#[cfg(test)]
mod tests {
    use super::super::given::Given;
    use super::*;

    #[test]
    fn an_empty_variable_names_no_marketplace() {
        let redirected = |variables: &[(&str, &str)]| {
            Given::new()
                .environment(variables)
                .derive("environment.marketplace_redirected")
        };
        let name = "OVERWRITE_INTERNAL_MARKETPLACE_URL";
        assert_eq!(
            redirected(&[(name, "http://127.0.0.1")]),
            Ok(Value::Bool(true))
        );
        assert_eq!(redirected(&[(name, "")]), Ok(Value::Bool(false)));
        assert_eq!(redirected(&[]), Ok(Value::Bool(false)));
        let unseen = Given::new().derive("environment.marketplace_redirected");
        assert!(unseen.is_err());
    }
}

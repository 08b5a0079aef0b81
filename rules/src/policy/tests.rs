use super::*;
use crate::ruleset::RuleSet;
use crate::written::Mistake;

fn rules() -> RuleSet {
    RuleSet::shipped().unwrap()
}

fn layered(files: &[(&str, &str)]) -> Result<Policy, Vec<Mistake>> {
    let layers: Vec<Layer> = files
        .iter()
        .map(|(name, text)| Layer::read(name, text).unwrap())
        .collect();
    Policy::layered(&layers, rules().rules())
}

const BASE: &str = r#"format = 1
profile = "unregistered"
interval_hours = 12
[parameters]
retention_days = 90
own_domains = ["one.example"]
[severities]
STAT-001 = "high"
[[exclude]]
rule = "E2E-008"
reason = "Of the base."
[waivers]
max_days = 180
[[lock]]
key = "parameters.retention_days"
reason = "The law says so."
[[lock]]
key = "exclude"
reason = "Waive it instead."
"#;

#[test]
fn shipped_policies_say_what_would_hold_without_them() {
    for profile in Profile::ALL {
        for strict in [false, true] {
            let suffix = if strict { "-strict" } else { "" };
            let name = format!("{profile}{suffix}");
            let text = shipped_by_name(&name).unwrap();
            let policy = layered(&[(&name, &text)]).unwrap();
            assert_eq!(policy.profile, Some(profile));
            assert_eq!(policy.packs.contains("strict"), strict);
            let parameters = Parameters::default();
            assert_eq!(policy.parameters.values(), parameters.values());
            assert_eq!(policy.waivers, WaiverTerms::default());
        }
    }
    assert_eq!(shipped_by_name("airgaped"), None);
}

#[test]
fn the_last_layer_that_sets_a_key_counts_and_lists_add_up() {
    let site = r#"format = 1
packs = ["strict"]
interval_hours = 24
[parameters]
own_domains = ["two.example"]
[severities]
STAT-002 = "low"
[waivers]
warn_days = 7
"#;
    let policy = layered(&[("org/policy.toml", BASE), ("site/policy.toml", site)]).unwrap();
    assert_eq!(policy.layers, ["policy.toml", "policy.toml (2)"]);
    assert_eq!(policy.interval_hours, 24);
    assert_eq!(policy.parameters.number("retention_days"), 90);
    assert_eq!(policy.parameters.list("own_domains"), ["two.example"]);
    assert_eq!(policy.severities.len(), 2);
    assert!(policy.packs.contains("base") && policy.packs.contains("strict"));
    assert_eq!(
        (policy.waivers.max_days, policy.waivers.warn_days),
        (180, 7)
    );
    let origin = |key: &str| policy.origins.get(key).map(String::as_str);
    assert_eq!(origin("parameters.retention_days"), Some("policy.toml"));
    assert_eq!(origin("parameters.own_domains"), Some("policy.toml (2)"));
    assert_eq!(origin("exclude.E2E-008"), Some("policy.toml"));
    assert_eq!(origin("edition"), None);
}

#[test]
fn what_a_layer_locks_those_after_it_can_only_repeat() {
    let over = |text: &str| {
        let text = format!("format = 1\n{text}\n");
        layered(&[("base.toml", BASE), ("site.toml", &text)])
            .map(|_| ())
            .map_err(|mistakes| mistakes[0].to_string())
    };
    assert_eq!(over("[parameters]\nretention_days = 90"), Ok(()));
    assert_eq!(
        over("[parameters]\nretention_days = 365"),
        Err(
            "site.toml:3:18: 'parameters.retention_days' is locked by base.toml: The law says so. \
             Leave it out here, or have it changed there"
                .to_owned()
        )
    );
    let exclude = |rule: &str| {
        over(&format!(
            "[[exclude]]\nrule = \"{rule}\"\nreason = \"Here.\""
        ))
    };
    assert!(
        exclude("STAT-001")
            .unwrap_err()
            .contains("Waive it instead")
    );
    assert_eq!(exclude("E2E-008"), Ok(()));
    assert_eq!(over("[parameters]\nown_domains = []"), Ok(()));
    // A layer may set what it locks itself, and no later lock opens one.
    let lock = "[[lock]]\nkey = \"exclude\"\nreason = \"Mine.\"";
    let text = format!("format = 1\n{lock}\n");
    let policy = layered(&[("base.toml", BASE), ("site.toml", &text)]).unwrap();
    assert_eq!(
        policy.locked("exclude.STAT-001").unwrap().layer,
        "base.toml"
    );
}

#[test]
fn the_command_line_goes_over_layers_but_not_over_a_lock() {
    let mut policy = layered(&[("base.toml", BASE)]).unwrap();
    assert_eq!(policy.declare(Profile::Registered), Ok(()));
    assert_eq!(policy.origins["profile"], "the command line");
    let locked = format!("{BASE}[[lock]]\nkey = \"profile\"\nreason = \"Signed.\"\n");
    let mut policy = layered(&[("base.toml", &locked)]).unwrap();
    assert_eq!(policy.declare(Profile::Unregistered), Ok(()));
    assert!(policy.declare(Profile::Airgapped).is_err());
    assert_eq!(policy.profile, Some(Profile::Unregistered));
}

#[test]
fn a_mistake_is_told_with_file_line_and_column() {
    for (text, wanted) in [
        (
            "format = 2",
            "p.toml:1:10: format is 2; this program reads format 1",
        ),
        ("profil = 1", "p.toml:1:1: unknown field `profil`"),
        ("packs = [\"strikt\"]", "p.toml:2:10: there is no pack"),
        ("[parameters]\nretention_days = 0", "p.toml:3:18: parameter"),
        (
            "[severities]\nSTAT-999 = \"low\"",
            "p.toml:3:12: [severities]",
        ),
        (
            "[severities]\nSTAT-001 = \"mild\"",
            "p.toml:3:12: unknown variant",
        ),
        (
            "[[exclude]]\nrule = \"STAT-001\"\nreason = \" \"",
            "p.toml:2:1: the exclusion",
        ),
        ("interval_hours = 0", "p.toml:2:18: interval_hours is 0"),
        ("[waivers]\nmax_days = 0", "p.toml:3:12: max_days is 0"),
        ("[waivers]\nmax_dais = 1", "p.toml:3:1: unknown field"),
        (
            "[[lock]]\nkey = \"profil\"\nreason = \"x\"",
            "p.toml:2:1: there is no key",
        ),
        (
            "[[lock]]\nkey = \"profile\"\nreason = \"\"",
            "p.toml:2:1: the lock of",
        ),
    ] {
        let text = match text {
            "format = 2" => text.to_owned(),
            "profil = 1" => format!("{text}\nformat = 1"),
            _ => format!("format = 1\n{text}"),
        };
        let error = match Layer::read("p.toml", &text) {
            Err(mistake) => mistake.to_string(),
            Ok(layer) => {
                let mistakes = Policy::layered(&[layer], rules().rules()).unwrap_err();
                mistakes[0].to_string()
            }
        };
        assert!(error.starts_with(wanted), "{error}");
    }
}

#[test]
fn the_policy_in_force_can_be_given_in_place_of_its_layers() {
    let site = "format = 1\npacks = [\"strict\"]\n[parameters]\nisolated_since = 2026-01-31\n";
    let policy = layered(&[("base.toml", BASE), ("site.toml", site)]).unwrap();
    let text = effective(&policy);
    for line in [
        "# The policy in force, from base.toml, then site.toml.",
        "profile = \"unregistered\" # base.toml",
        "packs = [\"strict\"] # site.toml",
        "retention_days = 90 # base.toml, locked by base.toml",
        "isolated_since = 2026-01-31 # site.toml",
        "edition = \"2023-10\" # default",
        "max_days = 180 # base.toml",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    let again = layered(&[("all.toml", &text)]).unwrap();
    assert_eq!(again.parameters.values(), policy.parameters.values());
    assert_eq!(again.profile, policy.profile);
    assert_eq!(again.packs, policy.packs);
    assert_eq!(again.severities, policy.severities);
    assert_eq!(again.excluded, policy.excluded);
    assert_eq!(again.waivers, policy.waivers);
    let keys = |policy: &Policy| policy.locks.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&again), keys(&policy));
    let standard = effective(&Policy::standard());
    assert!(layered(&[("all.toml", &standard)]).is_ok(), "{standard}");
}

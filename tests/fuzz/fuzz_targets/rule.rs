//! Rules, policies and waivers that people write.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rc_audit_rules::policy::{Layer, Policy, effective};
use rc_audit_rules::rule::Rule;
use rc_audit_rules::ruleset::RuleSet;
use rc_audit_rules::waiver::Waiver;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(rule) = Rule::parse("rule.toml", text) {
        let _ = (rule.area().len(), rule.subjects());
        let mut rules = RuleSet::default();
        let _ = rules.add(&[("rule.toml", text)]);
    }
    if let Ok(layer) = Layer::read("policy.toml", text)
        && let Ok(policy) = Policy::layered(&[layer.clone(), layer], &[])
    {
        let text = effective(&policy);
        assert!(Layer::read("policy.toml", &text).is_ok(), "{text}");
    }
    if let Ok(waivers) = Waiver::read(0, "waivers.toml", text) {
        assert_eq!(Waiver::overlaps(&waivers).len(), waivers.len());
    }
});

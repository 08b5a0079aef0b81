//! Rules and policies that people write.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rc_audit_rules::policy::{Policy, PolicyFile};
use rc_audit_rules::rule::Rule;
use rc_audit_rules::ruleset::RuleSet;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    if let Ok(rule) = Rule::parse("rule.toml", text) {
        let _ = (rule.area().len(), rule.subjects());
        let mut rules = RuleSet::default();
        let _ = rules.add(&[("rule.toml", text)]);
    }
    if let Ok(file) = toml::from_str::<PolicyFile>(text) {
        let _ = Policy::from_file(&file, &[]);
    }
});

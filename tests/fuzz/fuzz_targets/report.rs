//! A report in JSON, as everything that shows one reads it.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rc_audit_report::egress::{self, Form, List};
use rc_audit_report::html::Renderer;
use rc_audit_report::messages::Language;
use rc_audit_report::text::{self, Style};
use rc_audit_report::v1::Report;
use rc_audit_report::{csv, json};

static RENDERER: LazyLock<Renderer> =
    LazyLock::new(|| Renderer::new(Language::English).expect("templates"));

fuzz_target!(|data: &[u8]| {
    let Ok(report) = serde_json::from_slice::<Report>(data) else {
        return;
    };
    let bytes = json::render(&report).expect("JSON");
    let again: Report = serde_json::from_slice(&bytes).expect("a report");
    assert_eq!(again, report);
    let page = RENDERER.render(&report, &"0".repeat(64)).expect("a page");
    let page = String::from_utf8(page).expect("a text");
    // Those of the page itself.
    for mark in ["<script", "</script>", "</style>"] {
        assert_eq!(page.matches(mark).count(), 1);
    }
    let shown = text::render(&report, &|_: Style, text| text.to_owned());
    assert!(!shown.contains('\u{1b}'));
    let _ = csv::findings(&report);
    let _ = csv::flows(&report);
    for list in [List::Allow, List::Block] {
        for form in [Form::Hosts, Form::Nftables, Form::Csv] {
            let _ = egress::render(&report, list, form);
        }
    }
});

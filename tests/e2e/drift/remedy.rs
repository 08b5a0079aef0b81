//! What would help, tried before anybody does it.

use std::collections::BTreeMap;

use crate::kit::clinic_workspace;
use crate::kit::{below, desk, dumped, json, outcomes};

/// The options with which the example is judged.
const OPTIONS: [&str; 4] = ["--policy", "policy.toml", "--attest", "attest.toml"];

/// Findings that variables were offered for, and that stay failed all the same: why.
const STAY: &[(&str, &str)] = &[];

#[test]
fn what_an_environment_offers_cures_every_finding_that_it_was_offered_for() {
    let desk = desk();
    dumped(&desk, &clinic_workspace());
    for name in ["policy.toml", "attest.toml"] {
        let example = format!("{}/../examples/clinic/{name}", env!("CARGO_MANIFEST_DIR"));
        desk.write(name, std::fs::read(example).unwrap());
    }
    // A what-if alone makes no key, no bundle and no chain.
    desk.write("one.json", r#"{"API_Embed": false}"#);
    let mut arguments = vec!["dump/rocketchat", "--assume", "one.json"];
    arguments.extend(OPTIONS);
    let run = desk.check(&arguments);
    run.expect(1, &["What if: "]);
    assert!(!desk.path("state/rc-audit/key").exists());
    let made = below(&desk.path("out"));
    assert!(
        made.iter()
            .all(|path| path.starts_with(desk.path("out/what-if"))),
        "{made:?}"
    );

    let mut arguments = vec!["dump/rocketchat"];
    arguments.extend(OPTIONS);
    desk.check(&arguments).expect(1, &[]);
    let bundles = desk.path("out");
    let workspace = std::fs::read_dir(&bundles)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| !path.ends_with("what-if"))
        .unwrap();
    let bundle = workspace.join("latest");
    let chain = below(&workspace);
    let bundle = bundle.to_str().unwrap();
    let env = desk.run(&["remedy", bundle, "--as", "env"]);
    env.expect(0, &["intact, signed by"]);
    desk.write("remedies.env", &env.stdout);

    // The findings that a variable is offered for: those whose heading comes before a line of one.
    let offered = offered(&env.stdout);
    assert!(offered.len() > 15, "{offered:?}\n{}", env.stdout);
    let mut arguments = vec!["dump/rocketchat", "--assume", "remedies.env", "--json"];
    arguments.extend(OPTIONS);
    let run = desk.check(&arguments);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["comparison"]["with"], "assumption");
    let would = outcomes(&report);
    let before = outcomes(&json(&std::path::Path::new(bundle).join("report.json")));
    let stay: BTreeMap<&str, &str> = STAY.iter().copied().collect();
    let uncured: Vec<String> = offered
        .iter()
        .filter(|rule| !stay.contains_key(rule.as_str()))
        .filter(|rule| !matches!(would[*rule].as_str(), "pass" | "not_applicable"))
        .map(|rule| format!("{rule}: {} → {}", before[rule], would[rule]))
        .collect();
    assert!(uncured.is_empty(), "{uncured:#?}");
    // Nothing that held comes undone by it.
    let undone: Vec<&String> = would
        .iter()
        .filter(|(rule, outcome)| outcome.starts_with("fail") && !before[*rule].starts_with("fail"))
        .map(|(rule, _)| rule)
        .collect();
    assert_eq!(undone, Vec::<&String>::new());

    // It is marked wherever it is seen, nobody signs it, and nobody takes it for evidence.
    assert_eq!(below(&workspace), chain);
    let what_if = below(&desk.path("out/what-if"));
    let names: Vec<&str> = what_if
        .iter()
        .map(|path| path.file_name().unwrap().to_str().unwrap())
        .collect();
    assert_eq!(names, ["WHAT-IF.txt", "what-if.html", "what-if.json"]);
    let folder = what_if.first().unwrap().parent().unwrap();
    let page = std::fs::read_to_string(folder.join("what-if.html")).unwrap();
    assert!(page.contains("is no evidence") && page.contains("content:\"WHAT IF"));
    assert!(
        !report["assumption"]["assumed"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    let folder = folder.to_str().unwrap();
    desk.run(&["verify", folder])
        .expect(2, &["a what-if, and no evidence"]);
    desk.run(&["verify", bundle]).expect(11, &[]);
    let both = desk.run(&["diff", bundle, &format!("{folder}/what-if.json")]);
    both.expect(20, &[]);
    assert!(both.stdout.contains("(what if)"), "{}", both.stdout);
    let run = desk.check(&["dump/rocketchat", "--assume", "remedies.env"]);
    assert!(run.stdout.starts_with("What if: "), "{}", run.stdout);

    // A name that no release has, and a value that this one does not take, are told.
    let told = |text: &str, wanted: &str| {
        desk.write("wrong.toml", text);
        let run = desk.check(&["dump/rocketchat", "--assume", "wrong.toml"]);
        run.expect(2, &[wanted]);
    };
    told("API_Embd = false\n", "did you mean 'API_Embed'");
    told("API_Embed = 'no'\n", "wants true or false");
    told("Apps_Framework_enabled = false\n", "no longer has it");
}

/// A `curl` that writes its arguments and headers down instead of going out, and what a script needs.
const STUB: &str = r#"
curl() {
    echo CALL
    for argument in "$@"; do printf 'ARG %s\n' "$argument"; done
    while read -r line; do printf 'HEAD %s\n' "$line"; done
}
ROCKETCHAT_URL='https://chat.example.org/'
ROCKETCHAT_USER_ID=me
ROCKETCHAT_AUTH_TOKEN="a-to'ken"
ROCKETCHAT_2FA_CODE='$(touch escaped)'
"#;

#[test]
fn a_shell_takes_the_script_of_any_release_and_calls_with_the_bytes_that_are_meant() {
    let desk = desk();
    dumped(&desk, &clinic_workspace());
    let mut report = desk.report(&["dump/rocketchat"]);
    for finding in report["findings"].as_array_mut().unwrap() {
        finding["outcome"] = "fail".into();
        finding["title"] = "it's\n$(touch escaped)\n`touch escaped`".into();
    }
    for version in ["3.18.2", "6.4.8", "6.13.0", "7.7.1", "8.3.0"] {
        report["workspace"]["version"] = version.into();
        desk.write("all.json", report.to_string());
        let run = desk.run(&["remedy", "all.json", "--as", "api"]);
        run.expect(0, &["a file by itself"]);
        let script = run.stdout;
        desk.write("script", &script);
        let text = crate::kit::run("sh", &desk.path(""), &["-n", "script"]);
        assert_eq!(text, "");
        desk.write("stubbed", format!("{STUB}{script}"));
        let text = crate::kit::run("sh", &desk.path(""), &["stubbed"]);
        let count =
            |text: &str, is: &dyn Fn(&str) -> bool| text.lines().filter(|it| is(it)).count();
        let written = count(&script, &|line| line.starts_with("post '"));
        assert!(written > 70, "{version}: {written}");
        assert_eq!(count(&text, &|line| line == "CALL"), written, "{version}");
        let heads = count(&text, &|line| line == "HEAD X-Auth-Token: a-to'ken");
        assert_eq!(heads, written, "{version}");
        assert!(text.contains("HEAD X-2fa-Code: $(touch escaped)\n"));
        // What is secret stands in no argument, and what is sent is JSON.
        let arguments = text.lines().filter_map(|line| line.strip_prefix("ARG "));
        for argument in arguments {
            assert!(!argument.contains("to'ken") && !argument.contains("escaped"));
            if argument.starts_with('{') {
                let body: serde_json::Value = serde_json::from_str(argument).unwrap();
                assert!(body.get("value").is_some() || body.get("permissions").is_some());
            }
        }
        assert!(text.contains("ARG https://chat.example.org/api/v1/settings/API_Embed\n"));
        assert!(!desk.path("escaped").exists());
    }
}

fn offered(env: &str) -> Vec<String> {
    let mut offered = Vec::new();
    let mut heading = None;
    for line in env.lines() {
        let word = line
            .strip_prefix("# ")
            .and_then(|line| line.split(' ').next());
        let is_rule = |word: &&str| {
            word.split_once('-').is_some_and(|(area, number)| {
                area.bytes()
                    .all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
                    && number.len() == 3
                    && number.bytes().all(|it| it.is_ascii_digit())
            })
        };
        if let Some(rule) = word.filter(is_rule)
            && line.contains(" (")
        {
            heading = Some(rule.to_owned());
        }
        if !line.starts_with('#') && line.contains('=') {
            offered.push(heading.clone().expect("a heading"));
        }
    }
    offered.dedup();
    offered
}

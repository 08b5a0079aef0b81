use super::*;

fn snapshot(settings: &str) -> Snapshot {
    serde_json::from_value(serde_json::json!({
        "format": crate::snapshot::FORMAT,
        "source": { "kind": "server", "database": "d", "server_version": null,
            "replica_set": null, "cluster_time": null },
        "started": "2026-11-01T12:00:00Z",
        "finished": "2026-11-01T12:00:01Z",
        "settings": serde_json::from_str::<serde_json::Value>(settings).unwrap(),
        "groups": [],
        "licence": serde_json::to_value(crate::licence::LicenceText::Absent).unwrap(),
        "data": {},
        "ledger": [],
    }))
    .unwrap()
}

fn exactly(version: &str) -> RunningVersion {
    RunningVersion::exactly(version.parse().unwrap())
}

fn value(text: &str, id: &str, version: &str) -> Result<Value, Vec<String>> {
    let mut snapshot = snapshot("{}");
    Assumptions::parse(text)?.apply(&mut snapshot, &exactly(version))?;
    Ok(snapshot.settings[id].value.clone().unwrap())
}

#[test]
fn three_forms_say_the_same() {
    for text in [
        "# a comment\n\nexport OVERWRITE_SETTING_API_Embed=FALSE\n",
        "API_Embed = false\n",
        "  {\"API_Embed\": false}",
    ] {
        assert_eq!(
            value(text, "API_Embed", "6.13.0"),
            Ok(Value::Bool(false)),
            "{text}"
        );
    }
}

#[test]
fn a_variable_is_converted_as_the_server_does_it() {
    let line = |rest: &str| format!("OVERWRITE_SETTING_{rest}\n");
    let id = "Accounts_LoginExpiration";
    assert_eq!(
        value(&line(&format!("{id}=30")), id, "6.13.0"),
        Ok(Value::Int(30))
    );
    let wrong = value(&line(&format!("{id}=soon")), id, "6.13.0").unwrap_err();
    assert!(wrong[0].contains("no whole number"), "{wrong:?}");
    let id = "RetentionPolicy_TTL_DMs";
    let wrong = value(&line(&format!("{id}=86400000")), id, "6.13.0").unwrap_err();
    assert!(wrong[0].contains("text"), "{wrong:?}");
    let wrong = value(&line("Site_Name=true"), "Site_Name", "6.13.0").unwrap_err();
    assert!(wrong[0].contains("Site_Name"), "{wrong:?}");
}

#[test]
fn what_no_release_has_is_refused_with_its_neighbour_and_all_at_once() {
    let wrong = Assumptions::parse("API_Embd = false\nE2E_Enabel = 1.5\n").unwrap_err();
    assert!(wrong[0].contains("did you mean 'API_Embed'"), "{wrong:?}");
    assert!(
        wrong.iter().any(|it| it.contains("E2E_Enable'")),
        "{wrong:?}"
    );
    let wrong = Assumptions::parse("OVERWRITE_SETTING_API_Embed=1\nPATH=/bin\n").unwrap_err();
    assert!(wrong[0].starts_with("line 2: PATH"), "{wrong:?}");
    let twice = "OVERWRITE_SETTING_API_Embed=true\nOVERWRITE_SETTING_API_Embed=false\n";
    assert!(Assumptions::parse(twice).unwrap_err()[0].contains("twice"));
    for empty in ["", "{}", "# nothing\n"] {
        assert!(Assumptions::parse(empty).is_err());
    }
}

#[test]
fn what_the_release_does_not_have_or_take_changes_nothing() {
    let both = "API_Embed = false\nRetentionPolicy_TTL_DMs = 86400000\n";
    let mut snapshot = snapshot("{}");
    let wrong = Assumptions::parse(both)
        .unwrap()
        .apply(&mut snapshot, &exactly("6.4.8"))
        .unwrap_err();
    assert!(wrong[0].contains("yet"), "{wrong:?}");
    assert!(snapshot.settings.is_empty());
    let wrong = value("API_Embed = 'false'", "API_Embed", "6.13.0").unwrap_err();
    assert!(wrong[0].contains("true or false"), "{wrong:?}");
    let wrong = value(
        "Message_ErasureType = 'Drop'",
        "Message_ErasureType",
        "6.13.0",
    )
    .unwrap_err();
    assert!(wrong[0].contains("Keep, Delete, Unlink"), "{wrong:?}");
}

#[test]
fn flags_stay_and_what_was_there_is_told() {
    let id = "Push_request_content_from_server";
    let mut snapshot = snapshot(
        r#"{"Push_request_content_from_server": {"value": false, "type": "boolean",
            "enterprise": true, "modules": ["push-privacy"], "invalid_value": false,
            "equals_invalid": true}}"#,
    );
    let assumed = Assumptions::parse(&format!("{id} = true"))
        .unwrap()
        .apply(&mut snapshot, &exactly("6.13.0"))
        .unwrap();
    assert_eq!(assumed[0].found, Some(Value::Bool(false)));
    assert_eq!(assumed[0].assumed, Value::Bool(true));
    let document = &snapshot.settings[id];
    assert!(document.enterprise);
    assert_eq!(document.equals_invalid, Some(false));
}

#[test]
fn a_secret_that_is_assumed_is_not_kept() {
    let id = "SMTP_Password";
    let kept = value(&format!("{id} = 'hunter2'"), id, "6.13.0").unwrap();
    assert!(matches!(kept, Value::Withheld(_)), "{kept:?}");
}

#[test]
fn a_variable_of_the_process_is_known_even_if_no_environment_is_attached() {
    let assumptions = Assumptions::parse("RC_DISABLE_STATISTICS_REPORTING=true\n").unwrap();
    let environment = assumptions.environment(&Environment::default());
    let name = "RC_DISABLE_STATISTICS_REPORTING";
    assert_eq!(environment.value(name), Some(Value::from("true")));
    assert_eq!(environment.value("CLOUD_URL"), None);
}

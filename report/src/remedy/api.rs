//! Remedies as a shell script that calls the REST interface. It is printed, and never run here.

use super::{Plan, Task, comment, heading, in_words};

/// The part that is the same in each script. Headers go to curl through a pipe, because whoever is on
/// the machine reads the arguments of a process.
const BEGIN: &str = r#"set -eu
: "${ROCKETCHAT_URL:?the address of the workspace, such as https://chat.example.org}"
: "${ROCKETCHAT_USER_ID:?the id of an administrator}"
: "${ROCKETCHAT_AUTH_TOKEN:?a token of that administrator}"
: "${ROCKETCHAT_2FA_CODE:?a code of the second factor; for the method password, the SHA-256 of the password}"
: "${ROCKETCHAT_2FA_METHOD:=totp}"

post() {
    printf 'X-Auth-Token: %s\nX-User-Id: %s\nX-2fa-Code: %s\nX-2fa-Method: %s\n' \
        "$ROCKETCHAT_AUTH_TOKEN" "$ROCKETCHAT_USER_ID" \
        "$ROCKETCHAT_2FA_CODE" "$ROCKETCHAT_2FA_METHOD" |
        curl --fail --silent --show-error --request POST --header @- \
            --header 'Content-Type: application/json' --data-raw "$2" \
            "${ROCKETCHAT_URL%/}/api/v1/$1"
    echo
}
"#;

pub(super) fn render(plan: &Plan<'_>) -> String {
    let mut out = "#!/bin/sh\n".to_owned();
    comment(
        &mut out,
        "",
        "What an administrator would call. Nothing of it was called.",
    );
    for line in plan.heading() {
        comment(&mut out, "", &line);
    }
    out.push_str("#\n");
    comment(
        &mut out,
        "",
        "Read it, take out what you do not want, then run it from a machine that reaches the \
         workspace. The administrator needs the permission edit-privileged-setting, and \
         access-permissions for calls on permissions. It stops at the first call that fails. Secrets \
         come from variables and stand in no argument.",
    );
    out.push('\n');
    out.push_str(BEGIN);
    let mut rest = String::new();
    for task in &plan.tasks {
        of_a_task(task, &mut out, &mut rest);
    }
    if !rest.is_empty() {
        out.push_str("\n# ---- What no call can do ----\n");
        out.push_str(&rest);
    }
    out
}

fn of_a_task(task: &Task<'_>, out: &mut String, rest: &mut String) {
    let mut calls: Vec<(String, String)> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for step in &task.steps {
        let id = step.setting;
        if step.by_environment {
            lines.push(format!(
                "{id}: a variable of the server's processes gives it, and would at each start again; \
                 change OVERWRITE_SETTING_{id}{}",
                step.wanted
                    .as_ref()
                    .map_or_else(String::new, |wanted| format!(" to {}", in_words(wanted)))
            ));
            continue;
        }
        match (&step.ways, step.choice) {
            (Err(why), _) => lines.push(format!("{id}: {why}")),
            (Ok(ways), Some(choice)) => lines.push(match &ways.panel {
                Ok(_) => format!(
                    "{id}: only you know the value ({choice}); now {}",
                    step.present
                ),
                Err(why) => format!("{id}: only you know the value ({choice}); {why}"),
            }),
            (Ok(ways), None) => match &ways.api {
                Err(why) => {
                    let rest = if ways.env.is_ok() {
                        " ('--as env' has the variable)"
                    } else {
                        ""
                    };
                    lines.push(format!("{id}: {why}{rest}"));
                }
                Ok(json) => {
                    let about = format!("{id}: now {}", step.present);
                    let call = format!(
                        "post {} {}",
                        quoted(&format!("settings/{id}")),
                        quoted(&format!("{{\"value\": {json}}}"))
                    );
                    calls.push((about, call));
                }
            },
        }
    }
    for (route, body) in &task.calls {
        let call = format!("post {} {}", quoted(route), quoted(body));
        let about = "This takes the permission from every other role.".to_owned();
        calls.push((about, call));
    }
    for (name, value) in &task.process {
        lines.push(match value {
            Ok(value) => format!("the variable {name}={value} of the server's processes does it"),
            Err(why) => why.clone(),
        });
    }
    lines.extend(task.shared.iter().cloned());
    if !calls.is_empty() {
        heading(out, task);
        let note = task.remedy.map_or("", |it| it.note.as_str());
        comment(out, "  ", note);
    }
    for (about, call) in &calls {
        comment(out, "  ", about);
        out.push_str(call);
        out.push('\n');
    }
    left(task, calls.is_empty(), &lines, rest);
}

fn left(task: &Task<'_>, nothing: bool, lines: &[String], rest: &mut String) {
    if lines.is_empty() && !nothing {
        return;
    }
    heading(rest, task);
    for line in lines {
        comment(rest, "  ", line);
    }
    let remedy = &task.finding.remedy;
    if !remedy.ui.is_empty() {
        comment(rest, "  ", &format!("By hand: {}", remedy.ui));
    }
    if nothing && !remedy.api.is_empty() {
        comment(
            rest,
            "  ",
            &format!(
                "The route is {}; what to send depends on what is there.",
                remedy.api
            ),
        );
    }
    if nothing && !remedy.note.is_empty() {
        comment(rest, "  ", &remedy.note);
    }
    if remedy.ui.is_empty() && remedy.env.is_empty() && remedy.api.is_empty() && lines.is_empty() {
        comment(rest, "  ", "In the product there is no way.");
    }
}

/// A text as one word of a POSIX shell.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

//! What keeps the program in: seen from outside while it works, and said in the report.

mod egress;
mod login;
mod service;
mod wire;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

use rc_audit_tests::mongod::shared;
use rc_audit_tests::program::Run;
use rc_audit_tests::proxy::Proxy;
use rc_audit_tests::workspace::NOW;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};
use serde_json::Value;

use crate::kit::{clinic_workspace, desk, dumped};

/// What the kernel says of each thread of a process: fields of its status, by its number.
fn threads(process: u32) -> Vec<BTreeMap<String, String>> {
    let mut found = Vec::new();
    let Ok(tasks) = std::fs::read_dir(format!("/proc/{process}/task")) else {
        return found;
    };
    // The list is whole before the first look, so that more than one means that all are confined.
    let tasks: Vec<_> = tasks.flatten().collect();
    for task in tasks {
        // A thread may end between the list and the look.
        let Ok(status) = std::fs::read_to_string(task.path().join("status")) else {
            continue;
        };
        found.push(
            status
                .lines()
                .filter_map(|line| line.split_once(':'))
                .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
                .collect(),
        );
    }
    found
}

/// Checks every thread, and that at least so many filters are on each.
fn assert_filtered(threads: &[BTreeMap<String, String>], filters: u32) {
    for thread in threads {
        assert_eq!(thread["Seccomp"], "2", "{thread:?}");
        assert_eq!(thread["NoNewPrivs"], "1", "{thread:?}");
        let on: u32 = thread["Seccomp_filters"].parse().unwrap();
        assert!(on >= filters, "{on} filters: {thread:?}");
    }
}

/// The sockets of TCP that a process has open.
fn connections(process: u32) -> usize {
    let table = std::fs::read_to_string(format!("/proc/{process}/net/tcp")).unwrap_or_default();
    let open: Vec<String> = sockets(process)
        .iter()
        .map(|it| it.display().to_string())
        .collect();
    table
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().nth(9))
        .filter(|inode| open.contains(&format!("socket:[{inode}]")))
        .count()
}

/// The sockets that a process has open.
fn sockets(process: u32) -> Vec<PathBuf> {
    std::fs::read_dir(format!("/proc/{process}/fd"))
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| std::fs::read_link(entry.path()).ok())
        .filter(|target| target.display().to_string().starts_with("socket:"))
        .collect()
}

fn quietly(command: &mut Command) -> Child {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn every_thread_is_without_sockets_when_the_first_question_is_asked() {
    let desk = desk();
    let server = shared();
    server.load("confined", &clinic_workspace());
    let wire = Proxy::to(server.port());
    wire.hold(b"rocketchat_settings");
    let address = format!("mongodb://127.0.0.1:{}/confined", wire.port());
    let mut command = desk.command();
    let mut child = quietly(command.args([
        "check",
        "--now",
        NOW,
        "--at-once",
        "5",
        "--out",
        "out",
        &address,
    ]));
    wire.wait();
    let working = threads(child.id());
    // The main one, two that read, and those that judge.
    assert!(working.len() > 3, "{}", working.len());
    // Two for the whole run, one that takes sockets away.
    assert_filtered(&working, 3);
    // One for each question at once, and one that watches the server.
    assert_eq!(connections(child.id()), 6);
    wire.release();
    loop {
        // A process that has ended, and is not waited for yet, has a thread without fields.
        let later = threads(child.id());
        if child.try_wait().unwrap().is_some() {
            break;
        }
        if later.iter().all(|thread| thread.contains_key("VmSize")) {
            assert_filtered(&later, 3);
        }
    }
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn every_thread_is_without_sockets_while_a_dump_is_read_and_judged() {
    let desk = desk();
    let dump = dumped(&desk, &clinic_workspace());
    let mut command = desk.command();
    let mut child = quietly(
        command
            .args(["check", "--now", NOW, "--out", "out"])
            .arg(dump),
    );
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let threads = threads(child.id());
        // There is a second thread only after the first was confined.
        if threads.len() > 1 && threads.iter().all(|thread| thread.contains_key("VmSize")) {
            assert_filtered(&threads, 3);
            most = most.max(threads.len());
        }
        assert_eq!(sockets(child.id()), Vec::<PathBuf>::new());
    }
    assert!(most > 1, "the program was never seen at work");
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

/// The block of the report.
fn confinement(report: &Value) -> &Value {
    &report["evidence"]["confinement"]
}

/// The attempts that were not refused.
fn escaped(report: &Value) -> Vec<&str> {
    confinement(report)["probes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|probe| probe["refused"] == false)
        .map(|probe| probe["what"].as_str().unwrap())
        .collect()
}

#[test]
fn the_program_tries_to_get_out_and_reports_each_answer() {
    let desk = desk();
    let server = shared();
    server.load("confined_probes", &clinic_workspace());
    let address = server.address("confined_probes");
    let report = desk.report(&["--require-confinement", &address]);
    let block = confinement(&report);
    let answers: Vec<String> = block["probes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|probe| {
            assert_eq!(probe["refused"], true, "{probe}");
            let text = |name: &str| probe[name].as_str().unwrap().to_owned();
            format!("{}: {} {}", text("what"), text("call"), text("answer"))
        })
        .collect();
    assert_eq!(
        answers,
        [
            "TCP: socket EPERM",
            "TCP over IPv6: socket EPERM",
            "UDP: socket EPERM",
            "Multipath TCP: socket EPERM",
            "TCP Fast Open: socket EPERM",
            "name server: socket EPERM",
            "raw packets: socket EPERM",
            "unix socket: socket EPERM",
            "abstract unix socket: socket EPERM",
            "another program: spawn EPERM",
            "reading elsewhere: openat EACCES",
            "writing elsewhere: openat EACCES",
        ]
    );
    assert_eq!(block["missing"], Value::Array(Vec::new()));
    assert_eq!(block["open_sockets"], 0);
    let port = format!("TCP to port {},", server.port());
    assert!(block.to_string().contains(&port), "{block}");

    let page = std::fs::read_to_string(desk.bundle().join("report.html")).unwrap();
    assert!(page.contains("Multipath TCP"));
    let run = desk.check(&[&address]);
    run.expect(1, &[]);
    assert!(
        run.stdout.contains("12 of the program's own 12 attempts"),
        "{}",
        run.stdout
    );
}

/// Runs a command on a kernel that does not know these calls.
fn lacking(calls: &[i64], mut command: Command) -> Run {
    let refused = calls.iter().map(|call| (*call, Vec::new())).collect();
    let filter = SeccompFilter::new(
        refused,
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS.unsigned_abs()),
        std::env::consts::ARCH.try_into().unwrap(),
    );
    let program: BpfProgram = filter.unwrap().try_into().unwrap();
    // A process inherits from the thread that starts it.
    thread::spawn(move || {
        seccompiler::apply_filter(&program).unwrap();
        Run::of(&mut command)
    })
    .join()
    .unwrap()
}

#[test]
fn what_the_kernel_lacks_is_said_and_can_be_required() {
    let desk = desk();
    let dump = dumped(&desk, &clinic_workspace());
    let check = |out: &str, more: &[&str], dump: &Path| {
        let mut command = desk.command();
        command.args(["check", "--now", NOW, "--out", out]);
        command.args(more).arg(dump);
        command
    };
    let report = |out: &str| {
        let workspace = std::fs::read_dir(desk.path(out)).unwrap().next().unwrap();
        crate::kit::json(&workspace.unwrap().path().join("latest/report.json"))
    };
    let files = [libc::SYS_landlock_create_ruleset];
    let calls = [libc::SYS_seccomp];

    let run = lacking(&files, check("files", &[], &dump));
    run.expect(1, &["Bundle:"]);
    assert!(run.stdout.contains("not in force"), "{}", run.stdout);
    let found = report("files");
    assert_eq!(escaped(&found), ["reading elsewhere", "writing elsewhere"]);
    assert!(
        confinement(&found)["missing"]
            .to_string()
            .contains("has no Landlock")
    );
    assert_eq!(confinement(&found)["landlock"], Value::Null);

    let run = lacking(&calls, check("calls", &[], &dump));
    run.expect(1, &["Bundle:"]);
    assert!(run.stdout.contains("NOT REFUSED: "), "{}", run.stdout);
    let found = report("calls");
    // Landlock alone keeps plain TCP in, and programs, and the rest not.
    let out = escaped(&found);
    for what in [
        "UDP",
        "Multipath TCP",
        "TCP Fast Open",
        "name server",
        "unix socket",
    ] {
        assert!(out.contains(&what), "{what}: {out:?}");
    }
    for what in [
        "TCP",
        "TCP over IPv6",
        "another program",
        "writing elsewhere",
    ] {
        assert!(!out.contains(&what), "{what}: {out:?}");
    }

    for (name, lacks) in [("files", files), ("calls", calls)] {
        let out = format!("required-{name}");
        let run = lacking(&lacks, check(&out, &["--require-confinement"], &dump));
        run.expect(6, &["confinement is required", "Nothing was judged"]);
        assert_eq!(crate::kit::below(&desk.path(&out)).len(), 0);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn nothing_of_the_memory_is_left_behind_or_shown() {
    let desk = desk();
    let server = shared();
    server.load("confined_core", &clinic_workspace());
    let wire = Proxy::to(server.port());
    wire.hold(b"rocketchat_settings");
    let address = format!("mongodb://127.0.0.1:{}/confined_core", wire.port());
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "ulimit -c unlimited; exec \"$0\" check \"$1\""])
        .arg(desk.command().get_program())
        .arg(&address)
        .current_dir(desk.path(""))
        .env("XDG_STATE_HOME", desk.path("state"));
    let mut child = quietly(&mut shell);
    wire.wait();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.contains("core file"))
        .unwrap();
    let words: Vec<&str> = core.split_whitespace().collect();
    assert_eq!(words[4..6], ["0", "0"], "{core}");
    crate::kit::run("kill", &desk.path(""), &["-ABRT", &child.id().to_string()]);
    let status = child.wait().unwrap();
    assert!(!std::os::unix::process::ExitStatusExt::core_dumped(&status));
    wire.release();
}

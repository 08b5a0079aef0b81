//! The printed units under a real systemd, which is booted in namespaces of its own. It takes root, a
//! hierarchy of control groups, and Debian's systemd: `cargo test -p rc-audit-tests --test systemd`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that can't go on stops with a message"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use rc_audit_tests::mongod::{Mongod, Options};
use rc_audit_tests::program::Desk;
use rc_audit_tests::workspace::Plan;

const PROGRAM: &str = env!("CARGO_BIN_EXE_agent-under-test");

/// Lets systemd start the unit that reads the workspace at an address, and gives what it tells.
fn booted(server: &Mongod, address: &str, arguments: &[&str]) -> Desk {
    let desk = Desk::new(PROGRAM);
    desk.write("uri", address);
    desk.write("socket", "");
    fs::remove_file(desk.path("socket")).unwrap();
    let socket = format!("mongodb-{}.sock", server.port());
    fs::hard_link(server.folder().join(socket), desk.path("socket")).unwrap();
    fs::copy(PROGRAM, desk.path("rc-audit")).unwrap();
    let boot = Path::new(env!("CARGO_MANIFEST_DIR")).join("systemd/boot");
    let output = Command::new("timeout")
        .arg("120")
        .args(["unshare", "--pid", "--fork", "--kill-child", "--mount"])
        .args(["--uts", "--ipc", "--cgroup", "--mount-proc"])
        .arg("bash")
        .arg(boot)
        .arg(desk.path(""))
        .args(arguments)
        .output()
        .expect("unshare is missing: apt-get install util-linux");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && desk.path("told").exists(),
        "systemd did not get to the end (it has to be root, and systemd to be installed): {said}"
    );
    desk
}

fn text(desk: &Desk, name: &str) -> String {
    fs::read_to_string(desk.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The unit ran, said what it should, and left a bundle that is signed and good.
fn ended_well(desk: &Desk) {
    let told = text(desk, "told");
    let output = text(desk, "output");
    // A workspace as after its first start leaves some questions open, which is told as a failure.
    assert!(told.contains("ExecMainStatus=4"), "{told}{output}");
    assert!(told.contains("Result=exit-code"), "{told}");
    for said in [
        "A signing key was made: /var/lib/rc-audit/signing-key.pem",
        "of the program's own",
        "Bundle: /var/lib/rc-audit/evidence/",
        "rc-audit-checkpoint/1 ",
    ] {
        assert!(output.contains(said), "no '{said}' in {output}");
    }
    let modes = text(desk, "modes");
    assert!(
        modes.starts_with("600 ") && modes.contains("\n700 "),
        "{modes}"
    );
    let timer = text(desk, "timer");
    assert!(timer.contains("ActiveState=active"), "{timer}");
    assert!(!timer.contains("NextElapseUSecRealtime=\n"), "{timer}");
    let signer = output
        .lines()
        .find_map(|line| line.strip_prefix("Its fingerprint is "))
        .expect("a fingerprint");
    let chain = fs::read_dir(desk.path("evidence")).unwrap().next();
    let chain = chain.expect("a workspace").unwrap().path();
    let chain = chain.to_str().expect("a text");
    desk.run(&["verify", "--signer", signer, chain])
        .expect(0, &[]);
    let report = fs::read_to_string(Path::new(chain).join("latest/report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let confinement = &report["evidence"]["confinement"];
    assert_eq!(confinement["missing"], serde_json::json!([]));
    let probes = confinement["probes"].as_array().expect("probes");
    assert!(probes.iter().all(|it| it["refused"] == true), "{probes:?}");
}

#[test]
fn the_printed_units_run_as_they_are() {
    let server = Mongod::start(&Options {
        unix_socket: true,
        arguments: vec!["--filePermissions".to_owned(), "0777".to_owned()],
        ..Options::default()
    });
    server.load("rocketchat", &Plan::new("6.13.0").build());
    let socket = "mongodb://%2Frun%2Fmongodb%2Fmongodb-27017.sock/rocketchat";
    ended_well(&booted(&server, socket, &["--local"]));
    ended_well(&booted(&server, &server.address("rocketchat"), &[]));
}

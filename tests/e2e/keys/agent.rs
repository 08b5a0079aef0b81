//! Keys that an ssh-agent holds.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rc_audit_tests::program::{Desk, Run};

use super::{check, desk, fingerprint, newest, ssh_key, verify};
use crate::bundle::by_stock_tools;
use crate::kit::tool;

/// An agent that ends with the test.
struct Agent {
    process: Child,
    socket: PathBuf,
}

impl Agent {
    /// Starts an agent. Whoever is asked to confirm the use of a key says no.
    fn start(desk: &Desk) -> Self {
        let socket = desk.path("agent.sock");
        let process = tool("ssh-agent")
            .args(["-D", "-a"])
            .arg(&socket)
            .env("SSH_ASKPASS", "/bin/false")
            .env("SSH_ASKPASS_REQUIRE", "force")
            .env("DISPLAY", ":0")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let start = Instant::now();
        while !socket.exists() {
            assert!(start.elapsed() < Duration::from_secs(20), "no agent");
            std::thread::sleep(Duration::from_millis(20));
        }
        Self { process, socket }
    }

    fn add(&self, desk: &Desk, arguments: &[&str]) {
        let status = tool("ssh-add")
            .arg("-q")
            .args(arguments)
            .env("SSH_AUTH_SOCK", &self.socket)
            .current_dir(desk.path(""))
            .status();
        assert!(status.unwrap().success());
    }

    fn check(&self, desk: &Desk, out: &str, key: &str) -> Run {
        let mut command: Command = check(desk, out, &["--key", key]);
        Run::of(command.env("SSH_AUTH_SOCK", &self.socket))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_key_that_only_an_agent_holds_signs() {
    let desk = desk();
    let agent = Agent::start(&desk);
    for (name, kind) in [("one", "-t ed25519"), ("two", "-t ecdsa -b 256")] {
        ssh_key(&desk, name, kind);
        agent.add(&desk, &[name]);
        std::fs::remove_file(desk.path(name)).unwrap();
        let own = fingerprint(&desk, &format!("{name}.pub"));
        for key in [format!("agent:{own}"), format!("{name}.pub")] {
            agent.check(&desk, name, &key).expect(1, &[]);
            let bundle = newest(&desk, name);
            verify(&desk, &["--signer", &own], &[&bundle]).expect(0, &[]);
            let said = by_stock_tools(&bundle);
            assert!(said.iter().all(|(good, _)| *good), "{key}: {said:?}");
        }
    }
}

#[test]
fn an_agent_that_does_not_sign_leaves_an_unsigned_report_that_says_so() {
    let desk = desk();
    ssh_key(&desk, "key", "-t ed25519");
    let own = fingerprint(&desk, "key.pub");
    let named = format!("agent:{own}");
    let unsigned = |run: &Run, out: &str, texts: &[&str]| {
        run.expect(7, texts);
        run.expect(7, &["without a signature"]);
        let bundle = newest(&desk, out);
        assert!(bundle.join("UNSIGNED.txt").exists());
        assert!(!bundle.join("MANIFEST").exists());
    };
    let without = Run::of(&mut check(&desk, "a", &["--key", &named]));
    unsigned(&without, "a", &["SSH_AUTH_SOCK is not set", "ssh-add"]);
    let mut command = check(&desk, "b", &["--key", "key.pub"]);
    let nobody = Run::of(command.env("SSH_AUTH_SOCK", desk.path("nobody")));
    unsigned(&nobody, "b", &["can't be asked", "SSH_AUTH_SOCK"]);

    let agent = Agent::start(&desk);
    unsigned(
        &agent.check(&desk, "c", &named),
        "c",
        &["does not hold", &own],
    );
    unsigned(
        &agent.check(&desk, "d", "agent:SHA256:short"),
        "d",
        &["not a fingerprint"],
    );
    ssh_key(&desk, "rsa", "-t rsa -b 2048");
    agent.add(&desk, &["rsa"]);
    let rsa = format!("agent:{}", fingerprint(&desk, "rsa.pub"));
    unsigned(&agent.check(&desk, "e", &rsa), "e", &["ssh-rsa", "Ed25519"]);
    // The key is there at the start, and its use is refused at the end.
    agent.add(&desk, &["-c", "key"]);
    unsigned(
        &agent.check(&desk, "f", &named),
        "f",
        &["did not sign", "refused"],
    );
}

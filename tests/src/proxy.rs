//! A wire between the program and a server, that keeps what passes and can be held.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// How long a wire is held at most, and waited for.
const PATIENCE: Duration = Duration::from_mins(1);

/// What passed, and whether more may.
#[derive(Debug, Default)]
struct Wire {
    passed: Mutex<Vec<u8>>,
    /// What a question has to hold to be held back, until this is empty.
    gate: Mutex<(Vec<u8>, bool)>,
    changed: Condvar,
}

/// A wire to a port of the loopback interface.
#[derive(Debug)]
pub struct Proxy {
    port: u16,
    wire: Arc<Wire>,
}

impl Proxy {
    /// A wire to this port.
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = listener.local_addr().expect("an address").port();
        let wire = Arc::new(Wire::default());
        let shared = Arc::clone(&wire);
        // It ends with the process, as do the wires through it.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else {
                    continue;
                };
                let back = (server.try_clone(), client.try_clone());
                let (Ok(from), Ok(to)) = back else { continue };
                let there = Arc::clone(&shared);
                thread::spawn(move || pass(client, server, &there, true));
                let here = Arc::clone(&shared);
                thread::spawn(move || pass(from, to, &here, false));
            }
        });
        Self { port, wire }
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Everything that passed, in both directions.
    pub fn passed(&self) -> Vec<u8> {
        self.wire.passed.lock().expect("a wire").clone()
    }

    /// Holds back the first question that has these bytes in it, and all after it.
    pub fn hold(&self, bytes: &[u8]) {
        *self.wire.gate.lock().expect("a gate") = (bytes.to_vec(), false);
    }

    /// Waits until a question is held back.
    pub fn wait(&self) {
        let gate = self.wire.gate.lock().expect("a gate");
        let (gate, waited) = self
            .wire
            .changed
            .wait_timeout_while(gate, PATIENCE, |(_, held)| !*held)
            .expect("a gate");
        assert!(!waited.timed_out(), "the question never came");
        drop(gate);
    }

    /// Lets everything pass.
    pub fn release(&self) {
        self.wire.gate.lock().expect("a gate").0.clear();
        self.wire.changed.notify_all();
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, wire: &Wire, asks: bool) {
    let mut piece = vec![0; 1 << 16];
    while let Ok(length) = from.read(&mut piece) {
        let bytes = &piece[..length];
        if length == 0 {
            break;
        }
        wire.passed.lock().expect("a wire").extend(bytes);
        if asks {
            let mut gate = wire.gate.lock().expect("a gate");
            let wanted = &gate.0;
            if !wanted.is_empty() && bytes.windows(wanted.len()).any(|it| it == wanted) {
                gate.1 = true;
                wire.changed.notify_all();
                drop(
                    wire.changed
                        .wait_timeout_while(gate, PATIENCE, |(wanted, _)| !wanted.is_empty()),
                );
            }
        }
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

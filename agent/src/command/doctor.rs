//! `doctor`: whether everything is ready for an audit. It reads what an audit would read, and keeps
//! nothing of it.

use jiff::SignedDuration;
use rc_audit_rules::snapshot::{GapReason, Login, Snapshot};

use super::role;
use crate::cli;
use crate::collect::{Plan, queries_for};
use crate::confine::{Guard, Places};
use crate::error::Result;
use crate::exit::Exit;
use crate::signing;
use crate::state;
use crate::talk;
use crate::target::Target;

/// How far the clocks of this machine and of the server may be apart. Reports are dated, and rules
/// count days.
const APART: SignedDuration = SignedDuration::from_mins(5);

/// What was found, in lines.
struct Finds(Exit);

impl Finds {
    fn good(text: &str) {
        talk::data(&format!("ok       {text}\n"));
    }

    fn bad(&mut self, exit: Exit, text: &str, next: &str) {
        self.0 = self.0.worse(exit);
        talk::data(&format!("NOT OK   {text}\n         {next}\n"));
    }
}

pub(super) fn run(options: &cli::Doctor, guard: &mut Guard) -> Result<Exit> {
    let target = Target::resolve(&options.target)?;
    let mut finds = Finds(Exit::Clean);
    // A key may be held by an agent, which is connected here or never.
    key(options, &mut finds);
    let plan = Plan::open(vec![Ok(target)], &options.target, guard)?;
    let read = plan.paths();
    guard.enclose(&read);
    guard.keep_to(&Places::reading(read));
    let reading = plan.connect(guard).and_then(|it| it.read(None));
    guard.probe();
    match reading {
        Ok(reading) => {
            clock(reading.ahead, &mut finds);
            for snapshot in reading.snapshots {
                match snapshot {
                    Ok(snapshot) => workspace(&snapshot, &mut finds),
                    Err(error) => finds.bad(error.exit, &error.what, &error.next),
                }
            }
        }
        Err(error) => finds.bad(error.exit, &error.what, &error.next),
    }
    confinement(guard, &mut finds);
    Ok(finds.0)
}

fn key(options: &cli::Doctor, finds: &mut Finds) {
    let path = match (&options.key, state::key_path()) {
        (Some(path), _) => path.clone(),
        (None, Ok(path)) => path,
        (None, Err(error)) => return finds.bad(Exit::Key, &error.what, &error.next),
    };
    if options.key.is_none() && !path.exists() {
        return Finds::good("key: none yet, the first audit makes one");
    }
    match signing::public(&path, &options.passphrase) {
        Ok(key) => Finds::good(&format!(
            "key: {}, {}, which nobody else can use",
            key.fingerprint(),
            path.display()
        )),
        Err(error) => finds.bad(Exit::Key, &error.what, &error.next),
    }
}

fn clock(ahead: Option<SignedDuration>, finds: &mut Finds) {
    match ahead {
        Some(ahead) if ahead.abs() > APART => finds.bad(
            Exit::Findings,
            &format!(
                "clock: this machine's is {} s {} the database server's",
                ahead.abs().as_secs(),
                if ahead.is_negative() {
                    "behind"
                } else {
                    "ahead of"
                }
            ),
            "Set both by a time server. Reports are dated by this machine's.",
        ),
        Some(_) => Finds::good("clock: like the database server's"),
        None => Finds::good("clock: not compared, no server was asked"),
    }
}

fn workspace(snapshot: &Snapshot, finds: &mut Finds) {
    let database = &snapshot.source.database;
    let gaps: Vec<_> = snapshot.gaps().collect();
    if gaps.is_empty() {
        Finds::good(&format!(
            "{database}: everything that rules need can be read"
        ));
    }
    for (_, gap) in gaps {
        let next = match gap.reason {
            GapReason::Denied => "Grant it; the commands below do.",
            GapReason::TimedOut => "Raise --query-seconds, or audit at a quieter hour.",
            _ => "Rules that need it will be unknown.",
        };
        let text = format!(
            "{database}: {} can't be read: {}",
            gap.collection, gap.detail
        );
        finds.bad(Exit::Incomplete, &text, next);
    }
    let before = finds.0;
    if let Some(login) = &snapshot.source.login {
        rights(database, login, finds);
    }
    let denied = snapshot
        .gaps()
        .any(|(_, gap)| gap.reason == GapReason::Denied);
    if denied || finds.0 != before {
        talk::data(&format!(
            "\nThe smallest role for {database}, in the MongoDB shell of an administrator:\n\n{}\n",
            role::commands(database, &queries_for(&snapshot.settings))
        ));
    }
}

fn rights(database: &str, login: &Login, finds: &mut Finds) {
    if !login.asked {
        return finds.bad(
            Exit::Findings,
            &format!(
                "{database}: the server asks for no login, so whoever reaches it may do everything"
            ),
            "Switch on its access control, and give the audit a login of its own.",
        );
    }
    let list = |names: &std::collections::BTreeSet<String>| {
        names
            .iter()
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    if login.writes.is_empty() {
        Finds::good(&format!("{database}: the login can only read"));
    } else {
        finds.bad(
            Exit::Findings,
            &format!(
                "{database}: the login may do more than read: {}",
                list(&login.writes)
            ),
            "Give the audit a login of its own.",
        );
    }
    if login.elsewhere.is_empty() {
        Finds::good(&format!("{database}: the login reads no other database"));
    } else {
        finds.bad(
            Exit::Findings,
            &format!(
                "{database}: the login also reads other databases: {}",
                list(&login.elsewhere)
            ),
            "Give the audit a login of its own.",
        );
    }
}

fn confinement(guard: &Guard, finds: &mut Finds) {
    let record = guard.record();
    for missing in &record.missing {
        finds.bad(
            Exit::Findings,
            &format!("confinement: not in force: {missing}"),
            "An audit says so in its report; with --require-confinement it judges nothing.",
        );
    }
    for probe in record.probes.iter().filter(|probe| !probe.refused) {
        finds.bad(
            Exit::Findings,
            &format!(
                "confinement: {} was not refused: {}",
                probe.what, probe.answer
            ),
            "An audit says so in its report; with --require-confinement it judges nothing.",
        );
    }
    if guard.required().is_ok() {
        Finds::good(&format!(
            "confinement: in force, {} of {} attempts to get out were refused",
            record.probes.len(),
            record.probes.len()
        ));
    }
}

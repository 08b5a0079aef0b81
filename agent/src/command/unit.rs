//! `unit`: the systemd units of a regular audit, as files of this repository.

use crate::exit::Exit;
use crate::talk;

const SERVICE: &str = include_str!("../../systemd/rc-audit.service");
const LOCAL: &str = include_str!("../../systemd/rc-audit-local.service");
const TIMER: &str = include_str!("../../systemd/rc-audit.timer");

/// Prints one of them.
pub(super) fn print(timer: bool, local: bool) -> Exit {
    talk::data(match (timer, local) {
        (true, _) => TIMER,
        (false, true) => LOCAL,
        (false, false) => SERVICE,
    });
    Exit::Clean
}

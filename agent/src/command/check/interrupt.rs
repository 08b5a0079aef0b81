//! Ctrl-C and the request to end: what is begun is finished, nothing more is begun. The second time the
//! program ends at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::exit::Exit;

/// Whether somebody wants the run to end.
pub(super) struct Interrupt(Arc<AtomicUsize>);

impl Interrupt {
    /// Listens from now on. Where that is not possible, a signal ends the program as ever.
    pub(super) fn listen() -> Self {
        let which = Arc::new(AtomicUsize::new(0));
        for (signal, exit) in [(SIGINT, Exit::Interrupted), (SIGTERM, Exit::Terminated)] {
            let code = i32::from(exit.code());
            let before = Arc::new(AtomicBool::new(false));
            let number = usize::try_from(signal).unwrap_or(0);
            // The order is that in which they are carried out.
            let _ = flag::register_conditional_shutdown(signal, code, Arc::clone(&before));
            let _ = flag::register(signal, before);
            let _ = flag::register_usize(signal, Arc::clone(&which), number);
        }
        Self(which)
    }

    /// The exit of a run that somebody wants to end.
    pub(super) fn exit(&self) -> Option<Exit> {
        match i32::try_from(self.0.load(Ordering::SeqCst)) {
            Ok(SIGINT) => Some(Exit::Interrupted),
            Ok(SIGTERM) => Some(Exit::Terminated),
            _ => None,
        }
    }
}

//! The templates of the page, parsed on the threads that judge while a server answers.

use std::sync::mpsc::{self, Receiver};

use rc_audit_report::html::{HtmlError, Renderer};
use rc_audit_report::messages::Language;

use super::broken;
use crate::error;

/// Templates that are being parsed.
pub(super) struct Templates(Receiver<Result<Renderer, HtmlError>>);

impl Templates {
    /// Begins to parse them.
    pub(super) fn parse(language: Language) -> Self {
        let (sender, receiver) = mpsc::sync_channel(1);
        rayon::spawn(move || {
            // Nobody takes it only where the run has ended.
            let _ = sender.send(Renderer::new(language));
        });
        Self(receiver)
    }

    /// Waits until they are. `alone` says that one page is all that is made of them.
    pub(super) fn ready(self, alone: bool) -> error::Result<Renderer> {
        let renderer = self.0.recv().map_err(|error| broken(&error))?;
        let renderer = renderer.map_err(|error| broken(&error))?;
        Ok(if alone { renderer } else { renderer.for_many() })
    }
}

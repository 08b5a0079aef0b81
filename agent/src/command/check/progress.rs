//! How far a run over many workspaces is: a bar on a terminal, otherwise a line for each workspace.

use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

use crate::talk;

/// How wide the bar is, in characters.
const WIDTH: usize = 30;
/// How often the bar is drawn again at most.
const EVERY: Duration = Duration::from_millis(100);

/// Shows how far a run is.
pub(super) struct Progress {
    quiet: bool,
    terminal: bool,
    started: Instant,
    drawn: Option<Instant>,
    /// Workspaces that are done, since this run began and before.
    done: usize,
    before: usize,
}

impl Progress {
    /// Begins to show it, unless all is quiet.
    pub(super) fn begin(quiet: bool, before: usize) -> Self {
        Self {
            quiet,
            terminal: std::io::stderr().is_terminal(),
            started: Instant::now(),
            drawn: None,
            done: before,
            before,
        }
    }

    /// Says what became of a workspace. On a terminal the bar says enough.
    pub(super) fn done(&mut self, line: &str, all: usize) {
        self.done += 1;
        if self.quiet {
            return;
        }
        if self.terminal {
            self.draw(all);
        } else {
            talk::note(&format!("[{}/{}] {line}", self.done, all.max(self.done)));
        }
    }

    /// Draws the bar again, so that the estimate goes on.
    pub(super) fn draw(&mut self, all: usize) {
        let fresh = self.drawn.is_some_and(|drawn| drawn.elapsed() < EVERY);
        if self.quiet || !self.terminal || (fresh && self.done < all) {
            return;
        }
        self.drawn = Some(Instant::now());
        talk::bar(&bar(
            self.done,
            all,
            self.started.elapsed(),
            self.done - self.before,
        ));
    }

    /// Takes the bar away, so that something else can be said.
    pub(super) fn clear(&mut self) {
        if self.drawn.take().is_some() {
            talk::bar("");
        }
    }
}

fn bar(done: usize, all: usize, elapsed: Duration, lately: usize) -> String {
    let all = all.max(done).max(1);
    let filled = done * WIDTH / all;
    let mut text = format!(
        "[{}{}] {done} of {all}",
        "#".repeat(filled),
        ".".repeat(WIDTH - filled)
    );
    if let Some(left) = left(all - done, elapsed, lately) {
        text.push_str(&left);
    }
    text
}

/// How long the rest takes if it goes on like that; nothing before there is anything to go by.
fn left(rest: usize, elapsed: Duration, lately: usize) -> Option<String> {
    if rest == 0 || elapsed < Duration::from_secs(1) {
        return None;
    }
    let each = elapsed.checked_div(u32::try_from(lately).ok()?)?;
    let seconds = each.saturating_mul(u32::try_from(rest).ok()?).as_secs() + 1;
    Some(match seconds {
        0..=90 => format!(", about {seconds} s left"),
        _ => format!(", about {} min left", seconds.div_ceil(60)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_takes_as_long_as_what_was_done() {
        let after = |seconds| Duration::from_secs(seconds);
        assert!(bar(5, 10, after(20), 5).ends_with("5 of 10, about 21 s left"));
        assert!(bar(1, 100, after(60), 1).ends_with(", about 100 min left"));
        // What an earlier run did says nothing of how quick this one is.
        assert!(bar(90, 100, after(60), 0).ends_with("90 of 100"));
        assert!(bar(10, 10, after(20), 5).ends_with("10 of 10"));
        assert!(bar(0, 0, after(0), 0).contains("0 of 1"));
    }
}

//! How gently a deployment is asked: how much at the same time, how often in a second, until when,
//! and what is asked once more.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use mongodb::error::{Error as DriverError, ErrorKind, Result as DriverResult};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::sleep;

use super::connect::Limits;

/// How often a question is asked at most, and how long to wait after the first time; each further time
/// the wait is four times as long.
const TRIES: u32 = 4;
const FIRST_WAIT: Duration = Duration::from_millis(100);

/// That the time for the whole run is over.
#[derive(Debug)]
pub(super) struct OutOfTime;

/// What every command to a deployment passes, whatever workspace it is about.
pub(super) struct Gate {
    limits: Limits,
    places: Semaphore,
    /// When the next command may start.
    next: Mutex<Instant>,
}

impl Gate {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            places: Semaphore::new(usize::try_from(limits.at_once).unwrap_or(1)),
            next: Mutex::new(Instant::now()),
        }
    }

    /// Asks when there is a place and it is time, and once more after an error that passes by itself.
    pub(super) async fn ask<T, F: Future<Output = DriverResult<T>>>(
        &self,
        question: impl Fn(Duration) -> F,
    ) -> DriverResult<T> {
        let mut wait = FIRST_WAIT;
        for _ in 1..TRIES {
            match self.once(&question).await {
                Err(error) if is_transient(&error) => sleep(wait).await,
                answer => return answer,
            }
            wait *= 4;
        }
        self.once(&question).await
    }

    async fn once<T, F: Future<Output = DriverResult<T>>>(
        &self,
        question: &impl Fn(Duration) -> F,
    ) -> DriverResult<T> {
        let _place = self.enter().await?;
        question(self.time()).await
    }

    /// Counts a command that the driver sends by itself, such as the one for the rest of an answer.
    /// What comes after it waits longer.
    pub(super) fn count(&self) {
        self.reserve();
    }

    async fn enter(&self) -> DriverResult<Option<SemaphorePermit<'_>>> {
        // It is never closed, so a place always comes.
        let place = self.places.acquire().await.ok();
        let start = self.reserve();
        if self
            .limits
            .until
            .is_some_and(|until| start.max(Instant::now()) >= until)
        {
            return Err(DriverError::custom(OutOfTime));
        }
        sleep(start.saturating_duration_since(Instant::now())).await;
        Ok(place)
    }

    /// Takes the next moment at which a command may start.
    fn reserve(&self) -> Instant {
        let now = Instant::now();
        let Some(rate) = self.limits.rate else {
            return now;
        };
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let start = now.max(*next);
        *next = start + Duration::from_secs(1) / rate.get();
        start
    }

    /// How long the server may work on a question that is asked now.
    fn time(&self) -> Duration {
        let left = self
            .limits
            .until
            .map(|until| until.saturating_duration_since(Instant::now()));
        let query = self.limits.query;
        // The server takes no time as no limit.
        left.map_or(query, |left| query.min(left).max(Duration::from_millis(1)))
    }
}

/// Whether the time for the whole run was over before this was asked.
pub(super) fn is_out_of_time(error: &DriverError) -> bool {
    error.get_custom::<OutOfTime>().is_some()
}

/// Whether the server refused for a reason that passes by itself. A connection that broke can't be made
/// again, so that asking once more would only take time.
fn is_transient(error: &DriverError) -> bool {
    /// `HostUnreachable`, `HostNotFound`, `CursorNotFound`, `LockTimeout`, `WriteConflict`,
    /// `ReadConcernMajorityNotAvailableYet`, `QueryPlanKilled`, `PrimarySteppedDown`,
    /// `SnapshotUnavailable`, `TemporarilyUnavailable`, `NotWritablePrimary`,
    /// `InterruptedDueToReplStateChange`, `NotPrimaryNoSecondaryOk`, `NotPrimaryOrSecondary`.
    const CODES: [i32; 14] = [
        6, 7, 43, 46, 112, 134, 175, 189, 246, 365, 10_107, 11_602, 13_435, 13_436,
    ];
    matches!(error.kind.as_ref(), ErrorKind::Command(command) if CODES.contains(&command.code))
}

//! Presence: what a device says of itself, and whose a connection sees.
//!
//! Whom a connection may see, the use case says, in a look at the database; there is one look at a time, and what was asked
//! meanwhile is what the next one is for. One that fails for now shows nobody, and is made again after a pause.

use std::collections::BTreeSet;
use std::pin::Pin;
use std::time::Duration;

use futures_util::future::BoxFuture;
use live::presence::{TooManyWatched, WATCH_MAX};
use model::code::Code;
use model::id::UserId;
use model::user::Role;
use tokio::time::Sleep;

use super::ops::{Answer, Nothing, Request};
use super::session::{Session, spread};
use crate::frames::{self, OtherFrame, PresenceChange};
use crate::problem::Problem;

/// How long to wait after a look that failed: longer each time, up to the second.
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(1);
const LOOK_AGAIN_AFTER_MOST: Duration = Duration::from_secs(30);

/// Whom of those that were named the caller may know of.
pub(super) type Seen = Result<Vec<UserId>, chat::Error>;

/// Whose presence a connection wants to see.
#[derive(Default)]
pub(super) struct Onlooker {
    /// Whom the client named last.
    named: BTreeSet<UserId>,
    /// The operations that the next look answers.
    asked: Vec<Option<String>>,
    /// The look that is under way.
    pub(super) look: Option<BoxFuture<'static, Seen>>,
    /// Whether something changed since it began.
    outdated: bool,
    /// How many looks failed in a row.
    failed: u32,
    /// When to look again after that.
    pub(super) again: Option<Pin<Box<Sleep>>>,
}

impl Onlooker {
    /// How many operations wait for a look.
    pub(super) fn waiting(&self) -> usize {
        self.asked.len()
    }
}

impl Session {
    pub(super) fn presence(&mut self, request: &Request) -> Result<Option<Nothing>, Problem> {
        let presence: frames::Presence = request.data()?;
        self.device.set(presence.status);
        Ok(Some(Nothing {}))
    }

    pub(super) fn presence_watch(&mut self, request: &Request) -> Result<Option<Nothing>, Problem> {
        let watch: frames::PresenceWatch = request.data()?;
        // Ids that are none are of nobody: nothing is to be said of them.
        let ids = watch.users.iter().filter_map(|id| id.parse().ok());
        let users: BTreeSet<UserId> = ids.collect();
        if users.len() > WATCH_MAX {
            return Err(Problem::new(Code::TooMany).with_detail(TooManyWatched.to_string()));
        }
        self.onlooker.named = users;
        self.onlooker.asked.push(request.id());
        self.look();
        Ok(None)
    }

    /// The person left a room: a guest who shares none with somebody any more sees them no longer.
    pub(super) fn left(&mut self) {
        if self.caller.role == Role::Guest && !self.onlooker.named.is_empty() {
            self.look();
        }
    }

    /// Somebody left one of the person's rooms. Whom nobody wants to see is no reason to look.
    pub(super) fn member_left(&mut self, user: UserId) {
        if user == self.caller.user || self.onlooker.named.contains(&user) {
            self.left();
        }
    }

    pub(super) fn look(&mut self) {
        self.onlooker.again = None;
        if self.onlooker.look.is_some() {
            self.onlooker.outdated = true;
            return;
        }
        let (chat, caller) = (self.state.chat.clone(), self.caller);
        let named = self.onlooker.named.clone();
        self.onlooker.look = Some(Box::pin(async move { chat.known_of(caller, named).await }));
    }

    /// Watches who may be seen, and nobody else, and answers who asked.
    pub(super) fn looked(&mut self, seen: Seen) {
        self.onlooker.look = None;
        if std::mem::take(&mut self.onlooker.outdated) {
            self.look();
            return;
        }
        self.onlooker.failed = match &seen {
            Err(error) if passes(error) => self.onlooker.failed.saturating_add(1),
            _ => 0,
        };
        self.onlooker.again = pause(self.onlooker.failed, spread(&self.caller))
            .map(|pause| Box::pin(tokio::time::sleep(pause)));
        let seen = seen.map_err(Problem::from);
        let users = seen.as_deref().unwrap_or_default();
        let shown = self.device.watch(users);
        let told = seen.and_then(|_| {
            shown.map_err(|error| Problem::new(Code::TooMany).with_detail(error.to_string()))
        });
        if let Ok(people) = &told {
            let people = people.iter().map(|(user, status)| PresenceChange {
                user: *user,
                status: *status,
            });
            let d = people.collect();
            self.send(&OtherFrame::Presence { d });
        }
        for re in std::mem::take(&mut self.onlooker.asked) {
            let done = told.as_ref().map(|_| Nothing {});
            self.answer(Answer::of("presence.watch", re, done.map_err(Clone::clone)));
        }
    }
}

/// Whether a look may fare better later: not where it was refused.
fn passes(error: &chat::Error) -> bool {
    !matches!(error, chat::Error::Refused(_) | chat::Error::NotFound)
}

/// How long to wait for the next look when so many failed in a row, if any did; another time for each `spread` in [0, 1).
fn pause(failed: u32, spread: f64) -> Option<Duration> {
    let doublings = failed.checked_sub(1)?;
    let pause = LOOK_AGAIN_AFTER.saturating_mul(2_u32.saturating_pow(doublings));
    Some(pause.min(LOOK_AGAIN_AFTER_MOST).mul_f64(0.5 + spread / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_that_fail_are_made_again_ever_more_seldom() {
        assert_eq!(pause(0, 0.0), None);
        let pauses = [1, 2, 5, 6, u32::MAX].map(|failed| pause(failed, 0.5).unwrap().as_millis());
        assert_eq!(pauses, [750, 1_500, 12_000, 22_500, 22_500]);
        assert_eq!(pause(1, 0.0), Some(Duration::from_millis(500)));
    }

    #[test]
    fn what_was_refused_is_not_asked_again() {
        assert!(passes(&chat::Error::Busy));
        assert!(passes(&chat::Error::Store(store::Error::Busy)));
        assert!(!passes(&chat::Error::Refused(Code::Unauthenticated)));
    }
}

//! Presence: what a device says of itself, and whose a connection sees.
//!
//! Whom a connection may see, the use case says, in a look at the database; there is one look at a time, and what was asked
//! meanwhile is what the next one is for.

use std::collections::BTreeSet;

use futures_util::future::BoxFuture;
use live::presence::{TooManyWatched, WATCH_MAX};
use model::code::Code;
use model::id::UserId;
use model::user::Role;

use super::ops::{Answer, Nothing, Request};
use super::session::Session;
use crate::frames::{self, OtherFrame, PresenceChange};
use crate::problem::Problem;

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

    fn look(&mut self) {
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

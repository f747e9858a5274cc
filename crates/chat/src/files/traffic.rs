//! What is on its way at this moment, in the memory of one node: so much at once, and one at a time for each upload.

use std::collections::HashMap;
use std::sync::Arc;

use ::files::staging::Staged;
use model::code::Code;
use model::id::{UploadId, UserId};
use parking_lot::Mutex;
use tokio::sync::{Mutex as Turns, OwnedMutexGuard, Semaphore, watch};

use crate::{Error, Result};

/// Bodies that are taken in at once.
const AT_ONCE: usize = 64;

/// Of these, those of one person.
const OF_ONE: usize = 8;

/// Uploads whose state is kept between two pieces; that of others is read again from the disk.
const KEPT: usize = 128;

/// Files on their way.
pub(crate) struct Traffic {
    places: Arc<Mutex<HashMap<UserId, usize>>>,
    uploads: Mutex<HashMap<UploadId, Arc<Slot>>>,
    /// Thumbnails are made one after the other: each takes memory and a whole processor.
    pub(super) thumbnails: Arc<Semaphore>,
}

impl Default for Traffic {
    fn default() -> Self {
        Self {
            places: Arc::default(),
            uploads: Mutex::default(),
            thumbnails: Arc::new(Semaphore::new(1)),
        }
    }
}

/// The right to bring a body, until it is dropped.
pub(super) struct Place {
    user: UserId,
    places: Arc<Mutex<HashMap<UserId, usize>>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut places = self.places.lock();
        if let Some(count) = places.get_mut(&self.user) {
            *count -= 1;
            if *count == 0 {
                places.remove(&self.user);
            }
        }
    }
}

/// One upload: whose turn it is, and how often somebody came who wants to go on with it.
struct Slot {
    turn: Arc<Turns<Option<Staged>>>,
    comers: watch::Sender<u64>,
}

impl Slot {
    /// Whether somebody has the turn or waits for it; said under the lock that slots are handed out under.
    fn is_in_hand(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) > 1 || Arc::strong_count(&self.turn) > 1
    }
}

/// The turn at an upload.
pub(super) struct Turn {
    /// The file as the one before left it, if it is still in memory.
    pub(super) staged: OwnedMutexGuard<Option<Staged>>,
    number: u64,
    comers: watch::Receiver<u64>,
}

impl Turn {
    /// Waits until somebody else wants the turn: who comes back after a cut needn't wait for the dead connection.
    pub(super) async fn wanted(&mut self) {
        let number = self.number;
        if self.comers.wait_for(|count| *count > number).await.is_err() {
            std::future::pending().await
        }
    }
}

impl Traffic {
    /// Takes a place for a body of `user`.
    pub(super) fn enter(&self, user: UserId) -> Result<Place> {
        let mut places = self.places.lock();
        let all: usize = places.values().sum();
        let own = places.get(&user).copied().unwrap_or_default();
        if all >= AT_ONCE {
            return Err(Error::Busy);
        }
        if own >= OF_ONE {
            let detail = format!("at most {OF_ONE} files on their way at once");
            return Err(Error::RefusedBecause(Code::TooMany, detail));
        }
        places.insert(user, own + 1);
        Ok(Place {
            user,
            places: Arc::clone(&self.places),
        })
    }

    /// Takes the turn at an upload from whoever has it.
    pub(super) async fn turn(&self, id: UploadId) -> Turn {
        let slot = {
            let mut uploads = self.uploads.lock();
            if uploads.len() >= KEPT {
                // The others can be read again.
                uploads.retain(|_, slot| slot.is_in_hand());
            }
            let slot = uploads.entry(id).or_insert_with(|| {
                Arc::new(Slot {
                    turn: Arc::default(),
                    comers: watch::Sender::new(0),
                })
            });
            Arc::clone(slot)
        };
        let mut number = 0;
        let comers = slot.comers.subscribe();
        slot.comers.send_modify(|count| {
            *count += 1;
            number = *count;
        });
        Turn {
            staged: Arc::clone(&slot.turn).lock_owned().await,
            number,
            comers,
        }
    }

    /// Forgets uploads that nobody has in hand.
    pub(super) fn forget_idle(&self) {
        self.uploads.lock().retain(|_, slot| slot.is_in_hand());
    }
}

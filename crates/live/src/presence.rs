//! Who is there: kept in memory only, batched, allowed to be lost.
//!
//! A person may have several devices connected. What others see is the best of what these say,
//! changes go to watchers once a second, and a person whose last device left stays for
//! [`GRACE`], so that a reload or a change of network is not seen.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use model::id::UserId;
use model::user::PresenceStatus;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::hub::Outlet;

/// How long a person without devices is still shown as they were.
pub const GRACE: Duration = Duration::from_secs(10);

/// How often [`Presence::tick`] is to be called.
pub const TICK: Duration = Duration::from_secs(1);

/// People that one connection may watch: more than any screen shows.
pub const WATCH_MAX: usize = 200;

/// More people than [`WATCH_MAX`] were named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at most {WATCH_MAX} people can be watched")]
pub struct TooManyWatched;

/// What one watcher is to be told.
#[derive(Debug)]
pub struct Changes {
    /// Where it goes.
    pub to: Outlet,
    /// Each person once, with what holds now.
    pub people: Vec<(UserId, PresenceStatus)>,
}

/// The presence of everyone connected to this node. Cloning it costs a counter.
#[derive(Clone, Debug, Default)]
pub struct Presence(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    last_device: u64,
    people: HashMap<UserId, Person>,
    devices: HashMap<u64, Watcher>,
    watched_by: HashMap<UserId, HashSet<u64>>,
    /// People whose shown status may be out of date.
    touched: HashSet<UserId>,
}

#[derive(Debug)]
struct Person {
    devices: HashMap<u64, PresenceStatus>,
    /// What watchers were last told.
    shown: PresenceStatus,
    /// When the last device left.
    left_at: Option<Instant>,
}

#[derive(Debug)]
struct Watcher {
    outlet: Outlet,
    watching: Vec<UserId>,
}

impl Person {
    /// The best of the devices; who wants quiet on one device wants it on all.
    fn status(&self, now: Instant) -> PresenceStatus {
        let rank = |status: &PresenceStatus| match status {
            PresenceStatus::Dnd => 3,
            PresenceStatus::Active => 2,
            PresenceStatus::Away => 1,
            PresenceStatus::Offline => 0,
        };
        match self.left_at {
            None => self.devices.values().copied().max_by_key(rank),
            Some(left) if now < left + GRACE => Some(self.shown),
            Some(_) => None,
        }
        .unwrap_or(PresenceStatus::Offline)
    }
}

impl Presence {
    /// How many people have a device connected.
    pub fn online(&self) -> usize {
        let state = self.0.lock();
        let people = state.people.values();
        people.filter(|person| person.left_at.is_none()).count()
    }

    /// Counts one more device of `user`, online, until the answer is dropped.
    pub fn connect(&self, user: UserId, outlet: Outlet) -> Device {
        let mut state = self.0.lock();
        state.last_device += 1;
        let id = state.last_device;
        let person = state.people.entry(user).or_insert_with(|| Person {
            devices: HashMap::new(),
            shown: PresenceStatus::Offline,
            left_at: None,
        });
        person.left_at = None;
        person.devices.insert(id, PresenceStatus::Active);
        state.touched.insert(user);
        let watching = Vec::new();
        state.devices.insert(id, Watcher { outlet, watching });
        Device {
            presence: self.clone(),
            user,
            id,
        }
    }

    /// What everyone who watches somebody has to be told since the last call.
    pub fn tick(&self, now: Instant) -> Vec<Changes> {
        let mut state = self.0.lock();
        let state = &mut *state;
        let mut told: HashMap<u64, Vec<(UserId, PresenceStatus)>> = HashMap::new();
        state.touched.retain(|user| {
            let Some(person) = state.people.get_mut(user) else {
                return false;
            };
            let status = person.status(now);
            if status != person.shown {
                person.shown = status;
                for watcher in state.watched_by.get(user).into_iter().flatten() {
                    told.entry(*watcher).or_default().push((*user, status));
                }
            }
            if person.left_at.is_some_and(|left| now >= left + GRACE) {
                state.people.remove(user);
                return false;
            }
            // Within the grace: to be looked at again.
            person.left_at.is_some()
        });
        let changes = told.into_iter().filter_map(|(watcher, people)| {
            let to = state.devices.get(&watcher)?.outlet.clone();
            Some(Changes { to, people })
        });
        changes.collect()
    }
}

/// One connected device; dropping it begins the grace.
#[derive(Debug)]
pub struct Device {
    presence: Presence,
    user: UserId,
    id: u64,
}

impl Device {
    /// What this device says from now on; offline for one that wants to be unseen.
    pub fn set(&self, status: PresenceStatus) {
        let mut state = self.presence.0.lock();
        if let Some(person) = state.people.get_mut(&self.user) {
            person.devices.insert(self.id, status);
            state.touched.insert(self.user);
        }
    }

    /// Watches these people, and nobody else, and says how they are shown now.
    pub fn watch(&self, users: &[UserId]) -> Result<Vec<(UserId, PresenceStatus)>, TooManyWatched> {
        let mut users = users.to_vec();
        users.sort_unstable();
        users.dedup();
        if users.len() > WATCH_MAX {
            return Err(TooManyWatched);
        }
        let mut state = self.presence.0.lock();
        state.unwatch(self.id);
        for user in &users {
            state.watched_by.entry(*user).or_default().insert(self.id);
        }
        let shown = |user: &UserId| {
            let person = state.people.get(user);
            (*user, person.map_or(PresenceStatus::Offline, |p| p.shown))
        };
        let statuses = users.iter().map(shown).collect();
        if let Some(watcher) = state.devices.get_mut(&self.id) {
            watcher.watching = users;
        }
        Ok(statuses)
    }
}

impl State {
    fn unwatch(&mut self, device: u64) {
        let Some(watcher) = self.devices.get_mut(&device) else {
            return;
        };
        for user in std::mem::take(&mut watcher.watching) {
            if let Some(watchers) = self.watched_by.get_mut(&user) {
                watchers.remove(&device);
                if watchers.is_empty() {
                    self.watched_by.remove(&user);
                }
            }
        }
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        let mut state = self.presence.0.lock();
        state.unwatch(self.id);
        state.devices.remove(&self.id);
        if let Some(person) = state.people.get_mut(&self.user) {
            person.devices.remove(&self.id);
            if person.devices.is_empty() {
                person.left_at = Some(Instant::now());
            }
            state.touched.insert(self.user);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::{Hub, Inbox, Source};
    use crate::testing::user;
    use tokio::runtime::Handle;
    use tokio::time::advance;

    struct Scene {
        hub: Hub,
        presence: Presence,
        watcher: (Inbox, Device),
    }

    /// Person 0 watches 1 and 2.
    fn scene() -> Scene {
        let source = Source::new(
            |_| Box::pin(async { Ok(Vec::new()) }),
            |_, _, _| Box::pin(async { Ok(Vec::new()) }),
        );
        let hub = Hub::new(source, Handle::current());
        let presence = Presence::default();
        let inbox = hub.connect(user(0), false, false);
        let device = presence.connect(user(0), inbox.outlet());
        device.watch(&[user(1), user(2)]).unwrap();
        Scene {
            hub,
            presence,
            watcher: (inbox, device),
        }
    }

    impl Scene {
        fn connect(&self, number: u32) -> Device {
            let inbox = self.hub.connect(user(number), false, false);
            self.presence.connect(user(number), inbox.outlet())
        }

        fn told(&self) -> Vec<(UserId, PresenceStatus)> {
            let mut changes = self.presence.tick(Instant::now());
            assert!(changes.len() <= 1);
            changes.pop().map(|c| c.people).unwrap_or_default()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn watchers_hear_of_changes_once_a_tick_and_only_of_changes() {
        let scene = scene();
        let one = scene.connect(1);
        one.set(PresenceStatus::Away);
        let _unwatched = scene.connect(3);
        assert_eq!(scene.told(), [(user(1), PresenceStatus::Away)]);
        one.set(PresenceStatus::Active);
        one.set(PresenceStatus::Away);
        assert_eq!(scene.told(), []);
    }

    #[tokio::test(start_paused = true)]
    async fn the_best_of_several_devices_counts_and_quiet_beats_all() {
        let scene = scene();
        let (phone, laptop) = (scene.connect(1), scene.connect(1));
        phone.set(PresenceStatus::Away);
        assert_eq!(scene.told(), [(user(1), PresenceStatus::Active)]);
        phone.set(PresenceStatus::Dnd);
        assert_eq!(scene.told(), [(user(1), PresenceStatus::Dnd)]);
        drop(phone);
        assert_eq!(scene.told(), [(user(1), PresenceStatus::Active)]);
        drop(laptop);
        assert_eq!(scene.told(), []);
    }

    #[tokio::test(start_paused = true)]
    async fn a_person_goes_offline_after_the_grace_and_not_if_they_return() {
        let scene = scene();
        let device = scene.connect(1);
        assert_eq!(scene.told(), [(user(1), PresenceStatus::Active)]);
        drop(device);
        advance(GRACE - Duration::from_millis(1)).await;
        assert_eq!(scene.told(), []);
        let device = scene.connect(1);
        advance(GRACE).await;
        assert_eq!(scene.told(), []);
        drop(device);
        advance(GRACE).await;
        assert_eq!(scene.told(), [(user(1), PresenceStatus::Offline)]);
        assert_eq!(scene.told(), []);
        assert!(!scene.presence.0.lock().people.contains_key(&user(1)));
    }

    #[tokio::test(start_paused = true)]
    async fn watching_answers_with_what_is_shown_and_replaces_what_was_watched() {
        let scene = scene();
        let _two = scene.connect(2);
        scene.told();
        let device = &scene.watcher.1;
        let answer = device.watch(&[user(3), user(2), user(2)]).unwrap();
        assert_eq!(
            answer,
            [
                (user(2), PresenceStatus::Active),
                (user(3), PresenceStatus::Offline)
            ]
        );
        let _one = scene.connect(1);
        assert_eq!(scene.told(), []);
        let many: Vec<_> = (0..=WATCH_MAX as u32).map(user).collect();
        assert_eq!(device.watch(&many), Err(TooManyWatched));
    }

    #[tokio::test(start_paused = true)]
    async fn a_watcher_that_left_leaves_nothing_behind() {
        let scene = scene();
        let Scene {
            presence, watcher, ..
        } = scene;
        drop(watcher);
        assert!(presence.0.lock().watched_by.is_empty());
        advance(GRACE).await;
        presence.tick(Instant::now());
        assert!(presence.0.lock().people.is_empty());
    }
}

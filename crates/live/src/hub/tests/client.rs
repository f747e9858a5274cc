//! A session that follows the rules.

use super::*;

/// What it is given must be every event once and in order.
pub(super) struct Client {
    user: UserId,
    pub(super) inbox: Inbox,
    store: Store,
    pub(super) cursor: u64,
    pub(super) seen: Vec<u64>,
}

impl Client {
    pub(super) fn new(hub: &Hub, store: &Store, number: u32) -> Self {
        Self {
            user: user(number),
            inbox: hub.connect(user(number), number == 0, false),
            store: store.clone(),
            cursor: 0,
            seen: Vec::new(),
        }
    }

    fn see(&mut self, n: u64) {
        assert_eq!(n, self.cursor + 1, "a gap or a repetition");
        self.cursor = n;
        self.seen.push(n);
    }

    pub(super) async fn drain(&mut self) {
        let batch = self.inbox.take();
        for frame in &batch.frames {
            self.see(number(frame));
        }
        for lag in batch.lagged {
            assert_eq!(lag.cursor, self.cursor);
            self.catch_up(0).await;
        }
    }

    /// (a) to (e), reading `ahead` further than needed.
    pub(super) async fn catch_up(&mut self, ahead: u64) {
        while self.may_read() {
            let position = self
                .inbox
                .subscribe(room(1), Standing::Member)
                .await
                .unwrap();
            // A subscription that was live may have left frames behind.
            for frame in &self.inbox.take().frames {
                self.see(number(frame));
            }
            // The right is checked after (a): a cut before the position is seen here.
            if !self.may_read() {
                return self.inbox.unsubscribe(room(1));
            }
            for event in self.store.events(room(1), self.cursor, position + ahead) {
                self.see(event.n);
            }
            // A pause lets other things happen inside the window.
            tokio::task::yield_now().await;
            if self.inbox.release(room(1), self.cursor) != Release::Again {
                return;
            }
        }
    }

    pub(super) fn may_read(&self) -> bool {
        let events = self.store.events(room(1), 0, u64::MAX);
        let cut = Some(Cut::User(self.user));
        !self.store.failing.load(SeqCst) && events.iter().all(|event| event.cut != cut)
    }
}

//! The readers: threads that each own a connection and run one read at a time in one snapshot.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt;
use model::time::Clock;
use parking_lot::{Condvar, Mutex};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use crate::error::{Error, Result};
use crate::tx::Tx;

/// Reads that may wait before callers hear [`Error::Busy`].
const QUEUE: usize = 1024;

/// A read as the thread sees it.
type Read = Box<dyn for<'a> FnOnce(&'a mut Tx) -> Pin<Box<dyn Future<Output = ()> + 'a>> + Send>;

/// The reads that wait, shared by the threads.
#[derive(Default)]
pub(crate) struct Reads {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Read>,
    closed: bool,
}

impl Reads {
    /// Queues a read; its result comes through the receiver.
    pub(crate) fn submit<T, E, F>(&self, work: F) -> Result<oneshot::Receiver<Result<T, E>>>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (answer, receiver) = oneshot::channel();
        let read: Read = Box::new(move |tx| {
            Box::pin(async move {
                let result = match AssertUnwindSafe(work(tx)).catch_unwind().await {
                    Ok(result) => result,
                    Err(_) => Err(E::from(Error::Panicked)),
                };
                // The caller may have gone away: that is its right.
                drop(answer.send(result));
            })
        });
        let mut state = self.state.lock();
        if state.closed || state.waiting.len() >= QUEUE {
            return Err(Error::Busy);
        }
        state.waiting.push_back(read);
        drop(state);
        self.wake.notify_one();
        Ok(receiver)
    }

    /// How many wait.
    pub(crate) fn waiting(&self) -> usize {
        self.state.lock().waiting.len()
    }

    /// Lets the threads end once nothing waits.
    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.wake.notify_all();
    }

    /// At the end, what waits doesn't try one after the other a database that is away.
    fn leave_if_closed(&self) {
        let mut state = self.state.lock();
        if state.closed {
            state.waiting.clear();
        }
    }

    fn next(&self) -> Option<Read> {
        let mut state = self.state.lock();
        loop {
            if let Some(read) = state.waiting.pop_front() {
                return Some(read);
            }
            if state.closed {
                return None;
            }
            self.wake.wait(&mut state);
        }
    }

    /// One reader: works until the store is closed.
    pub(crate) fn run(self: &Arc<Self>, mut tx: Tx, clock: &Clock, runtime: &Handle) {
        while let Some(read) = self.next() {
            runtime.block_on(async {
                // A dropped read answers its caller with "unavailable": see `Store::read`.
                if let Err(error) = tx.begin_read(clock.now()).await {
                    tracing::warn!(%error, "a read could not begin");
                    self.leave_if_closed();
                    return;
                }
                read(&mut tx).await;
                tx.rollback().await;
            });
        }
    }
}

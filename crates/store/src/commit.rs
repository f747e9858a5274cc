//! The writer: collects what waits, runs each job in a savepoint of one transaction, commits once, then lets the
//! events out, then answers. Nothing is acknowledged or delivered before the commit is on disk.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::FutureExt;
use model::stream::StreamId;
use model::time::Clock;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

use crate::error::{Error, Result};
use crate::tx::{Committed, Tx};

/// Jobs that may wait for a writer before callers hear [`Error::Busy`].
pub(crate) const QUEUE: usize = 1024;

/// Savepoints in one group; PostgreSQL slows down with more than 64 of them open or done (subtransaction cache).
const GROUP: usize = 50;

/// How often a job may move to the next group because it lacked a lock or met a deadlock.
const RERUNS: u32 = 5;

/// What leaves the writer after a commit.
#[derive(Debug)]
pub enum Notice {
    /// These events are durable; per stream in the order of their numbers.
    Committed(Vec<Committed>),
    /// The outcome of a commit is unknown: these streams' heads have to be read again.
    Uncertain(Vec<StreamId>),
}

/// Who delivers: called on the writer's thread after each commit, before the callers are answered.
pub type OnCommit = Arc<dyn Fn(Notice) + Send + Sync>;

/// Counters of the writers.
#[derive(Debug, Default)]
pub struct WriterStats {
    /// Groups committed.
    pub commits: AtomicU64,
    /// Jobs that were part of them.
    pub jobs: AtomicU64,
    /// Jobs waiting now.
    pub waiting: AtomicU64,
}

/// A job as the writer sees it: the types of its result are its own business.
pub(crate) trait Job: Send {
    /// Runs it; `true` asks to keep what it did.
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> Pin<Box<dyn Future<Output = bool> + 'a>>;
    /// Tells the caller the result of the last run.
    fn answer(self: Box<Self>);
    /// Tells the caller that nothing came of it.
    fn fail(self: Box<Self>, error: Error);
}

/// A job with its result and the one who waits for it.
pub(crate) struct Pending<F, T, E> {
    pub(crate) work: F,
    pub(crate) result: Option<Result<T, E>>,
    pub(crate) answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Pending<F, T, E>
where
    F: AsyncFn(&mut Tx) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run<'a>(&'a mut self, tx: &'a mut Tx) -> Pin<Box<dyn Future<Output = bool> + 'a>> {
        Box::pin(async move {
            let result = match AssertUnwindSafe((self.work)(tx)).catch_unwind().await {
                Ok(result) => result,
                Err(_) => Err(E::from(Error::Panicked)),
            };
            let keep = result.is_ok();
            self.result = Some(result);
            keep
        })
    }

    fn answer(self: Box<Self>) {
        let result = self.result.unwrap_or_else(|| Err(E::from(Error::Panicked)));
        // The caller may have gone away: that is its right.
        drop(self.answer.send(result));
    }

    fn fail(self: Box<Self>, error: Error) {
        drop(self.answer.send(Err(E::from(error))));
    }
}

/// A job on its way, with the streams whose locks it needs.
pub(crate) struct Submitted {
    pub(crate) streams: Vec<StreamId>,
    pub(crate) job: Box<dyn Job>,
    pub(crate) reruns: u32,
}

impl Submitted {
    fn shares_a_stream_with(&self, other: &Self) -> bool {
        self.streams
            .iter()
            .any(|stream| other.streams.contains(stream))
    }
}

/// One writer: a thread that owns a connection.
pub(crate) struct Writer {
    pub(crate) tx: Tx,
    pub(crate) clock: Clock,
    pub(crate) on_commit: OnCommit,
    pub(crate) queue: mpsc::Receiver<Submitted>,
    pub(crate) stats: Arc<WriterStats>,
}

impl Writer {
    /// Works until the store is closed and everything that waits is done.
    pub(crate) fn run(mut self, runtime: &Handle) {
        runtime.block_on(async {
            let mut moved = VecDeque::new();
            while let Some(group) = self.next_group(&mut moved).await {
                self.commit(group, &mut moved).await;
            }
        });
        if let crate::dialect::Connection::Sqlite(connection) = self.tx.connection()
            && let Err(error) = connection.checkpoint_all()
        {
            tracing::warn!(%error, "the last checkpoint failed; the next start does it");
        }
    }

    /// What waits, oldest first: jobs that were moved here, then new ones.
    async fn next_group(&mut self, moved: &mut VecDeque<Submitted>) -> Option<Vec<Submitted>> {
        let mut group: Vec<Submitted> = moved.drain(..).collect();
        if group.is_empty() {
            group.push(self.queue.recv().await?);
        }
        while group.len() < GROUP {
            let Ok(job) = self.queue.try_recv() else {
                break;
            };
            group.push(job);
        }
        self.stats
            .waiting
            .store(self.queue.len() as u64, Ordering::Relaxed);
        Some(group)
    }

    async fn commit(&mut self, group: Vec<Submitted>, moved: &mut VecDeque<Submitted>) {
        let mut streams: Vec<StreamId> = group
            .iter()
            .flat_map(|job| job.streams.iter().copied())
            .collect();
        streams.sort_unstable();
        streams.dedup();
        let mut done = Vec::with_capacity(group.len());
        let committed = self.run_group(&streams, group, &mut done, moved).await;
        self.stats.commits.fetch_add(1, Ordering::Relaxed);
        self.stats
            .jobs
            .fetch_add(done.len() as u64, Ordering::Relaxed);
        match committed {
            Ok(committed) => {
                if !committed.is_empty() {
                    (self.on_commit)(Notice::Committed(committed));
                }
                for job in done {
                    job.job.answer();
                }
            }
            // Two writers waited for each other's streams: nothing was committed, all of it runs again.
            Err(Error::Deadlock) if done.iter().all(|job| job.reruns < RERUNS) => {
                self.tx.rollback().await;
                for mut job in done.into_iter().rev() {
                    job.reruns += 1;
                    moved.push_front(job);
                }
            }
            Err(error) => {
                tracing::error!(%error, jobs = done.len(), "a group of writes was not committed");
                self.tx.rollback().await;
                if matches!(error, Error::UnknownOutcome) {
                    (self.on_commit)(Notice::Uncertain(streams));
                }
                for job in done {
                    job.job.fail(same(&error));
                }
                // At the end, what waits doesn't try one after the other a database that is away.
                if self.queue.is_closed() {
                    while let Ok(job) = self.queue.try_recv() {
                        job.job.fail(same(&error));
                    }
                    moved.drain(..).for_each(|job| job.job.fail(same(&error)));
                }
            }
        }
    }

    async fn run_group(
        &mut self,
        streams: &[StreamId],
        group: Vec<Submitted>,
        done: &mut Vec<Submitted>,
        moved: &mut VecDeque<Submitted>,
    ) -> Result<Vec<Committed>> {
        let mut group = VecDeque::from(group);
        let mut begun = self.tx.begin_group(self.clock.now(), streams).await;
        while begun.is_ok() {
            let Some(job) = group.pop_front() else { break };
            // A job doesn't overtake one of the same stream that has to run again.
            if moved.iter().any(|before| before.shares_a_stream_with(&job)) {
                moved.push_back(job);
                continue;
            }
            begun = self.run_job(job, done, moved).await;
        }
        // A link that broke takes the whole group with it: none of it is committed, all of it is answered.
        done.extend(group);
        begun?;
        self.tx.commit_group().await
    }

    async fn run_job(
        &mut self,
        mut job: Submitted,
        done: &mut Vec<Submitted>,
        moved: &mut VecDeque<Submitted>,
    ) -> Result<()> {
        let mark = match self.tx.savepoint(self.clock.now()).await {
            Ok(mark) => mark,
            Err(error) => {
                done.push(job);
                return Err(error);
            }
        };
        let keep = job.job.run(&mut self.tx).await;
        let rerun = self.tx.take_rerun().filter(|_| job.reruns < RERUNS);
        let settled = match &rerun {
            None if keep => self.tx.release().await,
            _ => self.tx.fall_back(mark).await,
        };
        if let (Some(wanted), Ok(())) = (rerun, &settled) {
            job.streams.extend(wanted);
            job.reruns += 1;
            moved.push_back(job);
        } else {
            done.push(job);
        }
        settled
    }
}

/// The same failure for each job of a group.
fn same(error: &Error) -> Error {
    match error {
        Error::UnknownOutcome => Error::UnknownOutcome,
        other => Error::Unavailable(other.to_string()),
    }
}

//! Everything SQL: durable state, streams and group commit, on SQLite and PostgreSQL.
//!
//! One SQL text and one function serve both databases; [`dialect`] says where they differ. A function of a table
//! family takes a [`Tx`] and does one thing. [`Store::write`] runs a job under the locks of the streams that it names:
//! what it answers is on disk, and the events that it appended were handed to the `on_commit` of [`Options`] before.
//!
//! # How to add a table
//! 1. A new file in `migrations/`, named in `migrate.rs`. Column types: `UUID`, `BIGINT`, `TEXT`, `BYTEA`: both
//!    databases read these. Parameters are `$1`, `$2`, …
//! 2. A file in `src/` named after the table family; functions take `&mut Tx`; "not there" is `Option`.
//! 3. A test in `tests/` in the `on_both_databases!` macro.
//!
//! A job must not go on after a failed statement (PostgreSQL would refuse the rest): use `ON CONFLICT`, or return the
//! error. A job may run twice, so it changes nothing but the transaction.

pub mod administration;
pub mod attempts;
pub mod audit;
mod commit;
pub mod dialect;
mod error;
pub mod files;
pub mod history;
pub mod invitations;
pub mod jobs;
pub mod members;
pub mod messages;
mod migrate;
mod postgres;
mod read;
pub mod reads;
pub mod registrations;
pub mod resets;
pub mod retention;
pub mod rooms;
pub mod sessions;
mod sqlite;
pub mod streams;
pub mod tokens;
mod tx;
pub mod uploads;
pub mod users;
mod value;
pub mod workspace;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::RecvTimeoutError;
use std::thread::JoinHandle;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::Either;
use model::stream::StreamId;
use model::time::Clock;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};

pub use commit::{Notice, OnCommit, WriterStats};
pub use error::{Constraint, Error, Result};
pub use tx::{Committed, Head, Tx};
pub use value::{FromColumn, Row, Value};

use commit::{Job, Pending, Submitted, Writer};
use dialect::Connection;
use postgres::{Patience, Postgres};
use read::Reads;
use sqlite::Sqlite;

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Database {
    /// In this file.
    Sqlite(PathBuf),
    /// On the PostgreSQL server at this URL.
    Postgres(String),
}

/// How to open a store.
pub struct Options {
    /// Where the data is.
    pub database: Database,
    /// What time it is.
    pub clock: Clock,
    /// Who delivers what was committed.
    pub on_commit: OnCommit,
}

/// Threads that read SQLite: more than the cores of a small server, few enough to be cheap.
const SQLITE_READERS: usize = 4;
/// Connections that read PostgreSQL.
const POSTGRES_READERS: usize = 8;
/// Connections that write PostgreSQL; SQLite has one writer.
const POSTGRES_WRITERS: usize = 4;
/// How often the write-ahead log is moved into the database file.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);
/// How long closing waits for what is being done: whoever stops a process doesn't wait for ever, and nothing that was
/// answered needs it.
const CLOSE: Duration = Duration::from_secs(10);

/// The database of one node. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    clock: Clock,
    writers: Mutex<Vec<mpsc::Sender<Submitted>>>,
    reads: Arc<Reads>,
    stats: Arc<WriterStats>,
    threads: Mutex<Vec<JoinHandle<()>>>,
    closing: Arc<AtomicBool>,
    stop: Mutex<Option<std::sync::mpsc::Sender<()>>>,
}

impl Store {
    /// Opens the database, brings its schema up to date and starts the threads that own its connections.
    pub async fn open(options: Options) -> Result<Self> {
        Self::open_with(options, Patience::default()).await
    }

    async fn open_with(options: Options, patience: Patience) -> Result<Self> {
        let runtime = Handle::current();
        let closing = Arc::new(AtomicBool::new(false));
        let (readers, writers) = match &options.database {
            Database::Sqlite(_) => (SQLITE_READERS, 1),
            Database::Postgres(_) => (POSTGRES_READERS, POSTGRES_WRITERS),
        };
        let mut first = connect(&options.database, Access::Write, patience, &runtime).await?;
        migrate::run(&mut first).await?;
        let stats = Arc::new(WriterStats::default());
        let mut senders = Vec::new();
        let mut threads = Vec::new();
        let mut spare = Some(first);
        for index in 0..writers {
            let connection = match spare.take() {
                Some(connection) => connection,
                None => connect(&options.database, Access::Write, patience, &runtime).await?,
            };
            let (sender, queue) = mpsc::channel(commit::QUEUE);
            senders.push(sender);
            let writer = Writer {
                tx: Tx::new(connection),
                clock: options.clock.clone(),
                on_commit: options.on_commit.clone(),
                queue,
                stats: stats.clone(),
            };
            let runtime = runtime.clone();
            threads.push(spawn(format!("writer-{index}"), &closing, move || {
                writer.run(&runtime)
            })?);
        }
        let reads = Arc::new(Reads::default());
        for index in 0..readers {
            let tx = Tx::new(connect(&options.database, Access::Read, patience, &runtime).await?);
            let (reads, clock, runtime) = (reads.clone(), options.clock.clone(), runtime.clone());
            threads.push(spawn(format!("reader-{index}"), &closing, move || {
                reads.run(tx, &clock, &runtime)
            })?);
        }
        let (stop, stopped) = std::sync::mpsc::channel();
        if let Database::Sqlite(path) = &options.database {
            threads.push(checkpointer(path, &closing, stopped)?);
        }
        Ok(Self {
            inner: Arc::new(Inner {
                clock: options.clock,
                writers: Mutex::new(senders),
                reads,
                stats,
                threads: Mutex::new(threads),
                closing,
                stop: Mutex::new(Some(stop)),
            }),
        })
    }

    /// Reads in one snapshot: rows and heads that are read together belong together.
    pub fn read<T, E, F>(&self, work: F) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        answer(self.inner.reads.submit(work))
    }

    /// Queues a job that writes, in the order of calls, under the locks of `streams`; what the future answers is on
    /// disk. A job that turns out to need another stream's lock is run again with it.
    pub fn write<T, E, F>(
        &self,
        streams: &[StreamId],
        work: F,
    ) -> impl Future<Output = Result<T, E>> + Send + use<T, E, F>
    where
        F: AsyncFn(&mut Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Box<dyn Job> = Box::new(Pending {
            work,
            result: None,
            answer: sender,
        });
        let submitted = Submitted {
            streams: streams.to_vec(),
            job,
            reruns: 0,
        };
        let queued = match self.writer_of(streams) {
            Some(writer) => writer.try_send(submitted).map_err(|_| Error::Busy),
            None => Err(Error::Unavailable("the store is closed".to_owned())),
        };
        answer(queued.map(|()| receiver))
    }

    /// Writers are sharded by the first stream that a job names, so a room's jobs keep their order.
    fn writer_of(&self, streams: &[StreamId]) -> Option<mpsc::Sender<Submitted>> {
        let writers = self.inner.writers.lock();
        let shard = streams.first().map_or(0, |stream| {
            streams::key(*stream).0.as_u128() % writers.len().max(1) as u128
        });
        writers.get(usize::try_from(shard).unwrap_or(0)).cloned()
    }

    /// The time that the store's transactions go by.
    pub fn clock(&self) -> &Clock {
        &self.inner.clock
    }

    /// Counters of the writers.
    pub fn stats(&self) -> &WriterStats {
        &self.inner.stats
    }

    /// Reads that wait now.
    pub fn reads_waiting(&self) -> usize {
        self.inner.reads.waiting()
    }

    /// Finishes what waits and closes the database. Nothing can be read or written afterwards. What a silent database
    /// holds up is left, unanswered.
    pub async fn close(&self) {
        self.inner.closing.store(true, Ordering::Relaxed);
        self.inner.writers.lock().clear();
        self.inner.reads.close();
        drop(self.inner.stop.lock().take());
        let threads = std::mem::take(&mut *self.inner.threads.lock());
        let (ended, end) = oneshot::channel();
        // A thread of its own: the runtime, when it ends, would wait for one of its own that waits.
        let join = move || {
            let ends: Vec<_> = threads.into_iter().map(JoinHandle::join).collect();
            // Whoever closes may wait no longer.
            ended.send(ends.iter().all(Result::is_ok)).ok();
        };
        let joining = std::thread::Builder::new().name("closing".to_owned());
        let joined = match joining.spawn(join) {
            Ok(_) => tokio::time::timeout(CLOSE, end).await,
            Err(_) => Ok(Ok(false)),
        };
        match joined {
            Ok(Ok(true)) => {}
            Ok(_) => tracing::error!("a thread of the store ended badly"),
            Err(_) => tracing::warn!("the database holds up work; it is left undone"),
        }
    }
}

/// The answer of a queued job, or why it was not queued.
fn answer<T, E: From<Error>>(
    queued: Result<oneshot::Receiver<Result<T, E>>>,
) -> impl Future<Output = Result<T, E>> {
    match queued {
        Ok(receiver) => Either::Left(receiver.map(|answer| match answer {
            Ok(result) => result,
            Err(_) => Err(E::from(Error::Unavailable(
                "the database did not answer".to_owned(),
            ))),
        })),
        Err(error) => Either::Right(std::future::ready(Err(E::from(error)))),
    }
}

#[derive(Clone, Copy)]
enum Access {
    Read,
    Write,
}

async fn connect(
    database: &Database,
    access: Access,
    patience: Patience,
    runtime: &Handle,
) -> Result<Connection> {
    Ok(match (database, access) {
        (Database::Sqlite(path), Access::Write) => {
            Connection::Sqlite(Box::new(Sqlite::open_writer(path)?))
        }
        (Database::Sqlite(path), Access::Read) => {
            Connection::Sqlite(Box::new(Sqlite::open_reader(path)?))
        }
        (Database::Postgres(url), _) => {
            Connection::Postgres(Box::new(Postgres::open(url, patience, runtime).await?))
        }
    })
}

/// A thread of the store; one that panics outside of a job takes the process with it rather than stand silent. Once the
/// store is closing, the runtime may have gone from under it: then it is over anyway.
fn spawn(
    name: String,
    closing: &Arc<AtomicBool>,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>> {
    let closing = closing.clone();
    let guarded = move || {
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        if ended.is_err() && !closing.load(Ordering::Relaxed) {
            tracing::error!("a thread of the store panicked");
            std::process::abort();
        }
    };
    std::thread::Builder::new()
        .name(name)
        .spawn(guarded)
        .map_err(|error| Error::Unavailable(error.to_string()))
}

/// Moves the write-ahead log into the database file, off the write path, until the other end of `stopped` goes.
fn checkpointer(
    path: &Path,
    closing: &Arc<AtomicBool>,
    stopped: std::sync::mpsc::Receiver<()>,
) -> Result<JoinHandle<()>> {
    let connection = Sqlite::open_writer(path)?;
    spawn("checkpoints".to_owned(), closing, move || {
        while stopped.recv_timeout(CHECKPOINT_EVERY) == Err(RecvTimeoutError::Timeout) {
            if let Err(error) = connection.checkpoint() {
                tracing::warn!(%error, "a checkpoint failed");
            }
        }
    })
}

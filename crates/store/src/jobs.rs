//! Work that follows from a change: written in its transaction, claimed with a lease, tried again until it succeeds.

use std::time::Duration;

use model::id::JobId;
use model::time::Timestamp;

use crate::error::Result;
use crate::params;
use crate::tx::Tx;

/// A claimed job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The id.
    pub id: JobId,
    /// What is to do.
    pub kind: String,
    /// With what, as JSON.
    pub payload: String,
    /// How often it was claimed, this time included. Whoever reports on a job names it, so that a claim whose lease ran
    /// out changes nothing.
    pub attempt: i64,
}

/// Queues a job, to run at once.
pub async fn insert(tx: &mut Tx, kind: &str, payload: &str) -> Result<JobId> {
    let now = tx.now();
    let id = JobId::new(now);
    tx.execute(
        "INSERT INTO jobs (id, kind, payload, run_at, attempts, created_at) VALUES ($1, $2, $3, $4, 0, $4)",
        params![id, kind, payload, now],
    )
    .await?;
    Ok(id)
}

/// Claims up to `limit` jobs that are due and that nobody else holds, for as long as `lease`.
pub async fn claim(tx: &mut Tx, lease: Duration, limit: i64) -> Result<Vec<Job>> {
    let now = tx.now();
    // The condition stands twice: PostgreSQL checks the outer one again on a row that another node claimed meanwhile.
    tx.query(
        "UPDATE jobs SET leased_until = $2, attempts = attempts + 1
         WHERE id IN (SELECT id FROM jobs WHERE dead_at IS NULL AND run_at <= $1
                        AND (leased_until IS NULL OR leased_until <= $1) ORDER BY run_at LIMIT $3)
           AND dead_at IS NULL AND run_at <= $1 AND (leased_until IS NULL OR leased_until <= $1)
         RETURNING id, kind, payload, attempts",
        params![now, now.plus(lease), limit],
        |row| {
            Ok(Job {
                id: row.get(0)?,
                kind: row.get(1)?,
                payload: row.get(2)?,
                attempt: row.get(3)?,
            })
        },
    )
    .await
}

/// Removes a job that is done; false if the claim no longer holds.
pub async fn complete(tx: &mut Tx, job: JobId, attempt: i64) -> Result<bool> {
    let removed = tx
        .execute(
            "DELETE FROM jobs WHERE id = $1 AND attempts = $2 AND leased_until IS NOT NULL",
            params![job, attempt],
        )
        .await?;
    Ok(removed == 1)
}

/// Gives a job back that failed, to be tried again at `run_at`, or never if that is none.
pub async fn fail(
    tx: &mut Tx,
    job: JobId,
    attempt: i64,
    error: &str,
    run_at: Option<Timestamp>,
) -> Result<()> {
    let now = tx.now();
    let dead_at = if run_at.is_none() { Some(now) } else { None };
    tx.execute(
        "UPDATE jobs SET leased_until = NULL, last_error = $3, run_at = $4, dead_at = $5
         WHERE id = $1 AND attempts = $2 AND leased_until IS NOT NULL",
        params![job, attempt, error, run_at.unwrap_or(now), dead_at],
    )
    .await?;
    Ok(())
}

/// How many jobs wait or run, and how many were given up.
pub async fn counts(tx: &mut Tx) -> Result<(i64, i64)> {
    tx.one(
        "SELECT (SELECT COUNT(*) FROM jobs WHERE dead_at IS NULL), (SELECT COUNT(*) FROM jobs WHERE dead_at IS NOT NULL)",
        &[],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .await
}

/// Removes jobs that were given up before `before`.
pub async fn remove_dead(tx: &mut Tx, before: Timestamp) -> Result<()> {
    tx.execute("DELETE FROM jobs WHERE dead_at < $1", params![before])
        .await?;
    Ok(())
}

/// Jobs that were given up, or those that wait or run, the newest first: those before `before`, at most `limit`.
pub async fn page(
    tx: &mut Tx,
    dead: bool,
    before: Option<JobId>,
    limit: i64,
) -> Result<Vec<model::administration::Job>> {
    let before = before.map_or(uuid::Uuid::max(), JobId::uuid);
    tx.query(
        "SELECT id, kind, attempts, created_at, run_at, last_error, dead_at FROM jobs
         WHERE id < $1 AND $2 = CASE WHEN dead_at IS NULL THEN 0 ELSE 1 END ORDER BY id DESC LIMIT $3",
        params![before, dead, limit],
        |row| {
            Ok(model::administration::Job {
                id: row.get(0)?,
                kind: row.get(1)?,
                attempts: row.get(2)?,
                created_at: row.get(3)?,
                run_at: row.get(4)?,
                last_error: row.get(5)?,
                dead_at: row.get(6)?,
            })
        },
    )
    .await
}

/// Makes a job that was given up due as if it were new; answers its kind.
pub async fn revive(tx: &mut Tx, job: JobId) -> Result<Option<String>> {
    let now = tx.now();
    tx.find(
        "UPDATE jobs SET dead_at = NULL, attempts = 0, run_at = $2, leased_until = NULL
         WHERE id = $1 AND dead_at IS NOT NULL RETURNING kind",
        params![job, now],
        |row| row.get(0),
    )
    .await
}

/// Removes a job that was given up; answers its kind.
pub async fn remove(tx: &mut Tx, job: JobId) -> Result<Option<String>> {
    tx.find(
        "DELETE FROM jobs WHERE id = $1 AND dead_at IS NOT NULL RETURNING kind",
        params![job],
        |row| row.get(0),
    )
    .await
}

/// When the job that waits the longest was due; none if none waits.
pub async fn oldest(tx: &mut Tx) -> Result<Option<Timestamp>> {
    tx.one(
        "SELECT MIN(run_at) FROM jobs WHERE dead_at IS NULL",
        &[],
        |row| row.get(0),
    )
    .await
}

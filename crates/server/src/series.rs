//! How the server fared over the last day: one sample a minute, in memory only.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use model::time::Timestamp;
use parking_lot::Mutex;
use serde::Serialize;
use utoipa::ToSchema;

use crate::metrics::Operation;
use crate::state::AppState;

/// How far samples are apart, and how many are kept: a day.
pub const STEP: Duration = Duration::from_secs(60);
/// How many samples are kept.
pub const KEPT: usize = 1_440;

/// Buckets of durations: each is half as wide again as the one before, from a tenth of a millisecond to half a minute.
const BUCKETS: usize = 32;
const FIRST_MICROS: f64 = 100.0;
const GROWTH: f64 = 1.5;

/// What is counted within the minute that goes on.
#[derive(Debug, Default)]
struct Minute {
    requests: AtomicU64,
    errors: AtomicU64,
    messages: AtomicU64,
    durations: [AtomicU64; BUCKETS],
}

/// One minute.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sample {
    connections: u64,
    messages: u64,
    requests: u64,
    errors: u64,
    latency_p50_ms: u64,
    latency_p99_ms: u64,
    memory_bytes: u64,
    writer_queue: u64,
}

/// The last day.
#[derive(Debug, Default)]
pub struct Series {
    minute: Minute,
    samples: Mutex<VecDeque<Sample>>,
}

/// Values by the minute, the oldest first; all lists are of one length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeriesValues {
    /// Open gateway connections.
    pub connections: Vec<u64>,
    /// Messages posted.
    pub messages: Vec<u64>,
    /// Requests answered.
    pub requests: Vec<u64>,
    /// Requests that failed through a fault of ours.
    pub errors: Vec<u64>,
    /// What half of the requests took at most, in milliseconds.
    pub latency_p50_ms: Vec<u64>,
    /// What 99 of 100 requests took at most, in milliseconds.
    pub latency_p99_ms: Vec<u64>,
    /// Memory in use.
    pub memory_bytes: Vec<u64>,
    /// Writes that wait.
    pub writer_queue: Vec<u64>,
}

/// How the server fared.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HealthSeries {
    /// Seconds between two values.
    pub step_s: u64,
    /// When the first value's minute ended.
    pub from: Timestamp,
    /// The values.
    pub series: SeriesValues,
}

impl Series {
    /// Counts a request that was answered.
    pub fn request(&self, status: u16, took: Duration) {
        self.minute.requests.fetch_add(1, Ordering::Relaxed);
        if status >= 500 {
            self.minute.errors.fetch_add(1, Ordering::Relaxed);
        }
        self.minute.durations[bucket(took)].fetch_add(1, Ordering::Relaxed);
    }

    /// Counts messages that were posted.
    pub fn messages(&self, count: u64) {
        self.minute.messages.fetch_add(count, Ordering::Relaxed);
    }

    /// Ends the minute that goes on.
    fn sample(&self, connections: u64, memory_bytes: u64, writer_queue: u64) {
        let durations: Vec<u64> = self
            .minute
            .durations
            .iter()
            .map(|count| count.swap(0, Ordering::Relaxed))
            .collect();
        let sample = Sample {
            connections,
            messages: self.minute.messages.swap(0, Ordering::Relaxed),
            requests: self.minute.requests.swap(0, Ordering::Relaxed),
            errors: self.minute.errors.swap(0, Ordering::Relaxed),
            latency_p50_ms: quantile(&durations, 0.5),
            latency_p99_ms: quantile(&durations, 0.99),
            memory_bytes,
            writer_queue,
        };
        let mut samples = self.samples.lock();
        if samples.len() == KEPT {
            samples.pop_front();
        }
        samples.push_back(sample);
    }

    /// Requests that failed through a fault of ours in the last so many minutes, this one included.
    pub fn errors(&self, minutes: usize) -> u64 {
        let samples = self.samples.lock();
        let past: u64 = samples
            .iter()
            .rev()
            .take(minutes)
            .map(|sample| sample.errors)
            .sum();
        past + self.minute.errors.load(Ordering::Relaxed)
    }

    /// The last so many minutes, as far back as there are samples.
    pub fn read(&self, minutes: usize, now: Timestamp) -> HealthSeries {
        let samples = self.samples.lock();
        let skipped = samples.len().saturating_sub(minutes);
        let mut values = SeriesValues::default();
        for sample in samples.iter().skip(skipped) {
            values.connections.push(sample.connections);
            values.messages.push(sample.messages);
            values.requests.push(sample.requests);
            values.errors.push(sample.errors);
            values.latency_p50_ms.push(sample.latency_p50_ms);
            values.latency_p99_ms.push(sample.latency_p99_ms);
            values.memory_bytes.push(sample.memory_bytes);
            values.writer_queue.push(sample.writer_queue);
        }
        let count = u32::try_from(values.requests.len()).unwrap_or(0);
        HealthSeries {
            step_s: STEP.as_secs(),
            from: now.minus(STEP.saturating_mul(count.saturating_sub(1))),
            series: values,
        }
    }
}

/// Takes a sample each minute until the server ends.
pub async fn keep(state: AppState) {
    let mut drain = state.drain.enter();
    let mut ticks = tokio::time::interval(STEP);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let sent = Operation {
        op: "send",
        outcome: "ok",
    };
    let mut sent_before = 0;
    // The first comes at once, so that a chart is never empty.
    loop {
        tokio::select! {
            _ = ticks.tick() => {
                let connections = state.metrics.gateway.connections.get();
                let waiting = state.chat.store().stats().waiting.load(Ordering::Relaxed);
                let connections = u64::try_from(connections).unwrap_or(0);
                // The gateway counts its own; calls are counted as they are answered.
                let sent = state.metrics.gateway.operations.get_or_create(&sent).get();
                state.metrics.series.messages(sent.saturating_sub(sent_before));
                sent_before = sent;
                state.metrics.series.sample(connections, memory_bytes(), waiting);
            }
            () = drain.begun() => return,
        }
    }
}

/// What the process holds of the machine's memory; 0 where the system doesn't say.
pub fn memory_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

/// The upper bound of a bucket, in microseconds.
fn upper(bucket: usize) -> f64 {
    FIRST_MICROS * GROWTH.powi(i32::try_from(bucket).unwrap_or(i32::MAX))
}

fn bucket(took: Duration) -> usize {
    let micros = took.as_secs_f64() * 1e6;
    (0..BUCKETS - 1)
        .find(|bucket| micros <= upper(*bucket))
        .unwrap_or(BUCKETS - 1)
}

/// The duration in milliseconds, rounded up, that this share of the counted ones didn't exceed.
fn quantile(durations: &[u64], share: f64) -> u64 {
    let all: u64 = durations.iter().sum();
    let wanted = (all as f64 * share).ceil();
    let mut counted = 0;
    for (bucket, count) in durations.iter().enumerate() {
        counted += count;
        if counted > 0 && counted as f64 >= wanted {
            return (upper(bucket) / 1e3).ceil() as u64;
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_ends_with_its_counts_and_the_next_begins_with_none() {
        let series = Series::default();
        for _ in 0..98 {
            series.request(200, Duration::from_micros(90));
        }
        series.request(503, Duration::from_millis(700));
        series.request(404, Duration::from_millis(700));
        series.messages(1);
        assert_eq!(series.errors(60), 1);
        series.sample(3, 5, 7);
        series.sample(4, 6, 8);
        let now = Timestamp::from_micros(1_769_847_300_000_000);
        let read = series.read(60, now);
        assert_eq!(read.from, now.minus(STEP));
        let values = read.series;
        assert_eq!((values.requests, values.errors), (vec![100, 0], vec![1, 0]));
        assert_eq!(
            (values.messages, values.connections),
            (vec![1, 0], vec![3, 4])
        );
        assert_eq!(values.latency_p50_ms, [1, 0]);
        assert!((700..1_200).contains(&values.latency_p99_ms[0]));
        assert_eq!(series.read(1, now).series.memory_bytes, [6]);
        assert_eq!(series.errors(60), 1);
    }

    #[test]
    fn no_more_than_a_day_is_kept() {
        let series = Series::default();
        for minute in 0..KEPT as u64 + 10 {
            series.sample(minute, 0, 0);
        }
        let now = Timestamp::from_micros(1_769_847_300_000_000);
        let values = series.read(KEPT * 2, now).series;
        assert_eq!(values.connections.len(), KEPT);
        assert_eq!(values.connections[0], 10);
    }
}

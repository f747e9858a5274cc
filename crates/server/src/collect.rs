//! What other parts count for themselves, put beside our own counters when somebody reads them.

use std::fmt;
use std::sync::atomic::Ordering;

use live::Hub;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use store::Store;

/// The store's and the hub's numbers.
pub struct Parts {
    store: Store,
    hub: Hub,
}

impl Parts {
    /// Reads from these.
    pub fn new(store: Store, hub: Hub) -> Self {
        Self { store, hub }
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}

impl Collector for Parts {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let stats = self.store.stats();
        let commits = stats.commits.load(Ordering::Relaxed);
        let jobs = stats.jobs.load(Ordering::Relaxed);
        let waiting = stats.waiting.load(Ordering::Relaxed);
        let counter = ConstCounter::<u64>::new;
        let gauge = |value: u64| ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
        let mut one = |name: &str, help: &str, metric: &dyn EncodeMetric| {
            metric.encode(encoder.encode_descriptor(name, help, None, metric.metric_type())?)
        };
        one(
            "store_commits",
            "Groups of writes committed",
            &counter(commits),
        )?;
        one(
            "store_jobs",
            "Writes that were part of them",
            &counter(jobs),
        )?;
        one("store_writes_waiting", "Writes that wait", &gauge(waiting))?;
        one(
            "store_reads_waiting",
            "Reads that wait",
            &gauge(self.store.reads_waiting() as u64),
        )?;
        one(
            "hub_streams",
            "Streams that somebody hears",
            &gauge(self.hub.streams() as u64),
        )
    }
}

//! What came of a run, in numbers.

use std::collections::HashMap;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use testkit::checker::{Checker, Verdict};
use testkit::gateway::Received;

/// What came of a run.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) verdict: Verdict,
    took: Duration,
    /// The processor time that the server used.
    pub(crate) cpu: Duration,
    /// What the server held of the memory at the end.
    pub(crate) resident_bytes: u64,
    /// From sending to the answer, per message.
    pub(crate) answered: Vec<Duration>,
    /// From sending to hearing, per message and reader.
    heard: Vec<Duration>,
}

impl Report {
    pub(crate) fn new(checker: Checker, took: Duration) -> Self {
        Self {
            verdict: checker.verdict(),
            took,
            cpu: Duration::ZERO,
            resident_bytes: 0,
            answered: Vec::new(),
            heard: Vec::new(),
        }
    }

    /// Counts what one reader heard.
    pub(crate) fn count(&mut self, received: &[Received], sent_at: &HashMap<String, Instant>) {
        let created = received
            .iter()
            .filter(|received| received.frame["t"] == "message.created");
        for received in created {
            let id = received.frame["d"]["client_id"]
                .as_str()
                .unwrap_or_default();
            if let Some(sent) = sent_at.get(id) {
                self.heard.push(received.at - *sent);
            }
        }
    }

    pub(crate) fn print(&mut self) -> io::Result<()> {
        let seconds = self.took.as_secs_f64();
        let deliveries = self.heard.len();
        let per_delivery = self.cpu.as_secs_f64() * 1e6 / deliveries.max(1) as f64;
        let (answered, heard) = (spread(&mut self.answered), spread(&mut self.heard));
        let mut out = io::stdout().lock();
        writeln!(out, "{}", self.verdict)?;
        let messages = self.verdict.acknowledged as f64 / seconds;
        writeln!(
            out,
            "throughput  {messages:.0} messages/s, {:.0} deliveries/s",
            deliveries as f64 / seconds
        )?;
        writeln!(out, "answered    {answered}")?;
        writeln!(out, "heard       {heard}")?;
        writeln!(
            out,
            "server      {per_delivery:.1} µs of processor time a delivery, everything included; {} MB",
            self.resident_bytes >> 20
        )
    }
}

/// The middle and the slow end of some times.
fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let Some(last) = times.last() else {
        return "nothing".to_owned();
    };
    let at = |percent: usize| times[(times.len() - 1) * percent / 100].as_secs_f64() * 1e3;
    let (p50, p95, p99, most) = (at(50), at(95), at(99), last.as_secs_f64() * 1e3);
    format!("p50 {p50:.1} ms, p95 {p95:.1} ms, p99 {p99:.1} ms, most {most:.1} ms")
}

//! What is counted, and how it reads: the text format of Prometheus.
//!
//! One value of [`Metrics`] is made at start and handed to those who count; nothing is global.

use std::fmt::Write;
use std::time::Duration;

use http::Method;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::{Family, MetricConstructor};
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::series::Series;

/// The media type of the text.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds of the buckets for durations, in seconds.
const SECONDS: [f64; 11] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0,
];

/// Everything that a server counts.
pub struct Metrics {
    /// Requests.
    pub http: Http,
    /// Open connections of any kind.
    pub connections: Gauge,
    /// What browsers reported that the content security policy refused.
    pub csp_reports: Counter,
    /// The gateway.
    pub gateway: Gateway,
    /// The last day by the minute.
    pub series: Series,
    registry: Registry,
}

/// Counts of requests.
#[derive(Clone)]
pub struct Http {
    requests: Family<Answered, Counter>,
    seconds: Family<Route, Histogram, Buckets>,
}

/// Counts of the gateway.
#[derive(Clone, Default)]
pub struct Gateway {
    /// Open connections.
    pub connections: Gauge,
    /// Frames that clients sent.
    pub frames_received: Counter,
    /// Frames that were written to clients.
    pub frames_sent: Counter,
    /// Operations, by name and how they ended.
    pub operations: Family<Operation, Counter>,
    /// Closed connections, by close code.
    pub closed: Family<Closed, Counter>,
}

/// An operation of the gateway that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Operation {
    /// Its name; one of the known ones.
    pub op: &'static str,
    /// `ok`, or the code of its error.
    pub outcome: &'static str,
}

/// A gateway connection that was closed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Closed {
    /// The close code.
    pub code: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: String,
    status: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: String,
    route: String,
}

#[derive(Clone)]
struct Buckets;

impl MetricConstructor<Histogram> for Buckets {
    fn new_metric(&self) -> Histogram {
        Histogram::new(SECONDS)
    }
}

impl Http {
    /// Counts one request; `route` is its pattern, so that there are only so many.
    pub fn observe(&self, method: &Method, route: &str, status: u16, took: Duration) {
        let method = known_method(method).to_owned();
        let route = route.to_owned();
        let seconds = Route {
            method: method.clone(),
            route: route.clone(),
        };
        self.seconds
            .get_or_create(&seconds)
            .observe(took.as_secs_f64());
        let answered = Answered {
            method,
            route,
            status: u32::from(status),
        };
        self.requests.get_or_create(&answered).inc();
    }
}

/// A client may send any word as method; only those that exist get a series.
fn known_method(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS") => known,
        _ => "other",
    }
}

impl Metrics {
    /// Counters at zero; `collectors` tell what other parts count for themselves.
    pub fn new(collectors: Vec<Box<dyn Collector>>) -> Self {
        let mut registry = Registry::with_prefix("parley");
        let http = Http {
            requests: Family::default(),
            seconds: Family::new_with_constructor(Buckets),
        };
        registry.register("http_requests", "Requests answered", http.requests.clone());
        registry.register(
            "http_request_seconds",
            "Time to the answer's head",
            http.seconds.clone(),
        );
        let connections = Gauge::default();
        registry.register(
            "connections",
            "Open connections of any kind",
            connections.clone(),
        );
        let csp_reports = Counter::default();
        registry.register(
            "csp_reports",
            "Refusals of the content security policy that browsers reported",
            csp_reports.clone(),
        );
        let gateway = Gateway::default();
        let under = registry.sub_registry_with_prefix("gateway");
        under.register(
            "connections",
            "Open gateway connections",
            gateway.connections.clone(),
        );
        under.register(
            "frames_received",
            "Frames from clients",
            gateway.frames_received.clone(),
        );
        under.register(
            "frames_sent",
            "Frames to clients",
            gateway.frames_sent.clone(),
        );
        under.register(
            "operations",
            "Operations answered",
            gateway.operations.clone(),
        );
        under.register("closed", "Connections closed", gateway.closed.clone());
        for collector in collectors {
            registry.register_collector(collector);
        }
        Self {
            http,
            connections,
            csp_reports,
            series: Series::default(),
            gateway,
            registry,
        }
    }

    /// All of it, as a scraper reads it.
    pub fn encode(&self) -> String {
        let mut out = String::new();
        if text::encode(&mut out, &self.registry).is_err() {
            // Writing to a string doesn't fail; a collector that does leaves a comment that scrapers skip.
            let _ = writeln!(out, "# incomplete");
        }
        out
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_counted_by_route_and_status() {
        let metrics = Metrics::default();
        let took = Duration::from_millis(3);
        metrics.http.observe(&Method::GET, "/api/v1/me", 200, took);
        let brew = Method::from_bytes(b"BREW").unwrap();
        metrics.http.observe(&brew, "(none)", 405, took);
        let text = metrics.encode();
        assert!(text.contains(
            r#"parley_http_requests_total{method="GET",route="/api/v1/me",status="200"} 1"#
        ));
        assert!(text.contains(r#"method="other""#));
        assert!(text.contains("parley_gateway_connections 0"));
        assert!(text.ends_with("# EOF\n"));
    }
}

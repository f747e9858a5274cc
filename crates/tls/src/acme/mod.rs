//! A certificate by ACME (RFC 8555): fetched when there is none, renewed when two thirds of its life are over.

mod order;
mod store;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use aws_lc_rs::rand;
use model::time::{Clock, Timestamp};

use crate::Certificates;
use crate::certificate::{Certificate, Invalid};
use crate::challenge::Unanswerable;
use store::Store;

/// How long one try may take.
const TRY: Duration = Duration::from_secs(5 * 60);

/// How long to wait after the first failure; each further one doubles it, up to the last.
const FIRST_WAIT: Duration = Duration::from_secs(60);
const LONGEST_WAIT: Duration = Duration::from_secs(6 * 60 * 60);

/// The wall clock is looked at at least this often: it may be set while we wait.
const LOOK: Duration = Duration::from_secs(60 * 60);

/// How to get a certificate.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The names that it is for.
    pub domains: Vec<String>,
    /// Whom the authority may write to.
    pub email: Option<String>,
    /// The authority's directory.
    pub directory: String,
    /// The root that the directory's own certificate comes from, if the system doesn't know it.
    pub root: Option<PathBuf>,
    /// Where the account and the certificate are kept.
    pub folder: PathBuf,
    /// Which way the authority comes to see that the names lead here.
    pub proof: Proof,
}

/// How we prove that a name leads here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// By an answer on port 80 (HTTP-01).
    Http,
    /// By a handshake on port 443 (TLS-ALPN-01).
    Tls,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The authority refuses, or isn't reached.
    #[error("{0}")]
    Authority(#[from] instant_acme::Error),
    /// It looked, and the name doesn't lead here.
    #[error("{name} could not be proven: {reason}")]
    Unproven {
        /// The name.
        name: String,
        /// What the authority says.
        reason: String,
    },
    /// It doesn't offer the proof that we can give.
    #[error("the authority offers no {0} challenge")]
    NotOffered(&'static str),
    /// The challenge can't be answered.
    #[error(transparent)]
    Unanswerable(#[from] Unanswerable),
    /// What it brought isn't a certificate of ours.
    #[error("the new certificate cannot be used: {0}")]
    Unusable(#[from] Invalid),
    /// What must be kept can't be.
    #[error("{0}: {1}")]
    Kept(PathBuf, io::Error),
    /// It took too long.
    #[error("it took longer than {} minutes", TRY.as_secs() / 60)]
    TooLong,
}

/// Keeps `certificates` filled until `end` comes: what was kept is served at once, then it is renewed in time; after a
/// failure it is tried again later and later.
pub async fn run(
    settings: Settings,
    certificates: Certificates,
    clock: Clock,
    end: impl Future<Output = ()>,
) {
    tokio::select! {
        () = keep(&settings, &certificates, &clock) => {}
        () = end => {}
    }
}

async fn keep(settings: &Settings, certificates: &Certificates, clock: &Clock) {
    let store = Store::new(&settings.folder);
    match store.certificate().await {
        // Also one that lacks a new name: the others go on while it is asked for.
        Ok(Some(kept)) => certificates.install(kept),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the kept certificate cannot be used"),
    }
    if certificates
        .current()
        .is_none_or(|current| current.not_after() <= clock.now())
    {
        tracing::warn!(
            "no certificate yet: TLS handshakes are refused until the authority brings one"
        );
    }
    let mut failures = 0;
    loop {
        let current = certificates.current();
        if let Some(current) = current.filter(|current| covers(current, &settings.domains)) {
            wait_until(renewal(&current), clock).await;
        }
        let names = settings.domains.join(",");
        tracing::info!(
            names,
            directory = settings.directory,
            "asking for a certificate"
        );
        let fetched = tokio::time::timeout(
            TRY,
            order::fetch(settings, &store, certificates.challenges()),
        );
        let fetched = fetched.await.unwrap_or(Err(Error::TooLong));
        certificates.challenges().close();
        match fetched {
            Ok(certificate) => {
                tracing::info!(names, not_after = %certificate.not_after(), "a new certificate is served");
                let right = covers(&certificate, &settings.domains)
                    && certificate.not_after() > clock.now();
                let rest = (life(&certificate) / 10).min(LOOK);
                certificates.install(certificate);
                if right {
                    failures = 0;
                    // However the clocks differ, not at once again.
                    tokio::time::sleep(rest).await;
                    continue;
                }
                // Asking at once would only bring the same.
                tracing::error!(
                    "the new certificate lacks names, or is over by this machine's clock"
                );
            }
            Err(error) => {
                tracing::error!(%error, "no certificate came; it is tried again");
                certificates.failed(error.to_string());
            }
        }
        failures += 1;
        tokio::time::sleep(backoff(failures)).await;
    }
}

/// Whether a certificate is for all of these names.
fn covers(certificate: &Certificate, domains: &[String]) -> bool {
    domains
        .iter()
        .all(|domain| certificate.names().contains(domain))
}

/// When to renew: two thirds through its life, and up to a thirtieth of it later, so that not all servers come at once.
fn renewal(certificate: &Certificate) -> Timestamp {
    let life = life(certificate);
    certificate
        .not_before()
        .plus(life * 2 / 3)
        .plus((life / 30).mul_f64(chance()))
}

fn life(certificate: &Certificate) -> Duration {
    certificate.not_after().since(certificate.not_before())
}

async fn wait_until(then: Timestamp, clock: &Clock) {
    loop {
        let left = then.since(clock.now());
        if left.is_zero() {
            return;
        }
        tokio::time::sleep(left.min(LOOK)).await;
    }
}

/// How long to wait after so many failures in a row.
fn backoff(failures: u32) -> Duration {
    let doubled = FIRST_WAIT.saturating_mul(1 << failures.saturating_sub(1).min(16));
    doubled.min(LONGEST_WAIT).mul_f64(0.75 + chance() / 2.0)
}

/// A number from 0 up to 1.
fn chance() -> f64 {
    let mut bytes = [0; 4];
    // Without random numbers all come at once, and nothing worse.
    let _ = rand::fill(&mut bytes);
    f64::from(u32::from_le_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn it_is_renewed_after_two_thirds_of_its_life() {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(["a.example".to_owned()]).unwrap();
        params.not_before = date_time_ymd(2026, 1, 1);
        params.not_after = date_time_ymd(2026, 4, 1);
        let chain = params.self_signed(&key).unwrap().pem();
        let certificate =
            Certificate::from_pem(chain.as_bytes(), key.serialize_pem().as_bytes()).unwrap();
        let from = Timestamp::parse("2026-03-02T00:00:00Z").unwrap();
        let to = Timestamp::parse("2026-03-05T00:00:00Z").unwrap();
        for _ in 0..100 {
            let at = renewal(&certificate);
            assert!(from <= at && at <= to, "{at}");
        }
        assert!(covers(&certificate, &["a.example".to_owned()]));
        assert!(!covers(
            &certificate,
            &["a.example".to_owned(), "b.example".to_owned()]
        ));
    }

    #[test]
    fn after_failures_it_waits_longer_and_longer() {
        for (failures, seconds) in [
            (1, 60.0),
            (2, 120.0),
            (5, 960.0),
            (20, 21_600.0),
            (9999, 21_600.0),
        ] {
            let wait = backoff(failures).as_secs_f64() / seconds;
            assert!((0.75..1.25).contains(&wait), "{failures}: {wait}");
        }
    }
}

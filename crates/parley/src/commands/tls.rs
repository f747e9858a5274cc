//! Where the certificate of `parley serve` comes from, and the listeners that follow from it.

use std::sync::Arc;

use anyhow::Context;
use model::time::Clock;
use rustls::ServerConfig;
use server::serve::Drain;
use tls::acme::{self, Proof};
use tls::files::{Files, Opened};
use tls::{Certificates, Source};
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;

use crate::config::Config;
use crate::config::tls::Tls;
use crate::data_dir::DataDir;

/// The certificate that is served, and the files that it comes from.
pub(super) struct Served {
    pub(super) certificates: Certificates,
    files: Option<Opened>,
}

/// What will be served: the certificate in the files at once, one by ACME as soon as it comes.
pub(super) async fn open(config: &Config) -> anyhow::Result<Option<Served>> {
    Ok(match &config.tls {
        None => None,
        Some(Tls::Acme { .. }) => Some(Served {
            certificates: Certificates::new(Source::Acme),
            files: None,
        }),
        Some(Tls::Files { cert, key }) => {
            let files = Files {
                certificate: cert.clone(),
                key: key.clone(),
            };
            let opened = files.open().await;
            let (certificate, opened) = opened.context("PARLEY_TLS_CERT and PARLEY_TLS_KEY")?;
            if let Some(origin) = config
                .origin()
                .filter(|origin| !certificate.is_for(origin.host()))
            {
                let names = certificate.names().join(",");
                tracing::warn!(%origin, names, "the TLS certificate is not for PARLEY_PUBLIC_URL: browsers will refuse it");
            }
            let certificates = Certificates::new(Source::Files);
            certificates.install(certificate);
            Some(Served {
                certificates,
                files: Some(opened),
            })
        }
    })
}

/// The rules of a listener with this certificate.
pub(super) fn rules(
    config: &Config,
    certificates: &Certificates,
) -> anyhow::Result<Arc<ServerConfig>> {
    let answer_acme = matches!(config.tls, Some(Tls::Acme { .. })) && proof(config) == Proof::Tls;
    Ok(Arc::new(certificates.server_config(answer_acme)?))
}

/// With a plain listener an ACME server asks there.
fn proof(config: &Config) -> Proof {
    match config.http_listen {
        Some(_) => Proof::Http,
        None => Proof::Tls,
    }
}

/// Keeps the certificate new until the drain begins. A hangup means that the files are read now; where there are none,
/// it means nothing.
pub(super) fn keep_new(
    config: &Config,
    data: &DataDir,
    served: Option<Served>,
    drain: &Drain,
) -> anyhow::Result<()> {
    let (ask, asked) = mpsc::channel(1);
    tokio::spawn(hear_hangups(
        signal(SignalKind::hangup())?,
        ask,
        drain.clone(),
    ));
    let Some(Served {
        certificates,
        files,
    }) = served
    else {
        return Ok(());
    };
    if let Some(files) = files {
        tokio::spawn(files.follow(certificates, Clock::system(), asked));
        return Ok(());
    }
    if let Some(Tls::Acme {
        domains,
        email,
        directory,
        root,
    }) = &config.tls
    {
        let settings = acme::Settings {
            domains: domains.iter().map(ToString::to_string).collect(),
            email: email.as_ref().map(ToString::to_string),
            directory: directory.clone(),
            root: root.clone(),
            folder: data.acme(),
            proof: proof(config),
        };
        let mut end = drain.enter();
        tokio::spawn(async move {
            acme::run(settings, certificates, Clock::system(), end.begun()).await;
        });
    }
    Ok(())
}

async fn hear_hangups(mut hangups: Signal, ask: mpsc::Sender<()>, drain: Drain) {
    let mut end = drain.enter();
    loop {
        tokio::select! {
            // One that is under way will do for both, and where nobody listens it is for nobody.
            Some(()) = hangups.recv() => drop(ask.try_send(())),
            () = end.begun() => return,
        }
    }
}

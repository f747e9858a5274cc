//! `parley serve`: from settings to a running server, and down again in order.

use std::io;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use chat::Chat;
use files::storage::Storage;
use prometheus_client::metrics::gauge::Gauge;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use server::serve::{Drain, Listener};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::signal::unix::{SignalKind, signal};

use super::{admin, set_up, tls};
use crate::cli::Role;
use crate::config::Config;
use crate::config::values::Listen;
use crate::data_dir::DataDir;
use crate::terminal::say;
use crate::{logs, wire};

/// How long requests and connections may take to finish when the server goes down.
const DRAIN: Duration = Duration::from_secs(10);

/// Descriptors that are not for connections: the database, files, the program itself.
const OWN_FILES: u64 = 128;

/// The part of all connections that each of the listeners beside the main one may have.
const ASIDE: usize = 16;

/// How often memory that isn't used any more is given back to the system.
const GIVE_BACK: Duration = Duration::from_secs(5);

/// More than the allocator takes from what it has at hand.
const LARGE: usize = 1024 * 1024;

/// Runs a server until it is told to end.
pub(crate) fn run(config: &Config, role: Role) -> anyhow::Result<()> {
    logs::start();
    if config.bus_url.is_some() {
        bail!("PARLEY_BUS_URL: this version runs as one node; leave it out");
    }
    let data = DataDir::open(&config.data_dir)?;
    let _lock = data.lock()?;
    let connections = raise_open_files();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(config, role, &data, connections))
}

/// Gives memory back that isn't used any more: what starting up took, and 19 MiB for each password that was checked.
/// The allocator looks for what has been free for a second only when something large is freed, which never happens in a
/// server at rest.
async fn give_back() {
    loop {
        tokio::time::sleep(GIVE_BACK).await;
        drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE)));
    }
}

async fn serve(
    config: &Config,
    role: Role,
    data: &DataDir,
    connections: usize,
) -> anyhow::Result<()> {
    // Both before anything else starts: from here on a signal means an orderly end.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;

    // Before anything is made: what it names may not fit.
    let served = tls::open(config).await?;
    let certificates = served.as_ref().map(|served| served.certificates.clone());
    let rules = certificates.as_ref().map(|held| tls::rules(config, held));
    let rules = rules.transpose()?;
    let (connections, aside) = shares(connections);
    let (listener, mut listening) = bind(&config.listen).await?;
    if rules.is_some() {
        listening = listening.replacen("http://", "https://", 1);
    }
    let address = config.address(&listening);
    let core = wire::core(config, data, address.clone()).await?;
    let state = &wire::edge(&core, config, role, certificates.clone());
    let drain = state.drain.clone();
    let open = state.metrics.connections.clone();
    if let Some(listen) = &config.admin_listen {
        let (listener, at) = bind(listen).await?;
        let router = server::admin_router(state);
        tokio::spawn(server::serve::serve(
            listener,
            None,
            router,
            drain.clone(),
            aside,
            Gauge::default(),
        ));
        tracing::info!(at, "metrics are open here");
    }
    if let (Some(listen), Some(held), Some(origin)) =
        (&config.http_listen, &certificates, config.origin())
    {
        let (listener, at) = bind(listen).await?;
        let router = server::plain::router(held.clone(), origin);
        tokio::spawn(server::serve::serve(
            listener,
            None,
            router,
            drain.clone(),
            aside,
            Gauge::default(),
        ));
        tracing::info!(at, "plain HTTP is led to HTTPS here");
    }
    tls::keep_new(config, data, served, &drain)?;
    let link = set_up::prepare(&core.chat, data).await?;
    if link.is_some() {
        tokio::spawn(set_up::forget_when_done(
            core.chat.clone(),
            data.clone(),
            drain.enter(),
        ));
    }
    tokio::spawn(admin::listen(data, core.chat.clone(), drain.enter()).await?);
    tokio::spawn(look_at_storage(core.chat.clone()));
    work(&core.chat, &drain);
    tokio::spawn(server::series::keep(state.clone()));
    tokio::spawn(give_back());
    if role != Role::Web {
        tokio::spawn(server::gateway::tell_presence(state.clone()));
    }
    if config.smtp_url.is_none() {
        tracing::info!(folder = %data.mails().display(), "no mail server is set: mails are written here");
    }
    let serving = server::serve::serve(
        listener,
        rules,
        server::router(state),
        drain.clone(),
        connections,
        open,
    );
    tokio::spawn(serving);
    greet(config, &address, link.as_deref());

    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("going down");
    drain.begin();
    if tokio::time::timeout(DRAIN, drain.finished()).await.is_err() {
        tracing::warn!("some connections did not finish in time");
    }
    core.store.close().await;
    if let Listen::Unix(path) = &config.listen {
        // Somebody may have taken it away already.
        let _ = std::fs::remove_file(path);
    }
    tracing::info!("ended");
    Ok(())
}

/// Listens, and says where as a browser would: with port 0 the system has chosen one.
async fn bind(listen: &Listen) -> anyhow::Result<(Listener, String)> {
    match listen {
        Listen::Tcp { host, port } => {
            let listener = TcpListener::bind((host.as_str(), *port))
                .await
                .with_context(|| format!("cannot listen on {listen}"))?;
            let host = match host.as_str() {
                "0.0.0.0" | "::" => "localhost".to_owned(),
                host if host.contains(':') => format!("[{host}]"),
                host => host.to_owned(),
            };
            let address = format!("http://{host}:{}", listener.local_addr()?.port());
            Ok((Listener::Tcp(listener), address))
        }
        Listen::Unix(path) => {
            remove_stale(path).await?;
            let listener =
                UnixListener::bind(path).with_context(|| format!("cannot listen on {listen}"))?;
            Ok((Listener::Unix(listener), "http://localhost".to_owned()))
        }
    }
}

/// Takes away a socket that a killed server left; one that answers stays, and so does whatever isn't a socket.
pub(super) async fn remove_stale(path: &Path) -> anyhow::Result<()> {
    let there = std::fs::symlink_metadata(path);
    if there.is_ok_and(|there| !there.file_type().is_socket()) {
        bail!("{} is there already, and is not a socket", path.display());
    }
    match UnixStream::connect(path).await {
        Ok(_) => bail!("another program is listening on {}", path.display()),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))
        }
        Err(_) => Ok(()),
    }
}

/// Raises the number of files that may be open as far as the system lets us; answers how many of them connections may be.
fn raise_open_files() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let wanted = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    let now = match setrlimit(Resource::Nofile, wanted) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let now = now.unwrap_or(1 << 20);
    usize::try_from(now.saturating_sub(OWN_FILES).max(16))
        .unwrap_or(usize::MAX)
        .min(1 << 20)
}

/// Of the connections that there may be, those at the main listener, and those at each of the two beside it: whoever takes
/// all of one takes nothing from the others.
fn shares(connections: usize) -> (usize, usize) {
    let aside = connections / ASIDE;
    (connections - 2 * aside, aside)
}

/// Says early what a wrong bucket would only say when somebody uploads a file. One that is away may come back.
async fn look_at_storage(chat: Chat) {
    if let Storage::Bucket(bucket) = &chat.settings().storage
        && let Err(error) = bucket.check().await
    {
        tracing::warn!(%error, "PARLEY_FILES_URL: the bucket doesn't answer as it should");
    }
}

/// Starts the work that nobody waits for: mails, and removing what is over.
fn work(chat: &Chat, drain: &Drain) {
    let (jobs, mut end) = (chat.clone(), drain.enter());
    tokio::spawn(async move { jobs.run_jobs(end.begun()).await });
    let (cleaning, mut end) = (chat.clone(), drain.enter());
    tokio::spawn(async move { cleaning.housekeeping(end.begun()).await });
}

/// Says where it is, and while nobody has set it up, how to begin. An empty line ends it.
fn greet(config: &Config, address: &str, link: Option<&str>) {
    let version = env!("CARGO_PKG_VERSION");
    let mut lines = vec![
        String::new(),
        format!("  Parley {version} is ready at {address}"),
    ];
    if let Listen::Unix(_) = &config.listen {
        lines.push(format!("  It listens on {}", config.listen));
    }
    if let Some(link) = link {
        lines.push(format!(
            "  Set it up, and become its first owner, at\n  {link}"
        ));
    }
    lines.push(String::new());
    say(&lines.join("\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listeners_together_have_no_more_connections_than_there_may_be() {
        for all in [16, 896, 1 << 20] {
            let (main, aside) = shares(all);
            assert!(
                main + 2 * aside <= all && main >= all / 2 && aside > 0,
                "{all}"
            );
        }
    }
}

//! The accept loop: connections in, bounded in number and patience, and a shutdown that lets them finish.

mod answers;
mod heads;
mod http;
mod secure;
mod waiting;

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use prometheus_client::metrics::gauge::Gauge;
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream, UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use self::http::Guest;
use self::waiting::Waiting;

/// How long what is sent may lie around because the other end doesn't take it; then the connection ends.
#[cfg(target_os = "linux")]
const SEND_TIMEOUT: Duration = Duration::from_secs(60);

/// The most connections that have not asked for anything yet.
const WAITING: usize = 4096;

/// How long each of these has in any case.
const GRACE: Duration = Duration::from_secs(2);

/// How long to wait when the system has no descriptor left for a connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Where connections come from.
#[derive(Debug)]
pub enum Listener {
    /// A TCP port.
    Tcp(TcpListener),
    /// A unix socket.
    Unix(UnixListener),
}

/// The other end of a request's connection. Whoever takes over the connection keeps a clone of it, so that it counts.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its address; a unix socket has none.
    pub address: Option<IpAddr>,
    _slot: Arc<Slot>,
}

/// One of the connections that may be open at once.
#[derive(Debug)]
struct Slot {
    open: Gauge,
    _permit: OwnedSemaphorePermit,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.open.dec();
    }
}

/// Whether the server is going down. A clone is another handle.
#[derive(Clone, Debug)]
pub struct Drain(Arc<watch::Sender<bool>>);

/// One who has to finish before the server may end: it is waited for until it is dropped.
#[derive(Debug)]
pub struct Draining(watch::Receiver<bool>);

impl Default for Drain {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Drain {
    /// A new one to wait for.
    pub fn enter(&self) -> Draining {
        Draining(self.0.subscribe())
    }

    /// Asks everyone to finish.
    pub fn begin(&self) {
        self.0.send_replace(true);
    }

    /// Waits until nobody is left.
    pub async fn finished(&self) {
        self.0.closed().await;
    }
}

impl Draining {
    /// Waits until the server goes down.
    pub async fn begun(&mut self) {
        // The sender can't be gone without it: then, too, it's time to finish.
        let _ = self.0.wait_for(|begun| *begun).await;
    }
}

/// Accepts connections until the drain begins, at most `max` at once, over TLS if there are rules for it; those that
/// are open finish on their own, and [`Drain::finished`] waits for them.
pub async fn serve(
    listener: Listener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    drain: Drain,
    max: usize,
    open: Gauge,
) {
    let slots = Arc::new(Semaphore::new(max));
    // Those who ask for nothing take at most half of the slots.
    let waiting = Waiting::new(WAITING.min(max / 2), GRACE);
    let mut end = drain.enter();
    loop {
        let accepted = async {
            // The slot first: beyond the cap, connections wait in the system's queue.
            let permit = slots.clone().acquire_owned().await;
            let accepted = listener.accept().await;
            (permit, accepted, waiting.enter().await)
        };
        let (permit, accepted, place) = tokio::select! {
            accepted = accepted => accepted,
            () = end.begun() => return,
        };
        let Ok(permit) = permit else { return };
        match accepted {
            Ok((stream, address)) => {
                open.inc();
                let slot = Slot {
                    open: open.clone(),
                    _permit: permit,
                };
                let peer = Peer {
                    address,
                    _slot: Arc::new(slot),
                };
                let guest = Guest {
                    peer,
                    router: router.clone(),
                    end: drain.enter(),
                    place,
                };
                match (stream, tls.clone()) {
                    (Stream::Tcp(stream), Some(tls)) => {
                        tokio::spawn(secure::serve(stream, tls, guest))
                    }
                    (Stream::Tcp(stream), None) => tokio::spawn(http::version_1(stream, guest)),
                    // Who may connect to a socket on this machine needs no encryption.
                    (Stream::Unix(stream), _) => tokio::spawn(http::version_1(stream, guest)),
                };
            }
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "could not accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

/// A connection as the system gives it.
enum Stream {
    Tcp(TcpStream),
    Unix(UnixStream),
}

impl Listener {
    async fn accept(&self) -> io::Result<(Stream, Option<IpAddr>)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, address) = listener.accept().await?;
                stream.set_nodelay(true)?;
                bound_sending(&stream)?;
                Ok((Stream::Tcp(stream), Some(address.ip())))
            }
            Self::Unix(listener) => {
                let (stream, _) = listener.accept().await?;
                Ok((Stream::Unix(stream), None))
            }
        }
    }
}

/// Ends a connection whose other end is gone or doesn't read, so that it keeps its slot no longer.
#[cfg(target_os = "linux")]
fn bound_sending(stream: &TcpStream) -> io::Result<()> {
    let millis = u32::try_from(SEND_TIMEOUT.as_millis()).unwrap_or(u32::MAX);
    Ok(rustix::net::sockopt::set_tcp_user_timeout(stream, millis)?)
}

/// Other systems have their own, longer patience.
#[cfg(not(target_os = "linux"))]
fn bound_sending(_: &TcpStream) -> io::Result<()> {
    Ok(())
}

/// Whether only the connection failed that was to be accepted, not the listener.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind as Kind;
    matches!(
        error.kind(),
        Kind::ConnectionRefused
            | Kind::ConnectionAborted
            | Kind::ConnectionReset
            | Kind::InvalidInput
    )
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    async fn start(router: Router, max: usize) -> (SocketAddr, Drain, Gauge) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (drain, open) = (Drain::default(), Gauge::default());
        tokio::spawn(serve(
            Listener::Tcp(listener),
            None,
            router,
            drain.clone(),
            max,
            open.clone(),
        ));
        (address, drain, open)
    }

    #[tokio::test]
    async fn a_request_that_runs_when_the_drain_begins_is_answered() {
        let (reached, mut reaches) = tokio::sync::mpsc::channel(1);
        let (go, gate) = watch::channel(false);
        let handler = move || {
            let (reached, mut gate) = (reached.clone(), gate.clone());
            async move {
                reached.send(()).await.unwrap();
                gate.wait_for(|go| *go).await.unwrap();
                "late"
            }
        };
        let (address, drain, open) = start(Router::new().route("/", get(handler)), 10).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        reaches.recv().await.unwrap();
        assert_eq!(open.get(), 1);
        drain.begin();
        go.send(true).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.ends_with("late"), "{answer}");
        drain.finished().await;
        assert_eq!(open.get(), 0);
    }

    #[tokio::test]
    async fn beyond_the_cap_a_connection_waits_for_another_to_end() {
        let (address, _drain, _open) =
            start(Router::new().route("/", get(|| async { "hi" })), 1).await;
        let first = TcpStream::connect(address).await.unwrap();
        let mut second = TcpStream::connect(address).await.unwrap();
        second
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        drop(first);
        let mut answer = String::new();
        second.read_to_string(&mut answer).await.unwrap();
        assert!(answer.ends_with("hi"), "{answer}");
    }
}

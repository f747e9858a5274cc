//! TLS before HTTP: the handshake, bounded in time, and what follows from it.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::http::{self, Guest};

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What TLS holds back of an answer that the client doesn't take.
const SEND_BUFFER: usize = 64 * 1024;

/// What every handshake begins with.
const HANDSHAKE_RECORD: u8 = 22;

/// Who speaks HTTP to a port that speaks TLS is told so, as far as it listens.
const PLAIN_ANSWER: &[u8] =
    b"HTTP/1.1 400 Bad Request\r\ncontent-type: text/plain; charset=utf-8\r\n\
    content-length: 56\r\ncache-control: no-store\r\nconnection: close\r\n\r\n\
    This port speaks TLS: write https:// before the address\n";

/// Serves what is agreed on in the handshake.
pub(super) async fn serve(stream: TcpStream, config: Arc<ServerConfig>, mut guest: Guest) {
    let give_way = guest.place.give_way();
    let shaken = tokio::select! {
        shaken = tokio::time::timeout(HANDSHAKE, shake_hands(stream, config)) => shaken,
        () = give_way.notified() => return,
        () = guest.end.begun() => return,
    };
    let stream = match shaken {
        Ok(Ok(Some(stream))) => stream,
        Ok(Ok(None)) => return,
        Ok(Err(error)) => return tracing::debug!(%error, "a TLS handshake failed"),
        Err(_) => return tracing::debug!("a TLS handshake took too long"),
    };
    match stream.get_ref().1.alpn_protocol() {
        Some(b"h2") => http::version_2(stream, guest).await,
        // Without the extension it is HTTP as it always was.
        Some(b"http/1.1") | None => http::version_1(stream, guest).await,
        // An ACME server has seen what it wanted to see.
        Some(_) => {}
    }
}

/// The handshake; none if the other end speaks no TLS.
async fn shake_hands(
    mut stream: TcpStream,
    config: Arc<ServerConfig>,
) -> io::Result<Option<TlsStream<TcpStream>>> {
    let mut first = [0];
    if stream.peek(&mut first).await? == 0 {
        return Ok(None);
    }
    if first[0] != HANDSHAKE_RECORD {
        if first[0].is_ascii_uppercase() {
            // What is unread when we close would take the answer with it.
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await?;
            stream.write_all(PLAIN_ANSWER).await?;
            stream.shutdown().await?;
        }
        return Ok(None);
    }
    let bounded = |connection: &mut rustls::ServerConnection| {
        connection.set_buffer_limit(Some(SEND_BUFFER));
    };
    let acceptor = TlsAcceptor::from(config);
    acceptor.accept_with(stream, bounded).await.map(Some)
}

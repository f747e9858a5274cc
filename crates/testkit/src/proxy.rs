//! A TCP proxy that breaks connections in the ways in which networks do.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What happens to the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They pass.
    Pass,
    /// They pass, later.
    Delay(Duration),
    /// They vanish, both ways, and nobody is told. A connection that lost bytes stays dead for good.
    Swallow,
    /// Connections are reset, new ones too.
    Cut,
}

/// What holds now, and how often connections were ended: a connection that looks late must not miss its own end.
#[derive(Clone, Copy, Debug)]
struct Weather {
    mode: Mode,
    cuts: u64,
    swallows: u64,
}

impl Weather {
    /// How a connection that began in the weather `then` has ended since, if it has.
    fn end(&self, then: Weather) -> Option<End> {
        if self.cuts != then.cuts {
            Some(End::Cut)
        } else if self.swallows != then.swallows {
            Some(End::Swallowed)
        } else {
            None
        }
    }
}

/// A proxy in front of one address; ends when dropped.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// A proxy on a free port before `target`, that lets everything pass.
    pub async fn before(target: &str) -> Self {
        Self::at("127.0.0.1:0", target).await
    }

    /// The same on a port of one's own.
    pub async fn at(listen: &str, target: &str) -> Self {
        let listener = TcpListener::bind(listen).await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let weather = watch::Sender::new(Weather {
            mode: Mode::Pass,
            cuts: 0,
            swallows: 0,
        });
        let accepting = tokio::spawn(accept(listener, target.to_owned(), weather.subscribe()));
        Self {
            address,
            weather,
            accepting,
        }
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// What happens to the bytes from now on.
    pub fn set(&self, mode: Mode) {
        self.weather.send_modify(|weather| {
            weather.mode = mode;
            weather.cuts += u64::from(mode == Mode::Cut);
            weather.swallows += u64::from(mode == Mode::Swallow);
        });
    }

    /// Resets every connection that is open now, and lets new ones pass.
    pub fn cut_once(&self) {
        self.weather.send_modify(|weather| {
            weather.mode = Mode::Pass;
            weather.cuts += 1;
        });
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, target: String, weather: watch::Receiver<Weather>) {
    while let Ok((client, _)) = listener.accept().await {
        let (target, weather) = (target.clone(), weather.clone());
        tokio::spawn(async move { carry(client, &target, weather).await });
    }
}

/// One connection from its start to its end.
async fn carry(client: TcpStream, target: &str, mut weather: watch::Receiver<Weather>) {
    let then = *weather.borrow_and_update();
    if then.mode == Mode::Cut {
        reset(client);
        return;
    }
    if then.mode == Mode::Swallow {
        swallow(client, None, weather, then.cuts).await;
        return;
    }
    let Ok(server) = TcpStream::connect(target).await else {
        reset(client);
        return;
    };
    // Without these, delays would be the system's own.
    let _ = client.set_nodelay(true);
    let _ = server.set_nodelay(true);
    let ((from_client, to_client), (from_server, to_server)) =
        (client.into_split(), server.into_split());
    let up = copy(from_client, to_server, weather.clone(), then);
    let down = copy(from_server, to_client, weather.clone(), then);
    let (up, down) = tokio::join!(up, down);
    let (Ok(client), Ok(server)) = (up.0.reunite(down.1), down.0.reunite(up.1)) else {
        return;
    };
    match up.2.max(down.2) {
        End::Closed => {}
        End::Swallowed => swallow(client, Some(server), weather, then.cuts).await,
        End::Cut => {
            reset(client);
            reset(server);
        }
    }
}

/// Why one direction of a connection ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Closed,
    Swallowed,
    Cut,
}

async fn copy(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut weather: watch::Receiver<Weather>,
    then: Weather,
) -> (OwnedReadHalf, OwnedWriteHalf, End) {
    let mut buffer = vec![0; 16 * 1024];
    let end = loop {
        let now = *weather.borrow_and_update();
        if let Some(end) = now.end(then) {
            break end;
        }
        let read = tokio::select! {
            biased;
            changed = weather.changed() => match changed {
                Ok(()) => continue,
                Err(_) => break End::Cut,
            },
            read = from.read(&mut buffer) => read,
        };
        let Ok(length @ 1..) = read else {
            // Half a connection that is closed is passed on as such.
            let _ = to.shutdown().await;
            break End::Closed;
        };
        if let Mode::Delay(delay) = now.mode {
            tokio::time::sleep(delay).await;
        }
        // A receiver that doesn't read holds bytes up; the weather changes all the same.
        let written = tokio::select! {
            written = to.write_all(&buffer[..length]) => written.is_ok(),
            end = turned(&mut weather, then) => break end,
        };
        if !written {
            break End::Cut;
        }
    };
    (from, to, end)
}

/// Waits until the weather ends a connection.
async fn turned(weather: &mut watch::Receiver<Weather>, then: Weather) -> End {
    let ended = weather.wait_for(|now| now.end(then).is_some()).await;
    // Without a proxy there is no connection.
    ended.map_or(End::Cut, |now| now.end(then).unwrap_or(End::Cut))
}

/// Reads what comes and forgets it until both ends are gone, or everything is cut.
async fn swallow(
    mut client: TcpStream,
    mut server: Option<TcpStream>,
    mut weather: watch::Receiver<Weather>,
    cuts: u64,
) {
    let all = async {
        tokio::join!(drain(Some(&mut client)), drain(server.as_mut()));
    };
    let cut = tokio::select! {
        () = all => false,
        _ = weather.wait_for(|weather| weather.cuts != cuts) => true,
    };
    if cut {
        reset(client);
        server.into_iter().for_each(reset);
    }
}

async fn drain(stream: Option<&mut TcpStream>) {
    let mut buffer = vec![0; 16 * 1024];
    if let Some(stream) = stream {
        while let Ok(1..) = stream.read(&mut buffer).await {}
    }
}

/// Ends a connection with a reset instead of an orderly end.
fn reset(stream: TcpStream) {
    // Without time to linger, closing is a reset; a stream that is gone already needs none.
    let _ = stream.set_zero_linger();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wait::PATIENCE;

    /// A server that says everything again.
    async fn echo() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut from, mut to) = stream.split();
                    tokio::io::copy(&mut from, &mut to).await
                });
            }
        });
        address
    }

    async fn says(stream: &mut TcpStream, word: &[u8; 4]) -> std::io::Result<[u8; 4]> {
        stream.write_all(word).await?;
        let mut heard = [0; 4];
        stream.read_exact(&mut heard).await?;
        Ok(heard)
    }

    #[tokio::test]
    async fn bytes_pass_late_or_never_or_end_in_a_reset() {
        let proxy = Proxy::before(&echo().await).await;
        let connect = || TcpStream::connect(proxy.address());
        let mut stream = connect().await.unwrap();
        assert_eq!(&says(&mut stream, b"pass").await.unwrap(), b"pass");

        proxy.set(Mode::Delay(Duration::from_millis(50)));
        let began = tokio::time::Instant::now();
        assert_eq!(&says(&mut stream, b"late").await.unwrap(), b"late");
        // Held up on the way there and on the way back.
        assert!(began.elapsed() >= Duration::from_millis(100));

        proxy.set(Mode::Swallow);
        stream.write_all(b"lost").await.unwrap();
        proxy.set(Mode::Pass);
        let mut other = connect().await.unwrap();
        assert_eq!(&says(&mut other, b"pass").await.unwrap(), b"pass");
        // The connection that lost bytes stays dead, and nobody is told.
        let dead = tokio::time::timeout(Duration::from_millis(200), says(&mut stream, b"dead"));
        assert!(dead.await.is_err());

        proxy.cut_once();
        for stream in [&mut stream, &mut other] {
            let mut byte = [0];
            let ended = tokio::time::timeout(PATIENCE, stream.read(&mut byte)).await;
            let kind = ended.unwrap().unwrap_err().kind();
            assert_eq!(kind, std::io::ErrorKind::ConnectionReset);
        }
        let mut stream = connect().await.unwrap();
        assert_eq!(&says(&mut stream, b"pass").await.unwrap(), b"pass");
        proxy.set(Mode::Cut);
        assert!(says(&mut stream, b"dead").await.is_err());
        let mut refused = connect().await.unwrap();
        assert!(says(&mut refused, b"dead").await.is_err());
    }
}

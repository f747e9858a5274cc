//! `parley admin`: administration without signing in, for whoever may read the data folder.
//!
//! Beside a running server the work is done by that server, over `admin.sock` in the data folder: one line of JSON
//! there, one line back. Without one, the database is opened here.

mod lines;
mod perform;
mod request;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use chat::{Chat, Error};
use serde::{Deserialize, Serialize};
use server::serve::Draining;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

use self::perform::{Output, perform};
use self::request::Request;
use super::serve::remove_stale;
use super::set_up;
use crate::cli::admin::Admin;
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::terminal::{print, say};
use crate::wire;

/// The longest request.
const LINE: u64 = 64 * 1024;

/// How long a request and its answer may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// How long to wait after a connection that could not be accepted.
const PAUSE: Duration = Duration::from_millis(500);

/// What is answered: what came of it, or why it wasn't done.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Done(Output),
    Refused(String),
}

/// Does one command.
pub(crate) fn run(config: &Config, command: Admin) -> anyhow::Result<()> {
    let data = DataDir::open(&config.data_dir)?;
    let (json, request) = (command.json, Request::of(command.command)?);
    match data.try_lock()? {
        Some(_lock) => {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()?;
            runtime.block_on(alone(config, &data, request, json))
        }
        None => {
            let socket = data.admin_socket();
            let mut request = Some(request);
            while let Some(next) = request.take() {
                request = show(ask(&socket, &next)?, next, json)?;
            }
            Ok(())
        }
    }
}

/// Shows what was answered; gives the request for the rest, where there is more.
fn show(answer: Answer, request: Request, json: bool) -> anyhow::Result<Option<Request>> {
    let output = match answer {
        Answer::Done(output) => output,
        Answer::Refused(text) => bail!(text),
    };
    if let Request::ExportActs { acts, csv, .. } = request {
        print(&output.text);
        let next = output.value["next"].as_i64();
        return Ok(next.map(|below| Request::ExportActs {
            acts,
            csv,
            below: Some(below),
        }));
    }
    if json {
        say(&serde_json::to_string_pretty(&output.value)?);
    } else if !output.text.is_empty() {
        say(&output.text);
    }
    match output.bad {
        Some(why) => bail!(why),
        None => Ok(None),
    }
}

/// Without a server.
async fn alone(
    config: &Config,
    data: &DataDir,
    request: Request,
    json: bool,
) -> anyhow::Result<()> {
    let address = config.address(&format!("http://{}", config.listen));
    let core = wire::core(config, data, address).await?;
    set_up::prepare(&core.chat, data).await?;
    let mut request = Some(request);
    let mut shown = Ok(());
    while let Some(next) = request.take() {
        let answer = done(&core.chat, next.clone()).await;
        match show(answer, next, json) {
            Ok(rest) => request = rest,
            Err(error) => shown = Err(error),
        }
    }
    core.store.close().await;
    shown
}

/// Through the running server.
fn ask(socket: &Path, request: &Request) -> anyhow::Result<Answer> {
    let mut stream = UnixStream::connect(socket)
        .context("a server is running on the data folder, but doesn't answer")?;
    stream.write_all(format!("{}\n", serde_json::to_string(request)?).as_bytes())?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    serde_json::from_str(&line).context("the running server is of another version")
}

/// Answers requests at the socket until the server goes down.
pub(crate) async fn listen(
    data: &DataDir,
    chat: Chat,
    mut end: Draining,
) -> anyhow::Result<impl Future<Output = ()> + use<>> {
    let path = data.admin_socket();
    remove_stale(&path).await?;
    let listener = UnixListener::bind(&path)
        .with_context(|| format!("cannot listen on {}", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(async move {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = end.begun() => break,
            };
            // One at a time: it is one person at a keyboard.
            let Ok((stream, _)) = accepted else {
                // Most likely no descriptor is left; that passes, and not by asking again at once.
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            match tokio::time::timeout(PATIENCE, answer(stream, &chat)).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "the admin socket was not answered"),
                Err(_) => tracing::warn!("a request at the admin socket took too long"),
            }
        }
        // It would only look as if a server were there.
        let _ = std::fs::remove_file(path);
    })
}

async fn answer(stream: tokio::net::UnixStream, chat: &Chat) -> anyhow::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut line = String::new();
    tokio::io::BufReader::new(reader.take(LINE))
        .read_line(&mut line)
        .await?;
    if line.is_empty() {
        // Another server that looks whether this one lives.
        return Ok(());
    }
    let answer = done(chat, serde_json::from_str(&line)?).await;
    writer
        .write_all(format!("{}\n", serde_json::to_string(&answer)?).as_bytes())
        .await?;
    Ok(())
}

/// Does what is asked, and says what came of it.
async fn done(chat: &Chat, request: Request) -> Answer {
    match perform(chat, request).await {
        Ok(output) => Answer::Done(output),
        Err(Error::Invalid(errors)) => {
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            Answer::Refused(errors.join("\n"))
        }
        Err(error) => Answer::Refused(error.to_string()),
    }
}

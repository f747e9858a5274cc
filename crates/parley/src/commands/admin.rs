//! `parley admin`: managing people without signing in, for whoever may read the data folder.
//!
//! Beside a running server the work is done by that server, over `admin.sock` in the data folder: one line of JSON
//! there, one line back. Without one, the database is opened here.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail};
use chat::admin::{Admin, NewAccount, UserChange, UsersQuery};
use chat::{Chat, Error};
use serde::{Deserialize, Serialize};
use server::serve::Draining;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixListener;

use super::serve::remove_stale;
use super::set_up;
use crate::cli::AdminCommand;
use crate::config::Config;
use crate::data_dir::DataDir;
use crate::terminal::say;
use crate::wire;

/// The longest request.
const LINE: u64 = 64 * 1024;

/// How long a request and its answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to wait after a connection that could not be accepted.
const PAUSE: Duration = Duration::from_millis(500);

/// How many people are read at once.
const PAGE: u32 = 200;

/// What is asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Request {
    ListUsers,
    CreateUser(CreateUser),
    ResetPassword { user: String },
    MakeOwner { user: String },
}

#[derive(Debug, Serialize, Deserialize)]
struct CreateUser {
    username: String,
    email: String,
    display_name: Option<String>,
    password: Option<String>,
}

/// What is answered: words for the person who asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Done(String),
    Refused(String),
}

/// The request that a command makes; a password comes from standard input, where no list of processes shows it.
fn request(command: AdminCommand) -> anyhow::Result<Request> {
    Ok(match command {
        AdminCommand::ListUsers => Request::ListUsers,
        AdminCommand::CreateUser {
            username,
            email,
            display_name,
            password_stdin,
        } => {
            let password = password_stdin.then(read_password).transpose()?;
            Request::CreateUser(CreateUser {
                username,
                email,
                display_name,
                password,
            })
        }
        AdminCommand::ResetPassword { user } => Request::ResetPassword { user },
        AdminCommand::MakeOwner { user } => Request::MakeOwner { user },
    })
}

fn read_password() -> anyhow::Result<String> {
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .context("cannot read the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Does one command.
pub(crate) fn run(config: &Config, command: AdminCommand) -> anyhow::Result<()> {
    let data = DataDir::open(&config.data_dir)?;
    let request = request(command)?;
    let answer = match data.try_lock()? {
        Some(_lock) => {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .enable_all()
                .build()?;
            runtime.block_on(alone(config, &data, request))?
        }
        None => ask(&data.admin_socket(), &request)?,
    };
    match answer {
        Answer::Done(text) => {
            say(&text);
            Ok(())
        }
        Answer::Refused(text) => bail!(text),
    }
}

/// Without a server.
async fn alone(config: &Config, data: &DataDir, request: Request) -> anyhow::Result<Answer> {
    let address = config.address(&format!("http://{}", config.listen));
    let core = wire::core(config, data, address).await?;
    set_up::prepare(&core.chat, data).await?;
    let answer = perform(&core.chat, request).await;
    core.store.close().await;
    Ok(answer)
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
    let answer = perform(chat, serde_json::from_str(&line)?).await;
    writer
        .write_all(format!("{}\n", serde_json::to_string(&answer)?).as_bytes())
        .await?;
    Ok(())
}

/// Does what is asked.
async fn perform(chat: &Chat, request: Request) -> Answer {
    let done = match request {
        Request::ListUsers => list_users(chat).await,
        Request::CreateUser(new) => create_user(chat, new).await,
        Request::ResetPassword { user } => reset_link(chat, &user).await,
        Request::MakeOwner { user } => make_owner(chat, &user).await,
    };
    match done {
        Ok(text) => Answer::Done(text),
        Err(Error::Invalid(errors)) => {
            let errors: Vec<_> = errors.iter().map(ToString::to_string).collect();
            Answer::Refused(errors.join("\n"))
        }
        Err(error) => Answer::Refused(error.to_string()),
    }
}

async fn create_user(chat: &Chat, new: CreateUser) -> Result<String, Error> {
    let account = NewAccount {
        username: new.username,
        email: new.email,
        display_name: new.display_name,
        password: new.password,
        role: None,
    };
    let made = chat.admin_create_user(Admin::operator(), account).await?;
    let text = format!("{} has an account now.", made.user.user.username);
    Ok(match made.reset_url {
        Some(link) => format!("{text} A password can be set once, within an hour, at\n  {link}"),
        None => text,
    })
}

async fn reset_link(chat: &Chat, login: &str) -> Result<String, Error> {
    let user = chat.admin_find_user(login).await?;
    let link = chat.admin_reset_link(Admin::operator(), user.id).await?;
    let url = link.url;
    Ok(format!(
        "A new password for {login} can be set once, within an hour, at\n  {url}"
    ))
}

async fn make_owner(chat: &Chat, login: &str) -> Result<String, Error> {
    let user = chat.admin_find_user(login).await?;
    let change = UserChange {
        role: Some("owner".to_owned()),
        ..UserChange::default()
    };
    chat.admin_update_user(Admin::operator(), user.id, change)
        .await?;
    Ok(format!(
        "{} is an owner of the workspace now.",
        user.username
    ))
}

/// One person a line: name, role, since when, and whether they are still active.
async fn list_users(chat: &Chat) -> Result<String, Error> {
    let mut lines = Vec::new();
    let mut after = None;
    loop {
        let everybody = UsersQuery::default();
        let page = chat
            .admin_users(Admin::operator(), everybody, after, PAGE)
            .await?;
        lines.extend(page.items.iter().map(|user| {
            let user = &user.user;
            let state = if user.deactivated_at.is_some() {
                "  deactivated"
            } else {
                ""
            };
            format!(
                "{:<32}  {:<13}  {}{state}",
                user.username.as_str(),
                user.role.as_str(),
                user.created_at
            )
        }));
        after = page.next;
        if after.is_none() {
            return Ok(lines.join("\n"));
        }
    }
}

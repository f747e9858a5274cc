//! A workspace that is being set up, its clock, and its mailbox.

use std::path::PathBuf;
use std::sync::Arc;

use chat::accounts::{Register, Registered};
use chat::admin::{Admin, WorkspaceChange};
use chat::mail::Mailer;
use chat::sealing::Sealer;
use chat::sessions::{Device, Login, SignIn};
use chat::setup::Setup;
use chat::{Caller, Chat, Error, Result, Settings};
use files::staging::Staging;
use files::storage::Storage;
use model::code::Code;
use model::time::{Clock, Timestamp};
use parking_lot::Mutex;
use store::streams::LogKeep;
use store::{Notice, Options, Store};
use testkit::{Database, children};

/// A password that nobody guesses.
pub(crate) const PASSWORD: &str = "plum tree at dusk";

pub(crate) struct World {
    pub(crate) chat: Chat,
    pub(crate) clock: Clock,
    pub(crate) frames: Arc<Mutex<Vec<String>>>,
    mail: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new(db: &Database) -> Self {
        Self::with_limits(db, false).await
    }

    pub(crate) async fn with_limits(db: &Database, rate_limits: bool) -> Self {
        let database = match (db.path(), db.url()) {
            (Some(path), _) => store::Database::Sqlite(path),
            (None, Some(url)) => store::Database::Postgres(url.to_owned()),
            (None, None) => unreachable!(),
        };
        let clock = Clock::manual(Timestamp::from_micros(1_769_847_300_000_000));
        let frames = Arc::new(Mutex::new(Vec::new()));
        let sink = frames.clone();
        let store = Store::open(Options {
            database,
            clock: clock.clone(),
            on_commit: Arc::new(move |notice| match notice {
                Notice::Committed(events) => {
                    sink.lock()
                        .extend(events.into_iter().map(|event| event.frame));
                }
                Notice::Uncertain(streams) => panic!("an outcome is unknown: {streams:?}"),
            }),
        })
        .await
        .unwrap();
        let mail = children::folder();
        let settings = Settings {
            public_url: "https://chat.example.org".to_owned(),
            rate_limits,
            mailer: Mailer::folder(mail.path().to_owned(), "Parley <parley@example.org>").unwrap(),
            mail_server_is_set: false,
            sealer: Sealer::new(&[7; 32]).unwrap(),
            log_keep: LogKeep::default(),
            storage: Storage::Disk(mail.path().join("files")),
            staging: Staging::at(mail.path().join("uploads")),
        };
        Self {
            chat: Chat::new(store, settings),
            clock,
            frames,
            mail,
        }
    }

    /// Sets the workspace up with the owner `olga`.
    pub(crate) async fn set_up(&self, policy: &str) -> Caller {
        let token = self.chat.prepare_setup(None).await.unwrap().unwrap();
        let done = self
            .chat
            .set_up(setup(token.expose(), policy), device())
            .await
            .unwrap();
        self.caller(&done).await
    }

    /// Registers somebody, who is signed in at once.
    pub(crate) async fn register(&self, name: &str) -> SignIn {
        let input = registration(name, None);
        match self.chat.register(input, device()).await.unwrap() {
            Registered::SignedIn(done) => *done,
            Registered::Mailed => panic!("{name} has to confirm their address"),
        }
    }

    pub(crate) async fn log_in(&self, login: &str, password: &str) -> Result<SignIn> {
        let login = Login {
            login: login.to_owned(),
            password: password.to_owned(),
        };
        self.chat.log_in(login, device()).await
    }

    pub(crate) async fn caller(&self, signed_in: &SignIn) -> Caller {
        self.chat
            .authenticate(signed_in.token.expose(), device().address)
            .await
            .unwrap()
    }

    pub(crate) async fn is_signed_in(&self, signed_in: &SignIn) -> bool {
        let token = signed_in.token.expose();
        self.chat.authenticate(token, None).await.is_ok()
    }

    /// Does all jobs that are due, and answers the mails that lie in the mailbox now, oldest first.
    pub(crate) async fn mails(&self) -> Vec<String> {
        while self.chat.run_due_jobs().await.unwrap() > 0 {}
        let paths = self.mailbox();
        let read = |path| std::fs::read_to_string(path).unwrap().replace("=\r\n", "");
        paths.into_iter().map(read).collect()
    }

    /// The mails that lie in the mailbox, oldest first.
    pub(crate) fn mailbox(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.mail.path()).unwrap();
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|kind| kind == "eml"));
        paths.sort();
        paths
    }

    /// Makes the mailbox unable to take mails, or able again.
    pub(crate) fn break_mailbox(&self, broken: bool) {
        let path = self.mail.path();
        if broken {
            std::fs::remove_dir_all(path).unwrap();
            std::fs::write(path, "in the way").unwrap();
        } else {
            std::fs::remove_file(path).unwrap();
            std::fs::create_dir(path).unwrap();
        }
    }

    /// Makes the folder where files are put together one that can't be read.
    pub(crate) fn break_uploads(&self) {
        std::fs::write(self.mail.path().join("uploads"), "in the way").unwrap();
    }

    pub(crate) async fn change(&self, by: Caller, change: WorkspaceChange) -> Result<()> {
        self.chat
            .update_workspace(Admin::caller(by, &device()), change)
            .await
            .map(drop)
    }
}

/// The secret in the link to `page` in a mail's text.
pub(crate) fn token_in(mail: &str, page: &str) -> String {
    let mail = mail.replace("=3D", "=");
    let link = format!("https://chat.example.org/{page}#token=");
    let (_, rest) = mail
        .split_once(&link)
        .unwrap_or_else(|| panic!("no link in {mail}"));
    let secret = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    rest.chars().take_while(secret).collect()
}

pub(crate) fn device() -> Device {
    Device {
        address: "192.0.2.1".parse().ok(),
        name: "Firefox".to_owned(),
    }
}

pub(crate) fn elsewhere(last: u8) -> Device {
    Device {
        address: format!("198.51.100.{last}").parse().ok(),
        name: "curl".to_owned(),
    }
}

pub(crate) fn setup(token: &str, policy: &str) -> Setup {
    Setup {
        token: token.to_owned(),
        workspace: "Tulips".to_owned(),
        username: "olga".to_owned(),
        email: "olga@example.org".to_owned(),
        display_name: Some("Olga".to_owned()),
        password: PASSWORD.to_owned(),
        join_policy: policy.to_owned(),
    }
}

pub(crate) fn registration(name: &str, invite: Option<String>) -> Register {
    Register {
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        display_name: None,
        password: Some(PASSWORD.to_owned()),
        invite,
    }
}

/// The code of a refusal; a single wrong field's code, if it is one.
#[track_caller]
pub(crate) fn code<T>(result: Result<T>) -> Code {
    match result.err().expect("a refusal") {
        Error::Refused(code) | Error::RefusedBecause(code, _) => code,
        Error::Invalid(errors) => errors[0].code,
        Error::NotFound => Code::NotFound,
        Error::RateLimited(_) => Code::RateLimited,
        other => panic!("{other}"),
    }
}

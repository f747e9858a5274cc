//! The mail server: set by the environment, or by an administrator and then kept sealed; and whether it works.

use std::sync::Arc;

use model::code::{Code, FieldError};
use model::permission::{WorkspaceAct, in_workspace};
use model::text::Email;
use model::time::Timestamp;
use serde::{Deserialize, Serialize};
use store::administration::{self, Mark};
use store::{Tx, users, workspace};
use utoipa::ToSchema;

use super::Admin;
use crate::Chat;
use crate::audit::Action;
use crate::error::{Error, Result};
use crate::limits;
use crate::mail::{Content, InvalidMail, Mailer, Template};
use crate::sealing::Purpose;

/// The longest address of a server, and the longest sender.
const URL: usize = 2_000;
const SENDER: usize = 400;

/// Where the mail server was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MailSource {
    /// By `PARLEY_SMTP_URL`.
    Environment,
    /// By an administrator.
    Database,
    /// Nowhere: mails become files in the data folder.
    None,
}

/// How mails are sent; never the password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MailSetup {
    /// Where it was set.
    pub source: MailSource,
    /// The server, with its scheme and port.
    #[schema(required, example = "smtps://mail.example.org:465")]
    pub server: Option<String>,
    /// Who we are there.
    #[schema(required)]
    pub user: Option<String>,
    /// Who mails come from.
    #[schema(example = "Parley <parley@example.org>")]
    pub from: String,
    /// Whether there is a password.
    pub has_password: bool,
    /// When the server last took a mail.
    #[schema(required)]
    pub last_success_at: Option<Timestamp>,
    /// Why it didn't take the last one, if it didn't.
    #[schema(required)]
    pub last_error: Option<String>,
}

/// A mail server.
#[derive(Clone, Deserialize, ToSchema)]
pub struct NewMailServer {
    /// `smtps://user:password@host`, or `smtp://…` with STARTTLS.
    #[schema(example = "smtps://parley:secret@mail.example.org")]
    pub url: String,
    /// Who mails come from: an address, or `Name <address>`.
    #[schema(example = "Parley <parley@example.org>")]
    pub from: String,
}

/// A mail to try the server with.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct TestMail {
    /// To whom; left out: the caller.
    pub to: Option<String>,
}

/// Where a mail went to.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TestedMail {
    /// The address.
    pub to: Email,
}

/// Who sends mails now, and where that was set.
pub(crate) struct Current {
    pub(crate) source: MailSource,
    pub(crate) mailer: Mailer,
}

/// The mailer of an administrator's setting, as of when it was set.
pub(crate) type Cached = Option<(Timestamp, Arc<Mailer>)>;

impl Chat {
    /// Who sends mails now.
    pub(crate) async fn mailer(&self) -> Result<Current> {
        let settings = self.settings();
        if settings.mail_server_is_set {
            return Ok(Current {
                source: MailSource::Environment,
                mailer: settings.mailer.clone(),
            });
        }
        let set = self
            .store()
            .read(async |tx| -> Result<_> { Ok(administration::mail(tx).await?) });
        let Some((sealed, sender, changed_at)) = set.await? else {
            return Ok(Current {
                source: MailSource::None,
                mailer: settings.mailer.clone(),
            });
        };
        let source = MailSource::Database;
        if let Some((at, mailer)) = &*self.inner.mailer.lock()
            && *at == changed_at
        {
            let mailer = Mailer::clone(mailer);
            return Ok(Current { source, mailer });
        }
        let url = settings.sealer.open(Purpose::MailServer, &sealed)?;
        let mailer =
            Mailer::smtp(&url, &sender).map_err(|error| Error::Internal(error.to_string()))?;
        *self.inner.mailer.lock() = Some((changed_at, Arc::new(mailer.clone())));
        Ok(Current { source, mailer })
    }

    /// Writes a mail, sends it, and notes whether that went well.
    pub(crate) async fn mail(
        &self,
        template: Template,
        to: &Email,
        content: &Content,
    ) -> Result<()> {
        let Current { source, mailer } = self.mailer().await?;
        let sent = mailer.send(template, to, content, self.clock().now()).await;
        if source == MailSource::None {
            return sent;
        }
        let (mark, note) = match &sent {
            Ok(()) => (Mark::MailSent, String::new()),
            Err(error) => (Mark::MailFailed, error.to_string()),
        };
        let noted = self.store().write(&[], async move |tx| -> Result<_> {
            Ok(administration::set_mark(tx, mark, &note).await?)
        });
        if let Err(error) = noted.await {
            tracing::warn!(%error, "how a mail went could not be noted");
        }
        sent
    }

    /// How mails are sent.
    pub async fn admin_mail(&self, admin: Admin) -> Result<MailSetup> {
        self.check(&admin).await?;
        self.mail_setup().await
    }

    async fn mail_setup(&self) -> Result<MailSetup> {
        let marks = self.store().read(async |tx| -> Result<_> {
            let sent = administration::mark(tx, Mark::MailSent).await?;
            let failed = administration::mark(tx, Mark::MailFailed).await?;
            Ok((sent, failed))
        });
        let (sent, failed) = marks.await?;
        let last_success_at = sent.map(|(at, _)| at);
        let last_error = failed
            .filter(|(at, _)| last_success_at.is_none_or(|sent| *at > sent))
            .map(|(_, note)| note);
        let (source, mailer, last_error) = match self.mailer().await {
            Ok(Current { source, mailer }) => (source, mailer, last_error),
            // What can't be opened any more is said, so that it can be set anew.
            Err(Error::Internal(why)) => {
                let nobody = self.settings().mailer.clone();
                (MailSource::Database, nobody, Some(why))
            }
            Err(error) => return Err(error),
        };
        let server = mailer.server();
        Ok(MailSetup {
            source,
            server: server.map(|server| server.address.clone()),
            user: server.and_then(|server| server.user.clone()),
            from: mailer.from(),
            has_password: server.is_some_and(|server| server.has_password),
            last_success_at,
            last_error,
        })
    }

    /// Sets the mail server; its address is kept sealed.
    pub async fn admin_set_mail(&self, admin: Admin, input: NewMailServer) -> Result<MailSetup> {
        self.may_choose(&admin).await?;
        let too_long = |field, most: usize| {
            let detail = format!("at most {most} characters");
            Error::from(FieldError::new(field, Code::TooLong, detail))
        };
        if input.url.len() > URL {
            return Err(too_long("url", URL));
        }
        if input.from.len() > SENDER {
            return Err(too_long("from", SENDER));
        }
        let mailer = Mailer::smtp(&input.url, &input.from).map_err(|error| {
            let field = match error {
                InvalidMail::Server(_) => "url",
                InvalidMail::Sender(_) => "from",
            };
            FieldError::new(field, Code::BadFormat, error.to_string())
        })?;
        self.refuse_fixed_mail()?;
        let sealed = self
            .settings()
            .sealer
            .seal(Purpose::MailServer, &input.url)?;
        let server = mailer.server().map(|server| server.address.clone());
        self.store()
            .write(&[], async move |tx| {
                may_choose(tx, &admin).await?;
                administration::set_mail(tx, &sealed, &input.from).await?;
                let data = serde_json::json!({ "server": server, "from": input.from });
                admin.record(tx, Action::MailSet, &"mail", data).await
            })
            .await?;
        self.mail_setup().await
    }

    /// Takes the mail server away that an administrator set.
    pub async fn admin_remove_mail(&self, admin: Admin) -> Result<()> {
        self.may_choose(&admin).await?;
        self.refuse_fixed_mail()?;
        self.store()
            .write(&[], async move |tx| {
                may_choose(tx, &admin).await?;
                if !administration::remove_mail(tx).await? {
                    return Ok(());
                }
                admin
                    .record(tx, Action::MailRemoved, &"mail", serde_json::json!({}))
                    .await
            })
            .await
    }

    /// Sends a mail to try the server with; a refusal says what the server said.
    pub async fn admin_test_mail(&self, admin: Admin, input: TestMail) -> Result<TestedMail> {
        self.check(&admin).await?;
        let to = match input.to {
            Some(to) => Some(Email::parse(&to).map_err(|error| error.of("to"))?),
            None => None,
        };
        if let Some(user) = admin.user() {
            self.limit(vec![limits::MAIL_TEST.by_text(&user.to_string())])
                .await?;
        }
        let prepared = self.store().write(&[], async move |tx| -> Result<_> {
            admin.role(tx).await?;
            let account = match admin.user() {
                Some(user) => users::get_account(tx, user).await?,
                None => None,
            };
            let own = account.as_ref().and_then(|account| account.email.clone());
            let to = to
                .clone()
                .or(own)
                .ok_or_else(|| FieldError::new("to", Code::Empty, "an e-mail address is needed"))?;
            let data = serde_json::json!({ "to": to });
            admin.record(tx, Action::MailTested, &"mail", data).await?;
            let name = workspace::get(tx).await?.workspace.name.into_string();
            let username = account.map(|account| account.user.username.into_string());
            Ok((to, name, username.unwrap_or_default()))
        });
        let (to, workspace, username) = prepared.await?;
        let content = Content {
            workspace,
            username,
            link: self.settings().public_url.clone(),
            ..Content::default()
        };
        match self.mail(Template::Test, &to, &content).await {
            Ok(()) => Ok(TestedMail { to }),
            Err(error) => Err(Error::RefusedBecause(Code::MailFailed, error.to_string())),
        }
    }

    fn refuse_fixed_mail(&self) -> Result<()> {
        match self.settings().mail_server_is_set {
            true => Err(Error::Refused(Code::SetByEnvironment)),
            false => Ok(()),
        }
    }

    async fn may_choose(&self, admin: &Admin) -> Result<()> {
        let admin = admin.clone();
        self.store()
            .read(async move |tx| may_choose(tx, &admin).await)
            .await
    }

    /// Refuses who doesn't administer, before anything else is looked at.
    pub(super) async fn check(&self, admin: &Admin) -> Result<()> {
        let admin = admin.clone();
        self.store()
            .read(async move |tx| admin.role(tx).await.map(drop))
            .await
    }
}

/// Refuses who may not choose the mail server: whoever reads the mails could become every owner. No token may
/// either: who found it would.
async fn may_choose(tx: &mut Tx, admin: &Admin) -> Result<()> {
    in_workspace(admin.role(tx).await?, WorkspaceAct::ChooseMailServer)?;
    admin.needs_session()
}

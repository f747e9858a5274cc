//! Mails: written from templates as text and HTML, sent over SMTP, or kept as files where there is no mail server.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::{AsyncSmtpTransport, AsyncSmtpTransportBuilder};
use lettre::{Address, AsyncTransport, Message, Tokio1Executor};
use minijinja::Environment;
use model::id::JobId;
use model::text::Email;
use model::time::Timestamp;
use tokio::io::AsyncWriteExt;

use crate::error::{Error, Result};

/// How long a mail server may take for a mail: less than a request may, so that who tries the server is told of it.
const TIMEOUT: Duration = Duration::from_secs(25);

/// A setting of the mail that can't be used; the text doesn't repeat the setting, which may hold a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMail {
    /// The address of the mail server.
    #[error("not the address of a mail server, as in smtps://user:password@mail.example.org: {0}")]
    Server(String),
    /// The sender.
    #[error("not a sender, as in \"Parley <parley@example.org>\": {0}")]
    Sender(String),
}

/// Sends mails.
#[derive(Clone)]
pub struct Mailer(Arc<Parts>);

struct Parts {
    from: Mailbox,
    transport: Transport,
    templates: Environment<'static>,
}

/// What may be shown of a mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Scheme, host and port, and how the link is encrypted where that was said.
    pub address: String,
    /// Who we are there.
    pub user: Option<String>,
    /// Whether there is a password.
    pub has_password: bool,
}

impl Server {
    /// What may be shown of a server's address.
    fn of(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("smtp", url));
        let said = ["?tls=required", "?tls=opportunistic"]
            .into_iter()
            .find(|said| scheme == "smtp" && rest.contains(said))
            .unwrap_or_default();
        let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let (own, host) = match rest.rsplit_once('@') {
            Some((own, host)) => (Some(own), host),
            None => (None, rest),
        };
        let (user, password) = match own.and_then(|own| own.split_once(':')) {
            Some((user, password)) => (Some(user), !password.is_empty()),
            None => (own, false),
        };
        Self {
            address: format!("{scheme}://{host}{said}"),
            user: user.filter(|user| !user.is_empty()).map(str::to_owned),
            has_password: password,
        }
    }
}

enum Transport {
    Smtp(Box<Smtp>),
    Folder(PathBuf),
}

struct Smtp {
    known: Server,
    server: AsyncSmtpTransportBuilder,
    /// Made with the first mail: it starts tasks, and settings are read before there is a runtime.
    links: OnceLock<AsyncSmtpTransport<Tokio1Executor>>,
}

/// Which mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    /// A link to a new password.
    Reset,
    /// A link that ends a registration.
    Confirm,
    /// The password was changed.
    Changed,
    /// They rose to another role.
    Role,
    /// The e-mail address was changed.
    Address,
    /// The mail server is tried.
    Test,
}

/// What a mail is about; what the templates can name. Nobody's display name but an administrator's: whoever registers
/// with another's address could write to them with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Content {
    /// The workspace's name.
    pub(crate) workspace: String,
    /// The user name.
    pub(crate) username: String,
    /// Where to go.
    pub(crate) link: String,
    /// The role that they rose to.
    pub(crate) role: &'static str,
    /// Who did it.
    pub(crate) by: String,
}

impl Template {
    const fn files(self) -> (&'static str, &'static str) {
        match self {
            Self::Reset => ("reset.txt", "reset.html"),
            Self::Confirm => ("confirm.txt", "confirm.html"),
            Self::Changed => ("changed.txt", "changed.html"),
            Self::Role => ("role.txt", "role.html"),
            Self::Address => ("address.txt", "address.html"),
            Self::Test => ("test.txt", "test.html"),
        }
    }

    fn subject(self, content: &Content) -> String {
        let Content {
            workspace, role, ..
        } = content;
        match self {
            Self::Reset => format!("A new password for {workspace}"),
            Self::Confirm => format!("Confirm your address for {workspace}"),
            Self::Changed => format!("Your password for {workspace} was changed"),
            Self::Role => format!("You are an {role} of {workspace} now"),
            Self::Address => format!("Your e-mail address for {workspace} was changed"),
            Self::Test => format!("{workspace} can send mails"),
        }
    }
}

impl Mailer {
    /// Mails go to the server at `url`: `smtps://…`, or `smtp://…` with STARTTLS where the server offers it, and always
    /// where there is a password to send.
    pub fn smtp(url: &str, from: &str) -> Result<Self, InvalidMail> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(url))
            .map_err(|error| InvalidMail::Server(reason(&error)))?;
        let smtp = Smtp {
            known: Server::of(url),
            server: builder.timeout(Some(TIMEOUT)),
            links: OnceLock::new(),
        };
        Self::new(Transport::Smtp(Box::new(smtp)), from)
    }

    /// Mails become `.eml` files in `folder`, which is made when the first is written.
    pub fn folder(folder: PathBuf, from: &str) -> Result<Self, InvalidMail> {
        Self::new(Transport::Folder(folder), from)
    }

    fn new(transport: Transport, from: &str) -> Result<Self, InvalidMail> {
        let from = from
            .parse()
            .map_err(|error: lettre::address::AddressError| {
                InvalidMail::Sender(error.to_string())
            })?;
        let templates = templates().map_err(|error| InvalidMail::Sender(error.to_string()))?;
        Ok(Self(Arc::new(Parts {
            from,
            transport,
            templates,
        })))
    }

    /// The server, if mails go to one.
    pub(crate) fn server(&self) -> Option<&Server> {
        match &self.0.transport {
            Transport::Smtp(smtp) => Some(&smtp.known),
            Transport::Folder(_) => None,
        }
    }

    /// Who mails come from.
    pub(crate) fn from(&self) -> String {
        self.0.from.to_string()
    }

    /// Writes a mail and sends it.
    pub(crate) async fn send(
        &self,
        template: Template,
        to: &Email,
        content: &Content,
        now: Timestamp,
    ) -> Result<()> {
        let message = self.compose(template, to, content, now)?;
        match &self.0.transport {
            Transport::Smtp(smtp) => {
                let links = smtp.links.get_or_init(|| smtp.server.clone().build());
                // The client's own limit ends with the connection: a server that then says nothing would hold it for good.
                let sent = tokio::time::timeout(TIMEOUT, links.send(message)).await;
                sent.map_err(|_| undelivered("the server didn't answer in time"))?
                    .map_err(undelivered)?;
                tracing::info!(mail = ?template, "a mail was handed to the mail server");
            }
            Transport::Folder(folder) => {
                let path = write(folder, &message.formatted(), now)
                    .await
                    .map_err(undelivered)?;
                tracing::info!(mail = ?template, path = %path.display(), "no mail server is set: a mail was written to a file");
            }
        }
        Ok(())
    }

    fn compose(
        &self,
        template: Template,
        to: &Email,
        content: &Content,
        now: Timestamp,
    ) -> Result<Message> {
        let subject = template.subject(content);
        let (text, html) = template.files();
        let render = |file| -> Result<String, minijinja::Error> {
            let Content {
                workspace,
                username,
                link,
                role,
                by,
            } = content;
            let context = minijinja::context! { subject => &subject, workspace, username, link, role => *role, by };
            self.0.templates.get_template(file)?.render(context)
        };
        let text = render(text).map_err(unwritten)?;
        let html = render(html).map_err(unwritten)?;
        let to: Address = to.as_str().parse().map_err(unwritten)?;
        let id = format!("<{}@{}>", JobId::new(now), self.0.from.email.domain());
        // Answering machines must not answer.
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        Message::builder()
            .from(self.0.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .message_id(Some(id))
            .raw_header(automatic)
            .multipart(MultiPart::alternative_plain_html(text, html))
            .map_err(unwritten)
    }
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let transport = match &self.0.transport {
            Transport::Smtp(_) => "SMTP".to_owned(),
            Transport::Folder(folder) => folder.display().to_string(),
        };
        write!(f, "Mailer({} by {transport})", self.0.from)
    }
}

/// Adds to an `smtp://` address how it is encrypted, if it doesn't say.
fn with_tls(url: &str) -> String {
    if !url.starts_with("smtp://") || url.contains("tls=") {
        return url.to_owned();
    }
    let join = if url.contains('?') { '&' } else { '?' };
    let tls = if url.contains('@') {
        "required"
    } else {
        "opportunistic"
    };
    format!("{url}{join}tls={tls}")
}

fn templates() -> Result<Environment<'static>, minijinja::Error> {
    let mut templates = Environment::new();
    // Names that end in .html are escaped.
    for (name, source) in [
        ("layout.html", include_str!("../mail/layout.html")),
        ("button.html", include_str!("../mail/button.html")),
        ("reset.html", include_str!("../mail/reset.html")),
        ("reset.txt", include_str!("../mail/reset.txt")),
        ("confirm.html", include_str!("../mail/confirm.html")),
        ("confirm.txt", include_str!("../mail/confirm.txt")),
        ("changed.html", include_str!("../mail/changed.html")),
        ("changed.txt", include_str!("../mail/changed.txt")),
        ("role.html", include_str!("../mail/role.html")),
        ("role.txt", include_str!("../mail/role.txt")),
        ("address.html", include_str!("../mail/address.html")),
        ("address.txt", include_str!("../mail/address.txt")),
        ("test.html", include_str!("../mail/test.html")),
        ("test.txt", include_str!("../mail/test.txt")),
    ] {
        templates.add_template(name, source)?;
    }
    Ok(templates)
}

/// Writes a mail to a file of its own, whole or not at all, and for the server's user only: it holds a link.
async fn write(folder: &Path, mail: &[u8], now: Timestamp) -> std::io::Result<PathBuf> {
    let mut folders = tokio::fs::DirBuilder::new();
    folders.recursive(true).mode(0o700).create(folder).await?;
    let name = JobId::new(now).to_string();
    let (part, path) = (
        folder.join(format!("{name}.part")),
        folder.join(format!("{name}.eml")),
    );
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let mut file = options.open(&part).await?;
    file.write_all(mail).await?;
    file.flush().await?;
    tokio::fs::rename(&part, &path).await?;
    Ok(path)
}

/// The cause below lettre's own wording, which is the telling one.
fn reason(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

fn unwritten(cause: impl fmt::Display) -> Error {
    Error::Internal(format!("a mail can't be written: {cause}"))
}

fn undelivered(cause: impl fmt::Display) -> Error {
    Error::Internal(format!("a mail was not sent: {cause}"))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn content() -> Content {
        Content {
            workspace: "Tulips & <Friends>".to_owned(),
            username: "ana".to_owned(),
            link: "http://127.0.0.1:8080/reset#token=prst_x".to_owned(),
            role: "owner",
            by: "Olga <olga>".to_owned(),
        }
    }

    const NOW: Timestamp = Timestamp::from_micros(1_769_847_300_000_000);

    #[tokio::test]
    async fn a_mail_without_a_server_is_a_file_with_text_and_escaped_html() {
        let folder = tempfile::tempdir().unwrap();
        let mailer =
            Mailer::folder(folder.path().join("mail"), "Parley <parley@example.org>").unwrap();
        let to = Email::parse("ana@example.org").unwrap();
        for template in [
            Template::Reset,
            Template::Confirm,
            Template::Changed,
            Template::Role,
            Template::Address,
            Template::Test,
        ] {
            mailer.send(template, &to, &content(), NOW).await.unwrap();
        }
        let files: Vec<_> = std::fs::read_dir(folder.path().join("mail"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        assert_eq!(files.len(), 6);
        for file in files {
            assert_eq!(file.extension().unwrap(), "eml");
            let mode = std::fs::metadata(&file).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
            let mail = std::fs::read_to_string(file).unwrap().replace("=\r\n", "");
            assert!(mail.contains("To: ana@example.org\r\n"), "{mail}");
            assert!(mail.contains("Tulips & <Friends>"), "{mail}");
            assert!(mail.contains("Tulips &amp; &lt;Friends&gt;"), "{mail}");
            assert!(
                mail.contains("/reset#token=3Dprst_x") || mail.contains("/reset#token=prst_x"),
                "{mail}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_that_says_nothing_is_told_of_before_a_request_ends() {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("smtp://{}", silent.local_addr().unwrap());
        let mailer = Mailer::smtp(&url, "parley@example.org").unwrap();
        let to = Email::parse("ana@example.org").unwrap();
        let content = content();
        let sent = mailer.send(Template::Test, &to, &content, NOW);
        let (sent, _link) = tokio::join!(
            tokio::time::timeout(Duration::from_secs(30), sent),
            silent.accept()
        );
        let error = sent.unwrap().unwrap_err().to_string();
        assert!(error.contains("didn't answer in time"), "{error}");
    }

    #[test]
    fn what_is_shown_of_a_server_has_no_password() {
        let server = Server::of("smtps://ana%40b:plum@mail.example.org:465?tls=required");
        assert_eq!(server.address, "smtps://mail.example.org:465");
        assert_eq!(server.user.as_deref(), Some("ana%40b"));
        assert!(server.has_password && !format!("{server:?}").contains("plum"));
        for said in [
            "smtp://mail:25?tls=required",
            "smtp://mail?tls=opportunistic",
        ] {
            assert_eq!(Server::of(said).address, said, "as it would be set again");
        }
        let open = Server::of("smtp://mail");
        assert_eq!((open.user, open.has_password), (None, false));
    }

    #[test]
    fn a_name_can_t_add_a_header() {
        let mailer = Mailer::folder(PathBuf::new(), "parley@example.org").unwrap();
        let to = Email::parse("ana@example.org").unwrap();
        let content = Content {
            workspace: "Tulips\r\nBcc: eve@example.org".to_owned(),
            ..content()
        };
        let mail = mailer.compose(Template::Reset, &to, &content, NOW).unwrap();
        let mail = String::from_utf8(mail.formatted()).unwrap();
        let (head, _) = mail.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("\r\nBcc:"), "{head}");
    }

    #[test]
    fn passwords_travel_encrypted_unless_somebody_says_otherwise() {
        assert_eq!(
            with_tls("smtp://mail:25"),
            "smtp://mail:25?tls=opportunistic"
        );
        assert_eq!(with_tls("smtp://u:p@mail"), "smtp://u:p@mail?tls=required");
        assert_eq!(with_tls("smtps://u:p@mail"), "smtps://u:p@mail");
        let error = Mailer::smtp("http://u:secret@mail", "a@b").unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
        assert!(Mailer::smtp("smtp://mail", "nobody").is_err());
    }
}

//! Work that follows from a change: queued in its transaction, done by whichever node claims it first.

use std::pin::pin;
use std::time::Duration;

use futures_util::future::join_all;
use model::id::{RegistrationId, UserId};
use model::time::Timestamp;
use model::user::Role;
use serde::{Deserialize, Serialize};
use store::jobs::Job;
use store::{Tx, registrations, resets, users, workspace};

use crate::Chat;
use crate::error::{Error, Result};
use crate::limits;
use crate::mail::{Content, Template};
use crate::tokens::{Purpose, Token};

/// How many jobs a node does at once.
const AT_ONCE: i64 = 8;
/// How long a job may take.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How long a claim holds: longer than the job may take, so that nobody else begins it meanwhile.
const LEASE: Duration = Duration::from_secs(120);
/// How often is looked for work that another node left, or that is to be tried again.
const POLL: Duration = Duration::from_secs(5);
/// What the first repetition waits; each further one twice as long.
const BACKOFF: Duration = Duration::from_secs(10);
const BACKOFF_MOST: Duration = Duration::from_secs(3600);
/// Tries before a job is given up: about 40 minutes.
const TRIES: i64 = 8;

/// What is to do. Done twice, each does no harm: a second mail at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Work {
    /// If somebody has this address, mail them a link to a new password.
    ResetLink {
        /// The address.
        email: String,
    },
    /// Mail the link that ends a registration.
    Confirmation {
        /// The registration.
        registration: RegistrationId,
    },
    /// Tell somebody that their password was changed.
    PasswordNotice {
        /// Who.
        user: UserId,
    },
    /// Tell somebody that they rose to a role.
    RoleNotice {
        /// Who.
        user: UserId,
        /// The role.
        role: Role,
    },
    /// Tell whoever reads an address that it is an account's no more.
    AddressNotice {
        /// Whose account.
        user: UserId,
        /// The address that it had.
        old: String,
        /// Who changed it; none for who runs the server.
        by: Option<UserId>,
    },
    /// Make the thumbnail of an image.
    Thumbnail {
        /// Its content's hash, in hexadecimal.
        content: String,
    },
}

impl Work {
    const fn kind(&self) -> &'static str {
        match self {
            Self::ResetLink { .. } => "reset_link",
            Self::Confirmation { .. } => "confirmation",
            Self::PasswordNotice { .. } => "password_notice",
            Self::RoleNotice { .. } => "role_notice",
            Self::AddressNotice { .. } => "address_notice",
            Self::Thumbnail { .. } => "thumbnail",
        }
    }
}

/// Queues work in the transaction that it follows from; [`Chat::wake_jobs`] after the commit gets it done at once.
pub(crate) async fn enqueue(tx: &mut Tx, work: &Work) -> Result<()> {
    let payload =
        serde_json::to_string(work).map_err(|error| Error::Internal(error.to_string()))?;
    store::jobs::insert(tx, work.kind(), &payload).await?;
    Ok(())
}

impl Chat {
    /// Does what is queued until `shutdown`; what is begun then has a moment to end, or is done again later.
    pub async fn run_jobs(&self, shutdown: impl Future<Output = ()>) {
        let mut shutdown = pin!(shutdown);
        loop {
            let woken = self.inner.jobs.notified();
            let mut done = pin!(self.run_due_jobs());
            let ran = tokio::select! {
                ran = &mut done => ran,
                () = &mut shutdown => {
                    // The lease brings back what doesn't end in time.
                    drop(tokio::time::timeout(POLL, done).await);
                    return;
                }
            };
            let idle = match ran {
                Ok(ran) => ran == 0,
                Err(error) => {
                    tracing::warn!(%error, "jobs could not be claimed");
                    true
                }
            };
            if idle {
                tokio::select! {
                    () = woken => {}
                    () = tokio::time::sleep(POLL) => {}
                    () = &mut shutdown => return,
                }
            }
        }
    }

    /// Does the jobs that are due, some at a time, and answers how many it did or tried.
    pub async fn run_due_jobs(&self) -> Result<usize> {
        let claimed = self.store().write(&[], async |tx| -> Result<_> {
            Ok(store::jobs::claim(tx, LEASE, AT_ONCE).await?)
        });
        let claimed = claimed.await?;
        let count = claimed.len();
        join_all(claimed.into_iter().map(|job| self.run_job(job))).await;
        Ok(count)
    }

    /// Lets the runner look for work now.
    pub(crate) fn wake_jobs(&self) {
        self.inner.jobs.notify_one();
    }

    async fn run_job(&self, job: Job) {
        let outcome = match tokio::time::timeout(TIMEOUT, self.perform(&job)).await {
            Ok(outcome) => outcome.map_err(|error| error.to_string()),
            Err(_) => Err("it took too long".to_owned()),
        };
        let (id, kind, attempt) = (job.id, job.kind, job.attempt);
        let again = outcome.as_ref().err().map(|_| self.again_at(attempt));
        if let Err(error) = &outcome {
            let given_up = again == Some(None);
            tracing::warn!(job.id = %id, job.kind = kind, attempt, given_up, error, "a job failed");
        }
        let settled = self.store().write(&[], async move |tx| -> Result<()> {
            match &outcome {
                Ok(()) => drop(store::jobs::complete(tx, id, attempt).await?),
                Err(error) => {
                    store::jobs::fail(tx, id, attempt, error, again.flatten()).await?;
                }
            }
            Ok(())
        });
        if let Err(error) = settled.await {
            tracing::warn!(job.id = %id, %error, "a job's end was not written; it will run again");
        }
    }

    /// When a job that failed is to be tried again; none if it has been often enough.
    fn again_at(&self, attempt: i64) -> Option<Timestamp> {
        (attempt < TRIES).then(|| self.clock().now().plus(backoff(attempt)))
    }

    async fn perform(&self, job: &Job) -> Result<()> {
        let work: Work = serde_json::from_str(&job.payload)
            .map_err(|error| Error::Internal(format!("not a job of ours: {error}")))?;
        match work {
            Work::ResetLink { email } => self.mail_reset(email, job.attempt == 1).await,
            Work::Confirmation { registration } => {
                self.mail_confirmation(registration, job.attempt == 1).await
            }
            Work::PasswordNotice { user } => self.tell_of_password(user).await,
            Work::RoleNotice { user, role } => self.tell_of_role(user, role).await,
            Work::AddressNotice { user, old, by } => {
                self.tell_of_address(user, &old, by, job.attempt == 1).await
            }
            Work::Thumbnail { content } => self.make_thumbnail(&content).await,
        }
    }

    async fn mail_reset(&self, email: String, first: bool) -> Result<()> {
        let limit = limits::FORGOT_ACCOUNT.by_text(&email);
        if first && self.is_flooded(limit).await? {
            return Ok(());
        }
        let token = Token::new(Purpose::Reset)?;
        let hash = token.hash();
        let made = self.store().write(&[], async move |tx| -> Result<_> {
            let Some(account) = users::find_by_login(tx, &email).await? else {
                return Ok(None);
            };
            let Some(email) = account.email.filter(|own| own.as_str() == email) else {
                return Ok(None);
            };
            if account.user.deactivated_at.is_some() {
                return Ok(None);
            }
            resets::insert(tx, &hash, account.user.id).await?;
            let workspace = workspace::get(tx).await?.workspace.name.into_string();
            Ok(Some((account.user, email, workspace)))
        });
        let Some((user, email, workspace)) = made.await? else {
            return Ok(());
        };
        let content = Content {
            workspace,
            username: user.username.into_string(),
            link: self.link("reset", &token),
            ..Content::default()
        };
        self.mail(Template::Reset, &email, &content).await
    }

    /// Counts a mail that anybody can have sent, and says whether its address had enough of them.
    pub(crate) async fn is_flooded(&self, limit: (limits::Rule, limits::Key)) -> Result<bool> {
        match self.limit(vec![limit]).await {
            Ok(()) => Ok(false),
            Err(Error::RateLimited(_)) => Ok(true),
            Err(error) => Err(error),
        }
    }

    async fn mail_confirmation(&self, id: RegistrationId, first: bool) -> Result<()> {
        let token = Token::new(Purpose::Registration)?;
        let hash = token.hash();
        let waiting = self.store().write(&[], async move |tx| -> Result<_> {
            let registration = registrations::set_token(tx, id, &hash).await?;
            let workspace = workspace::get(tx).await?.workspace.name.into_string();
            Ok(registration.map(|registration| (registration, workspace)))
        });
        let Some((registration, workspace)) = waiting.await? else {
            return Ok(());
        };
        let limit = limits::CONFIRM_ADDRESS.by_text(registration.email.as_str());
        if first && self.is_flooded(limit).await? {
            return Ok(());
        }
        let content = Content {
            workspace,
            username: registration.username.into_string(),
            link: self.link("confirm", &token),
            ..Content::default()
        };
        self.mail(Template::Confirm, &registration.email, &content)
            .await
    }

    /// A link of the web app that carries a secret where no server and no log sees it: behind the `#`.
    pub(crate) fn link(&self, page: &str, token: &Token) -> String {
        format!(
            "{}/{page}#token={}",
            self.settings().public_url,
            token.expose()
        )
    }
}

fn backoff(attempt: i64) -> Duration {
    let doublings = u32::try_from(attempt.clamp(1, 20) - 1).unwrap_or(0);
    BACKOFF
        .saturating_mul(2u32.saturating_pow(doublings))
        .min(BACKOFF_MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_wait_longer_and_longer_up_to_an_hour() {
        assert_eq!(backoff(1), Duration::from_secs(10));
        assert_eq!(backoff(2), Duration::from_secs(20));
        assert_eq!(backoff(50), BACKOFF_MOST);
    }

    #[test]
    fn work_reads_back_from_its_row() {
        let work = Work::ResetLink {
            email: "ana@example.org".to_owned(),
        };
        let text = serde_json::to_string(&work).unwrap();
        assert_eq!(serde_json::from_str::<Work>(&text).unwrap(), work);
        assert!(text.contains(work.kind()));
    }
}

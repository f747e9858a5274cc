//! What the database knows of how the server fares.

use model::permission::{WorkspaceAct, in_workspace};
use model::time::Timestamp;
use store::administration::{self, Mark};
use store::{files, jobs};

use super::Admin;
use crate::admin::mail::MailSource;
use crate::error::Result;
use crate::{Caller, Chat};

/// How the server fares, as far as the database knows.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Which database.
    pub database_kind: &'static str,
    /// Its version.
    pub database_version: String,
    /// Its size.
    pub database_bytes: i64,
    /// Where files are kept: `disk` or `s3`.
    pub files_kind: &'static str,
    /// What all files take.
    pub files_bytes: i64,
    /// How many contents there are.
    pub files_count: i64,
    /// Jobs that wait or run.
    pub jobs_waiting: i64,
    /// Jobs that were given up.
    pub jobs_dead: i64,
    /// When the job that waits the longest was due.
    pub oldest_job: Option<Timestamp>,
    /// Whether a mail server is set.
    pub mail_is_set: bool,
    /// Why it didn't take the last mail, if it didn't.
    pub mail_error: Option<String>,
    /// When the last backup was made.
    pub backup_at: Option<Timestamp>,
}

impl Caller {
    /// Whether they may read the figures that a node counts: its metrics and their course.
    pub fn may_read_figures(self) -> Result<()> {
        Ok(in_workspace(self.role, WorkspaceAct::Administer)?)
    }
}

impl Chat {
    /// How the server fares, as far as the database knows.
    pub async fn admin_facts(&self, admin: Admin) -> Result<Facts> {
        let mail = self.admin_mail(admin).await?;
        let files_kind = self.settings().storage.kind();
        self.store()
            .read(async move |tx| {
                let (database_kind, database_version, database_bytes) =
                    administration::database(tx).await?;
                let (files_bytes, files_count) = files::stored(tx).await?;
                let (jobs_waiting, jobs_dead) = jobs::counts(tx).await?;
                let backup = administration::mark(tx, Mark::Backup).await?;
                Ok(Facts {
                    database_kind,
                    database_version,
                    database_bytes,
                    files_kind,
                    files_bytes,
                    files_count,
                    jobs_waiting,
                    jobs_dead,
                    oldest_job: jobs::oldest(tx).await?,
                    mail_is_set: mail.source != MailSource::None,
                    mail_error: mail.last_error,
                    backup_at: backup.map(|(at, _)| at),
                })
            })
            .await
    }
}

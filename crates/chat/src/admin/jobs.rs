//! Work that was given up.

use model::administration::Job;
use model::id::JobId;
use store::jobs;

use super::Admin;
use crate::Chat;
use crate::audit::Action;
use crate::error::{Error, Result};
use crate::list::Listing;

impl Chat {
    /// Jobs that were given up, or that wait and run, the newest first.
    pub async fn admin_jobs(
        &self,
        admin: Admin,
        dead: bool,
        before: Option<JobId>,
        limit: u32,
    ) -> Result<Listing<Job, JobId>> {
        self.store()
            .read(async move |tx| {
                admin.role(tx).await?;
                let page = jobs::page(tx, dead, before, i64::from(limit) + 1).await?;
                Ok(Listing::cut(page, limit, |job| job.id))
            })
            .await
    }

    /// Lets a job that was given up be tried again, as often as a new one.
    pub async fn admin_retry_job(&self, admin: Admin, id: JobId) -> Result<()> {
        self.store()
            .write(&[], async move |tx| {
                admin.role(tx).await?;
                let kind = jobs::revive(tx, id).await?.ok_or(Error::NotFound)?;
                let data = serde_json::json!({ "kind": kind });
                admin.record(tx, Action::JobRetried, &id, data).await
            })
            .await?;
        self.wake_jobs();
        Ok(())
    }

    /// Removes a job that was given up.
    pub async fn admin_remove_job(&self, admin: Admin, id: JobId) -> Result<()> {
        self.store()
            .write(&[], async move |tx| {
                admin.role(tx).await?;
                let kind = jobs::remove(tx, id).await?.ok_or(Error::NotFound)?;
                let data = serde_json::json!({ "kind": kind });
                admin.record(tx, Action::JobRemoved, &id, data).await
            })
            .await
    }
}

//! Mails that tell people what became of their accounts. The table of jobs holds who is told and why; how they are
//! called is read when the mail is written.

use model::id::UserId;
use model::text::Email;
use model::user::Role;
use store::{Tx, users, workspace};

use crate::Chat;
use crate::error::{Error, Result};
use crate::jobs::{Work, enqueue};
use crate::limits;
use crate::mail::{Content, Template};

impl Chat {
    /// Tells somebody that their password was changed.
    pub(crate) async fn tell_of_password(&self, user: UserId) -> Result<()> {
        let told = self.store().read(async move |tx| told(tx, user).await);
        let Some((account, mut content)) = told.await? else {
            return Ok(());
        };
        let Some(email) = account.email else {
            return Ok(());
        };
        content.link = self.page("forgot");
        self.mail(Template::Changed, &email, &content).await
    }

    /// Tells somebody that they rose to `role`, if that is what they are still.
    pub(crate) async fn tell_of_role(&self, user: UserId, role: Role) -> Result<()> {
        let told = self.store().read(async move |tx| told(tx, user).await);
        let Some((account, mut content)) = told.await? else {
            return Ok(());
        };
        let signs_in = account.user.deactivated_at.is_none();
        let Some(email) = account
            .email
            .filter(|_| signs_in && account.user.role == role)
        else {
            return Ok(());
        };
        content.role = role.as_str();
        content.link = self.page("login");
        self.mail(Template::Role, &email, &content).await
    }

    /// Tells whoever reads the `old` address that it is no more an account's, and who changed it: nobody if it was who
    /// runs the server. What it is now isn't theirs to know.
    pub(crate) async fn tell_of_address(
        &self,
        user: UserId,
        old: &str,
        by: Option<UserId>,
        first: bool,
    ) -> Result<()> {
        let old = Email::parse(old).map_err(|error| Error::Internal(error.to_string()))?;
        let limit = limits::NOTICE_ADDRESS.by_text(old.as_str());
        if first && self.is_flooded(limit).await? {
            return Ok(());
        }
        let told = self.store().read(async move |tx| -> Result<_> {
            let by = match by {
                None => "who runs the server".to_owned(),
                Some(by) if by == user => "somebody who was signed in to it".to_owned(),
                Some(by) => match users::get(tx, by).await? {
                    Some(by) => format!("{} ({})", by.display_name, by.username),
                    None => "an administrator".to_owned(),
                },
            };
            Ok(told(tx, user).await?.map(|(_, content)| (content, by)))
        });
        let Some((mut content, by)) = told.await? else {
            return Ok(());
        };
        content.by = by;
        content.link = self.settings().public_url.clone();
        self.mail(Template::Address, &old, &content).await
    }

    fn page(&self, name: &str) -> String {
        format!("{}/{name}", self.settings().public_url)
    }
}

/// Queues the mail to the address that an account still has in `account`, and has no more.
pub(crate) async fn tell_old_address(
    tx: &mut Tx,
    account: &users::Account,
    by: Option<UserId>,
) -> Result<()> {
    let Some(old) = &account.email else {
        return Ok(());
    };
    let notice = Work::AddressNotice {
        user: account.user.id,
        old: old.as_str().to_owned(),
        by,
    };
    enqueue(tx, &notice).await
}

/// The account that a mail is about, if it is there, and what each such mail says.
async fn told(tx: &mut Tx, user: UserId) -> Result<Option<(users::Account, Content)>> {
    let Some(account) = users::get_account(tx, user).await? else {
        return Ok(None);
    };
    let content = Content {
        workspace: workspace::get(tx).await?.workspace.name.into_string(),
        username: account.user.username.clone().into_string(),
        ..Content::default()
    };
    Ok(Some((account, content)))
}

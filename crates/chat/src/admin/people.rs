//! The people of the workspace: made, changed, deactivated and brought back.

use model::administration::AdminUser;
use model::code::{Code, FieldError};
use model::event::RevokeReason;
use model::id::UserId;
use model::stream::StreamId;
use model::text::{DisplayName, Email, Password, Username};
use model::time::Timestamp;
use model::user::{Role, User, UserKind};
use serde::{Deserialize, Serialize};
use store::users::{AdminFilter, NewUser, Place, place};
use store::{Tx, invitations, resets, sessions, tokens, users, workspace};
use utoipa::ToSchema;

use super::{Admin, ROLES, streams_of, word};
use crate::Chat;
use crate::accounts::{check_free, checked, welcome};
use crate::audit::Action;
use crate::error::{Error, Result};
use crate::jobs::{Work, enqueue};
use crate::list::Listing;
use crate::notices::tell_old_address;
use crate::passwords::{check_apart, check_strength};
use crate::tokens::{Purpose, Token};

/// A query is cut here: no name or address is longer.
const QUERY_CHARS: usize = 254;

/// Which users to list.
#[derive(Clone, Debug, Default)]
pub struct UsersQuery {
    /// Part of the display name, user name or e-mail address, in any case.
    pub query: String,
    /// Only those with this role.
    pub role: Option<Role>,
    /// Only those who can sign in, or who can't any more.
    pub active: Option<bool>,
}

/// An account to be made.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct NewAccount {
    /// 2–32 of `a–z`, digits, `.`, `_`, `-`; in any case.
    #[schema(example = "ana")]
    pub username: String,
    /// The e-mail address.
    #[schema(example = "ana@example.org")]
    pub email: String,
    /// The name that people see; without it, the user name.
    pub display_name: Option<String>,
    /// `guest`, `member`, `administrator` or `owner`; without it, `member`.
    pub role: Option<String>,
    /// 10–128 characters; without it, its owner sets one by a link.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub password: Option<String>,
}

/// A user who was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MadeUser {
    /// The user.
    #[serde(flatten)]
    pub user: AdminUser,
    /// Where they set their password, once, within an hour; null if they have one.
    #[schema(required)]
    pub reset_url: Option<String>,
}

/// What is to change of a user; what is left out stays.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
pub struct UserChange {
    /// `guest`, `member`, `administrator` or `owner`.
    pub role: Option<String>,
    /// The name that people see.
    pub display_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
}

/// A link by which a user sets a new password.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ResetLink {
    /// The link.
    pub url: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// An account that is certain to be allowed by itself.
struct Draft {
    new: NewUser,
    email: Email,
    password: Option<Password>,
}

impl NewAccount {
    fn parse(self) -> Result<Draft, Vec<FieldError>> {
        let mut errors = Vec::new();
        let username = checked(&mut errors, "username", Username::parse(&self.username));
        let email = checked(&mut errors, "email", Email::parse(&self.email));
        let shown = self.display_name.as_deref().unwrap_or(&self.username);
        let display_name = checked(&mut errors, "display_name", DisplayName::parse(shown));
        let password = self
            .password
            .and_then(|password| checked(&mut errors, "password", Password::parse(&password)));
        let role = self.role.as_deref().map(|role| word("role", role, ROLES));
        let role = role.transpose().map_err(|error| errors.push(error));
        let (Some(username), Some(email), Some(display_name), Ok(role), true) =
            (username, email, display_name, role, errors.is_empty())
        else {
            return Err(errors);
        };
        if let Some(password) = &password {
            check_strength("password", password, &username, Some(&email))
                .map_err(|error| vec![error])?;
        }
        Ok(Draft {
            new: NewUser {
                kind: UserKind::Person,
                username,
                display_name,
                email: Some(email.clone()),
                password_hash: None,
                role: role.unwrap_or(Role::Member),
            },
            email,
            password,
        })
    }
}

/// A change that is certain to be allowed by itself.
struct Change {
    role: Option<Role>,
    display_name: Option<DisplayName>,
    email: Option<Email>,
}

impl UserChange {
    fn parse(self) -> Result<Change, Vec<FieldError>> {
        let mut errors = Vec::new();
        let role = self.role.as_deref().map(|role| word("role", role, ROLES));
        let role = role.transpose().map_err(|error| errors.push(error));
        let display_name = self
            .display_name
            .and_then(|name| checked(&mut errors, "display_name", DisplayName::parse(&name)));
        let email = self
            .email
            .and_then(|email| checked(&mut errors, "email", Email::parse(&email)));
        match role {
            Ok(role) if errors.is_empty() => Ok(Change {
                role,
                display_name,
                email,
            }),
            _ => Err(errors),
        }
    }
}

impl Chat {
    /// Everybody whom `query` means, in the order of their names.
    pub async fn admin_users(
        &self,
        admin: Admin,
        query: UsersQuery,
        after: Option<Place>,
        limit: u32,
    ) -> Result<Listing<AdminUser, Place>> {
        let cleaned = query.query.replace('\0', "\u{fffd}");
        let filter = AdminFilter {
            query: cleaned.chars().take(QUERY_CHARS).collect(),
            role: query.role,
            active: query.active,
        };
        self.store()
            .read(async move |tx| {
                admin.role(tx).await?;
                let most = i64::from(limit) + 1;
                let page = users::admin_page(tx, &filter, after.as_ref(), most).await?;
                Ok(Listing::cut(page, limit, |user| place(&user.user)))
            })
            .await
    }

    /// One user.
    pub async fn admin_user(&self, admin: Admin, id: UserId) -> Result<AdminUser> {
        self.store()
            .read(async move |tx| {
                admin.role(tx).await?;
                seen(tx, id).await
            })
            .await
    }

    /// Makes an account; one without a password comes with a link to set it.
    pub async fn admin_create_user(&self, admin: Admin, input: NewAccount) -> Result<MadeUser> {
        let asked = admin.clone();
        self.store()
            .read(async move |tx| asked.role(tx).await)
            .await?;
        let Draft {
            mut new,
            email,
            password,
        } = input.parse().map_err(Error::Invalid)?;
        let link = match password {
            Some(password) => {
                let chosen = password.clone();
                self.store()
                    .read(async move |tx| check_apart(tx, &chosen).await)
                    .await?;
                new.password_hash = Some(self.inner.passwords.hash(password).await?);
                None
            }
            None => Some(Token::new(Purpose::Reset)?),
        };
        let hash = link.as_ref().map(Token::hash);
        let made = self.store().write(&[StreamId::Workspace], async move |tx| {
            let role = admin.role(tx).await?;
            if workspace::get(tx).await?.set_up_at.is_none() {
                let detail = "the workspace is not set up yet: follow the set-up link first";
                return Err(Error::RefusedBecause(Code::Forbidden, detail.to_owned()));
            }
            admin.over(role, Role::Guest, new.role)?;
            check_free(tx, &new.username, &email).await?;
            let user = users::insert(tx, &new).await?;
            welcome(tx, &user).await?;
            if let Some(hash) = &hash {
                resets::insert(tx, hash, user.id).await?;
            }
            let data = serde_json::json!({ "role": user.role });
            admin
                .record(tx, Action::UserCreated, &user.id, data)
                .await?;
            seen(tx, user.id).await
        });
        Ok(MadeUser {
            user: made.await?,
            reset_url: link.map(|token| self.link("reset", &token)),
        })
    }

    /// Changes a user's role, name or address. Who rises, and who becomes a guest, is signed out everywhere. One's own
    /// address is changed by [`Chat::update_me`], with the password.
    pub async fn admin_update_user(
        &self,
        admin: Admin,
        id: UserId,
        input: UserChange,
    ) -> Result<AdminUser> {
        let change = input.parse();
        let changed = self
            .store()
            .write(&streams_of(id), async move |tx| {
                let role = admin.role(tx).await?;
                admin.no_token_of(id)?;
                let account = users::get_account(tx, id).await?.ok_or(Error::NotFound)?;
                let change = change.as_ref().map_err(|e| Error::Invalid(e.clone()))?;
                let before = account.user.clone();
                let mut user = before.clone();
                user.role = change.role.unwrap_or(before.role);
                admin.over(role, before.role, user.role)?;
                if before.role == Role::Owner && user.role != Role::Owner {
                    keep_an_owner(tx, id).await?;
                }
                if let Some(name) = &change.display_name {
                    user.display_name = name.clone();
                }
                if user != before {
                    users::update(tx, &user).await?;
                }
                if user.role != before.role {
                    role_changed(tx, &admin, &user, before.role).await?;
                }
                if user.display_name != before.display_name {
                    let data = serde_json::json!({ "before": before.display_name, "after": user.display_name });
                    admin.record(tx, Action::UserRenamed, &id, data).await?;
                }
                if let Some(email) = &change.email
                    && account.email.as_ref() != Some(email)
                {
                    admin.not_own(id)?;
                    users::set_email(tx, id, email).await?;
                    // A link that waits in the old address's mailbox must not work any more.
                    resets::remove_of(tx, id).await?;
                    tell_old_address(tx, &account, admin.user()).await?;
                    admin
                        .record(tx, Action::EmailChanged, &id, serde_json::json!({}))
                        .await?;
                }
                seen(tx, id).await
            })
            .await?;
        self.wake_jobs();
        Ok(changed)
    }

    /// Makes a user unable to sign in, and ends all by which they or others came in through them.
    pub async fn admin_deactivate(&self, admin: Admin, id: UserId) -> Result<AdminUser> {
        self.store()
            .write(&streams_of(id), async move |tx| {
                let mut user = admin.account(tx, id).await?.user;
                if admin.user() == Some(id) {
                    let detail = "nobody can deactivate themselves";
                    return Err(Error::RefusedBecause(Code::Forbidden, detail.to_owned()));
                }
                if user.deactivated_at.is_some() {
                    return seen(tx, id).await;
                }
                if user.role == Role::Owner {
                    keep_an_owner(tx, id).await?;
                }
                user.deactivated_at = Some(tx.now());
                users::update(tx, &user).await?;
                end_all(tx, id, RevokeReason::Deactivated).await?;
                resets::remove_of(tx, id).await?;
                invitations::revoke_all(tx, id).await?;
                admin
                    .record(tx, Action::Deactivated, &id, serde_json::json!({}))
                    .await?;
                seen(tx, id).await
            })
            .await
    }

    /// Lets a user sign in again.
    pub async fn admin_reactivate(&self, admin: Admin, id: UserId) -> Result<AdminUser> {
        self.store()
            .write(&streams_of(id), async move |tx| {
                let mut user = admin.account(tx, id).await?.user;
                if user.deactivated_at.take().is_some() {
                    users::update(tx, &user).await?;
                    admin
                        .record(tx, Action::Reactivated, &id, serde_json::json!({}))
                        .await?;
                }
                seen(tx, id).await
            })
            .await
    }

    /// Makes a link by which a user sets a new password; it works once, for an hour.
    pub async fn admin_reset_link(&self, admin: Admin, id: UserId) -> Result<ResetLink> {
        let token = Token::new(Purpose::Reset)?;
        let hash = token.hash();
        let made = self.store().write(&[], async move |tx| -> Result<_> {
            let account = admin.account(tx, id).await?;
            admin.not_own(id)?;
            refuse_deactivated(&account.user)?;
            resets::insert(tx, &hash, id).await?;
            admin
                .record(tx, Action::ResetLinkMade, &id, serde_json::json!({}))
                .await?;
            Ok(tx.now().plus(resets::LIFETIME))
        });
        Ok(ResetLink {
            expires_at: made.await?,
            url: self.link("reset", &token),
        })
    }
}

/// A user as administrators see them.
async fn seen(tx: &mut Tx, id: UserId) -> Result<AdminUser> {
    users::admin_get(tx, id).await?.ok_or(Error::NotFound)
}

/// Refuses what would leave the workspace to nobody.
async fn keep_an_owner(tx: &mut Tx, id: UserId) -> Result<()> {
    match users::another_owner(tx, id).await? {
        true => Ok(()),
        false => Err(Error::Refused(Code::LastOwner)),
    }
}

/// Ends what a change of role ends, writes it down, and queues the mail to who rose to administer.
///
/// Whoever could manage the account as it was may have left a way into it, to have what it becomes: only owners make
/// administrators, and no administrator reaches an owner. So who rises is signed out everywhere; so is who becomes a
/// guest, whose devices begin anew with what is theirs to see.
async fn role_changed(tx: &mut Tx, admin: &Admin, user: &User, before: Role) -> Result<()> {
    let (id, after) = (user.id, user.role);
    let mut data = serde_json::json!({ "before": before, "after": after });
    if after > before || after == Role::Guest {
        let (sessions, tokens) = end_all(tx, id, RevokeReason::Role).await?;
        data["sessions"] = sessions.into();
        data["tokens"] = tokens.into();
    }
    if after == Role::Guest {
        // Guests invite nobody, by no link from before either.
        invitations::revoke_all(tx, id).await?;
    }
    // Who made a link to a new password may not be allowed to for what they are now.
    resets::remove_of(tx, id).await?;
    if after > before && after >= Role::Administrator {
        let notice = Work::RoleNotice {
            user: id,
            role: after,
        };
        enqueue(tx, &notice).await?;
    }
    admin.record(tx, Action::RoleChanged, &id, data).await
}

/// Ends all sessions and tokens of a user, and their connections; how many of each.
async fn end_all(tx: &mut Tx, id: UserId, reason: RevokeReason) -> Result<(usize, usize)> {
    let sessions = sessions::revoke_all(tx, id, None, reason).await?;
    let tokens = tokens::revoke_all(tx, id, reason).await?;
    Ok((sessions, tokens))
}

fn refuse_deactivated(user: &User) -> Result<()> {
    if user.deactivated_at.is_none() {
        return Ok(());
    }
    let detail = "the user is deactivated; reactivate them first";
    Err(Error::RefusedBecause(Code::Forbidden, detail.to_owned()))
}

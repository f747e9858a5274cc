//! What the one who runs the server may do from its command line. There is no caller: who has the machine has it all.

use model::code::Code;
use model::stream::StreamId;
use model::text::{DisplayName, Email, Password, Username};
use model::user::{Role, User, UserKind};
use store::users::{Account, Filter, NewUser, Place, place};
use store::{Tx, resets, users, workspace};

use crate::Chat;
use crate::accounts::{check_free, checked, welcome};
use crate::audit::{Act, Action, record};
use crate::error::{Error, Result};
use crate::list::Listing;
use crate::passwords::{check_apart, check_strength};
use crate::tokens::{Purpose, Token};

/// An account to be made.
pub struct NewAccount {
    /// The user name.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// The name that people see; without it, the user name.
    pub display_name: Option<String>,
    /// The password; without it, its owner sets one by a link.
    pub password: Option<String>,
    /// The role in the workspace.
    pub role: Role,
}

impl Chat {
    /// Makes an account; answers it with a link to set its password, if it has none.
    pub async fn admin_create_user(&self, input: NewAccount) -> Result<(User, Option<String>)> {
        let mut errors = Vec::new();
        let username = checked(&mut errors, "username", Username::parse(&input.username));
        let email = checked(&mut errors, "email", Email::parse(&input.email));
        let shown = input.display_name.as_deref().unwrap_or(&input.username);
        let display_name = checked(&mut errors, "display_name", DisplayName::parse(shown));
        let password = input
            .password
            .map(|password| checked(&mut errors, "password", Password::parse(&password)));
        let (Some(username), Some(email), Some(display_name), true) =
            (username, email, display_name, errors.is_empty())
        else {
            return Err(Error::Invalid(errors));
        };
        let password_hash = match password.flatten() {
            Some(password) => {
                check_strength("password", &password, &username, Some(&email))?;
                let new = password.clone();
                self.store()
                    .read(async move |tx| check_apart(tx, &new).await)
                    .await?;
                Some(self.inner.passwords.hash(password).await?)
            }
            None => None,
        };
        let link = match password_hash {
            Some(_) => None,
            None => Some(Token::new(Purpose::Reset)?),
        };
        let hash = link.as_ref().map(Token::hash);
        let new = NewUser {
            kind: UserKind::Person,
            username,
            display_name,
            email: Some(email.clone()),
            password_hash,
            role: input.role,
        };
        let made = self.store().write(&[StreamId::Workspace], async move |tx| {
            if workspace::get(tx).await?.set_up_at.is_none() {
                let detail = "the workspace is not set up yet: follow the set-up link first";
                return Err(Error::RefusedBecause(Code::Forbidden, detail.to_owned()));
            }
            check_free(tx, &new.username, &email).await?;
            let user = users::insert(tx, &new).await?;
            welcome(tx, &user).await?;
            if let Some(hash) = &hash {
                resets::insert(tx, hash, user.id).await?;
            }
            let data = serde_json::json!({ "role": user.role });
            record(tx, by_operator(Action::UserCreated, &user, data)).await?;
            Ok(user)
        });
        let user = made.await?;
        Ok((user, link.map(|token| self.link("reset", &token))))
    }

    /// Makes a link by which a user sets a new password; it works once, for an hour.
    pub async fn admin_reset_password(&self, login: &str) -> Result<String> {
        let token = Token::new(Purpose::Reset)?;
        let (hash, login) = (token.hash(), login.to_owned());
        self.store()
            .write(&[], async move |tx| {
                let account = find(tx, &login).await?;
                resets::insert(tx, &hash, account.user.id).await?;
                let data = serde_json::json!({});
                record(tx, by_operator(Action::ResetLinkMade, &account.user, data)).await
            })
            .await?;
        Ok(self.link("reset", &token))
    }

    /// Makes a user an owner of the workspace.
    pub async fn admin_make_owner(&self, login: &str) -> Result<User> {
        let login = login.to_owned();
        self.store()
            .write(&[StreamId::Workspace], async move |tx| {
                let mut user = find(tx, &login).await?.user;
                if user.role == Role::Owner {
                    return Ok(user);
                }
                let data = serde_json::json!({ "before": user.role, "after": Role::Owner });
                user.role = Role::Owner;
                users::update(tx, &user).await?;
                record(tx, by_operator(Action::RoleChanged, &user, data)).await?;
                Ok(user)
            })
            .await
    }

    /// Everybody, in the order of their names.
    pub async fn admin_list_users(
        &self,
        after: Option<Place>,
        limit: u32,
    ) -> Result<Listing<User, Place>> {
        let everybody = Filter {
            query: "",
            around: None,
        };
        self.store()
            .read(async move |tx| {
                let page = users::page(tx, everybody, after.as_ref(), i64::from(limit) + 1).await?;
                Ok(Listing::cut(page, limit, place))
            })
            .await
    }
}

/// The account with this user name or e-mail address.
async fn find(tx: &mut Tx, login: &str) -> Result<Account> {
    let account = users::find_by_login(tx, login).await?;
    account.ok_or_else(|| {
        let detail = format!("there is no user with the name or e-mail address '{login}'");
        Error::RefusedBecause(Code::NotFound, detail)
    })
}

fn by_operator(action: Action, user: &User, data: serde_json::Value) -> Act<'_> {
    Act {
        actor: None,
        action,
        subject: &user.id,
        data,
        address: "",
    }
}

//! The workspace: its set-up by the first owner, and a look at its settings.

use model::code::{Code, FieldError};
use model::room::RoomKind;
use model::stream::StreamId;
use model::text::{RoomName, Topic, WorkspaceName};
use model::user::{JoinPolicy, Role, Workspace};
use serde::{Deserialize, Serialize};
use store::users::Account;
use store::{Tx, users, workspace};
use utoipa::ToSchema;

use crate::accounts::{Person, check_free, checked};
use crate::audit::{Act, Action, record};
use crate::error::{Error, Result};
use crate::passwords::check_apart_from;
use crate::rooms::{Draft, create_in};
use crate::sessions::{Device, SignIn, sign_in};
use crate::tokens::{Purpose, Token};
use crate::{Caller, Chat};

/// The room that there is from the start.
const FIRST_ROOM: &str = "general";

/// Whether the workspace has to be set up, and what somebody sees of it who isn't signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SetupState {
    /// Whether nobody owns it yet.
    pub needed: bool,
    /// Its name, once it is set up.
    #[schema(required)]
    pub workspace: Option<WorkspaceName>,
    /// Who may register, once it is set up.
    #[schema(required)]
    pub join_policy: Option<JoinPolicy>,
}

/// The first owner's account, and the workspace's first settings.
#[derive(Deserialize, ToSchema)]
pub struct Setup {
    /// The secret that the server wrote down at its first start.
    pub token: String,
    /// The workspace's name: 1–80 characters on one line.
    #[schema(example = "Tulip growers")]
    pub workspace: String,
    /// 2–32 of `a–z`, digits, `.`, `_`, `-`; in any case.
    #[schema(example = "ana")]
    pub username: String,
    /// The e-mail address.
    #[schema(example = "ana@example.org")]
    pub email: String,
    /// The name that people see; without it, the user name.
    pub display_name: Option<String>,
    /// 10–128 characters.
    #[schema(format = Password, min_length = 10, max_length = 128)]
    pub password: String,
    /// Who may register: `open`, `invite`, `domain` or `closed`.
    #[schema(example = "invite")]
    pub join_policy: String,
}

impl Chat {
    /// Makes a new database ready for use: to be called at each start, before anything else. Answers the secret of the
    /// set-up while it is needed: `existing`, which an earlier start wrote down, if it still counts.
    pub async fn prepare_setup(&self, existing: Option<&str>) -> Result<Option<Token>> {
        let existing = existing.and_then(|text| Token::parse(text.trim(), Purpose::Setup));
        let fresh = Token::new(Purpose::Setup)?;
        self.store()
            .write(&[], async move |tx| {
                workspace::ensure(tx).await?;
                store::audit::take_over(tx).await?;
                let state = workspace::get(tx).await?;
                if state.set_up_at.is_some() {
                    return Ok(None);
                }
                if let Some(token) = &existing
                    && state.is_setup_token(&token.hash())
                {
                    return Ok(existing.clone());
                }
                workspace::set_setup_token(tx, &fresh.hash()).await?;
                Ok(Some(fresh.clone()))
            })
            .await
    }

    /// The link that sets the workspace up.
    pub fn setup_link(&self, token: &Token) -> String {
        self.link("setup", token)
    }

    /// Waits until the workspace is set up through this node, so that the written secret can be removed.
    pub async fn set_up_done(&self) {
        self.inner.set_up.notified().await;
    }

    /// Whether the workspace has to be set up.
    pub async fn setup_state(&self) -> Result<SetupState> {
        let state = self
            .store()
            .read(async |tx| -> Result<_> { Ok(workspace::get(tx).await?) });
        let state = state.await?;
        let known = state.set_up_at.map(|_| state.workspace);
        Ok(SetupState {
            needed: known.is_none(),
            join_policy: known.as_ref().map(|workspace| workspace.join_policy),
            workspace: known.map(|workspace| workspace.name),
        })
    }

    /// Sets the workspace up: its first owner, its name, its first room.
    pub async fn set_up(&self, input: Setup, device: Device) -> Result<SignIn> {
        let mut errors = Vec::new();
        let name = checked(
            &mut errors,
            "workspace",
            WorkspaceName::parse(&input.workspace),
        );
        let policy = join_policy(&input.join_policy).map_err(|error| errors.push(error));
        let person = Person::parse(
            &input.username,
            input.display_name.as_deref(),
            &input.email,
            &input.password,
        )
        .map_err(|more| errors.extend(more));
        let (Some(name), Ok(policy), Ok(person)) = (name, policy, person) else {
            return Err(Error::Invalid(errors));
        };
        check_apart_from("password", &person.password, &name)?;
        let key = Token::parse(&input.token, Purpose::Setup).map(|token| token.hash());
        // A wrong secret is refused before the work of hashing.
        self.store()
            .read(async move |tx| check_key(tx, key.as_ref()).await)
            .await?;
        let hash = self.inner.passwords.hash(person.password.clone()).await?;
        let token = Token::new(Purpose::Session)?;
        let secret = token.clone();
        let new = person.names.into_user(Role::Owner, hash);
        let done = self.store().write(&[StreamId::Workspace], async move |tx| {
            check_key(tx, key.as_ref()).await?;
            if let Some(email) = &new.email {
                check_free(tx, &new.username, email).await?;
            }
            workspace::finish_setup(tx, &name, policy).await?;
            let user = users::insert(tx, &new).await?;
            let first = first_room()?;
            let room = create_in(tx, &first, user.id)
                .await?
                .ok_or(Error::NotFound)?;
            workspace::set_default_room(tx, room).await?;
            let act = Act {
                actor: Some(user.id),
                action: Action::SetUp,
                subject: &"workspace",
                data: serde_json::json!({ "join_policy": policy }),
                address: &device.address_text(),
            };
            record(tx, act).await?;
            let account = Account {
                user,
                email: new.email.clone(),
                password_hash: new.password_hash.clone(),
            };
            sign_in(tx, &account, &secret, &device).await
        });
        let user = done.await?;
        self.inner.set_up.notify_one();
        Ok(SignIn { user, token })
    }

    /// The workspace's settings, for who runs the server.
    pub async fn admin_settings(&self) -> Result<Workspace> {
        self.store()
            .read(async |tx| Ok(workspace::get(tx).await?.workspace))
            .await
    }

    /// The workspace's settings.
    pub async fn workspace(&self, _caller: Caller) -> Result<Workspace> {
        self.store()
            .read(async |tx| Ok(workspace::get(tx).await?.workspace))
            .await
    }
}

async fn check_key(tx: &mut Tx, key: Option<&workspace::Hash>) -> Result<()> {
    let state = workspace::get(tx).await?;
    if state.set_up_at.is_some() {
        return Err(Error::Refused(Code::AlreadySetUp));
    }
    match key {
        Some(key) if state.is_setup_token(key) => Ok(()),
        _ => Err(Error::Refused(Code::BadToken)),
    }
}

fn first_room() -> Result<Draft> {
    let unusable = |error: model::text::InvalidText| Error::Internal(error.to_string());
    Ok(Draft {
        kind: RoomKind::Public,
        name: Some(RoomName::parse(FIRST_ROOM).map_err(unusable)?),
        topic: Topic::parse("").map_err(unusable)?,
        others: std::collections::BTreeSet::new(),
    })
}

fn join_policy(text: &str) -> Result<JoinPolicy, FieldError> {
    text.parse().map_err(|_| {
        FieldError::new(
            "join_policy",
            Code::BadFormat,
            "`open`, `invite`, `domain` or `closed`",
        )
    })
}

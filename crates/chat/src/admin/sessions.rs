//! The devices and tokens of others.

use model::event::RevokeReason;
use model::id::{SessionId, TokenId, UserId};
use model::stream::StreamId;
use model::token::Token;
use model::user::Session;
use store::{sessions, tokens};

use super::Admin;
use crate::access_tokens::{NewToken, TokenSecret};
use crate::audit::Action;
use crate::error::{Error, Result};
use crate::list::Listing;
use crate::{Caller, Chat};

impl Chat {
    /// The devices where a user is signed in, the one used last first.
    pub async fn admin_sessions(&self, admin: Admin, user: UserId) -> Result<Vec<Session>> {
        self.store()
            .read(async move |tx| {
                admin.account(tx, user).await?;
                let own = admin.caller.as_ref().map(Caller::session);
                let current = own.unwrap_or(SessionId::from_uuid(Default::default()));
                Ok(sessions::list(tx, user, current).await?)
            })
            .await
    }

    /// Ends one session of a user's, and its connections.
    pub async fn admin_end_session(
        &self,
        admin: Admin,
        user: UserId,
        session: SessionId,
    ) -> Result<()> {
        self.store()
            .write(&[StreamId::User(user)], async move |tx| {
                admin.account(tx, user).await?;
                if !sessions::revoke(tx, user, session, RevokeReason::Administrator).await? {
                    return Err(Error::NotFound);
                }
                let data = serde_json::json!({ "user": user });
                admin
                    .record(tx, Action::SessionRevoked, &session, data)
                    .await
            })
            .await
    }

    /// Ends all sessions of a user's, and their connections; how many. Tokens stay.
    pub async fn admin_end_sessions(&self, admin: Admin, user: UserId) -> Result<usize> {
        self.store()
            .write(&[StreamId::User(user)], async move |tx| {
                admin.account(tx, user).await?;
                let why = RevokeReason::Administrator;
                let ended = sessions::revoke_all(tx, user, None, why).await?;
                let data = serde_json::json!({ "sessions": ended });
                admin.record(tx, Action::SessionsEnded, &user, data).await?;
                Ok(ended)
            })
            .await
    }

    /// A user's tokens, the newest first.
    pub async fn admin_tokens(
        &self,
        admin: Admin,
        user: UserId,
        before: Option<TokenId>,
        limit: u32,
    ) -> Result<Listing<Token, TokenId>> {
        self.store()
            .read(async move |tx| {
                admin.account(tx, user).await?;
                let page = tokens::page(tx, user, before, i64::from(limit) + 1).await?;
                Ok(Listing::cut(page, limit, |token| token.id))
            })
            .await
    }

    /// Makes a token for a user: from the command line only, for the server's own scripts.
    pub async fn admin_create_token(&self, user: UserId, input: NewToken) -> Result<TokenSecret> {
        self.make_token(user, None, input, String::new()).await
    }

    /// Ends a token of a user's, and its connections.
    pub async fn admin_revoke_token(
        &self,
        admin: Admin,
        user: UserId,
        token: TokenId,
    ) -> Result<()> {
        self.store()
            .write(&[StreamId::User(user)], async move |tx| {
                admin.account(tx, user).await?;
                if !tokens::revoke(tx, user, token, RevokeReason::Administrator).await? {
                    return Err(Error::NotFound);
                }
                let data = serde_json::json!({ "user": user });
                admin.record(tx, Action::TokenRevoked, &token, data).await
            })
            .await
    }

    /// Ends all tokens of a user's, and their connections.
    pub async fn admin_revoke_tokens(&self, admin: Admin, user: UserId) -> Result<usize> {
        self.store()
            .write(&[StreamId::User(user)], async move |tx| {
                admin.account(tx, user).await?;
                let ended = tokens::revoke_all(tx, user, RevokeReason::Administrator).await?;
                let data = serde_json::json!({ "tokens": ended });
                admin.record(tx, Action::TokensRevoked, &user, data).await?;
                Ok(ended)
            })
            .await
    }
}

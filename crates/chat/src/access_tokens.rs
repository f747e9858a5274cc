//! Personal access tokens: what a person's programs show instead of a session.

use model::code::{Code, FieldError};
use model::event::RevokeReason;
use model::id::{TokenId, UserId};
use model::permission::{WorkspaceAct, in_workspace};
use model::stream::StreamId;
use model::time::Timestamp;
use model::token::{Scope, Scopes, Token as Known};
use serde::{Deserialize, Serialize};
use store::{streams, tokens};
use utoipa::ToSchema;

use crate::audit::{Act, Action, record};
use crate::error::{Error, Result};
use crate::list::Listing;
use crate::sessions::{Device, living, own_user};
use crate::tokens::{Purpose, Token};
use crate::{Caller, Chat};

/// Tokens that one person may have.
const MOST: i64 = 50;

/// The longest name, in characters.
const NAME_CHARS: usize = 80;

/// A token to be made.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct NewToken {
    /// What to call it: 1–80 characters on one line.
    #[schema(example = "Deploy bot")]
    pub name: String,
    /// What it may do: `read`, `write`, `admin:read`, `admin:write`; the last two are for administrators.
    #[schema(value_type = Vec<Scope>, min_items = 1)]
    pub scopes: Vec<String>,
    /// When it ends; null or left out: never.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<String>,
}

/// A new token with its secret, which is not shown again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TokenSecret {
    /// The token.
    #[serde(flatten)]
    pub token: Known,
    /// What to send as `Authorization: Bearer`.
    #[schema(example = "parley_pat_…")]
    pub secret: String,
}

/// A token that is certain to be allowed by itself.
struct Draft {
    name: String,
    scopes: Scopes,
    expires_at: Option<Timestamp>,
}

impl NewToken {
    fn parse(self, now: Timestamp) -> Result<Draft, Vec<FieldError>> {
        let mut errors = Vec::new();
        let mut wrong = |field: &str, code, detail: &str| {
            errors.push(FieldError::new(field, code, detail));
        };
        let name = self.name.trim();
        if name.is_empty() {
            wrong("name", Code::Empty, "a name is needed");
        }
        if name.chars().count() > NAME_CHARS {
            wrong("name", Code::TooLong, "at most 80 characters");
        }
        if name.chars().any(char::is_control) {
            wrong(
                "name",
                Code::BadCharacter,
                "one line without control characters",
            );
        }
        let scopes = self.scopes.iter().map(|scope| scope.parse::<Scope>());
        let scopes = match scopes.collect::<Result<Scopes, _>>() {
            Ok(scopes) => scopes,
            Err(_) => {
                let known = "`read`, `write`, `admin:read` or `admin:write`";
                wrong("scopes", Code::BadFormat, known);
                Scopes::default()
            }
        };
        if self.scopes.is_empty() {
            wrong("scopes", Code::Empty, "at least one is needed");
        }
        let expires_at = self.expires_at.map(|text| Timestamp::parse(&text));
        match expires_at {
            Some(None) => wrong(
                "expires_at",
                Code::BadFormat,
                "a time as in 2030-01-31T08:15:00Z",
            ),
            Some(Some(at)) if at <= now => wrong("expires_at", Code::BadFormat, "a time to come"),
            _ => {}
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Draft {
            name: name.to_owned(),
            scopes,
            expires_at: expires_at.flatten(),
        })
    }
}

impl Chat {
    /// The caller's tokens, the newest first.
    pub async fn tokens(
        &self,
        caller: Caller,
        before: Option<TokenId>,
        limit: u32,
    ) -> Result<Listing<Known, TokenId>> {
        self.tokens_of(caller.user, before, limit).await
    }

    /// A user's tokens, the newest first.
    pub(crate) async fn tokens_of(
        &self,
        user: UserId,
        before: Option<TokenId>,
        limit: u32,
    ) -> Result<Listing<Known, TokenId>> {
        self.store()
            .read(async move |tx| {
                let page = tokens::page(tx, user, before, i64::from(limit) + 1).await?;
                let mut list = Listing::cut(page, limit, |token| token.id);
                let own = StreamId::User(user);
                if let Some(head) = streams::head(tx, own).await? {
                    list.heads.push((own, head.n));
                }
                Ok(list)
            })
            .await
    }

    /// Makes a token for the caller.
    pub async fn create_token(
        &self,
        caller: Caller,
        input: NewToken,
        device: Device,
    ) -> Result<TokenSecret> {
        let address = device.address_text();
        self.make_token(caller.user, Some(caller), input, address)
            .await
    }

    /// Makes a token for `user`; `by` is who does, none for who runs the server.
    pub(crate) async fn make_token(
        &self,
        user: UserId,
        by: Option<Caller>,
        input: NewToken,
        address: String,
    ) -> Result<TokenSecret> {
        let draft = input.parse(self.clock().now()).map_err(Error::Invalid)?;
        let secret = Token::new(Purpose::Personal)?;
        let (hash, hint) = (secret.hash(), secret.hint().to_owned());
        let made = self.store().write(&[], async move |tx| {
            if let Some(caller) = by {
                // A session that ended on the way leaves nothing behind that outlives it.
                living(tx, caller).await?;
            }
            let owner = own_user(tx, user).await?;
            if draft.scopes.iter().any(Scope::is_for_administrators) {
                in_workspace(owner.role, WorkspaceAct::Administer)?;
            }
            if tokens::count_of(tx, user).await? >= MOST {
                let detail = format!("at most {MOST} tokens; revoke one first");
                return Err(Error::RefusedBecause(Code::TooMany, detail));
            }
            let now = tx.now();
            let token = Known {
                id: TokenId::new(now),
                name: draft.name.clone(),
                scopes: draft.scopes.iter().collect(),
                created_at: now,
                expires_at: draft.expires_at,
                last_used_at: None,
                hint: hint.clone(),
            };
            tokens::insert(tx, user, &token, &hash).await?;
            let act = Act {
                actor: by.map(|caller| caller.user),
                action: Action::TokenMade,
                subject: &token.id,
                data: serde_json::json!({
                    "user": user, "name": token.name, "scopes": token.scopes, "expires_at": token.expires_at,
                }),
                address: &address,
            };
            record(tx, act).await?;
            Ok(token)
        });
        let token = made.await?;
        let secret = secret.expose().to_owned();
        Ok(TokenSecret { token, secret })
    }

    /// Ends a token of the caller's, and with it its connections.
    pub async fn revoke_token(&self, caller: Caller, token: TokenId, device: Device) -> Result<()> {
        let address = device.address_text();
        let streams = [StreamId::User(caller.user)];
        self.write_as(caller, &streams, async move |tx| {
            if !tokens::revoke(tx, caller.user, token, RevokeReason::Revoked).await? {
                return Err(Error::NotFound);
            }
            let act = Act {
                actor: Some(caller.user),
                action: Action::TokenRevoked,
                subject: &token,
                data: serde_json::json!({ "user": caller.user }),
                address: &address,
            };
            record(tx, act).await
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_needs_a_name_a_scope_and_a_time_to_come() {
        let now = Timestamp::from_micros(1_769_847_300_000_000);
        let parse = |name: &str, scopes: &[&str], expires_at: Option<&str>| {
            let input = NewToken {
                name: name.to_owned(),
                scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
                expires_at: expires_at.map(str::to_owned),
            };
            let fields = |errors: Vec<FieldError>| {
                errors
                    .into_iter()
                    .map(|error| error.field)
                    .collect::<Vec<_>>()
            };
            input.parse(now).map(|draft| draft.name).map_err(fields)
        };
        assert_eq!(parse(" Deploy ", &["read"], None).unwrap(), "Deploy");
        assert!(parse("a", &["read", "write"], Some("2030-01-31T08:15:00Z")).is_ok());
        assert_eq!(
            parse("", &[], Some("soon")).unwrap_err(),
            ["name", "scopes", "expires_at"]
        );
        assert_eq!(
            parse("a\nb", &["all"], None).unwrap_err(),
            ["name", "scopes"]
        );
        assert_eq!(
            parse("a", &["read"], Some("2020-01-01T00:00:00Z")).unwrap_err(),
            ["expires_at"]
        );
    }
}

//! Who calls: a session's token, in the cookie or as a Bearer; and the cookie itself.
//!
//! A handler takes a [`chat::Caller`] as its first argument, and there is one.

use std::sync::{Arc, OnceLock};

use axum::extract::{FromRequestParts, MatchedPath};
use chat::Caller;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use model::code::Code;
use model::id::UserId;

use crate::extract::Client;
use crate::origin;
use crate::problem::Problem;
use crate::scopes::{Need, need};
use crate::state::AppState;

/// The name of the session's cookie.
pub const COOKIE: &str = "parley_session";

/// How long a browser keeps the cookie; the session behind it may end earlier.
const COOKIE_SECONDS: u64 = 400 * 24 * 60 * 60;

/// How a request says who calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential<'a> {
    /// A token in the `Authorization` header; programs have no other.
    Bearer(&'a str),
    /// A token in the cookie; browsers send it by themselves, so writes need proof of where they come from.
    Cookie(&'a str),
}

/// Where the log line of a request learns who called.
#[derive(Clone, Default)]
pub(crate) struct Known(pub(crate) Arc<OnceLock<UserId>>);

impl<'a> Credential<'a> {
    /// The credential of a request; a Bearer goes before the cookie, even a wrong one.
    pub fn of(headers: &'a HeaderMap) -> Option<Self> {
        if let Some(value) = headers.get(header::AUTHORIZATION) {
            let value = value.to_str().unwrap_or_default();
            let token = match value.split_once(' ') {
                Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
                _ => "",
            };
            return Some(Self::Bearer(token));
        }
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(name, token)| *name == COOKIE && !token.is_empty())
            .map(|(_, token)| Self::Cookie(token))
    }

    /// The token itself.
    pub fn token(self) -> &'a str {
        match self {
            Self::Bearer(token) | Self::Cookie(token) => token,
        }
    }
}

/// Who calls, without a look at where from; a token needs the scope of the call.
pub async fn authenticate(parts: &Parts, state: &AppState) -> Result<Caller, Problem> {
    let credential = Credential::of(&parts.headers).ok_or(Code::Unauthenticated)?;
    let address = Client::of(parts, state).address;
    let caller = state.chat.authenticate(credential.token(), address).await?;
    let is_program = matches!(caller.credential, chat::Credential::Token(..));
    if is_program && matches!(credential, Credential::Cookie(_)) {
        // Tokens are for programs; no browser is to carry one along by itself.
        return Err(Code::Unauthenticated.into());
    }
    let pattern = parts.extensions.get::<MatchedPath>();
    match need(&parts.method, pattern.map_or("", MatchedPath::as_str)) {
        Need::Scope(scope) => caller.needs(scope)?,
        Need::Session => caller.needs_session()?,
    }
    Ok(caller)
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let caller = authenticate(parts, state).await?;
        if let Some(Known(user)) = parts.extensions.get() {
            // Taken twice in one request it is the same user.
            let _ = user.set(caller.user);
        }
        let public = state.settings.public_url.as_ref();
        if matches!(Credential::of(&parts.headers), Some(Credential::Cookie(_)))
            && !origin::may_write_by_cookie(&parts.method, &parts.headers, public)
        {
            return Err(Code::CrossOrigin.into());
        }
        Ok(caller)
    }
}

/// The `Set-Cookie` that signs a browser in.
pub fn session_cookie(token: &str, state: &AppState) -> HeaderValue {
    cookie(token, COOKIE_SECONDS, state)
}

/// The `Set-Cookie` that makes a browser forget its session.
pub fn no_session_cookie(state: &AppState) -> HeaderValue {
    cookie("", 0, state)
}

fn cookie(token: &str, max_age: u64, state: &AppState) -> HeaderValue {
    let secure = if state.settings.https { "; Secure" } else { "" };
    let text =
        format!("{COOKIE}={token}; Path=/; Max-Age={max_age}; HttpOnly; SameSite=Lax{secure}");
    let mut value = HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
    value.set_sensitive(true);
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credential(name: &'static str, value: &'static str) -> HeaderMap {
        [(
            http::HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )]
        .into_iter()
        .collect()
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let headers = credential("cookie", "a=b; parley_session=tok; x=parley_session=no");
        assert_eq!(Credential::of(&headers), Some(Credential::Cookie("tok")));
        assert_eq!(
            Credential::of(&credential("cookie", "parley_session=")),
            None
        );
        assert_eq!(Credential::of(&HeaderMap::new()), None);
    }

    #[test]
    fn a_wrong_bearer_is_not_saved_by_a_good_cookie() {
        let mut headers = credential("cookie", "parley_session=good");
        for (value, token) in [
            ("Bearer t", "t"),
            ("bearer t", "t"),
            ("Basic t", ""),
            ("", ""),
        ] {
            headers.insert("authorization", HeaderValue::from_static(value));
            assert_eq!(Credential::of(&headers), Some(Credential::Bearer(token)));
        }
    }
}

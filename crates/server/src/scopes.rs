//! Which scope a personal access token needs for a call: one table, and what isn't in it no token may do.

use http::Method;
use model::token::Scope;

/// What a call asks of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// This scope.
    Scope(Scope),
    /// That there is none: only a device where the person signed in may do it.
    Session,
}

impl Need {
    /// The word for it in the API's description.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scope(scope) => scope.as_str(),
            Self::Session => "session",
        }
    }
}

/// Calls whose need isn't what their method says: a method, or any, and the beginning of the path's pattern.
const SPECIAL: &[(Option<Method>, &str, Need)] = &[
    // Who has a token must not get at what outlives it.
    (None, "/api/v1/me/tokens", Need::Session),
    (None, "/api/v1/me/sessions", Need::Session),
    (None, "/api/v1/me/password", Need::Session),
    (None, "/api/v1/auth/logout", Need::Session),
    // Who reads the mails reads links to passwords, owners' too.
    (Some(Method::PUT), "/api/v1/admin/mail", Need::Session),
    (Some(Method::DELETE), "/api/v1/admin/mail", Need::Session),
    (
        Some(Method::PATCH),
        "/api/v1/workspace",
        Need::Scope(Scope::AdminWrite),
    ),
    (Some(Method::GET), "/metrics", Need::Scope(Scope::AdminRead)),
];

/// What the call `method` of the path with this pattern asks of a token.
pub fn need(method: &Method, pattern: &str) -> Need {
    let special = SPECIAL.iter().find(|(only, start, _)| {
        let inside = pattern
            .strip_prefix(start)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        inside && only.as_ref().is_none_or(|only| only == method)
    });
    if let Some((_, _, need)) = special {
        return *need;
    }
    let reads = matches!(*method, Method::GET | Method::HEAD);
    let Some(call) = pattern.strip_prefix("/api/v1/") else {
        return Need::Session;
    };
    Need::Scope(match (call.starts_with("admin/"), reads) {
        (true, true) => Scope::AdminRead,
        (true, false) => Scope::AdminWrite,
        (false, true) => Scope::Read,
        (false, false) => Scope::Write,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(method: Method, pattern: &str) -> &'static str {
        need(&method, pattern).as_str()
    }

    #[test]
    fn reading_writing_and_administering_are_told_apart() {
        assert_eq!(of(Method::GET, "/api/v1/rooms/{id}"), "read");
        assert_eq!(of(Method::HEAD, "/api/v1/files/{id}"), "read");
        assert_eq!(of(Method::GET, "/api/v1/gateway"), "read");
        assert_eq!(of(Method::DELETE, "/api/v1/messages/{id}"), "write");
        assert_eq!(of(Method::GET, "/api/v1/admin/users"), "admin:read");
        assert_eq!(of(Method::POST, "/api/v1/admin/users"), "admin:write");
        assert_eq!(of(Method::POST, "/api/v1/admin/mail/test"), "admin:write");
        assert_eq!(of(Method::GET, "/api/v1/workspace"), "read");
        assert_eq!(of(Method::PATCH, "/api/v1/workspace"), "admin:write");
        assert_eq!(of(Method::GET, "/metrics"), "admin:read");
    }

    #[test]
    fn no_token_gets_at_credentials_or_at_what_nobody_thought_of() {
        for (method, pattern) in [
            (Method::GET, "/api/v1/me/tokens"),
            (Method::DELETE, "/api/v1/me/tokens/{id}"),
            (Method::GET, "/api/v1/me/sessions"),
            (Method::POST, "/api/v1/me/password"),
            (Method::POST, "/api/v1/auth/logout"),
            (Method::PUT, "/api/v1/admin/mail"),
            (Method::DELETE, "/api/v1/admin/mail"),
            (Method::GET, "/somewhere/else"),
            (Method::POST, "/metrics"),
        ] {
            assert_eq!(of(method, pattern), "session", "{pattern}");
        }
        assert_eq!(of(Method::GET, "/api/v1/me/tokens-of-others"), "read");
    }
}

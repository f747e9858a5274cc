//! Errors as clients see them: RFC 9457 problem documents with a stable code and nothing internal.
//!
//! A handler returns `Result<_, Problem>`; [`problems!`](crate::problems) declares in the API's description which codes a
//! call adds to those that every call of its kind has (see [`crate::openapi`]).

use std::time::Duration;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use model::code::{Code, FieldError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::middleware::observe;

/// The media type of a problem document.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// When to try again after the database was busy or away.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Why a request was not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The stable code; it brings status and title.
    pub code: Code,
    /// What is special about this occurrence, for people; never internals.
    pub detail: Option<String>,
    /// Which inputs are wrong, and why.
    pub errors: Vec<FieldError>,
    /// When to try again, for the codes that pass.
    pub retry_after: Option<Duration>,
}

/// A problem as it travels: the body of an HTTP error and the `d` of a gateway `error`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// Where the code is explained.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/api/docs#problem-invalid")]
    pub kind: String,
    /// A short, fixed text for people.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The stable code that clients decide by.
    pub code: Code,
    /// What is special about this occurrence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub detail: Option<String>,
    /// Which inputs are wrong, and why; there for input errors only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// After how many seconds trying again makes sense; there for the codes that pass, as `Retry-After` is over HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub retry_after: Option<u64>,
    /// The request's id, by which the log knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub request_id: Option<String>,
}

impl Problem {
    /// The problem that the code alone describes.
    pub const fn new(code: Code) -> Self {
        Self {
            code,
            detail: None,
            errors: Vec::new(),
            retry_after: None,
        }
    }

    /// The same with a sentence about this occurrence.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// The same, with the time after which trying again makes sense.
    #[must_use]
    pub const fn with_retry_after(mut self, after: Duration) -> Self {
        self.retry_after = Some(after);
        self
    }

    /// A malformed input (400), with its field where there is one.
    pub fn malformed(field: &str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        if field.is_empty() {
            return Self::new(Code::Malformed).with_detail(detail);
        }
        Self {
            errors: vec![FieldError::new(field, Code::Malformed, detail)],
            ..Self::new(Code::Malformed)
        }
    }

    /// Well-formed inputs that are not allowed (422).
    pub fn invalid(errors: impl IntoIterator<Item = FieldError>) -> Self {
        Self {
            errors: errors.into_iter().collect(),
            ..Self::new(Code::Invalid)
        }
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The document that travels.
    pub fn document(&self, request_id: Option<String>) -> ProblemDocument {
        ProblemDocument {
            kind: format!("/api/docs#problem-{}", self.code.as_str()),
            title: self.code.title().to_owned(),
            status: self.code.status(),
            code: self.code,
            detail: self.detail.clone(),
            errors: self.errors.clone(),
            retry_after: self.retry_after.map(whole_seconds),
            request_id,
        }
    }
}

/// Rounded up, so that nobody comes back too early.
fn whole_seconds(wait: Duration) -> u64 {
    (wait.as_secs() + u64::from(wait.subsec_nanos() > 0)).max(1)
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::invalid([error])
    }
}

impl From<Vec<FieldError>> for Problem {
    fn from(errors: Vec<FieldError>) -> Self {
        Self::invalid(errors)
    }
}

impl From<chat::Error> for Problem {
    fn from(error: chat::Error) -> Self {
        match error {
            chat::Error::NotFound => Self::new(Code::NotFound),
            chat::Error::Refused(code) => Self::new(code),
            chat::Error::RefusedBecause(code, detail) => Self::new(code).with_detail(detail),
            chat::Error::Invalid(errors) => Self::invalid(errors),
            chat::Error::RateLimited(after) => Self::new(Code::RateLimited).with_retry_after(after),
            chat::Error::Busy => Self::new(Code::Unavailable).with_retry_after(RETRY_AFTER),
            chat::Error::Store(error) => error.into(),
            chat::Error::Internal(error) => {
                tracing::error!(error, "a use case failed");
                Self::new(Code::Internal)
            }
        }
    }
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        let passing = match error {
            store::Error::Busy => Code::Unavailable,
            // The last two: other writers were in the way each time that it was tried.
            store::Error::Unavailable(_)
            | store::Error::Deadlock
            | store::Error::NeedsStream(_) => {
                tracing::warn!(%error, "the database did not take a request");
                Code::Unavailable
            }
            store::Error::UnknownOutcome => Code::UnknownOutcome,
            _ => {
                tracing::error!(%error, "the database failed a request");
                return Self::new(Code::Internal);
            }
        };
        Self::new(passing).with_retry_after(RETRY_AFTER)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = self.document(observe::current_request_id());
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = (self.status(), body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if let Some(seconds) = document.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use model::stream::StreamId;

    use super::*;

    #[tokio::test]
    async fn a_problem_is_a_document_with_its_code_and_nothing_else() {
        let response = Problem::new(Code::RateLimited)
            .with_retry_after(Duration::from_millis(1500))
            .into_response();
        assert_eq!(response.status(), 429);
        assert_eq!(response.headers()["content-type"], MEDIA_TYPE);
        assert_eq!(response.headers()["retry-after"], "2");
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            serde_json::json!({
                "type": "/api/docs#problem-rate_limited",
                "title": "Too many tries",
                "status": 429,
                "code": "rate_limited",
                "retry_after": 2,
            })
        );
    }

    #[test]
    fn what_the_database_may_do_the_next_time_is_worth_another_try() {
        let room = StreamId::Workspace;
        for passing in [
            store::Error::Busy,
            store::Error::Deadlock,
            store::Error::NeedsStream(room),
        ] {
            let problem = Problem::from(chat::Error::from(passing));
            assert_eq!(problem.code, Code::Unavailable);
            assert!(problem.retry_after.is_some());
        }
        assert_eq!(
            Problem::from(store::Error::NoStream(room)).code,
            Code::Internal
        );
    }

    #[test]
    fn a_wrong_field_is_named() {
        let problem = Problem::from(FieldError::new("body", Code::TooLong, "at most 3"));
        assert_eq!(problem.code, Code::Invalid);
        assert_eq!(problem.document(None).errors[0].field, "body");
    }
}

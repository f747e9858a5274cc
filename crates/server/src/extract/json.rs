//! The JSON body of a request, and of an answer.

use axum::body::{HttpBody, to_bytes};
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use model::code::Code;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::unreadable;
use crate::problem::Problem;

/// The largest body that a call takes: a message of 40,000 characters fits, each escaped.
pub const BODY_LIMIT: usize = 512 * 1024;

/// A JSON object as body.
///
/// Another media type is 415, more than [`BODY_LIMIT`] is 413, what isn't a JSON object with the fields and types of `T`
/// is 400 with the field's name.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Code::UnsupportedMediaType.into());
        }
        let body = read(request).await?;
        parse(&body).map(Self)
    }
}

/// `Option<Json<T>>`: a call whose body may be left out.
impl<S: Send + Sync, T: DeserializeOwned> OptionalFromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, Problem> {
        let said = request.headers().contains_key(header::CONTENT_TYPE);
        if !said && request.body().is_end_stream() {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state)
            .await
            .map(Some)
    }
}

async fn read(request: Request) -> Result<Bytes, Problem> {
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > BODY_LIMIT as u64) {
        return Err(Code::BodyTooLarge.into());
    }
    to_bytes(request.into_body(), BODY_LIMIT)
        .await
        .map_err(|error| {
            let too_large = std::error::Error::source(&error)
                .is_some_and(|cause| cause.is::<http_body_util::LengthLimitError>());
            if too_large {
                Code::BodyTooLarge.into()
            } else {
                Problem::malformed("", "the body ended early")
            }
        })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // Serde would take an array for a struct.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(Problem::malformed("", "the body must be a JSON object"));
    }
    let mut input = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut input)
        .map_err(|error| unreadable(error.path(), &error.inner().to_string()))?;
    input
        .end()
        .map_err(|_| Problem::malformed("", "something follows the JSON object"))?;
    Ok(value)
}

fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let kind = HeaderValue::from_static("application/json");
                ([(header::CONTENT_TYPE, kind)], body).into_response()
            }
            Err(error) => {
                tracing::error!(%error, "an answer could not be written as JSON");
                Problem::new(Code::Internal).into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only read by its Debug")]
    struct Post {
        body: String,
        thread: Option<String>,
    }

    async fn post(kind: &str, body: impl Into<Body>) -> Result<Post, Problem> {
        let request = Request::post("/")
            .header("content-type", kind)
            .body(body.into())
            .unwrap();
        <Json<Post> as FromRequest<()>>::from_request(request, &())
            .await
            .map(|Json(post)| post)
    }

    #[tokio::test]
    async fn a_malformed_body_is_400_and_names_its_field() {
        for (body, field) in [
            ("[\"a\"]", ""),
            ("", ""),
            ("{", ""),
            ("{\"body\": \"a\"} x", ""),
            ("{}", "body"),
            ("{\"body\": 5}", "body"),
            ("{\"body\": null}", "body"),
            ("{\"body\": \"a\", \"body\": \"b\"}", "body"),
            ("{\"body\": \"a\", \"thread\": []}", "thread"),
        ] {
            let problem = post("application/json", body).await.unwrap_err();
            assert_eq!(problem.code, Code::Malformed, "{body}");
            let named = problem.errors.first().map_or("", |error| &error.field);
            assert_eq!(named, field, "{body}");
        }
    }

    #[tokio::test]
    async fn unknown_fields_are_ignored() {
        let body = "{\"body\": \"a\", \"colour\": 1}";
        assert!(post("application/json; charset=utf-8", body).await.is_ok());
    }

    #[tokio::test]
    async fn only_json_is_taken_and_only_so_much() {
        let problem = post("text/plain", "{\"body\": \"a\"}").await.unwrap_err();
        assert_eq!(problem.code, Code::UnsupportedMediaType);
        let long = format!("{{\"body\": \"{}\"}}", "a".repeat(BODY_LIMIT));
        let problem = post("application/json", long).await.unwrap_err();
        assert_eq!(problem.code, Code::BodyTooLarge);
    }
}

//! Parameters of the query.

use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::unreadable;
use crate::problem::Problem;

/// The query's parameters; one that doesn't parse is 400 with its name, unknown ones are ignored.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parse(parts.uri.query().unwrap_or_default()).map(Self)
    }
}

fn parse<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let input = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
    serde_path_to_error::deserialize(input)
        .map_err(|error| unreadable(error.path(), &error.inner().to_string()))
}

#[cfg(test)]
mod tests {
    use model::code::Code;
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Bounds {
        before: Option<i64>,
    }

    #[test]
    fn a_parameter_that_does_not_parse_is_named() {
        let problem = parse::<Bounds>("before=soon").unwrap_err();
        assert_eq!(problem.code, Code::Malformed);
        assert_eq!(problem.errors[0].field, "before");
        assert_eq!(
            parse::<Bounds>("before=5&colour=red").unwrap().before,
            Some(5)
        );
        assert!(parse::<Bounds>("before=1&before=2").is_err());
    }
}

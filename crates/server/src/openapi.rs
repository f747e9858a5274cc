//! The API's description, made from the code, and the rules that every call follows.
//!
//! A route declares what is special about it; what all calls of its kind have in common — the ways to sign in, the
//! problems that any body, path or query can cause — is added here once.
//!
//! ```
//! use server::problems;
//!
//! problems! {
//!     /// What only this call answers.
//!     SetupProblems: BadToken, AlreadySetUp
//! }
//!
//! #[utoipa::path(
//!     post, path = "/setup", tag = "accounts", security(()),
//!     responses((status = 201, description = "The workspace is set up"), SetupProblems)
//! )]
//! async fn set_up() {}
//! ```

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use model::code::Code;
use utoipa::openapi::extensions::ExtensionsBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::schema::{AllOfBuilder, ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, Content, Ref, RefOr, Response, ResponseBuilder, SecurityRequirement,
};
use utoipa::{Modify, OpenApi};

use crate::frames;
use crate::problem::{MEDIA_TYPE, ProblemDocument};
use crate::scopes::{Need, need};
use crate::state::Role;

/// Declares which problems a call answers beside the common ones: a type to name among a path's `responses`.
#[macro_export]
macro_rules! problems {
    ($(#[$doc:meta])* $vis:vis $name:ident: $($code:ident),+ $(,)?) => {
        $(#[$doc])*
        $vis enum $name {}

        impl ::utoipa::IntoResponses for $name {
            fn responses() -> ::std::collections::BTreeMap<
                String,
                ::utoipa::openapi::RefOr<::utoipa::openapi::Response>,
            > {
                $crate::openapi::declare(&[$(::model::code::Code::$code),+])
            }
        }
    };
}

/// Where a declared response keeps its codes until [`Complete`] has merged them.
const CODES: &str = "x-codes";

/// Where an operation says which scope a token needs; `session`: none suffices.
const SCOPE: &str = "x-scope";

/// The base of the document; the routers add their paths to it.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Parley",
        description = "The API of a Parley server. Errors are RFC 9457 problem documents; decide by their `code`. The \
                       API grows within version 1: ignore fields and events that you don't know.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(
        ProblemDocument,
        model::event::Event,
        frames::Hello,
        frames::Sync,
        frames::Synced,
        frames::Watch,
        frames::Watching,
        frames::Send,
        frames::Typing,
        frames::TypingBy,
        frames::Read,
        frames::Presence,
        frames::PresenceWatch,
        frames::PresenceChange,
        frames::Reconnect,
        frames::Operation,
        frames::ServerFrame,
    )),
    tags(
        (name = "accounts", description = "Set-up, registering, signing in, one's own account and devices"),
        (name = "people", description = "Who is here"),
        (name = "rooms", description = "Rooms and their members"),
        (name = "messages", description = "What is said"),
        (name = "files", description = "What people attach, and pictures of them"),
        (name = "gateway", description = "What happens, as it happens"),
        (name = "administration", description = "For owners and administrators"),
        (name = "operations", description = "For those who run the server"),
    ),
    security(("cookie" = []), ("bearer" = []))
)]
pub struct Base;

/// The responses that declare `codes`, for [`problems!`](crate::problems).
pub fn declare(codes: &[Code]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status = BTreeMap::<String, Vec<&str>>::new();
    for code in codes {
        by_status
            .entry(code.status().to_string())
            .or_default()
            .push(code.as_str());
    }
    let declared = |codes| {
        let extensions = ExtensionsBuilder::new()
            .add(CODES, serde_json::json!(codes))
            .build();
        ResponseBuilder::new()
            .extensions(Some(extensions))
            .build()
            .into()
    };
    by_status
        .into_iter()
        .map(|(status, codes)| (status, declared(codes)))
        .collect()
}

/// Adds to every operation what all of its kind have in common, and the ways to sign in.
pub struct Complete;

impl Modify for Complete {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        document.info.version = env!("CARGO_PKG_VERSION").to_owned();
        add_security_schemes(document.components.get_or_insert_with(Components::new));
        for (path, item) in &mut document.paths.paths {
            let shared: Vec<_> = item.parameters.iter().flatten().cloned().collect();
            for (operation, method) in operations(item) {
                complete(operation, &shared, path, &method);
            }
        }
    }
}

fn add_security_schemes(components: &mut Components) {
    let cookie = ApiKeyValue::with_description(
        crate::auth::COOKIE,
        "Set by signing in. Writes need `Sec-Fetch-Site: same-origin` or our own `Origin`.",
    );
    let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components
        .security_schemes
        .insert("cookie".into(), cookie.into());
    components
        .security_schemes
        .insert("bearer".into(), bearer.into());
}

/// The operations of a path, each with its method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&mut Operation, Method)> {
    let all = [
        (&mut item.get, Method::GET),
        (&mut item.head, Method::HEAD),
        (&mut item.post, Method::POST),
        (&mut item.put, Method::PUT),
        (&mut item.patch, Method::PATCH),
        (&mut item.delete, Method::DELETE),
    ];
    all.into_iter()
        .filter_map(|(operation, method)| Some((operation.as_mut()?, method)))
}

fn complete(operation: &mut Operation, shared: &[RefOr<Parameter>], path: &str, method: &Method) {
    let is_api = path.starts_with("/api/v1/");
    let writes = !matches!(*method, Method::GET | Method::HEAD);
    let signed_in = !is_open(operation.security.as_deref());
    if signed_in {
        ask_for(operation, need(method, path));
    }
    let parameters = operation.parameters.iter().flatten().chain(shared);
    let mut codes = BTreeSet::new();
    for parameter in parameters {
        if let RefOr::T(parameter) = parameter {
            codes.insert(Listed(match parameter.parameter_in {
                ParameterIn::Path => Code::NotFound,
                _ => Code::Malformed,
            }));
        }
    }
    let mut add = |when: bool, these: &[Code]| {
        codes.extend(these.iter().filter(|_| when).copied().map(Listed));
    };
    add(is_api, &[Code::Internal, Code::Unavailable, Code::Timeout]);
    add(signed_in, &[Code::Unauthenticated, Code::Forbidden]);
    match need(method, path) {
        Need::Scope(_) => add(signed_in, &[Code::ScopeMissing]),
        Need::Session => add(signed_in, &[Code::SessionNeeded]),
    }
    add(signed_in && writes, &[Code::CrossOrigin]);
    add(is_api && writes, &[Code::RateLimited, Code::UnknownOutcome]);
    add(
        operation.request_body.is_some(),
        &[
            Code::Malformed,
            Code::BodyTooLarge,
            Code::UnsupportedMediaType,
            Code::Invalid,
        ],
    );
    codes.extend(operation.responses.responses.values().flat_map(declared));

    let mut by_status = BTreeMap::<u16, Vec<Code>>::new();
    for Listed(code) in codes {
        by_status.entry(code.status()).or_default().push(code);
    }
    for (status, codes) in by_status {
        let response = problem_response(&codes);
        operation
            .responses
            .responses
            .insert(status.to_string(), response.into());
    }
}

/// Says which scope a token needs, in a word of its own and in the requirement of the sign-in.
fn ask_for(operation: &mut Operation, need: Need) {
    let scopes = match need {
        Need::Scope(scope) => vec![scope.as_str()],
        Need::Session => Vec::new(),
    };
    operation.security = Some(vec![
        SecurityRequirement::new("cookie", Vec::<&str>::new()),
        SecurityRequirement::new("bearer", scopes),
    ]);
    operation
        .extensions
        .get_or_insert_default()
        .insert(SCOPE.to_owned(), need.as_str().into());
}

/// A code in the order of its text, so that the document is the same on every run.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Listed(Code);

impl Ord for Listed {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.as_str().cmp(other.0.as_str())
    }
}

impl PartialOrd for Listed {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Whether an operation says that it needs no sign-in: `security(())`.
fn is_open(security: Option<&[SecurityRequirement]>) -> bool {
    security.is_some_and(|list| {
        list.iter()
            .any(|one| *one == SecurityRequirement::default())
    })
}

fn declared(response: &RefOr<Response>) -> Vec<Listed> {
    let RefOr::T(response) = response else {
        return Vec::new();
    };
    let codes = response.extensions.as_ref().and_then(|all| all.get(CODES));
    let codes = codes.and_then(|codes| serde_json::from_value::<Vec<Code>>(codes.clone()).ok());
    codes.unwrap_or_default().into_iter().map(Listed).collect()
}

fn problem_response(codes: &[Code]) -> Response {
    let texts: Vec<_> = codes
        .iter()
        .map(|code| format!("`{}`: {}", code.as_str(), code.title()))
        .collect();
    let code = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(codes.iter().map(|code| code.as_str())));
    let schema = AllOfBuilder::new()
        .item(Ref::from_schema_name("Problem"))
        .item(ObjectBuilder::new().property("code", code));
    ResponseBuilder::new()
        .description(texts.join("; "))
        .content(MEDIA_TYPE, Content::builder().schema(Some(schema)).build())
        .build()
}

/// The whole document.
pub fn document() -> utoipa::openapi::OpenApi {
    finish(crate::routes::router(Role::All).into_openapi())
}

/// Completes what the routers collected.
pub(crate) fn finish(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    Complete.modify(&mut document);
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reference_in_the_document_leads_somewhere() {
        let document = serde_json::to_value(document()).unwrap();
        assert_eq!(document["openapi"], "3.1.0");
        let mut open = vec![&document];
        while let Some(value) = open.pop() {
            if let Some(target) = value.get("$ref").and_then(|target| target.as_str()) {
                let pointer = target.strip_prefix('#').unwrap();
                assert!(document.pointer(pointer).is_some(), "{target}");
            }
            match value {
                serde_json::Value::Array(items) => open.extend(items),
                serde_json::Value::Object(fields) => open.extend(fields.values()),
                _ => {}
            }
        }
    }

    #[test]
    fn operations_have_a_tag_a_summary_and_a_name_of_their_own() {
        let mut document = document();
        let mut names = BTreeSet::new();
        for (path, item) in &mut document.paths.paths {
            for (operation, _) in operations(item) {
                assert!(operation.summary.is_some(), "{path} has no summary");
                let tags = operation.tags.clone().unwrap_or_default();
                assert_eq!(tags.len(), 1, "{path} needs one tag");
                let name = operation.operation_id.clone().unwrap();
                assert!(names.insert(name.clone()), "{name} is there twice");
            }
        }
    }

    #[test]
    fn every_call_says_which_scope_a_token_needs_or_that_nobody_is_asked() {
        let mut document = document();
        for (path, item) in &mut document.paths.paths {
            for (operation, method) in operations(item) {
                let said = operation.extensions.as_ref().and_then(|all| all.get(SCOPE));
                match is_open(operation.security.as_deref()) {
                    true => assert_eq!(said, None, "{method} {path}"),
                    false => {
                        let need = need(&method, path);
                        assert_eq!(said, Some(&need.as_str().into()), "{method} {path}");
                        // Nothing falls through the table: outside of the API only what it names.
                        assert!(path.starts_with("/api/v1/") || path == "/metrics", "{path}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_declared_problem_joins_the_common_ones() {
        let mut operation = Operation::default();
        operation.responses.responses = declare(&[Code::BadToken, Code::AlreadySetUp]);
        operation.security = Some(vec![SecurityRequirement::default()]);
        complete(&mut operation, &[], "/api/v1/setup", &Method::POST);
        let responses = serde_json::to_value(&operation.responses).unwrap();
        let codes = "/content/application~1problem+json/schema/allOf/1/properties/code/enum";
        let of = |status: &str| responses[status].pointer(codes).cloned();
        assert_eq!(of("403"), Some(serde_json::json!(["bad_token"])));
        assert_eq!(of("409"), Some(serde_json::json!(["already_set_up"])));
        assert!(!responses.to_string().contains(CODES));
    }
}

//! People who call the server, and the one way in which every test makes a request.
//!
//! Each answer is compared with the served OpenAPI document; one that it doesn't describe fails the test.

use std::pin::Pin;

pub use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

use crate::app::{self, App};
use crate::gateway::Gateway;

/// Somebody at one device: the account as it was at sign-in, and the session's token.
#[derive(Clone, Debug)]
pub struct Person {
    app: App,
    /// The account.
    pub user: Value,
    /// The user's id; empty for nobody.
    pub id: String,
    /// The session's token; none for nobody.
    pub token: Option<String>,
}

impl Person {
    pub(crate) fn nobody(app: &App) -> Self {
        Self {
            app: app.clone(),
            user: Value::Null,
            id: String::new(),
            token: None,
        }
    }

    /// Whoever an answer `{user, token}` signs in.
    pub fn signed_in(app: &App, answer: &Value) -> Self {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Self {
            app: app.clone(),
            user: answer["user"].clone(),
            id: text(&answer["user"]["id"]),
            token: Some(text(&answer["token"])),
        }
    }

    /// The server that they talk to.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The name of their own stream.
    pub fn stream(&self) -> String {
        format!("user:{}", self.id)
    }

    /// Gives `other` a role in the workspace; them as they are signed in after it, as who rises is signed out.
    pub async fn promote(&self, other: &Self, role: &str) -> Self {
        let path = format!("admin/users/{}", other.id);
        self.patch(&path, json!({ "role": role })).await.is(200);
        let username = other.user["username"].as_str().expect("a user name");
        self.app.login(username).await
    }

    /// A request of theirs. A path that begins with `/` is from the root, any other under `/api/v1`.
    pub fn request(&self, method: Method, path: &str) -> Request {
        let request = Request::new(&self.app, method, path);
        match &self.token {
            Some(token) => request.header("authorization", &format!("Bearer {token}")),
            None => request,
        }
    }

    /// Reads.
    pub fn get(&self, path: &str) -> Request {
        self.request(Method::GET, path)
    }

    /// Posts a JSON body.
    pub fn post(&self, path: &str, body: Value) -> Request {
        self.request(Method::POST, path).json(&body)
    }

    /// Patches with a JSON body.
    pub fn patch(&self, path: &str, body: Value) -> Request {
        self.request(Method::PATCH, path).json(&body)
    }

    /// Puts a JSON body.
    pub fn put(&self, path: &str, body: Value) -> Request {
        self.request(Method::PUT, path).json(&body)
    }

    /// Deletes.
    pub fn delete(&self, path: &str) -> Request {
        self.request(Method::DELETE, path)
    }

    /// Makes a public room; gives its id.
    pub async fn public(&self, name: &str) -> String {
        let answer = self
            .post("rooms", json!({"kind": "public", "name": name}))
            .await;
        id_of(&answer.is(201))
    }

    /// Makes a private room with these people in it; gives its id.
    pub async fn private(&self, name: &str, people: &[&Person]) -> String {
        let members: Vec<_> = people.iter().map(|person| &person.id).collect();
        let body = json!({"kind": "private", "name": name, "members": members});
        id_of(&self.post("rooms", body).await.is(201))
    }

    /// The direct room with these people; gives its id.
    pub async fn direct(&self, people: &[&Person]) -> String {
        let users: Vec<_> = people.iter().map(|person| &person.id).collect();
        let answer = self.post("directs", json!({"users": users})).await;
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
        id_of(&answer.json())
    }

    /// Joins a room.
    pub async fn join(&self, room: &str) {
        self.add(room, self).await;
    }

    /// Makes somebody a member of a room.
    pub async fn add(&self, room: &str, other: &Person) {
        let path = format!("rooms/{room}/members/{}", other.id);
        let answer = self.put(&path, json!({})).await;
        assert!(matches!(answer.status, 200 | 201), "{answer:?}");
    }

    /// Ends somebody's membership, maybe their own.
    pub async fn remove(&self, room: &str, other: &Person) {
        let path = format!("rooms/{room}/members/{}", other.id);
        self.delete(&path).await.is(204);
    }

    /// Posts a message; gives it.
    pub async fn say(&self, room: &str, body: &str) -> Value {
        self.say_as(room, body, &app::client_id()).await.is(201)
    }

    /// Posts a message under an id of one's own.
    pub async fn say_as(&self, room: &str, body: &str, client_id: &str) -> Answer {
        let body = json!({"body": body, "client_id": client_id});
        self.post(&format!("rooms/{room}/messages"), body).await
    }

    /// A room's whole history, in order, page by page.
    pub async fn history(&self, room: &str) -> Vec<Value> {
        let mut messages: Vec<Value> = Vec::new();
        loop {
            let after = messages
                .last()
                .map_or(0, |last| last["ts"].as_i64().unwrap());
            let path = format!("rooms/{room}/messages?after={after}&limit=200");
            let page = self.get(&path).await.is(200);
            messages.extend(page["items"].as_array().unwrap().iter().cloned());
            if page["has_after"] == false {
                return messages;
            }
        }
    }

    /// Connects to the gateway and waits for its hello; nothing is synced yet.
    pub async fn gateway(&self) -> Gateway {
        Gateway::connect(self, &self.app.address()).await
    }

    /// Connects and goes live from hello's heads.
    pub async fn live(&self) -> Gateway {
        let gateway = self.gateway().await;
        gateway.sync(json!({})).await;
        gateway
    }
}

fn id_of(value: &Value) -> String {
    value["id"].as_str().expect("an id").to_owned()
}

/// A request on its way; awaiting it sends it, checks the answer against the document and gives it.
#[derive(Clone, Debug)]
pub struct Request {
    app: App,
    base: String,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
}

impl Request {
    /// A request of nobody. A path that begins with `/` is from the root, any other under `/api/v1`.
    pub fn new(app: &App, method: Method, path: &str) -> Self {
        let path = match path.starts_with('/') {
            true => path.to_owned(),
            false => format!("/api/v1/{path}"),
        };
        Self {
            app: app.clone(),
            base: app.base(),
            method,
            path,
            headers: HeaderMap::new(),
            body: None,
        }
    }

    /// With a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().expect("a header's name");
        self.headers
            .insert(name, HeaderValue::from_str(value).expect("a header's text"));
        self
    }

    /// With the session's cookie instead of its token.
    #[must_use]
    pub fn by_cookie(mut self, person: &Person) -> Self {
        self.headers.remove("authorization");
        let token = person.token.as_deref().expect("somebody signed in");
        self.header("cookie", &format!("parley_session={token}"))
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// With any body.
    #[must_use]
    pub fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.header("content-type", kind)
    }

    /// To another address than the server's own, such as a proxy's.
    #[must_use]
    pub fn through(mut self, address: &str) -> Self {
        self.base = format!("http://{address}");
        self
    }

    /// Sends it; an error is one of the connection. An answer is checked like any other.
    pub async fn attempt(self) -> Result<Answer, reqwest::Error> {
        let url = format!("{}{}", self.base, self.path);
        let mut request = self
            .app
            .http()
            .request(self.method.clone(), url)
            .headers(self.headers);
        if let Some(body) = self.body {
            request = request.body(body);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let body = response.bytes().await?.to_vec();
        let answer = Answer {
            what: format!("{} {}", self.method, self.path),
            status,
            headers,
            body,
        };
        // What is compressed is what the reader asked for, and can't be looked into here.
        if answer.header("content-encoding").is_none() && self.method != Method::HEAD {
            let kind = answer.header("content-type").unwrap_or_default();
            let contract = self.app.contract().await;
            contract.check_answer(self.method.as_str(), &self.path, status, kind, &answer.body);
        }
        Ok(answer)
    }
}

impl IntoFuture for Request {
    type Output = Answer;
    type IntoFuture = Pin<Box<dyn Future<Output = Answer> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let what = format!("{} {}", self.method, self.path);
            let answer = self.attempt().await;
            answer.unwrap_or_else(|error| panic!("{what}: {error:?}"))
        })
    }
}

/// An answer that the document describes.
#[derive(Clone)]
pub struct Answer {
    what: String,
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body = String::from_utf8_lossy(&self.body);
        write!(f, "{} → {} {body}", self.what, self.status)
    }
}

impl Answer {
    /// The body as JSON; null if there is none.
    pub fn json(&self) -> Value {
        if self.body.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{self:?}: {error}"))
    }

    /// The body, of an answer that has to have this status.
    #[track_caller]
    pub fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        self.json()
    }

    /// Fails unless this is the status and the body is these bytes.
    #[track_caller]
    pub fn is_bytes(&self, status: u16, bytes: &[u8]) {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.body == bytes, "{} has another body", self.what);
    }

    /// The problem, which has to have this status and code.
    #[track_caller]
    pub fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.is(status);
        assert_eq!(problem["code"], code, "{self:?}");
        problem
    }

    /// A 422, which has to complain of this field with this code.
    #[track_caller]
    pub fn invalid(&self, field: &str, code: &str) {
        let problem = self.problem(422, "invalid");
        self.complains(&problem, field, code);
    }

    /// A 400, which has to complain of this field.
    #[track_caller]
    pub fn malformed(&self, field: &str) {
        let problem = self.problem(400, "malformed");
        self.complains(&problem, field, "malformed");
    }

    #[track_caller]
    fn complains(&self, problem: &Value, field: &str, code: &str) {
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        let found = errors
            .iter()
            .any(|error| error["field"] == field && error["code"] == code);
        assert!(found, "expected {field}: {code} in {self:?}");
    }

    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

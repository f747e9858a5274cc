//! Pages of other sites that make a signed-in browser write: by form, by fetch, by WebSocket.

use serde_json::json;
use testkit::app::PASSWORD;
use testkit::client::Method;
use testkit::{App, Gateway, Request};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;

use super::{is_open, of_nothing, operations};
use crate::support::{World, setup};

/// What a form may be sent as by any page, without the browser asking first.
const FORMS: [&str; 3] = [
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "text/plain",
];

/// What a browser says of a request that another site's page made.
const STRANGE: [&[(&str, &str)]; 6] = [
    &[("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
    &[
        ("sec-fetch-site", "cross-site"),
        ("origin", "https://evil.example"),
    ],
    &[("origin", "https://evil.example")],
    &[("origin", "null")],
    &[],
];

fn with(request: Request, headers: &[(&str, &str)]) -> Request {
    headers.iter().fold(request, |request, (name, value)| {
        request.header(name, value)
    })
}

/// The status of a handshake that is refused; 101 if it isn't.
async fn handshake(app: &App, headers: &[(&str, &str)]) -> u16 {
    let stream = TcpStream::connect(app.address()).await.unwrap();
    match Gateway::over(app, stream, headers).await {
        Ok(_) => 101,
        Err(Error::Http(refusal)) => refusal.status().as_u16(),
        Err(error) => panic!("{error}"),
    }
}

testkit::on_both_databases! {
    async fn no_page_elsewhere_writes_with_a_browser_s_cookie(db: Database) {
        let World { app, olga, .. } = World::new(db).await;
        let document = app.contract().await.document().clone();
        let mut tried = 0;
        for (method, path, operation) in operations(&document) {
            if method == "GET" || is_open(&operation) {
                continue;
            }
            let method: Method = method.parse().unwrap();
            let request = || {
                let request = olga.request(method.clone(), &of_nothing(&path)).by_cookie(&olga);
                match operation.get("requestBody") {
                    Some(_) => request.json(&json!({})),
                    None => request,
                }
            };
            for headers in STRANGE {
                with(request(), headers).await.problem(403, "cross_origin");
            }
            tried += 1;
        }
        assert!(tried > 20, "{tried}");
        // None of it ended the session or changed anything that it reaches.
        assert_eq!(olga.get("me").await.is(200)["username"], "olga");
    }

    async fn a_form_is_never_taken_for_json(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let document = app.contract().await.document().clone();
        let mut tried = 0;
        for (method, path, operation) in operations(&document) {
            let Some(content) = operation["requestBody"]["content"].as_object() else {
                continue;
            };
            // Calls that take raw bytes or forms on purpose need the proof of origin alone.
            if !content.keys().all(|kind| kind == "application/json") {
                continue;
            }
            let method: Method = method.parse().unwrap();
            for form in FORMS {
                let request = ana
                    .request(method.clone(), &of_nothing(&path))
                    .body(form, r#"{"login": "ana", "token": "x"}"#);
                let answer = request.await;
                assert!(matches!(answer.status, 403 | 404 | 415), "{answer:?}");
            }
            tried += 1;
        }
        assert!(tried > 15, "{tried}");
        // The one that matters most to somebody who isn't signed in: being signed in as somebody else.
        let body = json!({"login": "ana", "password": PASSWORD}).to_string();
        for form in FORMS {
            let answer = app.request(Method::POST, "auth/login").body(form, body.clone()).await;
            answer.problem(415, "unsupported_media_type");
            assert_eq!(answer.header("set-cookie"), None);
        }
    }

    async fn a_method_can_t_be_smuggled_in_a_safe_one(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let before = ana.get("me").await.is(200);
        for name in ["x-http-method-override", "x-http-method", "x-method-override"] {
            let request = ana.get("me").by_cookie(&ana).header(name, "PATCH");
            request.json(&json!({"display_name": "Eve"})).await.is(200);
            let session = ana.get("me/sessions").await.is(200)["items"][0]["id"].clone();
            let path = format!("me/sessions?_method=DELETE&id={}", session.as_str().unwrap());
            ana.get(&path).by_cookie(&ana).header(name, "DELETE").await.is(200);
        }
        assert_eq!(ana.get("me").await.is(200), before);
        drop(app);
    }

    async fn a_foreign_page_opens_no_gateway(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let cookie = format!("parley_session={}", ana.token.clone().unwrap());
        let own = app.base();
        let near = format!("http://{}.evil.example", app.address());
        let other_port = "http://127.0.0.1:1";
        for origin in ["https://evil.example", "null", "file://", other_port, &near, ""] {
            let headers = [("cookie", cookie.as_str()), ("origin", origin)];
            assert_eq!(handshake(&app, &headers).await, 403, "{origin}");
        }
        assert_eq!(handshake(&app, &[("cookie", &cookie)]).await, 403);
        // A page can't set what a program would, and the cookie isn't looked at once there is a Bearer.
        let both = [("cookie", cookie.as_str()), ("origin", own.as_str()), ("authorization", "Bearer x")];
        assert_eq!(handshake(&app, &both).await, 401);
        assert_eq!(handshake(&app, &[("cookie", &cookie), ("origin", &own)]).await, 101);
    }

    async fn another_site_that_may_call_may_not_ride_on_the_cookie_of_the_gateway(db: Database) {
        let app = setup(db).env("PARLEY_CORS_ORIGINS", "https://tools.example.org").start().await;
        let World { app, ana, .. } = World::on(app).await;
        let cookie = format!("parley_session={}", ana.token.clone().unwrap());
        let headers = [("cookie", cookie.as_str()), ("origin", "https://evil.example")];
        assert_eq!(handshake(&app, &headers).await, 403);
        let write = ana.request(Method::PATCH, "me").json(&json!({})).by_cookie(&ana);
        write.header("origin", "https://evil.example").await.problem(403, "cross_origin");
    }
}

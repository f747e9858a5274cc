//! What browsers and caches are told about every answer, and which pages elsewhere may read them.

use serde_json::json;
use testkit::client::Method;
use testkit::{Answer, App, Database, Person};

use super::server;
use crate::support::setup;

/// What somebody who is signed in asks for, one of each kind of answer there is.
async fn answers(app: &App, olga: &Person) -> Vec<Answer> {
    let wrong = |kind: &str, body: Vec<u8>| olga.request(Method::PATCH, "me").body(kind, body);
    let mut all = Vec::new();
    for path in [
        "/",
        "/rooms/x",
        "/setup",
        "/index.html",
        "/none.js",
        "/api/docs",
        "/api/openapi.json",
        "/healthz",
        "/readyz",
    ] {
        all.push(app.anyone().get(path).await);
    }
    for path in ["me", "rooms", "rooms/x", "none", "/metrics", "gateway"] {
        all.push(olga.get(path).await);
        all.push(app.anyone().get(path).await);
    }
    all.push(olga.request(Method::DELETE, "me").await);
    all.push(app.request(Method::POST, "/").await);
    all.push(app.request(Method::OPTIONS, "me").await);
    all.push(wrong("text/html", b"<p>".to_vec()).await);
    all.push(wrong("application/json", b"{".to_vec()).await);
    all.push(wrong("application/json", vec![b' '; 600 * 1024]).await);
    all
}

#[tokio::test]
async fn no_answer_can_be_framed_sniffed_or_read_from_elsewhere() {
    let app = server().await;
    let olga = app.setup().await;
    for answer in answers(&app, &olga).await {
        let says = |name: &str| answer.header(name).unwrap_or_default().to_owned();
        assert_eq!(says("x-frame-options"), "DENY", "{answer:?}");
        let policy = says("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{answer:?}: {policy}"
        );
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{answer:?}: {policy}"
        );
        assert_eq!(says("x-content-type-options"), "nosniff", "{answer:?}");
        assert_eq!(
            says("cross-origin-resource-policy"),
            "same-origin",
            "{answer:?}"
        );
        assert_eq!(
            says("cross-origin-opener-policy"),
            "same-origin",
            "{answer:?}"
        );
        assert_eq!(says("referrer-policy"), "same-origin", "{answer:?}");
        // What we run and on what is nobody's business.
        for name in ["server", "x-powered-by", "via"] {
            assert_eq!(answer.header(name), None, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn nothing_that_a_cache_does_not_look_at_changes_what_it_keeps() {
    let app = server().await;
    let olga = app.setup().await;
    let plain = app.anyone().get("/").await;
    for (name, value) in [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-prefix", "/evil"),
        ("x-host", "evil.example"),
        ("x-original-url", "/evil"),
        ("forwarded", "host=evil.example"),
        ("accept-language", "evil"),
        ("user-agent", "<script>evil"),
        ("origin", "https://evil.example"),
        ("referer", "https://evil.example"),
        ("cookie", "evil=1; parley_session=evil"),
        ("range", "bytes=0-3"),
    ] {
        let asked = app.anyone().get("/").header(name, value).await;
        assert_eq!(
            (asked.status, &asked.body),
            (plain.status, &plain.body),
            "{name}"
        );
        for (header, value) in &asked.headers {
            let differs = matches!(header.as_str(), "x-request-id" | "date");
            assert!(
                differs || plain.headers.get(header) == Some(value),
                "{name} changes {header}: {value:?}"
            );
        }
    }
    // A host of another name gets the same page: nothing in it is made of the name.
    let other = app.anyone().get("/").header("host", "evil.example").await;
    assert_eq!(other.body, plain.body);
    // What differs by the encoding says so; what is somebody's own is kept by nobody, found or not.
    assert!(
        plain.header("vary").unwrap_or_default().contains("ccept-"),
        "{plain:?}"
    );
    for path in [
        "me",
        "rooms",
        "none",
        "me/x.css",
        "me;x.css",
        "me%2fx.css",
        "me/..%2fx.js",
        "rooms/x.png",
    ] {
        for answer in [olga.get(path).await, app.anyone().get(path).await] {
            assert_eq!(
                answer.header("cache-control"),
                Some("no-store"),
                "{path}: {answer:?}"
            );
        }
    }
    // Nor is an error in the place of a file.
    for path in ["/assets/none.js", "/none.png"] {
        let answer = app.anyone().get(path).await;
        assert_eq!(
            (answer.status, answer.header("cache-control")),
            (404, Some("no-store")),
            "{path}"
        );
    }
}

#[tokio::test]
async fn pages_elsewhere_get_nothing_unless_their_whole_origin_is_configured() {
    let app = setup(Database::sqlite())
        .env("PARLEY_CORS_ORIGINS", "https://tools.example.org")
        .start()
        .await;
    let olga = app.setup().await;
    for origin in [
        "https://tools.example.org.evil.example",
        "https://evil-tools.example.org",
        "https://tools.example.orgevil",
        "https://toolsxexample.org",
        "https://tools.example.org:8443",
        "http://tools.example.org",
        "https://evil.example/https://tools.example.org",
        "https://tools.example.org@evil.example",
        "https://tools.example.org%60.evil.example",
        "https://TOOLS.example.org.",
        "null",
        "*",
        "",
    ] {
        for method in [Method::GET, Method::OPTIONS] {
            let answer = olga
                .request(method, "me")
                .header("origin", origin)
                .header("access-control-request-method", "PATCH")
                .await;
            assert_eq!(
                answer.header("access-control-allow-origin"),
                None,
                "{origin}: {answer:?}"
            );
        }
    }
    let allowed = olga
        .get("me")
        .header("origin", "https://tools.example.org")
        .await;
    assert_eq!(
        allowed.header("access-control-allow-origin"),
        Some("https://tools.example.org")
    );
    assert_eq!(
        allowed.header("access-control-allow-credentials"),
        Some("true")
    );
    // A cache must not hand the answer for one origin to another.
    let varies = |answer: &Answer| {
        let all = answer.headers.get_all("vary").iter();
        all.filter_map(|value| value.to_str().ok())
            .any(|value| value.contains("origin"))
    };
    assert!(varies(&allowed), "{allowed:?}");
    assert!(varies(&olga.get("me").await));
    // Even so it writes nothing by somebody's cookie.
    let write = olga
        .request(Method::PATCH, "me")
        .json(&json!({"display_name": "Evil"}))
        .by_cookie(&olga)
        .header("origin", "https://tools.example.org");
    write.await.problem(403, "cross_origin");
}

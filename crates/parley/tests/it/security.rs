//! What protects the browser: cookies, origins, headers, bounds; and how the web app is served.

use serde_json::{Value, json};
use testkit::client::Method;
use testkit::{Answer, Request};

use crate::support::{World, setup};

fn has(answer: &Answer, name: &str, wanted: &str) {
    let value = answer.header(name).unwrap_or_default();
    assert!(value.contains(wanted), "{name}: {value} in {answer:?}");
}

testkit::on_both_databases! {
    async fn a_cookie_writes_from_our_own_pages_only(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let write = || {
            ana.request(Method::PATCH, "me")
                .json(&json!({"display_name": "Ana"}))
                .by_cookie(&ana)
        };
        let refused = async |request: Request| request.await.problem(403, "cross_origin");
        refused(write()).await;
        for site in ["same-site", "cross-site", "none"] {
            refused(write().header("sec-fetch-site", site).header("origin", &app.base())).await;
        }
        refused(write().header("origin", "https://evil.example")).await;
        refused(write().header("origin", "null")).await;
        write().header("sec-fetch-site", "same-origin").await.is(200);
        write().header("origin", &app.base()).await.is(200);
        // Reading needs no proof, and a Bearer none at all.
        ana.get("me").by_cookie(&ana).await.is(200);
        ana.patch("me", json!({"display_name": "Ana"})).header("sec-fetch-site", "cross-site").await.is(200);
        // A wrong Bearer isn't saved by a good cookie.
        let both = ana.get("me").by_cookie(&ana).header("authorization", "Bearer nonsense");
        both.await.problem(401, "unauthenticated");
        has(&app.anyone().get("me").await, "www-authenticate", "Bearer");
    }

    async fn behind_a_proxy_the_public_address_is_ours(db: Database) {
        let app = setup(db).env("PARLEY_PUBLIC_URL", "https://chat.example.org").start().await;
        let olga = app.setup().await;
        let write = || olga.request(Method::PATCH, "me").json(&json!({})).by_cookie(&olga);
        write().header("origin", "https://chat.example.org").await.is(200);
        write().header("origin", &app.base()).await.problem(403, "cross_origin");
        let login = json!({"login": "olga", "password": testkit::app::PASSWORD});
        let answer = app.anyone().post("auth/login", login).await;
        has(&answer, "set-cookie", "Secure");
        has(&answer, "strict-transport-security", "max-age=");
    }

    async fn every_answer_carries_the_headers_that_protect(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let answers = [
            ana.get("me").await,
            ana.get("no-such-path").await,
            app.anyone().get("me").await,
            app.anyone().get("/").await,
            app.anyone().get("/healthz").await,
            app.anyone().get("/api/openapi.json").await,
        ];
        let mut ids = std::collections::BTreeSet::new();
        for answer in &answers {
            has(answer, "x-content-type-options", "nosniff");
            has(answer, "content-security-policy", "default-src 'none'");
            has(answer, "content-security-policy", "frame-ancestors 'none'");
            assert!(!answer.header("content-security-policy").unwrap().contains("unsafe"));
            has(answer, "x-frame-options", "DENY");
            has(answer, "referrer-policy", "same-origin");
            has(answer, "cross-origin-resource-policy", "same-origin");
            ids.insert(answer.header("x-request-id").unwrap().to_owned());
            assert_eq!(answer.header("strict-transport-security"), None);
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
        assert_eq!(ids.len(), answers.len());
        has(&answers[0], "cache-control", "no-store");
        let problem = answers[1].json();
        assert_eq!(problem["request_id"], answers[1].header("x-request-id").unwrap());
    }

    async fn other_sites_may_call_if_they_are_configured(db: Database) {
        let app = setup(db).env("PARLEY_CORS_ORIGINS", "https://tools.example.org").start().await;
        let olga = app.setup().await;
        let ask = async |origin: &str| {
            app.request(Method::OPTIONS, "me")
                .header("origin", origin)
                .header("access-control-request-method", "PATCH")
                .header("access-control-request-headers", "authorization, content-type")
                .await
        };
        let allowed = ask("https://tools.example.org").await;
        has(&allowed, "access-control-allow-origin", "https://tools.example.org");
        has(&allowed, "access-control-allow-methods", "PATCH");
        assert_eq!(ask("https://evil.example").await.header("access-control-allow-origin"), None);
        let read = olga.get("me").header("origin", "https://tools.example.org").await;
        has(&read, "access-control-allow-origin", "https://tools.example.org");
        read.is(200);
    }

    async fn unknown_paths_and_methods_are_problems(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        for path in ["no-such-path", "rooms/x/y/z", "", "me/"] {
            ana.get(path).await.problem(404, "not_found");
        }
        ana.get("/api/v2/rooms").await.problem(404, "not_found");
        let wrong = ana.request(Method::PUT, "me").json(&json!({})).await;
        wrong.problem(405, "method_not_allowed");
        has(&wrong, "allow", "PATCH");
        // Ids that are none are of nothing.
        for path in ["rooms/1", "users/ana", "rooms/1/messages", "rooms/%00"] {
            ana.get(path).await.problem(404, "not_found");
        }
        // Signed out, what is there asks for a sign-in.
        app.anyone().get("rooms/1").await.problem(401, "unauthenticated");
        let method = app.request(Method::PUT, "me").await;
        assert!(matches!(method.status, 401 | 405), "{method:?}");
    }

    async fn the_web_app_is_served_from_the_binary(db: Database) {
        let app = setup(db).start().await;
        let page = app.anyone().get("/").await;
        has(&page, "content-type", "text/html");
        let etag = page.header("etag").expect("an ETag").to_owned();
        let again = app.anyone().get("/").header("if-none-match", &etag).await;
        assert_eq!((again.status, again.body.len()), (304, 0));
        // Any page of the app is the app.
        let deep = app.anyone().get("/rooms/x").await;
        assert_eq!(deep.body, page.body);
        let text = String::from_utf8(page.body.clone()).unwrap();
        let script = text
            .split(['"', '\''])
            .find(|part| part.ends_with(".js") && part.contains("assets/"))
            .expect("a script");
        let script = format!("/{}", script.trim_start_matches('/'));
        let plain = app.anyone().get(&script).await;
        assert_eq!(plain.status, 200);
        has(&plain, "content-type", "javascript");
        has(&plain, "cache-control", "immutable");
        for encoding in ["br", "gzip"] {
            let packed = app.anyone().get(&script).header("accept-encoding", encoding).await;
            has(&packed, "content-encoding", encoding);
            assert!(packed.body.len() < plain.body.len());
            has(&packed, "vary", "ccept-");
        }
        let missing = app.anyone().get("/assets/no-such-file.js").await;
        assert_eq!(missing.status, 404, "{missing:?}");
        assert!(!text.contains("http://") || text.contains("http://www.w3.org"), "another host in {text}");
    }

    async fn the_description_is_served_and_browsable(db: Database) {
        let app = setup(db).start().await;
        let document = app.anyone().get("/api/openapi.json").await.is(200);
        assert_eq!(document["openapi"], "3.1.0");
        let page = app.anyone().get("/api/docs").await;
        has(&page, "content-type", "text/html");
        let text = String::from_utf8(page.body).unwrap();
        assert!(!text.contains("https://"), "{text}");
        // Nothing inside of the page that the policy would refuse.
        assert!(!text.contains("<style") && !text.contains("style=\""), "{text}");
        assert!(!text.contains("<script>"), "{text}");
    }

    async fn health_is_for_everybody_and_metrics_are_for_administrators(db: Database) {
        let World { app, olga, ana, .. } = World::new(db).await;
        let ok: Value = json!({"status": "ok"});
        assert_eq!(app.anyone().get("/healthz").await.is(200), ok);
        assert_eq!(app.anyone().get("/readyz").await.is(200), ok);
        app.anyone().get("/metrics").await.problem(401, "unauthenticated");
        ana.get("/metrics").await.problem(403, "forbidden");
        let metrics = olga.get("/metrics").await;
        assert_eq!(metrics.status, 200);
        assert!(String::from_utf8(metrics.body).unwrap().ends_with("# EOF\n"));
    }

    async fn a_role_serves_its_part_only(db: Database) {
        let app = setup(db).arg("--role").arg("gateway").start().await;
        app.anyone().get("/healthz").await.is(200);
        let request = app.anyone().get("rooms").await;
        request.problem(404, "not_found");
        app.anyone().get("gateway").await.problem(401, "unauthenticated");
    }

    async fn nothing_secret_is_logged(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        ana.say(&room, "a secret plan").await;
        let gateway = ana.live().await;
        gateway.ok("send", json!({"room": room, "body": "another secret plan", "client_id": "x"})).await;
        app.anyone().post("auth/login", json!({"login": "ana", "password": "not the password"})).await;
        app.stop().await;
        let log = app.log();
        assert!(log.contains("answered"), "{log}");
        for secret in [ana.token.as_deref().unwrap(), testkit::app::PASSWORD, "secret plan", "not the password"] {
            assert!(!log.contains(secret), "{secret}");
        }
    }
}

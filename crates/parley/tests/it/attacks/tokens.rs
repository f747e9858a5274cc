//! Sessions: what their secrets are made of, where they count, and that nobody can put one on somebody else.

use std::collections::BTreeSet;

use serde_json::json;
use testkit::app::PASSWORD;
use testkit::client::Method;

use super::{is_open, of_nothing, operations};
use crate::support::{World, setup};

testkit::on_both_databases! {
    async fn a_token_in_an_address_opens_nothing(db: Database) {
        let World { app, olga, .. } = World::new(db).await;
        let token = olga.token.clone().unwrap();
        let document = app.contract().await.document().clone();
        for (method, path, operation) in operations(&document) {
            if method != "GET" || is_open(&operation) {
                continue;
            }
            let path = of_nothing(&path);
            for name in ["token", "access_token", "ticket", "session", "parley_session", "auth"] {
                let answer = app.anyone().get(&format!("{path}?{name}={token}")).await;
                answer.problem(401, "unauthenticated");
            }
        }
        let basic = app.anyone().get("me").header("authorization", &format!("Basic {token}"));
        basic.await.problem(401, "unauthenticated");
        let other = app.anyone().get("me").header("x-auth-token", &token);
        other.await.problem(401, "unauthenticated");
    }

    async fn tokens_are_long_random_and_never_the_same(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let mut seen = BTreeSet::from([ana.token.clone().unwrap()]);
        for _ in 0..20 {
            seen.insert(app.login("ana").await.token.unwrap());
        }
        assert_eq!(seen.len(), 21);
        let codes: Vec<_> = seen.iter().map(|token| token.strip_prefix("pses_").unwrap()).collect();
        for code in &codes {
            // 256 bits in base64url.
            assert_eq!(code.len(), 43, "{code}");
        }
        // No place has the same character in all of them, but for chance.
        for place in 0..42 {
            let letters: BTreeSet<_> = codes.iter().map(|code| code.as_bytes()[place]).collect();
            assert!(letters.len() > 4, "place {place}: {letters:?}");
        }
        // A neighbour of a token is no token.
        let token = ana.token.clone().unwrap();
        let last = token.chars().last().unwrap();
        for c in ['A', 'B', 'x', '0'].into_iter().filter(|c| *c != last) {
            let near = format!("Bearer {}{c}", &token[..token.len() - 1]);
            let answer = app.anyone().get("me").header("authorization", &near).await;
            answer.problem(401, "unauthenticated");
        }
    }

    async fn signing_in_never_takes_over_a_session_that_was_put_there(db: Database) {
        let World { app, ana, bo, .. } = World::new(db).await;
        let body = json!({"login": "ana", "password": PASSWORD});
        // Eve's own session, or one that she made up, waits in Ana's browser.
        let planted = bo.token.clone().unwrap();
        let made_up = format!("pses_{}", "A".repeat(43));
        for cookie in [&planted, &made_up] {
            let answer = app
                .request(Method::POST, "auth/login")
                .header("cookie", &format!("parley_session={cookie}"))
                .json(&body)
                .await;
            let token = answer.is(200)["token"].as_str().unwrap().to_owned();
            assert_ne!(&token, cookie);
            let set = answer.header("set-cookie").unwrap();
            assert!(set.starts_with(&format!("parley_session={token};")), "{set}");
        }
        assert_eq!(bo.get("me").await.is(200)["username"], "bo");
        let nobody = app.anyone().get("me").header("authorization", &format!("Bearer {made_up}"));
        nobody.await.problem(401, "unauthenticated");
        drop(ana);
    }

    async fn the_cookie_can_t_be_read_by_scripts_nor_sent_by_strangers(db: Database) {
        let app = setup(db).env("PARLEY_PUBLIC_URL", "https://chat.example.org").start().await;
        app.setup().await;
        let body = json!({"login": "olga", "password": PASSWORD});
        let answer = app.anyone().post("auth/login", body).await;
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().collect();
        assert_eq!(cookies.len(), 1, "{cookies:?}");
        let cookie = cookies[0].to_str().unwrap();
        let flags: BTreeSet<_> = cookie.split("; ").skip(1).collect();
        for flag in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(flags.contains(flag), "{cookie}");
        }
        // Without a domain it is this host's alone.
        assert!(!cookie.to_lowercase().contains("domain="), "{cookie}");
        // No cache keeps what signs somebody in.
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }

    async fn what_is_private_is_kept_by_no_cache(db: Database) {
        let World { app, olga, .. } = World::new(db).await;
        let document = app.contract().await.document().clone();
        for (method, path, operation) in operations(&document) {
            if method != "GET" || !path.starts_with("/api/v1/") {
                continue;
            }
            let answer = olga.get(&of_nothing(&path)).await;
            let kept = answer.header("cache-control").unwrap_or_default();
            let ok = kept.contains("no-store") || (kept.contains("private") && kept.contains("no-cache"));
            assert!(ok || is_open(&operation), "{path}: {kept}");
            // No part of a path makes an answer look like a file that a cache would keep.
            let disguised = olga.get(&format!("{}/x.css", of_nothing(&path))).await;
            assert_ne!(disguised.status, 200, "{path}");
        }
    }

    async fn a_session_that_ended_is_over_everywhere(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let gateway = ana.live().await;
        let room = ana.private("plans", &[]).await;
        ana.request(Method::POST, "auth/logout").await.is(204);
        assert_eq!(gateway.closed().await, 4003);
        for path in ["me", "rooms", &format!("rooms/{room}/messages")] {
            ana.get(path).await.problem(401, "unauthenticated");
        }
        // Nor does it come back with the server.
        app.stop().await;
        app.restart().await;
        ana.get("me").await.problem(401, "unauthenticated");
    }
}

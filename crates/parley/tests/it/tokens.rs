//! Personal access tokens: what they open, what they don't, and that their end is the end of their connections.

use serde_json::{Value, json};
use testkit::{App, Person, wait};

use crate::support::World;

/// A token of somebody's with these scopes, as somebody who calls.
async fn token(app: &App, of: &Person, scopes: &[&str]) -> (String, Person) {
    let new = json!({"name": "A program", "scopes": scopes});
    let made = of.post("me/tokens", new).await.is(201);
    let person = json!({"user": of.user, "token": made["secret"]});
    (
        made["id"].as_str().unwrap().to_owned(),
        Person::signed_in(app, &person),
    )
}

testkit::on_both_databases! {
    async fn a_token_is_shown_once_and_known_by_its_end(db: Database) {
        let World { app, ana, bo, .. } = World::new(db).await;
        let new = json!({"name": " Deploy ", "scopes": ["write", "read"], "expires_at": "2099-01-01T00:00:00Z"});
        let made = ana.post("me/tokens", new).await.is(201);
        let secret = made["secret"].as_str().unwrap();
        assert!(secret.starts_with("parley_pat_") && secret.ends_with(made["hint"].as_str().unwrap()));
        let list = ana.get("me/tokens").await;
        assert!(!String::from_utf8_lossy(&list.body).contains("parley_pat_"));
        let known = &list.is(200)["items"][0];
        assert_eq!((&known["name"], &known["scopes"]), (&json!("Deploy"), &json!(["read", "write"])));
        assert_eq!(known["last_used_at"], Value::Null);
        assert_eq!(bo.get("me/tokens").await.is(200)["items"], json!([]));
        app.anyone().get("me").header("authorization", &format!("Bearer {secret}")).await.is(200);
        wait::until("its use is noted", async || {
            let list = ana.get("me/tokens").await.is(200);
            list["items"][0]["last_used_at"].as_str().map(drop)
        })
        .await;
        // The database and the log know its hash at most.
        assert!(!app.log().contains(secret));

        ana.post("me/tokens", json!({"name": "", "scopes": ["read"]})).await.invalid("name", "empty");
        ana.post("me/tokens", json!({"name": "a", "scopes": []})).await.invalid("scopes", "empty");
        ana.post("me/tokens", json!({"name": "a", "scopes": ["all"]})).await.invalid("scopes", "bad_format");
        let past = json!({"name": "a", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"});
        ana.post("me/tokens", past).await.invalid("expires_at", "bad_format");
        ana.post("me/tokens", json!({"name": "a", "scopes": ["admin:read"]})).await.problem(403, "forbidden");
    }

    async fn a_token_does_what_its_scopes_say_and_no_token_gets_at_credentials(db: Database) {
        let World { app, olga, ana, .. } = World::new(db).await;
        let room = ana.public("plans").await;
        let (_, reads) = token(&app, &ana, &["read"]).await;
        let (_, writes) = token(&app, &ana, &["write"]).await;
        reads.get(&format!("rooms/{room}")).await.is(200);
        let refused = reads.say_as(&room, "words", "1").await.problem(403, "scope_missing");
        assert!(refused["detail"].as_str().unwrap().contains("`write`"), "{refused}");
        writes.say(&room, "words").await;
        writes.get(&format!("rooms/{room}")).await.problem(403, "scope_missing");
        let (_, everything) = token(&app, &olga, &["read", "write", "admin:read", "admin:write"]).await;
        everything.get("admin/users").await.is(200);
        let own = |rest: &str| format!("admin/users/{}{rest}", olga.id);
        for call in [
            everything.post(&own("/reset-link"), json!({})),
            everything.patch(&own(""), json!({"email": "new@example.org"})),
            everything.get(&own("/sessions")),
            everything.delete(&own("/tokens")),
            everything.get("me/tokens"),
            everything.post("me/tokens", json!({"name": "a", "scopes": ["read"]})),
            everything.get("me/sessions"),
            everything.post("me/password", json!({"current": "a", "password": "seven pears in a bowl"})),
            everything.post("auth/logout", json!({})),
            everything.patch("me", json!({"email": "new@example.org"})),
        ] {
            call.await.problem(403, "session_needed");
        }
        everything.patch("me", json!({"display_name": "Olga"})).await.is(200);
        // Programs have no cookies.
        let secret = everything.token.as_deref().unwrap();
        let by_cookie = app.anyone().get("me").header("cookie", &format!("parley_session={secret}"));
        by_cookie.await.problem(401, "unauthenticated");
        // A role that is lost takes the right along, whatever the token says.
        let path = format!("admin/users/{}", ana.id);
        let ana = everything.promote(&ana, "administrator").await;
        let (_, administers) = token(&app, &ana, &["admin:read"]).await;
        administers.get("admin/users").await.is(200);
        everything.patch(&path, json!({"role": "member"})).await.is(200);
        administers.get("admin/users").await.problem(403, "forbidden");
    }

    async fn a_token_s_connections_end_with_it_and_need_its_scopes(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let room = ana.public("plans").await;
        let (id, reads) = token(&app, &ana, &["read"]).await;
        let (_, writes) = token(&app, &ana, &["write"]).await;
        let gateway = reads.live().await;
        for (op, d) in [
            ("send", json!({"room": room, "body": "words", "client_id": "1"})),
            ("typing", json!({"room": room})),
            ("read", json!({"room": room, "ts": 1})),
            ("presence", json!({"status": "away"})),
        ] {
            let answer = gateway.op(op, d).await;
            assert_eq!(answer["d"]["code"], "scope_missing", "{op}: {answer}");
        }
        ana.say(&room, "words").await;
        assert_eq!(gateway.event("message.created").await["d"]["body"], "words");
        writes.get("gateway").await.problem(403, "scope_missing");

        let other = ana.live().await;
        bo.delete(&format!("me/tokens/{id}")).await.problem(404, "not_found");
        ana.delete(&format!("me/tokens/{id}")).await.is(204);
        assert_eq!(gateway.closed().await, 4003);
        assert_eq!(other.event("session.revoked").await["d"]["session"], json!(id));
        reads.get("me").await.problem(401, "unauthenticated");

        // What an administrator ends, ends in the same way.
        let (id, reads) = token(&app, &ana, &["read"]).await;
        let gateway = reads.live().await;
        olga.delete(&format!("admin/users/{}/tokens/{id}", ana.id)).await.is(204);
        assert_eq!(gateway.closed().await, 4003);
        other.op("ping", json!({})).await;
    }
}

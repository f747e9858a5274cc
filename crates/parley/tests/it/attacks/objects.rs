//! Reaching for what is somebody else's by its id, and giving oneself what only the server gives.

use serde_json::{Value, json};
use testkit::app::account;
use testkit::client::Method;

use super::operations;
use crate::support::{World, setup};

/// What nobody may say of themselves or of what they make.
fn claims() -> Value {
    json!({
        "id": "0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77",
        "role": "owner",
        "kind": "bot",
        "author": "0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77",
        "user": "0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77",
        "is_admin": true,
        "permissions": ["*"],
        "scopes": ["admin:write"],
        "password_hash": "x",
        "deactivated_at": null,
        "created_at": "2000-01-01T00:00:00Z",
        "edited_at": "2000-01-01T00:00:00Z",
        "deleted_at": "2000-01-01T00:00:00Z",
        "archived_at": "2000-01-01T00:00:00Z",
        "ts": 1,
        "n": 1,
        "system": {"type": "room_created", "actor": null, "users": [], "values": {}},
        "__proto__": {"role": "owner"},
        "constructor": {"prototype": {"role": "owner"}},
    })
}

fn with(mut body: Value, claims: &Value) -> Value {
    for (name, value) in claims.as_object().unwrap() {
        body.as_object_mut()
            .unwrap()
            .entry(name)
            .or_insert(value.clone());
    }
    body
}

testkit::on_both_databases! {
    async fn nobody_gives_themselves_what_only_the_server_gives(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let before = ana.get("me").await.is(200);
        assert_eq!(ana.patch("me", claims()).await.is(200), before);

        let eve = app.anyone().post("auth/register", with(account("eve"), &claims())).await.is(201);
        assert_eq!((&eve["user"]["role"], &eve["user"]["kind"]), (&json!("member"), &json!("person")));
        assert_ne!(eve["user"]["id"], claims()["id"]);

        let room = json!({"kind": "private", "name": "plans"});
        let room = ana.post("rooms", with(room, &claims())).await.is(201);
        assert_ne!(room["id"], claims()["id"]);
        assert_eq!(room["archived_at"], Value::Null);
        let path = format!("rooms/{}", room["id"].as_str().unwrap());
        let mut change = claims();
        change["kind"] = json!("public");
        let after = ana.patch(&path, change).await.is(200);
        assert_eq!((&after["id"], &after["kind"]), (&room["id"], &json!("private")));

        let message = json!({"body": "hello", "client_id": "x"});
        let message = ana.post(&format!("{path}/messages"), with(message, &claims())).await.is(201);
        assert_eq!((&message["author"], &message["kind"]), (&json!(ana.id), &json!("message")));
        assert!(message["ts"].as_i64().unwrap() > 1_000_000);
        for field in ["system", "edited_at", "deleted_at"] {
            assert_eq!(message[field], Value::Null, "{message}");
        }
        // By the gateway neither.
        let gateway = ana.live().await;
        let send = json!({"room": room["id"], "body": "hello", "client_id": "y"});
        let sent = gateway.ok("send", with(send, &claims())).await;
        assert_eq!((&sent["author"], &sent["kind"]), (&json!(ana.id), &json!("message")));
    }

    async fn names_of_a_language_s_own_objects_are_names_like_others(db: Database) {
        let World { ana, .. } = World::new(db).await;
        for name in ["__proto__", "constructor", "hasOwnProperty", "prototype", "toString", "null", "undefined"] {
            let room = ana.private(name, &[]).await;
            ana.say(&room, name).await;
            let kept = ana.get(&format!("rooms/{room}")).await.is(200);
            assert_eq!(kept["name"], name);
        }
        let raw = r#"{"display_name": "Ana", "__proto__": {"role": "owner"}, "constructor": {"x": 1}}"#;
        let answer = ana.request(Method::PATCH, "me").body("application/json", raw).await;
        let me = answer.is(200);
        assert_eq!(me["role"], "member");
        assert!(!me.to_string().contains("__proto__"));
    }

    async fn bodies_that_mean_two_things_mean_nothing(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let path = format!("rooms/{room}/messages");
        for body in [
            r#"{"body": "one", "body": "two", "client_id": "x"}"#,
            r#"{"body": "one", "client_id": "x"}{"body": "two", "client_id": "y"}"#,
            r#"[{"body": "one", "client_id": "x"}]"#,
            r#""body""#,
            "null",
            "{\"body\": \"\\ud800\", \"client_id\": \"x\"}",
            "{\"body\": 1e999, \"client_id\": \"x\"}",
            "\u{feff}{\"body\": \"one\", \"client_id\": \"x\"}",
        ] {
            let request = ana.request(Method::POST, &path).body("application/json", body);
            request.await.problem(400, "malformed");
        }
        let bytes = b"{\"body\": \"\xff\xfe\", \"client_id\": \"x\"}".to_vec();
        let request = ana.request(Method::POST, &path).body("application/json", bytes);
        request.await.problem(400, "malformed");
        // Nested as deep as the size allows.
        let deep = format!("{{\"body\": {}{}}}", "[".repeat(200_000), "]".repeat(200_000));
        let request = ana.request(Method::POST, &path).body("application/json", deep);
        request.await.problem(400, "malformed");
        app.anyone().get("/healthz").await.is(200);
        assert!(ana.history(&room).await.iter().all(|message| message["kind"] == "system"));
    }

    async fn ids_of_other_people_s_things_open_nothing(db: Database) {
        let World { app, ana, bo, olga } = World::on(setup(db).start().await).await;
        let room = ana.private("plans", &[]).await;
        let message = ana.say(&room, "hello").await["id"].as_str().unwrap().to_owned();
        let session = ana.get("me/sessions").await.is(200)["items"][0]["id"].as_str().unwrap().to_owned();
        let invitation = ana.post("invitations", json!({})).await.is(201)["id"].as_str().unwrap().to_owned();
        let things = Things { room, message, session, invitation, user: ana.id.clone() };
        let document = app.contract().await.document().clone();
        let mut tried = 0;
        for (method, path, operation) in operations(&document) {
            let Some(address) = things.address(&path) else { continue };
            let request = bo.request(method.parse().unwrap(), &address);
            let answer = match operation.get("requestBody") {
                Some(body) if body["content"].get("application/json").is_some() => {
                    request.json(&sensible(&path)).await
                }
                Some(_) => request.body("application/octet-stream", "x").header("upload-offset", "0").await,
                None => request.await,
            };
            let administrators = path.starts_with("/api/v1/admin/");
            let wanted = if administrators { 403 } else { 404 };
            assert_eq!(answer.status, wanted, "{answer:?}");
            tried += 1;
        }
        assert!(tried > 12, "{tried}");
        // An owner of the workspace reads no private room either.
        olga.get(&format!("rooms/{}", things.room)).await.problem(404, "not_found");
        olga.get(&format!("rooms/{}/messages", things.room)).await.problem(404, "not_found");
        // All of it is as it was.
        assert_eq!(ana.history(&things.room).await.last().unwrap()["body"], "hello");
        ana.get("me").await.is(200);
    }
}

/// Things of Ana's.
struct Things {
    room: String,
    message: String,
    session: String,
    invitation: String,
    user: String,
}

impl Things {
    /// A call on one of them; none for a call on what everybody may reach or on nothing of anybody's. A kind of path
    /// that is in neither list fails the test.
    fn address(&self, path: &str) -> Option<String> {
        let first = |id: &str| {
            let address = path
                .replacen("{id}", id, 1)
                .replace("{user_id}", &self.user);
            Some(
                address
                    .replace("{emoji}", "%F0%9F%91%8D")
                    .replace("{session_id}", &self.session),
            )
        };
        let nothing = "0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77";
        match path.strip_prefix("/api/v1/") {
            _ if !path.contains('{') => None,
            Some(rest) if rest.starts_with("rooms/") => first(&self.room),
            Some(rest) if rest.starts_with("messages/") => first(&self.message),
            Some(rest) if rest.starts_with("me/sessions/") => first(&self.session),
            Some(rest) if rest.starts_with("invitations/") => first(&self.invitation),
            // Made with parts of their own, which their own tests reach for.
            Some(rest)
                if ["me/tokens/", "files/", "uploads/"]
                    .iter()
                    .any(|start| rest.starts_with(start)) =>
            {
                first(nothing)
            }
            Some(rest) if rest.starts_with("admin/users/") => Some(
                path.replacen("{id}", &self.user, 1)
                    .replace("{session_id}", &self.session)
                    .replace("{token_id}", nothing),
            ),
            Some(rest) if rest.starts_with("admin/rooms/") => first(&self.room),
            Some(rest) if rest.starts_with("admin/") => first(nothing),
            // Everybody sees who is here.
            Some("users/{id}") => None,
            _ => panic!("{path} has no place in this test"),
        }
    }
}

/// A body that would be taken, were it not somebody else's.
fn sensible(path: &str) -> Value {
    match path.rsplit('/').next() {
        Some("messages") => json!({"body": "mine now", "client_id": "x"}),
        Some("read") => json!({"ts": 1}),
        _ if path.ends_with("/messages/{id}") => json!({"body": "mine now"}),
        _ => json!({}),
    }
}

//! How connections begin and end.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use testkit::{App, Gateway, Person};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;

use crate::support::{World, stream};

/// A handshake with these headers: the refusal's status, or none.
async fn refused(app: &App, headers: &[(&str, &str)]) -> Option<u16> {
    let stream = TcpStream::connect(app.address()).await.unwrap();
    match Gateway::over(app, stream, headers).await {
        Ok(_) => None,
        Err(Error::Http(refusal)) => Some(refusal.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

fn bearer(person: &Person) -> String {
    format!("Bearer {}", person.token.as_deref().unwrap())
}

fn cookie(person: &Person) -> String {
    format!("parley_session={}", person.token.as_deref().unwrap())
}

testkit::on_both_databases! {
    async fn a_handshake_needs_a_session(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        assert_eq!(refused(&app, &[]).await, Some(401));
        assert_eq!(refused(&app, &[("authorization", "Bearer nonsense")]).await, Some(401));
        assert_eq!(refused(&app, &[("authorization", &bearer(&ana))]).await, None);
        // A cookie counts from our own pages only.
        let cookie = cookie(&ana);
        assert_eq!(refused(&app, &[("cookie", &cookie)]).await, Some(403));
        let foreign = [("cookie", cookie.as_str()), ("origin", "https://evil.example")];
        assert_eq!(refused(&app, &foreign).await, Some(403));
        let base = app.base();
        assert_eq!(refused(&app, &[("cookie", &cookie), ("origin", &base)]).await, None);
        // No token counts in the address.
        let token = ana.token.as_deref().unwrap();
        for name in ["ticket", "token", "access_token"] {
            app.anyone().get(&format!("gateway?{name}={token}")).await.problem(401, "unauthenticated");
        }
        // A plain request is told what the gateway is.
        let plain = ana.get("gateway").await;
        assert_eq!(plain.status, 426, "{plain:?}");
    }

    async fn a_revoked_session_is_cut_at_once(db: Database) {
        let World { app, ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let other = app.login("bo").await;
        let (kept, cut) = (bo.live().await, other.live().await);
        let session = cut.hello["session"].as_str().unwrap();
        bo.delete(&format!("me/sessions/{session}")).await.is(204);
        let event = kept.event("session.revoked").await;
        assert_eq!((&event["s"], &event["d"]["session"]), (&json!(bo.stream()), &json!(session)));
        assert_eq!(cut.closed().await, 4003);
        other.get("me").await.problem(401, "unauthenticated");
        assert_eq!(refused(&app, &[("authorization", &bearer(&other))]).await, Some(401));
        // The other device goes on.
        let sent = ana.say(&room, "still here?").await;
        assert_eq!(kept.event("message.created").await["d"], sent);
    }

    async fn a_connection_ends_when_its_session_ends_by_itself(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let room = ana.private("plans", &[]).await;
        let soon = async |seconds: u32| {
            let by = format!("expires_at = last_seen_at + {seconds} * 1000000");
            app.run_sql(&format!("UPDATE sessions SET {by}")).await;
        };
        let began = Instant::now();
        let ana = app.login("ana").await;
        soon(4).await;
        let gateway = ana.live().await;
        // Used elsewhere meanwhile, it lives on.
        soon(6).await;
        assert_eq!(gateway.closed().await, 4003);
        assert!(began.elapsed() > Duration::from_secs(6), "{:?}", began.elapsed());
        ana.post(&format!("rooms/{room}/messages"), json!({})).await.problem(401, "unauthenticated");
    }

    async fn signing_out_ends_the_connection(db: Database) {
        let World { bo, .. } = World::new(db).await;
        let gateway = bo.live().await;
        bo.post("auth/logout", json!({})).await.is(204);
        assert_eq!(gateway.closed().await, 4003);
    }

    async fn a_server_that_goes_down_asks_its_clients_to_come_back(db: Database) {
        let World { app, ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let name = stream(&room);
        let (one, other) = (ana.live().await, bo.live().await);
        let before = ana.say(&room, "before").await["n"].as_u64().unwrap();
        other.reached(&name, before).await;
        app.terminate();
        for gateway in [&one, &other] {
            let asked = gateway.event("reconnect").await;
            assert!(asked["d"]["after_ms"].as_u64().unwrap() <= 30_000, "{asked}");
            assert_eq!(gateway.closed().await, 1012);
        }
        app.wait().await;
        app.restart().await;
        let back = bo.gateway().await;
        assert_eq!(back.hello["epoch"], other.hello["epoch"]);
        assert_eq!(back.sync(json!({ name.clone(): before })).await, json!({"reset": {}, "gone": []}));
        let after = ana.say(&room, "after").await["n"].as_u64().unwrap();
        back.reached(&name, after).await;
        assert_eq!(back.numbers(&name), [before + 1]);
        assert_eq!(after, before + 1);
    }

    async fn new_people_and_rooms_are_news_of_the_workspace(db: Database) {
        let World { app, ana, bo, .. } = World::new(db).await;
        let gateway = bo.live().await;
        let cy = app.person("cy").await;
        let created = gateway.event("user.created").await;
        assert_eq!((&created["s"], &created["d"]["id"]), (&json!("workspace"), &json!(cy.id)));
        let room = ana.public("square").await;
        let created = gateway.event("room.created").await;
        assert_eq!((&created["s"], &created["d"]["id"]), (&json!("workspace"), &json!(room)));
        ana.private("hidden", &[]).await;
        cy.patch("me", json!({"display_name": "Cy Young"})).await.is(200);
        let updated = gateway.event("user.updated").await;
        assert_eq!((&updated["d"]["display_name"], updated["d"].get("email")), (&json!("Cy Young"), None::<&Value>));
        assert!(!gateway.heard(|frame| frame["d"]["name"] == "hidden"));
    }

    async fn what_happens_to_a_room_and_its_messages_is_heard_with_its_content(db: Database) {
        let World { ana, bo, olga, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let path = format!("rooms/{room}");
        let gateway = bo.live().await;
        let sent = ana.say(&room, "one").await;
        let message = format!("messages/{}", sent["id"].as_str().unwrap());
        let edited = ana.patch(&message, json!({"body": "two"})).await.is(200);
        assert_eq!(gateway.event("message.updated").await["d"], edited);
        ana.delete(&message).await.is(204);
        let deleted = gateway.event("message.deleted").await;
        assert_eq!((&deleted["d"]["id"], &deleted["d"]["body"]), (&sent["id"], &json!("")));
        ana.patch(&path, json!({"name": "renamed"})).await.is(200);
        assert_eq!(gateway.event("room.updated").await["d"]["name"], "renamed");
        ana.add(&room, &olga).await;
        assert_eq!(gateway.event("member.joined").await["d"], json!({"user": olga.id, "role": "member"}));
        ana.put(&format!("{path}/members/{}", olga.id), json!({"role": "owner"})).await.is(200);
        assert_eq!(gateway.event("member.updated").await["d"], json!({"user": olga.id, "role": "owner"}));
        ana.remove(&room, &olga).await;
        assert_eq!(gateway.event("member.left").await["d"], json!({"user": olga.id, "role": "owner"}));
        ana.delete(&path).await.is(204);
        assert!(gateway.event("room.archived").await["d"]["archived_at"].is_string());
        let now = bo.get(&path).await.is(200)["head"].as_u64().unwrap();
        let start = gateway.head(&stream(&room));
        assert_eq!(gateway.numbers(&stream(&room)), (start + 1..=now).collect::<Vec<_>>());
    }
}

//! Whoever is signed out hears why, before the connection ends.

use std::collections::VecDeque;

use serde_json::{Value, json};
use testkit::app::{PASSWORD, client_id};
use testkit::{Gateway, Person};

use crate::support::{World, stream};

const NEW_PASSWORD: &str = "plum crumble at noon";

/// The words of the end of this very connection.
async fn reason(gateway: &Gateway) -> Value {
    let session = gateway.hello["session"].clone();
    let own = |frame: &Value| frame["t"] == "session.revoked" && frame["d"]["session"] == session;
    let event = gateway.until("its own end", own).await;
    assert_eq!(gateway.closed().await, 4003);
    event["d"]["reason"].clone()
}

/// More words than the systems' buffers and an inbox take for a client that doesn't read.
async fn flood(sender: &Gateway, room: &str) {
    let body = "x".repeat(8_000);
    let mut sent = VecDeque::new();
    for _ in 0..1_200 {
        let send = json!({"room": room, "body": body, "client_id": client_id()});
        sent.push_back(sender.start("send", send).await);
        if sent.len() >= 16 {
            sender.answer(&sent.pop_front().unwrap()).await;
        }
    }
    for id in sent {
        assert_eq!(sender.answer(&id).await["t"], "ok");
    }
}

const AFTER: &str = "not for who is gone";

/// Reads on while others go on talking in `rooms`: what comes until the session's end was said before it.
async fn hears_nothing_after_its_end(slow: &Gateway, speaker: &Person, rooms: &[String]) {
    slow.resume_reading();
    let mut turn = rooms.iter().cycle();
    while slow.close().is_none() {
        speaker.say(turn.next().unwrap(), AFTER).await;
    }
    assert_eq!(slow.closed().await, 4003);
    assert!(!slow.heard(|frame| frame["d"]["body"] == AFTER));
}

/// A token of somebody's, as somebody who calls, and its id.
async fn token(of: &Person) -> (String, Person) {
    let new = json!({"name": "A program", "scopes": ["read"]});
    let made = of.post("me/tokens", new).await.is(201);
    let person = json!({"user": of.user, "token": made["secret"]});
    let id = made["id"].as_str().unwrap().to_owned();
    (id, Person::signed_in(of.app(), &person))
}

testkit::on_both_databases! {
    async fn a_session_says_who_or_what_ended_it(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let of_ana = format!("admin/users/{}", ana.id);

        let here = ana.live().await;
        ana.post("auth/logout", json!({})).await.is(204);
        assert_eq!(reason(&here).await, "signed_out");

        let (ana, phone) = (app.login("ana").await, app.login("ana").await);
        let (kept, there) = (ana.live().await, phone.live().await);
        let session = there.hello["session"].as_str().unwrap();
        ana.delete(&format!("me/sessions/{session}")).await.is(204);
        assert_eq!(reason(&there).await, "signed_out");
        // The person's other device hears of it, too, and lives on.
        let event = kept.event("session.revoked").await;
        assert_eq!(event["d"], json!({"session": session, "reason": "signed_out"}));
        kept.quiet().await;

        let phone = app.login("ana").await;
        let there = phone.live().await;
        let session = there.hello["session"].as_str().unwrap();
        olga.delete(&format!("{of_ana}/sessions/{session}")).await.is(204);
        assert_eq!(reason(&there).await, "administrator");

        let phone = app.login("ana").await;
        let there = phone.live().await;
        let change = json!({"current": PASSWORD, "password": NEW_PASSWORD});
        ana.post("me/password", change).await.is(204);
        assert_eq!(reason(&there).await, "password");

        olga.delete(&format!("{of_ana}/sessions")).await.is(204);
        assert_eq!(reason(&kept).await, "administrator");

        // Nobody else hears of it.
        let page = bo.live().await;
        let link = olga.post(&format!("admin/users/{}/reset-link", bo.id), json!({})).await.is(201);
        let (_, secret) = link["url"].as_str().unwrap().split_once("#token=").unwrap();
        let watcher = olga.live().await;
        let reset = json!({"token": secret, "password": NEW_PASSWORD});
        app.anyone().post("auth/reset-password", reset).await.is(204);
        assert_eq!(reason(&page).await, "password");
        watcher.quiet().await;
        assert!(!watcher.heard(|frame| frame["t"] == "session.revoked"));
    }

    async fn a_change_of_role_and_a_shut_account_say_so_to_devices_and_programs(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        for (person, change) in [(&ana, "administrator"), (&bo, "guest")] {
            let (_, program) = token(person).await;
            let (page, runs) = (person.live().await, program.live().await);
            olga.promote(person, change).await;
            assert_eq!((reason(&page).await, reason(&runs).await), (json!("role"), json!("role")));
        }
        let cy = app.person("cy").await;
        let (_, program) = token(&cy).await;
        let (page, runs) = (cy.live().await, program.live().await);
        olga.post(&format!("admin/users/{}/deactivate", cy.id), json!({})).await.is(200);
        assert_eq!((reason(&page).await, reason(&runs).await), (json!("deactivated"), json!("deactivated")));
    }

    async fn a_token_says_whether_its_owner_or_an_administrator_revoked_it(db: Database) {
        let World { olga, ana, .. } = World::new(db).await;
        let (id, program) = token(&ana).await;
        let runs = program.live().await;
        ana.delete(&format!("me/tokens/{id}")).await.is(204);
        assert_eq!(reason(&runs).await, "revoked");
        let (id, program) = token(&ana).await;
        let runs = program.live().await;
        olga.delete(&format!("admin/users/{}/tokens/{id}", ana.id)).await.is(204);
        assert_eq!(reason(&runs).await, "administrator");
        let (_, program) = token(&ana).await;
        let runs = program.live().await;
        olga.delete(&format!("admin/users/{}/tokens", ana.id)).await.is(204);
        assert_eq!(reason(&runs).await, "administrator");
    }

    async fn a_connection_that_lags_hears_nothing_that_came_after_its_session_ended(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let flooded = ana.private("plans", &[&bo]).await;
        let mut others = Vec::new();
        for k in 0..12 {
            others.push(ana.private(&format!("other {k}"), &[&bo]).await);
        }
        let phone = app.login("bo").await;
        let slow = Gateway::connect_narrow(&phone).await;
        slow.sync(json!({})).await;
        slow.stop_reading();

        flood(&ana.live().await, &flooded).await;
        // The person's own stream finds no room any more.
        let mut places = Vec::new();
        for k in 0..2 {
            places.push(ana.say(&flooded, &format!("{k}")).await["ts"].clone());
        }
        for k in 0..80 {
            let read = json!({"ts": places[k % 2], "unread": true});
            bo.put(&format!("rooms/{flooded}/read"), read).await.is(200);
        }

        let session = slow.hello["session"].as_str().unwrap();
        olga.delete(&format!("admin/users/{}/sessions/{session}", bo.id)).await.is(204);
        // It had not run behind in the rooms where words go on.
        hears_nothing_after_its_end(&slow, &ana, &others).await;
        assert!(!slow.heard(|frame| frame["t"] == "session.revoked"));
    }

    async fn a_connection_that_loads_a_long_history_hears_nothing_that_came_after_its_session_ended(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let flooded = ana.private("plans", &[&bo]).await;
        let (missed, own) = (stream(&flooded), format!("user:{}", bo.id));
        let before = bo.live().await;
        let other = ana.private("other", &[&bo]).await;
        flood(&ana.live().await, &flooded).await;

        // Its own stream is behind, or has to be loaded afresh.
        for cursor in [before.head(&own), u64::from(u32::MAX)] {
            let phone = app.login("bo").await;
            let slow = Gateway::connect_narrow(&phone).await;
            let cursors = json!({&missed: before.head(&missed), &own: cursor});
            slow.start("sync", json!({"cursors": cursors})).await;
            slow.until("the first it missed", |frame| frame["s"] == missed.as_str()).await;
            slow.stop_reading();
            let session = slow.hello["session"].as_str().unwrap();
            olga.delete(&format!("admin/users/{}/sessions/{session}", bo.id)).await.is(204);
            hears_nothing_after_its_end(&slow, &ana, std::slice::from_ref(&other)).await;
        }
    }
}

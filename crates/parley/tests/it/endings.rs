//! Whoever is signed out hears why, before the connection ends.

use serde_json::{Value, json};
use testkit::app::PASSWORD;
use testkit::{Gateway, Person};

use crate::support::World;

const NEW_PASSWORD: &str = "plum crumble at noon";

/// The words of the end of this very connection.
async fn reason(gateway: &Gateway) -> Value {
    let session = gateway.hello["session"].clone();
    let own = |frame: &Value| frame["t"] == "session.revoked" && frame["d"]["session"] == session;
    let event = gateway.until("its own end", own).await;
    assert_eq!(gateway.closed().await, 4003);
    event["d"]["reason"].clone()
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

        // Another device of the same person hears of it, and nobody else does.
        let other = bo.live().await;
        let link = olga.post(&format!("admin/users/{}/reset-link", bo.id), json!({})).await.is(201);
        let (_, secret) = link["url"].as_str().unwrap().split_once("#token=").unwrap();
        let watcher = olga.live().await;
        let reset = json!({"token": secret, "password": NEW_PASSWORD});
        app.anyone().post("auth/reset-password", reset).await.is(204);
        assert_eq!(reason(&other).await, "password");
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
}

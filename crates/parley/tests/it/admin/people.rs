//! People, guests and settings.

use serde_json::{Value, json};
use testkit::Person;
use testkit::app::{PASSWORD, account};

use crate::support::World;

fn path(person: &Person, rest: &str) -> String {
    format!("admin/users/{}{rest}", person.id)
}

fn names(page: &Value) -> Vec<&str> {
    let items = page["items"].as_array().unwrap();
    items
        .iter()
        .map(|user| user["username"].as_str().unwrap())
        .collect()
}

testkit::on_both_databases! {
    async fn people_are_found_by_name_address_role_and_state(db: Database) {
        let World { olga, ana, bo, .. } = World::new(db).await;
        olga.promote(&ana, "administrator").await;
        olga.post(&path(&bo, "/deactivate"), json!({})).await.is(200);
        let found = async |query: &str| {
            let page = olga.get(&format!("admin/users?{query}")).await.is(200);
            names(&page).join(" ")
        };
        assert_eq!(found("").await, "ana bo olga");
        assert_eq!(found("query=ANA%40exam").await, "ana");
        assert_eq!(found("role=administrator").await, "ana");
        assert_eq!(found("state=deactivated").await, "bo");
        assert_eq!(found("state=active&query=o").await, "ana olga");
        olga.get("admin/users?role=king").await.malformed("role");
        let first = olga.get("admin/users?limit=2").await.is(200);
        let cursor = first["next_cursor"].as_str().unwrap();
        assert_eq!(names(&olga.get(&format!("admin/users?limit=2&cursor={cursor}")).await.is(200)), ["olga"]);
        let one = olga.get(&path(&ana, "")).await.is(200);
        assert_eq!((&one["email"], &one["sessions"]), (&json!("ana@example.org"), &json!(1)));
        assert!(one["last_seen_at"].is_string() && one["storage_bytes"] == 0);
    }

    async fn who_is_deactivated_is_out_everywhere_at_once(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let new = json!({"name": "a", "scopes": ["read"]});
        let token = ana.post("me/tokens", new).await.is(201)["secret"].clone();
        let invitation = ana.post("invitations", json!({})).await.is(201);
        let link = olga.post(&path(&ana, "/reset-link"), json!({})).await.is(201)["url"].clone();
        let (theirs, others) = (ana.live().await, bo.live().await);
        let now = olga.post(&path(&ana, "/deactivate"), json!({})).await.is(200);
        assert!(now["deactivated_at"].is_string() && now["sessions"] == 0 && now["tokens"] == 0);
        assert_eq!(theirs.closed().await, 4003);
        assert_eq!(others.event("user.updated").await["d"]["id"], json!(ana.id));
        ana.get("me").await.problem(401, "unauthenticated");
        let bearer = format!("Bearer {}", token.as_str().unwrap());
        app.anyone().get("me").header("authorization", &bearer).await.problem(401, "unauthenticated");
        let login = json!({"login": "ana", "password": PASSWORD});
        app.anyone().post("auth/login", login.clone()).await.problem(403, "deactivated");
        let guess = json!({"login": "ana", "password": "a wrong guess"});
        app.anyone().post("auth/login", guess).await.problem(401, "bad_credentials");
        let secret = |url: &Value| url.as_str().unwrap().split_once("#token=").unwrap().1.to_owned();
        let reset = json!({"token": secret(&link), "password": "seven pears in a bowl"});
        app.anyone().post("auth/reset-password", reset).await.problem(403, "bad_token");
        let invite = json!({"token": secret(&invitation["url"])});
        app.anyone().post("auth/invite", invite).await.problem(403, "bad_token");

        olga.post(&path(&ana, "/reactivate"), json!({})).await.is(200);
        app.anyone().post("auth/login", login).await.is(200);
    }

    async fn roles_are_given_by_those_above(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let ana = olga.promote(&ana, "administrator").await;
        let adam = olga.promote(&app.person("adam").await, "administrator").await;
        ana.patch(&path(&bo, ""), json!({"role": "administrator"})).await.problem(403, "forbidden");
        ana.patch(&path(&adam, ""), json!({"role": "member"})).await.problem(403, "forbidden");
        ana.patch(&path(&olga, ""), json!({"email": "mine@example.org"})).await.problem(403, "forbidden");
        for call in ["/deactivate", "/reset-link"] {
            ana.post(&path(&olga, call), json!({})).await.problem(403, "forbidden");
        }
        ana.post(&path(&ana, "/deactivate"), json!({})).await.problem(403, "forbidden");
        olga.patch(&path(&olga, ""), json!({"role": "member"})).await.problem(403, "last_owner");
        olga.patch(&path(&bo, ""), json!({"role": "king"})).await.invalid("role", "bad_format");
        olga.patch(&path(&bo, ""), json!({"email": "ana@example.org"})).await.invalid("email", "email_taken");
        let gateway = bo.live().await;
        let now = ana.patch(&path(&bo, ""), json!({"role": "guest", "display_name": "Bo"})).await.is(200);
        assert_eq!((&now["role"], &now["display_name"]), (&json!("guest"), &json!("Bo")));
        assert_eq!(gateway.closed().await, 4003);
    }

    async fn one_s_own_ways_in_are_changed_with_the_password_only(db: Database) {
        let World { app, olga, .. } = World::new(db).await;
        let email = json!({"email": "new@example.org"});
        olga.patch(&path(&olga, ""), email.clone()).await.problem(403, "password_needed");
        olga.post(&path(&olga, "/reset-link"), json!({})).await.problem(403, "password_needed");
        olga.patch(&path(&olga, ""), json!({"display_name": "Olga P."})).await.is(200);
        olga.patch("me", email).await.invalid("current_password", "empty");
        let proved = json!({"email": "new@example.org", "current_password": PASSWORD});
        assert_eq!(olga.patch("me", proved).await.is(200)["email"], "new@example.org");
        app.anyone().post("auth/login", json!({"login": "new@example.org", "password": PASSWORD})).await.is(200);
    }

    async fn sessions_of_others_end_one_by_one_or_all(db: Database) {
        let World { app, olga, ana, .. } = World::new(db).await;
        let phone = app.login("ana").await;
        let list = olga.get(&path(&ana, "/sessions")).await.is(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 2);
        let own = phone.get("me").await.is(200)["session"].clone();
        let gateway = phone.live().await;
        olga.delete(&path(&ana, &format!("/sessions/{}", own.as_str().unwrap()))).await.is(204);
        assert_eq!(gateway.closed().await, 4003);
        phone.get("me").await.problem(401, "unauthenticated");
        ana.get("me").await.is(200);
        olga.delete(&path(&ana, "/sessions")).await.is(204);
        ana.get("me").await.problem(401, "unauthenticated");
    }

    async fn a_guest_comes_by_invitation_and_sees_whom_they_share_a_room_with(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let shared = ana.private("shared", &[]).await;
        let hidden = ana.public("hidden").await;
        let other = bo.private("of bo", &[]).await;
        let new = |rooms: &[&String]| json!({"role": "guest", "rooms": rooms, "max_uses": 1});
        ana.post("invitations", new(&[&other])).await.invalid("rooms", "unusable");
        ana.post("invitations", json!({"role": "owner"})).await.invalid("role", "bad_format");
        let made = ana.post("invitations", new(&[&shared])).await.is(201);
        assert_eq!((&made["role"], &made["rooms"]), (&json!("guest"), &json!([shared])));
        let (_, token) = made["url"].as_str().unwrap().split_once("#token=").unwrap();
        let mut body = account("gus");
        body["invite"] = json!(token);
        let answer = app.anyone().post("auth/register", body).await.is(201);
        let gus = Person::signed_in(&app, &answer);
        assert_eq!(answer["user"]["role"], "guest");
        let rooms = gus.get("rooms").await.is(200);
        assert_eq!(rooms["items"].as_array().unwrap().len(), 1, "only where they were invited to");
        assert_eq!(names(&gus.get("users").await.is(200)), ["ana", "gus"]);
        gus.get(&format!("users/{}", ana.id)).await.is(200);
        gus.get(&format!("users/{}", bo.id)).await.problem(404, "not_found");
        gus.get(&format!("rooms/{hidden}")).await.problem(404, "not_found");
        gus.get("rooms?scope=public").await.problem(403, "forbidden");
        gus.post("rooms", json!({"kind": "private", "name": "mine"})).await.problem(403, "forbidden");
        gus.post("invitations", json!({})).await.problem(403, "forbidden");
        gus.post("directs", json!({"users": [bo.id]})).await.invalid("users", "unusable");
        gus.post("directs", json!({"users": [ana.id]})).await.is(201);
        gus.say(&shared, "hello").await;
        olga.get("admin/users?role=guest").await.is(200);
    }

    async fn settings_are_the_administrators_and_told_to_everybody(db: Database) {
        let World { app, olga, ana, .. } = World::new(db).await;
        let room = ana.public("lobby").await;
        let private = ana.private("private", &[&olga]).await;
        let gateway = ana.live().await;
        let change = json!({
            "name": "Reeds", "accent": "#1B6E53", "default_room": room, "retention_days": 365,
            "max_file_bytes": 1000, "storage_quota_bytes": 1_000_000, "user_quota_bytes": 5000,
            "file_types": ["image/*", "application/pdf"],
        });
        ana.patch("workspace", change.clone()).await.problem(403, "forbidden");
        let now = olga.patch("workspace", change).await.is(200);
        assert_eq!((&now["accent"], &now["file_types"][0]), (&json!("#1b6e53"), &json!("application/pdf")));
        assert_eq!(gateway.event("settings.updated").await["d"], now);
        assert_eq!(ana.get("workspace").await.is(200), now);
        for (field, bad, code) in [
            ("accent", json!("red"), "bad_format"),
            ("retention_days", json!(0), "bad_format"),
            ("max_file_bytes", json!(0), "bad_format"),
            ("file_types", json!(["*"]), "bad_format"),
            ("default_room", json!(private), "unusable"),
            ("default_room", json!("x"), "unusable"),
            ("icon", json!(room), "unusable"),
        ] {
            olga.patch("workspace", json!({field: bad})).await.invalid(field, code);
        }
        olga.patch("workspace", json!({"retention_days": "long"})).await.malformed("retention_days");
        let now = olga.patch("workspace", json!({"accent": null, "retention_days": null})).await.is(200);
        assert!(now["accent"].is_null() && now["retention_days"].is_null() && now["name"] == "Reeds");
        let cy = app.person("cy").await;
        let rooms = cy.get("rooms").await.is(200);
        assert_eq!(rooms["items"][0]["id"], json!(room), "the room that everyone new joins");
        assert_eq!(rooms["items"].as_array().unwrap().len(), 1);
    }
}

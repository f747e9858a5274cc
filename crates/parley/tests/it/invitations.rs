//! Invitations by link, and who may register without one.

use serde_json::{Value, json};
use testkit::app::account;
use testkit::{Answer, App, wait};

use crate::support::{World, setup};

async fn register(app: &App, username: &str, fields: Value) -> Answer {
    let mut body = account(username);
    let object = body.as_object_mut().unwrap();
    object.extend(fields.as_object().unwrap().clone());
    app.anyone().post("auth/register", body).await
}

/// The secret in an invitation's link.
fn secret(invitation: &Value) -> String {
    let url = invitation["url"].as_str().unwrap();
    let (_, token) = url.split_once("/invite#token=").unwrap();
    token.to_owned()
}

testkit::on_both_databases! {
    async fn an_invitation_lets_so_many_people_in(db: Database) {
        let app = setup(db).start().await;
        let olga = app.setup_with(json!({"join_policy": "invite"})).await;
        register(&app, "ana", json!({})).await.problem(403, "invitation_needed");
        let made = olga.post("invitations", json!({"max_uses": 2})).await.is(201);
        let token = secret(&made);
        assert!(made["url"].as_str().unwrap().starts_with(&app.base()), "{made}");
        let invited = app.anyone().post("auth/invite", json!({"token": token})).await.is(200);
        assert_eq!((&invited["workspace"], &invited["invited_by"]), (&json!("Test"), &json!("olga")));

        for name in ["ana", "bo"] {
            register(&app, name, json!({"invite": token})).await.is(201);
        }
        register(&app, "cy", json!({"invite": token})).await.problem(403, "bad_token");
        app.anyone().post("auth/invite", json!({"token": token})).await.problem(403, "bad_token");
        // The secret isn't shown again.
        let list = olga.get("invitations").await;
        assert!(!String::from_utf8_lossy(&list.body).contains("pinv_"));
    }

    async fn an_invitation_is_used_by_nobody_more_than_it_allows_at_once(db: Database) {
        let app = setup(db).start().await;
        let olga = app.setup_with(json!({"join_policy": "invite"})).await;
        let token = secret(&olga.post("invitations", json!({"max_uses": 1})).await.is(201));
        let tries = (0..4).map(|k| {
            let (app, token) = (app.clone(), token.clone());
            tokio::spawn(async move { register(&app, &format!("person{k}"), json!({"invite": token})).await.status })
        });
        let mut statuses = Vec::new();
        for attempt in tries.collect::<Vec<_>>() {
            statuses.push(attempt.await.unwrap());
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 403, 403, 403]);
    }

    async fn an_invitation_is_its_maker_s_and_the_administrators_(db: Database) {
        let World { app, olga, ana, bo } = World::new(db).await;
        let made = ana.post("invitations", json!({})).await.is(201);
        let path = format!("invitations/{}", made["id"].as_str().unwrap());
        bo.delete(&path).await.problem(404, "not_found");
        assert_eq!(bo.get("invitations").await.is(200)["items"], json!([]));
        assert_eq!(olga.get("invitations").await.is(200)["items"].as_array().unwrap().len(), 1);
        ana.post("invitations", json!({"max_uses": 0})).await.invalid("max_uses", "bad_format");
        ana.post("invitations", json!({"expires_in_days": 366})).await.invalid("expires_in_days", "bad_format");
        ana.post("invitations", json!({"max_uses": "many"})).await.malformed("max_uses");
        olga.delete(&path).await.is(204);
        register(&app, "cy", json!({"invite": secret(&made)})).await.problem(403, "bad_token");
        ana.delete(&path).await.problem(404, "not_found");
    }

    async fn the_join_policy_is_the_administrators_to_change(db: Database) {
        let World { app, olga, ana, .. } = World::new(db).await;
        ana.patch("workspace", json!({"join_policy": "closed"})).await.problem(403, "forbidden");
        olga.patch("workspace", json!({"join_policy": "sometimes"})).await.invalid("join_policy", "bad_format");
        let gateway = ana.live().await;
        let now = olga.patch("workspace", json!({"join_policy": "closed", "name": "Closed"})).await.is(200);
        assert_eq!(gateway.event("settings.updated").await["d"], now);
        register(&app, "cy", json!({})).await.problem(403, "registration_closed");
        ana.post("invitations", json!({})).await.problem(403, "registration_closed");

        let domains = json!({"join_policy": "domain", "mail_domains": ["Example.org"]});
        let now = olga.patch("workspace", domains).await.is(200);
        assert_eq!(now["mail_domains"], json!(["example.org"]));
        register(&app, "cy", json!({"email": "cy@other.example"})).await.invalid("email", "email_domain");
        let answer = register(&app, "cy", json!({})).await;
        assert!(answer.body.is_empty());
        answer.is(202);
        app.anyone().post("auth/login", json!({"login": "cy", "password": testkit::app::PASSWORD})).await.problem(401, "bad_credentials");
        // The link comes by mail, which is a file here.
        let mails = app.data().join("mail");
        let mail = wait::until("a mail", async || {
            let entry = std::fs::read_dir(&mails).ok()?.next()?.ok()?;
            std::fs::read_to_string(entry.path()).ok().filter(|text| text.contains("token="))
        })
        .await;
        // Quoted-printable, if that is how it was written.
        let mail = mail.replace("=\r\n", "").replace("=3D", "=");
        let (_, rest) = mail.split_once("#token=").unwrap();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '-')).unwrap();
        let token = json!({"token": &rest[..end], "password": "seven pears in a bowl"});
        let done = app.anyone().post("auth/confirm", token.clone()).await.is(201);
        assert_eq!(done["user"]["username"], "cy");
        app.anyone().post("auth/confirm", token).await.problem(403, "bad_token");
    }
}

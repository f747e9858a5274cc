//! Mail, health and jobs.

use serde_json::{Value, json};
use testkit::wait;

use crate::support::{World, setup};

testkit::on_both_databases! {
    async fn the_mail_server_is_set_sealed_tried_and_taken_away(db: Database) {
        let World { app, olga, .. } = World::new(db).await;
        let none = olga.get("admin/mail").await.is(200);
        assert_eq!((&none["source"], &none["server"]), (&json!("none"), &Value::Null));
        // Without a server a mail is a file.
        assert_eq!(olga.post("admin/mail/test", json!({})).await.is(200)["to"], "olga@example.org");
        let bad = json!({"url": "http://mail", "from": "a@example.org"});
        olga.put("admin/mail", bad).await.invalid("url", "bad_format");
        let bad = json!({"url": "smtp://mail", "from": "nobody"});
        olga.put("admin/mail", bad).await.invalid("from", "bad_format");
        let server = json!({"url": "smtp://parley:plumtree@127.0.0.1:1?tls=opportunistic", "from": "Parley <p@example.org>"});
        let set = olga.put("admin/mail", server).await.is(200);
        assert_eq!((&set["source"], &set["server"]), (&json!("database"), &json!("smtp://127.0.0.1:1?tls=opportunistic")));
        assert_eq!((&set["user"], &set["has_password"]), (&json!("parley"), &json!(true)));
        let failed = olga.post("admin/mail/test", json!({})).await.problem(422, "mail_failed");
        assert!(failed["detail"].is_string());
        assert!(olga.get("admin/mail").await.is(200)["last_error"].is_string());
        for text in [app.log(), failed.to_string(), set.to_string()] {
            assert!(!text.contains("plumtree"));
        }
        if let Ok(bytes) = std::fs::read(app.data().join("parley.db")) {
            assert!(!bytes.windows(8).any(|part| part == b"plumtree"), "it is sealed in the database");
        }
        // The key is in the data folder, and serves the next start too.
        app.stop().await;
        app.restart().await;
        assert_eq!(olga.get("admin/mail").await.is(200)["user"], "parley");
        olga.delete("admin/mail").await.is(204);
        assert_eq!(olga.get("admin/mail").await.is(200)["source"], "none");
    }

    async fn a_mail_server_of_the_environment_is_not_to_be_changed(db: Database) {
        let app = setup(db).env("PARLEY_SMTP_URL", "smtp://parley:plumtree@127.0.0.1:1").start().await;
        let olga = app.setup().await;
        let mail = olga.get("admin/mail").await.is(200);
        assert_eq!((&mail["source"], &mail["has_password"]), (&json!("environment"), &json!(true)));
        let server = json!({"url": "smtp://mail", "from": "a@example.org"});
        olga.put("admin/mail", server).await.problem(409, "set_by_environment");
        olga.delete("admin/mail").await.problem(409, "set_by_environment");
    }

    async fn health_says_what_is_there_and_what_waits(db: Database) {
        let World { app, olga, ana, .. } = World::new(db).await;
        let room = ana.public("plans").await;
        ana.say(&room, "words").await;
        let gateway = ana.live().await;
        let health = olga.get("admin/health").await.is(200);
        let kind = if app.db().url().is_some() { "postgresql" } else { "sqlite" };
        assert_eq!(health["database"]["kind"], kind);
        assert!(health["database"]["bytes"].as_i64().unwrap() > 0);
        assert!(health["memory_bytes"].as_u64().unwrap() > 1_000_000);
        assert_eq!((&health["connections"], &health["users_online"]), (&json!(1), &json!(1)));
        assert_eq!((&health["tls"], &health["backup"]), (&Value::Null, &Value::Null));
        assert_eq!(health["files"], json!({"kind": "disk", "bytes": 0, "count": 0}));
        drop(gateway);
        let series = olga.get("admin/health/series?minutes=60").await.is(200);
        assert_eq!(series["step_s"], 60);
        let values = series["series"].as_object().unwrap();
        let lengths: Vec<_> = values.values().map(|list| list.as_array().unwrap().len()).collect();
        assert_eq!(lengths.len(), 8);
        assert!(lengths.iter().all(|length| (1..=60).contains(length)), "{lengths:?}");
        olga.get("admin/health/series?minutes=0").await.malformed("minutes");
    }

    async fn a_job_that_waits_is_listed_without_what_it_is_about(db: Database) {
        let World { app, olga, .. } = World::new(db).await;
        // A mail to nowhere is tried again and again.
        let server = json!({"url": "smtp://127.0.0.1:1", "from": "a@example.org"});
        olga.put("admin/mail", server).await.is(200);
        app.anyone().post("auth/forgot-password", json!({"email": "ana@example.org"})).await.is(202);
        let job = wait::until("a job that failed", async || {
            let page = olga.get("admin/jobs?state=waiting").await.is(200);
            page["items"].as_array().unwrap().iter().find(|job| job["last_error"].is_string()).cloned()
        })
        .await;
        assert_eq!(job["kind"], "reset_link");
        assert!(!job.to_string().contains("ana@example.org"));
        assert_eq!(olga.get("admin/jobs").await.is(200)["items"], json!([]));
        let path = format!("admin/jobs/{}", job["id"].as_str().unwrap());
        olga.post(&format!("{path}/retry"), json!({})).await.problem(404, "not_found");
        olga.delete(&path).await.problem(404, "not_found");
    }
}

//! The audit through the API.

use serde_json::{Value, json};

use crate::support::World;

testkit::on_both_databases! {
    async fn every_act_of_administration_stands_in_the_audit(db: Database) {
        let World { olga, ana, bo, .. } = World::new(db).await;
        let path = format!("admin/users/{}", bo.id);
        let room = ana.private("=1+1", &[]).await;
        olga.patch(&path, json!({"role": "administrator", "display_name": "Bo", "email": "b@example.org"})).await.is(200);
        olga.post(&format!("{path}/reset-link"), json!({})).await.is(201);
        olga.delete(&format!("{path}/sessions")).await.is(204);
        olga.post(&format!("{path}/deactivate"), json!({})).await.is(200);
        olga.post(&format!("{path}/reactivate"), json!({})).await.is(200);
        olga.patch(&format!("admin/rooms/{room}"), json!({"retention_days": 9})).await.is(200);
        olga.delete(&format!("admin/rooms/{room}")).await.is(200);
        olga.post(&format!("admin/rooms/{room}/unarchive"), json!({})).await.is(200);
        olga.patch("workspace", json!({"name": "Reeds"})).await.is(200);
        let server = json!({"url": "smtp://ana:plum@127.0.0.1:1", "from": "a@example.org"});
        olga.put("admin/mail", server).await.is(200);
        olga.delete("admin/mail").await.is(204);
        let page = olga.get("admin/audit?limit=200").await.is(200);
        let actions: Vec<_> = page["items"].as_array().unwrap().iter().map(|act| act["action"].as_str().unwrap()).collect();
        for action in [
            "workspace.set_up", "user.registered", "user.role_changed", "user.renamed", "user.email_changed",
            "user.reset_link_made", "session.all_ended", "user.deactivated", "user.reactivated", "room.changed",
            "room.archived", "room.unarchived", "workspace.settings_changed", "mail.set", "mail.removed",
        ] {
            assert!(actions.contains(&action), "{action} is missing in {actions:?}");
        }
        assert!(!page.to_string().contains("plum"), "no secret is written down");
        let role = olga.get("admin/audit?action=user.role_changed").await.is(200)["items"][0].clone();
        assert_eq!((&role["actor"], &role["subject"]), (&json!(olga.id), &json!(bo.id)));
        assert_eq!(role["data"], json!({"before": "member", "after": "administrator", "sessions": 1, "tokens": 0}));
        assert_eq!(role["address"], "127.0.0.1");
        let of_bo = olga.get(&format!("admin/audit?subject={}&action=user.", bo.id)).await.is(200);
        assert!(of_bo["items"].as_array().unwrap().len() >= 5);
        olga.get("admin/audit?actor=nobody").await.invalid("actor", "bad_format");
        olga.get("admin/audit?after=soon").await.invalid("after", "bad_format");
        assert_eq!(olga.get("admin/audit?after=2099-01-01").await.is(200)["items"], json!([]));
    }

    async fn the_audit_is_exported_whole_and_shows_that_it_is_intact(db: Database) {
        let World { olga, .. } = World::new(db).await;
        let check = olga.get("admin/audit/verify").await.is(200);
        assert_eq!((&check["intact"], &check["first_bad"]), (&json!(true), &Value::Null));
        let lines = olga.get("admin/audit/export").await;
        assert_eq!(lines.header("content-disposition"), Some("attachment; filename=\"audit.jsonl\""));
        let acts: Vec<Value> = String::from_utf8(lines.body).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let seqs: Vec<_> = acts.iter().map(|act| act["seq"].as_i64().unwrap()).collect();
        let expected: Vec<i64> = (1..=seqs[0]).rev().collect();
        assert_eq!(seqs, expected, "all of them, the export too");
        assert_eq!(acts[0]["action"], "audit.exported");
        let table = olga.get("admin/audit/export?format=csv&action=workspace.set_up").await;
        let table = String::from_utf8(table.body).unwrap();
        assert_eq!(table.lines().count(), 2, "{table}");
        assert!(table.starts_with("seq,id,at,actor,"));
        olga.get("admin/audit/export?format=xml").await.malformed("format");
    }
}

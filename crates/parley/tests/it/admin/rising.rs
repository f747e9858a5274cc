//! Who rises to administer comes alone.

use serde_json::json;

use crate::support::World;

testkit::on_both_databases! {
    async fn no_session_token_or_link_of_before_has_what_somebody_rose_to(db: Database) {
        let World { olga, ana, bo, app } = World::new(db).await;
        for (person, role) in [(&ana, "administrator"), (&bo, "owner")] {
            let new = json!({"name": "bot", "scopes": ["read", "write"]});
            let made = person.post("me/tokens", new).await.is(201);
            let bearer = format!("Bearer {}", made["secret"].as_str().unwrap());
            let link = olga.post(&format!("admin/users/{}/reset-link", person.id), json!({})).await.is(201);
            let (_, secret) = link["url"].as_str().unwrap().split_once("#token=").unwrap();
            let gateway = person.live().await;

            let risen = olga.promote(person, role).await;
            assert_eq!(gateway.closed().await, 4003);
            person.get("me").await.problem(401, "unauthenticated");
            person.get("admin/users").await.problem(401, "unauthenticated");
            app.anyone().get("me").header("authorization", &bearer).await.problem(401, "unauthenticated");
            let reset = json!({"token": secret, "password": "seven pears in a bowl"});
            app.anyone().post("auth/reset-password", reset).await.problem(403, "bad_token");

            assert_eq!(risen.get("me").await.is(200)["role"], role);
            risen.get("admin/users").await.is(200);
            assert!(risen.get("me/tokens").await.is(200)["items"].as_array().unwrap().is_empty());
            olga.promote(person, role).await;
            risen.get("me").await.is(200);
        }
    }
}

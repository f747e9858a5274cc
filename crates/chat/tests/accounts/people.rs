use chat::accounts::MeChange;
use model::code::Code;
use model::text::Email;

use crate::world::{PASSWORD, World, code, device};

fn change(json: serde_json::Value) -> MeChange {
    serde_json::from_value(json).unwrap()
}

testkit::on_both_databases! {
    async fn people_change_their_own_account_and_everyone_is_told(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let ana = w.caller(&w.register("ana").await).await;
        let update = |json| w.chat.update_me(ana, change(json), device());
        let now = update(serde_json::json!({ "display_name": "Ana K", "time_zone": "Europe/Lisbon" })).await.unwrap();
        assert_eq!((now.user.display_name.as_str(), now.user.time_zone.as_deref()), ("Ana K", Some("Europe/Lisbon")));
        assert!(w.frames.lock().iter().any(|frame| frame.contains("user.updated") && frame.contains("Ana K")));
        let events = w.frames.lock().len();
        let same = update(serde_json::json!({ "display_name": "Ana K" })).await.unwrap();
        assert_eq!(same.user, now.user);
        assert_eq!(w.frames.lock().len(), events, "what changes nothing is no event");
        let none = update(serde_json::json!({ "time_zone": null })).await.unwrap();
        assert_eq!(none.user.time_zone, None);
        assert_eq!(code(update(serde_json::json!({ "time_zone": "here" , "display_name": "" })).await), Code::Empty);
        w.chat.store().close().await;
    }

    async fn a_new_address_needs_the_password(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let ana = w.caller(&w.register("ana").await).await;
        let update = |json| w.chat.update_me(ana, change(json), device());
        assert_eq!(code(update(serde_json::json!({ "email": "new@example.org" })).await), Code::Empty);
        let wrong = serde_json::json!({ "email": "new@example.org", "current_password": "plum" });
        assert_eq!(code(update(wrong).await), Code::BadCredentials);
        let taken = serde_json::json!({ "email": "olga@example.org", "current_password": PASSWORD });
        assert_eq!(code(update(taken).await), Code::EmailTaken);
        let right = serde_json::json!({ "email": "New@example.org", "current_password": PASSWORD });
        assert_eq!(update(right).await.unwrap().email, Email::parse("new@example.org").unwrap());
        w.log_in("new@example.org", PASSWORD).await.unwrap();
        w.chat.store().close().await;
    }

    async fn people_are_listed_page_by_page_with_the_head_they_were_read_at(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("open").await;
        for name in ["ana", "bo", "chen"] {
            w.register(name).await;
        }
        let (mut names, mut after) = (Vec::new(), None);
        loop {
            let page = w.chat.users(olga, "", after, 3).await.unwrap();
            assert_eq!(page.heads.len(), 1);
            names.extend(page.items.into_iter().map(|user| user.username.into_string()));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(names, ["ana", "bo", "chen", "olga"]);
        let found = w.chat.users(olga, "CHE", None, 50).await.unwrap().items;
        assert_eq!(found.len(), 1);
        assert_eq!(w.chat.user(olga, found[0].id).await.unwrap(), found[0]);
        assert!(w.chat.users(olga, "\0", None, 50).await.unwrap().items.is_empty());
        let nobody = model::id::UserId::new(w.clock.now());
        assert_eq!(code(w.chat.user(olga, nobody).await), Code::NotFound);
        w.chat.store().close().await;
    }
}

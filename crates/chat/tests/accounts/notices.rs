use std::time::Duration;

use chat::accounts::{MeChange, PasswordChange};
use chat::admin::{Admin, UserChange};

use crate::world::{PASSWORD, World, device};

fn address(email: &str) -> UserChange {
    UserChange {
        email: Some(email.to_owned()),
        ..UserChange::default()
    }
}

fn own_address(email: &str) -> MeChange {
    let change = serde_json::json!({ "email": email, "current_password": PASSWORD });
    serde_json::from_value(change).unwrap()
}

/// Fails unless the mail goes to `to`, and says `by` but not the new address.
#[track_caller]
fn assert_tells(mail: &str, to: &str, by: &str) {
    assert!(mail.contains(&format!("To: {to}\r\n")), "{mail}");
    let words = mail.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(by), "{by} is missing in {mail}");
    assert!(!mail.contains("new@example.org"), "{mail}");
}

testkit::on_both_databases! {
    async fn the_old_address_hears_who_changed_it_but_not_to_what(db: Database) {
        let w = World::new(&db).await;
        let olga = Admin::caller(w.set_up("open").await, &device());
        let ana = w.register("ana").await.user.user.id;
        w.chat.admin_update_user(olga.clone(), ana, address("new@example.org")).await.unwrap();
        let mails = w.mails().await;
        assert_eq!(mails.len(), 1);
        assert_tells(&mails[0], "ana@example.org", "was changed by Olga (olga)");
        w.chat.admin_update_user(olga, ana, address("new@example.org")).await.unwrap();
        assert_eq!(w.mails().await.len(), 1, "the same address is no change");
        // The names of mails are in the order of time.
        w.clock.advance(Duration::from_secs(1));
        let bo = w.register("bo").await.user.user.id;
        w.chat.admin_update_user(Admin::operator(), bo, address("new-bo@example.org")).await.unwrap();
        assert_tells(&w.mails().await[1], "bo@example.org", "was changed by who runs the server");
        w.chat.store().close().await;
    }

    async fn who_changes_their_own_address_is_told_at_the_old_one(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let ana = w.caller(&w.register("ana").await).await;
        w.chat.update_me(ana, own_address("new@example.org"), device()).await.unwrap();
        let mails = w.mails().await;
        assert_eq!(mails.len(), 1);
        assert_tells(&mails[0], "ana@example.org", "was changed by somebody who was signed in to it");
        w.chat.store().close().await;
    }

    async fn nobody_s_mailbox_is_flooded_by_an_address_that_goes_to_and_fro(db: Database) {
        let w = World::with_limits(&db, true).await;
        w.set_up("open").await;
        let ana = w.caller(&w.register("ana").await).await;
        for round in 0..5 {
            for email in [format!("x{round}@example.org"), "victim@example.org".to_owned()] {
                w.chat.update_me(ana, own_address(&email), device()).await.unwrap();
                w.mails().await;
            }
        }
        let mails = w.mails().await;
        let to_victim = mails.iter().filter(|mail| mail.contains("To: victim@example.org")).count();
        assert_eq!((mails.len() - to_victim, to_victim), (6, 3));
        w.chat.store().close().await;
    }

    async fn a_mailbox_that_fails_keeps_no_change_from_being_made(db: Database) {
        let w = World::new(&db).await;
        let olga = Admin::caller(w.set_up("open").await, &device());
        let ana = w.register("ana").await;
        w.break_mailbox(true);
        let caller = w.caller(&ana).await;
        w.chat.update_me(caller, own_address("new@example.org"), device()).await.unwrap();
        let password = PasswordChange { current: PASSWORD.to_owned(), password: "a walk in the reeds".to_owned() };
        w.chat.change_password(caller, password, device()).await.unwrap();
        w.chat.admin_update_user(olga, ana.user.user.id, address("ana@example.com")).await.unwrap();
        assert_eq!(w.chat.run_due_jobs().await.unwrap(), 3, "all three wait for the mailbox");
        w.break_mailbox(false);
        w.chat.store().close().await;
    }

    async fn a_new_password_is_told_of_at_the_address(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let ana = w.caller(&w.register("ana").await).await;
        let password = PasswordChange { current: PASSWORD.to_owned(), password: "a walk in the reeds".to_owned() };
        w.chat.change_password(ana, password, device()).await.unwrap();
        let mails = w.mails().await;
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains("To: ana@example.org") && mails[0].contains("was changed"), "{}", mails[0]);
        w.chat.store().close().await;
    }
}

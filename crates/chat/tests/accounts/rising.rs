use chat::Caller;
use chat::access_tokens::NewToken;
use chat::accounts::PasswordReset;
use chat::admin::{Admin, AuditQuery, UserChange};
use model::code::Code;
use model::user::Role;
use serde_json::json;

use crate::world::{PASSWORD, World, code, device, token_in};

fn role(role: Role) -> UserChange {
    UserChange {
        role: Some(role.as_str().to_owned()),
        ..UserChange::default()
    }
}

async fn token(w: &World, caller: Caller) -> String {
    let new = NewToken {
        name: "bot".to_owned(),
        scopes: vec!["read".to_owned(), "write".to_owned()],
        expires_at: None,
    };
    w.chat
        .create_token(caller, new, device())
        .await
        .unwrap()
        .secret
}

testkit::on_both_databases! {
    async fn who_rises_is_rid_of_all_that_somebody_may_have_planted_in_their_account(db: Database) {
        let w = World::new(&db).await;
        let olga = Admin::caller(w.set_up("open").await, &device());
        for (name, to) in [("ana", Role::Administrator), ("bo", Role::Owner)] {
            let planted = w.register(name).await;
            let id = planted.user.user.id;
            let caller = w.caller(&planted).await;
            let secret = token(&w, caller).await;
            let link = w.chat.admin_reset_link(olga.clone(), id).await.unwrap();
            let reset = PasswordReset { token: token_in(&link.url, "reset"), password: "a walk in the reeds".to_owned() };
            w.frames.lock().clear();
            let now = w.chat.admin_update_user(olga.clone(), id, role(to)).await.unwrap();
            assert_eq!((now.user.role, now.sessions, now.tokens), (to, 0, 0));
            assert!(!w.is_signed_in(&planted).await);
            assert_eq!(code(w.chat.ends_at(caller).await), Code::Unauthenticated);
            assert_eq!(code(w.chat.authenticate(&secret, None).await), Code::Unauthenticated);
            assert_eq!(code(w.chat.reset_password(reset, device()).await), Code::BadToken);
            let cut = w.frames.lock().iter().filter(|frame| frame.contains("session.revoked")).count();
            assert_eq!(cut, 2, "connections of the session and of the token end");
            let query = AuditQuery { action: "user.role_changed".to_owned(), ..AuditQuery::default() };
            let act = w.chat.admin_audit(olga.clone(), query, None, 1).await.unwrap().items.remove(0);
            assert_eq!(act.data, json!({"before": "member", "after": to, "sessions": 1, "tokens": 1}));

            // Nothing rises here any more, so nobody is signed out.
            let again = w.log_in(name, PASSWORD).await.unwrap();
            w.chat.admin_update_user(olga.clone(), id, role(to)).await.unwrap();
            w.chat.admin_update_user(olga.clone(), id, role(Role::Member)).await.unwrap();
            assert!(w.is_signed_in(&again).await);
        }
        w.chat.store().close().await;
    }

    async fn who_rises_at_the_command_line_is_signed_out_as_well(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let ana = w.register("ana").await;
        w.chat.admin_update_user(Admin::operator(), ana.user.user.id, role(Role::Owner)).await.unwrap();
        assert!(!w.is_signed_in(&ana).await);
        w.chat.store().close().await;
    }

    async fn who_rises_is_told_by_mail_what_they_are_and_that_they_were_signed_out(db: Database) {
        let w = World::new(&db).await;
        let olga = Admin::caller(w.set_up("open").await, &device());
        let ana = w.register("ana").await.user.user.id;
        let change = |to| w.chat.admin_update_user(olga.clone(), ana, role(to));
        change(Role::Owner).await.unwrap();
        let mails = w.mails().await;
        assert_eq!(mails.len(), 1);
        for words in ["To: ana@example.org", "an owner of", "signed out everywhere", "https://chat.example.org/login"] {
            assert!(mails[0].contains(words), "{words} is missing in {}", mails[0]);
        }
        change(Role::Administrator).await.unwrap();
        assert_eq!(w.mails().await.len(), 1, "to fall is no rise");
        change(Role::Owner).await.unwrap();
        change(Role::Member).await.unwrap();
        assert_eq!(w.mails().await.len(), 1, "nobody hears that they are what they are no more");
        w.chat.store().close().await;
    }
}

use chat::accounts::PasswordReset;
use chat::admin::NewAccount;
use model::code::Code;
use model::user::Role;

use crate::world::{PASSWORD, World, code, device, token_in};

fn account(name: &str, role: Role) -> NewAccount {
    NewAccount {
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        display_name: None,
        password: None,
        role,
    }
}

testkit::on_both_databases! {
    async fn who_runs_the_server_makes_accounts_whose_owners_set_the_password(db: Database) {
        let w = World::new(&db).await;
        w.chat.prepare_setup(None).await.unwrap();
        let early = w.chat.admin_create_user(account("ana", Role::Member)).await;
        assert_eq!(code(early), Code::Forbidden);
        let olga = w.set_up("closed").await;
        let (ana, link) = w.chat.admin_create_user(account("ana", Role::Member)).await.unwrap();
        assert_eq!(code(w.log_in("ana", "").await), Code::BadCredentials);
        let reset = PasswordReset { token: token_in(&link.unwrap(), "reset"), password: PASSWORD.to_owned() };
        w.chat.reset_password(reset, device()).await.unwrap();
        let ana_in = w.log_in("ana", PASSWORD).await.unwrap();
        let rooms = w.chat.my_rooms(w.caller(&ana_in).await, None, 10).await.unwrap();
        assert_eq!(rooms.items.len(), 1);
        assert_eq!(w.chat.user(olga, ana.id).await.unwrap(), ana);
        assert_eq!(code(w.chat.admin_create_user(account("ana", Role::Member)).await), Code::UsernameTaken);
        let with_password = NewAccount { password: Some(PASSWORD.to_owned()), ..account("bo", Role::Administrator) };
        let (bo, link) = w.chat.admin_create_user(with_password).await.unwrap();
        assert!(link.is_none() && bo.role == Role::Administrator);
        w.log_in("bo", PASSWORD).await.unwrap();
        let guest = w.chat.admin_create_user(account("guest", Role::Guest)).await.unwrap();
        let list = w.chat.admin_list_users(None, 50).await.unwrap();
        assert_eq!(list.items.len(), 4);
        assert!(list.items.contains(&guest.0));
        w.chat.store().close().await;
    }

    async fn who_runs_the_server_helps_who_is_locked_out(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        w.register("ana").await;
        let link = w.chat.admin_reset_password("ana@example.org").await.unwrap();
        assert!(token_in(&link, "reset").starts_with("prst_"));
        assert_eq!(code(w.chat.admin_reset_password("nobody").await), Code::NotFound);
        assert_eq!(w.chat.admin_make_owner("ana").await.unwrap().role, Role::Owner);
        assert!(w.frames.lock().iter().any(|frame| frame.contains("user.updated") && frame.contains("owner")));
        w.chat.store().close().await;
    }
}

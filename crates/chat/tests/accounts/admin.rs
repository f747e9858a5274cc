use chat::access_tokens::NewToken;
use chat::accounts::PasswordReset;
use chat::admin::{Admin, NewAccount, NewMailServer, UserChange, UsersQuery};
use chat::invitations::NewInvitation;
use chat::sealing::Sealer;
use chat::{Chat, Settings};
use model::code::Code;
use model::user::Role;

use crate::world::{PASSWORD, World, code, device, token_in};

fn account(name: &str, role: Role) -> NewAccount {
    NewAccount {
        username: name.to_owned(),
        email: format!("{name}@example.org"),
        role: Some(role.as_str().to_owned()),
        ..NewAccount::default()
    }
}

fn role(role: Role) -> UserChange {
    UserChange {
        role: Some(role.as_str().to_owned()),
        ..UserChange::default()
    }
}

testkit::on_both_databases! {
    async fn who_runs_the_server_makes_accounts_whose_owners_set_the_password(db: Database) {
        let w = World::new(&db).await;
        let create = |account| w.chat.admin_create_user(Admin::operator(), account);
        w.chat.prepare_setup(None).await.unwrap();
        let early = create(account("ana", Role::Member)).await;
        assert_eq!(code(early), Code::Forbidden);
        let olga = w.set_up("closed").await;
        let made = create(account("ana", Role::Member)).await.unwrap();
        let ana = made.user.user;
        assert_eq!(code(w.log_in("ana", "").await), Code::BadCredentials);
        let reset = PasswordReset { token: token_in(&made.reset_url.unwrap(), "reset"), password: PASSWORD.to_owned() };
        w.chat.reset_password(reset, device()).await.unwrap();
        let ana_in = w.log_in("ana", PASSWORD).await.unwrap();
        let rooms = w.chat.my_rooms(w.caller(&ana_in).await, None, 10).await.unwrap();
        assert_eq!(rooms.items.len(), 1);
        assert_eq!(w.chat.user(olga, ana.id).await.unwrap(), ana);
        assert_eq!(code(create(account("ana", Role::Member)).await), Code::UsernameTaken);
        let with_password = NewAccount { password: Some(PASSWORD.to_owned()), ..account("bo", Role::Administrator) };
        let bo = create(with_password).await.unwrap();
        assert!(bo.reset_url.is_none() && bo.user.user.role == Role::Administrator);
        w.log_in("bo", PASSWORD).await.unwrap();
        let guest = create(account("guest", Role::Guest)).await.unwrap();
        let list = w.chat.admin_users(Admin::operator(), UsersQuery::default(), None, 50).await.unwrap();
        assert_eq!(list.items.len(), 4);
        assert!(list.items.contains(&guest.user));
        let of_address = UsersQuery { query: "GUEST@example".to_owned(), ..UsersQuery::default() };
        let found = w.chat.admin_users(Admin::operator(), of_address, None, 50).await.unwrap();
        assert_eq!(found.items, [guest.user]);
        w.chat.store().close().await;
    }

    async fn who_runs_the_server_helps_who_is_locked_out(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        w.register("ana").await;
        let ana = w.chat.admin_find_user("ana@example.org").await.unwrap();
        let link = w.chat.admin_reset_link(Admin::operator(), ana.id).await.unwrap();
        assert!(token_in(&link.url, "reset").starts_with("prst_"));
        assert_eq!(code(w.chat.admin_find_user("nobody").await), Code::NotFound);
        let made = w.chat.admin_update_user(Admin::operator(), ana.id, role(Role::Owner)).await.unwrap();
        assert_eq!(made.user.role, Role::Owner);
        assert!(w.frames.lock().iter().any(|frame| frame.contains("user.updated") && frame.contains("owner")));
        w.chat.store().close().await;
    }

    async fn a_deactivated_person_is_out_everywhere_until_they_are_let_back_in(db: Database) {
        let w = World::new(&db).await;
        let olga = Admin::caller(w.set_up("open").await, &device());
        let ana = w.register("ana").await;
        let id = ana.user.user.id;
        let caller = w.caller(&ana).await;
        let now = w.chat.admin_deactivate(olga.clone(), id).await.unwrap();
        assert!(now.user.deactivated_at.is_some() && now.sessions == 0);
        assert_eq!(code(w.chat.me(caller).await), Code::Unauthenticated);
        assert_eq!(code(w.log_in("ana", PASSWORD).await), Code::Deactivated);
        assert_eq!(code(w.chat.admin_reset_link(olga.clone(), id).await), Code::Forbidden);
        assert!(w.frames.lock().iter().any(|frame| frame.contains("session.revoked")));
        let back = w.chat.admin_reactivate(olga, id).await.unwrap();
        assert!(back.user.deactivated_at.is_none());
        w.log_in("ana", PASSWORD).await.unwrap();
        w.chat.store().close().await;
    }

    async fn the_last_owner_stays_one(db: Database) {
        let w = World::new(&db).await;
        let caller = w.set_up("open").await;
        let olga = Admin::caller(caller, &device());
        let change = |admin: &Admin, id, to| w.chat.admin_update_user(admin.clone(), id, role(to));
        assert_eq!(code(change(&olga, caller.user, Role::Member).await), Code::LastOwner);
        assert_eq!(code(w.chat.admin_deactivate(olga.clone(), caller.user).await), Code::Forbidden);
        assert_eq!(code(w.chat.admin_deactivate(Admin::operator(), caller.user).await), Code::LastOwner);
        let ana = w.register("ana").await.user.user.id;
        change(&olga, ana, Role::Owner).await.unwrap();
        change(&olga, caller.user, Role::Member).await.unwrap();
        assert_eq!(code(change(&olga, ana, Role::Member).await), Code::Forbidden);
        w.chat.store().close().await;
    }

    async fn a_token_manages_others_but_not_the_one_whose_it_is(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("open").await;
        let ana = w.register("ana").await.user.user.id;
        let scopes = vec!["admin:read".to_owned(), "admin:write".to_owned()];
        let token = NewToken { name: "bot".to_owned(), scopes, expires_at: None };
        let secret = w.chat.create_token(olga, token, device()).await.unwrap().secret;
        let bot = Admin::caller(w.chat.authenticate(&secret, None).await.unwrap(), &device());
        w.chat.admin_reset_link(bot.clone(), ana).await.unwrap();
        let address = || UserChange { email: Some("eve@example.org".to_owned()), ..UserChange::default() };
        assert_eq!(code(w.chat.admin_reset_link(bot.clone(), olga.user).await), Code::SessionNeeded);
        assert_eq!(code(w.chat.admin_update_user(bot.clone(), olga.user, address()).await), Code::SessionNeeded);
        assert_eq!(code(w.chat.admin_sessions(bot.clone(), olga.user).await), Code::SessionNeeded);
        w.chat.admin_update_user(bot, ana, address()).await.unwrap();
        w.chat.store().close().await;
    }

    async fn a_token_reaches_no_owner_and_makes_none(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("open").await;
        let person = Admin::caller(olga, &device());
        let ana = w.register("ana").await.user.user.id;
        let ben = w.register("ben").await.user.user.id;
        w.chat.admin_update_user(person.clone(), ana, role(Role::Owner)).await.unwrap();
        let scopes = vec!["admin:read".to_owned(), "admin:write".to_owned()];
        let token = NewToken { name: "bot".to_owned(), scopes, expires_at: None };
        let secret = w.chat.create_token(olga, token, device()).await.unwrap().secret;
        let bot = Admin::caller(w.chat.authenticate(&secret, None).await.unwrap(), &device());
        let server = || NewMailServer { url: "smtp://127.0.0.1:1".to_owned(), from: "a@example.org".to_owned() };
        assert_eq!(code(w.chat.admin_reset_link(bot.clone(), ana).await), Code::SessionNeeded);
        assert_eq!(code(w.chat.admin_deactivate(bot.clone(), ana).await), Code::SessionNeeded);
        assert_eq!(code(w.chat.admin_update_user(bot.clone(), ana, role(Role::Member)).await), Code::SessionNeeded);
        assert_eq!(code(w.chat.admin_update_user(bot.clone(), ben, role(Role::Owner)).await), Code::SessionNeeded);
        assert_eq!(code(w.chat.admin_create_user(bot.clone(), account("carl", Role::Owner)).await), Code::SessionNeeded);
        assert_eq!(code(w.chat.admin_set_mail(bot.clone(), server()).await), Code::SessionNeeded);
        w.chat.admin_set_mail(person, server()).await.unwrap();
        assert_eq!(code(w.chat.admin_remove_mail(bot.clone()).await), Code::SessionNeeded);
        w.chat.admin_update_user(bot, ben, role(Role::Administrator)).await.unwrap();
        w.chat.store().close().await;
    }

    async fn what_somebody_was_given_before_their_role_changed_works_no_more(db: Database) {
        let w = World::new(&db).await;
        let olga = Admin::caller(w.set_up("open").await, &device());
        let ana = w.register("ana").await;
        let id = ana.user.user.id;
        let invitation = w.chat.create_invitation(w.caller(&ana).await, NewInvitation::default(), device());
        let invitation = token_in(&invitation.await.unwrap().url, "invite");
        let link = w.chat.admin_reset_link(olga.clone(), id).await.unwrap();
        let reset = PasswordReset { token: token_in(&link.url, "reset"), password: PASSWORD.to_owned() };
        w.chat.admin_update_user(olga.clone(), id, role(Role::Owner)).await.unwrap();
        assert_eq!(code(w.chat.reset_password(reset, device()).await), Code::BadToken);
        w.chat.invited(&invitation).await.unwrap();
        w.chat.admin_update_user(olga, id, role(Role::Guest)).await.unwrap();
        assert_eq!(code(w.chat.invited(&invitation).await), Code::BadToken);
        w.chat.store().close().await;
    }

    async fn an_administrator_does_not_choose_who_reads_the_owners_mail(db: Database) {
        let w = World::new(&db).await;
        let olga = Admin::caller(w.set_up("open").await, &device());
        let ana = w.register("ana").await.user.user.id;
        w.chat.admin_update_user(olga.clone(), ana, role(Role::Administrator)).await.unwrap();
        let ana = w.log_in("ana", PASSWORD).await.unwrap();
        let ana = Admin::caller(w.caller(&ana).await, &device());
        let server = || NewMailServer { url: "smtp://127.0.0.1:1".to_owned(), from: "a@example.org".to_owned() };
        assert_eq!(code(w.chat.admin_set_mail(ana.clone(), server()).await), Code::Forbidden);
        w.chat.admin_set_mail(olga.clone(), server()).await.unwrap();
        assert_eq!(code(w.chat.admin_remove_mail(ana.clone()).await), Code::Forbidden);
        assert_eq!(w.chat.admin_mail(ana).await.unwrap().server.as_deref(), Some("smtp://127.0.0.1:1"));
        w.chat.admin_remove_mail(olga).await.unwrap();
        w.chat.store().close().await;
    }

    async fn a_mail_server_sealed_under_a_lost_key_is_told_of_and_set_anew(db: Database) {
        let w = World::new(&db).await;
        let olga = Admin::caller(w.set_up("open").await, &device());
        let server = || NewMailServer { url: "smtp://127.0.0.1:1".to_owned(), from: "a@example.org".to_owned() };
        w.chat.admin_set_mail(olga.clone(), server()).await.unwrap();
        let settings = Settings { sealer: Sealer::new(&[8; 32]).unwrap(), ..w.chat.settings().clone() };
        let later = Chat::new(w.chat.store().clone(), settings);
        let told = later.admin_mail(olga.clone()).await.unwrap();
        assert!(told.last_error.unwrap().contains("another PARLEY_SECRET_KEY"));
        assert!(later.admin_facts(olga.clone()).await.unwrap().mail_error.is_some());
        let anew = later.admin_set_mail(olga, server()).await.unwrap();
        assert_eq!((anew.server.as_deref(), anew.last_error), (Some("smtp://127.0.0.1:1"), None));
        w.chat.store().close().await;
    }
}

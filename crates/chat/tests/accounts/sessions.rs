use std::time::Duration;

use chat::Error;
use chat::access_tokens::NewToken;
use chat::accounts::PasswordChange;
use chat::messages::NewMessage;
use chat::reads::ReadMove;
use chat::sessions::Login;
use model::code::Code;
use model::id::SessionId;
use model::time::Ts;
use store::Tx;

use crate::world::{PASSWORD, World, code, device, elsewhere};

fn login(login: &str, password: &str) -> Login {
    Login {
        login: login.to_owned(),
        password: password.to_owned(),
    }
}

testkit::on_both_databases! {
    async fn people_sign_in_by_name_or_address_in_any_case(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let ana = w.register("ana").await;
        for login in ["ana", " ANA", "Ana@Example.org"] {
            let again = w.log_in(login, PASSWORD).await.unwrap();
            assert_eq!(again.user.user, ana.user.user);
            assert_ne!(again.token, ana.token);
        }
        for (login, password) in [
            ("ana", "plum tree at dawn"),
            ("ana", ""),
            ("nobody", PASSWORD),
            ("a\0na", PASSWORD),
            ("", ""),
        ] {
            assert_eq!(code(w.log_in(login, password).await), Code::BadCredentials, "{login:?}");
        }
        assert_eq!(code(w.log_in(&"a".repeat(10_000), PASSWORD).await), Code::BadCredentials);
        w.chat.store().close().await;
    }

    async fn a_token_of_nobody_is_refused(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let ana = w.register("ana").await;
        let mut near = ana.token.expose().to_owned();
        near.pop();
        for token in ["", "pses_", "x", &format!("{near}-"), &near] {
            let refused = w.chat.authenticate(token, None).await;
            assert!(matches!(refused, Err(Error::Refused(Code::Unauthenticated))), "{token}");
        }
        w.chat.store().close().await;
    }

    async fn a_device_is_signed_out_by_itself_or_by_another_and_told(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let phone = w.register("ana").await;
        let laptop = w.log_in("ana", PASSWORD).await.unwrap();
        let desk = w.log_in("ana", PASSWORD).await.unwrap();
        let (me, bo) = (w.caller(&laptop).await, w.register("bo").await);
        let (list, head) = w.chat.sessions(me).await.unwrap();
        assert_eq!(list.len(), 3);
        assert_eq!(list.iter().filter(|each| each.current).count(), 1);
        assert_eq!(list[0].device, "Firefox");

        let revoke = |by, id: SessionId| w.chat.revoke_session(by, id, device());
        assert_eq!(code(revoke(w.caller(&bo).await, phone.user.session).await), Code::NotFound);
        revoke(me, phone.user.session).await.unwrap();
        assert!(!w.is_signed_in(&phone).await && w.is_signed_in(&laptop).await);
        let told = format!(r#""t":"session.revoked","s":"user:{}","n":{}"#, me.user, head + 1);
        assert!(w.frames.lock().iter().any(|frame| frame.contains(&told)));

        w.chat.log_out(w.caller(&desk).await).await.unwrap();
        assert!(!w.is_signed_in(&desk).await);
        w.chat.store().close().await;
    }

    async fn nothing_is_written_by_a_session_that_ended_while_its_request_was_on_the_way(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("open").await;
        let (phone, laptop) = (w.register("ana").await, w.log_in("ana", PASSWORD).await.unwrap());
        let (on_phone, on_laptop) = (w.caller(&phone).await, w.caller(&laptop).await);
        let rooms = w.chat.my_rooms(olga, None, 10).await.unwrap().items;
        let room = rooms[0].room.id;
        let words = |client_id: &str| NewMessage {
            body: "hello".to_owned(),
            client_id: client_id.to_owned(),
            thread: None,
            also_to_room: None,
            attachments: Vec::new(),
        };
        w.chat.post(on_phone, room, words("1")).await.unwrap();
        w.chat.revoke_session(on_laptop, phone.user.session, device()).await.unwrap();
        let before = w.frames.lock().len();
        assert_eq!(code(w.chat.post(on_phone, room, words("2")).await), Code::Unauthenticated);
        let moved = ReadMove { ts: Ts::START, unread: true };
        assert_eq!(code(w.chat.mark_read(on_phone, room, moved).await), Code::Unauthenticated);
        let named = serde_json::from_str(r#"{"display_name":"Eve"}"#).unwrap();
        assert_eq!(code(w.chat.update_me(on_phone, named, device()).await), Code::Unauthenticated);
        assert_eq!(code(w.chat.remove_member(on_phone, room, on_phone.user).await), Code::Unauthenticated);
        let token = NewToken { name: "bot".to_owned(), scopes: vec!["read".to_owned()], expires_at: None };
        assert_eq!(code(w.chat.create_token(on_phone, token, device()).await), Code::Unauthenticated);
        assert_eq!(w.frames.lock().len(), before);
        w.chat.post(on_laptop, room, words("3")).await.unwrap();
        w.clock.advance(store::sessions::LIFETIME);
        assert_eq!(code(w.chat.post(on_laptop, room, words("4")).await), Code::Unauthenticated);
        w.chat.store().close().await;
    }

    async fn a_session_that_is_used_lives_on(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let (used, idle) = (w.register("ana").await, w.log_in("olga", PASSWORD).await.unwrap());
        let day = Duration::from_secs(24 * 3600);
        for _ in 0..3 {
            w.clock.advance(45 * day);
            let caller = w.caller(&used).await;
            // The note was queued by the call before; a write after it is done after it.
            w.chat.update_me(caller, serde_json::from_str("{}").unwrap(), device()).await.unwrap();
            let noted = async || w.chat.sessions(caller).await.unwrap().0[0].last_seen_at;
            while noted().await != w.clock.now() {
                tokio::task::yield_now().await;
            }
        }
        assert!(w.is_signed_in(&used).await && !w.is_signed_in(&idle).await);
        w.chat.clean_up().await.unwrap();
        w.chat.store().close().await;
    }

    async fn a_new_password_signs_the_other_devices_out(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let (phone, laptop) = (w.register("ana").await, w.log_in("ana", PASSWORD).await.unwrap());
        let me = w.caller(&laptop).await;
        let change = |current: &str, password: &str| {
            let input = PasswordChange { current: current.to_owned(), password: password.to_owned() };
            w.chat.change_password(me, input, device())
        };
        assert_eq!(code(change("plum tree at dawn", "a walk in the reeds").await), Code::BadCredentials);
        assert_eq!(code(change(PASSWORD, "short").await), Code::TooShort);
        assert_eq!(code(change(PASSWORD, "ana@example.org").await), Code::WeakPassword);
        change(PASSWORD, "a walk in the reeds").await.unwrap();
        assert!(w.is_signed_in(&laptop).await && !w.is_signed_in(&phone).await);
        assert_eq!(code(w.log_in("ana", PASSWORD).await), Code::BadCredentials);
        w.log_in("ana", "a walk in the reeds").await.unwrap();
        let mails = w.mails().await;
        assert!(mails.len() == 1 && mails[0].contains("was changed"), "{mails:?}");
        w.chat.store().close().await;
    }

    async fn guessing_is_limited_and_locks_nobody_else_out(db: Database) {
        let w = World::with_limits(&db, true).await;
        w.set_up("open").await;
        w.register("ana").await;
        let guess = |device| w.chat.log_in(login("ana", "wrong wrong wrong"), device);
        for _ in 0..10 {
            assert_eq!(code(guess(elsewhere(1)).await), Code::BadCredentials);
        }
        let Err(Error::RateLimited(wait)) = guess(elsewhere(1)).await else { panic!("not limited") };
        assert_eq!(wait, Duration::from_secs(15 * 60));
        let right = w.chat.log_in(login("ana", PASSWORD), elsewhere(1)).await;
        assert_eq!(code(right), Code::RateLimited, "the right password tells a guesser nothing");
        w.log_in("ana", PASSWORD).await.expect("she is not locked out at her own address");
        w.clock.advance(Duration::from_secs(15 * 60));
        w.chat.log_in(login("ana", PASSWORD), elsewhere(1)).await.unwrap();
        w.chat.store().close().await;
    }

    async fn who_signs_in_well_uses_up_no_tries_of_their_office(db: Database) {
        let w = World::with_limits(&db, true).await;
        w.set_up("open").await;
        w.register("ana").await;
        for round in 0..12 {
            assert_eq!(code(w.log_in("ana", "wrong wrong wrong").await), Code::BadCredentials, "{round}");
            w.log_in("ana", PASSWORD).await.unwrap();
        }
        w.chat.store().close().await;
    }

    async fn who_signs_in_well_is_never_slowed_down_by_it(db: Database) {
        let w = World::with_limits(&db, true).await;
        w.set_up("open").await;
        w.register("ana").await;
        w.log_in("ana", PASSWORD).await.unwrap();
        let signed_in = w.log_in(" ANA@example.org", PASSWORD).await.unwrap();
        let ana = w.caller(&signed_in).await;
        let new = PasswordChange { current: PASSWORD.to_owned(), password: "a walk in the reeds".to_owned() };
        w.chat.change_password(ana, new, device()).await.unwrap();
        let counted = async |tx: &mut Tx| {
            let sql = "SELECT COUNT(*) FROM attempts WHERE tries > 0 AND key NOT LIKE 'register%'";
            tx.one(sql, &[], |row| row.get::<i64>(0)).await
        };
        assert_eq!(w.chat.store().read(counted).await.unwrap(), 0);
        w.chat.store().close().await;
    }
}

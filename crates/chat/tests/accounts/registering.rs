use std::time::Duration;

use chat::accounts::{Confirmation, Registered};
use chat::admin::WorkspaceChange;
use chat::invitations::NewInvitation;
use chat::members::MemberChange;
use chat::rooms::NewRoom;
use model::code::Code;
use model::user::Role;
use store::Tx;

use crate::world::{World, code, device, elsewhere, registration, setup, token_in};

fn policy(policy: &str) -> WorkspaceChange {
    WorkspaceChange {
        join_policy: Some(policy.to_owned()),
        ..WorkspaceChange::default()
    }
}

/// A password that only its owner knows.
const OWN: &str = "seven pears in a bowl";

fn confirmation(token: &str, password: &str) -> Confirmation {
    Confirmation {
        token: token.to_owned(),
        password: password.to_owned(),
    }
}

testkit::on_both_databases! {
    async fn the_set_up_token_works_once_and_outlives_a_restart(db: Database) {
        let w = World::new(&db).await;
        let first = w.chat.prepare_setup(None).await.unwrap().unwrap();
        let again = w.chat.prepare_setup(Some(first.expose())).await.unwrap().unwrap();
        assert_eq!(again, first);
        let lost = w.chat.prepare_setup(None).await.unwrap().unwrap();
        assert_ne!(lost, first);
        assert!(w.chat.setup_link(&lost).starts_with("https://chat.example.org/setup#token=pset_"));
        assert_eq!(code(w.chat.set_up(setup(first.expose(), "open"), device()).await), Code::BadToken);
        assert!(w.chat.setup_state().await.unwrap().needed);

        let done = w.chat.set_up(setup(lost.expose(), "open"), device()).await.unwrap();
        assert_eq!(done.user.user.role, Role::Owner);
        assert!(w.is_signed_in(&done).await);
        w.chat.set_up_done().await;
        assert_eq!(code(w.chat.set_up(setup(lost.expose(), "open"), device()).await), Code::AlreadySetUp);
        assert!(w.chat.prepare_setup(None).await.unwrap().is_none());
        let state = w.chat.setup_state().await.unwrap();
        assert_eq!((state.needed, state.workspace.unwrap().as_str()), (false, "Tulips"));
        let rooms = w.chat.my_rooms(w.caller(&done).await, None, 10).await.unwrap().items;
        assert_eq!(rooms.len(), 1, "there is a first room");
        w.chat.store().close().await;
    }

    async fn whoever_registers_is_signed_in_and_in_the_first_room(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let ana = w.register("ana").await;
        assert_eq!((ana.user.user.role, ana.user.user.display_name.as_str()), (Role::Member, "ana"));
        let caller = w.caller(&ana).await;
        let rooms = w.chat.my_rooms(caller, None, 10).await.unwrap().items;
        assert_eq!(rooms.len(), 1);
        assert!(w.frames.lock().iter().any(|frame| frame.contains("user.created") && frame.contains("\"ana\"")));
        assert_eq!(w.chat.me(caller).await.unwrap(), ana.user);

        let taken = w.chat.register(registration("ANA", None), device()).await;
        assert_eq!(code(taken), Code::UsernameTaken);
        let mut same_mail = registration("bo", None);
        same_mail.email = "Ana@example.org".to_owned();
        assert_eq!(code(w.chat.register(same_mail, device()).await), Code::EmailTaken);
        let mut weak = registration("bo", None);
        weak.password = Some("password2026".to_owned());
        assert_eq!(code(w.chat.register(weak, device()).await), Code::WeakPassword);
        w.chat.store().close().await;
    }

    async fn two_who_want_one_name_at_once_get_one_account(db: Database) {
        let w = World::new(&db).await;
        w.set_up("open").await;
        let mut other = registration("ana", None);
        other.email = "other@example.org".to_owned();
        let (one, two) = tokio::join!(
            w.chat.register(registration("ana", None), device()),
            w.chat.register(other, device())
        );
        let lost = if one.is_ok() { two } else { one };
        assert_eq!(code(lost), Code::UsernameTaken);
        w.chat.store().close().await;
    }

    async fn the_join_policy_says_who_may_register(db: Database) {
        let w = World::new(&db).await;
        let early = w.chat.prepare_setup(None).await.unwrap().unwrap();
        assert_eq!(code(w.chat.register(registration("ana", None), device()).await), Code::RegistrationClosed);
        let olga = w.chat.set_up(setup(early.expose(), "invite"), device()).await.unwrap();
        let olga = w.caller(&olga).await;
        let register = |name| w.chat.register(registration(name, None), device());
        assert_eq!(code(register("ana").await), Code::InvitationNeeded);
        w.change(olga, policy("closed")).await.unwrap();
        assert_eq!(code(register("ana").await), Code::RegistrationClosed);
        assert_eq!(code(w.change(olga, policy("domain")).await), Code::Empty);
        assert_eq!(code(w.change(olga, policy("maybe")).await), Code::BadFormat);
        w.change(olga, policy("open")).await.unwrap();
        let ana = w.register("ana").await;
        let ana = w.caller(&ana).await;
        assert_eq!(code(w.change(ana, policy("closed")).await), Code::Forbidden);
        w.chat.store().close().await;
    }

    async fn a_workspace_set_up_for_domains_can_be_renamed_before_it_has_any(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("domain").await;
        let name = WorkspaceChange { name: Some("Reeds".to_owned()), ..WorkspaceChange::default() };
        w.change(olga, name).await.unwrap();
        assert_eq!(code(w.change(olga, policy("domain")).await), Code::Empty);
        w.chat.store().close().await;
    }

    async fn an_address_of_an_allowed_domain_has_to_be_confirmed(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("open").await;
        let domains = WorkspaceChange {
            mail_domains: Some(vec!["Example.org".to_owned()]),
            ..policy("domain")
        };
        w.change(olga, domains).await.unwrap();
        let mut stranger = registration("eve", None);
        stranger.email = "eve@example.com".to_owned();
        assert_eq!(code(w.chat.register(stranger, device()).await), Code::EmailDomain);
        let waiting = w.chat.register(registration("ana", None), device()).await.unwrap();
        assert!(matches!(waiting, Registered::Mailed));
        assert!(w.log_in("ana", crate::world::PASSWORD).await.is_err(), "no account yet");
        let mails = w.mails().await;
        assert_eq!(mails.len(), 1);
        let link = token_in(&mails[0], "confirm");
        let done = w.chat.confirm_registration(confirmation(&link, OWN), device()).await.unwrap();
        assert!(w.is_signed_in(&done).await);
        let again = w.chat.confirm_registration(confirmation(&link, OWN), device()).await;
        assert_eq!(code(again), Code::BadToken);

        w.clock.advance(Duration::from_secs(1));
        w.chat.register(registration("bo", None), device()).await.unwrap();
        let link = token_in(&w.mails().await[1], "confirm");
        w.change(olga, policy("invite")).await.unwrap();
        let late = w.chat.confirm_registration(confirmation(&link, OWN), device()).await;
        assert_eq!(code(late), Code::RegistrationClosed, "the policy counts that is in force");
        w.chat.store().close().await;
    }

    async fn only_who_has_the_mail_sets_the_password(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("open").await;
        let domains = WorkspaceChange {
            mail_domains: Some(vec!["example.org".to_owned()]),
            ..policy("domain")
        };
        w.change(olga, domains).await.unwrap();
        // Somebody registers with Ana's address and a password that they know.
        w.chat.register(registration("ana", None), device()).await.unwrap();
        let link = token_in(&w.mails().await[0], "confirm");
        for (password, expected) in [("short", Code::TooShort), ("I am ana@example.org", Code::WeakPassword)] {
            let weak = w.chat.confirm_registration(confirmation(&link, password), device()).await;
            assert_eq!(code(weak), expected);
        }
        w.chat.confirm_registration(confirmation(&link, OWN), device()).await.unwrap();
        assert!(w.log_in("ana", crate::world::PASSWORD).await.is_err(), "the password of who registered");
        assert!(w.log_in("ana", OWN).await.is_ok(), "the password of who has the mail");
        // What nobody keeps, nobody has to type; where the account is made at once, it is needed.
        let mut bo = registration("bo", None);
        bo.password = None;
        let waiting = w.chat.register(bo, device()).await.unwrap();
        assert!(matches!(waiting, Registered::Mailed));
        w.change(olga, policy("open")).await.unwrap();
        let mut cy = registration("cy", None);
        cy.password = None;
        assert_eq!(code(w.chat.register(cy, device()).await), Code::Empty);
        w.chat.store().close().await;
    }

    async fn a_registration_that_waits_reserves_no_name(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("open").await;
        let domains = WorkspaceChange {
            mail_domains: Some(vec!["example.org".to_owned()]),
            ..policy("domain")
        };
        w.change(olga, domains).await.unwrap();
        w.chat.register(registration("ana", None), device()).await.unwrap();
        w.clock.advance(Duration::from_secs(1));
        let mut other = registration("ana", None);
        other.email = "anabel@example.org".to_owned();
        w.chat.register(other, device()).await.unwrap();
        let mails = w.mails().await;
        let [first, second] = [&mails[0], &mails[1]].map(|mail| token_in(mail, "confirm"));
        w.chat.confirm_registration(confirmation(&second, OWN), device()).await.unwrap();
        let late = w.chat.confirm_registration(confirmation(&first, OWN), device()).await;
        assert_eq!(code(late), Code::UsernameTaken);
        w.chat.store().close().await;
    }

    async fn nobody_writes_to_strangers_by_registering_with_their_address(db: Database) {
        let w = World::with_limits(&db, true).await;
        let olga = w.set_up("open").await;
        let domains = WorkspaceChange {
            mail_domains: Some(vec!["example.org".to_owned()]),
            ..policy("domain")
        };
        w.change(olga, domains).await.unwrap();
        for last in 0..6 {
            let mut input = registration(&format!("eve{last}"), None);
            input.email = "Ana@example.org".to_owned();
            input.display_name = Some("http://evil.example".to_owned());
            w.chat.register(input, elsewhere(last)).await.unwrap();
        }
        let mails = w.mails().await;
        assert_eq!(mails.len(), 3);
        assert!(!mails[0].contains("evil.example"), "{}", mails[0]);
        w.chat.store().close().await;
    }

    async fn an_invitation_lets_people_in_until_it_is_used_up_or_revoked(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("invite").await;
        let invite = |by, max_uses| {
            let input = NewInvitation { max_uses, ..NewInvitation::default() };
            w.chat.create_invitation(by, input, device())
        };
        let once = invite(olga, Some(1)).await.unwrap();
        let token = token_in(&once.url, "invite");
        let told = w.chat.invited(&token).await.unwrap();
        assert_eq!((told.workspace.as_str(), told.invited_by.unwrap().as_str()), ("Tulips", "Olga"));
        let enter = |name, token: &str| w.chat.register(registration(name, Some(token.to_owned())), device());
        let Registered::SignedIn(ana) = enter("ana", &token).await.unwrap() else { panic!() };
        let ana = w.caller(&ana).await;
        assert_eq!(code(enter("bo", &token).await), Code::BadToken);
        assert_eq!(code(w.chat.invited(&token).await), Code::BadToken);

        let by_ana = invite(ana, None).await.unwrap();
        let by_olga = invite(olga, None).await.unwrap();
        let listed = async |by| {
            let list = w.chat.invitations(by, None, 10).await.unwrap();
            list.items.into_iter().map(|each| each.id).collect::<Vec<_>>()
        };
        assert_eq!(listed(ana).await, [by_ana.invitation.id]);
        assert_eq!(listed(olga).await.len(), 2);
        let revoke = |by, id| w.chat.revoke_invitation(by, id, device());
        assert_eq!(code(revoke(ana, by_olga.invitation.id).await), Code::NotFound);
        revoke(olga, by_ana.invitation.id).await.unwrap();
        assert_eq!(code(enter("bo", &token_in(&by_ana.url, "invite")).await), Code::BadToken);
        assert_eq!(code(revoke(olga, by_ana.invitation.id).await), Code::NotFound);
        w.chat.store().close().await;
    }

    async fn an_invitation_brings_people_into_all_of_its_rooms_that_its_maker_may_still_open(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("invite").await;
        let first = w.chat.create_invitation(olga, NewInvitation::default(), device()).await.unwrap();
        let enter = |name, url: &str| w.chat.register(registration(name, Some(token_in(url, "invite"))), device());
        let Registered::SignedIn(ana) = enter("ana", &first.url).await.unwrap() else { panic!() };
        let ana = w.caller(&ana).await;
        let mut rooms = Vec::new();
        for index in 0..12 {
            let room = NewRoom {
                kind: "private".to_owned(),
                name: format!("room {index}"),
                topic: None,
                members: vec![olga.user.to_string()],
            };
            rooms.push(w.chat.create_room(ana, room).await.unwrap().room.id);
        }
        let input = NewInvitation { rooms: rooms.iter().map(ToString::to_string).collect(), ..NewInvitation::default() };
        let invitation = w.chat.create_invitation(ana, input, device()).await.unwrap();
        let Registered::SignedIn(bo) = enter("bo", &invitation.url).await.unwrap() else { panic!() };
        let of_bo = w.chat.my_rooms(w.caller(&bo).await, None, 50).await.unwrap();
        assert_eq!(of_bo.items.len(), 13);

        let owner = MemberChange { role: Some("owner".to_owned()) };
        w.chat.put_member(ana, rooms[0], olga.user, owner).await.unwrap();
        w.chat.remove_member(ana, rooms[0], ana.user).await.unwrap();
        let Registered::SignedIn(cy) = enter("cy", &invitation.url).await.unwrap() else { panic!() };
        let of_cy = w.chat.my_rooms(w.caller(&cy).await, None, 50).await.unwrap();
        assert_eq!(of_cy.items.len(), 12);
        assert!(of_cy.items.iter().all(|each| each.room.id != rooms[0]));
        w.chat.store().close().await;
    }

    async fn registering_is_limited_by_address(db: Database) {
        let w = World::with_limits(&db, true).await;
        w.set_up("closed").await;
        for _ in 0..60 {
            assert_eq!(code(w.chat.register(registration("ana", None), device()).await), Code::RegistrationClosed);
        }
        assert_eq!(code(w.chat.register(registration("ana", None), device()).await), Code::RateLimited);
        let other = w.chat.register(registration("ana", None), elsewhere(1)).await;
        assert_eq!(code(other), Code::RegistrationClosed);
        w.chat.store().close().await;
    }

    async fn acts_of_security_are_written_down(db: Database) {
        let w = World::new(&db).await;
        let olga = w.set_up("open").await;
        w.clock.advance(std::time::Duration::from_secs(1));
        w.register("ana").await;
        w.clock.advance(std::time::Duration::from_secs(1));
        w.change(olga, policy("invite")).await.unwrap();
        w.clock.advance(std::time::Duration::from_secs(1));
        w.chat.create_invitation(olga, NewInvitation::default(), device()).await.unwrap();
        let acts = w.chat.store().read(async |tx: &mut Tx| {
            store::audit::page(tx, &store::audit::Filter::default(), i64::MAX, 100).await
        });
        let acts = acts.await.unwrap();
        let told: Vec<_> = acts.iter().map(|act| act.action.as_str()).collect();
        assert_eq!(told, ["invitation.made", "workspace.settings_changed", "user.registered", "workspace.set_up"]);
        assert!(acts.iter().all(|act| act.address == "192.0.2.1"));
        assert!(acts.iter().all(|act| !act.data.contains("pinv_")));
        w.chat.store().close().await;
    }
}

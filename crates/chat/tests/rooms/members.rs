//! Who is in a room, and what is told about it to whom.

use std::collections::{BTreeMap, BTreeSet};

use chat::members::MemberChange;
use chat::rooms::{NewRoom, RoomChange};
use chat::sync::{CatchUp, Stretch};
use futures_util::future::join_all;
use model::event::Event;
use model::id::{RoomId, UserId};
use model::message::SystemType;
use model::room::RoomRole;
use model::stream::{Cut, StreamId};
use model::user::Role;
use store::streams::Replay;

use crate::world::{World, code};

fn role(role: &str) -> MemberChange {
    MemberChange {
        role: Some(role.to_owned()),
    }
}

fn plain() -> MemberChange {
    MemberChange::default()
}

testkit::on_both_databases! {
    async fn joining_is_told_on_ones_own_stream_before_the_rooms_first_frame(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "public", &[]).await;
        world.say(ana, room, "hi").await;
        let head = world.told(StreamId::Room(room)).len() as u64;
        let from = world.published.lock().len();
        world.chat.put_member(bo, room, bo.user, plain()).await.unwrap();
        world.chat.put_member(bo, room, bo.user, plain()).await.unwrap();
        let published = world.published.lock().split_off(from);
        let order: Vec<_> = published.iter().map(|event| (event.stream, event.n)).collect();
        let (own, theirs) = (StreamId::User(bo.user), StreamId::Room(room));
        assert_eq!(order, [(own, 1), (theirs, head + 1), (theirs, head + 2)]);
        assert!(published[0].frame.contains(&format!("\"head\":{head}")));

        let view = world.chat.room(bo, room).await.unwrap();
        assert_eq!((view.room.members, view.role), (2, Some(RoomRole::Member)));
        assert_eq!((view.unread, view.read_ts), (Some(0), Some(view.last_ts)));
    }

    async fn leaving_cuts_after_the_last_words_and_tells_the_one_who_goes(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        world.chat.remove_member(ana, room, bo.user).await.unwrap();
        let told = world.told(StreamId::Room(room));
        let [.., (_, Event::MessageCreated(words), _), (_, Event::MemberLeft(left), cut)] = &told[..] else {
            panic!("{told:?}");
        };
        assert_eq!(words.system.as_ref().unwrap().kind, SystemType::Removed);
        assert_eq!((left.user, cut.cut), (bo.user, Some(Cut::User(bo.user))));
        assert_eq!(world.kinds(StreamId::User(bo.user)).last(), Some(&"room.left"));
        assert_eq!(code(world.try_say(bo, room, "still here?").await), "not_found");
        assert_eq!(code(world.chat.remove_member(ana, room, bo.user).await), "not_found");
        // A repeat of what was acknowledged is still answered; this was not.
        assert_eq!(code(world.chat.room(bo, room).await), "not_found");
    }

    async fn a_room_keeps_an_owner(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo, eve) = (
            world.person("ana").await,
            world.person("bo").await,
            world.person("eve").await,
        );
        let room = world.room(ana, "public", &[bo]).await;
        assert_eq!(code(world.chat.remove_member(ana, room, ana.user).await), "last_owner");
        assert_eq!(code(world.chat.put_member(ana, room, ana.user, role("member")).await), "last_owner");
        assert_eq!(code(world.chat.put_member(bo, room, bo.user, role("owner")).await), "forbidden");
        assert_eq!(code(world.chat.put_member(eve, room, eve.user, role("owner")).await), "forbidden");
        assert_eq!(code(world.chat.put_member(ana, room, bo.user, role("king")).await), "bad_format");
        world.chat.put_member(ana, room, bo.user, role("owner")).await.unwrap();
        assert_eq!(world.kinds(StreamId::Room(room)).last(), Some(&"member.updated"));
        world.chat.remove_member(ana, room, ana.user).await.unwrap();
        assert_eq!(code(world.chat.archive_room(ana, room).await), "forbidden");
        let list = world.chat.room_members(eve, room, None, 50).await.unwrap();
        assert_eq!(list.items.len(), 1);
    }

    async fn one_set_of_people_has_one_direct_room(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo, eve) = (
            world.person("ana").await,
            world.person("bo").await,
            world.person("eve").await,
        );
        let between = |who: chat::Caller, with: chat::Caller| {
            world.chat.start_direct(who, vec![with.user.to_string(), who.user.to_string()])
        };
        let calls = (0..10).map(|i| if i % 2 == 0 { between(ana, bo) } else { between(bo, ana) });
        let found: Vec<_> = join_all(calls).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(found.iter().filter(|(_, made)| *made).count(), 1);
        let rooms: BTreeMap<RoomId, _> = found.iter().map(|(view, _)| (view.room.id, view)).collect();
        assert_eq!(rooms.len(), 1);
        let room = found[0].0.room.id;
        let mut people = vec![ana.user, bo.user];
        people.sort();
        assert_eq!(found[0].0.room.users, people);
        assert_eq!(world.chat.my_rooms(bo, None, 50).await.unwrap().items[0].room.users, people);
        assert_eq!(world.kinds(StreamId::User(bo.user)), ["room.joined"]);

        assert_eq!(code(world.chat.put_member(ana, room, eve.user, plain()).await), "direct_room");
        assert_eq!(code(world.chat.remove_member(ana, room, ana.user).await), "direct_room");
        assert_eq!(code(world.chat.put_member(eve, room, eve.user, plain()).await), "not_found");
        let nobody = RoomId::new(world.chat.clock().now()).to_string();
        assert_eq!(code(world.chat.start_direct(ana, vec![nobody]).await), "unusable");
        let alone = world.chat.start_direct(ana, Vec::new()).await.unwrap();
        assert_eq!((alone.0.room.users, alone.1), (vec![ana.user], true));
    }

    async fn rooms_are_listed_in_pages_and_found_by_name(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let guest = world.with_role("guest", Role::Guest).await;
        let mut made = Vec::new();
        for name in ["Élan 100%", "alpha", "Alps", "beta_x"] {
            let input = NewRoom {
                kind: "public".to_owned(),
                name: name.to_owned(),
                topic: None,
                members: Vec::new(),
            };
            made.push(world.chat.create_room(ana, input).await.unwrap().room.id);
        }
        let private = world.room(ana, "private", &[guest]).await;
        let first = world.chat.my_rooms(ana, None, 3).await.unwrap();
        let second = world.chat.my_rooms(ana, first.next, 3).await.unwrap();
        let mine: Vec<_> = first.items.iter().chain(&second.items).map(|view| view.room.id).collect();
        assert_eq!(mine.len(), 5);
        assert!(mine.contains(&private) && second.next.is_none());
        assert!(first.heads.contains(&(StreamId::Room(mine[0]), first.items[0].head)));

        let mut names = Vec::new();
        let mut after = None;
        loop {
            let page = world.chat.room_directory(bo, String::new(), after, 1).await.unwrap();
            names.extend(page.items.iter().filter_map(|view| view.room.name.clone()));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let names: Vec<_> = names.iter().map(|name| name.as_str()).collect();
        assert_eq!(names.len(), 4);
        assert_eq!(names[..3], ["alpha", "Alps", "beta_x"]);
        for (query, count) in [("AL", 2), ("éLAN", 1), ("%", 1), ("_", 1), ("\\", 0), ("zz", 0), ("a\0", 0)] {
            let found = world.chat.room_directory(bo, query.to_owned(), None, 50).await.unwrap();
            assert_eq!(found.items.len(), count, "{query}");
            assert!(found.items.iter().all(|view| view.role.is_none() && view.unread.is_none()));
        }
        assert_eq!(code(world.chat.room_directory(guest, String::new(), None, 50).await), "forbidden");
        assert_eq!(code(world.chat.room(guest, made[0]).await), "not_found");
        assert_eq!(world.chat.my_rooms(guest, None, 50).await.unwrap().items.len(), 1);
        let created = world.kinds(StreamId::Workspace);
        assert_eq!(created.iter().filter(|kind| **kind == "room.created").count(), 4);
    }

    async fn a_name_tells_a_guest_nothing_of_people_they_share_no_room_with(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let guest = world.with_role("guest", Role::Guest).await;
        let room = world.room(ana, "private", &[guest]).await;
        let said = world.say(guest, room, "@ana @bo @guest @nobody").await;
        let meant: Vec<_> = said.mentions.iter().map(|mention| mention.user).collect();
        assert_eq!(meant, [ana.user, guest.user]);
        let said = world.say(ana, room, "@bo").await;
        assert_eq!(said.mentions[0].user, bo.user);
    }

    async fn a_guest_knows_of_whom_they_share_a_room_with_and_of_nobody_else(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let guest = world.with_role("guest", Role::Guest).await;
        let room = world.room(ana, "private", &[guest]).await;
        let all = BTreeSet::from([ana.user, bo.user, guest.user]);
        let known = async |who| BTreeSet::from_iter(world.chat.known_of(who, all.clone()).await.unwrap());
        assert_eq!(known(guest).await, BTreeSet::from([ana.user, guest.user]));
        assert_eq!(known(bo).await, all);
        // More than one statement asks for.
        let mut crowd: BTreeSet<_> = (0..120).map(|_| UserId::new(model::time::Clock::system().now())).collect();
        crowd.extend(&all);
        let seen = world.chat.known_of(guest, crowd).await.unwrap();
        assert_eq!(BTreeSet::from_iter(seen), BTreeSet::from([ana.user, guest.user]));
        world.chat.remove_member(ana, room, guest.user).await.unwrap();
        assert_eq!(known(guest).await, BTreeSet::from([guest.user]));
    }

    async fn changes_are_told_once_and_only_if_they_change_something(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        let before = world.told(StreamId::Room(room)).len();
        let topic = |text: &str| RoomChange { topic: Some(text.to_owned()), ..RoomChange::default() };
        let view = world.chat.update_room(bo, room, topic("Lunch")).await.unwrap();
        world.chat.update_room(bo, room, topic("Lunch")).await.unwrap();
        assert_eq!(world.kinds(StreamId::Room(room))[before..], ["room.updated", "message.created"]);
        assert_eq!(view.head, before as u64 + 2);
        let name = |text: &str| RoomChange { name: Some(text.to_owned()), ..RoomChange::default() };
        assert_eq!(code(world.chat.update_room(bo, room, name("")).await), "empty");
        assert_eq!(code(world.chat.update_room(bo, room, name("Other")).await), "forbidden");
        let view = world.chat.update_room(ana, room, name("Other")).await.unwrap();
        assert_eq!(view.room.name.unwrap().as_str(), "Other");
        let bad = RoomChange { who_posts: Some("dogs".to_owned()), ..RoomChange::default() };
        assert_eq!(code(world.chat.update_room(ana, room, bad).await), "bad_format");
        let owners = RoomChange { who_posts: Some("owners".to_owned()), ..RoomChange::default() };
        world.chat.update_room(ana, room, owners).await.unwrap();
        assert_eq!(code(world.try_say(bo, room, "hi").await), "forbidden");
        assert_eq!(code(world.chat.may_type(bo, room).await), "forbidden");
        world.say(ana, room, "hi").await;
    }

    async fn nothing_of_a_member_follows_their_removal(db: Database) {
        let world = std::sync::Arc::new(World::new(&db).await);
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        let posting: Vec<_> = (0..8)
            .map(|_| {
                let world = world.clone();
                tokio::spawn(async move {
                    let mut said = 0;
                    while world.try_say(bo, room, "more").await.is_ok() {
                        said += 1;
                    }
                    said
                })
            })
            .collect();
        while world.told(StreamId::Room(room)).len() < 30 {
            tokio::task::yield_now().await;
        }
        world.chat.remove_member(ana, room, bo.user).await.unwrap();
        let mut said = 0;
        for task in posting {
            said += task.await.unwrap();
        }
        let told = world.told(StreamId::Room(room));
        assert_eq!(told.last().unwrap().1.kind(), "member.left");
        let by_bo = told.iter().filter(|(_, event, _)| {
            matches!(event, Event::MessageCreated(message) if message.author == bo.user)
        });
        assert_eq!(by_bo.count(), said, "what was answered was told");
    }

    async fn who_joins_again_starts_afresh(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        let stream = StreamId::Room(room);
        let cursor = world.told(stream).len() as u64;
        let missed = async |cursor: u64| {
            let head = world.told(stream).len() as u64;
            let stretch = Stretch { cursor, after: cursor, up_to: head, limit: 100 };
            world.chat.catch_up(bo, stream, stretch).await.unwrap()
        };
        world.say(ana, room, "hi").await;
        assert!(matches!(missed(cursor).await, CatchUp::Missed(Replay::Events(events)) if events.len() == 1));
        world.chat.remove_member(ana, room, bo.user).await.unwrap();
        assert_eq!(missed(cursor).await, CatchUp::Gone);
        world.say(ana, room, "without bo").await;
        let head = world.told(stream).len() as u64;
        world.chat.put_member(ana, room, bo.user, plain()).await.unwrap();
        assert_eq!(missed(cursor).await, CatchUp::Missed(Replay::Pruned));
        assert!(matches!(missed(head).await, CatchUp::Missed(Replay::Events(events)) if events.len() == 2));
    }

    async fn hiding_the_past_of_a_room_ends_watching_it(db: Database) {
        let world = World::new(&db).await;
        let ana = world.person("ana").await;
        let room = world.room(ana, "public", &[]).await;
        for (history, cut) in [("since_join", Some(Cut::NonMembers)), ("all", None)] {
            let change = RoomChange { history: Some(history.to_owned()), ..RoomChange::default() };
            world.chat.update_room(ana, room, change).await.unwrap();
            let told = world.told(StreamId::Room(room));
            let updated = told.iter().rev().find(|(_, event, _)| event.kind() == "room.updated").unwrap();
            assert_eq!(updated.2.cut, cut, "{history}");
        }
    }
}

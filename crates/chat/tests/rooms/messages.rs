//! Posting, editing, deleting.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chat::messages::MessageChange;
use chat::rooms::RoomChange;
use futures_util::future::join_all;
use model::event::Event;
use model::message::Message;
use model::stream::StreamId;
use model::time::{Clock, Timestamp};
use model::user::Role;
use store::Tx;
use store::history::Bound;
use store::params;
use store::streams::{self, Replay};

use crate::world::{World, code};

fn to(body: &str) -> MessageChange {
    MessageChange {
        body: body.to_owned(),
    }
}

testkit::on_both_databases! {
    async fn numbers_are_gapless_and_places_increase_while_many_people_post(db: Database) {
        let world = std::sync::Arc::new(World::new(&db).await);
        let ana = world.person("ana").await;
        let mut people = vec![ana];
        for i in 0..4 {
            people.push(world.person(&format!("p{i}")).await);
        }
        let mut rooms = Vec::new();
        for _ in 0..3 {
            rooms.push(world.room(ana, "private", &people).await);
        }
        let posts = people.iter().flat_map(|who| rooms.iter().map(move |room| (*who, *room)));
        let tasks: Vec<_> = posts
            .map(|(who, room)| {
                let world = world.clone();
                tokio::spawn(async move {
                    for i in 0..20 {
                        world.say(who, room, &format!("{i}")).await;
                    }
                })
            })
            .collect();
        for done in join_all(tasks).await {
            done.unwrap();
        }
        for room in rooms {
            let told = world.told(StreamId::Room(room));
            let numbers: Vec<u64> = told.iter().map(|(n, ..)| *n).collect();
            assert_eq!(numbers, (1..=told.len() as u64).collect::<Vec<_>>());
            let places: Vec<_> = told
                .iter()
                .filter_map(|(n, event, _)| match event {
                    Event::MessageCreated(message) => {
                        assert_eq!(message.n, *n);
                        Some(message.ts)
                    }
                    _ => None,
                })
                .collect();
            assert_eq!(places.len(), 101);
            assert!(places.is_sorted_by(|a, b| a < b));
        }
    }

    async fn one_client_id_is_one_message_however_often_it_comes(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        let mut words = world.words("first");
        let posts = (0..20).map(|i| {
            let mut again = words.clone();
            again.body = format!("body {i}");
            world.chat.post(ana, room, again)
        });
        let posted: Vec<_> = join_all(posts).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(posted.iter().filter(|posted| !posted.repeated).count(), 1);
        assert_eq!(posted[0].message.body, "body 0", "jobs keep the order of calls");
        assert_eq!(posted.iter().map(|posted| posted.message.id).collect::<BTreeSet<_>>().len(), 1);

        // Whatever the body says, even one that is not allowed, even after deletion.
        world.chat.delete_message(ana, posted[0].message.id).await.unwrap();
        words.body = String::new();
        let after = world.chat.post(ana, room, words.clone()).await.unwrap();
        assert!(after.repeated && after.message.deleted_at.is_some());
        assert_eq!(after.message.body, "");

        // It is the author's own.
        words.body = "mine".to_owned();
        assert!(!world.chat.post(bo, room, words).await.unwrap().repeated);
    }

    async fn mentions_name_people_by_place_and_follow_an_edit(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo.k").await);
        let room = world.room(ana, "private", &[bo]).await;
        let said = world.say(ana, room, "né @Bo.K. and @nobody and `@bo.k`").await;
        let meant: Vec<_> = said.mentions.iter().map(|m| (m.user, m.start, m.len)).collect();
        assert_eq!(meant, [(bo.user, 3, 5)]);
        let read = world.chat.history(bo, room, Bound::Newest, false, 1).await.unwrap();
        assert_eq!(read.items, std::slice::from_ref(&said));

        let edited = world.chat.edit_message(ana, said.id, to("@ana")).await.unwrap();
        assert_eq!(edited.mentions.iter().map(|m| m.user).collect::<Vec<_>>(), [ana.user]);
        assert!(edited.edited_at.is_some());
        let read = world.chat.history(bo, room, Bound::Newest, false, 1).await.unwrap();
        assert_eq!(read.items, [edited]);
    }

    async fn deleting_reaches_the_log_the_versions_and_the_mentions(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        let said = world.say(ana, room, "secret @bo").await;
        world.chat.edit_message(ana, said.id, to("secret 2 @bo")).await.unwrap();
        let versions = async move |tx: &mut Tx| -> store::Result<(i64, i64)> {
            tx.one(
                "SELECT (SELECT COUNT(*) FROM message_versions WHERE message = $1),
                        (SELECT COUNT(*) FROM mentions WHERE message = $1)",
                params![said.id],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )
            .await
        };
        assert_eq!(world.chat.store().read(versions).await.unwrap(), (1, 1));
        world.chat.delete_message(ana, said.id).await.unwrap();
        world.chat.delete_message(ana, said.id).await.unwrap();
        assert_eq!(world.chat.store().read(versions).await.unwrap(), (0, 0));

        let head = world.told(StreamId::Room(room)).len() as u64;
        let up_to = async move |tx: &mut Tx| streams::replay(tx, StreamId::Room(room), 0, head, 100).await;
        let Replay::Events(events) = world.chat.store().read(up_to).await.unwrap() else {
            panic!("pruned");
        };
        assert!(events.iter().all(|event| !event.frame.contains("secret")));
        let kinds = world.kinds(StreamId::Room(room));
        assert_eq!(kinds[kinds.len() - 3..], ["message.created", "message.updated", "message.deleted"]);
        assert_eq!(code(world.chat.edit_message(ana, said.id, to("x")).await), "forbidden");
    }

    async fn who_may_not_see_hears_404_before_422_and_that_before_403(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo, eve) = (
            world.person("ana").await,
            world.person("bo").await,
            world.person("eve").await,
        );
        let owner = world.with_role("root", Role::Owner).await;
        let private = world.room(ana, "private", &[bo]).await;
        let public = world.room(ana, "public", &[]).await;
        let said = world.say(ana, private, "hi").await;

        for stranger in [eve, owner] {
            assert_eq!(code(world.try_say(stranger, private, "").await), "not_found");
            assert_eq!(code(world.chat.room(stranger, private).await), "not_found");
            assert_eq!(code(world.chat.history(stranger, private, Bound::Newest, false, 5).await), "not_found");
            assert_eq!(code(world.chat.room_members(stranger, private, None, 5).await), "not_found");
            assert_eq!(code(world.chat.edit_message(stranger, said.id, to("")).await), "not_found");
            assert_eq!(code(world.chat.delete_message(stranger, said.id).await), "not_found");
            assert_eq!(code(world.chat.archive_room(stranger, private).await), "not_found");
        }
        assert_eq!(code(world.try_say(eve, public, " ").await), "empty");
        assert_eq!(code(world.try_say(eve, public, "hi").await), "forbidden");
        assert_eq!(code(world.chat.edit_message(bo, said.id, to("")).await), "empty");
        assert_eq!(code(world.chat.edit_message(bo, said.id, to("x")).await), "forbidden");
        assert_eq!(code(world.chat.delete_message(bo, said.id).await), "forbidden");
        let mut reply = world.words("hi");
        reply.thread = Some(said.id.to_string());
        assert_eq!(code(world.chat.post(ana, private, reply).await), "unusable");

        world.chat.archive_room(ana, private).await.unwrap();
        world.chat.archive_room(ana, private).await.unwrap();
        assert_eq!(code(world.try_say(ana, private, "hi").await), "room_archived");
        let renamed = RoomChange { name: Some("x".to_owned()), ..RoomChange::default() };
        assert_eq!(code(world.chat.update_room(ana, private, renamed).await), "room_archived");
    }

    async fn places_increase_while_the_clock_stands(db: Database) {
        let clock = Clock::manual(Timestamp::from_micros(1_800_000_000_000_000));
        let world = World::at(&db, clock.clone()).await;
        let ana = world.person("ana").await;
        let room = world.room(ana, "private", &[]).await;
        let mut said: Vec<Message> = Vec::new();
        for i in 0..5 {
            said.push(world.say(ana, room, &i.to_string()).await);
        }
        clock.advance(Duration::from_secs(1));
        said.push(world.say(ana, room, "later").await);
        let places: BTreeMap<_, _> = said.iter().map(|message| (message.ts, message.id)).collect();
        assert_eq!(places.len(), 6);
        assert!(said.is_sorted_by(|a, b| a.ts < b.ts && a.n + 1 == b.n));
        let page = world.chat.history(ana, room, Bound::Newest, false, 6).await.unwrap();
        assert_eq!(page.items, said);
        assert_eq!(page.head, said[5].n);
    }
}

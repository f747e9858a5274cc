//! Read positions and what counts.

use chat::Caller;
use chat::reads::ReadMove;
use model::id::RoomId;
use model::room::ReadPosition;
use model::stream::StreamId;
use model::time::Ts;

use crate::world::{World, code};

async fn read(world: &World, who: Caller, room: RoomId, ts: Ts, unread: bool) -> ReadPosition {
    let moved = world
        .chat
        .mark_read(who, room, ReadMove { ts, unread })
        .await;
    moved.unwrap()
}

testkit::on_both_databases! {
    async fn counts_are_what_a_person_would_count(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        let mut said = Vec::new();
        for i in 0..30 {
            let who = if i % 3 == 0 { bo } else { ana };
            let body = if i % 4 == 0 { "hey @bo and @bo" } else { "hey" };
            said.push(world.say(who, room, body).await);
        }
        for gone in [4, 7] {
            world.chat.delete_message(ana, said[gone].id).await.unwrap();
        }
        for at in [0, 3, 10, 28, 29] {
            let ts = said[at].ts;
            let naive = |mentioned: bool| {
                let counts = said.iter().enumerate().filter(|(i, message)| {
                    message.ts > ts
                        && message.author != bo.user
                        && ![4, 7].contains(i)
                        && (!mentioned || !message.mentions.is_empty())
                });
                i64::try_from(counts.count()).unwrap()
            };
            let position = read(&world, bo, room, ts, true).await;
            let expected = ReadPosition { read_ts: ts, unread: naive(false), mentions: naive(true) };
            assert_eq!(position, expected, "after message {at}");
            let view = world.chat.my_rooms(bo, None, 50).await.unwrap().items.remove(0);
            assert_eq!((view.read_ts, view.unread, view.mentions),
                (Some(ts), Some(expected.unread), Some(expected.mentions)));
        }
    }

    async fn a_position_goes_forward_only_unless_it_is_asked_to_go_back(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo, eve) = (
            world.person("ana").await,
            world.person("bo").await,
            world.person("eve").await,
        );
        let room = world.room(ana, "public", &[bo]).await;
        let (first, second) = (world.say(ana, room, "1").await, world.say(ana, room, "2").await);
        let own = StreamId::User(bo.user);
        assert_eq!(read(&world, bo, room, second.ts, false).await.unread, 0);
        assert_eq!(read(&world, bo, room, first.ts, false).await.read_ts, second.ts);
        assert_eq!(read(&world, bo, room, second.ts, false).await.read_ts, second.ts);
        assert_eq!(world.kinds(own), ["room.joined", "read.updated"]);
        assert_eq!(read(&world, bo, room, first.ts, true).await.unread, 1);
        let beyond = Ts::from_micros(i64::MAX);
        assert_eq!(read(&world, bo, room, beyond, false).await.read_ts, second.ts);
        assert_eq!(world.kinds(own), ["room.joined", "read.updated", "read.updated", "read.updated"]);

        let to = |ts| ReadMove { ts: Ts::from_micros(ts), unread: false };
        assert_eq!(code(world.chat.mark_read(eve, room, to(1)).await), "forbidden");
        assert_eq!(code(world.chat.mark_read(bo, room, to(-1)).await), "bad_format");
    }

    async fn counts_stop_at_a_thousand(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        for _ in 0..11 {
            let posts = (0..100).map(|_| world.chat.post(ana, room, world.words("@bo")));
            for posted in futures_util::future::join_all(posts).await {
                posted.unwrap();
            }
        }
        let view = world.chat.room(bo, room).await.unwrap();
        assert_eq!((view.unread, view.mentions), (Some(1000), Some(1000)));
    }
}

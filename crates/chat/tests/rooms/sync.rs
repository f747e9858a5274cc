//! Following streams: who may, and what was missed.

use chat::rooms::RoomChange;
use chat::sync::{CatchUp, Right, Stretch};
use model::id::{RoomId, UserId};
use model::stream::StreamId;
use model::time::Timestamp;
use store::streams::Replay;

use crate::world::World;

testkit::on_both_databases! {
    async fn rights_to_many_streams_are_the_rights_to_each(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let hidden = world.room(ana, "public", &[]).await;
        let change = RoomChange { history: Some("since_join".to_owned()), ..RoomChange::default() };
        world.chat.update_room(ana, hidden, change).await.unwrap();
        let mut expected = vec![
            (StreamId::Workspace, Some(Right::Member)),
            (StreamId::User(bo.user), Some(Right::Member)),
            (StreamId::User(ana.user), None),
            (StreamId::User(UserId::new(Timestamp::from_micros(1))), None),
            (StreamId::Room(hidden), None),
        ];
        for _ in 0..15 {
            expected.extend([
                (StreamId::Room(world.room(ana, "public", &[]).await), Some(Right::Watch)),
                (StreamId::Room(world.room(ana, "private", &[]).await), None),
                (StreamId::Room(world.room(ana, "public", &[bo]).await), Some(Right::Member)),
                (StreamId::Room(world.room(ana, "private", &[bo]).await), Some(Right::Member)),
                (StreamId::Room(RoomId::new(Timestamp::from_micros(1))), None),
            ]);
        }
        for at_once in [1, 7, expected.len()] {
            for some in expected.chunks(at_once) {
                let wanted = some.iter().map(|(stream, _)| *stream).collect();
                let rights = world.chat.rights(bo, wanted).await.unwrap();
                for (stream, right) in some {
                    assert_eq!(rights.get(stream), right.as_ref(), "{stream}, {at_once} at once");
                }
            }
        }
    }

    async fn long_events_are_caught_up_with_by_the_mebibyte(db: Database) {
        let world = World::new(&db).await;
        let ana = world.person("ana").await;
        let room = world.room(ana, "private", &[]).await;
        let long = "\u{1f600}".repeat(40_000);
        for _ in 0..20 {
            world.say(ana, room, &long).await;
        }
        let stream = StreamId::Room(room);
        let hello = world.chat.hello(ana).await.unwrap();
        let (_, head) = hello.heads.into_iter().find(|(known, _)| *known == stream).unwrap();
        let (mut after, mut pages) = (0, 0);
        while after < head {
            let stretch = Stretch { cursor: 0, after, up_to: head, limit: 100 };
            let caught_up = world.chat.catch_up(ana, stream, stretch).await.unwrap();
            let CatchUp::Missed(Replay::Events(events)) = caught_up else { panic!("it is all there") };
            let bytes: usize = events.iter().map(|event| event.frame.len()).sum();
            assert!(bytes <= (1 << 20) + 2 * long.len(), "{bytes} bytes");
            for event in events {
                assert_eq!(event.n, after + 1);
                after = event.n;
            }
            pages += 1;
        }
        assert_eq!(pages, 3);
    }
}

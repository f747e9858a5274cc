//! Rooms as administrators see them.

use std::time::Duration;

use chat::admin::{Admin, AdminRoomChange, RoomsQuery};
use chat::members::MemberChange;
use chat::messages::MessageChange;
use model::administration::AdminRoom;
use model::id::RoomId;
use model::time::{Clock, Timestamp, Ts};
use store::Tx;
use store::history::Bound;

use crate::files::{contents, upload};
use crate::world::{World, code};

const DAY: Duration = Duration::from_secs(24 * 3600);

async fn seen(world: &World, room: RoomId) -> AdminRoom {
    let list = world
        .chat
        .admin_rooms(Admin::operator(), RoomsQuery::default(), None, 50);
    let list = list.await.unwrap().items;
    list.into_iter().find(|item| item.id == room).unwrap()
}

testkit::on_both_databases! {
    async fn the_number_of_a_room_s_messages_is_right_whatever_happens_to_them(db: Database) {
        let clock = Clock::manual(Timestamp::from_micros(1_769_847_300_000_000));
        let world = World::at(&db, clock.clone()).await;
        let ana = world.person("ana").await;
        let bo = world.person("bo").await;
        let room = world.room(ana, "private", &[bo]).await;
        let other = world.room(ana, "public", &[]).await;
        let count = async || {
            let all = world.chat.history(ana, room, Bound::After(Ts::START), true, 200).await.unwrap();
            let messages = seen(&world, room).await.messages;
            assert_eq!(usize::try_from(messages).unwrap(), all.items.len());
            messages
        };
        assert_eq!(count().await, 1, "the room's beginning is told");
        let together = (0..30).map(|k| {
            let words = world.words(&k.to_string());
            // Together, so that some share a group; what is refused or said twice counts for nothing.
            let twice = chat::messages::NewMessage { client_id: words.client_id.clone(), ..world.words("again") };
            let posts = [(ana, words), (ana, twice), (bo, world.words(""))];
            let posts = posts.map(|(by, words)| world.chat.post(by, room, words));
            futures_util::future::join_all(posts)
        });
        let said = futures_util::future::join_all(together).await;
        assert_eq!(count().await, 31);
        let first = said[0][0].as_ref().unwrap().message.id;
        let edit = MessageChange { body: "better".to_owned() };
        world.chat.edit_message(ana, first, edit).await.unwrap();
        world.chat.delete_message(ana, first).await.unwrap();
        assert_eq!(count().await, 31, "its trace stays");
        let change = AdminRoomChange { retention_days: Some(Some(1)), ..AdminRoomChange::default() };
        let changed = world.chat.admin_update_room(Admin::operator(), room, change).await.unwrap();
        assert_eq!(changed.messages, 31);
        clock.advance(DAY * 2);
        world.say(ana, room, "new").await;
        world.chat.clean_up().await.unwrap();
        assert_eq!(count().await, 1);
        assert_eq!(seen(&world, other).await.messages, 1, "another room's number is its own");
        world.chat.store().close().await;
    }

    async fn a_room_that_can_t_be_trimmed_holds_up_no_other_and_no_files(db: Database) {
        let clock = Clock::manual(Timestamp::from_micros(1_769_847_300_000_000));
        let world = World::at(&db, clock.clone()).await;
        let ana = world.person("ana").await;
        let mut rooms = Vec::new();
        for _ in 0..3 {
            clock.advance(Duration::from_secs(1));
            let room = world.room(ana, "private", &[]).await;
            world.say(ana, room, "for @ana").await;
            let change = AdminRoomChange { retention_days: Some(Some(1)), ..AdminRoomChange::default() };
            world.chat.admin_update_room(Admin::operator(), room, change).await.unwrap();
            rooms.push(room);
        }
        let (first, broken) = (rooms[0], rooms[1]);
        // Removing the message, but not what points at it, breaks a rule of the schema.
        let breaking = async move |tx: &mut Tx| -> store::Result<u64> {
            tx.execute("UPDATE mentions SET ts = ts + 1000000000000 WHERE room = $1", store::params![broken]).await
        };
        assert_eq!(world.chat.store().write(&[], breaking).await.unwrap(), 1);
        upload(&world, ana, b"free").await;
        clock.advance(DAY * 2);
        assert!(world.chat.clean_up().await.is_err(), "a failure is told");
        assert_eq!(seen(&world, first).await.messages, 0);
        assert_eq!(seen(&world, broken).await.messages, 2);
        assert_eq!(seen(&world, rooms[2]).await.messages, 0);
        assert_eq!(contents(&world), 0);
        world.chat.store().close().await;
    }

    async fn an_owner_who_can_t_sign_in_any_more_doesn_t_let_the_last_one_go(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        let owner = MemberChange { role: Some("owner".to_owned()) };
        world.chat.put_member(ana, room, bo.user, owner).await.unwrap();
        world.chat.admin_deactivate(Admin::operator(), bo.user).await.unwrap();
        assert_eq!(code(world.chat.remove_member(ana, room, ana.user).await), "last_owner");
        world.chat.admin_reactivate(Admin::operator(), bo.user).await.unwrap();
        world.chat.remove_member(ana, room, ana.user).await.unwrap();
        world.chat.store().close().await;
    }
}

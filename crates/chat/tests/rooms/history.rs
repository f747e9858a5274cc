//! Pages of history.

use chat::members::MemberChange;
use chat::messages::{History, MessageChange};
use chat::rooms::RoomChange;
use chat::{Caller, Error};
use model::code::Code;
use model::id::{MessageId, RoomId};
use model::message::Message;
use model::time::Ts;
use store::history::Bound;

use crate::world::World;

async fn page(world: &World, who: Caller, room: RoomId, bound: Bound, limit: u32) -> History {
    let page = world.chat.history(who, room, bound, false, limit).await;
    page.unwrap()
}

fn ids(messages: &[Message]) -> Vec<MessageId> {
    messages.iter().map(|message| message.id).collect()
}

testkit::on_both_databases! {
    async fn pages_of_any_size_and_direction_are_the_whole_history(db: Database) {
        let world = World::new(&db).await;
        let ana = world.person("ana").await;
        let room = world.room(ana, "private", &[]).await;
        for i in 0..23 {
            world.say(ana, room, &i.to_string()).await;
        }
        let all = page(&world, ana, room, Bound::After(Ts::START), 200).await;
        assert_eq!(all.items.len(), 24, "the room's beginning is told too");
        assert!(!all.has_before && !all.has_after);
        let whole = ids(&all.items);

        for limit in [1, 2, 5, 23, 24, 25] {
            let (mut forward, mut bound) = (Vec::new(), Bound::After(Ts::START));
            loop {
                let next = page(&world, ana, room, bound, limit).await;
                assert!(next.items.len() <= limit as usize);
                assert_eq!(next.has_before, !forward.is_empty());
                forward.extend(ids(&next.items));
                assert_eq!(next.has_after, forward.len() < whole.len());
                if !next.has_after {
                    break;
                }
                bound = Bound::After(next.items.last().unwrap().ts);
            }
            assert_eq!(forward, whole, "forward by {limit}");

            let (mut backward, mut bound) = (Vec::new(), Bound::Newest);
            loop {
                let next = page(&world, ana, room, bound, limit).await;
                assert_eq!(next.has_after, !backward.is_empty());
                backward.splice(0..0, ids(&next.items));
                assert_eq!(next.has_before, backward.len() < whole.len());
                if !next.has_before {
                    break;
                }
                bound = Bound::Before(next.items[0].ts);
            }
            assert_eq!(backward, whole, "backward by {limit}");

            for at in [0, 1, 12, 23] {
                let around = page(&world, ana, room, Bound::Around(all.items[at].ts), limit).await;
                let found = ids(&around.items);
                assert!(found.contains(&whole[at]), "{at} by {limit}");
                assert_eq!(found.len(), whole.len().min(limit as usize));
                let start = whole.iter().position(|id| *id == found[0]).unwrap();
                assert_eq!(found, whole[start..start + found.len()]);
                assert_eq!(around.has_before, start > 0);
                assert_eq!(around.has_after, start + found.len() < whole.len());
            }
        }
        let last = all.items[23].ts;
        let beyond = page(&world, ana, room, Bound::After(last), 5).await;
        assert!(beyond.items.is_empty() && beyond.has_before && !beyond.has_after);
        let before = page(&world, ana, room, Bound::Before(Ts::START), 5).await;
        assert!(before.items.is_empty() && !before.has_before && before.has_after);
    }

    async fn a_page_ends_with_a_mebibyte_of_text_and_says_that_there_is_more(db: Database) {
        let world = World::new(&db).await;
        let ana = world.person("ana").await;
        let room = world.room(ana, "private", &[]).await;
        let long = "\u{1f600}".repeat(40_000);
        for _ in 0..20 {
            world.say(ana, room, &long).await;
        }
        let bytes = |page: &History| page.items.iter().map(|message| message.body.len()).sum::<usize>();
        let most = (1 << 20) + long.len();

        let (mut forward, mut bound) = (Vec::new(), Bound::After(Ts::START));
        loop {
            let next = page(&world, ana, room, bound, 200).await;
            assert!(bytes(&next) <= most, "{} bytes", bytes(&next));
            assert_eq!(next.has_before, !forward.is_empty());
            forward.extend(next.items.iter().map(|message| (message.id, message.ts)));
            assert_eq!(next.has_after, forward.len() < 21);
            if !next.has_after {
                break;
            }
            assert!(bytes(&next) >= 1 << 20, "a page that goes on is full");
            bound = Bound::After(next.items.last().unwrap().ts);
        }
        assert_eq!(forward.len(), 21);

        let (mut backward, mut bound) = (Vec::new(), Bound::Newest);
        loop {
            let next = page(&world, ana, room, bound, 200).await;
            assert!(bytes(&next) <= most, "{} bytes", bytes(&next));
            assert_eq!(next.has_after, !backward.is_empty());
            backward.splice(0..0, next.items.iter().map(|message| (message.id, message.ts)));
            assert_eq!(next.has_before, backward.len() < 21);
            if !next.has_before {
                break;
            }
            bound = Bound::Before(next.items[0].ts);
        }
        assert_eq!(backward, forward);

        for at in [0, 1, 10, 20] {
            let around = page(&world, ana, room, Bound::Around(forward[at].1), 200).await;
            assert!(bytes(&around) <= most + long.len(), "{} bytes", bytes(&around));
            let found: Vec<_> = around.items.iter().map(|message| (message.id, message.ts)).collect();
            let start = forward.iter().position(|message| *message == found[0]).unwrap();
            assert_eq!(found, forward[start..start + found.len()], "without gaps");
            assert!(found.contains(&forward[at]));
            assert_eq!(around.has_before, start > 0);
            assert_eq!(around.has_after, start + found.len() < 21);
        }
    }

    async fn a_room_may_hide_what_was_said_before_somebody_joined(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo, eve) = (
            world.person("ana").await,
            world.person("bo").await,
            world.person("eve").await,
        );
        let room = world.room(ana, "public", &[]).await;
        let old = world.say(ana, room, "old").await;
        let change = RoomChange { history: Some("since_join".to_owned()), ..RoomChange::default() };
        world.chat.update_room(ana, room, change).await.unwrap();
        world.chat.put_member(bo, room, bo.user, MemberChange::default()).await.unwrap();
        let new = world.say(ana, room, "new").await;

        for bound in [Bound::Newest, Bound::After(Ts::START), Bound::Around(old.ts), Bound::Before(new.ts)] {
            let seen = page(&world, bo, room, bound, 50).await;
            assert!(!ids(&seen.items).contains(&old.id) && !seen.has_before, "{bound:?}");
            assert!(page(&world, eve, room, bound, 50).await.items.is_empty());
        }
        assert_eq!(page(&world, bo, room, Bound::Newest, 1).await.items, [new]);
        assert!(ids(&page(&world, ana, room, Bound::Newest, 50).await.items).contains(&old.id));
    }

    async fn an_edit_brings_nobody_words_from_before_they_joined(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "public", &[]).await;
        let old = world.say(ana, room, "old").await;
        let change = RoomChange { history: Some("since_join".to_owned()), ..RoomChange::default() };
        world.chat.update_room(ana, room, change).await.unwrap();
        let edit = |id| world.chat.edit_message(ana, id, MessageChange { body: "other".to_owned() });
        edit(old.id).await.unwrap();
        world.chat.put_member(bo, room, bo.user, MemberChange::default()).await.unwrap();
        let again = MessageChange { body: "secret".to_owned() };
        let refused = world.chat.edit_message(ana, old.id, again).await;
        assert!(matches!(refused, Err(Error::RefusedBecause(Code::Forbidden, _))), "{refused:?}");
        let new = world.say(ana, room, "new").await;
        edit(new.id).await.unwrap();
        world.chat.delete_message(ana, old.id).await.unwrap();
    }
}

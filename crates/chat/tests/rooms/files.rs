//! Files as use cases: pieces, uses, forgetting.

use std::io;
use std::io::Cursor;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use chat::files::{Incoming, NewUpload};
use chat::members::MemberChange;
use chat::rooms::RoomChange;
use chat::{Caller, Result};
use futures_util::{StreamExt, stream};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use model::event::Event;
use model::file::File;
use model::id::FileId;
use model::stream::StreamId;
use model::time::{Clock, Timestamp};
use store::Tx;

use crate::world::{World, code};

const HOUR: Duration = Duration::from_secs(3600);

/// The present: what lies on the disk is as old as it says.
fn now() -> Clock {
    Clock::manual(Clock::system().now())
}

fn whole(bytes: &[u8]) -> Incoming {
    let pieces: Vec<_> = bytes
        .chunks(1000)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    stream::iter(pieces).boxed()
}

/// A body whose connection breaks after its bytes.
fn cut(bytes: &[u8]) -> Incoming {
    let end = stream::iter([Err(io::Error::from(io::ErrorKind::ConnectionReset))]);
    whole(bytes).chain(end).boxed()
}

pub(crate) async fn upload(world: &World, by: Caller, bytes: &[u8]) -> File {
    let announced = Some(bytes.len() as u64);
    world
        .chat
        .upload(by, "a.txt", announced, whole(bytes))
        .await
        .unwrap()
}

async fn read(world: &World, by: Caller, id: FileId) -> Result<Vec<u8>> {
    let readable = world.chat.file(by, id).await?;
    let mut content = world.chat.open(&readable, 0..readable.size).await?;
    let mut bytes = Vec::new();
    while let Some(piece) = content.next().await {
        bytes.extend_from_slice(&piece.unwrap());
    }
    Ok(bytes)
}

/// How many files lie in a folder and those in it.
fn count(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths
        .map(|path| if path.is_dir() { count(&path) } else { 1 })
        .sum()
}

pub(crate) fn contents(world: &World) -> usize {
    count(&world.folder.path().join("files"))
}

fn staged(world: &World) -> usize {
    count(&world.folder.path().join("uploads"))
}

fn picture(shade: u8) -> Vec<u8> {
    let image = RgbImage::from_fn(1000, 500, |x, _| Rgb([shade, (x % 256) as u8, 90]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image)
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

async fn limit(world: &World, sql: &'static str) {
    let set = async move |tx: &mut Tx| tx.execute(sql, &[]).await;
    let set = world.chat.store().write(&[StreamId::Workspace], set);
    set.await.unwrap();
}

testkit::on_both_databases! {
    async fn what_nothing_uses_is_forgotten_after_a_day_and_its_bytes_with_it(db: Database) {
        let clock = now();
        let world = World::at(&db, clock.clone()).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        let free = upload(&world, ana, b"free").await;
        let used = upload(&world, ana, b"used").await;
        let (twin, twins) = (upload(&world, ana, b"twin").await, upload(&world, bo, b"twin").await);
        assert_eq!(contents(&world), 3);
        assert_eq!(staged(&world), 0);
        let mut words = world.words("");
        words.attachments = vec![used.id.to_string(), twin.id.to_string()];
        let posted = world.chat.post(ana, room, words).await.unwrap().message;
        assert_eq!(posted.attachments, [used.clone(), twin.clone()]);
        clock.advance(23 * HOUR);
        world.chat.clean_up().await.unwrap();
        assert_eq!(contents(&world), 3);
        clock.advance(2 * HOUR);
        world.chat.clean_up().await.unwrap();
        assert_eq!(contents(&world), 2);
        assert_eq!(code(read(&world, ana, free.id).await), "not_found");
        assert_eq!(code(read(&world, bo, twins.id).await), "not_found");
        assert_eq!(read(&world, bo, twin.id).await.unwrap(), b"twin");
        assert_eq!(read(&world, bo, used.id).await.unwrap(), b"used");
        // A day after the message, its files go too.
        world.chat.delete_message(ana, posted.id).await.unwrap();
        world.chat.clean_up().await.unwrap();
        assert_eq!(code(read(&world, bo, used.id).await), "not_found");
        assert_eq!(read(&world, ana, used.id).await.unwrap(), b"used");
        clock.advance(25 * HOUR);
        world.chat.clean_up().await.unwrap();
        assert_eq!(contents(&world), 0);
    }

    async fn what_a_quota_refuses_takes_no_room(db: Database) {
        let world = World::new(&db).await;
        let ana = world.person("ana").await;
        limit(&world, "UPDATE workspace SET user_quota_bytes = 1500").await;
        // Nobody said before how much it is.
        let refused = world.chat.upload(ana, "a", None, whole(&[b'a'; 1501])).await;
        assert_eq!(code(refused), "quota_exceeded");
        assert_eq!((contents(&world), staged(&world)), (0, 0));
        upload(&world, ana, &[b'a'; 1500]).await;
    }

    async fn together_nobody_gets_past_a_quota(db: Database) {
        let world = std::sync::Arc::new(World::new(&db).await);
        let mut people = Vec::new();
        for name in ["ana", "bo", "cy", "dee", "eve", "fay"] {
            people.push(world.person(name).await);
        }
        let begin = |by: Caller, world: &std::sync::Arc<World>| {
            let world = world.clone();
            let new = NewUpload { name: "a".to_owned(), size: 1000, kind: None };
            tokio::spawn(async move { world.chat.begin_upload(by, new).await })
        };
        limit(&world, "UPDATE workspace SET storage_quota_bytes = 1500").await;
        for round in 0..20 {
            let begun: Vec<_> = people.iter().map(|person| begin(*person, &world)).collect();
            let mut taken = Vec::new();
            for (begun, by) in begun.into_iter().zip(&people) {
                if let Ok(upload) = begun.await.unwrap() {
                    taken.push((upload.id, *by));
                }
            }
            assert_eq!(taken.len(), 1, "{round}");
            for (id, by) in taken {
                world.chat.drop_upload(by, id).await.unwrap();
            }
        }
    }

    async fn a_content_that_comes_again_while_it_is_removed_is_there_afterwards(db: Database) {
        let world = std::sync::Arc::new(World::new(&db).await);
        let ana = world.person("ana").await;
        for round in 0..25 {
            upload(&world, ana, b"again and again").await;
            let age = async |tx: &mut Tx| -> store::Result<()> {
                tx.execute("UPDATE files SET free_at = 0", &[]).await?;
                tx.execute("UPDATE blobs SET claimed_at = 0", &[]).await?;
                Ok(())
            };
            world.chat.store().write(&[], age).await.unwrap();
            let cleaner = world.clone();
            let cleaning = tokio::spawn(async move { cleaner.chat.clean_up().await });
            let comers = (0..3).map(|_| {
                let world = world.clone();
                tokio::spawn(async move { upload(&world, ana, b"again and again").await })
            });
            let comers: Vec<_> = comers.collect();
            cleaning.await.unwrap().unwrap();
            for comer in comers {
                let file = comer.await.unwrap();
                assert_eq!(read(&world, ana, file.id).await.unwrap(), b"again and again", "{round}");
            }
        }
        assert_eq!(contents(&world), 1);
    }

    async fn an_upload_keeps_what_came_and_becomes_one_file(db: Database) {
        let clock = now();
        let world = World::at(&db, clock.clone()).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let bytes: Vec<u8> = (0..100_000_u32).flat_map(|n| (n * 7).to_le_bytes()).collect();
        let size = bytes.len() as i64;
        let new = NewUpload { name: "../b.bin".to_owned(), size, kind: None };
        let begun = world.chat.begin_upload(ana, new).await.unwrap();
        assert_eq!((begun.name.as_str(), begun.offset), ("b.bin", 0));
        let go_on = |at: usize, body| world.chat.continue_upload(ana, begun.id, at as u64, body);
        let broken = go_on(0, cut(&bytes[..150_000])).await;
        assert_eq!(code(broken), "malformed");
        let stands = world.chat.read_upload(ana, begun.id).await.unwrap();
        assert_eq!(stands.offset, 150_000);
        assert_eq!(code(go_on(149_999, whole(&bytes[149_999..])).await), "offset_mismatch");
        assert_eq!(code(world.chat.read_upload(bo, begun.id).await), "not_found");
        assert_eq!(code(world.chat.continue_upload(bo, begun.id, 150_000, whole(b"x")).await), "not_found");
        let on = go_on(150_000, whole(&bytes[150_000..300_000])).await.unwrap();
        assert_eq!((on.offset, on.file), (300_000, None));
        let long = [&bytes[300_000..], b"more"].concat();
        assert_eq!(code(go_on(300_000, whole(&long)).await), "file_too_large");
        let at = world.chat.read_upload(ana, begun.id).await.unwrap().offset as usize;
        let done = go_on(at, whole(&bytes[at..])).await.unwrap();
        let file = done.file.clone().unwrap();
        assert_eq!((done.offset, file.size), (size, size));
        assert_eq!(world.chat.read_upload(ana, begun.id).await.unwrap(), done);
        assert_eq!(go_on(bytes.len(), whole(b"")).await.unwrap(), done);
        assert_eq!(read(&world, ana, file.id).await.unwrap(), bytes);
        assert_eq!(staged(&world), 0);
        world.chat.drop_upload(ana, begun.id).await.unwrap();
        assert_eq!(read(&world, ana, file.id).await.unwrap(), bytes);
    }

    async fn uploads_that_nobody_ends_are_few_and_end_by_themselves(db: Database) {
        let clock = now();
        let world = World::at(&db, clock.clone()).await;
        let ana = world.person("ana").await;
        let new = || NewUpload { name: "a".to_owned(), size: 10, kind: None };
        let begun = world.chat.begin_upload(ana, new()).await.unwrap();
        world.chat.continue_upload(ana, begun.id, 0, whole(b"half")).await.unwrap();
        for _ in 1..20 {
            world.chat.begin_upload(ana, new()).await.unwrap();
        }
        assert_eq!(code(world.chat.begin_upload(ana, new()).await), "too_many");
        assert_eq!(staged(&world), 1);
        clock.advance(25 * HOUR);
        assert_eq!(code(world.chat.read_upload(ana, begun.id).await), "not_found");
        world.chat.clean_up().await.unwrap();
        assert_eq!(staged(&world), 0);
        world.chat.begin_upload(ana, new()).await.unwrap();
    }

    async fn a_stalled_connection_gives_way_to_the_next_one(db: Database) {
        let world = std::sync::Arc::new(World::new(&db).await);
        let ana = world.person("ana").await;
        let new = NewUpload { name: "a".to_owned(), size: 10, kind: None };
        let begun = world.chat.begin_upload(ana, new).await.unwrap();
        let (sender, silent) = tokio::sync::oneshot::channel::<()>();
        let stuck = whole(b"hello").chain(stream::once(async move {
            drop(silent.await);
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        }));
        let (dead, id) = (world.clone(), begun.id);
        let first = tokio::spawn(async move { dead.chat.continue_upload(ana, id, 0, stuck.boxed()).await });
        let mut second = Err(chat::Error::NotFound);
        while second.is_err() {
            let offset = world.chat.read_upload(ana, id).await.unwrap().offset as u64;
            second = world.chat.continue_upload(ana, id, offset, whole(&b"helloworld"[offset as usize..])).await;
        }
        let file = second.unwrap().file.unwrap();
        assert_eq!(read(&world, ana, file.id).await.unwrap(), b"helloworld");
        assert_eq!(code(first.await.unwrap()), "offset_mismatch");
        drop(sender);
    }

    async fn a_thumbnail_is_made_once_and_told_to_those_who_may_read_the_message(db: Database) {
        let world = World::new(&db).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let (open, closed) = (world.room(ana, "private", &[bo]).await, world.room(ana, "private", &[]).await);
        let change = RoomChange { history: Some("since_join".to_owned()), ..RoomChange::default() };
        world.chat.update_room(ana, closed, change).await.unwrap();
        for room in [open, closed] {
            let file = upload(&world, ana, &picture(200)).await;
            assert_eq!((file.width, file.height, file.thumbnail), (Some(1000), Some(500), false));
            let mut words = world.words("look");
            words.attachments = vec![file.id.to_string()];
            world.chat.post(ana, room, words).await.unwrap();
        }
        let as_member = MemberChange::default();
        world.chat.put_member(ana, closed, bo.user, as_member).await.unwrap();
        while world.chat.run_due_jobs().await.unwrap() > 0 {}
        let told = world.told(StreamId::Room(open));
        let updates: Vec<_> = told
            .iter()
            .filter_map(|(_, event, _)| match event {
                Event::MessageUpdated(message) => Some(message.clone()),
                _ => None,
            })
            .collect();
        assert_eq!(updates.len(), 1);
        assert!(updates[0].attachments[0].thumbnail);
        assert!(updates[0].attachments[0].placeholder.is_some());
        assert_eq!((updates[0].body.as_str(), updates[0].edited_at), ("look", None));
        // Bo joined after it was said.
        assert!(!world.kinds(StreamId::Room(closed)).contains(&"message.updated"));
        let again = upload(&world, bo, &picture(200)).await;
        assert!(again.thumbnail);
        let small = world.chat.thumbnail(bo, again.id).await.unwrap();
        assert_eq!(small.kind, "image/jpeg");
        assert_eq!(contents(&world), 2);
        assert_eq!(code(world.chat.thumbnail(world.person("cy").await, again.id).await), "not_found");
    }

    async fn a_picture_has_one_use(db: Database) {
        let clock = Clock::manual(Timestamp::from_micros(1_769_847_300_000_000));
        let world = World::at(&db, clock.clone()).await;
        let (ana, bo) = (world.person("ana").await, world.person("bo").await);
        let room = world.room(ana, "private", &[bo]).await;
        let file = upload(&world, ana, &picture(1)).await;
        let attach = |by: Caller, ids: &[FileId]| {
            let mut words = world.words("");
            words.attachments = ids.iter().map(FileId::to_string).collect();
            world.chat.post(by, room, words)
        };
        assert_eq!(code(attach(bo, &[file.id]).await), "unusable");
        assert_eq!(code(attach(ana, &[file.id, file.id]).await), "unusable");
        let posted = attach(ana, &[file.id]).await.unwrap().message;
        assert_eq!(code(attach(ana, &[file.id]).await), "unusable");
        assert_eq!(code(world.try_say(ana, room, "").await), "empty");
        world.chat.delete_message(ana, posted.id).await.unwrap();
        attach(ana, &[file.id]).await.unwrap();
        let listed = world.chat.room_files(bo, room, None, 10).await.unwrap();
        assert_eq!(listed.items.len(), 1);
        assert_eq!((listed.items[0].file.id, listed.items[0].author), (file.id, ana.user));
    }
}

//! Images: what they lose, how they are shown, who has which picture.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};
use testkit::{App, Gateway, Person, wait};

use super::{file, path, post};
use crate::support::World;

const SECRET: &[u8] = b"N 52.5163 E 13.3777";

fn encoded(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x % 256) as u8, (y % 256) as u8, 90])
    });
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image)
        .write_to(&mut bytes, format)
        .unwrap();
    bytes.into_inner()
}

/// A PNG.
pub(super) fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, ImageFormat::Png)
}

/// A JPEG of a camera that lay on its side and knew where it was.
fn photograph() -> Vec<u8> {
    let plain = encoded(1600, 400, ImageFormat::Jpeg);
    let tiff = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let exif = [b"Exif\0\0", &tiff[..], SECRET].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [
        &plain[..2],
        &[0xff, 0xe1],
        &length,
        &exif,
        &plain[2..],
        SECRET,
    ]
    .concat()
}

fn tells(bytes: &[u8]) -> bool {
    bytes.windows(SECRET.len()).any(|window| window == SECRET)
}

/// Waits until a file of somebody's has its thumbnail; gives the file as its message shows it.
async fn updated(gateway: &Gateway) -> Value {
    gateway.event("message.updated").await["d"]["attachments"][0].clone()
}

testkit::on_both_databases! {
    async fn a_photograph_loses_its_place_and_gets_a_thumbnail(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let gateway = bo.live().await;
        let taken = file(&ana, "photo.jpg", photograph()).await;
        assert_eq!(taken["type"], "image/jpeg");
        assert_eq!((&taken["width"], &taken["height"]), (&json!(400), &json!(1600)));
        post(&ana, &room, "look", &[&taken]).await.is(201);
        // The thumbnail may have been quicker than the message.
        let created = gateway.event("message.created").await["d"]["attachments"][0].clone();
        let shown = match created["thumbnail"] == true {
            true => created,
            false => updated(&gateway).await,
        };
        assert_eq!(shown["thumbnail"], true);
        assert!(shown["placeholder"].as_str().unwrap().len() > 10);
        let kept = bo.get(&path(&taken)).await;
        assert!(!tells(&kept.body));
        assert_eq!(json!(kept.body.len()), taken["size"]);
        let small = bo.get(&format!("{}/thumbnail", path(&taken))).await;
        assert_eq!((small.status, small.header("content-type")), (200, Some("image/jpeg")));
        let small = image::load_from_memory(&small.body).unwrap();
        assert_eq!((small.width(), small.height()), (180, 720));
        let history = bo.history(&room).await;
        assert_eq!(history.last().unwrap()["attachments"][0], shown);
        assert_eq!(history.last().unwrap()["edited_at"], Value::Null);
        // Nothing but the photograph and its thumbnail is kept, and neither tells.
        let again = file(&ana, "again.jpg", photograph()).await;
        assert_eq!((&again["thumbnail"], &again["placeholder"]), (&json!(true), &shown["placeholder"]));
    }

    async fn images_that_cannot_be_made_small_are_files_all_the_same(db: Database) {
        let World { ana, .. } = World::new(db).await;
        // A header that promises more pixels than anybody should decode, and data that is none.
        let mut bomb = png(4, 4);
        bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
        let made = file(&ana, "bomb.png", bomb).await;
        assert_eq!((&made["type"], &made["width"]), (&json!("image/png"), &Value::Null));
        let mut broken = png(40, 40);
        let end = broken.len() - 30;
        broken[60..end].fill(7);
        let made = file(&ana, "broken.png", broken).await;
        assert_eq!(made["width"], 40);
        // One that can be follows, which shows that the others didn't stop it.
        let good = file(&ana, "good.png", png(40, 40)).await;
        with_thumbnail(&ana, &good).await;
        ana.get(&format!("{}/thumbnail", path(&made))).await.problem(404, "not_found");
    }

    async fn people_have_pictures_that_everybody_signed_in_sees(db: Database) {
        let World { app, ana, bo, olga } = World::new(db).await;
        let gateway = bo.live().await;
        let me = file(&ana, "me.png", png(64, 64)).await;
        let set = |avatar: Value| ana.patch("me", json!({ "avatar": avatar }));
        assert_eq!(set(me["id"].clone()).await.is(200)["avatar"], me["id"]);
        assert_eq!(gateway.event("user.updated").await["d"]["avatar"], me["id"]);
        assert_eq!(bo.get(&format!("users/{}", ana.id)).await.is(200)["avatar"], me["id"]);
        bo.get(&path(&me)).await.is_bytes(200, &png(64, 64));
        app.anyone().get(&path(&me)).await.problem(401, "unauthenticated");
        set(me["id"].clone()).await.is(200);
        let words = file(&ana, "me.png", "no image").await;
        set(words["id"].clone()).await.invalid("avatar", "not_an_image");
        let foreign = file(&bo, "b.png", png(9, 9)).await;
        set(foreign["id"].clone()).await.invalid("avatar", "unusable");
        set(json!("x")).await.invalid("avatar", "unusable");
        let room = ana.private("plans", &[&bo]).await;
        post(&ana, &room, "me", &[&me]).await.invalid("attachments", "unusable");
        assert_eq!(ana.patch("me", json!({"display_name": "Ana K."})).await.is(200)["avatar"], me["id"]);
        set(Value::Null).await.is(200);
        bo.get(&path(&me)).await.problem(404, "not_found");
        icon(&app, &olga, &bo).await;
    }
}

async fn icon(app: &App, olga: &Person, bo: &Person) {
    let at = "workspace/icon";
    app.anyone().get(at).await.problem(404, "not_found");
    let mark = file(olga, "mark.png", png(32, 32)).await;
    bo.patch("workspace", json!({"icon": mark["id"]}))
        .await
        .problem(403, "forbidden");
    olga.patch("workspace", json!({"icon": mark["id"]}))
        .await
        .is(200);
    let shown = app.anyone().get(at).await;
    assert_eq!(shown.status, 200);
    assert!(shown.header("content-type").unwrap().starts_with("image/"));
    olga.patch("workspace", json!({"icon": null})).await.is(200);
    app.anyone().get(at).await.problem(404, "not_found");
}

async fn with_thumbnail(by: &Person, file: &Value) {
    let at = format!("{}/thumbnail", path(file));
    wait::until("the thumbnail is made", async || {
        let answer = by.get(&at).await;
        (answer.status == 200).then_some(())
    })
    .await;
}

//! Files over HTTP: who reads what, parts and conditions, names and types, limits.

mod bucket;
mod pictures;
mod pieces;

use serde_json::{Value, json};
use testkit::app::client_id;
use testkit::client::Method;
use testkit::{Answer, Person, Request};

use crate::support::World;

/// The request that uploads a file by its plain body.
fn upload(by: &Person, name: &str, bytes: impl Into<Vec<u8>>) -> Request {
    let name: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
    by.request(Method::POST, &format!("files?name={name}"))
        .body("application/octet-stream", bytes)
}

/// A new file; gives it.
async fn file(by: &Person, name: &str, bytes: impl Into<Vec<u8>>) -> Value {
    upload(by, name, bytes).await.is(201)
}

fn path(file: &Value) -> String {
    format!("files/{}", file["id"].as_str().unwrap())
}

/// A text as Windows writes it in UTF-16.
fn utf16(text: &str) -> Vec<u8> {
    let units = text.encode_utf16().flat_map(u16::to_le_bytes);
    [0xff, 0xfe].into_iter().chain(units).collect()
}

/// Posts a message with files; gives the answer.
async fn post(by: &Person, room: &str, body: &str, files: &[&Value]) -> Answer {
    let ids: Vec<_> = files.iter().map(|file| &file["id"]).collect();
    let body = json!({"body": body, "client_id": client_id(), "attachments": ids});
    by.post(&format!("rooms/{room}/messages"), body).await
}

testkit::on_both_databases! {
    async fn a_file_is_its_uploaders_until_a_message_carries_it_and_then_its_readers(db: Database) {
        let World { app, ana, bo, olga } = World::new(db).await;
        let cy = app.person("cy").await;
        let room = ana.private("plans", &[&bo]).await;
        let plans = file(&ana, "plans.txt", "to do").await;
        let at = path(&plans);
        assert_eq!(plans["type"], "text/plain");
        assert_eq!((&plans["size"], &plans["width"]), (&json!(5), &json!(null)));
        ana.get(&at).await.is_bytes(200, b"to do");
        for other in [&bo, &cy, &olga] {
            other.get(&at).await.problem(404, "not_found");
            other.get(&format!("{at}/preview")).await.problem(404, "not_found");
        }
        app.anyone().get(&at).await.problem(401, "unauthenticated");
        post(&bo, &room, "mine!", &[&plans]).await.invalid("attachments", "unusable");
        post(&ana, &room, "", &[]).await.invalid("body", "empty");
        let posted = post(&ana, &room, "", &[&plans]).await.is(201);
        assert_eq!(posted["attachments"], json!([plans]));
        post(&ana, &room, "again", &[&plans]).await.invalid("attachments", "unusable");
        bo.get(&at).await.is_bytes(200, b"to do");
        for stranger in [&cy, &olga] {
            stranger.get(&at).await.problem(404, "not_found");
        }
        let history = bo.history(&room).await;
        assert_eq!(history.last().unwrap()["attachments"], json!([plans]));
        let listed = bo.get(&format!("rooms/{room}/files")).await.is(200);
        assert_eq!(listed["items"][0]["file"], plans);
        assert_eq!(listed["items"][0]["message"], posted["id"]);
        cy.get(&format!("rooms/{room}/files")).await.problem(404, "not_found");
        // Who is no member any more reads no more; who came later reads as the room says.
        ana.remove(&room, &bo).await;
        bo.get(&at).await.problem(404, "not_found");
        ana.add(&room, &bo).await;
        bo.get(&at).await.is_bytes(200, b"to do");
        ana.patch(&format!("rooms/{room}"), json!({"history": "since_join"})).await.is(200);
        ana.add(&room, &cy).await;
        cy.get(&at).await.problem(404, "not_found");
        assert_eq!(cy.get(&format!("rooms/{room}/files")).await.is(200)["items"], json!([]));
        let message = format!("messages/{}", posted["id"].as_str().unwrap());
        ana.delete(&message).await.is(204);
        bo.get(&at).await.problem(404, "not_found");
        ana.get(&at).await.is_bytes(200, b"to do");
        let history = ana.history(&room).await;
        let gone = history.iter().find(|message| message["id"] == posted["id"]).unwrap();
        assert_eq!(gone["attachments"], json!([]));
    }

    async fn attachments_travel_with_their_message(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let (one, two) = (file(&ana, "1.txt", "one").await, file(&ana, "2.txt", "two").await);
        let gateway = bo.live().await;
        let sender = ana.live().await;
        let d = json!({"room": room, "body": "", "client_id": client_id(), "attachments": [two["id"], one["id"]]});
        let sent = sender.op("send", d.clone()).await;
        assert_eq!(sent["d"]["attachments"], json!([two, one]));
        let heard = gateway.event("message.created").await;
        assert_eq!(heard["d"], sent["d"]);
        assert_eq!(sender.op("send", d).await["d"], sent["d"]);
        // From the log it is what it is now.
        let late = bo.gateway().await;
        let stream = crate::support::stream(&room);
        late.sync(json!({ stream: sent["d"]["n"].as_u64().unwrap() - 1 })).await;
        assert_eq!(late.event("message.created").await["d"], sent["d"]);
        let message = format!("messages/{}", sent["d"]["id"].as_str().unwrap());
        let edited = ana.patch(&message, json!({"body": "words"})).await.is(200);
        assert_eq!((&edited["body"], &edited["attachments"]), (&json!("words"), &json!([two, one])));
        ana.patch(&message, json!({"body": ""})).await.is(200);
        let many: Vec<_> = (0..11).map(|_| one["id"].clone()).collect();
        let body = json!({"body": "x", "client_id": client_id(), "attachments": many});
        ana.post(&format!("rooms/{room}/messages"), body).await.invalid("attachments", "too_long");
        ana.delete(&message).await.is(204);
        assert_eq!(gateway.event("message.deleted").await["d"]["attachments"], json!([]));
    }

    async fn a_part_of_a_file_or_only_a_changed_one_can_be_asked_for(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let bytes: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
        let at = path(&file(&ana, "b.bin", bytes.clone()).await);
        let whole = ana.get(&at).await;
        assert_eq!(whole.status, 200);
        assert_eq!(whole.body, bytes);
        assert_eq!(whole.header("accept-ranges"), Some("bytes"));
        assert_eq!(whole.header("content-length"), Some("300000"));
        assert_eq!(whole.header("cache-control"), Some("private, no-cache"));
        let etag = whole.header("etag").unwrap().to_owned();
        for (range, part) in [("bytes=0-0", 0..1), ("bytes=131000-262500", 131_000..262_501), ("bytes=-7", 299_993..300_000)] {
            let answer = ana.get(&at).header("range", range).await;
            assert_eq!(answer.status, 206, "{answer:?}");
            let place = format!("bytes {}-{}/300000", part.start, part.end - 1);
            assert_eq!(answer.header("content-range"), Some(place.as_str()));
            assert_eq!(answer.body, bytes[part]);
        }
        for range in ["bytes=300000-", "bytes=0-1,5-6", "bytes=0-1,300000-", "bytes=0-,-1", "bytes=x"] {
            let answer = ana.get(&at).header("range", range).await;
            answer.problem(416, "range_not_satisfiable");
            assert_eq!(answer.header("content-range"), Some("bytes */300000"), "{range}");
        }
        let unknown = ana.get(&at).header("range", "lines=0-1,5-6").await;
        assert_eq!((unknown.status, unknown.body.len()), (200, 300_000));
        let held = ana.get(&at).header("if-none-match", &format!("\"x\", {etag}")).await;
        assert_eq!((held.status, held.body.len()), (304, 0));
        assert_eq!(held.header("etag"), Some(etag.as_str()));
        let resumed = ana.get(&at).header("range", "bytes=5-").header("if-range", &etag).await;
        assert_eq!(resumed.status, 206);
        let renewed = ana.get(&at).header("range", "bytes=5-").header("if-range", "\"x\"").await;
        assert_eq!(renewed.status, 200);
        let head = ana.request(Method::HEAD, &at).await;
        assert_eq!((head.status, head.header("content-length")), (200, Some("300000")));
        assert_eq!(head.header("etag"), Some(etag.as_str()));
        // The same content again is another file with the same bytes.
        let twin = path(&file(&ana, "c.bin", bytes).await);
        assert_ne!(twin, at);
        assert_eq!(ana.get(&twin).await.header("etag"), Some(etag.as_str()));
    }

    async fn a_content_says_what_it_is_and_nothing_of_it_runs(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let octets = "application/octet-stream";
        let png = pictures::png(3, 2);
        let polyglot = [&png[..], b"<script>alert(1)</script>"].concat();
        for (name, content, kind, served, shown) in [
            ("a.png", b"<!doctype html><script>alert(1)</script>".to_vec(), "text/html", octets, false),
            ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), "image/svg+xml", octets, false),
            ("a.txt", b"<?xml version='1.0'?><x/>".to_vec(), "application/xml", octets, false),
            ("a.html", b"plain words".to_vec(), "text/plain", "text/plain; charset=UTF-8", true),
            ("a.html", png.clone(), "image/png", "image/png", true),
            ("a.html", polyglot, "image/png", "image/png", true),
            ("a.gif", b"GIF89a=1;alert(1)//".to_vec(), octets, octets, false),
            ("a.jpg", b"\xff\xd8\xff\xe0<script>alert(1)</script>".to_vec(), octets, octets, false),
            ("a.pdf", b"%PDF-1.7\n".to_vec(), "application/pdf", "application/pdf", true),
            ("a.bin", b"\x7fELF\x02\x01".to_vec(), "application/x-elf", "application/x-elf", false),
            ("a.txt", b"Stra\xdfe;K\xf6ln".to_vec(), "text/plain", "text/plain; charset=windows-1252", true),
            ("a.txt", utf16("Stra\u{df}e"), "text/plain", "text/plain; charset=UTF-16LE", true),
            ("a.txt", utf16("<!doctype html><script>alert(1)</script>"), "text/html", octets, false),
            ("a.txt", utf16("<svg onload='alert(1)'/>"), "image/svg+xml", octets, false),
            ("a.txt", b"<!-- Stra\xdfe --><body onload=alert(1)>".to_vec(), "text/html", octets, false),
            ("empty", Vec::new(), "text/plain", "text/plain; charset=UTF-8", true),
        ] {
            let made = upload(&ana, name, content).header("content-type", "text/html").await.is(201);
            assert_eq!(made["type"], kind, "{name}");
            let answer = ana.get(&path(&made)).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.header("content-type"), Some(served), "{name}");
            let disposition = answer.header("content-disposition").unwrap();
            assert_eq!(disposition.starts_with("inline"), shown, "{name} {kind}: {disposition}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
            let policy = answer.header("content-security-policy").unwrap();
            assert!(policy.starts_with("sandbox; default-src 'none'"), "{policy}");
            let body = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(kind != "image/png" || !body.contains("<script>"));
            let saved = ana.get(&format!("{}?download=1", path(&made))).await;
            assert!(saved.header("content-disposition").unwrap().starts_with("attachment"));
            assert_eq!(saved.header("content-type"), served.split(';').next());
        }
    }

    async fn a_texts_encoding_is_guessed_once_and_its_head_needs_no_storage(db: Database) {
        let World { app, ana, .. } = World::new(db).await;
        let read = path(&file(&ana, "a.txt", b"Stra\xdfe;K\xf6ln".to_vec()).await);
        let unread = path(&file(&ana, "a.txt", b"Stra\xdfe;M\xfcnchen".to_vec()).await);
        let part = ana.get(&read).header("range", "bytes=0-0").await;
        assert_eq!(part.header("content-type"), Some("text/plain; charset=windows-1252"));
        std::fs::remove_dir_all(app.data().join("files")).unwrap();
        for (at, kind, size) in [
            (&read, "text/plain; charset=windows-1252", "11"),
            (&unread, "text/plain", "14"),
        ] {
            let head = ana.request(Method::HEAD, at).await;
            assert_eq!((head.status, head.header("content-type")), (200, Some(kind)));
            assert_eq!(head.header("content-length"), Some(size));
        }
    }

    async fn names_neither_leave_their_folder_nor_their_header(db: Database) {
        let World { ana, app, .. } = World::new(db).await;
        for (given, name) in [
            ("../../../../etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("a\r\nSet-Cookie: x=y\r\n\r\n<html>.txt", "aSet-Cookie: x=y<html>.txt"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("\"; filename=evil.exe; x=\"", "\"; filename=evil.exe; x=\""),
            ("..", "file"),
            ("né 🌷.txt", "né 🌷.txt"),
        ] {
            let made = file(&ana, given, "x").await;
            assert_eq!(made["name"], json!(name), "{given:?}");
            let answer = ana.get(&path(&made)).await;
            assert!(answer.header("set-cookie").is_none());
            let disposition = answer.header("content-disposition").unwrap();
            assert_eq!(disposition.matches('"').count(), 2, "{disposition}");
            assert!(disposition.contains("filename*=UTF-8''"), "{disposition}");
        }
        let long = file(&ana, &"x".repeat(3000), "x").await;
        assert_eq!(long["name"].as_str().unwrap().len(), 255);
        ana.request(Method::POST, "files").body("text/plain", "x").await.malformed("name");
        // Whatever they are called, they lie where their content says.
        let kept = std::fs::read_dir(app.data().join("files")).unwrap();
        let kept: Vec<_> = kept.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(kept, ["sha256"]);
    }

    async fn a_form_brings_its_first_file(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let send = |form: String| {
            let form = form.replace('\n', "\r\n");
            ana.request(Method::POST, "files").body("multipart/form-data; boundary=xx", form)
        };
        let field = "--xx\nContent-Disposition: form-data; name=\"a\"\n\nwords\n";
        let part = "--xx\nContent-Disposition: form-data; name=\"file\"; filename=\"../b.txt\"\nContent-Type: text/html\n\nhello\n";
        let made = send(format!("{field}{part}--xx--\n")).await.is(201);
        assert_eq!((&made["name"], &made["type"], &made["size"]), (&json!("b.txt"), &json!("text/plain"), &json!(5)));
        ana.get(&path(&made)).await.is_bytes(200, b"hello");
        send(format!("{field}--xx--\n")).await.malformed("file");
        send("nonsense".to_owned()).await.problem(400, "malformed");
        send(format!("--xx\nX: {}\n", "x".repeat(200_000))).await.problem(400, "malformed");
        // A form that ends in the middle of its file is no file.
        send("--xx\nContent-Disposition: form-data; name=\"file\"; filename=\"b\"\n\nhel".to_owned()).await.problem(400, "malformed");
    }

    async fn the_workspace_says_how_much_and_what_it_takes(db: Database) {
        let World { ana, bo, olga, .. } = World::new(db).await;
        let set = |change: Value| olga.patch("workspace", change);
        set(json!({"max_file_bytes": 1000})).await.is(200);
        file(&ana, "a", vec![b'x'; 1000]).await;
        upload(&ana, "a", vec![b'x'; 1001]).await.problem(413, "file_too_large");
        let begin = |size: u64| ana.post("uploads", json!({"name": "a", "size": size}));
        begin(1001).await.problem(413, "file_too_large");
        set(json!({"user_quota_bytes": 2500})).await.is(200);
        upload(&ana, "b", vec![b'y'; 1000]).await.is(201);
        upload(&ana, "c", vec![b'z'; 501]).await.problem(413, "quota_exceeded");
        // What is announced counts, and so nobody fills the disk with halves.
        let begun = begin(400).await.is(201);
        begin(101).await.problem(413, "quota_exceeded");
        upload(&ana, "c", vec![b'z'; 101]).await.problem(413, "quota_exceeded");
        ana.delete(&format!("uploads/{}", begun["id"].as_str().unwrap())).await.is(204);
        upload(&ana, "c", vec![b'z'; 500]).await.is(201);
        set(json!({"user_quota_bytes": null, "storage_quota_bytes": 3000})).await.is(200);
        upload(&bo, "d", vec![b'd'; 501]).await.problem(413, "quota_exceeded");
        upload(&bo, "e", vec![b'x'; 500]).await.is(201);
        set(json!({"storage_quota_bytes": null, "file_types": ["image/*", "application/pdf"]})).await.is(200);
        upload(&bo, "f.png", "words").await.problem(422, "file_type");
        upload(&bo, "f.txt", pictures::png(1, 1)).await.is(201);
        upload(&bo, "f.txt", "%PDF-1.7").await.is(201);
    }

    async fn texts_have_previews(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let preview = async |made: &Value| ana.get(&format!("{}/preview", path(made))).await;
        let short = file(&ana, "a.txt", "né").await;
        assert_eq!(preview(&short).await.is(200), json!({"text": "né", "truncated": false}));
        // The last character that fits is cut in two.
        let long = file(&ana, "a.txt", format!("x{}", "é".repeat(40_000))).await;
        let shown = preview(&long).await.is(200);
        assert_eq!(shown["truncated"], true);
        assert_eq!(shown["text"].as_str().unwrap().len(), 65_535);
        let html = file(&ana, "a.html", "<html><script>").await;
        assert_eq!(preview(&html).await.is(200)["text"], "<html><script>");
        preview(&file(&ana, "a", "a\0b").await).await.problem(404, "not_found");
    }

    async fn texts_of_every_encoding_have_previews_in_utf_8(db: Database) {
        let World { ana, .. } = World::new(db).await;
        let preview = async |bytes: Vec<u8>| {
            let made = file(&ana, "a.csv", bytes).await;
            assert_eq!(made["type"], "text/plain");
            ana.get(&format!("{}/preview", path(&made))).await.is(200)
        };
        for (bytes, text) in [
            (b"Stra\xdfe;K\xf6ln\r\n".to_vec(), "Stra\u{df}e;K\u{f6}ln\r\n"),
            (b"\x93alles\x94 f\xfcr 5 \x80".to_vec(), "“alles” f\u{fc}r 5 €"),
            (b"\x82\xb1\x82\xea\x82\xcd\x95\xb6\x8e\x9a".to_vec(), "これは文字"),
            (b"\xef\xbb\xbfn\xc3\xa9".to_vec(), "n\u{e9}"),
            (utf16("né 🌷"), "né 🌷"),
            ([&utf16("né"), &b"x"[..]].concat(), "né"),
            (b"\xfe\xff\0n\0\xe9".to_vec(), "n\u{e9}"),
        ] {
            assert_eq!(preview(bytes).await, json!({"text": text, "truncated": false}));
        }
        // Half of the last flower that would fit is none.
        let shown = preview(utf16(&format!("xy{}", "🌷".repeat(20_000)))).await;
        assert_eq!(shown, json!({"text": format!("xy{}", "🌷".repeat(16_382)), "truncated": true}));
        let shown = preview([b"x".to_vec(), b"Stra\xdfe ".repeat(20_000)].concat()).await;
        assert_eq!(shown["text"].as_str().unwrap().chars().count(), 65_536);
    }

    async fn a_rooms_files_are_listed_page_by_page(db: Database) {
        let World { ana, bo, .. } = World::new(db).await;
        let room = ana.private("plans", &[&bo]).await;
        let mut expected = Vec::new();
        for message in 0..3 {
            let mut files = Vec::new();
            for index in 0..2 {
                files.push(file(&ana, &format!("{message}{index}.txt"), format!("{message}{index}")).await);
            }
            post(&ana, &room, "files", &files.iter().collect::<Vec<_>>()).await.is(201);
            expected.splice(0..0, files);
        }
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = bo.get(&format!("rooms/{room}/files?limit=3{cursor}")).await.is(200);
            found.extend(page["items"].as_array().unwrap().iter().map(|item| item["file"].clone()));
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, expected);
    }
}

//! Files in a bucket: a real server that speaks S3.

use std::time::Duration;

use data_encoding::HEXLOWER;
use serde_json::json;
use testkit::proxy::Mode;
use testkit::{App, Database, Person, Proxy, S3, wait};

use super::pieces::{begin, noise, offset, piece};
use super::{file, path, pictures, post};
use crate::support::{World, setup};

/// The size of the large file.
const LARGE: usize = 200 * 1024 * 1024;

/// What the server may take on top while the large file passes through: parts on their way to the bucket, buffers of
/// sockets, the code that is used for the first time.
const ON_TOP: u64 = 64 * 1024 * 1024;

/// How much of it is sent at once.
const PIECE: usize = 16 * 1024 * 1024;

testkit::on_both_databases! {
    async fn a_bucket_keeps_files_as_a_folder_does(db: Database) {
        let s3 = S3::start().await;
        let World { app, ana, bo, .. } = World::on(s3.keep(setup(db)).start().await).await;
        let room = ana.private("plans", &[&bo]).await;
        let bytes = noise(3, 300_000);
        let large = file(&ana, "n.bin", bytes.clone()).await;
        let picture = file(&ana, "p.png", pictures::png(900, 90)).await;
        post(&ana, &room, "", &[&large, &picture]).await.is(201);
        bo.get(&path(&large)).await.is_bytes(200, &bytes);
        let part = bo.get(&path(&large)).header("range", "bytes=100000-250000").await;
        assert_eq!((part.status, part.body), (206, bytes[100_000..250_001].to_vec()));
        wait::until("the thumbnail is made", async || {
            let small = bo.get(&format!("{}/thumbnail", path(&picture))).await;
            (small.status == 200).then_some(())
        })
        .await;
        let empty = file(&ana, "empty", "").await;
        ana.get(&path(&empty)).await.is_bytes(200, b"");
        assert!(!app.data().join("files").exists());
    }
}

/// One database suffices: what is looked at is the way through the server's memory.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_file_passes_through_three_cuts_and_little_memory_into_the_bucket() {
    let s3 = S3::start().await;
    let app = s3.keep(setup(Database::sqlite())).start().await;
    let ana = app.setup().await;
    // Whatever is allocated once for all is there before it is measured.
    file(&ana, "first.bin", noise(4, 1_000_000)).await;
    let before = app.resident_bytes();
    let watch = Watch::over(&app);
    let bytes = noise(5, LARGE);
    let upload = begin(&ana, "large.bin", LARGE).await;
    let proxy = Proxy::before(&app.address()).await;
    let mut cuts = 0;
    let done = loop {
        let at = offset(&ana, &upload).await;
        let end = LARGE.min(at + PIECE);
        let sending = piece(&ana, &upload, at, &bytes[at..end]).through(&proxy.address());
        if cuts < 3 && at >= (cuts + 1) * LARGE / 4 - PIECE {
            cut(&ana, &upload, sending, &proxy, at).await;
            assert!(offset(&ana, &upload).await < end, "the cut came too late");
            cuts += 1;
            continue;
        }
        let answer = sending.await;
        if answer.status == 409 {
            continue;
        }
        let stands = answer.is(200);
        if stands["offset"] == json!(LARGE) {
            break stands;
        }
    };
    assert_eq!(cuts, 3);
    let most = watch.end().await;
    let on_top = most.saturating_sub(before);
    println!(
        "200 MiB into the bucket: {} MiB resident before, at most {} MiB on top",
        before >> 20,
        on_top >> 20
    );
    assert!(
        on_top < ON_TOP,
        "{} MiB on top of {} MiB",
        on_top >> 20,
        before >> 20
    );
    assert!(s3.bytes() >= LARGE as u64);
    assert!(!app.data().join("files").exists());
    assert_eq!(
        std::fs::read_dir(app.data().join("uploads"))
            .unwrap()
            .count(),
        0
    );
    // Whole and equal, and its hash is its tag.
    let watch = Watch::over(&app);
    let whole = ana.get(&path(&done["file"])).await;
    assert!(whole.body == bytes, "the file is another one");
    let hash = HEXLOWER.encode(&sha256(&bytes));
    assert_eq!(whole.header("etag"), Some(format!("\"{hash}\"").as_str()));
    let most = watch.end().await.saturating_sub(before);
    println!(
        "200 MiB out of the bucket: at most {} MiB on top",
        most >> 20
    );
    assert!(most < ON_TOP, "{} MiB on top", most >> 20);
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    digest.as_ref().try_into().unwrap()
}

/// Sends a piece and cuts its connection in the middle.
async fn cut(by: &Person, upload: &str, sending: testkit::Request, proxy: &Proxy, at: usize) {
    // Slow enough that there is a middle.
    proxy.set(Mode::Delay(Duration::from_millis(5)));
    let sending = tokio::spawn(sending.attempt());
    wait::until("some of the piece is there", async || {
        let now = offset(by, upload).await;
        (now > at || sending.is_finished()).then_some(())
    })
    .await;
    proxy.set(Mode::Cut);
    drop(sending.await);
    proxy.set(Mode::Pass);
}

/// Looks again and again how much memory a server has.
struct Watch {
    stop: tokio::sync::oneshot::Sender<()>,
    most: tokio::task::JoinHandle<u64>,
}

impl Watch {
    fn over(app: &App) -> Self {
        let (stop, mut stopped) = tokio::sync::oneshot::channel();
        let app = app.clone();
        let most = tokio::spawn(async move {
            let mut most = 0;
            loop {
                most = most.max(app.resident_bytes());
                let pause = tokio::time::timeout(Duration::from_millis(20), &mut stopped);
                if pause.await.is_ok() {
                    return most;
                }
            }
        });
        Self { stop, most }
    }

    async fn end(self) -> u64 {
        self.stop.send(()).unwrap();
        self.most.await.unwrap()
    }
}

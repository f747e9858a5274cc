//! One client that doesn't read harms nobody, and misses nothing.

use std::time::{Duration, Instant};

use serde_json::json;
use testkit::Gateway;
use testkit::gateway::ABNORMAL;

use crate::support::{World, stream};

/// A socket that takes nothing for 30 s is closed; the machine may be slow.
const CLOSED_WITHIN: Duration = Duration::from_secs(60);

testkit::on_both_databases! {
    async fn a_client_that_stops_reading_costs_neither_memory_nor_time(db: Database) {
        let World { app, ana, bo, olga } = World::new(db).await;
        let room = ana.private("plans", &[&bo, &olga]).await;
        let name = stream(&room);
        let quick = olga.live().await;
        let slow = Gateway::connect_narrow(&bo).await;
        slow.sync(json!({})).await;
        let start = slow.head(&name);
        let body = "x".repeat(8_000);

        // What is kept for anybody, and the databases' own caches, fill up first.
        let sender = ana.live().await;
        let flood = async |count: usize| {
            let mut waiting = std::collections::VecDeque::new();
            let mut slowest = Duration::ZERO;
            for _ in 0..count {
                let send = json!({"room": room, "body": body, "client_id": testkit::app::client_id()});
                waiting.push_back((Instant::now(), sender.start("send", send).await));
                if waiting.len() >= 16 {
                    let (at, id) = waiting.pop_front().unwrap();
                    assert_eq!(sender.answer(&id).await["t"], "ok");
                    slowest = slowest.max(at.elapsed());
                }
            }
            for (at, id) in waiting {
                assert_eq!(sender.answer(&id).await["t"], "ok");
                slowest = slowest.max(at.elapsed());
            }
            slowest
        };
        flood(400).await;
        quick.reached(&name, start + 400).await;
        slow.reached(&name, start + 400).await;
        let memory_before = app.resident_bytes();

        slow.stop_reading();
        let stopped = Instant::now();
        let slowest = flood(2_000).await;
        quick.reached(&name, start + 2_400).await;
        let grown = app.resident_bytes().saturating_sub(memory_before);
        // 2,000 posts of 8 kB are 16 MB; a queue for one client would hold them all.
        assert!(grown < 8 << 20, "{grown} bytes more");
        assert!(slowest < Duration::from_secs(3), "{slowest:?}");
        let numbers = quick.numbers(&name);
        assert_eq!(numbers, (start + 1..=start + 2_400).collect::<Vec<_>>());

        // It is closed by the server, seen by the count of connections, while it still reads nothing.
        testkit::wait::within(CLOSED_WITHIN, "the slow client is closed", async || {
            let log = olga.get("/metrics").await;
            let text = String::from_utf8_lossy(&log.body).into_owned();
            text.lines().any(|line| line.contains("code=\"4008\"") && !line.ends_with(" 0")).then_some(())
        })
        .await;
        assert!(stopped.elapsed() >= Duration::from_secs(25), "{:?}", stopped.elapsed());
        slow.resume_reading();
        let code = slow.closed().await;
        assert!(matches!(code, 4008 | ABNORMAL), "{code}");

        // Back with its cursor it has everything, once.
        let heard = slow.numbers(&name);
        let cursor = heard.last().copied().unwrap_or(start);
        let back = bo.gateway().await;
        assert_eq!(back.sync(json!({ name.clone(): cursor })).await, json!({"reset": {}, "gone": []}));
        let all: Vec<_> = heard.into_iter().chain(back.numbers(&name)).collect();
        assert_eq!(all, (start + 1..=start + 2_400).collect::<Vec<_>>());
    }
}

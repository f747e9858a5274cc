//! Sequences of everything that can happen to a stream, against a store that knows the truth.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::client::Client;
use super::*;

#[derive(Clone, Debug)]
enum Step {
    /// Commit so many events and publish them rotated; some are lost, some come twice.
    Commit {
        count: usize,
        rotate: usize,
        lose: Vec<usize>,
        repeat: Vec<usize>,
    },
    Old(usize),
    Hint,
    Drain(usize),
    Resubscribe(usize, u64),
    Leave(usize),
    Wait(u64),
    Cut(usize),
    Fail(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let places = || prop::collection::vec(0_usize..8, 0..3);
    prop_oneof![
        6 => (1_usize..8, 0_usize..8, places(), places()).prop_map(
            |(count, rotate, lose, repeat)| Step::Commit { count, rotate, lose, repeat }),
        1 => (150_usize..400).prop_map(|count| Step::Commit {
            count, rotate: 0, lose: Vec::new(), repeat: Vec::new() }),
        1 => (0_usize..50).prop_map(Step::Old),
        1 => Just(Step::Hint),
        4 => (0_usize..3).prop_map(Step::Drain),
        2 => (0_usize..3, 0_u64..4).prop_map(|(who, ahead)| Step::Resubscribe(who, ahead)),
        1 => (0_usize..3).prop_map(Step::Leave),
        2 => (0_u64..20).prop_map(Step::Wait),
        1 => (0_usize..3).prop_map(Step::Cut),
        1 => any::<bool>().prop_map(Step::Fail),
    ]
}

async fn play(steps: Vec<Step>) {
    let store = Store::default();
    let hub = hub(&store);
    let mut clients = BTreeMap::new();
    let mut cuts = BTreeMap::new();
    for who in 0..3 {
        let mut client = Client::new(&hub, &store, who as u32);
        client.catch_up(0).await;
        clients.insert(who, client);
    }
    for step in steps {
        match step {
            Step::Commit {
                count,
                rotate,
                lose,
                repeat,
            } => {
                let mut events: Vec<_> = (0..count).map(|_| store.append(room(1), None)).collect();
                events.rotate_left(rotate % count);
                for (at, event) in events.iter().enumerate() {
                    if !lose.contains(&at) {
                        hub.publish(event.clone());
                    }
                    if repeat.contains(&at) {
                        hub.publish(events[at / 2].clone());
                    }
                }
            }
            Step::Old(n) => {
                for event in store.events(room(1), n as u64, n as u64 + 1) {
                    hub.publish(event);
                }
            }
            Step::Hint => hub.hint(room(1), store.head(room(1))),
            Step::Wait(millis) => sleep(Duration::from_millis(millis)).await,
            Step::Fail(failing) => store.failing.store(failing, SeqCst),
            Step::Cut(who) => {
                if cuts.len() < 2 && !cuts.contains_key(&who) {
                    let event = store.append(room(1), Some(Cut::User(user(who as u32))));
                    cuts.insert(who, event.n);
                    hub.publish(event);
                }
            }
            Step::Leave(who) => {
                let client = clients.get_mut(&who).unwrap();
                client.inbox.unsubscribe(room(1));
                client.drain().await;
            }
            Step::Drain(who) => clients.get_mut(&who).unwrap().drain().await,
            Step::Resubscribe(who, ahead) => {
                let client = clients.get_mut(&who).unwrap();
                client.drain().await;
                client.catch_up(ahead).await;
            }
        }
    }
    store.failing.store(false, SeqCst);
    for (who, client) in &mut clients {
        client.drain().await;
        client.catch_up(0).await;
        assert!(client.may_read() != cuts.contains_key(who));
    }
    hub.hint(room(1), store.head(room(1)));
    for _ in 0..40 {
        sleep(Duration::from_secs(6)).await;
        for client in clients.values_mut() {
            client.drain().await;
        }
    }
    for (who, client) in &clients {
        let end = match cuts.get(who) {
            // Nothing from the cut on; everything before it, unless it had left before.
            Some(cut) => {
                assert!(
                    client.cursor < *cut,
                    "{who} heard {} after {cut}",
                    client.cursor
                );
                client.cursor
            }
            None => store.head(room(1)),
        };
        assert_eq!(client.seen, (1..=end).collect::<Vec<_>>(), "{who}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn delivery_is_gapless_in_order_and_once_whatever_happens(
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(play(steps));
    }
}

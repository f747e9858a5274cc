//! Events come from many threads, and while a gate opens; whoever follows the rules sees one order.

use super::client::Client;
use super::*;

/// Something is published between joining the gate and the head's answer.
#[tokio::test(start_paused = true)]
async fn what_comes_while_a_gate_opens_is_neither_lost_nor_doubled() {
    let store = Store::default();
    store.append(room(1), None);
    let (hub_slot, reading) = (Arc::new(Mutex::new(None::<Hub>)), store.clone());
    let slot = Arc::clone(&hub_slot);
    let source = Source::new(
        move |_| {
            let (store, slot) = (reading.clone(), Arc::clone(&slot));
            Box::pin(async move {
                let hub = slot.lock().clone().unwrap();
                hub.publish(store.append(room(1), None));
                let head = store.head(room(1));
                hub.publish(store.append(room(1), None));
                Ok(vec![(room(1), head)])
            })
        },
        |_, _, _| Box::pin(async { Ok(Vec::new()) }),
    );
    let hub = Hub::new(source, Handle::current());
    *hub_slot.lock() = Some(hub.clone());
    let inbox = hub.connect(user(1), false, false);
    let position = inbox.subscribe(room(1), Standing::Member).await.unwrap();
    assert_eq!(position, 2);
    assert_eq!(inbox.release(room(1), position), Release::Live);
    assert_eq!(numbers(&inbox.take()), [3]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn publishers_on_many_threads_deliver_one_order() {
    const EVENTS: u64 = 3_000;
    let store = Store::default();
    let hub = hub(&store);
    let events: Vec<_> = (0..EVENTS).map(|_| store.append(room(1), None)).collect();
    store.log.lock().clear();
    let clients: Vec<_> = (0..4).map(|i| Client::new(&hub, &store, i)).collect();
    for client in &clients {
        assert_eq!(live(&client.inbox, room(1)).await, 0);
    }
    store.log.lock().insert(room(1), events.clone());
    let threads: Vec<_> = (0..4)
        .map(|thread| {
            let (hub, events) = (hub.clone(), events.clone());
            std::thread::spawn(move || {
                for event in events.into_iter().skip(thread).step_by(4) {
                    hub.publish(event);
                }
            })
        })
        .collect();
    for mut client in clients {
        while client.cursor < EVENTS {
            client.inbox.ready().await;
            client.drain().await;
        }
        assert_eq!(client.seen, (1..=EVENTS).collect::<Vec<_>>());
    }
    for thread in threads {
        thread.join().unwrap();
    }
}

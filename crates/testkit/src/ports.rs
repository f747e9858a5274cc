//! Ports that stay ours while a server under test is down.

use std::fs::{File, OpenOptions};
use std::net::TcpListener;

use uuid::Uuid;

/// Below the range that systems give to outgoing connections, so that none of these takes a port of a killed server.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port that no other test takes until this is dropped.
#[derive(Debug)]
pub struct Port {
    /// Its number.
    pub number: u16,
    _lock: File,
}

impl Port {
    /// A port that is free and locked against other tests.
    pub fn take() -> Self {
        let folder = std::env::temp_dir().join("parley-test-ports");
        std::fs::create_dir_all(&folder).expect("a folder for locks on ports");
        let start = Uuid::new_v4().as_u128() % u128::from(COUNT);
        for step in 0..COUNT {
            let offset = (start + u128::from(step)) % u128::from(COUNT);
            let number = FIRST + u16::try_from(offset).expect("smaller than COUNT");
            let lock = OpenOptions::new()
                .create(true)
                .truncate(false)
                .write(true)
                .open(folder.join(number.to_string()))
                .expect("a file to lock");
            if lock.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", number)).is_ok() {
                return Self {
                    number,
                    _lock: lock,
                };
            }
        }
        panic!("no port from {FIRST} on is free");
    }
}

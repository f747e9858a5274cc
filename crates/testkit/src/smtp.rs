//! A real SMTP server (aiosmtpd) that keeps what it is given.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::children::{self, Farewell, Process};
use crate::wait;

/// Names the Python that has aiosmtpd; `cargo xtask test` sets it.
const PYTHON: &str = "PARLEY_TEST_PYTHON";

/// Prints its port, then each mail as one line of JSON.
const SCRIPT: &str = r#"
import asyncio, email, email.policy, json
from aiosmtpd.smtp import SMTP

class Keep:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        part = lambda kind: (found := mail.get_body((kind,))) and found.get_content()
        print(json.dumps({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "header_from": str(mail["from"]),
            "subject": str(mail["subject"]), "text": part("plain"), "html": part("html"),
        }), flush=True)
        return "250 kept"

async def main():
    server = await asyncio.get_running_loop().create_server(lambda: SMTP(Keep()), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(main())
"#;

/// A mail server; ends when dropped.
#[derive(Debug)]
pub struct Smtp {
    _server: Process,
    port: u16,
    mails: Arc<Mutex<Vec<Value>>>,
}

impl Smtp {
    /// Starts one on a free port.
    pub fn start() -> Self {
        let python = std::env::var(PYTHON).unwrap_or_else(|_| {
            panic!("{PYTHON} is not set: run the tests with `cargo xtask test rust`")
        });
        let mut command = Command::new(python);
        command.args(["-c", SCRIPT]).stdout(Stdio::piped());
        let mut server = children::spawn(&mut command, Farewell::Terminate);
        let mut lines = BufReader::new(server.stdout().expect("piped")).lines();
        let port = lines.next().expect("a port").expect("a line");
        let mails = Arc::<Mutex<Vec<Value>>>::default();
        let kept = Arc::clone(&mails);
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mail = serde_json::from_str(&line).expect("JSON");
                kept.lock().unwrap().push(mail);
            }
        });
        Self {
            _server: server,
            port: port.parse().expect("a port"),
            mails,
        }
    }

    /// Its URL, for `PARLEY_SMTP_URL`.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// Every mail so far: `{from, to, header_from, subject, text, html}`.
    pub fn mails(&self) -> Vec<Value> {
        self.mails.lock().unwrap().clone()
    }

    /// Waits until there are this many mails; gives the last.
    pub async fn mail(&self, count: usize) -> Value {
        wait::until("a mail comes", async || {
            self.mails().get(count - 1).cloned()
        })
        .await
    }
}

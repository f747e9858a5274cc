//! What a request claims about where it comes from and where it went to: believed of trusted proxies only, and of them
//! only who the client is.

use serde_json::json;
use testkit::app::PASSWORD;
use testkit::client::Method;
use testkit::{Answer, App, Database, wait};

use super::raw;
use crate::support::setup;

/// Everything that a request can claim.
const CLAIMS: [(&str, &str); 9] = [
    ("x-forwarded-for", "198.51.100.7"),
    ("x-real-ip", "198.51.100.7"),
    (
        "forwarded",
        "for=198.51.100.7;host=evil.example;proto=https",
    ),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "https"),
    ("x-forwarded-port", "443"),
    ("x-original-url", "/api/v1/me"),
    ("x-rewrite-url", "/api/v1/me"),
    ("x-http-method-override", "DELETE"),
];

async fn login(app: &App, claims: &[(&str, &str)], password: &str) -> Answer {
    let body = json!({"login": "olga", "password": password});
    let request = app.anyone().post("auth/login", body);
    let with =
        |request: testkit::Request, (name, value): &(&str, &str)| request.header(name, value);
    claims.iter().fold(request, with).await
}

/// The addresses that the log tells of sign-ins.
fn addresses(app: &App) -> Vec<String> {
    let log = app.log();
    let lines = log
        .lines()
        .filter(|line| line.contains("/auth/login") && line.contains("answered"));
    let address = |line: &str| {
        let (_, rest) = line.split_once("address").unwrap();
        let ours = |c: char| c.is_ascii_digit() || c == '.';
        rest.chars()
            .skip_while(|c| !ours(*c))
            .take_while(|c| ours(*c))
            .collect()
    };
    lines.map(address).collect()
}

#[tokio::test]
async fn a_client_that_is_no_proxy_is_where_its_socket_is() {
    let app = setup(Database::sqlite())
        .env("PARLEY_TRUSTED_PROXIES", "192.0.2.1")
        .start()
        .await;
    app.setup().await;
    let answer = login(&app, &CLAIMS, PASSWORD).await;
    answer.is(200);
    // A claim of HTTPS makes no cookie secure and no connection strict.
    let cookie = answer.header("set-cookie").unwrap();
    assert!(
        !cookie.contains("Secure") && !cookie.contains("evil"),
        "{cookie}"
    );
    assert_eq!(answer.header("strict-transport-security"), None);
    wait::until("the log tells of the sign-in", async || {
        (addresses(&app) == ["127.0.0.1"]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn of_a_trusted_proxy_the_last_stranger_in_its_list_is_believed() {
    let app = setup(Database::sqlite())
        .env("PARLEY_TRUSTED_PROXIES", "127.0.0.0/8,10.0.0.0/8")
        .start()
        .await;
    app.setup().await;
    for list in [
        "203.0.113.9, 198.51.100.7",
        "198.51.100.7, 10.1.2.3",
        "evil, 198.51.100.7",
    ] {
        login(
            &app,
            &[("x-forwarded-for", list), ("forwarded", "for=203.0.113.1")],
            PASSWORD,
        )
        .await
        .is(200);
    }
    wait::until("the log tells of the sign-ins", async || {
        (addresses(&app) == ["198.51.100.7"; 3]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn limits_count_where_a_request_comes_from_not_what_it_says() {
    let app = setup(Database::sqlite())
        .env("PARLEY_RATE_LIMITS", "on")
        .start()
        .await;
    app.setup().await;
    let mut last = 0;
    for n in 0..200 {
        let claimed = format!("198.51.{}.{n}", n % 7);
        let claims = [
            ("x-forwarded-for", claimed.as_str()),
            ("forwarded", &format!("for={claimed}")),
        ];
        last = login(&app, &claims, "not the password").await.status;
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429);
}

/// The mails that a server has written into its folder.
fn mails(app: &App) -> Vec<String> {
    let folder = std::fs::read_dir(app.data().join("mail"));
    let files = folder.into_iter().flatten().flatten();
    files
        .filter_map(|file| std::fs::read_to_string(file.path()).ok())
        .collect()
}

#[tokio::test]
async fn links_in_mails_lead_to_us_whatever_host_was_asked() {
    for public in [None, Some("https://chat.example.org")] {
        let mut server = setup(Database::sqlite());
        if let Some(public) = public {
            server = server.env("PARLEY_PUBLIC_URL", public);
        }
        let app = server.start().await;
        let olga = app.setup().await;
        let mut request = app
            .anyone()
            .post("auth/forgot-password", json!({"email": "olga@example.org"}));
        for (name, value) in CLAIMS {
            request = request.header(name, value);
        }
        let answer = request.header("host", "evil.example").await;
        assert!(answer.status < 300, "{answer:?}");
        let mail = wait::until("the mail is written", async || mails(&app).pop()).await;
        let mail = mail
            .replace("=\r\n", "")
            .replace("=\n", "")
            .replace("=3D", "=");
        let ours = public.map_or_else(|| app.base(), str::to_owned);
        assert!(mail.contains(&format!("{ours}/")), "{mail}");
        assert!(!mail.contains("evil.example"), "{mail}");
        // Nor does an invitation.
        let invitation = olga
            .post("invitations", json!({}))
            .header("host", "evil.example")
            .await;
        assert!(
            !String::from_utf8_lossy(&invitation.body).contains("evil.example"),
            "{invitation:?}"
        );
    }
}

#[tokio::test]
async fn no_answer_leads_anywhere() {
    let app = setup(Database::sqlite()).start().await;
    let olga = app.setup().await;
    for path in [
        "/?next=https://evil.example",
        "/login?next=//evil.example&redirect=https://evil.example&url=https://evil.example",
        "//evil.example",
        "//evil.example/%2e%2e",
        "/\\evil.example",
        "/%2f%2fevil.example",
        "/%5cevil.example",
        "/https://evil.example",
        "/.evil.example",
        "/rooms/../..//evil.example",
        "/api/v1/me?next=//evil.example",
        "/api",
        "/api/v1",
        "/api/docs/",
        "/assets",
    ] {
        for host in ["evil.example", &app.address()] {
            let request =
                format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            let answer = raw(&app, &request).await;
            let (head, _) = answer.split_once("\r\n\r\n").unwrap();
            assert!(!head.starts_with("HTTP/1.1 3"), "{path}: {head}");
            assert!(
                !head.to_lowercase().contains("location:") && !head.contains("evil"),
                "{path}: {head}"
            );
            assert!(!head.to_lowercase().contains("refresh:"), "{path}: {head}");
        }
    }
    olga.get("me?next=//evil.example").await.is(200);
}

#[tokio::test]
async fn no_answer_takes_a_header_from_a_request() {
    let app = setup(Database::sqlite()).start().await;
    let olga = app.setup().await;
    let injected = "%0d%0aSet-Cookie:%20injected=1%0d%0a%0d%0a<script>";
    let bearer = format!("Bearer {}", olga.token.as_deref().unwrap());
    for path in [
        format!("/{injected}"),
        format!("/assets/{injected}.js"),
        format!("/api/v1/rooms/{injected}"),
        format!("/api/v1/users?cursor={injected}"),
        format!("/api/v1/files?name={injected}"),
        format!("/api/v1/files/{injected}?download={injected}"),
    ] {
        for method in ["GET", "POST", "OPTIONS"] {
            let request = format!(
                "{method} {path} HTTP/1.1\r\nHost: a\r\nAuthorization: {bearer}\r\nX-Request-Id: injected\r\n\
                 Origin: http://injected\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            );
            let answer = raw(&app, &request).await;
            let (head, _) = answer.split_once("\r\n\r\n").unwrap();
            assert!(
                !head.to_lowercase().contains("injected"),
                "{method} {path}: {head}"
            );
        }
    }
    // Names that people choose hold no line ends.
    for name in ["a\r\nSet-Cookie: injected=1", "a\nb", "a\u{2028}b\u{0}"] {
        let made = olga
            .request(Method::PATCH, "me")
            .json(&json!({"display_name": name}))
            .await;
        let kept = made.json()["display_name"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        assert!(!kept.contains(['\r', '\n', '\0']), "{made:?}");
    }
}

//! The calls outside of any one room.

use serde_json::json;
use testkit::app::{PASSWORD, account};
use testkit::client::Method;

use super::In::{Invitation, Nothing, Somebody};
use super::{ALL, NOTHING, Row, SIGNED_IN, row};

/// The last line ends the sessions of the table's people.
pub(super) fn calls() -> Vec<Row> {
    vec![
        row("GET /healthz", Nothing, "", ALL, |_, who| {
            who.get("/healthz")
        }),
        row("GET /readyz", Nothing, "", ALL, |_, who| who.get("/readyz")),
        row(
            "GET /metrics",
            Nothing,
            "",
            [200, 403, 403, 403, 401],
            |_, who| who.get("/metrics"),
        ),
        row(
            "POST /api/v1/csp-reports",
            Nothing,
            "",
            [204; 5],
            |_, who| {
                who.request(Method::POST, "csp-reports")
                    .body("application/csp-report", r#"{"csp-report": {}}"#)
            },
        ),
        row("GET /api/v1/setup", Nothing, "", ALL, |_, who| {
            who.get("setup")
        }),
        row(
            "POST /api/v1/setup",
            Nothing,
            "a second time",
            [409; 5],
            |_, who| {
                let mut body = account("eve");
                body["token"] = json!("x");
                body["workspace"] = json!("Eve's");
                body["join_policy"] = json!("open");
                who.post("setup", body)
            },
        ),
        row(
            "POST /api/v1/auth/register",
            Nothing,
            "a taken name",
            [422; 5],
            |_, who| who.post("auth/register", account("ana")),
        ),
        row(
            "POST /api/v1/auth/confirm",
            Nothing,
            "a wrong link",
            [403; 5],
            |_, who| {
                who.post(
                    "auth/confirm",
                    json!({"token": "x", "password": "seven pears in a bowl"}),
                )
            },
        ),
        row("POST /api/v1/auth/login", Nothing, "", ALL, |_, who| {
            who.post("auth/login", json!({"login": "dora", "password": PASSWORD}))
        }),
        row(
            "POST /api/v1/auth/login",
            Nothing,
            "a wrong password",
            [401; 5],
            |_, who| {
                who.post(
                    "auth/login",
                    json!({"login": "ana", "password": "not the password"}),
                )
            },
        ),
        row(
            "POST /api/v1/auth/forgot-password",
            Nothing,
            "",
            [202; 5],
            |_, who| {
                who.post(
                    "auth/forgot-password",
                    json!({"email": "nobody@example.org"}),
                )
            },
        ),
        row(
            "POST /api/v1/auth/reset-password",
            Nothing,
            "a wrong link",
            [403; 5],
            |_, who| {
                who.post(
                    "auth/reset-password",
                    json!({"token": "x", "password": PASSWORD}),
                )
            },
        ),
        row(
            "POST /api/v1/auth/invite",
            Nothing,
            "a wrong link",
            [403; 5],
            |_, who| who.post("auth/invite", json!({"token": "x"})),
        ),
        row("GET /api/v1/me", Nothing, "", SIGNED_IN, |_, who| {
            who.get("me")
        }),
        row("PATCH /api/v1/me", Nothing, "", SIGNED_IN, |_, who| {
            who.patch("me", json!({}))
        }),
        row(
            "POST /api/v1/me/password",
            Nothing,
            "a wrong password",
            [422, 422, 422, 422, 401],
            |_, who| {
                who.post(
                    "me/password",
                    json!({"current": "x", "password": "seven pears in a bowl"}),
                )
            },
        ),
        row(
            "GET /api/v1/me/sessions",
            Nothing,
            "",
            SIGNED_IN,
            |_, who| who.get("me/sessions"),
        ),
        row(
            "DELETE /api/v1/me/sessions/{id}",
            Nothing,
            "one that isn't theirs",
            [404, 404, 404, 404, 401],
            |_, who| who.delete(&format!("me/sessions/{NOTHING}")),
        ),
        row("GET /api/v1/me/tokens", Nothing, "", SIGNED_IN, |_, who| {
            who.get("me/tokens")
        }),
        row(
            "POST /api/v1/me/tokens",
            Nothing,
            "",
            [201, 201, 201, 201, 401],
            |_, who| who.post("me/tokens", json!({"name": "a", "scopes": ["read"]})),
        ),
        row(
            "DELETE /api/v1/me/tokens/{id}",
            Nothing,
            "one that isn't theirs",
            [404, 404, 404, 404, 401],
            |_, who| who.delete(&format!("me/tokens/{NOTHING}")),
        ),
        row("GET /api/v1/workspace", Nothing, "", SIGNED_IN, |_, who| {
            who.get("workspace")
        }),
        row(
            "PATCH /api/v1/workspace",
            Nothing,
            "",
            [200, 403, 403, 403, 401],
            |_, who| who.patch("workspace", json!({})),
        ),
        row("GET /api/v1/users", Nothing, "", SIGNED_IN, |_, who| {
            who.get("users")
        }),
        row(
            "GET /api/v1/users/{id}",
            Somebody,
            "",
            SIGNED_IN,
            |scene, who| who.get(&format!("users/{}", scene.somebody)),
        )
        .by_guest(404),
        row(
            "GET /api/v1/users/{id}",
            Nothing,
            "nobody",
            [404, 404, 404, 404, 401],
            |_, who| who.get(&format!("users/{NOTHING}")),
        ),
        row(
            "GET /api/v1/invitations",
            Nothing,
            "",
            SIGNED_IN,
            |_, who| who.get("invitations"),
        )
        .by_guest(403),
        row(
            "POST /api/v1/invitations",
            Nothing,
            "",
            [201, 201, 201, 201, 401],
            |_, who| who.post("invitations", json!({})),
        )
        .by_guest(403),
        row(
            "DELETE /api/v1/invitations/{id}",
            Invitation,
            "ana's",
            [204, 204, 404, 404, 401],
            |scene, who| who.delete(&format!("invitations/{}", scene.invitation)),
        ),
        row("GET /api/v1/rooms", Nothing, "", SIGNED_IN, |_, who| {
            who.get("rooms")
        }),
        row(
            "GET /api/v1/rooms",
            Nothing,
            "the directory",
            SIGNED_IN,
            |_, who| who.get("rooms?scope=public"),
        )
        .by_guest(403),
        row(
            "POST /api/v1/rooms",
            Nothing,
            "public",
            [201, 201, 201, 201, 401],
            |_, who| who.post("rooms", json!({"kind": "public", "name": "new"})),
        )
        .by_guest(403),
        row(
            "POST /api/v1/rooms",
            Nothing,
            "private",
            [201, 201, 201, 201, 401],
            |_, who| who.post("rooms", json!({"kind": "private", "name": "new"})),
        )
        .by_guest(403),
        row(
            "POST /api/v1/directs",
            Somebody,
            "",
            [201, 201, 201, 201, 401],
            |scene, who| who.post("directs", json!({"users": [scene.somebody]})),
        )
        .by_guest(422),
        row(
            "GET /api/v1/gateway",
            Nothing,
            "without a handshake",
            [426, 426, 426, 426, 401],
            |_, who| who.get("gateway"),
        ),
        row(
            "POST /api/v1/auth/logout",
            Nothing,
            "",
            [204, 204, 204, 204, 401],
            |_, who| who.request(Method::POST, "auth/logout"),
        ),
    ]
}

//! The calls of administration.

use serde_json::{Value, json};
use testkit::app::client_id;

use super::In::{Archived, Direct, Nothing, Private, Somebody};
use super::{NOTHING, Row, Scene, row};

/// Administrators may.
const ADMINISTRATORS: [u16; 5] = [200, 403, 403, 403, 401];
/// Administrators make something.
const MAKE: [u16; 5] = [201, 403, 403, 403, 401];
/// Nobody may.
const NOBODY: [u16; 5] = [403, 403, 403, 403, 401];
/// Administrators end something.
const END: [u16; 5] = [204, 403, 403, 403, 401];
/// It isn't there for administrators, and others don't hear so much.
const GONE: [u16; 5] = [404, 403, 403, 403, 401];

impl Scene {
    fn somebody(&self, rest: &str) -> String {
        format!("admin/users/{}{rest}", self.somebody)
    }

    fn olga(&self, rest: &str) -> String {
        format!("admin/users/{}{rest}", self.people[0].id)
    }

    fn admin_room(&self, rest: &str) -> String {
        format!("admin/rooms/{}{rest}", self.room)
    }
}

fn new_user(role: &str) -> Value {
    let name = format!("n{}", &client_id()[..8]);
    json!({"username": name, "email": format!("{name}@example.org"), "role": role})
}

pub(super) fn admin_calls() -> Vec<Row> {
    let mut rows = people();
    rows.extend(rooms());
    rows.extend(server());
    rows
}

fn people() -> Vec<Row> {
    vec![
        row(
            "GET /api/v1/admin/users",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| who.get("admin/users"),
        ),
        row(
            "POST /api/v1/admin/users",
            Nothing,
            "a member",
            MAKE,
            |_, who| who.post("admin/users", new_user("member")),
        ),
        row(
            "POST /api/v1/admin/users",
            Nothing,
            "an administrator",
            MAKE,
            |_, who| who.post("admin/users", new_user("administrator")),
        )
        .by_administrator(403),
        row(
            "GET /api/v1/admin/users/{id}",
            Somebody,
            "",
            ADMINISTRATORS,
            |scene, who| who.get(&scene.somebody("")),
        ),
        row(
            "PATCH /api/v1/admin/users/{id}",
            Somebody,
            "to a guest",
            ADMINISTRATORS,
            |scene, who| who.patch(&scene.somebody(""), json!({"role": "guest"})),
        ),
        row(
            "PATCH /api/v1/admin/users/{id}",
            Somebody,
            "to an owner",
            ADMINISTRATORS,
            |scene, who| who.patch(&scene.somebody(""), json!({"role": "owner"})),
        )
        .by_administrator(403),
        row(
            "PATCH /api/v1/admin/users/{id}",
            Nothing,
            "an owner",
            ADMINISTRATORS,
            |scene, who| who.patch(&scene.olga(""), json!({"display_name": "olga"})),
        )
        .by_administrator(403),
        row(
            "POST /api/v1/admin/users/{id}/deactivate",
            Somebody,
            "",
            ADMINISTRATORS,
            |scene, who| who.post(&scene.somebody("/deactivate"), json!({})),
        ),
        row(
            "POST /api/v1/admin/users/{id}/reactivate",
            Somebody,
            "",
            ADMINISTRATORS,
            |scene, who| who.post(&scene.somebody("/reactivate"), json!({})),
        ),
        row(
            "POST /api/v1/admin/users/{id}/reset-link",
            Somebody,
            "",
            MAKE,
            |scene, who| who.post(&scene.somebody("/reset-link"), json!({})),
        ),
        row(
            "POST /api/v1/admin/users/{id}/reset-link",
            Nothing,
            "an owner: oneself, or somebody above",
            NOBODY,
            |scene, who| who.post(&scene.olga("/reset-link"), json!({})),
        ),
        row(
            "GET /api/v1/admin/users/{id}/sessions",
            Somebody,
            "",
            ADMINISTRATORS,
            |scene, who| who.get(&scene.somebody("/sessions")),
        ),
        row(
            "GET /api/v1/admin/users/{id}/sessions",
            Nothing,
            "an owner",
            ADMINISTRATORS,
            |scene, who| who.get(&scene.olga("/sessions")),
        )
        .by_administrator(403),
        row(
            "DELETE /api/v1/admin/users/{id}/sessions",
            Somebody,
            "",
            END,
            |scene, who| who.delete(&scene.somebody("/sessions")),
        ),
        row(
            "DELETE /api/v1/admin/users/{id}/sessions/{session_id}",
            Somebody,
            "none",
            GONE,
            |scene, who| who.delete(&scene.somebody(&format!("/sessions/{NOTHING}"))),
        ),
        row(
            "GET /api/v1/admin/users/{id}/tokens",
            Somebody,
            "",
            ADMINISTRATORS,
            |scene, who| who.get(&scene.somebody("/tokens")),
        ),
        row(
            "DELETE /api/v1/admin/users/{id}/tokens",
            Somebody,
            "",
            END,
            |scene, who| who.delete(&scene.somebody("/tokens")),
        ),
        row(
            "DELETE /api/v1/admin/users/{id}/tokens/{token_id}",
            Somebody,
            "none",
            GONE,
            |scene, who| who.delete(&scene.somebody(&format!("/tokens/{NOTHING}"))),
        ),
    ]
}

fn rooms() -> Vec<Row> {
    vec![
        row(
            "GET /api/v1/admin/rooms",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| who.get("admin/rooms"),
        ),
        row(
            "PATCH /api/v1/admin/rooms/{id}",
            Private,
            "",
            ADMINISTRATORS,
            |scene, who| who.patch(&scene.admin_room(""), json!({"retention_days": 30})),
        ),
        row(
            "PATCH /api/v1/admin/rooms/{id}",
            Direct,
            "",
            GONE,
            |scene, who| who.patch(&scene.admin_room(""), json!({"retention_days": 30})),
        )
        .by_guest(403),
        row(
            "DELETE /api/v1/admin/rooms/{id}",
            Private,
            "",
            ADMINISTRATORS,
            |scene, who| who.delete(&scene.admin_room("")),
        ),
        row(
            "POST /api/v1/admin/rooms/{id}/unarchive",
            Archived,
            "",
            ADMINISTRATORS,
            |scene, who| who.post(&scene.admin_room("/unarchive"), json!({})),
        ),
    ]
}

fn server() -> Vec<Row> {
    vec![
        row(
            "GET /api/v1/admin/audit",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| who.get("admin/audit"),
        ),
        row(
            "GET /api/v1/admin/audit/export",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| who.get("admin/audit/export?format=csv"),
        ),
        row(
            "GET /api/v1/admin/audit/verify",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| who.get("admin/audit/verify"),
        ),
        row(
            "GET /api/v1/admin/health",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| who.get("admin/health"),
        ),
        row(
            "GET /api/v1/admin/health/series",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| who.get("admin/health/series"),
        ),
        row(
            "GET /api/v1/admin/jobs",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| who.get("admin/jobs"),
        ),
        row(
            "POST /api/v1/admin/jobs/{id}/retry",
            Nothing,
            "none",
            GONE,
            |_, who| who.post(&format!("admin/jobs/{NOTHING}/retry"), json!({})),
        ),
        row(
            "DELETE /api/v1/admin/jobs/{id}",
            Nothing,
            "none",
            GONE,
            |_, who| who.delete(&format!("admin/jobs/{NOTHING}")),
        ),
        row(
            "GET /api/v1/admin/mail",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| who.get("admin/mail"),
        ),
        row(
            "POST /api/v1/admin/mail/test",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| who.post("admin/mail/test", json!({"to": "olga@example.org"})),
        ),
        row(
            "PUT /api/v1/admin/mail",
            Nothing,
            "",
            ADMINISTRATORS,
            |_, who| {
                let server = json!({"url": "smtp://127.0.0.1:1", "from": "parley@example.org"});
                who.put("admin/mail", server)
            },
        )
        .by_administrator(403),
        row("DELETE /api/v1/admin/mail", Nothing, "", END, |_, who| {
            who.delete("admin/mail")
        })
        .by_administrator(403),
    ]
}

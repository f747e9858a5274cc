//! The served OpenAPI document as a judge: every answer and every frame has to be one that it describes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use jsonschema::{Draft, Validator};
use serde_json::{Map, Value, json};

/// The media type of a problem document.
const PROBLEM: &str = "application/problem+json";

/// A served document, and what of it was exercised.
#[derive(Debug)]
pub struct Contract {
    document: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
    exercised: Mutex<BTreeSet<(String, String, u16)>>,
}

impl Contract {
    /// The document of a server.
    pub fn new(document: Value) -> Self {
        assert_eq!(document["openapi"], "3.1.0");
        Self {
            document,
            validators: Mutex::default(),
            exercised: Mutex::default(),
        }
    }

    /// The document itself.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// Every call there is: method and path, as `GET /api/v1/rooms/{id}`.
    pub fn calls(&self) -> BTreeSet<String> {
        let paths = self.document["paths"].as_object().expect("paths");
        let mut calls = BTreeSet::new();
        for (path, item) in paths {
            for method in ["get", "put", "post", "patch", "delete"] {
                if item.get(method).is_some() {
                    calls.insert(format!("{} {path}", method.to_uppercase()));
                }
            }
        }
        calls
    }

    /// Every operation of the gateway there is, by its name.
    pub fn operations(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        let mut open = vec![&self.document["components"]["schemas"]["Operation"]];
        while let Some(value) = open.pop() {
            if let Some(op) = value.pointer("/properties/op") {
                let listed = op["enum"].as_array().cloned().unwrap_or_default();
                names.extend(listed.iter().chain(op.get("const")).map(|name| {
                    let name = name.as_str().expect("a name");
                    name.to_owned()
                }));
            }
            for key in ["oneOf", "anyOf", "allOf"] {
                open.extend(value[key].as_array().into_iter().flatten());
            }
        }
        assert!(!names.is_empty(), "the document lists no operations");
        names
    }

    /// Which scope a token needs for a call, such as `GET /api/v1/me`: `session` for none; nothing if nobody is asked.
    pub fn scope_of(&self, call: &str) -> Option<&str> {
        let (method, path) = call.split_once(' ')?;
        self.document["paths"][path][method.to_lowercase()]["x-scope"].as_str()
    }

    /// What was answered so far: method, path template, status.
    pub fn exercised(&self) -> BTreeSet<(String, String, u16)> {
        self.exercised.lock().unwrap().clone()
    }

    /// Fails the test unless the document describes this answer.
    pub fn check_answer(&self, method: &str, path: &str, status: u16, kind: &str, body: &[u8]) {
        let complain = |why: String| {
            let body = String::from_utf8_lossy(body);
            panic!("{method} {path} → {status} {kind}: {why}\n{body}")
        };
        let path_only = path.split('?').next().unwrap_or(path);
        let kind = kind.split(';').next().unwrap_or_default().trim();
        let Some((template, item)) = self.template(path_only) else {
            // What isn't there is a problem under the API, and the web app's business elsewhere.
            if path_only.starts_with("/api/v1") {
                if status != 404 || kind != PROBLEM {
                    complain("an unknown path under the API is a 404 problem".to_owned());
                }
                self.check(&json_of(body), "/components/schemas/Problem")
                    .unwrap_or_else(complain);
            }
            return;
        };
        let Some(operation) = item.get(&method.to_lowercase()) else {
            if method == "HEAD" || method == "OPTIONS" {
                return;
            }
            if status != 405 || kind != PROBLEM {
                complain("a method that the path doesn't have is a 405 problem".to_owned());
            }
            return;
        };
        let exercised = (method.to_owned(), template.to_owned(), status);
        self.exercised.lock().unwrap().insert(exercised);
        let Some(response) = operation["responses"].get(status.to_string()) else {
            complain("the document doesn't list this status".to_owned());
            return;
        };
        let Some(contents) = response.get("content").and_then(Value::as_object) else {
            if !body.is_empty() {
                complain("the document says that there is no body".to_owned());
            }
            return;
        };
        let Some(content) = contents.get(kind).or_else(|| contents.get("*/*")) else {
            complain("the document doesn't list this media type".to_owned());
            return;
        };
        if content.get("schema").is_some() && kind.ends_with("json") {
            let pointer = format!(
                "/paths/{}/{}/responses/{status}/content/{}/schema",
                escape(template),
                method.to_lowercase(),
                escape(kind)
            );
            self.check(&json_of(body), &pointer)
                .unwrap_or_else(complain);
        }
    }

    /// Fails the test unless the document describes this frame.
    pub fn check_frame(&self, frame: &Value) {
        if let Err(why) = self.check(frame, "/components/schemas/ServerFrame") {
            panic!("a frame that the document doesn't describe: {why}\n{frame:#}");
        }
    }

    /// The path's template with its item: the one with the fewest parameters that matches.
    fn template(&self, path: &str) -> Option<(&str, &Map<String, Value>)> {
        let paths = self.document["paths"].as_object()?;
        paths
            .iter()
            .filter(|(template, _)| matches(template, path))
            .min_by_key(|(template, _)| template.matches('{').count())
            .and_then(|(template, item)| Some((template.as_str(), item.as_object()?)))
    }

    fn check(&self, value: &Value, pointer: &str) -> Result<(), String> {
        let validator = self.validator(pointer);
        let errors: Vec<_> = validator
            .iter_errors(value)
            .map(|error| format!("{} at {:?}", error, error.instance_path().to_string()))
            .collect();
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors.join("\n"))
        }
    }

    fn validator(&self, pointer: &str) -> Arc<Validator> {
        let mut validators = self.validators.lock().unwrap();
        let made = validators.entry(pointer.to_owned()).or_insert_with(|| {
            // References in the document are from its root, so the root comes along.
            let schema = json!({
                "$ref": format!("#{}", percent(pointer)),
                "components": self.document["components"],
                "paths": self.document["paths"],
            });
            let validator = jsonschema::options()
                .with_draft(Draft::Draft202012)
                .should_validate_formats(true)
                .build(&schema);
            Arc::new(validator.unwrap_or_else(|error| panic!("{pointer}: {error}")))
        });
        Arc::clone(made)
    }

    /// The components' schemas, by name.
    pub fn schemas(&self) -> BTreeMap<&str, &Value> {
        let schemas = self.document["components"]["schemas"].as_object();
        let schemas = schemas.expect("schemas").iter();
        schemas
            .map(|(name, schema)| (name.as_str(), schema))
            .collect()
    }
}

fn json_of(body: &[u8]) -> Value {
    serde_json::from_slice(body)
        .unwrap_or_else(|error| panic!("{error} in {}", String::from_utf8_lossy(body)))
}

fn matches(template: &str, path: &str) -> bool {
    let (mut left, mut right) = (template.split('/'), path.split('/'));
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.starts_with('{') && !b.is_empty() || a == b => {}
            _ => return false,
        }
    }
}

fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

/// A pointer as a reference's fragment.
fn percent(pointer: &str) -> String {
    pointer.replace('{', "%7B").replace('}', "%7D")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract() -> Contract {
        Contract::new(json!({
            "openapi": "3.1.0",
            "paths": {
                "/api/v1/rooms/{id}": {"get": {"responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Room"}}}},
                    "204": {"description": "nothing"},
                }}},
                "/api/v1/rooms/all": {"get": {"responses": {"204": {"description": "nothing"}}}},
            },
            "components": {"schemas": {"Room": {
                "type": "object", "required": ["id"],
                "properties": {"id": {"type": "string", "format": "uuid"}},
            }}},
        }))
    }

    fn check(path: &str, status: u16, kind: &str, body: &str) -> bool {
        let contract = contract();
        let check = || contract.check_answer("GET", path, status, kind, body.as_bytes());
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(check)).is_ok()
    }

    #[test]
    fn an_answer_is_checked_for_status_media_type_and_body() {
        let good = r#"{"id":"0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77"}"#;
        let json = "application/json";
        assert!(check("/api/v1/rooms/x?limit=1", 200, json, good));
        assert!(!check("/api/v1/rooms/x", 200, json, r#"{"id":"x"}"#));
        assert!(!check("/api/v1/rooms/x", 200, json, "{}"));
        assert!(!check("/api/v1/rooms/x", 201, json, good));
        assert!(!check("/api/v1/rooms/x", 200, "text/plain", good));
        assert!(!check("/api/v1/rooms/x", 204, "", "body"));
        assert!(!check("/api/v1/rooms/all", 200, json, good));
        assert!(!check("/api/v1/nothing", 200, json, good));
    }
}

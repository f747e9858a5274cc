//! Attacks that must fail, one module a kind.

mod accounts;
mod forgery;
mod objects;
mod secrets;
mod tokens;

use serde_json::Value;

/// The calls of the served document that `wanted` picks, as method, template and description.
fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let mut found = Vec::new();
    for (path, item) in paths {
        for method in ["get", "put", "post", "patch", "delete"] {
            if let Some(operation) = item.get(method) {
                found.push((method.to_uppercase(), path.clone(), operation.clone()));
            }
        }
    }
    assert!(found.len() > 30, "{}", found.len());
    found
}

/// Whether a call needs no sign-in.
fn is_open(operation: &Value) -> bool {
    let listed = operation["security"].as_array();
    listed.is_some_and(|list| list.iter().any(|one| one == &serde_json::json!({})))
}

/// A path with an id of nothing for each of its parts in braces.
fn of_nothing(template: &str) -> String {
    let mut path = String::new();
    for part in template.split_inclusive('/') {
        match part.starts_with('{') {
            true => {
                path.push_str("0198c5a4-7c1e-7d2a-9a51-2f6f0c1d9e77");
                path.push_str(if part.ends_with('/') { "/" } else { "" });
            }
            false => path.push_str(part),
        }
    }
    path
}

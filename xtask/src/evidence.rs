//! What the documents name as code or test must be there.

use std::path::Path;

/// The documents whose words are checked, and everything below the folder.
const DOCUMENTS: &str = "docs/";

/// Where what is named may lie.
const ROOTS: [&str; 5] = ["crates/", "web/", "xtask/", "docs/", "tests/"];

/// The breaches of one file: paths that aren't there, and tests that their file doesn't have.
pub(crate) fn missing(root: &Path, file: &str, text: &str) -> Vec<String> {
    if !file.starts_with(DOCUMENTS) || !file.ends_with(".md") {
        return Vec::new();
    }
    let named = text.lines().enumerate().flat_map(|(index, line)| {
        let spans = line.split('`').skip(1).step_by(2);
        spans.map(move |span| (index + 1, span))
    });
    named
        .filter(|(_, span)| ROOTS.iter().any(|start| span.starts_with(start)))
        .filter_map(|(line, span)| {
            let (path, test) = match span.split_once("::") {
                Some((path, test)) => (path, Some(test)),
                None => (span, None),
            };
            let there = root.join(path).exists();
            let named = test.is_none_or(|test| {
                let content = std::fs::read_to_string(root.join(path));
                content.is_ok_and(|content| content.contains(test))
            });
            (!there || !named).then(|| format!("{file}:{line}: there is no {span}"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_document_names_must_be_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let of = |text: &str| missing(&root, "docs/x.md", text);
        assert!(
            of("`xtask/src/evidence.rs::what_a_document_names_must_be_there` and `cargo`")
                .is_empty()
        );
        assert_eq!(
            of("one\n`xtask/src/no.rs`"),
            ["docs/x.md:2: there is no xtask/src/no.rs"]
        );
        let gone = concat!("`xtask/src/evidence.rs::no", "_such_test`");
        assert_eq!(of(gone).len(), 1);
        assert!(missing(&root, "README.md", "`xtask/src/no.rs`").is_empty());
    }
}

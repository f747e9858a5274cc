//! Acts of the audit as lines of a file.

use model::administration::AuditEntry;

/// The first line of a table.
pub const CSV_HEAD: &str = "seq,id,at,actor,action,subject,data,address,hash\r\n";

/// An act as a line of JSON.
pub fn json_line(entry: &AuditEntry) -> String {
    // It is made of texts and numbers: it can be written.
    let mut line = serde_json::to_string(entry).unwrap_or_default();
    line.push('\n');
    line
}

/// An act as a line of a table (RFC 4180).
pub fn csv_line(entry: &AuditEntry) -> String {
    let fields = [
        entry.seq.to_string(),
        entry.id.to_string(),
        entry.at.to_string(),
        entry
            .actor
            .map(|actor| actor.to_string())
            .unwrap_or_default(),
        entry.action.clone(),
        entry.subject.clone(),
        entry.data.to_string(),
        entry.address.clone(),
        entry.hash.clone(),
    ];
    let mut line = fields.map(|field| cell(&field)).join(",");
    line.push_str("\r\n");
    line
}

/// A field of a table. What a spreadsheet would take for a formula is made a text by an apostrophe.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if is_formula { "'" } else { "" };
    let quoted = text.contains(['"', ',', '\r', '\n']);
    match quoted {
        true => format!("\"{guard}{}\"", text.replace('"', "\"\"")),
        false => format!("{guard}{text}"),
    }
}

#[cfg(test)]
mod tests {
    use model::id::AuditId;
    use model::time::Timestamp;

    use super::*;

    #[test]
    fn no_cell_of_a_table_is_a_formula() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("@SUM(A1,A2)"), "\"'@SUM(A1,A2)\"");
        assert_eq!(cell("+1"), "'+1");
        assert_eq!(cell("-2"), "'-2");
        assert_eq!(cell("\t=1"), "'\t=1");
        assert_eq!(cell("a \"b\""), "\"a \"\"b\"\"\"");
        assert_eq!(cell("a=b"), "a=b");
    }

    #[test]
    fn an_act_is_one_line_whatever_is_in_it() {
        let at = Timestamp::from_micros(1_769_847_300_000_000);
        let entry = AuditEntry {
            seq: 7,
            id: AuditId::new(at),
            at,
            actor: None,
            action: "user.renamed".to_owned(),
            subject: "=cmd".to_owned(),
            data: serde_json::json!({ "after": "a\nb" }),
            address: String::new(),
            hash: "00".to_owned(),
        };
        let (json, csv) = (json_line(&entry), csv_line(&entry));
        assert_eq!((json.lines().count(), csv.lines().count()), (1, 1));
        assert!(csv.contains(",'=cmd,"), "{csv}");
        assert_eq!(CSV_HEAD.matches(',').count(), 8);
    }
}

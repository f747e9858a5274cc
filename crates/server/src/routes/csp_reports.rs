//! What browsers report that the content security policy refused: counted, and named in the log.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use http::{StatusCode, header};
use model::code::Code;
use serde::Deserialize;
use tokio::time::Instant;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::extract::Client;
use crate::problem::Problem;
use crate::state::AppState;
use crate::throttle::Throttle;

/// The largest report that is taken.
const BODY_LIMIT: usize = 16 * 1024;

/// How many of one body's reports are looked at; browsers send a few at a time.
const REPORTS: usize = 20;

/// As much of a text of a report as is logged.
const TEXT_CHARS: usize = 120;

/// The calls of this module.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default().routes(routes!(report_csp))
}

/// What an address may send: a page that is broken in twenty places at once, then one a second.
pub fn throttle() -> Throttle {
    Throttle::new(20, 1)
}

/// A report in the form of `report-uri`.
#[derive(Deserialize, ToSchema)]
#[schema(as = CspReport)]
pub struct Single {
    /// What was refused.
    #[serde(rename = "csp-report")]
    pub report: Refused,
}

/// A report in the form of `report-to`; several come as a list.
#[derive(Deserialize, ToSchema)]
#[schema(as = BrowserReport)]
pub struct Listed {
    /// `csp-violation`; others are passed over.
    #[serde(rename = "type")]
    pub kind: String,
    /// What was refused.
    pub body: Refused,
}

/// What a page wanted and the policy refused.
#[derive(Default, Deserialize, ToSchema)]
#[schema(as = CspRefusal)]
#[serde(default)]
pub struct Refused {
    /// The rule that refused it.
    #[serde(rename = "effective-directive", alias = "effectiveDirective")]
    pub directive: Option<String>,
    /// The same as older browsers say it; newer ones say both.
    #[serde(rename = "violated-directive")]
    pub violated: Option<String>,
    /// What was wanted: an address, or `inline` and the like.
    #[serde(rename = "blocked-uri", alias = "blockedURL")]
    pub blocked: Option<String>,
    /// The page.
    #[serde(rename = "document-uri", alias = "documentURL")]
    pub document: Option<String>,
    /// The script that wanted it.
    #[serde(rename = "source-file", alias = "sourceFile")]
    pub source: Option<String>,
    /// Where in the script.
    #[serde(rename = "line-number", alias = "lineNumber")]
    pub line: Option<u64>,
}

/// Report what the policy refused
///
/// Browsers do this by themselves. An address may send twenty at once and then one a second.
#[utoipa::path(
    post, path = "/csp-reports", tag = "operations", security(()),
    request_body(content(
        (Single = "application/csp-report"),
        (Vec<Listed> = "application/reports+json")
    )),
    responses((status = 204, description = "Counted"))
)]
async fn report_csp(
    client: Client,
    State(state): State<AppState>,
    request: Request,
) -> Result<StatusCode, Problem> {
    state
        .csp_reports
        .take(client.address, Instant::now())
        .map_err(|wait| Problem::new(Code::RateLimited).with_retry_after(wait))?;
    let kind = request.headers().get(header::CONTENT_TYPE);
    let kind = kind.and_then(|value| value.to_str().ok());
    let kind = kind
        .and_then(|value| value.split(';').next())
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if !["application/csp-report", "application/reports+json"].contains(&kind.as_str()) {
        return Err(Code::UnsupportedMediaType.into());
    }
    let body = to_bytes(request.into_body(), BODY_LIMIT)
        .await
        .map_err(|_| Code::BodyTooLarge)?;
    let reports = parse(&kind, &body)
        .map_err(|_| Problem::malformed("", "this is not a report of a browser"))?;
    for report in reports.into_iter().take(REPORTS) {
        state.metrics.csp_reports.inc();
        tracing::warn!(
            directive = text(report.directive.or(report.violated)),
            blocked = text(report.blocked),
            document = text(report.document),
            source = text(report.source),
            line = report.line,
            "the content security policy refused something"
        );
    }
    Ok(StatusCode::NO_CONTENT)
}

fn parse(kind: &str, body: &[u8]) -> Result<Vec<Refused>, serde_json::Error> {
    if kind == "application/csp-report" {
        return Ok(vec![serde_json::from_slice::<Single>(body)?.report]);
    }
    let listed: Vec<Listed> = serde_json::from_slice(body)?;
    let refused = listed.into_iter().filter(|one| one.kind == "csp-violation");
    Ok(refused.map(|one| one.body).collect())
}

/// A text as it may stand in a log: without what an address carries along, short, and nothing that moves a terminal.
fn text(text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    let plain = text.split(['?', '#']).next().unwrap_or_default();
    let shown = plain.chars().filter(|c| c.is_ascii_graphic());
    shown.take(TEXT_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let single = r#"{"csp-report": {"document-uri": "https://x.example/", "violated-directive": "script-src-elem",
            "effective-directive": "script-src-elem", "disposition": "enforce", "blocked-uri": "inline", "line-number": 3}}"#;
        let [one] = &parse("application/csp-report", single.as_bytes()).unwrap()[..] else {
            panic!("one report");
        };
        assert_eq!(one.directive.as_deref(), Some("script-src-elem"));
        assert_eq!(
            (one.blocked.as_deref(), one.line),
            (Some("inline"), Some(3))
        );
        let listed = r#"[
            {"type": "csp-violation", "age": 1, "url": "https://x.example/", "body": {"effectiveDirective": "img-src", "blockedURL": "https://y.example/p.png"}},
            {"type": "deprecation", "body": {}}
        ]"#;
        let [one] = &parse("application/reports+json", listed.as_bytes()).unwrap()[..] else {
            panic!("one report");
        };
        assert_eq!(one.directive.as_deref(), Some("img-src"));
        assert!(parse("application/csp-report", b"[]").is_err());
        assert!(parse("application/reports+json", b"{}").is_err());
    }

    #[test]
    fn the_log_gets_a_short_text_without_secrets() {
        let long = format!("https://x.example/{}", "a".repeat(500));
        assert_eq!(text(Some(long)).len(), TEXT_CHARS);
        let secret = "https://x.example/reset?a=b#token=c";
        assert_eq!(text(Some(secret.to_owned())), "https://x.example/reset");
        assert_eq!(text(Some("a\n\u{1b}[31mb\u{202e}".to_owned())), "a[31mb");
        assert_eq!(text(None), "");
    }
}

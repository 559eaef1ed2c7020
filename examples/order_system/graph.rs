//! What the shop is made of: the table of its mediator as JSON, and drawn on a page.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::shop::Shop;

/// The page, which needs nothing but itself.
const PAGE: &str = include_str!("graph.html");

/// Where the page is filled: with the table as text, then as JSON.
const FILL: &str = "<!-- fill -->";

/// Says to the browser what the page does without: everything that is not in it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";

/// `GET /graph`
pub(crate) async fn page<S: Shop>() -> Response {
    let table = S::describe();
    let fills = [escaped(&table.to_string()), table.json().to_string(), String::new()];
    let page: String = PAGE.split(FILL).zip(&fills).flat_map(|(part, fill)| [part, fill.as_str()]).collect();
    let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8");
    ([kind, (header::CONTENT_SECURITY_POLICY, POLICY)], page).into_response()
}

/// `GET /graph.json`
pub(crate) async fn json<S: Shop>() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], S::describe().json().to_string()).into_response()
}

/// Text in HTML; the JSON escapes itself.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

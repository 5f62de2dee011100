//! The server around the pages: headers, limits, traces, and the two addresses that machines watch.

use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::TimeoutLayer;
use tower_http::trace::TraceLayer;

use super::form::FORM_MAX;
use crate::app::App;
use crate::store::jobs;

/// Nothing inline, nothing from elsewhere (security.md S5).
const POLICY: &str =
    "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
const TIMEOUT: Duration = Duration::from_secs(30);

/// Puts the server's layers around its routes.
pub fn layers(routes: Router<App>, app: &App) -> Router<App> {
    let mut routes = routes;
    let headers: [(HeaderName, &'static str); 5] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        // Pages are about people: nothing is kept, unless a page says otherwise.
        (header::CACHE_CONTROL, "no-store"),
    ];
    routes = routes
        .layer(middleware::from_fn(same_site))
        .layer(DefaultBodyLimit::max(FORM_MAX))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        .layer(CatchPanicLayer::new());
    // Outside everything that may answer by itself.
    for (name, value) in headers {
        routes = routes.layer(SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value)));
    }
    if app.is_secure() {
        let hsts = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        routes = routes.layer(SetResponseHeaderLayer::overriding(header::STRICT_TRANSPORT_SECURITY, hsts));
    }
    routes.layer(TraceLayer::new_for_http().make_span_with(span))
}

/// A browser tells from where a request comes; one that changes something from another site is refused, even where there is
/// no session to guard with a form token (the sign-in itself, the answer links). Older browsers tell the origin only.
async fn same_site(request: Request, next: Next) -> Response {
    if !request.method().is_safe() && !is_ours(request.headers()) {
        return super::failure::plain(StatusCode::FORBIDDEN, "別のサイトからの操作は受け付けません。");
    }
    next.run(request).await
}

fn is_ours(headers: &HeaderMap) -> bool {
    let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (told("sec-fetch-site"), told("origin")) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == told("host"),
        (None, None) => true,
    }
}

/// Paths hold ids and link tokens; the log gets the route's pattern only.
fn span(request: &Request) -> tracing::Span {
    let route =
        request.extensions().get::<axum::extract::MatchedPath>().map_or("-", axum::extract::MatchedPath::as_str);
    tracing::info_span!("request", method = %request.method(), route)
}

/// Alive.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: the database answers, its schema is this program's, and the sweep has run lately.
pub async fn readyz(State(app): State<App>) -> Response {
    let current = app.db.is_current().await.unwrap_or(false);
    let swept = match app.look().await {
        Ok(mut tx) => jobs::last_run(&mut tx, "sweep").await.ok().flatten(),
        Err(_) => None,
    };
    let late = swept.is_none_or(|at| app.clock.now() - at > chrono::TimeDelta::minutes(5));
    let status = if current && !late { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = serde_json::json!({ "schema_current": current, "last_sweep": swept, "sweep_late": late });
    (status, axum::Json(body)).into_response()
}

//! `okaeri serve`: pages and the sweep, until somebody says stop; what is in flight is finished first.

use std::net::SocketAddr;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::app::App;
use crate::config::Serve;
use crate::error::{Error, Result};
use crate::jobs::inbox::Inbox;
use crate::jobs::tick::Ticker;
use crate::web;

pub(super) async fn serve(settings: Serve) -> Result<()> {
    let app = super::app(&settings.database, &settings.mail).await?;
    let inbox = settings.inbox.map(Inbox::open).transpose()?;
    listen(app, bind(settings.listen).await?, inbox).await
}

/// Takes the address. What arrives from now on waits for [`listen`].
pub(super) async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| Error::internal(format!("{address}: {error}")))
}

/// Serves and watches a folder until SIGTERM or SIGINT, then finishes what is in flight.
pub(super) async fn listen(app: App, listener: TcpListener, inbox: Option<Inbox>) -> Result<()> {
    let (stop, stopped) = watch::channel(false);
    let watching = inbox.map(|inbox| tokio::spawn(inbox.watch(app.clone(), stopped)));
    let served = answer(app, listener).await;
    stop.send_replace(true);
    if let Some(watching) = watching {
        watching.await.map_err(Error::internal)?;
    }
    served
}

async fn answer(app: App, listener: TcpListener) -> Result<()> {
    tracing::info!(address = %listener.local_addr().map_err(Error::internal)?, "serving");
    let ticker = Ticker::start(app.clone()).await?;
    let service = web::router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let served =
        axum::serve(listener, service).with_graceful_shutdown(stop(app.clone())).await.map_err(Error::internal);
    ticker.stop().await;
    app.close().await;
    served
}

/// Waits for the word to stop, and lets go whoever only listens.
async fn stop(app: App) {
    stopped().await;
    app.board.bell.close();
}

/// Waits for SIGTERM or SIGINT.
pub(super) async fn stopped() {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
}

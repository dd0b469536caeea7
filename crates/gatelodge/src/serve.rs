//! Listening and answering, until told to stop.

use crate::cli::Place;
use crate::{compose, tell};
use anyhow::Context;
use app::App;
use app::settings::{Senders, Settings, Transport};
use app::worker::Worker;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tower::ServiceExt;
use web::{Front, Serving};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    place: Place,
    /// The port on the loopback address; 0 picks a free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

/// The settings of a trial server at this address.
pub(crate) fn trial_settings(port: u16) -> Settings {
    Settings {
        public_url: format!("http://localhost:{port}"),
        mail: Transport::Trial,
        senders: Senders::below("gatelodge.test"),
        voice: Transport::Trial,
        self_open: true,
        home_country: "TW".to_owned(),
        call_countries: Vec::new(),
        hash_cost: factors::password::Cost::DEFAULT,
        leaked_passwords: None,
        name: "Gatelodge".to_owned(),
    }
}

/// How a trial server at this port is reached.
pub(crate) fn trial_serving(port: u16) -> Serving {
    let origins = ["localhost", "127.0.0.1", "[::1]"].map(|host| format!("http://{host}:{port}"));
    Serving {
        origins: origins.to_vec(),
        secure: false,
        trusted_proxies: Vec::new(),
        trial: true,
        outbox_key: None,
        time_zone: "UTC".to_owned(),
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    compose::folder(&args.place.data_dir)?;
    let listener = listen(args.port)?;
    let port = listener.local_addr()?.port();
    let app = compose::app(&args.place.data_dir, trial_settings(port))?;
    tell(&format!("Gatelodge serves on http://localhost:{port}"));
    block_on(serve(listener, app, trial_serving(port)))
}

/// Takes the port on the loopback address.
pub(crate) fn listen(port: u16) -> anyhow::Result<std::net::TcpListener> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", port))
        .with_context(|| format!("cannot listen on port {port}"))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Runs async work to its end.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?
        .block_on(work)
}

/// Answers until a signal says to stop, then lets open requests finish.
pub(crate) async fn serve(
    listener: std::net::TcpListener,
    app: App,
    serving: Serving,
) -> anyhow::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let (stop_work, work_stops) = tokio::sync::oneshot::channel::<()>();
    let worker = Worker::new(app.clone(), true)?;
    let work = tokio::spawn(worker.run(async { drop(work_stops.await) }));
    let router = web::router(Front::new(app, serving));
    let graceful = hyper_util::server::graceful::GracefulShutdown::new();
    let mut stop = std::pin::pin!(stopped());
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => { tracing::warn!(%error, "a connection was not accepted"); continue; }
            },
            () = &mut stop => break,
        };
        let router = router.clone();
        let service =
            hyper::service::service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
                let mut request = request.map(axum::body::Body::new);
                request
                    .extensions_mut()
                    .insert(axum::extract::ConnectInfo::<SocketAddr>(peer));
                router.clone().oneshot(request)
            });
        let mut builder = Builder::new(TokioExecutor::new());
        builder
            .http1()
            .timer(TokioTimer::new())
            .header_read_timeout(Duration::from_secs(15));
        let connection = builder
            .serve_connection(TokioIo::new(stream), service)
            .into_owned();
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
    let _ = tokio::time::timeout(Duration::from_secs(10), graceful.shutdown()).await;
    drop(stop_work);
    work.await?;
    Ok(())
}

async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return std::future::pending().await;
    };
    tokio::select! { _ = term.recv() => (), _ = int.recv() => () }
}

//! `renshi serve`.

use crate::Failure;
use crate::args::{Machines, Serve};
use crate::assemble::{Running, Setting, assemble, data_folder};
use api::{MachineFiles, MachineListener};
use db::Db;
use objects::Objects;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Pause between two publications.
const PUBLISH_EVERY: Duration = Duration::from_secs(1);

/// Serves until it is told to stop.
///
/// # Errors
/// When the platform cannot be put together or the address is taken.
pub async fn run(serve: Serve) -> Result<ExitCode, Failure> {
    let objects = serve.public_place.clone().open()?;
    let families = crate::cards::families(&serve.card_ca)?;
    let setting = Setting {
        data: data_folder(serve.storage.data, "renshi"),
        database: serve.storage.database,
        public: serve.public,
        proxies: serve.trusted_proxy,
        posts_per_minute: serve.posts_per_minute,
        policy: Some(policy(serve.policy.as_deref())?),
        portal: serve.portal,
        anchors: serve.anchors,
        card_ca: None,
        families,
        card_component: serve.card_component.address(),
        demo: false,
        sample_file: None,
    };
    let running = assemble(setting).await?;
    let (listener, address) = listen(serve.listen).await?;
    println!("Renshi answers at http://{address}");
    if let Some(listener) = machines(&serve.machines).await? {
        println!("Partner systems are answered at https://{}/api/v1", listener.address());
        let app = running.app.clone();
        let api = api::Api {
            db: app.db.clone(),
            clock: Arc::clone(&app.clock),
            random: Arc::clone(&app.random),
            tree: Arc::new(move || app.tree()),
        };
        tokio::spawn(api::serve(api, listener, interrupted()));
    }
    if let Some(objects) = objects {
        // Before anything is signed: a database restored from an older copy is found out here.
        crate::publishing::publish(&running.app.db, &objects).await?;
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(keep_published(running.app.db.clone(), objects, stop));
        return answer_until(running, listener, stopped).await.map(|()| ExitCode::SUCCESS);
    }
    answer(running, listener).await?;
    Ok(ExitCode::SUCCESS)
}

/// Brings the public files up to date for as long as the program runs. A fault is told once when it begins and once when it is over.
/// What is published being ahead of the database, or another log, ends the program as it would have kept it from starting: signing on would
/// make a second log.
async fn keep_published(db: Db, objects: Objects, stop: oneshot::Sender<Failure>) {
    let mut failing = false;
    loop {
        let published = crate::publishing::publish(&db, &objects).await;
        if let Err(fault) = &published
            && matches!(fault.downcast_ref(), Some(register::Fault::Ahead { .. }))
        {
            tracing::error!(%fault, "nothing may be signed any more; the program stops");
            let _ = stop.send(fault.to_string().into());
            return;
        }
        match (&published, failing) {
            (Err(fault), false) => tracing::error!(%fault, "the public files of the register are not up to date"),
            (Ok(_), true) => tracing::info!("the public files of the register are up to date again"),
            _ => {}
        }
        failing = published.is_err();
        tokio::time::sleep(PUBLISH_EVERY).await;
    }
}

/// The policy in a file; one without witnesses if there is none.
fn policy(file: Option<&Path>) -> Result<String, Failure> {
    let Some(path) = file else { return Ok("quorum none\n".to_owned()) };
    Ok(std::fs::read_to_string(path).map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?)
}

/// The listener for partner systems, if one is asked for.
async fn machines(machines: &Machines) -> Result<Option<MachineListener>, Failure> {
    let Machines { machines, machine_cert, machine_key, machine_ca, machine_crl } = machines.clone();
    let (Some(address), Some(certificate), Some(key), Some(authorities)) =
        (machines, machine_cert, machine_key, machine_ca)
    else {
        return Ok(None);
    };
    let files = MachineFiles { certificate, key, authorities, revocations: machine_crl };
    Ok(Some(MachineListener::bind(address, &files).await?))
}

/// Takes the address to listen on.
///
/// # Errors
/// When it is taken.
pub async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = TcpListener::bind(address).await.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// Answers requests and does the background work until interrupted, then stops in order.
///
/// # Errors
/// When the listener fails.
pub async fn answer(running: Running, listener: TcpListener) -> Result<(), Failure> {
    let (_never, stopped) = oneshot::channel();
    answer_until(running, listener, stopped).await
}

/// The same, and until something else says that it has to stop.
async fn answer_until(
    running: Running,
    listener: TcpListener,
    stopped: oneshot::Receiver<Failure>,
) -> Result<(), Failure> {
    let press = running.app.press.clone();
    // Reading the fonts takes a while; the first reader of a PDF should not wait for it.
    tokio::task::spawn_blocking(move || press.warm_up());
    let work = tokio::spawn(web::work(running.app.clone()));
    let (told, why) = oneshot::channel();
    let worker = work.abort_handle();
    let end = async move {
        tokio::select! {
            () = interrupted() => {}
            Ok(fault) = stopped => {
                // Before those who read are done: nothing more is signed.
                worker.abort();
                drop(told.send(fault));
            }
        }
    };
    let served = web::serve(running.app.clone(), listener, end).await;
    work.abort();
    running.stop().await;
    served?;
    why.await.map_or(Ok(()), Err)
}

/// Resolves on Ctrl-C or a polite request to stop.
pub async fn interrupted() {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .expect("signal handlers can be installed at start");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

//! Work that waits for nobody: leaves enter the register, witnesses are asked for
//! their cosignatures, orders enter inboxes, mail leaves, reminders go out, the read log of a day
//! that is over gets its digest.
//!
//! Every step finds its work in the database and is safe to run twice and on several instances at once.

use crate::App;
use std::time::Duration;

/// Pause between two passes.
const PASS_EVERY: Duration = Duration::from_millis(250);
/// Passes between two rounds of the slow chores (a minute).
const SLOW_EVERY: u64 = 240;
/// Pause between two looks for revocation lists that are due.
const CARDS_EVERY: Duration = Duration::from_secs(30);
/// Pause before witnesses are asked again what they know, when the database was away.
const RECOVER_EVERY: Duration = Duration::from_secs(1);
/// Rounds between two looks at whether a refusal to sign still holds (half a minute).
const RECOVER_ROUNDS: u64 = 120;
/// Most leaves that enter the register in one transaction.
const LEAVES_MAX: usize = 4096;

/// What one pass could not do.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

/// One pass: sequence what is staged, deliver what is sequenced, let mail go. True if there is more to do at once.
///
/// # Errors
/// When the database or the outbox folder is away; the work waits then.
pub async fn pass(app: &App) -> Result<bool, Fault> {
    let sequenced = crate::log_keys::sequence(app, LEAVES_MAX).await?;
    let delivered = orders::deliver(&app.db, app.random.as_ref(), app.now()).await?;
    let sent = orders::spool(&app.db, &app.outbox, app.now()).await?;
    Ok(sequenced.more || delivered > 0 || sent > 0)
}

async fn slow_pass(app: &App) -> Result<(), Fault> {
    personnel::remind(&app.db, app.random.as_ref(), app.now()).await?;
    personnel::sweep_uploads(&app.db, app.now()).await?;
    crate::remind::remind_of_questions(app).await?;
    crate::remind::remind_of_mandates(app).await?;
    readlog::close_days(&app.db, app.now()).await?;
    access::sweep(&app.db, app.clock.as_ref()).await?;
    app.refresh_tree().await?;
    Ok(())
}

/// Works until the task is dropped. Nothing is signed before the witnesses were asked whether they know more of the log than we do.
pub async fn work(app: App) {
    while let Err(fault) = app.witnessing.recover(&app.db, app.clock.as_ref()).await {
        tracing::error!(%fault, "witnesses cannot be asked before signing and it will be tried again");
        tokio::time::sleep(RECOVER_EVERY).await;
    }
    tokio::join!(
        passes(app.clone()),
        watch_witnesses(app.clone()),
        watch_cards(app.clone()),
        crate::anchors::work(app)
    );
}

/// Offers each new checkpoint to the witnesses. Orders are issued meanwhile, whether or not anybody answers.
async fn watch_witnesses(app: App) {
    if app.witnessing.is_idle() {
        return;
    }
    let mut failing = false;
    for round in 0_u64.. {
        let asked = witness_once(&app, round % RECOVER_ROUNDS == RECOVER_ROUNDS - 1).await;
        match (&asked, failing) {
            (Err(fault), false) => tracing::error!(%fault, "witnesses cannot be asked and it will be tried again"),
            (Ok(()), true) => tracing::info!("witnesses are asked again"),
            _ => {}
        }
        failing = asked.is_err();
        tokio::time::sleep(PASS_EVERY).await;
    }
}

/// One round. If a witness contradicts, or something was found before, it is found out whether anything may be signed.
async fn witness_once(app: &App, due: bool) -> Result<(), register::Fault> {
    let round = app.witnessing.round(&app.db, app.clock.as_ref()).await?;
    let refused = due && register::witness::refusal(&mut app.db.begin().await?).await?.is_some();
    if round.contradicted || refused {
        app.witnessing.recover(&app.db, app.clock.as_ref()).await?;
    }
    Ok(())
}

/// Fetches what the authorities say of revoked cards and ends the sessions of those. A list that is long in coming keeps no order
/// waiting, so this goes on beside the rest.
async fn watch_cards(app: App) {
    loop {
        if let Err(fault) = app.authorities.refresh(&app.db, app.random.as_ref(), app.now()).await {
            tracing::error!(%fault, "revoked cards cannot be looked for and it will be tried again");
        }
        tokio::time::sleep(CARDS_EVERY).await;
    }
}

/// One pass after the other. A fault is logged once when it begins and once when it is over.
async fn passes(app: App) {
    let mut failing = false;
    for round in 0_u64.. {
        let more = match if round % SLOW_EVERY == 0 { slow_pass(&app).await } else { Ok(()) } {
            Ok(()) => pass(&app).await,
            Err(fault) => Err(fault),
        };
        match (&more, failing) {
            (Err(fault), false) => {
                tracing::error!(fault = fault.to_string(), "background work fails and will be tried again")
            }
            (Ok(_), true) => tracing::info!("background work goes on"),
            _ => {}
        }
        failing = more.is_err();
        if !matches!(more, Ok(true)) {
            tokio::time::sleep(PASS_EVERY).await;
        }
    }
}

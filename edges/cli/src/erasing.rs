//! `renshi keep erasure` and `renshi register erasures|erase-again`: the operator's switch, what backups still hold, and what a restored
//! one brought back.

use crate::Failure;
use crate::args::Storage;
use crate::chance::SystemClock;
use db::Db;
use kernel::{Clock as _, office_date};
use orders::OrdersError;
use std::fmt::Write as _;
use std::path::Path;

/// The operator's switch.
#[derive(Clone, Debug, clap::Args)]
pub struct KeepErasure {
    /// Where things are kept.
    #[command(flatten)]
    pub storage: Storage,
    /// `on` or `off`; without it the setting is shown.
    pub switch: Option<Switch>,
    /// Days after which no backup (dump, base backup or archived WAL) of the database is left, 1 to 3650.
    #[arg(long, value_name = "DAYS")]
    pub backup_days: Option<u32>,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// Keeps the switch, or shows it.
///
/// # Errors
/// When it is turned on without a number of days, or storage fails.
pub async fn keep(db: &Db, switch: Option<Switch>, backup_days: Option<u32>) -> Result<String, Failure> {
    let now = orders::erasure_rule(db).await?;
    let enabled = switch.map_or(now.enabled, |switch| switch == Switch::On);
    let rule = match orders::keep_erasure_rule(db, enabled, backup_days).await {
        Ok(rule) => rule,
        Err(OrdersError::Refused(no)) => return Err(no.text.to_string().into()),
        Err(fault) => return Err(fault.into()),
    };
    let days =
        rule.backup_days.map_or_else(|| "nobody said for how long".to_owned(), |days| format!("for {days} days"));
    let on = if rule.enabled { "on" } else { "off" };
    Ok(format!("erasure is {on}; backups are kept: {days}"))
}

/// Every erasure, newest first, and what is still to be done about backups.
///
/// # Errors
/// When storage fails.
pub async fn list(db: &Db) -> Result<String, Failure> {
    let today = office_date(SystemClock.now());
    let mut said = String::from("erasure,order,agency,number,proposed,decided,state,backups hold it until\n");
    let mut held = 0;
    for erasure in orders::erasures(db).await? {
        let (decided, state) = match &erasure.decided {
            None => (String::new(), "waits for a second person"),
            Some((_, at, false)) => (office_date(*at).to_string(), "refused"),
            Some((_, at, true)) => (office_date(*at).to_string(), "destroyed"),
        };
        let until = erasure.backups_until;
        held += usize::from(until.is_some_and(|until| until >= today));
        let until = until.map(|until| until.to_string()).unwrap_or_default();
        let (id, order, agency, number) = (erasure.id, erasure.order, erasure.agency, &erasure.number);
        let proposed = office_date(erasure.proposed_at);
        writeln!(said, "{id},{order},{agency},{number},{proposed},{decided},{state},{until}")?;
    }
    writeln!(said, "{held} erasures are still in backups that may be kept")?;
    Ok(said)
}

/// Destroys again what a restored backup brought back, one order a transaction; whoever is stopped in between goes on with the next run.
///
/// # Errors
/// When storage fails.
pub async fn again(db: &Db, outbox: &Path) -> Result<String, Failure> {
    let mut said = String::new();
    let mut count = 0;
    for id in orders::here_again(db).await? {
        let mut tx = db.begin().await?;
        let Some(destroyed) = orders::erase_again(&mut tx, id, SystemClock.now()).await? else { continue };
        personnel::erase_award(&mut tx, id).await?;
        tx.commit().await?;
        orders::forget_mail(outbox, &destroyed)?;
        writeln!(said, "{id}")?;
        count += 1;
    }
    writeln!(said, "{count} orders were destroyed again")?;
    Ok(said)
}

//! Chasing confirmations: cases issued first must come before the committee in time (考績法施行細則 §13).

use crate::{PersonnelError, store};
use db::Db;
use kernel::{PersonId, Random, office_date, roc};
use time::{Duration, OffsetDateTime};

/// Days before the last day from which the officer is reminded.
const REMIND_DAYS_BEFORE: i64 = 21;
/// Days between two reminders of one case.
const REMIND_DAYS_BETWEEN: i64 = 7;

/// Mails a reminder to the officer of every case whose confirmation is near or overdue. Returns how many. Safe to run often and by
/// several instances. A case whose officer has no address is not taken for reminded: once there is an address, the mail goes out.
///
/// # Errors
/// When the database is away.
pub async fn remind(db: &Db, random: &dyn Random, now: OffsetDateTime) -> Result<usize, PersonnelError> {
    let mut tx = db.begin().await?;
    let horizon = office_date(now) + Duration::days(REMIND_DAYS_BEFORE);
    let due = store::confirmations_due(&mut tx, horizon, now - Duration::days(REMIND_DAYS_BETWEEN)).await?;
    for (case, officer, address, last_day) in &due {
        let subject =
            format!("先行發布獎懲案提會確認期限提醒（案號{case}，至{}止）(非社交工程演練)", roc::slash(*last_day));
        let body = format!(
            "您好：\n\n案號{case}之獎懲案係先行發布，應於{}以前提考績委員會確認（公務人員考績法施行細則第13條）。\n\
             請於平臺登錄確認結果；委員會不同意時，應變更之。\n",
            roc::long(*last_day)
        );
        orders::queue_mail(&mut tx, random, PersonId(*officer), address, (&subject, &body), now).await?;
        store::case_reminded(&mut tx, *case, now).await?;
    }
    tx.commit().await?;
    Ok(due.len())
}

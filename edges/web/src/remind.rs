//! Reminders that need several modules: the security officer of an agency hears of questions that were not answered in time, a principal of
//! mandates that end.

use crate::App;
use access::{Mandate, Role};
use kernel::{PersonId, office_date, roc};
use readlog::{Purpose, Question, Read, Reader, Via};
use time::Date;

/// What a round of reminders could not do.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Mails a reminder of every overdue question to the security officers of the agency asked. Returns how many questions. Safe to run
/// often and on several instances. A question of which nobody could be told is not taken for reminded.
///
/// # Errors
/// When the database is away.
pub async fn remind_of_questions(app: &App) -> Result<usize, Fault> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let mut told = 0;
    for question in readlog::overdue(&mut tx, now).await? {
        let addresses = addresses(app, &question).await?;
        for (person, address) in &addresses {
            let (subject, body) = words(&question);
            orders::queue_mail(&mut tx, app.random.as_ref(), *person, address, (&subject, &body), now).await?;
        }
        if !addresses.is_empty() {
            readlog::reminded(&mut tx, question.no, now).await?;
            told += 1;
        }
    }
    tx.commit().await?;
    Ok(told)
}

/// Where the security officers of the agency can be reached; that their addresses were read is itself written down.
async fn addresses(app: &App, question: &Question) -> Result<Vec<(PersonId, String)>, Fault> {
    let today = office_date(app.now());
    let mut found = Vec::new();
    for person in access::holders(&app.db, Role::Security, &question.agency, today).await? {
        // The agency's own word on where its security officer is reached counts; who serves there no longer, or only above it, has another.
        let here = personnel::person_at(&app.db, &[question.agency], person).await?;
        let holder = match here.filter(|entry| entry.left_on.is_none()) {
            Some(entry) => Some(entry),
            None => personnel::person(&app.db, person).await?,
        };
        if let Some(address) = holder.and_then(|holder| holder.email) {
            found.push((person, address));
        }
    }
    let subjects: Vec<PersonId> = found.iter().map(|(person, _)| *person).collect();
    let (reader, purpose) = (Reader::system("逾期詢問提醒"), Purpose::new("remind", "提醒逾期未答覆的詢問"));
    told_of_address(app, (&reader, &purpose), &subjects, "remind_of_questions").await?;
    Ok(found)
}

/// Writes down that people's addresses were read by a job.
async fn told_of_address(
    app: &App,
    (reader, purpose): (&Reader, &Purpose),
    subjects: &[PersonId],
    job: &str,
) -> Result<(), Fault> {
    let (fields, via) = (&["電子郵件"][..], Via::Job(job));
    let read = Read { at: app.now(), reader, subjects, purpose, fields, via, request: "" };
    readlog::record(&app.db, app.random.as_ref(), &read).await?;
    Ok(())
}

/// Mails principals of mandates that are about to end or have ended. Returns how many mandates were dealt with; one whose principal has no
/// address is among them, because the page says it too. Safe to run often and on several instances.
///
/// # Errors
/// When the database is away.
pub async fn remind_of_mandates(app: &App) -> Result<usize, Fault> {
    let now = app.now();
    let mut tx = app.db.begin().await?;
    let mandates = access::mandates_to_tell(&mut tx, now).await?;
    for mandate in &mandates {
        let principal = personnel::person(&app.db, mandate.principal.0).await?;
        if let Some(address) = principal.and_then(|principal| principal.email) {
            let (reader, purpose) =
                (Reader::system("委任期限通知"), Purpose::new("remind", "通知委任即將終止或已終止"));
            told_of_address(app, (&reader, &purpose), &[mandate.principal.0], "remind_of_mandates").await?;
            let (subject, body) = ending(mandate, office_date(now));
            let mail = (subject.as_str(), body.as_str());
            orders::queue_mail(&mut tx, app.random.as_ref(), mandate.principal.0, &address, mail, now).await?;
        }
        access::told_of_mandate(&mut tx, mandate, now).await?;
    }
    tx.commit().await?;
    Ok(mandates.len())
}

/// Neither names the agent nor says what the mandate is about: a mail is read by whoever has the mailbox.
fn ending(mandate: &Mandate, today: Date) -> (String, String) {
    let last = mandate.until_on.previous_day().unwrap_or(mandate.until_on);
    let (short, long) = (roc::slash(last), roc::long(last));
    if mandate.until_on <= today {
        let subject = format!("服務代理人委任已終止通知（{short}止）(非社交工程演練)");
        let body = format!(
            "您好：\n\n您給予服務代理人的一件委任，期間至{long}止，已自動終止；服務代理人不得再以您的名義辦理事項。\n如仍有需要，請登入平臺於「我的資料」之「服務代理人」展延或重新委任；不需要者無須辦理。\n"
        );
        return (subject, body);
    }
    let subject = format!("服務代理人委任即將終止提醒（{short}止）(非社交工程演練)");
    let body = format!(
        "您好：\n\n您給予服務代理人的一件委任，期間至{long}止，屆期自動終止。\n如需繼續，請登入平臺於「我的資料」之「服務代理人」展延；不展延者無須辦理，亦可隨時終止。\n"
    );
    (subject, body)
}

fn words(question: &Question) -> (String, String) {
    let day = roc::long(question.due_on);
    let subject = format!(
        "查閱原因詢問逾期未答覆提醒（第{}號，承諾{}前答覆）(非社交工程演練)",
        question.no,
        roc::slash(question.due_on)
    );
    let body = format!(
        "您好：\n\n第{}號查閱原因詢問，平臺承諾於{day}前答覆，目前尚未答覆。\n\
         請登入平臺於「詢問」辦理，或請查閱人以外的承辦人、機關首長答覆。\n",
        question.no
    );
    (subject, body)
}

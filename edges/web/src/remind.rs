//! Reminders that need several modules: the security officer of an agency hears of questions that were not answered in time.

use crate::App;
use access::Role;
use kernel::{PersonId, office_date, roc};
use readlog::{Purpose, Question, Read, Reader, Via};

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
        let holder = personnel::person(&app.db, person).await?;
        if let Some(address) = holder.and_then(|holder| holder.email) {
            found.push((person, address));
        }
    }
    let subjects: Vec<PersonId> = found.iter().map(|(person, _)| *person).collect();
    let (reader, purpose) = (Reader::system("逾期詢問提醒"), Purpose::new("remind", "提醒逾期未答覆的詢問"));
    let read = Read {
        at: app.now(),
        reader: &reader,
        subjects: &subjects,
        purpose: &purpose,
        fields: &["電子郵件"],
        via: Via::Job("remind_of_questions"),
        request: "",
    };
    readlog::record(&app.db, app.random.as_ref(), &read).await?;
    Ok(found)
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

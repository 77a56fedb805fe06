//! Every look at people is in the read log before it is shown.
//!
//! The route table says of each address whose data it shows. A handler of one that shows people writes its look with [`Me::looks_at`]
//! or [`Me::takes`]; the guard lets no page of it out that was not written, so a forgotten look is a fault and not a leak.

use crate::App;
use crate::session::Me;
use access::{Decision, Hat, Office, Scope, decide};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use kernel::{AgencyCode, PersonId, Text};
use readlog::{Named, Purpose, Read, Reader, ReaderKind, Via};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;
use webkit::WebError;

/// Whose data an address shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    /// Nobody's.
    Nothing,
    /// The data of the person who asks. Looking is nobody's business; a file that is taken is written down.
    Own,
    /// Other people's: every answer is a look that must have been written down.
    People,
}

/// An entry on its way into the read log.
type Writing = JoinHandle<Result<(), readlog::Error>>;

/// One request, as the read log knows it.
#[derive(Clone)]
pub struct Look {
    app: App,
    path: &'static str,
    request: String,
    /// The agency at the head of the page, whose name is at hand.
    agency: Option<String>,
    told: Arc<AtomicBool>,
    /// Entries being written while the page is drawn.
    writing: Arc<Mutex<Vec<Writing>>>,
}

impl Look {
    /// The look of a request at the address with this template.
    pub fn new(app: App, path: &'static str, agency: Option<String>) -> Self {
        let mut bytes = [0; 8];
        app.random.fill(&mut bytes);
        let request = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self { app, path, request, agency, told: Arc::default(), writing: Arc::default() }
    }

    /// Waits until everything the handler told is in the log. How long that held the answer up.
    ///
    /// # Errors
    /// When something could not be written: the answer must not go out.
    pub async fn settle(&self) -> Result<Duration, WebError> {
        let started = Instant::now();
        let writing = std::mem::take(&mut *self.writing.lock().expect("nothing panics while it is held"));
        for entry in writing {
            let written = entry.await.map_err(WebError::fault("write the read log"))?;
            written.map_err(WebError::fault("write the read log"))?;
        }
        Ok(started.elapsed())
    }

    /// Whether the handler wrote its look.
    pub fn is_told(&self) -> bool {
        self.told.load(Ordering::Acquire)
    }
}

impl std::fmt::Debug for Look {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Look({} at {})", self.request, self.path)
    }
}

/// Whether an answer shows something: a page or a file, also a form that comes back with its errors; not a way elsewhere and not an
/// error page.
pub fn shows_something(response: &Response) -> bool {
    let status = response.status();
    let page = || response.headers().contains_key(CONTENT_TYPE) && response.extensions().get::<WebError>().is_none();
    status.is_success() || (status == StatusCode::UNPROCESSABLE_ENTITY && page())
}

/// The answer instead of one that shows people and was not written down.
pub fn untold(path: &'static str) -> WebError {
    WebError::fault("write down who is looked at")(format!("`{path}` shows people and did not write its look"))
}

/// What is looked at.
#[derive(Clone, Debug)]
pub struct Sight<'a> {
    /// Whose data; may be nobody's, where a list is empty.
    pub subjects: Vec<PersonId>,
    /// The agency whose matter it is, where it is one agency's: a person with several offices looks in that one.
    pub agency: Option<AgencyCode>,
    /// Why: the work at hand, or what the person chose.
    pub purpose: Purpose,
    /// Which fields or sections, as the page calls them.
    pub fields: &'a [&'a str],
}

/// What is to be written, on its own feet.
struct Entry {
    app: App,
    reader: Reader,
    subjects: Vec<PersonId>,
    purpose: Purpose,
    fields: Vec<String>,
    request: String,
}

impl Entry {
    async fn write(&self, via: Via<'_>) -> Result<(), readlog::Error> {
        let fields: Vec<&str> = self.fields.iter().map(String::as_str).collect();
        let read = Read {
            at: self.app.now(),
            reader: &self.reader,
            subjects: &self.subjects,
            purpose: &self.purpose,
            fields: &fields,
            via,
            request: &self.request,
        };
        readlog::record(&self.app.db, self.app.random.as_ref(), &read).await?;
        Ok(())
    }
}

impl Me {
    /// Writes down that the page about to be shown shows these people. The entry is written while the page is drawn, and the guard
    /// lets the page out when it is there.
    ///
    /// # Errors
    /// When it cannot be begun; the page is then not shown.
    pub async fn looks_at(&self, sight: Sight<'_>) -> Result<(), WebError> {
        let entry = self.entry(&sight).await?;
        let path = self.look.path;
        let writing = tokio::spawn(async move { entry.write(Via::Page(path)).await });
        self.look.writing.lock().expect("nothing panics while it is held").push(writing);
        self.look.told.store(true, Ordering::Release);
        Ok(())
    }

    /// Writes down that the file about to be sent holds these people's data.
    ///
    /// # Errors
    /// When it cannot be written; the file is then not sent.
    pub async fn takes(&self, file: &str, sight: Sight<'_>) -> Result<(), WebError> {
        let entry = self.entry(&sight).await?;
        entry.write(Via::Export(file)).await.map_err(WebError::fault("write the read log"))?;
        self.look.told.store(true, Ordering::Release);
        Ok(())
    }

    async fn entry(&self, sight: &Sight<'_>) -> Result<Entry, WebError> {
        Ok(Entry {
            reader: self.reader(&self.hat_for(sight)).await?,
            app: self.look.app.clone(),
            subjects: sight.subjects.clone(),
            purpose: sight.purpose.clone(),
            fields: sight.fields.iter().map(|field| (*field).to_owned()).collect(),
            request: self.look.request.clone(),
        })
    }

    /// As what the person acts here: in a matter of this agency, or for the one person looked at.
    fn hat_for(&self, sight: &Sight<'_>) -> Hat {
        let scope = match (&sight.agency, sight.subjects.as_slice()) {
            (Some(agency), _) if self.hat != Hat::Own => Scope::Agency(agency),
            (agency, [person]) => Scope::Person(*person, agency.as_ref()),
            _ => return self.hat.clone(),
        };
        match decide(Some(&self.actor), self.action, scope) {
            Decision::Permit(hat) => hat,
            Decision::StepUp | Decision::Refuse => self.hat.clone(),
        }
    }

    /// As what the person acts here, in words.
    pub fn role_label(&self) -> Text {
        match &self.hat {
            Hat::Office(office) => office.role.label(),
            Hat::Agent(_) => Text::new("服務代理人", "Service agent"),
            Hat::Own | Hat::Visitor => Text::new("公務人員", "Civil servant"),
        }
    }

    async fn reader(&self, hat: &Hat) -> Result<Reader, WebError> {
        let own = Reader::own(self.actor.person, &self.actor.name);
        Ok(match hat {
            Hat::Visitor | Hat::Own => own,
            Hat::Agent(agent) => {
                let principal = Named { person: agent.principal, name: agent.name.clone() };
                Reader { kind: ReaderKind::Agent, agent_of: Some(principal), ..own }
            }
            Hat::Office(office) => {
                let agency = office.reach.agency();
                Reader {
                    kind: ReaderKind::Office,
                    role: office.role.code().to_owned(),
                    role_name: office.role.label().zh.into_owned(),
                    agency: Some(agency),
                    agency_name: self.agency_name(agency).await?,
                    acting_for: deputised(office),
                    ..own
                }
            }
        })
    }

    async fn agency_name(&self, agency: AgencyCode) -> Result<String, WebError> {
        let at_head = self.actor.offices.first().map(|office| office.reach.agency()) == Some(agency);
        match &self.look.agency {
            Some(name) if at_head => Ok(name.clone()),
            _ => self.look.app.agency_name(agency).await.map_err(WebError::fault("name an agency")),
        }
    }
}

fn deputised(office: &Office) -> Option<Named> {
    let holder = office.acting_for.as_ref()?;
    Some(Named { person: holder.person, name: holder.name.clone() })
}

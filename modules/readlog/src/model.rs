//! What a look at personal data is, in the words that were shown.

use kernel::{AgencyCode, PersonId};
use serde::Serialize;
use time::OffsetDateTime;

/// Most persons in one entry; a longer list becomes several entries.
pub const SUBJECTS_MAX: usize = 10_000;

/// The number of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ReadId(
    /// Its number in the log; always positive.
    pub i64,
);

impl std::fmt::Display for ReadId {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

impl std::str::FromStr for ReadId {
    type Err = kernel::IdFault;

    fn from_str(text: &str) -> Result<Self, kernel::IdFault> {
        let canonical = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
        if !canonical {
            return Err(kernel::IdFault);
        }
        text.parse().map(Self).map_err(|_| kernel::IdFault)
    }
}

/// Declares a kind once: the type, the list in the order of its numbers in the table, and the words in statements.
macro_rules! kinds {
    ($(#[$about:meta])* $kind:ident { $($(#[$doc:meta])* $name:ident = $number:literal $word:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $kind { $($(#[$doc])* $name = $number,)* }

        impl $kind {
            /// All kinds, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The kind with this number.
            #[must_use]
            pub fn from_number(number: i16) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.number() == number)
            }

            /// The number in the table.
            #[must_use]
            pub const fn number(self) -> i16 {
                self as u8 as i16
            }

            /// The word in a statement.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }
        }
    };
}

kinds! {
    /// As what somebody reads.
    ReaderKind {
        /// The person, of themselves.
        Own = 1 "own",
        /// An office holder: officer, head, security officer and so on.
        Office = 2 "office",
        /// A service agent (服務代理人) for a principal.
        Agent = 3 "agent",
        /// A job or a command of the platform itself.
        System = 4 "system",
        /// A partner system.
        Partner = 5 "partner",
    }
}

kinds! {
    /// Through what kind of thing somebody read.
    ViaKind {
        /// A page.
        Page = 1 "page",
        /// An exported file.
        Export = 2 "export",
        /// An interface.
        Api = 3 "api",
        /// A job.
        Job = 4 "job",
        /// A command at the operator's shell.
        Command = 5 "command",
    }
}

/// A person and the name that was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// Who.
    pub person: PersonId,
    /// Under which name.
    pub name: String,
}

/// Who reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// As what.
    pub kind: ReaderKind,
    /// The person; none where a job or a partner system reads.
    pub person: Option<PersonId>,
    /// Name of the person, the job, or the partner system, as shown.
    pub name: String,
    /// Code of the role, such as `officer`; empty where there is none.
    pub role: String,
    /// The role as shown, such as 人事人員; empty where there is none.
    pub role_name: String,
    /// Code of the agency for which the office is held.
    pub agency: Option<AgencyCode>,
    /// Its name as shown; empty where there is none.
    pub agency_name: String,
    /// For whom this is the deputy (代理).
    pub acting_for: Option<Named>,
    /// Whose service agent this is.
    pub agent_of: Option<Named>,
}

impl Reader {
    /// A job or command of the platform, by its name.
    #[must_use]
    pub fn system(name: impl Into<String>) -> Self {
        Self {
            kind: ReaderKind::System,
            person: None,
            name: name.into(),
            role: String::new(),
            role_name: String::new(),
            agency: None,
            agency_name: String::new(),
            acting_for: None,
            agent_of: None,
        }
    }

    /// A person, of themselves.
    #[must_use]
    pub fn own(person: PersonId, name: impl Into<String>) -> Self {
        Self { kind: ReaderKind::Own, person: Some(person), ..Self::system(name) }
    }
}

/// Why somebody reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purpose {
    /// A stable code, such as `award_case`.
    pub code: String,
    /// As shown, such as 辦理獎懲案件 案號12; at most 200 characters, the rest is left out.
    pub words: String,
}

impl Purpose {
    /// A purpose of its code and words.
    #[must_use]
    pub fn new(code: impl Into<String>, words: impl Into<String>) -> Self {
        Self { code: code.into(), words: words.into() }
    }
}

/// Through what somebody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via<'a> {
    /// A page, by the template of its path.
    Page(&'a str),
    /// An exported file, by its name.
    Export(&'a str),
    /// An interface, by its name.
    Api(&'a str),
    /// A job, by its name.
    Job(&'a str),
    /// A command at the operator's shell, by its words.
    Command(&'a str),
}

impl<'a> Via<'a> {
    pub(crate) const fn parts(self) -> (ViaKind, &'a str) {
        match self {
            Self::Page(name) => (ViaKind::Page, name),
            Self::Export(name) => (ViaKind::Export, name),
            Self::Api(name) => (ViaKind::Api, name),
            Self::Job(name) => (ViaKind::Job, name),
            Self::Command(name) => (ViaKind::Command, name),
        }
    }
}

/// One look, as it is handed to the log.
#[derive(Clone, Copy, Debug)]
pub struct Read<'a> {
    /// When.
    pub at: OffsetDateTime,
    /// Who.
    pub reader: &'a Reader,
    /// Whose data; order and repetition do not matter.
    pub subjects: &'a [PersonId],
    /// Why.
    pub purpose: &'a Purpose,
    /// Which fields or sections, as they are called on the page; at least one.
    pub fields: &'a [&'a str],
    /// Through what.
    pub via: Via<'a>,
    /// The request's id; empty where there is none.
    pub request: &'a str,
}

impl Read<'_> {
    /// Whether this is a person looking at nobody's data but their own, and taking no file of it away.
    pub(crate) fn is_only_of_oneself(&self) -> bool {
        let own = |subject: &PersonId| self.reader.person == Some(*subject);
        self.reader.kind == ReaderKind::Own && !matches!(self.via, Via::Export(_)) && self.subjects.iter().all(own)
    }
}

/// One entry, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number.
    pub id: ReadId,
    /// When.
    pub at: OffsetDateTime,
    /// Who.
    pub reader: Reader,
    /// Why.
    pub purpose: Purpose,
    /// Which fields or sections.
    pub fields: Vec<String>,
    /// Through what: its kind.
    pub via: ViaKind,
    /// Its name.
    pub via_name: String,
    /// The request's id.
    pub request: String,
    /// Whose data, ascending.
    pub subjects: Vec<PersonId>,
    /// The office day under whose digest it falls.
    pub read_on: time::Date,
    pub(crate) secret: Vec<u8>,
}

impl Entry {
    /// An entry that was never written, about one person: for samples of pages.
    #[must_use]
    pub fn sample(
        id: ReadId,
        at: OffsetDateTime,
        reader: Reader,
        purpose: Purpose,
        fields: &[&str],
        (via, name): (ViaKind, &str),
    ) -> Self {
        Self {
            id,
            at,
            reader,
            purpose,
            fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            via,
            via_name: name.to_owned(),
            request: String::new(),
            subjects: vec![PersonId(30)],
            read_on: kernel::office_date(at),
            secret: Vec::new(),
        }
    }

    /// The reader's name as the person looked at sees it: 王○○ for a person, the whole name of a system.
    #[must_use]
    pub fn shown_name(&self) -> String {
        crate::canon::shown_name(self)
    }
}

/// Which entries of a person are wanted, in office days; both ends included.
#[derive(Clone, Copy, Debug, Default)]
pub struct Period {
    /// Not before.
    pub from: Option<time::Date>,
    /// Not after.
    pub until: Option<time::Date>,
}

//! What can go wrong: with us, and with those we ask.

/// Longest sentence kept of what an outside party did wrong.
const WORDS_MAX: usize = 300;

/// The outside party did not do its part; it is asked again later. The sentence is for the operator, short and printable, whatever the
/// other side answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Away(String);

impl Away {
    /// A sentence, cut to what can be kept.
    pub fn new(words: impl AsRef<str>) -> Self {
        let printable = |c: char| if c.is_control() { ' ' } else { c };
        Self(words.as_ref().chars().map(printable).take(WORDS_MAX).collect())
    }
}

impl From<fetch::FetchError> for Away {
    fn from(error: fetch::FetchError) -> Self {
        Self::new(error.to_string())
    }
}

/// Our own storage failed.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database.
    #[error("the database: {0}")]
    Db(#[from] db::DbError),
    /// What is stored cannot be understood.
    #[error("what is stored of an anchor is damaged: {0}")]
    Damaged(String),
}

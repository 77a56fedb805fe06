//! What a module hands to the press.

use serde_json::Value;
use time::OffsetDateTime;

use crate::Backdrop;

/// How an attached file stands to the paper (`/AFRelationship`, ISO 32000-2, 7.11.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relationship {
    /// The paper was made from it.
    Source,
    /// The same content, for machines.
    Data,
    /// More than the paper says.
    Supplement,
}

impl Relationship {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Data => "data",
            Self::Supplement => "supplement",
        }
    }
}

/// A file embedded in the PDF.
#[derive(Clone, Copy, Debug)]
pub struct Attachment<'a> {
    /// File name under which readers list and save it.
    pub name: &'a str,
    /// Media type.
    pub mime: &'a str,
    /// Its content, embedded byte for byte.
    pub data: &'a [u8],
    /// One line for the reader's list of attachments.
    pub description: &'a str,
    /// How it stands to the paper.
    pub relationship: Relationship,
}

/// A drawing that the template may place.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// Key under which the template finds it.
    pub name: &'a str,
    /// SVG text.
    pub svg: &'a str,
    /// Width on paper in millimetres.
    pub width_mm: f64,
    /// What a reader who cannot see it is told (PDF/UA requires it).
    pub alt: &'a str,
}

/// Everything that goes into one PDF.
#[derive(Clone, Copy, Debug)]
pub struct Paper<'a> {
    /// typst source that defines `paper(data, pictures)`: the data below as a dictionary, the pictures by name.
    pub template: &'static str,
    /// What the template prints; its strings are text, never markup.
    pub data: &'a Value,
    /// At most 3.
    pub pictures: &'a [Picture<'a>],
    /// At most 4.
    pub attachments: &'a [Attachment<'a>],
    /// What lies behind the text; the template finds it as the picture `backdrop`.
    pub backdrop: Backdrop<'a>,
    /// Title in the window of the reader.
    pub title: &'a str,
    /// Who issued it.
    pub author: &'a str,
    /// One sentence on what it is.
    pub description: &'a str,
    /// Language of the text, BCP 47 with region, such as `zh-TW`.
    pub lang: &'a str,
    /// What makes this paper itself among all papers; the PDF's file identifier is derived from it.
    pub ident: &'a str,
    /// Creation time written into the PDF, with its offset.
    pub created_at: OffsetDateTime,
}

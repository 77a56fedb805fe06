//! What typst sees while it lays out one paper: a handful of named files in memory, a set of fonts, and a fixed day.

use std::sync::{Arc, LazyLock};

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fonts::FontSet;

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// The frame around every template: it sets what PDF/A and PDF/UA ask of any document, so that no template can forget it.
static MAIN: LazyLock<Source> = LazyLock::new(|| Source::new(file_id("main.typ"), include_str!("main.typ").into()));

/// Id of a file in the paper's own tiny file system. Ids are never freed, so names must come from a fixed set.
pub(crate) fn file_id(name: &'static str) -> FileId {
    let path = VirtualPath::new(name).expect("the names in this crate are plain file names");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// Names of the files that carry pictures and attachments: a fixed set, see [`file_id`].
pub(crate) const PICTURE_FILES: [&str; 3] = ["picture0", "picture1", "picture2"];
/// As [`PICTURE_FILES`].
pub(crate) const ATTACHMENT_FILES: [&str; 4] = ["attachment0", "attachment1", "attachment2", "attachment3"];

/// As [`PICTURE_FILES`].
pub(crate) const BACKDROP_FILE: &str = "backdrop";

pub(crate) struct PaperWorld {
    pub fonts: Arc<FontSet>,
    pub template: Source,
    pub files: Vec<(FileId, Bytes)>,
    pub today: Datetime,
}

impl World for PaperWorld {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        MAIN.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        [&*MAIN, &self.template].into_iter().find(|source| source.id() == id).cloned().ok_or_else(|| absent(id))
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let file = self.files.iter().find(|(name, _)| *name == id);
        file.map(|(_, data)| data.clone()).ok_or_else(|| absent(id))
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        Some(self.today)
    }
}

fn absent(id: FileId) -> FileError {
    FileError::NotFound(id.vpath().get_without_slash().into())
}

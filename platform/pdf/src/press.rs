//! The press: a paper in, a PDF out.

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use time::OffsetDateTime;
use typst::diag::{SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Smart};
use typst::syntax::{FileId, Source};
use typst::{World, WorldExt, comemo};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::fonts::{FontSet, FontShelf, is_private};
use crate::world::{ATTACHMENT_FILES, BACKDROP_FILE, PICTURE_FILES, PaperWorld, file_id};
use crate::{Backdrop, FontSources, Paper, PdfFault};

/// Renders are counted, and after this many the caches of typst are swept ...
const SWEEP_EVERY: usize = 32;
/// ... of what was not used since this many sweeps.
const SWEEP_AGE_MAX: usize = 1;

/// Most backdrop drawings kept.
const BACKDROPS_MAX: usize = 64;

/// Fonts and caches shared by all papers. Cheap to clone; usable from many threads at once.
///
/// Memory: the fonts in use (52 MB for 正楷體) and typst's caches of the last 64 papers at most; measured over 1,000 one-page papers,
/// the process stays between 190 and 207 MB.
#[derive(Clone)]
pub struct Press {
    shared: Arc<Shared>,
}

struct Shared {
    fonts: FontShelf,
    /// Parsed templates by their text.
    templates: Mutex<HashMap<&'static str, Source>>,
    /// Drawings of the backdrops seen so far, by watermark, binding and orientation.
    backdrops: Mutex<HashMap<(String, String, bool), Bytes>>,
    /// PDF/A-3a with PDF/UA-1.
    accessible: PdfStandards,
    /// PDF/A-3u with PDF/UA-1, for papers with private use characters.
    extractable: PdfStandards,
    rendered: AtomicUsize,
}

impl Press {
    /// Finds the fonts without opening them: returns in under a millisecond. [`Press::warm_up`] opens the main one.
    pub fn new(sources: &FontSources) -> Result<Self, PdfFault> {
        let standards = |archival| {
            PdfStandards::new(&[archival, PdfStandard::Ua_1])
                .map_err(|error| PdfFault::Export(error.message().to_string()))
        };
        let (accessible, extractable) = (standards(PdfStandard::A_3a)?, standards(PdfStandard::A_3u)?);
        let fonts = FontShelf::find(sources)?;
        let shared = Shared {
            fonts,
            templates: Mutex::default(),
            backdrops: Mutex::default(),
            accessible,
            extractable,
            rendered: AtomicUsize::new(0),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Opens the main font, so that the first paper need not wait for it. Blocks; call it from a thread of its own.
    pub fn warm_up(&self) -> Result<(), PdfFault> {
        self.shared.fonts.set_for(&BTreeSet::new()).map(drop)
    }

    /// File name of the font that prints nearly everything, such as `TW-Kai-98_1.ttf`.
    pub fn main_font(&self) -> &str {
        self.shared.fonts.first_face()
    }

    /// The characters of a text that no installed font can print, in the order of their codes. Blocks like `render`.
    pub fn unprintable(&self, text: &str) -> Result<Vec<char>, PdfFault> {
        let mut characters = BTreeSet::new();
        collect_text(text, &mut characters);
        match self.shared.fonts.set_for(&characters) {
            Ok(_) => Ok(Vec::new()),
            Err(PdfFault::Unprintable(characters)) => Ok(characters),
            Err(fault) => Err(fault),
        }
    }

    /// Lays the paper out and writes PDF/A-3a (PDF/A-3u where the text needs characters that Unicode has not encoded) and PDF/UA-1.
    /// Takes some 20 ms of one core, half of it to compress glyphs, and blocks: call it in `spawn_blocking`.
    pub fn render(&self, paper: &Paper<'_>) -> Result<Vec<u8>, PdfFault> {
        let characters = characters_of(paper);
        let private = characters.iter().any(|&c| is_private(c));
        let standards = if private { &self.shared.extractable } else { &self.shared.accessible };
        let world = self.world(paper, &characters)?;
        let result = print(&world, &options(paper, standards.clone())?);
        if self.shared.rendered.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            comemo::evict(SWEEP_AGE_MAX);
        }
        result
    }

    fn world(&self, paper: &Paper<'_>, characters: &BTreeSet<char>) -> Result<PaperWorld, PdfFault> {
        let fonts = self.shared.fonts.set_for(characters)?;
        let meta = meta_of(paper, &fonts.families())?;
        let mut files = vec![json_file("meta.json", &meta), json_file("data.json", paper.data)];
        let pictures = paper.pictures.iter().map(|picture| picture.svg.as_bytes());
        files.extend(PICTURE_FILES.into_iter().zip(pictures).map(bytes_file));
        let attachments = paper.attachments.iter().map(|attachment| attachment.data);
        files.extend(ATTACHMENT_FILES.into_iter().zip(attachments).map(bytes_file));
        files.push((file_id(BACKDROP_FILE), self.backdrop(paper.backdrop, &fonts)));
        Ok(PaperWorld { fonts, template: self.template(paper.template), files, today: datetime(paper.created_at) })
    }

    /// Parsing costs more than looking up, and typst's caches hold on to the parsed source.
    fn template(&self, text: &'static str) -> Source {
        let mut templates = self.shared.templates.lock().unwrap_or_else(PoisonError::into_inner);
        let source = templates.entry(text).or_insert_with(|| Source::new(file_id("template.typ"), text.into()));
        source.clone()
    }

    /// Drawn once for each pair of words: an agency has one or two. Were there ever many, the drawings start over.
    fn backdrop(&self, backdrop: Backdrop<'_>, fonts: &FontSet) -> Bytes {
        let mut drawn = self.shared.backdrops.lock().unwrap_or_else(PoisonError::into_inner);
        if drawn.len() > BACKDROPS_MAX {
            drawn.clear();
        }
        let key = (backdrop.watermark.to_owned(), backdrop.binding.to_owned(), backdrop.landscape);
        drawn.entry(key).or_insert_with(|| Bytes::from_string(backdrop.svg(&fonts.fonts))).clone()
    }
}

fn options(paper: &Paper<'_>, standards: PdfStandards) -> Result<PdfOptions, PdfFault> {
    let offset_minutes = i32::from(paper.created_at.offset().whole_minutes());
    let timestamp = Timestamp::new_local(datetime(paper.created_at), offset_minutes);
    Ok(PdfOptions {
        ident: Smart::Custom(paper.ident.to_owned()),
        creator: Smart::Custom(Some("Renshi".into())),
        timestamp: Some(timestamp.ok_or_else(|| PdfFault::Export("offset of created_at".into()))?),
        standards,
        ..PdfOptions::default()
    })
}

fn print(world: &PaperWorld, options: &PdfOptions) -> Result<Vec<u8>, PdfFault> {
    let Warned { output, warnings } = typst::compile::<PagedDocument>(world);
    let document = output.map_err(|errors| PdfFault::Template(describe(world, &errors)))?;
    // A warning is a template that does not do what it says (an unknown font, a layout that does not settle).
    if !warnings.is_empty() {
        return Err(PdfFault::Template(describe(world, &warnings)));
    }
    typst_pdf::pdf(&document, options).map_err(|errors| PdfFault::Export(describe(world, &errors)))
}

/// `file:line: message (hint)` for each diagnostic.
fn describe(world: &PaperWorld, diagnostics: &[SourceDiagnostic]) -> String {
    let one = |diagnostic: &SourceDiagnostic| {
        let place = diagnostic.span.id().and_then(|id| {
            let line = world.source(id).ok()?.lines().byte_to_line(world.range(diagnostic.span)?.start)?;
            Some(format!("{}:{}: ", id.vpath().get_without_slash(), line + 1))
        });
        let hints: Vec<_> = diagnostic.hints.iter().map(|hint| format!(" ({})", hint.v)).collect();
        format!("{}{}{}", place.unwrap_or_default(), diagnostic.message, hints.concat())
    };
    diagnostics.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn meta_of(paper: &Paper<'_>, families: &[&str]) -> Result<Value, PdfFault> {
    if paper.pictures.len() > PICTURE_FILES.len() || paper.attachments.len() > ATTACHMENT_FILES.len() {
        return Err(PdfFault::Template("a paper takes at most 3 pictures and 4 attachments".into()));
    }
    let (lang, region) = paper.lang.split_once('-').unwrap_or((paper.lang, "TW"));
    let pictures = PICTURE_FILES.iter().zip(paper.pictures);
    let attachments = ATTACHMENT_FILES.iter().zip(paper.attachments);
    Ok(json!({
        "title": paper.title, "author": paper.author, "description": paper.description,
        "lang": lang, "region": region, "fonts": families, "backdrop_width_mm": backdrop_width_mm(paper.backdrop),
        "pictures": pictures.map(|(file, picture)| json!({
            "name": picture.name, "file": file, "width_mm": picture.width_mm, "alt": picture.alt,
        })).collect::<Vec<_>>(),
        "attachments": attachments.map(|(file, attachment)| json!({
            "name": attachment.name, "file": file, "mime": attachment.mime, "description": attachment.description,
            "relationship": attachment.relationship.as_str(),
        })).collect::<Vec<_>>(),
    }))
}

/// `null` for no backdrop.
fn backdrop_width_mm(backdrop: Backdrop<'_>) -> Option<u32> {
    (!backdrop.is_empty()).then_some(if backdrop.landscape { 297 } else { 210 })
}

/// Every character that may be drawn. The template's own text counts too: its labels must have glyphs as well.
fn characters_of(paper: &Paper<'_>) -> BTreeSet<char> {
    let mut characters = BTreeSet::new();
    collect_text(paper.template, &mut characters);
    collect_text(paper.backdrop.watermark, &mut characters);
    collect_text(paper.backdrop.binding, &mut characters);
    collect_value(paper.data, &mut characters);
    characters
}

fn collect_text(text: &str, characters: &mut BTreeSet<char>) {
    characters.extend(text.chars().filter(|c| !matches!(c, '\n' | '\r')));
}

fn collect_value(value: &Value, characters: &mut BTreeSet<char>) {
    match value {
        Value::String(text) => collect_text(text, characters),
        Value::Array(items) => items.iter().for_each(|item| collect_value(item, characters)),
        Value::Object(members) => members.values().for_each(|member| collect_value(member, characters)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn json_file(name: &'static str, value: &Value) -> (FileId, Bytes) {
    (file_id(name), Bytes::from_string(value.to_string()))
}

fn bytes_file((name, data): (&'static str, &[u8])) -> (FileId, Bytes) {
    (file_id(name), Bytes::new(data.to_vec()))
}

fn datetime(at: OffsetDateTime) -> Datetime {
    let (date, time) = (at.date(), at.time());
    let parts = (date.month().into(), date.day(), time.hour(), time.minute(), time.second());
    Datetime::from_ymd_hms(date.year(), parts.0, parts.1, parts.2, parts.3, parts.4)
        .expect("a valid time has valid parts")
}

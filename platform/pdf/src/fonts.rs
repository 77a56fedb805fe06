//! The fonts of the machine: found by name at the start, opened only when a character needs them.
//!
//! The three files of 全字庫正楷體 cover CNS 11643 (the third one the characters Unicode has not encoded, in the private use plane 15)
//! but weigh 150 MB, so a file is read when the first text asks for one of its characters. Reading 52 MB takes some 30 ms; that is
//! why [`FontShelf::find`] only looks at file names.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ttf_parser::Face;
use typst::foundations::Bytes;
use typst::text::{Coverage, Font, FontBook};
use typst::utils::LazyHash;

use crate::PdfFault;

/// Known files in the order of preference: start of the file name, family (to pick the face of a collection).
/// 正楷體 first (the face of official papers), 正宋體 for the few characters it lacks, Noto last.
const KNOWN_FILES: &[(&str, &str)] = &[
    ("TW-Kai-98", "TW-Kai"),
    ("TW-Kai-Ext-B", "TW-Kai-Ext-B"),
    ("TW-Kai-Plus", "TW-Kai-Plus"),
    ("TW-Sung-98", "TW-Sung"),
    ("TW-Sung-Ext-B", "TW-Sung-Ext-B"),
    ("TW-Sung-Plus", "TW-Sung-Plus"),
    ("NotoSerifCJK-Regular", "Noto Serif CJK TC"),
    ("NotoSansCJK-Regular", "Noto Sans CJK TC"),
];

/// Where Debian and most other systems put the known files.
const SYSTEM_FOLDERS: &[&str] =
    &["/usr/share/fonts/truetype/cns11643", "/usr/share/fonts/opentype/noto", "/usr/local/share/fonts"];

/// Most font files taken from the folders together.
const FILES_MAX: usize = 32;

/// Folders that are searched for fonts.
#[derive(Clone, Debug)]
pub struct FontSources {
    /// All fonts found here are used, in the order of their names after the known ones.
    own: Vec<PathBuf>,
    /// Only the known files are used.
    system: Vec<PathBuf>,
}

impl FontSources {
    /// The system's folders, preceded by those named in the environment variable `RENSHI_FONTS` (separated by `:`).
    pub fn system() -> Self {
        let named = std::env::var_os("RENSHI_FONTS").unwrap_or_default();
        let own = std::env::split_paths(&named).filter(|path| !path.as_os_str().is_empty()).collect();
        Self { own, system: SYSTEM_FOLDERS.iter().map(PathBuf::from).collect() }
    }

    /// Only these folders, for a machine whose fonts are elsewhere.
    pub fn folders(folders: &[&Path]) -> Self {
        Self { own: folders.iter().map(|folder| folder.to_path_buf()).collect(), system: Vec::new() }
    }
}

/// One font file. Looked into at most once in passing, read for good when it has a wanted character.
struct FontFile {
    path: PathBuf,
    /// Family wanted from a collection; `None` takes the first face.
    family: Option<&'static str>,
    coverage: OnceLock<Coverage>,
    font: OnceLock<Font>,
}

impl FontFile {
    fn new(path: PathBuf, family: Option<&'static str>) -> Self {
        Self { path, family, coverage: OnceLock::new(), font: OnceLock::new() }
    }

    fn bad(&self, reason: &str) -> PdfFault {
        PdfFault::BadFont { path: self.path.clone(), reason: reason.to_owned() }
    }

    fn read(&self) -> Result<Font, PdfFault> {
        let data = std::fs::read(&self.path).map_err(|error| self.bad(&error.to_string()))?;
        Font::iter(Bytes::new(data))
            .find(|font| self.family.is_none_or(|family| font.info().family == family))
            .ok_or_else(|| self.bad("no usable face in it"))
    }

    fn font(&self) -> Result<&Font, PdfFault> {
        if let Some(font) = self.font.get() {
            return Ok(font);
        }
        let font = self.read()?;
        let _ = self.coverage.set(font.info().coverage.clone());
        Ok(self.font.get_or_init(|| font))
    }

    /// Reads the file if need be and lets it go again: a file that has none of the wanted characters must not stay in memory.
    fn covers(&self, c: char) -> Result<bool, PdfFault> {
        if let Some(coverage) = self.coverage.get() {
            return Ok(coverage.contains(c.into()));
        }
        let font = self.read()?;
        let covered = font.info().coverage.contains(c.into());
        let _ = self.coverage.set(font.info().coverage.clone());
        if covered {
            let _ = self.font.set(font);
        }
        Ok(covered)
    }

    /// Whether the font really draws the character: 全字庫 Plus lists 1,279 characters and draws nothing for them.
    fn draws(&self, c: char) -> Result<bool, PdfFault> {
        let font = self.font()?;
        let face = Face::parse(font.data().as_slice(), font.index()).map_err(|error| self.bad(&error.to_string()))?;
        Ok(c.is_whitespace() || face.glyph_index(c).is_some_and(|glyph| face.glyph_bounding_box(glyph).is_some()))
    }
}

/// The fonts one paper needs. The same text always gives the same set, whatever was printed before.
pub(crate) struct FontSet {
    pub book: LazyHash<FontBook>,
    pub fonts: Vec<Font>,
}

impl FontSet {
    fn new(fonts: Vec<Font>) -> Self {
        Self { book: LazyHash::new(FontBook::from_fonts(&fonts)), fonts }
    }

    /// Family names in the order of preference, as typst wants them.
    pub fn families(&self) -> Vec<&str> {
        self.fonts.iter().map(|font| font.info().family.as_str()).collect()
    }
}

/// All faces found, in the order of preference.
pub(crate) struct FontShelf {
    files: Vec<FontFile>,
    /// Which file draws a character, for the characters seen so far: at most as many as Unicode has.
    seen: Mutex<HashMap<char, Option<usize>>>,
    sets: Mutex<HashMap<Vec<usize>, Arc<FontSet>>>,
}

impl FontShelf {
    /// Looks for the files; opens none.
    pub fn find(sources: &FontSources) -> Result<Self, PdfFault> {
        let own: Vec<_> = sources.own.iter().flat_map(|folder| font_files(folder)).collect();
        let system: Vec<_> = sources.system.iter().flat_map(|folder| font_files(folder)).collect();
        let known = KNOWN_FILES.iter().filter_map(|&(start, family)| {
            let path = own.iter().chain(&system).find(|path| file_name(path).starts_with(start))?;
            Some(FontFile::new(path.clone(), Some(family)))
        });
        let is_known = |path: &Path| KNOWN_FILES.iter().any(|(start, _)| file_name(path).starts_with(start));
        let unknown = own.iter().filter(|path| !is_known(path)).map(|path| FontFile::new(path.clone(), None));
        let files: Vec<_> = known.chain(unknown).take(FILES_MAX).collect();
        if files.is_empty() {
            let looked_in = sources.own.iter().chain(&sources.system).cloned().collect();
            return Err(PdfFault::NoFont { looked_in });
        }
        Ok(Self { files, seen: Mutex::default(), sets: Mutex::default() })
    }

    /// File name of the face that prints nearly everything.
    pub fn first_face(&self) -> &str {
        file_name(&self.files[0].path)
    }

    /// The fonts for a text, or the characters that none of them has.
    pub fn set_for(&self, text: &BTreeSet<char>) -> Result<Arc<FontSet>, PdfFault> {
        let mut needed = BTreeSet::from([0]);
        let mut unprintable = Vec::new();
        // A poisoned lock only means that another thread died between two whole insertions.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        for &c in text {
            let file = match seen.get(&c) {
                Some(file) => *file,
                None => *seen.entry(c).or_insert(self.file_for(c)?),
            };
            match file {
                Some(file) => drop(needed.insert(file)),
                None => unprintable.push(c),
            }
        }
        drop(seen);
        if !unprintable.is_empty() {
            return Err(PdfFault::Unprintable(unprintable));
        }
        self.set(needed.into_iter().collect())
    }

    /// typst takes the first font that lists the character; if that one draws nothing for it, no later one gets a chance.
    fn file_for(&self, c: char) -> Result<Option<usize>, PdfFault> {
        if is_shapeless(c) {
            return Ok(None);
        }
        for (index, file) in self.files.iter().enumerate() {
            if file.covers(c)? {
                return Ok(file.draws(c)?.then_some(index));
            }
        }
        Ok(None)
    }

    fn set(&self, needed: Vec<usize>) -> Result<Arc<FontSet>, PdfFault> {
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = sets.get(&needed) {
            return Ok(set.clone());
        }
        let fonts = needed.iter().map(|&file| self.files[file].font().cloned()).collect::<Result<_, _>>()?;
        let set = Arc::new(FontSet::new(fonts));
        sets.insert(needed, set.clone());
        Ok(set)
    }
}

/// Characters that have no shape of their own although fonts list them: controls, joiners, direction marks (which could turn a name
/// around), variation selectors (whose wish these fonts cannot fulfil), fillers, tags. Unicode: `Default_Ignorable_Code_Point`.
fn is_shapeless(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xAD | 0x34F | 0x61C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F | 0x2028..=0x202E
            | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFF | 0xE_0000..=0xE_0FFF)
}

/// Characters of CNS 11643 that Unicode has not encoded stand in the private use plane 15, as 全字庫 assigns them. PDF/A-3a forbids
/// private use characters without a replacement text (ISO 19005-3, 6.2.11.7.3), PDF/A-3u allows them.
pub(crate) fn is_private(c: char) -> bool {
    matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF)
}

fn file_name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Font files of a folder, sorted by name; an absent folder has none.
fn font_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let is_font = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        ["ttf", "otf", "ttc", "otc"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(is_font).collect();
    files.sort();
    files
}

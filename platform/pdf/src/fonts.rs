//! The fonts of the machine: found by name at the start, opened only when a character needs them.
//!
//! The three files of 全字庫正楷體 together cover every character of CNS 11643 that Unicode has, but weigh 150 MB, so a file is read
//! when the first text asks for one of its characters. Reading 52 MB takes some 30 ms; that is why [`FontShelf::find`] only looks
//! at file names.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use typst::foundations::Bytes;
use typst::text::{Coverage, Font, FontBook};
use typst::utils::LazyHash;

use crate::PdfFault;

/// Known files in the order of preference: start of the file name, family (to pick the face of a collection).
/// 正楷體 first (the face of official papers), 正宋體 for the few characters it lacks, Noto last.
const KNOWN_FACES: &[(&str, &str)] = &[
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
const FACES_MAX: usize = 32;

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

/// One font file; read at most once for good, and once more in passing when only its coverage was asked for.
struct Face {
    path: PathBuf,
    /// Family wanted from a collection; `None` takes the first face.
    family: Option<&'static str>,
    coverage: OnceLock<Coverage>,
    font: OnceLock<Font>,
}

impl Face {
    fn new(path: PathBuf, family: Option<&'static str>) -> Self {
        Self { path, family, coverage: OnceLock::new(), font: OnceLock::new() }
    }

    fn read(&self) -> Result<Font, PdfFault> {
        let bad = |reason: String| PdfFault::BadFont { path: self.path.clone(), reason };
        let data = std::fs::read(&self.path).map_err(|error| bad(error.to_string()))?;
        Font::iter(Bytes::new(data))
            .find(|font| self.family.is_none_or(|family| font.info().family == family))
            .ok_or_else(|| bad("no usable face in it".into()))
    }

    fn font(&self) -> Result<&Font, PdfFault> {
        if let Some(font) = self.font.get() {
            return Ok(font);
        }
        let font = self.read()?;
        let _ = self.coverage.set(font.info().coverage.clone());
        Ok(self.font.get_or_init(|| font))
    }

    /// Reads the file if need be and lets it go again: a face that has none of the wanted characters must not stay in memory.
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
    faces: Vec<Face>,
    sets: Mutex<HashMap<Vec<usize>, Arc<FontSet>>>,
}

impl FontShelf {
    /// Looks for the files; opens none.
    pub fn find(sources: &FontSources) -> Result<Self, PdfFault> {
        let own: Vec<_> = sources.own.iter().flat_map(|folder| font_files(folder)).collect();
        let system: Vec<_> = sources.system.iter().flat_map(|folder| font_files(folder)).collect();
        let known = KNOWN_FACES.iter().filter_map(|&(start, family)| {
            let path = own.iter().chain(&system).find(|path| file_name(path).starts_with(start))?;
            Some(Face::new(path.clone(), Some(family)))
        });
        let is_known = |path: &Path| KNOWN_FACES.iter().any(|(start, _)| file_name(path).starts_with(start));
        let unknown = own.iter().filter(|path| !is_known(path)).map(|path| Face::new(path.clone(), None));
        let faces: Vec<_> = known.chain(unknown).take(FACES_MAX).collect();
        if faces.is_empty() {
            let looked_in = sources.own.iter().chain(&sources.system).cloned().collect();
            return Err(PdfFault::NoFont { looked_in });
        }
        Ok(Self { faces, sets: Mutex::default() })
    }

    /// File name of the face that prints nearly everything.
    pub fn first_face(&self) -> &str {
        file_name(&self.faces[0].path)
    }

    /// The fonts for a text, or the characters that none of them has.
    pub fn set_for(&self, text: &BTreeSet<char>) -> Result<Arc<FontSet>, PdfFault> {
        let mut needed = BTreeSet::from([0]);
        let mut unprintable = Vec::new();
        for &c in text {
            match self.face_for(c)? {
                Some(face) => drop(needed.insert(face)),
                None => unprintable.push(c),
            }
        }
        if !unprintable.is_empty() {
            return Err(PdfFault::Unprintable(unprintable));
        }
        self.set(needed.into_iter().collect())
    }

    fn face_for(&self, c: char) -> Result<Option<usize>, PdfFault> {
        if is_forbidden(c) {
            return Ok(None);
        }
        for (index, face) in self.faces.iter().enumerate() {
            if face.covers(c)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }

    fn set(&self, needed: Vec<usize>) -> Result<Arc<FontSet>, PdfFault> {
        // A poisoned lock only means that another thread died between two whole insertions.
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(set) = sets.get(&needed) {
            return Ok(set.clone());
        }
        let fonts = needed.iter().map(|&face| self.faces[face].font().cloned()).collect::<Result<_, _>>()?;
        let set = Arc::new(FontSet::new(fonts));
        sets.insert(needed, set.clone());
        Ok(set)
    }
}

/// Private use characters say nothing to whoever extracts the text, so PDF/A-3a forbids them (ISO 19005-3, 6.2.11.7.3); control
/// characters have no shape. The line feed is a line break.
fn is_forbidden(c: char) -> bool {
    c.is_control() || matches!(u32::from(c), 0xE000..=0xF8FF | 0xF_0000..=0x10_FFFF)
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

//! A ZIP package, inflated part by part and never beyond the limits.

use std::io::{Cursor, Read};

use zip::{ZipArchive, result::ZipError};

use crate::{Format, Limits, SheetFault};

/// Parts are small in number; thousands are made to keep a reader busy.
const PARTS_MAX: usize = 5_000;

/// Below this size no proportion is suspicious.
const RATIO_FROM: u64 = 1 << 20;

pub(crate) struct Package<'b> {
    archive: ZipArchive<Cursor<&'b [u8]>>,
    limits: &'b Limits,
    inflated: u64,
}

impl<'b> Package<'b> {
    /// Reads the directory and refuses what it admits to be: encrypted, or a bomb. What it hides is found when a part is inflated.
    pub(crate) fn open(bytes: &'b [u8], limits: &'b Limits) -> Result<Self, SheetFault> {
        let cut = |_| SheetFault::CutOff("壓縮檔目錄不完整 the archive's directory is missing");
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(cut)?;
        let mut package = Self { archive, limits, inflated: 0 };
        if package.archive.len() > PARTS_MAX {
            return Err(package.bomb());
        }
        package.check_directory()?;
        Ok(package)
    }

    fn check_directory(&mut self) -> Result<(), SheetFault> {
        let mut total: u64 = 0;
        for at in 0..self.archive.len() {
            let (encrypted, size, packed) = match self.archive.by_index_raw(at) {
                Ok(part) => (part.encrypted(), part.size(), part.compressed_size()),
                Err(_) => return Err(SheetFault::CutOff("壓縮檔內容不完整 a part of the archive is missing")),
            };
            if encrypted {
                return Err(SheetFault::Encrypted);
            }
            total = total.saturating_add(size);
            if total > self.limits.inflated_max || size > self.allowed(packed) {
                return Err(self.bomb());
            }
        }
        Ok(())
    }

    fn allowed(&self, packed: u64) -> u64 {
        packed.saturating_mul(self.limits.inflate_ratio_max).max(RATIO_FROM)
    }

    fn bomb(&self) -> SheetFault {
        SheetFault::Bomb { max: self.limits.inflated_max, ratio: self.limits.inflate_ratio_max }
    }

    /// Where the two formats keep programs: Basic and other scripts of ODF, Visual Basic and Excel 4 sheets of Office.
    fn check_macros(&mut self) -> Result<(), SheetFault> {
        let is_program = |part: &str| {
            let part = part.to_ascii_lowercase();
            part.starts_with("basic/")
                || part.starts_with("scripts/")
                || part.starts_with("xl/macrosheets/")
                || part.ends_with("vbaproject.bin")
        };
        let found = self.archive.file_names().filter_map(Result::ok).find(|part| is_program(part));
        if let Some(part) = found {
            return Err(SheetFault::Macro { part: part.into_owned() });
        }
        let kinds = self.part("[Content_Types].xml")?.unwrap_or_default();
        if kinds.to_ascii_lowercase().contains("macroenabled") {
            return Err(SheetFault::Macro { part: "[Content_Types].xml".to_owned() });
        }
        Ok(())
    }

    /// What the package is, by its parts.
    pub(crate) fn format(&mut self, name: &str) -> Result<Format, SheetFault> {
        self.check_macros()?;
        if let Some(kind) = self.part("mimetype")? {
            let spreadsheet = kind.trim().strip_prefix("application/vnd.oasis.opendocument.spreadsheet");
            if !spreadsheet.is_some_and(|rest| matches!(rest, "" | "-template")) {
                return Err(self.other(name, "不是試算表的OpenDocument檔 (OpenDocument, but no spreadsheet)"));
            }
            let manifest = self.part("META-INF/manifest.xml")?.unwrap_or_default();
            return if manifest.contains("encryption-data") { Err(SheetFault::Encrypted) } else { Ok(Format::Ods) };
        }
        let has = |part: &str| self.archive.index_for_name(part).is_some();
        let names = || self.archive.file_names().filter_map(Result::ok);
        match () {
            () if has("xl/workbook.bin") => Err(self.other(name, "二進位活頁簿 (binary workbook, .xlsb)")),
            () if names().any(|part| part.starts_with("word/")) => Err(self.other(name, "Word文件 (document)")),
            () if names().any(|part| part.starts_with("ppt/")) => Err(self.other(name, "PowerPoint簡報 (slides)")),
            () if has("[Content_Types].xml") && has("_rels/.rels") => Ok(Format::Xlsx),
            () => Err(self.other(name, "不是試算表的ZIP壓縮檔 (archive, but no spreadsheet)")),
        }
    }

    fn other(&self, name: &str, found: &'static str) -> SheetFault {
        SheetFault::OtherFormat { name: name.to_owned(), found }
    }

    /// A part as text; `None` if there is none of that name.
    pub(crate) fn part(&mut self, name: &str) -> Result<Option<String>, SheetFault> {
        let damaged = || SheetFault::Damaged { part: name.to_owned() };
        let left = self.limits.inflated_max.saturating_sub(self.inflated);
        let ratio = self.limits.inflate_ratio_max;
        let mut bytes = Vec::new();
        let allowed = match self.archive.by_name(name) {
            Ok(part) => {
                let allowed = left.min(part.compressed_size().saturating_mul(ratio).max(RATIO_FROM));
                part.take(allowed + 1).read_to_end(&mut bytes).map_err(|_| damaged())?;
                allowed
            }
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(_) => return Err(damaged()),
        };
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > allowed {
            return Err(self.bomb());
        }
        self.inflated += size;
        let text = String::from_utf8(bytes).map_err(|_| damaged())?;
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }

    /// A part that the format demands.
    pub(crate) fn needed(&mut self, name: &str) -> Result<String, SheetFault> {
        self.part(name)?.ok_or_else(|| SheetFault::Damaged { part: name.to_owned() })
    }
}

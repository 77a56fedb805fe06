//! What can go wrong between data and PDF.

use std::path::PathBuf;

/// Why a paper could not be printed. Every variant is a fault of the machine, the template or the data; none is a refusal.
#[derive(Debug, thiserror::Error)]
pub enum PdfFault {
    /// None of the known fonts is installed.
    #[error(
        "no font for Chinese text found; install the Debian package fonts-cns11643-kai (標楷體), or at least fonts-noto-cjk, or name \
         a folder with fonts in RENSHI_FONTS; looked in: {}", display(.looked_in))]
    NoFont {
        /// The folders that were searched.
        looked_in: Vec<PathBuf>,
    },
    /// A font file was there when the press was set up and cannot be used now.
    #[error("font file {} cannot be used: {reason}", path.display())]
    BadFont {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Characters that none of the installed fonts draws, or that have no shape at all (controls, variation selectors).
    #[error("no installed font can print: {}", name_characters(.0))]
    Unprintable(Vec<char>),
    /// The template or its data is wrong: typst's own message with the line of the template.
    #[error("template: {0}")]
    Template(String),
    /// The finished layout cannot be written as PDF/A-3a and PDF/UA-1.
    #[error("PDF export: {0}")]
    Export(String),
    /// Text too long for a QR code, or modules too small to be read from paper.
    #[error("QR code: {0}")]
    Qr(String),
}

fn display(folders: &[PathBuf]) -> String {
    let names: Vec<_> = folders.iter().map(|folder| folder.display().to_string()).collect();
    names.join(", ")
}

/// `"𠮷 (U+20BB7), U+E000"`: the character itself where it has a shape of its own.
fn name_characters(characters: &[char]) -> String {
    let name = |&c: &char| {
        let code = format!("U+{:04X}", u32::from(c));
        if c.is_alphanumeric() { format!("{c} ({code})") } else { code }
    };
    characters.iter().map(name).collect::<Vec<_>>().join(", ")
}

//! Papers: typst templates and data in, PDF/A-3a and PDF/UA-1 out, and QR codes.
//!
//! Owns: the fonts of the machine, page layout, PDF export. The only crate that knows typst.
//! Promises: the same paper gives the same bytes; text in the data is never read as markup; a character no font can draw is an
//! error that names it, never an empty box.
//! Never: what a paper means. Templates and data belong to the modules that print.
//! Start at: [`Press::render`].

mod backdrop;
mod fault;
mod fonts;
mod paper;
mod press;
mod qr;
mod world;

pub use backdrop::Backdrop;
pub use fault::PdfFault;
pub use fonts::FontSources;
pub use paper::{Attachment, Paper, Picture, Relationship};
pub use press::Press;
pub use qr::{MODULE_MM_MIN, QrPicture, qr_svg, qr_svg_dense};

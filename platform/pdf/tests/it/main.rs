//! The press against the installed fonts, the printed papers against poppler and qpdf.

mod inject;
mod order;
mod press;
mod samples;

//! One module per page; the template has the same name in `templates/`.

pub mod demo;
pub mod document;
pub mod home;
pub mod log;
pub mod sign_in;

use webkit::Gallery;

/// Adds the samples of every page to the gallery.
pub fn gallery(gallery: Gallery) -> Gallery {
    gallery.with::<home::HomePage>("home").with::<sign_in::SignInPage>("sign_in")
}

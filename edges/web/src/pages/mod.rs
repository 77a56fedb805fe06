//! One module per page; the template has the same name in `templates/`.

pub mod approval_case;
pub mod approval_sign;
pub mod approvals;
mod case_sample;
pub mod committee;
pub mod committee_case;
pub mod demo;
pub mod document;
pub mod home;
pub mod log;
mod order_sample;
pub mod review;
pub mod sign_in;

use webkit::Gallery;

/// Adds the samples of every page to the gallery.
pub fn gallery(gallery: Gallery) -> Gallery {
    let gallery = gallery.with::<home::HomePage>("home").with::<sign_in::SignInPage>("sign_in");
    gallery
        .with::<committee::CommitteePage>("committee")
        .with::<committee_case::CommitteeCasePage>("committee_case")
        .with::<approvals::ApprovalsPage>("approvals")
        .with::<approval_case::ApprovalCasePage>("approval_case")
        .with::<approval_sign::ApprovalSignPage>("approval_sign")
}

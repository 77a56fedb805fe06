//! One module per page; the template has the same name in `templates/`.

pub mod approval_case;
pub mod approval_sign;
pub mod approvals;
mod case_sample;
pub mod committee;
pub mod committee_case;
pub mod demo;
pub mod document;
pub mod help;
pub mod home;
pub mod log;
pub mod mydata;
pub mod mydata_mail;
pub mod mydata_order;
pub mod mydata_records;
mod order_sample;
pub mod public_register;
pub mod review;
pub mod sign_in;
pub mod verify_file;
pub mod verify_order;

use webkit::Gallery;

/// Adds the samples of every page to the gallery.
pub fn gallery(gallery: Gallery) -> Gallery {
    let gallery = gallery
        .with::<home::HomePage>("home")
        .with::<sign_in::SignInPage>("sign_in");
    gallery
        .with::<committee::CommitteePage>("committee")
        .with::<committee_case::CommitteeCasePage>("committee_case")
        .with::<approvals::ApprovalsPage>("approvals")
        .with::<approval_case::ApprovalCasePage>("approval_case")
        .with::<approval_sign::ApprovalSignPage>("approval_sign")
        .with::<mydata::MyDataPage>("mydata")
        .with::<mydata_order::MyDataOrderPage>("mydata_order")
        .with::<mydata_mail::MyDataMailPage>("mydata_mail")
        .with::<mydata_records::MyDataRecordsPage>("mydata_records")
        .with::<verify_order::VerifyOrderPage>("verify_order")
        .with::<verify_order::VerifyUnknownPage>("verify_unknown")
        .with::<verify_file::VerifyFilePage>("verify_file")
        .with::<public_register::PublicRegisterPage>("public_register")
        .with::<help::HelpPage>("help")
}

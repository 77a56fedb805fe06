//! One module per page; the template has the same name in `templates/`.

pub mod agencies;
pub mod agency;
pub mod agency_import;
pub mod agency_preview;
pub mod agency_tree;
pub mod agent;
pub mod approval_case;
pub mod approval_sign;
pub mod approvals;
pub mod authority;
pub mod authority_proposal;
pub mod award_case;
pub mod award_row;
pub mod award_undo;
pub mod award_upload;
pub mod awards;
pub mod card_code;
mod case_sample;
pub mod committee;
pub mod committee_case;
pub mod demo;
pub mod deputies;
pub mod deputy;
pub mod deputy_new;
mod deputy_words;
pub mod document;
pub mod erasure;
pub mod erasures;
mod findings;
pub mod help;
pub mod home;
pub mod law;
pub mod law_act;
pub mod law_articles;
pub mod leave;
pub mod log;
pub mod mandates;
pub mod mydata;
pub mod mydata_mail;
pub mod mydata_order;
pub mod mydata_read;
pub mod mydata_reads;
pub mod mydata_record;
pub mod mydata_records;
pub mod mydata_sessions;
pub mod office;
pub mod office_numbers;
pub mod order;
pub mod order_change;
pub mod order_code;
mod order_sample;
pub mod orders;
pub mod paper;
pub mod paper_order;
pub mod passkey;
pub mod pension;
pub mod people;
pub mod people_import;
pub mod person;
pub mod person_card;
pub mod person_edit;
pub mod portal;
pub mod public_register;
pub mod read_list;
pub mod read_questions;
pub mod reads;
pub mod review;
pub mod sights;
pub mod sign_in;
pub mod sign_in_again;
pub mod verify_code;
pub mod verify_file;
pub mod verify_order;
pub mod work;

use webkit::Gallery;

/// Adds the samples of every page to the gallery.
pub fn gallery(gallery: Gallery) -> Gallery {
    let gallery = officer(gallery)
        .with::<home::HomePage>("home")
        .with::<sign_in::SignInPage>("sign_in")
        .with::<card_code::CardCodePage>("card_code");
    gallery
        .with::<read_list::ReadListPage>("read_list")
        .with::<read_questions::ReadQuestionsPage>("read_questions")
        .with::<read_questions::ReadQuestionPage>("read_question")
        .with::<committee::CommitteePage>("committee")
        .with::<committee_case::CommitteeCasePage>("committee_case")
        .with::<approvals::ApprovalsPage>("approvals")
        .with::<approval_case::ApprovalCasePage>("approval_case")
        .with::<approval_sign::ApprovalSignPage>("approval_sign")
        .with::<mydata::MyDataPage>("mydata")
        .with::<leave::LeavePage>("leave")
        .with::<mandates::MandatesPage>("mandates")
        .with::<agent::AgentPage>("agent")
        .with::<agent::AgentPrincipalPage>("agent_principal")
        .with::<agent::AgentOrderPage>("agent_order")
        .with::<deputies::HandbackPage>("handback")
        .with::<mydata_order::MyDataOrderPage>("mydata_order")
        .with::<mydata_mail::MyDataMailPage>("mydata_mail")
        .with::<mydata_record::MyDataRecordPage>("mydata_record")
        .with::<mydata_records::MyDataRecordsPage>("mydata_records")
        .with::<mydata_sessions::MyDataSessionsPage>("mydata_sessions")
        .with::<sign_in_again::SignInAgainPage>("sign_in_again")
        .with::<portal::PortalLinkPage>("portal_link")
        .with::<portal::PortalRefusedPage>("portal_refused")
        .with::<passkey::PasskeyPage>("passkey")
        .with::<crate::step_up::StepUpPage>("step_up")
        .with::<mydata_reads::MyDataReadsPage>("mydata_reads")
        .with::<mydata_read::MyDataReadPage>("mydata_read")
        .with::<verify_order::VerifyOrderPage>("verify_order")
        .with::<verify_order::VerifyUnknownPage>("verify_unknown")
        .with::<verify_file::VerifyFilePage>("verify_file")
        .with::<verify_code::VerifyCodePage>("verify_code")
        .with::<order_code::OrderCodePage>("order_code")
        .with::<public_register::PublicRegisterPage>("public_register")
        .with::<law::LawPage>("law")
        .with::<law_act::LawActPage>("law_act")
        .with::<law_articles::LawArticlesPage>("law_articles")
        .with::<pension::PensionPage>("pension")
        .with::<pension::PensionResultPage>("pension_result")
        .with::<help::HelpPage>("help")
}

/// The pages of the officer.
fn officer(gallery: Gallery) -> Gallery {
    gallery
        .with::<person::PersonPage>("person")
        .with::<person_edit::PersonEditPage>("person_edit")
        .with::<work::WorkPage>("work")
        .with::<agencies::AgenciesPage>("agencies")
        .with::<agency_tree::AgencyTreePage>("agency_tree")
        .with::<agency::AgencyPage>("agency")
        .with::<agency_import::AgencyImportPage>("agency_import")
        .with::<agency_preview::AgencyPreviewPage>("agency_preview")
        .with::<people::PeoplePage>("people")
        .with::<people_import::PeopleImportPage>("people_import")
        .with::<person_card::PersonCardPage>("person_card")
        .with::<awards::AwardsPage>("awards")
        .with::<award_upload::AwardUploadPage>("award_upload")
        .with::<award_upload::AwardCheckPage>("award_check")
        .with::<award_row::AwardRowPage>("award_row")
        .with::<award_case::AwardCasePage>("award_case")
        .with::<award_undo::AwardUndoPage>("award_undo")
        .with::<orders::OrdersPage>("orders")
        .with::<order::OrderPage>("order")
        .with::<order_change::OrderChangePage>("order_change")
        .with::<erasure::ErasureNewPage>("erasure_new")
        .with::<erasure::ErasurePage>("erasure")
        .with::<erasures::ErasuresPage>("erasures")
        .with::<paper::PaperPage>("paper")
        .with::<paper_order::PaperOrderPage>("paper_order")
        .with::<office::OfficesPage>("offices")
        .with::<deputies::DeputiesPage>("deputies")
        .with::<deputy::DeputyPage>("deputy")
        .with::<deputy_new::DeputyNewPage>("deputy_new")
        .with::<office::OfficePage>("office")
        .with::<office_numbers::OfficeNumbersPage>("office_numbers")
        .with::<authority::AuthorityPage>("authority")
        .with::<authority::AuthorityEndPage>("authority_end")
        .with::<authority_proposal::AuthorityNewPage>("authority_new")
        .with::<authority_proposal::AuthorityProposalPage>("authority_proposal")
}

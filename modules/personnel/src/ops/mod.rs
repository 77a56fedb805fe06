//! One file per operation.

mod amend;
mod approve;
mod batch;
mod cases;
mod lifecycle;
mod remind;
mod rows;
mod upload;

pub use amend::{NewChange, award_of, draft_change, erase_award, may_erase, time_limit};
pub use approve::{Approval, Approver, InPlaceOf, approve, prepare_approval, prepared_by};
pub use batch::{BatchFile, batch};
pub use cases::{CaseFile, agency_of_case, case_file, cases, cases_to_confirm, records, records_at};
pub use lifecycle::{
    confirm, may_be_issued_first, record_agreement, record_refusal, return_case, return_rows, submit,
    submit_issue_first, undo,
};
pub use remind::remind;
pub use rows::{Typed, mend_row, type_row};
pub use upload::{
    Taken, UploadCheck, check_file, drop_upload, keep_upload, refused_ods, sweep_uploads, take, take_file, upload,
};

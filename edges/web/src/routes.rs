//! The route table: every address, the permission it needs, and who answers. Routes exist nowhere else (`cargo xtask tidy`).

use crate::{App, pages};
use access::Action::{
    self, ApproveCase, ImportAgencies, ImportPeople, KeepOffice, KeepOwnSessions, PrepareCase, ReadAgencies, ReadCases,
    ReadOwnRecord, ReadPeople, ReadPublic, ReviewCase, ServePaper, SignIn,
};
use axum::routing::{MethodRouter, get, post};

/// An address of the site.
pub struct Route {
    /// The path, in axum's form.
    pub path: &'static str,
    /// What a reader must be permitted to do.
    pub action: Action,
    /// Who answers.
    pub handler: MethodRouter<App>,
}

/// All addresses, in the order of the menu.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        route("/", ReadPublic, get(pages::home::show)),
        route("/signin", SignIn, get(pages::sign_in::show).post(pages::sign_in::answer)),
        route("/signin/again", SignIn, get(pages::sign_in_again::show).post(pages::sign_in_again::answer)),
        route("/signout", SignIn, post(pages::sign_in::sign_out)),
        route("/work", ReadCases, get(pages::work::show)),
        route("/agencies", ReadAgencies, get(pages::agencies::show)),
        route("/agencies/tree", ReadAgencies, get(pages::agency_tree::show)),
        route("/agencies/import", ImportAgencies, get(pages::agency_import::show).post(pages::agency_import::upload)),
        route(
            "/agencies/import/{id}",
            ImportAgencies,
            get(pages::agency_preview::show).post(pages::agency_preview::import),
        ),
        route("/agencies/import/{id}/changes.ods", ImportAgencies, get(pages::agency_preview::changes)),
        route("/agencies/{code}", ReadAgencies, get(pages::agency::show)),
        route("/people", ReadPeople, get(pages::people::show)),
        route("/people/import", ImportPeople, get(pages::people_import::show).post(pages::people_import::import)),
        route("/awards", PrepareCase, get(pages::awards::show)),
        route("/awards/template.ods", PrepareCase, get(pages::award_upload::template)),
        route("/awards/upload", PrepareCase, get(pages::award_upload::form).post(pages::award_upload::send)),
        route("/awards/upload/{id}", PrepareCase, get(pages::award_upload::show).post(pages::award_upload::take)),
        route("/awards/upload/{id}/refused.ods", PrepareCase, get(pages::award_upload::refused)),
        route("/awards/new", PrepareCase, get(pages::award_row::new).post(pages::award_row::type_row)),
        route("/awards/case/{id}", PrepareCase, get(pages::award_case::show)),
        route("/awards/case/{id}/submit", PrepareCase, post(pages::award_case::submit)),
        route("/awards/case/{id}/issue-first", PrepareCase, post(pages::award_case::issue_now)),
        route(
            "/awards/case/{id}/row/{row}",
            PrepareCase,
            get(pages::award_row::mend).post(pages::award_row::keep_mended),
        ),
        route("/awards/batch/{id}/undo", PrepareCase, get(pages::award_undo::show).post(pages::award_undo::undo)),
        route("/orders", ReadCases, get(pages::orders::show)),
        route("/orders/{id}", ReadCases, get(pages::order::show)),
        route("/orders/{id}/order.pdf", ReadCases, get(pages::order::pdf)),
        route("/orders/{id}/order.json", ReadCases, get(pages::order::bundle)),
        route(
            "/orders/{id}/change/{code}",
            PrepareCase,
            get(pages::order_change::show).post(pages::order_change::draft),
        ),
        route("/paper", ServePaper, get(pages::paper::show).post(pages::paper::act)),
        route("/paper/{id}", ServePaper, get(pages::paper_order::show)),
        route("/paper/{id}/print", ServePaper, post(pages::paper_order::print)),
        route("/paper/{id}/serve", ServePaper, post(pages::paper_order::serve)),
        route("/office", KeepOffice, get(pages::office::list)),
        route("/office/{agency}", KeepOffice, get(pages::office::show).post(pages::office::keep)),
        route("/office/{agency}/notify", KeepOffice, post(pages::office::notify)),
        route(
            "/office/{agency}/numbers",
            KeepOffice,
            get(pages::office_numbers::show).post(pages::office_numbers::void),
        ),
        route("/committee", ReviewCase, get(pages::committee::show)),
        route("/committee/case/{id}", ReviewCase, get(pages::committee_case::show)),
        route("/committee/case/{id}/return", ReviewCase, post(pages::committee_case::return_rows)),
        route("/committee/case/{id}/decision", ReviewCase, post(pages::committee_case::decide)),
        route("/approvals", ApproveCase, get(pages::approvals::show)),
        route("/approvals/case/{id}", ApproveCase, get(pages::approval_case::show)),
        route("/approvals/case/{id}/return-rows", ApproveCase, post(pages::approval_case::return_rows)),
        route("/approvals/case/{id}/return", ApproveCase, post(pages::approval_case::return_case)),
        route("/approvals/case/{id}/sign", ApproveCase, post(pages::approval_sign::prepare)),
        route("/approvals/case/{id}/approve", ApproveCase, post(pages::approval_sign::approve)),
        route("/mydata", ReadOwnRecord, get(pages::mydata::show)),
        route("/mydata/consent", ReadOwnRecord, post(pages::mydata::consent)),
        route("/mydata/records", ReadOwnRecord, get(pages::mydata_records::show)),
        route("/mydata/sessions", KeepOwnSessions, get(pages::mydata_sessions::show).post(pages::mydata_sessions::end)),
        route("/mydata/reads", ReadOwnRecord, get(pages::mydata_reads::show)),
        route("/mydata/reads/{id}", ReadOwnRecord, get(pages::mydata_read::show).post(pages::mydata_read::ask)),
        route("/mydata/reads/{id}/proof.json", ReadOwnRecord, get(pages::mydata_read::proof)),
        route("/mydata/mail", ReadOwnRecord, get(pages::mydata_mail::show).post(pages::mydata_mail::check)),
        route("/mydata/orders/{id}", ReadOwnRecord, get(pages::mydata_order::show)),
        route("/mydata/orders/{id}/order.pdf", ReadOwnRecord, get(pages::mydata_order::pdf)),
        route("/mydata/orders/{id}/order.json", ReadOwnRecord, get(pages::mydata_order::bundle)),
        route("/verify", ReadPublic, get(pages::verify_file::show)),
        route("/q/{payload}", ReadPublic, get(pages::verify_order::show)),
        route("/Q/{payload}", ReadPublic, get(pages::verify_order::show)),
        route("/q/{payload}/proof.json", ReadPublic, get(pages::verify_order::proof)),
        route("/register", ReadPublic, get(pages::public_register::show)),
        route("/help", ReadPublic, get(pages::help::show)),
        route("/log/{*path}", ReadPublic, get(pages::log::resource)),
        route("/demo/awards.csv", PrepareCase, get(pages::demo::sample_file)),
    ]
}

const fn route(path: &'static str, action: Action, handler: MethodRouter<App>) -> Route {
    Route { path, action, handler }
}

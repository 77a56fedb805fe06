//! The route table: every address, the permission it needs, whose data it shows, and who answers. Routes exist nowhere else (`cargo xtask tidy`).

use crate::looking::Shows::{self, Nothing, Own, People};
use crate::{App, pages};
use access::Action::{
    self, AnswerQuestions, ApproveCase, ConfirmOffice, GiveMandate, ImportAgencies, ImportPeople, KeepDeputies,
    KeepOffice, KeepOwnLeave, KeepOwnSessions, PrepareCase, ProposeOffice, ReadAgencies, ReadCases, ReadOffices,
    ReadOwnRecord, ReadPeople, ReadPublic, RegisterCard, ReviewCase, ServePaper, SignIn, WitnessMandate,
};
use axum::routing::{MethodRouter, get, post};

/// An address of the site.
pub struct Route {
    /// The path, in axum's form.
    pub path: &'static str,
    /// What a reader must be permitted to do.
    pub action: Action,
    /// Whose data it shows; what shows people must write its look into the read log.
    pub shows: Shows,
    /// Who answers.
    pub handler: MethodRouter<App>,
}

/// All addresses, in the order of the menu.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        route("/", ReadPublic, Nothing, get(pages::home::show)),
        route("/signin", SignIn, Nothing, get(pages::sign_in::show).post(pages::sign_in::answer)),
        route("/signin/again", SignIn, Nothing, get(pages::sign_in_again::show).post(pages::sign_in_again::answer)),
        route("/signin/portal", SignIn, Nothing, get(pages::portal::go)),
        route("/signin/portal/return", SignIn, Nothing, get(pages::portal::receive)),
        route("/signin/passkey", SignIn, Nothing, get(pages::passkey::show).post(pages::passkey::answer)),
        route("/signin/register", SignIn, Nothing, post(pages::card_code::bind)),
        route("/signout", SignIn, Nothing, post(pages::sign_in::sign_out)),
        route("/work", ReadCases, Nothing, get(pages::work::show)),
        route("/agencies", ReadAgencies, Nothing, get(pages::agencies::show)),
        route("/agencies/tree", ReadAgencies, Nothing, get(pages::agency_tree::show)),
        route(
            "/agencies/import",
            ImportAgencies,
            Nothing,
            get(pages::agency_import::show).post(pages::agency_import::upload),
        ),
        route(
            "/agencies/import/{id}",
            ImportAgencies,
            Nothing,
            get(pages::agency_preview::show).post(pages::agency_preview::import),
        ),
        route("/agencies/import/{id}/changes.ods", ImportAgencies, Nothing, get(pages::agency_preview::changes)),
        route("/agencies/{code}", ReadAgencies, Nothing, get(pages::agency::show)),
        route("/people", ReadPeople, People, get(pages::people::show)),
        route(
            "/people/import",
            ImportPeople,
            Nothing,
            get(pages::people_import::show).post(pages::people_import::import),
        ),
        route("/people/{id}/card", RegisterCard, People, get(pages::person_card::show)),
        route("/people/{id}/card/code", RegisterCard, People, post(pages::person_card::issue)),
        route("/people/{id}/card/withdraw", RegisterCard, Nothing, post(pages::person_card::withdraw)),
        route("/people/{id}/card/end", RegisterCard, People, post(pages::person_card::end)),
        route("/awards", PrepareCase, Nothing, get(pages::awards::show)),
        route("/awards/template.ods", PrepareCase, Nothing, get(pages::award_upload::template)),
        route("/awards/upload", PrepareCase, Nothing, get(pages::award_upload::form).post(pages::award_upload::send)),
        route(
            "/awards/upload/{id}",
            PrepareCase,
            People,
            get(pages::award_upload::show).post(pages::award_upload::take),
        ),
        route("/awards/upload/{id}/refused.ods", PrepareCase, People, get(pages::award_upload::refused)),
        route("/awards/new", PrepareCase, People, get(pages::award_row::new).post(pages::award_row::type_row)),
        route("/awards/case/{id}", PrepareCase, People, get(pages::award_case::show)),
        route("/awards/case/{id}/submit", PrepareCase, People, post(pages::award_case::submit)),
        route("/awards/case/{id}/issue-first", PrepareCase, People, post(pages::award_case::issue_now)),
        route(
            "/awards/case/{id}/row/{row}",
            PrepareCase,
            People,
            get(pages::award_row::mend).post(pages::award_row::keep_mended),
        ),
        route(
            "/awards/batch/{id}/undo",
            PrepareCase,
            Nothing,
            get(pages::award_undo::show).post(pages::award_undo::undo),
        ),
        route("/orders", ReadCases, People, get(pages::orders::show)),
        route("/orders/{id}", ReadCases, People, get(pages::order::show)),
        route("/orders/{id}/order.pdf", ReadCases, People, get(pages::order::pdf)),
        route("/orders/{id}/order.json", ReadCases, People, get(pages::order::bundle)),
        route(
            "/orders/{id}/change/{code}",
            PrepareCase,
            People,
            get(pages::order_change::show).post(pages::order_change::draft),
        ),
        route("/paper", ServePaper, People, get(pages::paper::show).post(pages::paper::act)),
        route("/paper/{id}", ServePaper, People, get(pages::paper_order::show)),
        route("/paper/{id}/print", ServePaper, People, post(pages::paper_order::print)),
        route("/paper/{id}/serve", ServePaper, People, post(pages::paper_order::serve)),
        route("/office", KeepOffice, Nothing, get(pages::office::list)),
        route("/office/{agency}", KeepOffice, Nothing, get(pages::office::show).post(pages::office::keep)),
        route("/office/{agency}/notify", KeepOffice, Nothing, post(pages::office::notify)),
        route(
            "/office/{agency}/numbers",
            KeepOffice,
            Nothing,
            get(pages::office_numbers::show).post(pages::office_numbers::void),
        ),
        route("/authority", ReadOffices, People, get(pages::authority::show)),
        route(
            "/authority/new",
            ProposeOffice,
            People,
            get(pages::authority_proposal::form).post(pages::authority_proposal::send),
        ),
        route(
            "/authority/proposal/{id}",
            ConfirmOffice,
            People,
            get(pages::authority_proposal::show).post(pages::authority_proposal::decide),
        ),
        route("/authority/{id}/end", ProposeOffice, People, get(pages::authority::ask_end).post(pages::authority::end)),
        route("/deputies", KeepDeputies, Nothing, get(pages::deputies::show)),
        route("/deputies/leave", KeepDeputies, People, get(pages::leave::show_agency).post(pages::leave::keep_agency)),
        route(
            "/deputies/handback",
            KeepOwnLeave,
            Own,
            get(pages::deputies::handback).post(pages::deputies::acknowledge),
        ),
        route("/deputies/{office}", KeepDeputies, People, get(pages::deputy::show).post(pages::deputy::act)),
        route(
            "/deputies/{office}/new",
            KeepDeputies,
            People,
            get(pages::deputy_new::show).post(pages::deputy_new::name),
        ),
        route(
            "/mandates",
            WitnessMandate,
            People,
            get(pages::mandates::show_agency).post(pages::mandates::keep_agency),
        ),
        route("/mydata/mandates", GiveMandate, Own, get(pages::mandates::show).post(pages::mandates::keep)),
        route("/agent", ReadOwnRecord, Own, get(pages::agent::show).post(pages::agent::take)),
        route("/agent/{mandate}", ReadOwnRecord, People, get(pages::agent::principal)),
        route("/agent/{mandate}/orders/{id}", ReadOwnRecord, People, get(pages::agent::order)),
        route("/agent/{mandate}/delivery", ReadOwnRecord, Nothing, post(pages::agent::delivery)),
        route("/leave", KeepOwnLeave, Own, get(pages::leave::show).post(pages::leave::keep)),
        route("/committee", ReviewCase, Nothing, get(pages::committee::show)),
        route("/committee/case/{id}", ReviewCase, People, get(pages::committee_case::show)),
        route("/committee/case/{id}/return", ReviewCase, People, post(pages::committee_case::return_rows)),
        route("/committee/case/{id}/decision", ReviewCase, People, post(pages::committee_case::decide)),
        route("/approvals", ApproveCase, Nothing, get(pages::approvals::show)),
        route("/approvals/case/{id}", ApproveCase, People, get(pages::approval_case::show)),
        route("/approvals/case/{id}/return-rows", ApproveCase, People, post(pages::approval_case::return_rows)),
        route("/approvals/case/{id}/return", ApproveCase, People, post(pages::approval_case::return_case)),
        route("/approvals/case/{id}/sign", ApproveCase, People, post(pages::approval_sign::prepare)),
        route("/approvals/case/{id}/approve", ApproveCase, People, post(pages::approval_sign::approve)),
        route("/reads/questions", AnswerQuestions, Nothing, get(pages::read_questions::list)),
        route(
            "/reads/questions/{no}",
            AnswerQuestions,
            Nothing,
            get(pages::read_questions::show).post(pages::read_questions::answer),
        ),
        route("/mydata", ReadOwnRecord, Own, get(pages::mydata::show)),
        route("/mydata/consent", ReadOwnRecord, Own, post(pages::mydata::consent)),
        route("/mydata/records", ReadOwnRecord, Own, get(pages::mydata_records::show)),
        route(
            "/mydata/sessions",
            KeepOwnSessions,
            Own,
            get(pages::mydata_sessions::show).post(pages::mydata_sessions::end),
        ),
        route("/mydata/sessions/portal", KeepOwnSessions, Own, post(pages::portal::link)),
        route(
            "/mydata/sessions/passkey",
            KeepOwnSessions,
            Own,
            get(pages::passkey::new_form).post(pages::passkey::register),
        ),
        route("/mydata/sessions/passkeys", KeepOwnSessions, Own, post(pages::passkey::keep)),
        route("/mydata/reads", ReadOwnRecord, Own, get(pages::mydata_reads::show)),
        route("/mydata/reads/{id}", ReadOwnRecord, Own, get(pages::mydata_read::show).post(pages::mydata_read::ask)),
        route("/mydata/reads/{id}/proof.json", ReadOwnRecord, Own, get(pages::mydata_read::proof)),
        route("/mydata/mail", ReadOwnRecord, Own, get(pages::mydata_mail::show).post(pages::mydata_mail::check)),
        route("/mydata/orders/{id}", ReadOwnRecord, Own, get(pages::mydata_order::show)),
        route("/mydata/orders/{id}/order.pdf", ReadOwnRecord, Own, get(pages::mydata_order::pdf)),
        route("/mydata/orders/{id}/order.json", ReadOwnRecord, Own, get(pages::mydata_order::bundle)),
        route("/verify", ReadPublic, Nothing, get(pages::verify_file::show)),
        route("/q/{payload}", ReadPublic, Nothing, get(pages::verify_order::show)),
        route("/Q/{payload}", ReadPublic, Nothing, get(pages::verify_order::show)),
        route("/q/{payload}/proof.json", ReadPublic, Nothing, get(pages::verify_order::proof)),
        route("/register", ReadPublic, Nothing, get(pages::public_register::show)),
        route("/help", ReadPublic, Nothing, get(pages::help::show)),
        route("/log/{*path}", ReadPublic, Nothing, get(pages::log::resource)),
        route("/demo/awards.csv", PrepareCase, Nothing, get(pages::demo::sample_file)),
    ]
}

const fn route(path: &'static str, action: Action, shows: Shows, handler: MethodRouter<App>) -> Route {
    Route { path, action, shows, handler }
}

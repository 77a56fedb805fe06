//! The answers, and who gets one.

use crate::{Api, Machine};
use access::{Action, Actor, Decision, Scope, decide};
use axum::Json;
use axum::extract::{ConnectInfo, Extension, Path, Query, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use db::Db;
use kernel::{AgencyCode, OrderId, PersonId};
use personnel::PeopleQuery;
use readlog::{Purpose, Read, Reader, ReaderKind, Via};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most people in one answer.
const PEOPLE_MAX: u32 = 500;
/// Longest purpose, in characters.
const PURPOSE_CHARS_MAX: usize = 200;

/// Why there is no answer; as `application/problem+json` (RFC 9457).
#[derive(Debug)]
pub enum Problem {
    /// Not there, or not for this machine: the two look the same.
    Unknown,
    /// The request lacks something or is not understood.
    Bad(&'static str),
    /// More than a question may hold.
    TooLarge,
    /// The rules say no: `{refused: […]}`, each with code, field and both languages.
    Refused(Value),
    /// We could not do it; the cause is in the log.
    Fault,
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let (status, detail) = match &self {
            Self::Unknown => (StatusCode::NOT_FOUND, "查無資料。 There is nothing here."),
            Self::Bad(detail) => (StatusCode::BAD_REQUEST, *detail),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "內容太大。 The body is too large."),
            Self::Refused(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "資料不能計算。 There is no figure for these facts.")
            }
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "系統暫時無法處理。 Please try again later."),
        };
        let mut body =
            serde_json::json!({ "status": status.as_u16(), "title": status.canonical_reason(), "detail": detail });
        if let Self::Refused(why) = self {
            body["refused"] = why["refused"].clone();
        }
        (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
    }
}

/// For `map_err`: logs the cause and says nothing of it.
pub fn fault<E: std::fmt::Display>(doing: &'static str) -> impl FnOnce(E) -> Problem {
    move |cause| {
        tracing::error!(%cause, doing, "a machine's request failed");
        Problem::Fault
    }
}

/// The partner's system on a route that was opened to it.
#[derive(Clone)]
pub struct Partner {
    actor: Actor,
    db: Db,
    path: &'static str,
}

/// Opens a route to a registered machine that holds its permission.
pub async fn guard(api: Api, (path, action): (&'static str, Action), mut request: Request, next: Next) -> Response {
    let Some(ConnectInfo(machine)) = request.extensions().get::<ConnectInfo<Machine>>().cloned() else {
        return Problem::Unknown.into_response();
    };
    let tree = (api.tree)();
    let actor = match access::machine_of(&api.db, api.clock.as_ref(), &tree, &machine.fingerprint).await {
        Ok(actor) => actor,
        Err(cause) => return fault("find the machine")(cause).into_response(),
    };
    let permitted = decide(actor.as_ref(), action, Scope::Any);
    let (Some(actor), Decision::Permit(_)) = (actor, permitted) else {
        tracing::info!(code = "machine/unknown", "a machine that is not registered asked for something");
        return Problem::Unknown.into_response();
    };
    let db = api.db.scoped(access::reach_of(Some(&actor), action));
    request.extensions_mut().insert(Partner { actor, db, path });
    let mut response = next.run(request).await;
    response.headers_mut().insert(CACHE_CONTROL, "no-store".parse().expect("a plain word"));
    response
}

impl Partner {
    /// Writes down whose data the machine is about to get; without a purpose it gets none.
    async fn looks_at(
        &self,
        api: &Api,
        headers: &HeaderMap,
        subjects: &[PersonId],
        fields: &[&str],
    ) -> Result<(), Problem> {
        let purpose = purpose(headers)?;
        let office = &self.actor.offices[0];
        let agency = office.reach.agency();
        let name = org::agency(&api.db, agency).await.map_err(fault("name an agency"))?;
        let reader = Reader {
            kind: ReaderKind::Partner,
            role: office.role.code().to_owned(),
            role_name: office.role.label().zh.into_owned(),
            agency: Some(agency),
            agency_name: name.map_or_else(|| agency.to_string(), |agency| agency.name),
            ..Reader::system(&self.actor.name)
        };
        let mut request = [0; 8];
        api.random.fill(&mut request);
        let request: String = request.iter().map(|byte| format!("{byte:02x}")).collect();
        let read = Read {
            at: api.clock.now(),
            reader: &reader,
            subjects,
            purpose: &Purpose::new("api", purpose),
            fields,
            via: Via::Api(self.path),
            request: &request,
        };
        readlog::record(&api.db, api.random.as_ref(), &read).await.map_err(fault("write the read log"))?;
        Ok(())
    }
}

/// The purpose in the header `X-Purpose`, UTF-8.
fn purpose(headers: &HeaderMap) -> Result<String, Problem> {
    let given = headers.get("x-purpose").and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).map(str::trim);
    match given {
        Some(words) if !words.is_empty() && words.chars().count() <= PURPOSE_CHARS_MAX => Ok(words.to_owned()),
        _ => Err(Problem::Bad(
            "請於 X-Purpose 標頭說明使用目的（200字以內）。 Say why in the header X-Purpose, in up to 200 characters.",
        )),
    }
}

#[derive(Serialize)]
struct Me {
    name: String,
    agency: String,
    with_subordinates: bool,
}

/// `GET /api/v1/me`: as whom we know this machine.
pub async fn me(Extension(partner): Extension<Partner>) -> impl IntoResponse {
    let reach = partner.actor.offices[0].reach;
    let (agency, with_subordinates) = (reach.agency().to_string(), reach.with_subordinates());
    Json(Me { name: partner.actor.name, agency, with_subordinates })
}

/// What is asked for.
#[derive(Deserialize)]
pub struct PeopleAsked {
    agency: String,
    #[serde(default)]
    offset: u32,
    limit: Option<u32>,
}

#[derive(Serialize)]
struct PersonLine {
    id: String,
    name: String,
    unit: String,
    title: String,
}

#[derive(Serialize)]
struct PeopleLines {
    total: i64,
    people: Vec<PersonLine>,
}

/// `GET /api/v1/people?agency=&offset=&limit=`: who serves at an agency, the least that names them.
pub async fn people(
    State(api): State<Api>,
    Extension(partner): Extension<Partner>,
    headers: HeaderMap,
    asked: Result<Query<PeopleAsked>, axum::extract::rejection::QueryRejection>,
) -> Result<Response, Problem> {
    purpose(&headers)?;
    let Query(asked) = asked.map_err(|_| Problem::Bad("請以 agency 指定機關代碼。 Name the agency by its code."))?;
    let agency = AgencyCode::parse(&asked.agency).map_err(|_| Problem::Unknown)?;
    if decide(Some(&partner.actor), Action::UseApi, Scope::Agency(&agency)) == Decision::Refuse {
        return Err(Problem::Unknown);
    }
    let limit = asked.limit.unwrap_or(PEOPLE_MAX).clamp(1, PEOPLE_MAX);
    let query = PeopleQuery { agencies: &[agency], words: "", limit, offset: asked.offset };
    let (people, total) = personnel::people(&partner.db, query).await.map_err(fault("list people"))?;
    let subjects: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    partner.looks_at(&api, &headers, &subjects, &["姓名", "單位", "職稱"]).await?;
    let line = |person: personnel::Person| PersonLine {
        id: person.id.to_string(),
        name: person.name,
        unit: person.unit,
        title: person.title,
    };
    Ok(Json(PeopleLines { total, people: people.into_iter().map(line).collect() }).into_response())
}

/// `GET /api/v1/orders/{id}/state`: whether an order of the machine's reach is valid.
pub async fn order_state(
    State(api): State<Api>,
    Extension(partner): Extension<Partner>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    purpose(&headers)?;
    let id: OrderId = id.parse().map_err(|_| Problem::Unknown)?;
    let order = orders::order(&partner.db, id).await.map_err(fault("find an order"))?.ok_or(Problem::Unknown)?;
    if decide(Some(&partner.actor), Action::UseApi, Scope::Agency(&order.agency)) == Decision::Refuse {
        return Err(Problem::Unknown);
    }
    let standing = orders::standing(&partner.db, order.id).await.map_err(fault("read the register"))?;
    partner.looks_at(&api, &headers, &[order.person], &["令之效力"]).await?;
    let body = serde_json::json!({ "id": order.id.to_string(), "state": format!("{standing:?}").to_lowercase() });
    Ok(Json(body).into_response())
}

/// `GET /api/v1/openapi.json`: this interface, described.
pub async fn openapi() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], include_str!("openapi.json"))
}

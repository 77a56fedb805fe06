//! What is asked of the portal, and how its answer is judged.

use super::Portal;
use super::store::Flow;
use crate::AccessError;
use crate::ops::hash;
use fetch::{Client, FetchError};
use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata};
use openidconnect::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName};
use openidconnect::{
    AsyncHttpClient, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, HttpRequest,
    HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope,
    SignatureVerificationError, TokenResponse as _,
};
use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};

/// Minutes for which the portal's configuration and keys are kept.
const KNOWN_MINUTES_MAX: i64 = 10;
/// Seconds before the keys are read again because one was not among them: a portal that changes its key is followed, a forger cannot
/// make us ask without end.
const KNOWN_SECONDS_MIN: i64 = 30;

type Cause = Box<dyn Error + Send + Sync>;

/// The three values that tie an answer to its question.
pub(crate) struct Secrets {
    pub state: String,
    pub nonce: String,
    pub verifier: String,
}

/// Why there is no account.
pub(super) enum Fault {
    /// What the portal or the browser brought is not good.
    NotGood,
    /// The portal could not be asked.
    Away(Cause),
}

/// Our own client, as the library wants one.
struct Through(Client);

impl<'c> AsyncHttpClient<'c> for Through {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(send(self.0.clone(), request))
    }
}

/// One request of the library, sent through our own client.
async fn send(client: Client, request: HttpRequest) -> Result<HttpResponse, FetchError> {
    let url = request.uri().to_string();
    let named = |name: &HeaderName| request.headers().get(name).and_then(|value| value.to_str().ok());
    let mut headers = Vec::new();
    for name in [ACCEPT, AUTHORIZATION] {
        if let Some(value) = named(&name) {
            headers.push((name.as_str().to_owned(), value.to_owned()));
        }
    }
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let reply = if request.method() == openidconnect::http::Method::POST {
        let kind = named(&CONTENT_TYPE).unwrap_or("application/x-www-form-urlencoded").to_owned();
        client.post(&url, &kind, &headers, request.body().clone()).await?
    } else {
        client.get(&url, &headers).await?
    };
    let mut response = HttpResponse::new(reply.body);
    *response.status_mut() = openidconnect::http::StatusCode::from_u16(reply.status).unwrap_or_default();
    if let Ok(kind) = reply.content_type.parse() {
        response.headers_mut().insert(CONTENT_TYPE, kind);
    }
    Ok(response)
}

impl Portal {
    /// Where to send somebody.
    pub(super) async fn address(&self, secrets: &Secrets, now: OffsetDateTime) -> Result<String, AccessError> {
        let metadata = self.metadata(now, Duration::minutes(KNOWN_MINUTES_MAX)).await.map_err(AccessError::Portal)?;
        let setting = &self.setting;
        let redirect = RedirectUrl::new(setting.redirect.clone()).map_err(|cause| AccessError::Portal(cause.into()))?;
        let id = ClientId::new(setting.client_id.clone());
        let client = CoreClient::from_provider_metadata((*metadata).clone(), id, None).set_redirect_uri(redirect);
        let verifier = PkceCodeVerifier::new(secrets.verifier.clone());
        let (state, nonce) = (secrets.state.clone(), secrets.nonce.clone());
        let (url, ..) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || CsrfToken::new(state),
                move || Nonce::new(nonce),
            )
            .add_scopes(setting.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .url();
        Ok(url.to_string())
    }

    /// The portal's configuration and keys, no older than `age`.
    async fn metadata(&self, now: OffsetDateTime, age: Duration) -> Result<Arc<CoreProviderMetadata>, Cause> {
        let mut known = self.known.lock().await;
        if let Some((_, metadata)) = known.as_ref().filter(|(at, _)| now - *at < age) {
            return Ok(Arc::clone(metadata));
        }
        let http = Through(self.client.clone());
        let issuer = IssuerUrl::new(self.setting.issuer.clone())?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.map_err(|cause| cause.to_string())?;
        let metadata = Arc::new(metadata);
        *known = Some((now, Arc::clone(&metadata)));
        Ok(metadata)
    }

    /// The account (hash of issuer and subject) for which the portal gave out this code.
    pub(super) async fn account(&self, code: &str, flow: &Flow, now: OffsetDateTime) -> Result<[u8; 32], Fault> {
        let setting = &self.setting;
        let metadata = self.metadata(now, Duration::minutes(KNOWN_MINUTES_MAX)).await.map_err(Fault::Away)?;
        let redirect = RedirectUrl::new(setting.redirect.clone()).map_err(|cause| Fault::Away(cause.into()))?;
        let id = ClientId::new(setting.client_id.clone());
        let secret = setting.client_secret.clone().map(ClientSecret::new);
        let client = CoreClient::from_provider_metadata((*metadata).clone(), id.clone(), secret.clone())
            .set_redirect_uri(redirect);
        let http = Through(self.client.clone());
        let reply = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|cause| Fault::Away(cause.into()))?
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()))
            .request_async(&http)
            .await
            .map_err(told)?;
        let token = reply.id_token().ok_or(Fault::NotGood)?;
        let nonce = Nonce::new(flow.nonce.clone());
        // The platform's own clock judges, as everywhere.
        let at = chrono::DateTime::from_timestamp(now.unix_timestamp(), 0).ok_or(Fault::NotGood)?;
        let algorithms = || {
            [
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                CoreJwsSigningAlgorithm::RsaSsaPssSha256,
                CoreJwsSigningAlgorithm::EcdsaP256Sha256,
            ]
        };
        let verifier = client.id_token_verifier().set_time_fn(move || at).set_allowed_algs(algorithms());
        let subject = match token.claims(&verifier, &nonce) {
            Ok(claims) => claims.subject().as_str().to_owned(),
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let fresh = self.metadata(now, Duration::seconds(KNOWN_SECONDS_MIN)).await.map_err(Fault::Away)?;
                let client = CoreClient::from_provider_metadata((*fresh).clone(), id, secret);
                let verifier = client.id_token_verifier().set_time_fn(move || at).set_allowed_algs(algorithms());
                token.claims(&verifier, &nonce).map_err(not_good)?.subject().as_str().to_owned()
            }
            Err(cause) => return Err(not_good(cause)),
        };
        Ok(hash(format!("{}\n{subject}", setting.issuer).as_bytes()))
    }
}

fn not_good(cause: ClaimsVerificationError) -> Fault {
    tracing::info!(%cause, "what the portal says is not good");
    Fault::NotGood
}

/// The portal turned the code away, or could not be asked.
fn told<T: openidconnect::ErrorResponse + Send + Sync + 'static>(cause: RequestTokenError<FetchError, T>) -> Fault {
    match cause {
        RequestTokenError::Request(FetchError::Status { status: 400..=499, .. })
        | RequestTokenError::ServerResponse(_) => Fault::NotGood,
        RequestTokenError::Parse(cause, _) => {
            tracing::info!(%cause, "what the portal says cannot be read");
            Fault::NotGood
        }
        RequestTokenError::Request(cause) => Fault::Away(cause.into()),
        RequestTokenError::Other(cause) => Fault::Away(cause.into()),
    }
}

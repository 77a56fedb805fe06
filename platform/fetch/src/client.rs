//! The client.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};

use crate::FetchError;

/// What a client may do.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The hosts that may be asked: `host`, or `host:port` where the port is not the usual one of the scheme.
    pub hosts: Vec<String>,
    /// Largest answer, in bytes.
    pub bytes_max: usize,
    /// Most time for one request, the answer included.
    pub timeout: Duration,
    /// Certificates (DER) of roots trusted for HTTPS beside the public ones.
    pub extra_roots: Vec<Vec<u8>>,
    /// Whether `http:` addresses may be asked: for what is signed itself, such as revocation lists.
    pub plain: bool,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            bytes_max: 1024 * 1024,
            timeout: Duration::from_secs(10),
            extra_roots: Vec::new(),
            plain: false,
        }
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status: 200 to 299, unless whoever asked takes any.
    pub status: u16,
    /// The media type without parameters, in lower case; empty if none was named.
    pub content_type: String,
    /// What was answered.
    pub body: Vec<u8>,
}

/// An HTTP client that asks named hosts only. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    inner: reqwest::Client,
    hosts: Arc<BTreeSet<String>>,
    bytes_max: usize,
    plain: bool,
}

impl Client {
    /// A client that may do this.
    ///
    /// # Errors
    /// [`FetchError::Setting`] if a root certificate cannot be read.
    pub fn new(setting: Setting) -> Result<Self, FetchError> {
        let inner = reqwest::Client::builder()
            .tls_backend_preconfigured(tls(&setting.extra_roots)?)
            .redirect(reqwest::redirect::Policy::none())
            // A proxy named in the environment would see every request and choose every address.
            .no_proxy()
            .timeout(setting.timeout)
            .user_agent("renshi")
            .build()
            .map_err(|error| FetchError::Setting(error.to_string()))?;
        let hosts = Arc::new(setting.hosts.iter().map(|host| host.to_ascii_lowercase()).collect());
        Ok(Self { inner, hosts, bytes_max: setting.bytes_max, plain: setting.plain })
    }

    /// Asks for what is at `url`.
    ///
    /// # Errors
    /// Whatever kept a good answer away.
    pub async fn get(&self, url: &str, headers: &[(&str, &str)]) -> Result<Reply, FetchError> {
        self.send(Method::GET, url, headers, Vec::new()).await
    }

    /// Sends `body` to `url`.
    ///
    /// # Errors
    /// Whatever kept a good answer away.
    pub async fn post(
        &self,
        url: &str,
        content_type: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Reply, FetchError> {
        let headers: Vec<_> = headers.iter().copied().chain([(CONTENT_TYPE.as_str(), content_type)]).collect();
        self.send(Method::POST, url, &headers, body).await
    }

    /// Like [`Client::get`], for protocols that say something with other statuses than those of success. A redirect is not followed and is
    /// an answer like any other.
    ///
    /// # Errors
    /// Whatever kept an answer away.
    pub async fn get_any(&self, url: &str, headers: &[(&str, &str)]) -> Result<Reply, FetchError> {
        self.exchange(Method::GET, url, headers, Vec::new(), |_| true).await
    }

    /// Like [`Client::post`], for protocols that say something with other statuses than those of success.
    ///
    /// # Errors
    /// Whatever kept an answer away.
    pub async fn post_any(&self, url: &str, content_type: &str, body: Vec<u8>) -> Result<Reply, FetchError> {
        self.exchange(Method::POST, url, &[(CONTENT_TYPE.as_str(), content_type)], body, |_| true).await
    }

    /// Sends the fields of a form to `url` and asks for JSON, as a token endpoint expects.
    ///
    /// # Errors
    /// Whatever kept a good answer away.
    pub async fn post_form(
        &self,
        url: &str,
        headers: &[(&str, &str)],
        fields: &[(&str, &str)],
    ) -> Result<Reply, FetchError> {
        // The form encoding of a query and of a body are the same.
        let mut encoder = Url::parse("http://form/").expect("a constant");
        encoder.query_pairs_mut().extend_pairs(fields);
        let body = encoder.query().unwrap_or_default().as_bytes().to_vec();
        let headers: Vec<_> = headers.iter().copied().chain([(ACCEPT.as_str(), "application/json")]).collect();
        self.post(url, "application/x-www-form-urlencoded", &headers, body).await
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Reply, FetchError> {
        self.exchange(method, url, headers, body, |status| (200..300).contains(&status)).await
    }

    async fn exchange(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
        takes: impl Fn(u16) -> bool,
    ) -> Result<Reply, FetchError> {
        let (url, host) = self.allowed(url)?;
        let mut request = Request::new(method, url);
        *request.headers_mut() = header_map(headers)?;
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        let unreachable =
            |source: reqwest::Error| FetchError::Unreachable { host: host.clone(), source: source.without_url() };
        let mut answer = self.inner.execute(request).await.map_err(unreachable)?;
        let status = answer.status().as_u16();
        if !takes(status) {
            return Err(FetchError::Status { host, status });
        }
        let named = answer.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let content_type = named.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(unreachable)? {
            if body.len() + part.len() > self.bytes_max {
                return Err(FetchError::TooLarge { host, bytes_max: self.bytes_max });
            }
            body.extend_from_slice(&part);
        }
        Ok(Reply { status, content_type, body })
    }

    /// The address and its host, if it may be asked.
    fn allowed(&self, text: &str) -> Result<(Url, String), FetchError> {
        let fault = || FetchError::Address(text.chars().take(200).collect());
        let url = Url::parse(text).map_err(|_| fault())?;
        let scheme = url.scheme() == "https" || (url.scheme() == "http" && self.plain);
        if !scheme || !url.username().is_empty() || url.password().is_some() {
            return Err(fault());
        }
        let host = host_of(text)?;
        if self.hosts.contains(&host) { Ok((url, host)) } else { Err(FetchError::Host(host)) }
    }
}

/// The host of an address as [`Setting::hosts`] has it.
///
/// # Errors
/// [`FetchError::Address`] if it is no HTTP or HTTPS address.
pub fn host_of(url: &str) -> Result<String, FetchError> {
    let fault = || FetchError::Address(url.chars().take(200).collect());
    let parsed = Url::parse(url).map_err(|_| fault())?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(fault());
    }
    let host = parsed.host_str().ok_or_else(fault)?;
    Ok(parsed.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

fn header_map(headers: &[(&str, &str)]) -> Result<HeaderMap, FetchError> {
    let fault = |name: &str| FetchError::Setting(format!("the header `{name}` cannot be sent"));
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| fault(name))?;
        map.insert(header, HeaderValue::from_str(value).map_err(|_| fault(name))?);
    }
    Ok(map)
}

/// TLS with the public roots and these, by aws-lc.
fn tls(extra_roots: &[Vec<u8>]) -> Result<ClientConfig, FetchError> {
    let fault = |error: rustls::Error| FetchError::Setting(error.to_string());
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in extra_roots {
        roots.add(CertificateDer::from(root.clone())).map_err(fault)?;
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(fault)?;
    Ok(versions.with_root_certificates(roots).with_no_client_auth())
}

//! Where objects are.

use crate::ObjectsError;
use object_store::{
    ClientOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder, S3ConditionalPut},
    client::{HttpClient, HttpConnector},
};
use rustls::{ClientConfig, RootCertStore};
use std::{path::PathBuf, sync::Arc, time::Duration};

/// Most time for one request.
const REQUEST_MAX: Duration = Duration::from_secs(30);
/// Most time for a request and its repetitions.
const RETRY_MAX: Duration = Duration::from_secs(60);
/// Region where none is named; stores other than the first one ignore it.
const REGION: &str = "us-east-1";

/// Where objects are.
#[derive(Clone)]
pub enum Place {
    /// A folder.
    Folder(PathBuf),
    /// A bucket of an S3 store.
    S3 {
        /// Name of the bucket.
        bucket: String,
        /// What stands before every name; empty for nothing.
        prefix: String,
        /// Address of the store, and what is needed to ask it.
        keys: Keys,
    },
}

/// What is needed to ask an S3 store.
#[derive(Clone, Default)]
pub struct Keys {
    /// `https://host[:port]`, or `http://` where the store is reached without leaving the machine.
    pub endpoint: Option<String>,
    /// Region.
    pub region: Option<String>,
    /// Access key.
    pub access_key: Option<String>,
    /// Its secret.
    pub secret: Option<String>,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "{}", folder.display()),
            Self::S3 { bucket, prefix, .. } => write!(f, "s3://{bucket}/{prefix}"),
        }
    }
}

impl Place {
    /// The place an operator wrote: `s3://bucket/prefix`, or the path of a folder.
    ///
    /// # Errors
    /// When it is another kind of address, or a bucket has no name.
    pub fn parse(text: &str, keys: Keys) -> Result<Self, ObjectsError> {
        let wrong = || ObjectsError::Address(text.to_owned());
        let Some(rest) = text.strip_prefix("s3://") else {
            return if text.is_empty() || text.contains("://") { Err(wrong()) } else { Ok(Self::Folder(text.into())) };
        };
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(wrong());
        }
        Ok(Self::S3 { bucket: bucket.to_owned(), prefix: prefix.trim_matches('/').to_owned(), keys })
    }
}

pub(crate) fn s3(place: &Place) -> Result<AmazonS3, ObjectsError> {
    let Place::S3 { bucket, keys, .. } = place else { return Err(ObjectsError::Address(format!("{place:?}"))) };
    let setting = |what: &str| ObjectsError::Setting(what.to_owned());
    let access_key = keys.access_key.as_ref().ok_or_else(|| setting("the access key is missing"))?;
    let secret = keys.secret.as_ref().ok_or_else(|| setting("the secret of the access key is missing"))?;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(keys.region.as_deref().unwrap_or(REGION))
        .with_access_key_id(access_key)
        .with_secret_access_key(secret)
        // Without it a second program could write over a checkpoint that it has never seen.
        .with_conditional_put(S3ConditionalPut::ETagMatch)
        .with_retry(RetryConfig { retry_timeout: RETRY_MAX, ..RetryConfig::default() })
        .with_http_connector(Connector);
    if let Some(endpoint) = &keys.endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    builder.build().map_err(|error| ObjectsError::Setting(error.to_string()))
}

/// The HTTP client of the store: TLS by aws-lc against the public roots, no proxy, no redirects.
#[derive(Debug)]
struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let fault = |error: Box<dyn std::error::Error + Send + Sync>| object_store::Error::Generic {
            store: "S3",
            source: error,
        };
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| fault(error.into()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(REQUEST_MAX)
            .build()
            .map_err(|error| fault(error.into()))?;
        Ok(HttpClient::new(client))
    }
}

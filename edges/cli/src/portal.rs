//! The file that describes an existing government portal.

use crate::Failure;
use access::{Portal, PortalSetting};
use kernel::Text;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// What the file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The portal's name in Chinese and English.
    name: [String; 2],
    /// The issuer, as the portal's configuration document has it.
    issuer: String,
    client_id: String,
    /// The file with our secret; none for a public client.
    client_secret_file: Option<PathBuf>,
    /// Scopes beside `openid`.
    #[serde(default)]
    scopes: Vec<String>,
    /// Further hosts of the portal, if its tokens and keys are not at the issuer's.
    #[serde(default)]
    hosts: Vec<String>,
    /// Certificates (PEM or DER) of roots trusted for its HTTPS beside the public ones.
    #[serde(default)]
    roots: Vec<PathBuf>,
}

/// The portal that the file describes.
///
/// # Errors
/// When the file, the secret or a certificate cannot be read.
pub fn portal(path: &Path, public: &str) -> Result<Portal, Failure> {
    let read = |path: &Path| {
        std::fs::read_to_string(path).map_err(|error| format!("`{}` cannot be read: {error}", path.display()))
    };
    let file: File = toml::from_str(&read(path)?).map_err(|error| format!("`{}`: {error}", path.display()))?;
    let beside = |named: &Path| path.parent().unwrap_or(Path::new("")).join(named);
    let client_secret = match &file.client_secret_file {
        Some(named) => Some(read(&beside(named))?.trim().to_owned()),
        None => None,
    };
    let host = file.issuer.strip_prefix("https://").and_then(|rest| rest.split('/').next());
    let host = host
        .filter(|host| !host.is_empty())
        .ok_or("the issuer of the portal is an address that begins with https://")?;
    let extra_roots =
        file.roots.iter().map(|root| crate::keep::certificate(&beside(root))).collect::<Result<_, _>>()?;
    let hosts = file.hosts.into_iter().chain([host.to_owned()]).collect();
    let client = fetch::Client::new(fetch::Setting { hosts, extra_roots, ..fetch::Setting::default() })?;
    let [zh, en] = file.name;
    let setting = PortalSetting {
        name: Text::new(zh, en),
        issuer: file.issuer,
        client_id: file.client_id,
        client_secret,
        scopes: file.scopes,
        redirect: format!("{}{}", public.trim_end_matches('/'), web::PORTAL_RETURN),
    };
    Ok(Portal::new(setting, client))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, text: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("renshi-portal-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("secret"), "not-a-real-secret\n").unwrap();
        let path = folder.join("portal.toml");
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn the_file_is_read_with_its_secret_beside_it() {
        let text = "name = [\"範例入口網\", \"Sample portal\"]\nissuer = \"https://portal.example.gov.tw\"\n\
            client_id = \"renshi\"\nclient_secret_file = \"secret\"\n";
        let portal = portal(&written("good", text), "https://orders.example.gov.tw/").unwrap();
        assert_eq!(portal.name().zh, "範例入口網");
        assert!(!format!("{portal:?}").contains("not-a-real-secret"), "the secret is not printed");
    }

    #[test]
    fn a_portal_without_https_or_with_unknown_words_is_refused() {
        let plain = "name = [\"a\", \"b\"]\nissuer = \"http://portal.example.gov.tw\"\nclient_id = \"renshi\"\n";
        assert!(portal(&written("plain", plain), "https://a.test").is_err());
        let unknown = "name = [\"a\", \"b\"]\nissuer = \"https://p.test\"\nclient_id = \"renshi\"\nsecret = \"x\"\n";
        assert!(portal(&written("unknown", unknown), "https://a.test").is_err());
    }
}

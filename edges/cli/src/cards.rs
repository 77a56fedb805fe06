//! Whose cards are accepted: certificates named one by one, or a TOML file of authorities.

use crate::Failure;
use crate::keep::certificate;
use access::{Family, Responder, Revocation, Sources};
use seal::{CardAuthority, CardRules, subject_of};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use time::Duration;

/// `cards.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    authority: Vec<Entry>,
}

/// One authority of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// Such as "MOICA"; kept with every card of it.
    name: String,
    /// Certificate files, from the folder of this file.
    roots: Vec<PathBuf>,
    #[serde(default)]
    intermediates: Vec<PathBuf>,
    #[serde(default)]
    ocsp: Option<Ocsp>,
    /// Addresses of revocation lists.
    #[serde(default)]
    crl: Vec<String>,
    /// Says in so many words that nothing is asked; an authority without any source is refused otherwise.
    #[serde(default)]
    unchecked: bool,
    #[serde(default = "refresh_minutes")]
    refresh_minutes: u32,
    /// How long out-of-date word still counts.
    #[serde(default)]
    grace_minutes: u32,
    #[serde(default)]
    extended_usages: Vec<String>,
    #[serde(default)]
    fragment: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ocsp {
    url: String,
    #[serde(default = "yes")]
    nonce: bool,
    #[serde(default)]
    digest: Digest,
}

/// By what the responder expects the authority to be named.
#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Digest {
    #[default]
    Sha1,
    Sha256,
}

const fn refresh_minutes() -> u32 {
    60
}

const fn yes() -> bool {
    true
}

/// The families of cards that these files name.
///
/// # Errors
/// When a file cannot be read, or an authority has no certificate, a bad one, or no word on revoked cards.
pub fn families(files: &[PathBuf]) -> Result<Vec<Family>, Failure> {
    let mut families = Vec::new();
    for path in files {
        if path.extension().is_some_and(|extension| extension == "toml") {
            let text = std::fs::read_to_string(path)
                .map_err(|error| format!("`{}` cannot be read: {error}", path.display()))?;
            let file: File = toml::from_str(&text).map_err(|error| format!("`{}`: {error}", path.display()))?;
            let folder = path.parent().unwrap_or(Path::new("."));
            for entry in file.authority {
                families.push(family(folder, entry)?);
            }
        } else {
            families.push(bare(path)?);
        }
    }
    let mut names: Vec<&str> = families.iter().map(|family| family.authority.name()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("the card authority `{}` is named twice", twice[0]).into());
    }
    Ok(families)
}

/// A certificate alone: its name is the authority's, and where it tells of revoked cards nobody said.
fn bare(path: &Path) -> Result<Family, Failure> {
    let der = certificate(path)?;
    let name = subject_of(&der)?.name;
    tracing::warn!(authority = name, "cards of this authority are accepted without asking whether they were revoked");
    let authority = CardAuthority::new(&name, vec![der], Vec::new(), &CardRules::default())?;
    Ok(Family { authority, revocation: Revocation::Off })
}

fn family(folder: &Path, entry: Entry) -> Result<Family, Failure> {
    let read = |files: &[PathBuf]| files.iter().map(|file| certificate(&folder.join(file))).collect::<Result<_, _>>();
    let rules = CardRules { extended_usages: entry.extended_usages, fragment: entry.fragment };
    let (roots, below): (Vec<_>, Vec<_>) = (read(&entry.roots)?, read(&entry.intermediates)?);
    if roots.is_empty() {
        return Err(format!("the card authority `{}` has no root", entry.name).into());
    }
    let authority = CardAuthority::new(&entry.name, roots, below, &rules)
        .map_err(|fault| format!("the card authority `{}`: {fault}", entry.name))?;
    let silent = entry.ocsp.is_none() && entry.crl.is_empty();
    let revocation = match (silent, entry.unchecked) {
        (true, true) => Revocation::Off,
        (false, false) => Revocation::From(Sources {
            responder: entry.ocsp.map(|ocsp| Responder {
                url: ocsp.url,
                nonce: ocsp.nonce,
                sha_1: ocsp.digest == Digest::Sha1,
            }),
            lists: entry.crl,
            refresh: Duration::minutes(entry.refresh_minutes.max(1).into()),
            grace: Duration::minutes(entry.grace_minutes.into()),
        }),
        (true, false) => {
            let name = &entry.name;
            return Err(format!("the card authority `{name}` needs `crl` or `ocsp`, or `unchecked = true`").into());
        }
        (false, true) => {
            return Err(format!("the card authority `{}` has sources and `unchecked`", entry.name).into());
        }
    };
    Ok(Family { authority, revocation })
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::pki::Pki;

    fn read(pki: &Pki, toml: &str) -> Result<Vec<Family>, String> {
        pki.write("cards.toml", toml);
        families(&[pki.path().join("cards.toml")]).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_names_authorities_with_their_sources() {
        let pki = Pki::new();
        let start = "[[authority]]\nname = \"MOICA\"\nroots = [\"root.pem\"]\nintermediates = [\"ca.pem\"]\n";
        let full = format!(
            "{start}crl = [\"http://crl.test/a.crl\"]\nfragment = \"2.16.886.1.100.2.51\"\ngrace_minutes = 15\n\
             [authority.ocsp]\nurl = \"http://ocsp.test/\"\ndigest = \"sha256\"\n"
        );
        let found = read(&pki, &full).unwrap();
        assert_eq!(found[0].authority.name(), "MOICA");
        let Revocation::From(sources) = &found[0].revocation else { panic!("{found:?}") };
        assert_eq!((sources.refresh, sources.grace), (Duration::hours(1), Duration::minutes(15)));
        assert!(sources.responder.as_ref().is_some_and(|responder| responder.nonce && !responder.sha_1));
        assert!(matches!(read(&pki, &format!("{start}unchecked = true\n")).unwrap()[0].revocation, Revocation::Off));
        for (toml, why) in [
            (start.to_owned(), "needs `crl` or `ocsp`"),
            (format!("{full}{full}"), "named twice"),
            (start.replace("root.pem", "none.pem"), "cannot be read"),
            (start.replace("[\"root.pem\"]", "[]"), "has no root"),
            (format!("{start}fragment = \"two\"\n"), "malformed"),
            (format!("{start}colour = 1\n"), "unknown field"),
        ] {
            assert!(read(&pki, &toml).unwrap_err().contains(why), "{why}");
        }
        let alone = families(&[pki.path().join("root.pem")]).unwrap();
        assert_eq!(alone[0].authority.name(), "root");
        pki.issue("card", "ca", testkit::pki::P_256, testkit::pki::CARD, "");
        assert!(families(&[pki.path().join("card.pem")]).is_err(), "a card is no authority");
    }
}

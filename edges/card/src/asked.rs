//! What a page asks for: `tbsPackage=` and JSON, as pages send it to the card software today.

use crate::Refused;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use token::Pin;

/// The members of the package that matter here; others are let pass, as the card software does.
#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Package {
    tbs: String,
    tbs_encoding: String,
    hash_algorithm: String,
    signature_type: String,
    pin: String,
    nonce: String,
}

impl Default for Package {
    fn default() -> Self {
        let empty = String::new;
        Self {
            tbs: empty(),
            tbs_encoding: empty(),
            hash_algorithm: "SHA256".into(),
            signature_type: "PKCS7".into(),
            pin: empty(),
            nonce: empty(),
        }
    }
}

/// A wish for a signature.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) content: Vec<u8>,
    pub(crate) pin: Option<Pin>,
    pub(crate) nonce: String,
}

impl Asked {
    /// Reads the body of a request.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refused> {
        let body = std::str::from_utf8(body).map_err(|_| Refused::FORM)?;
        let sent = body.strip_prefix("tbsPackage=").unwrap_or(body);
        // Pages either encode the values and send the JSON as it is, or encode the whole.
        let (json, value): (String, fn(&str) -> Option<String>) = if sent.starts_with('{') {
            (sent.to_owned(), decoded)
        } else {
            let json = decoded(&sent.replace('+', " ")).ok_or(Refused::FORM)?;
            (json, |value| Some(value.to_owned()))
        };
        let package: Package = serde_json::from_str(&json).map_err(|_| Refused::FORM)?;
        if package.hash_algorithm != "SHA256" || package.signature_type != "PKCS7" {
            return Err(Refused::PARAMETER);
        }
        let tbs = value(&package.tbs).ok_or(Refused::PARAMETER)?;
        let content = match package.tbs_encoding.to_ascii_lowercase().as_str() {
            "" | "none" => tbs.into_bytes(),
            "base64" => STANDARD.decode(tbs).map_err(|_| Refused::BASE64)?,
            _ => return Err(Refused::PARAMETER),
        };
        if content.is_empty() {
            return Err(Refused::NO_TEXT);
        }
        let pin = value(&package.pin).ok_or(Refused::PARAMETER)?;
        Ok(Self { content, pin: (!pin.is_empty()).then(|| Pin::new(pin)), nonce: package.nonce })
    }
}

/// Percent-decodes; none if a sign is cut off or what comes out is no text.
fn decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        out.push(match byte {
            b'%' => {
                let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit(rest.next()?)? << 4 | digit(rest.next()?)?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_sending_mean_the_same() {
        let plain = r#"{"tbs":"renshi-signin%2F1%0AA%22B","tbsEncoding":"NONE","hashAlgorithm":"SHA256","withCardSN":"true","pin":"12%2534","nonce":"7","func":"MakeSignature","signatureType":"PKCS7"}"#;
        let whole = r#"{"tbs":"renshi-signin/1\nA\"B","pin":"12%34","nonce":"7"}"#;
        let whole: String = whole.bytes().map(|byte| format!("%{byte:02x}")).collect();
        let base64 = r#"{"tbs":"cmVuc2hpLXNpZ25pbi8xCkEiQg%3D%3D","tbsEncoding":"base64","pin":"x","nonce":"7"}"#;
        for body in [plain.to_owned(), format!("tbsPackage={plain}"), format!("tbsPackage={whole}"), base64.to_owned()]
        {
            let asked = Asked::parse(body.as_bytes()).unwrap();
            assert_eq!(
                (asked.content.as_slice(), asked.nonce.as_str()),
                (&b"renshi-signin/1\nA\"B"[..], "7"),
                "{body}"
            );
            assert!(asked.pin.is_some());
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let cases: [(&str, Refused); 9] = [
            ("", Refused::FORM),
            ("tbsPackage=", Refused::FORM),
            ("tbsPackage={", Refused::FORM),
            ("%7", Refused::FORM),
            (r#"{"tbs":""}"#, Refused::NO_TEXT),
            (r#"{"tbs":"%F"}"#, Refused::PARAMETER),
            (r#"{"tbs":"a","hashAlgorithm":"SHA1"}"#, Refused::PARAMETER),
            (r#"{"tbs":"a","signatureType":"PKCS1"}"#, Refused::PARAMETER),
            (r#"{"tbs":"a!","tbsEncoding":"base64"}"#, Refused::BASE64),
        ];
        for (body, why) in cases {
            assert_eq!(Asked::parse(body.as_bytes()).unwrap_err(), why, "{body}");
        }
        assert_eq!(Asked::parse(&[0xff]).unwrap_err(), Refused::FORM);
    }
}

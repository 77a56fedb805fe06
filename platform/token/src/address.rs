//! Where a key is: `pkcs11:` addresses (RFC 7512), of which a key is named by its token and id.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// What the address of a key in a token begins with.
pub const SCHEME: &str = "pkcs11:";

/// The address of a key: `pkcs11:token=LABEL;id=%01?module-path=FILE&pin-source=file:FILE`. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyAddress {
    /// Label of the token.
    pub token: String,
    /// Id of the key in it.
    pub id: Vec<u8>,
    /// The vendor's module.
    pub module: PathBuf,
    /// The file whose first line is the PIN.
    pub pin: PathBuf,
}

/// A text is no address of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressFault {
    /// Something is missing, twice, or unknown.
    #[error("not the address of a key: pkcs11:token=LABEL;id=%01?module-path=FILE&pin-source=file:FILE")]
    Form,
    /// The PIN itself stands in it.
    #[error(
        "a PIN may not stand in an address (pin-value); put it into a file that only its owner reads, and name that (pin-source)"
    )]
    Pin,
}

impl FromStr for KeyAddress {
    type Err = AddressFault;

    fn from_str(text: &str) -> Result<Self, AddressFault> {
        Self::parse(text)?.ok_or(AddressFault::Form)
    }
}

impl KeyAddress {
    fn parse(text: &str) -> Result<Option<Self>, AddressFault> {
        let Some((path, query)) = text.strip_prefix(SCHEME).and_then(|rest| rest.split_once('?')) else {
            return Ok(None);
        };
        let [mut token, mut id, mut module, mut pin] = [const { None }; 4];
        for part in path.split(';').chain(query.split('&')) {
            let Some((name, value)) = part.split_once('=') else { return Ok(None) };
            let place = match name {
                "token" => &mut token,
                "id" => &mut id,
                "module-path" => &mut module,
                "pin-source" => &mut pin,
                "pin-value" => return Err(AddressFault::Pin),
                _ => return Ok(None),
            };
            // An attribute that is given twice or empty is a mistake.
            let Some(value) = decode(value).filter(|value| !value.is_empty()) else { return Ok(None) };
            if place.replace(value).is_some() {
                return Ok(None);
            }
        }
        let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes?).ok();
        let file = |path: String| PathBuf::from(path.strip_prefix("file:").unwrap_or(&path));
        let parts = (text(token), id, text(module).map(file), text(pin).map(file));
        let (Some(token), Some(id), Some(module), Some(pin)) = parts else { return Ok(None) };
        Ok(Some(Self { token, id, module, pin }))
    }

    /// The address of another key in the same token: its id has one more byte.
    #[must_use]
    pub fn part(&self, part: u8) -> Self {
        Self { id: [&self.id[..], &[part]].concat(), ..self.clone() }
    }
}

impl fmt::Display for KeyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { token, id, module, pin } = self;
        write!(f, "{SCHEME}token={};id=", encode(token.as_bytes()))?;
        id.iter().try_for_each(|byte| write!(f, "%{byte:02X}"))?;
        let [module, pin] = [module, pin].map(|file| encode(file.as_os_str().as_encoded_bytes()));
        write!(f, "?module-path={module}&pin-source=file:{pin}")
    }
}

fn encode(bytes: &[u8]) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(byte);
    bytes.iter().map(|byte| if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// Undoes percent-encoding.
fn decode(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        out.push(*first);
        if *first == b'%' {
            let (digits, after) = rest.split_first_chunk::<2>()?;
            let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
            *out.last_mut()? = u8::try_from(high? * 16 + low?).ok()?;
            rest = after;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{AddressFault, KeyAddress};

    #[test]
    fn an_address_has_all_its_parts_once() {
        let good = "pkcs11:token=Log%20key;id=%01%aB?module-path=/usr/lib/m.so&pin-source=file:/etc/renshi/pin";
        let address: KeyAddress = good.parse().expect("an address");
        assert_eq!((address.token.as_str(), address.id.as_slice()), ("Log key", &[1, 0xab][..]));
        assert_eq!(address.module.to_str(), Some("/usr/lib/m.so"));
        assert_eq!(address.pin.to_str(), Some("/etc/renshi/pin"));
        assert_eq!(address.to_string().parse(), Ok(address.clone()));
        assert_eq!(address.part(2).to_string().parse::<KeyAddress>().expect("an address").id, [1, 0xab, 2]);
        for (from, to, fault) in [
            ("pkcs11:", "pkcs12:", AddressFault::Form),
            ("token=Log%20key;", "", AddressFault::Form),
            ("%aB", "%a", AddressFault::Form),
            ("%aB", "%+1", AddressFault::Form),
            ("id=%01%aB", "id=", AddressFault::Form),
            ("id=", "object=", AddressFault::Form),
            ("token=", "token=x;token=", AddressFault::Form),
            ("&pin-source=", "&pin-value=", AddressFault::Pin),
        ] {
            let altered = good.replacen(from, to, 1);
            assert_ne!(altered, good);
            assert_eq!(altered.parse::<KeyAddress>(), Err(fault), "{altered}");
        }
    }
}

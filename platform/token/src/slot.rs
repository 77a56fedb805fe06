//! Readers, the tokens in them, and what a token tells without a PIN.

use crate::module::module;
use crate::token::Token;
use crate::{Pin, TokenFault, Tries};
use cryptoki::context::Pkcs11;
use cryptoki::object::{Attribute, AttributeType, CertificateType, ObjectClass};
use cryptoki::session::{Session, UserType};
use std::path::Path;

/// A certificate on a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// What ties certificate and key together.
    pub id: Vec<u8>,
    /// The token's word for it.
    pub label: String,
    /// The certificate, DER.
    pub der: Vec<u8>,
}

/// A reader, with the token in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// The reader's own name.
    pub description: String,
    /// Label and serial number of the token, if there is one.
    pub token: Option<(String, String)>,
}

/// The readers a module knows.
///
/// # Errors
/// If the module does not start or there is no reader.
pub fn readers(path: &Path) -> Result<Vec<Reader>, TokenFault> {
    let module = module(path)?;
    let slots = module.get_all_slots()?;
    if slots.is_empty() {
        return Err(TokenFault::NoReader);
    }
    let mut found = Vec::new();
    for slot in slots {
        let about = module.get_slot_info(slot)?;
        let token = match about.token_present() {
            true => Some(module.get_token_info(slot)?).filter(|token| token.token_initialized()),
            false => None,
        };
        let token = token.map(|token| (token.label().trim().to_owned(), token.serial_number().trim().to_owned()));
        found.push(Reader { description: about.slot_description().trim().to_owned(), token });
    }
    Ok(found)
}

/// A token in its reader, not signed in to.
#[derive(Clone, Debug)]
pub struct Slot {
    module: Pkcs11,
    slot: cryptoki::slot::Slot,
}

impl Slot {
    /// The token of this label.
    ///
    /// # Errors
    /// If the module does not start, or no reader or not exactly one such token is there.
    pub fn find(path: &Path, label: &str) -> Result<Self, TokenFault> {
        let module = module(path)?;
        let slots = module.get_all_slots()?;
        if slots.is_empty() {
            return Err(TokenFault::NoReader);
        }
        let mut found = Vec::new();
        for slot in slots {
            if !module.get_slot_info(slot)?.token_present() {
                continue;
            }
            let token = module.get_token_info(slot)?;
            if token.token_initialized() && token.label().trim() == label {
                found.push(slot);
            }
        }
        match found[..] {
            [] => Err(TokenFault::NoToken),
            [slot] => Ok(Self { module, slot }),
            _ => Err(TokenFault::Ambiguous),
        }
    }

    /// The certificates anybody may read.
    ///
    /// # Errors
    /// If the token is gone.
    pub fn certificates(&self) -> Result<Vec<Certificate>, TokenFault> {
        certificates(&self.module.open_ro_session(self.slot)?)
    }

    /// How often the PIN may still be entered.
    ///
    /// # Errors
    /// If the token is gone.
    pub fn tries(&self) -> Result<Tries, TokenFault> {
        let token = self.module.get_token_info(self.slot)?;
        Ok(match () {
            () if token.user_pin_locked() => Tries::None,
            () if token.user_pin_final_try() => Tries::Last,
            () if token.user_pin_count_low() => Tries::Fewer,
            () => Tries::All,
        })
    }

    /// Signs in with the PIN: one try.
    ///
    /// # Errors
    /// If the PIN is wrong, the token is locked or gone, or signed in to already by this program.
    pub fn unlock(&self, pin: &Pin) -> Result<Token, TokenFault> {
        // A PIN that cannot be right must not cost a try.
        let token = self.module.get_token_info(self.slot)?;
        if !(token.min_pin_length()..=token.max_pin_length()).contains(&pin.length()) {
            return Err(TokenFault::PinForm);
        }
        let session = self.module.open_rw_session(self.slot)?;
        match session.login(UserType::User, Some(pin.secret())).map_err(TokenFault::from) {
            Ok(()) => Ok(Token::new(session)),
            Err(TokenFault::WrongPin(_)) => match self.tries()? {
                Tries::None => Err(TokenFault::Locked),
                // Some tokens do not say that something was entered wrongly; here it just was.
                Tries::All => Err(TokenFault::WrongPin(Tries::Fewer)),
                left => Err(TokenFault::WrongPin(left)),
            },
            Err(other) => Err(other),
        }
    }
}

pub(crate) fn certificates(session: &Session) -> Result<Vec<Certificate>, TokenFault> {
    let wanted = [Attribute::Class(ObjectClass::CERTIFICATE), Attribute::CertificateType(CertificateType::X_509)];
    let mut found = Vec::new();
    for object in session.find_objects(&wanted)? {
        let mut certificate = Certificate { id: Vec::new(), label: String::new(), der: Vec::new() };
        for attribute in
            session.get_attributes(object, &[AttributeType::Id, AttributeType::Label, AttributeType::Value])?
        {
            match attribute {
                Attribute::Id(id) => certificate.id = id,
                Attribute::Label(label) => certificate.label = String::from_utf8_lossy(&label).into_owned(),
                Attribute::Value(der) => certificate.der = der,
                _ => {}
            }
        }
        found.push(certificate);
    }
    Ok(found)
}

//! The card: in a reader behind PKCS #11, or in software.

use crate::Refused;
use kernel::Text;
use seal::{CardCertificates, SoftCard, Subject, subject_of};
use std::path::PathBuf;
use time::OffsetDateTime;
use token::{Pin, Slot, Token, readers};

/// The PIN of a software card unless another is given.
pub const SOFT_PIN: &str = "123456";
/// Wrong PINs in a row after which a software card locks, as cards do.
const SOFT_TRIES: u8 = 3;

/// Where the key is.
#[derive(Debug)]
enum Key {
    Token { module: PathBuf, label: String, pin: Option<Pin>, authority: Option<Vec<u8>> },
    Soft { card: SoftCard, pin: Pin, left: u8 },
}

/// A card, asked by one person at a time.
#[derive(Debug)]
pub struct Card(Key);

/// What a card shows without a PIN.
pub(crate) struct Shown {
    pub(crate) serial: String,
    pub(crate) label: String,
    pub(crate) certificates: CardCertificates,
    pub(crate) subject: Subject,
}

/// A reader, and the card in it.
pub(crate) struct Reader {
    pub(crate) description: String,
    pub(crate) card: Option<Shown>,
}

/// A signature.
pub(crate) struct Signed {
    pub(crate) cms: Vec<u8>,
    pub(crate) certificate: Vec<u8>,
    pub(crate) serial: String,
}

impl Card {
    /// The token of this label, through the module of its maker. `pin` is tried when a page sends none. `authority` is the certificate (DER)
    /// of the CA, for cards that do not carry it.
    #[must_use]
    pub fn token(module: PathBuf, label: String, pin: Option<Pin>, authority: Option<Vec<u8>>) -> Self {
        Self(Key::Token { module, label, pin, authority })
    }

    /// A card in software, as a demonstration makes them.
    #[must_use]
    pub fn soft(card: SoftCard, pin: Pin) -> Self {
        Self(Key::Soft { card, pin, left: SOFT_TRIES })
    }

    /// The readers and what is in them.
    pub(crate) fn readers(&self, now: OffsetDateTime) -> Result<Vec<Reader>, Refused> {
        match &self.0 {
            Key::Soft { card, .. } => {
                let card = shown(soft_certificates(card), "Renshi soft card".into(), None)?;
                Ok(vec![Reader { description: "Renshi soft card".into(), card: Some(card) }])
            }
            Key::Token { module, label, authority, .. } => {
                let mut found = Vec::new();
                for reader in readers(module)? {
                    let card = match reader.token {
                        Some((name, serial)) if name == *label => {
                            let (certificates, _) = token_certificates(&Slot::find(module, label)?, authority, now)?;
                            Some(shown(certificates, name, Some(serial))?)
                        }
                        _ => None,
                    };
                    found.push(Reader { description: reader.description, card });
                }
                Ok(found)
            }
        }
    }

    /// Signs `content`. The PIN is tried once.
    pub(crate) fn sign(&mut self, typed: Option<&Pin>, content: &[u8], now: OffsetDateTime) -> Result<Signed, Refused> {
        match &mut self.0 {
            Key::Soft { card, pin, left } => {
                unlock_soft(pin, left, typed.ok_or(Refused::NO_PIN)?)?;
                let serial = subject_of(card.certificate())?.serial_number.unwrap_or_default();
                Ok(Signed { cms: card.sign(content, true, now), certificate: card.certificate().to_vec(), serial })
            }
            Key::Token { module, label, pin, authority } => {
                let pin = typed.or(pin.as_ref()).ok_or(Refused::NO_PIN)?;
                let slot = Slot::find(module, label)?;
                let (certificates, id) = token_certificates(&slot, authority, now)?;
                let token: Token = slot.unlock(pin)?;
                let cms = certificates.answer(content, now, |bytes| token.sign(&id, bytes).map_err(Refused::from))?;
                let serial = subject_of(&certificates.own)?.serial_number.unwrap_or_default();
                Ok(Signed { cms, certificate: certificates.own, serial })
            }
        }
    }

    /// What is told where the component is started.
    #[must_use]
    pub fn text(&self, now: OffsetDateTime) -> Text {
        let found = self.readers(now).map(|readers| readers.into_iter().find_map(|reader| reader.card));
        match found {
            Ok(Some(card)) => {
                let name = &card.subject.name;
                Text::new(format!("卡片：{name}"), format!("the card of {name}"))
            }
            Ok(None) => Text::new("尚未插入卡片", "no card is in the reader yet"),
            Err(why) => Text::new(format!("卡片尚無法讀取：{}", why.message), "the card cannot be read yet"),
        }
    }
}

fn soft_certificates(card: &SoftCard) -> CardCertificates {
    CardCertificates { own: card.certificate().to_vec(), authority: Some(card.authority().to_vec()) }
}

fn shown(certificates: CardCertificates, label: String, serial: Option<String>) -> Result<Shown, Refused> {
    let subject = subject_of(&certificates.own)?;
    let serial = serial.or_else(|| subject.serial_number.clone()).unwrap_or_default();
    Ok(Shown { serial, label, certificates, subject })
}

/// The certificates for signatures, and what ties them to their key.
fn token_certificates(
    slot: &Slot,
    authority: &Option<Vec<u8>>,
    now: OffsetDateTime,
) -> Result<(CardCertificates, Vec<u8>), Refused> {
    let all = slot.certificates()?;
    let bytes = all.iter().map(|certificate| certificate.der.as_slice()).chain(authority.as_deref());
    let picked = CardCertificates::pick(bytes, now).ok_or(Refused::NO_CERTIFICATE)?;
    let own = all.into_iter().find(|certificate| certificate.der == picked.own).ok_or(Refused::NO_CERTIFICATE)?;
    Ok((picked, own.id))
}

fn unlock_soft(pin: &Pin, left: &mut u8, typed: &Pin) -> Result<(), Refused> {
    if *left == 0 {
        return Err(Refused::LOCKED);
    }
    if typed.is(pin) {
        *left = SOFT_TRIES;
        return Ok(());
    }
    *left -= 1;
    Err(Refused::wrong_pin(Some(*left)))
}

//! From a card's certificate up to a configured root.

use const_oid::ObjectIdentifier;
use time::OffsetDateTime;

use super::CardFault;
use super::certificate::CardCertificate;

/// Most certificates of authorities above a card.
const PATH_MAX: usize = 5;
/// Extended usages a card may be for, if it names any: anyExtendedKeyUsage and client authentication.
const USAGES: [ObjectIdentifier; 2] =
    [ObjectIdentifier::new_unwrap("2.5.29.37.0"), ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2")];

/// What is asked of the cards of one authority beyond the usual.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardRules {
    /// Extended key usages (OIDs) that are accepted beside client authentication.
    pub extended_usages: Vec<String>,
    /// The attribute (OID) in subjectDirectoryAttributes that carries a fragment of the holder's national id.
    pub fragment: Option<String>,
}

/// A family of cards: the authority's name, its roots and the intermediates below them.
#[derive(Clone, Debug)]
pub struct CardAuthority {
    name: String,
    roots: Vec<Vec<u8>>,
    intermediates: Vec<Vec<u8>>,
    usages: Vec<ObjectIdentifier>,
    fragment: Option<ObjectIdentifier>,
}

impl CardAuthority {
    /// An authority of this name, such as "MOICA", with the certificates (DER) of its roots and intermediates. A
    /// "root" is whatever certificate trust begins at; it need not be signed by itself.
    ///
    /// # Errors
    /// If a certificate cannot be read or is not that of an authority, or an OID is none.
    pub fn new(
        name: &str,
        roots: Vec<Vec<u8>>,
        intermediates: Vec<Vec<u8>>,
        rules: &CardRules,
    ) -> Result<Self, CardFault> {
        for der in roots.iter().chain(&intermediates) {
            check_may_issue(&CardCertificate::read(der)?)?;
        }
        let oid = |text: &String| ObjectIdentifier::new(text).map_err(|_| CardFault::Malformed("an OID"));
        let more = rules.extended_usages.iter().map(oid).collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            name: name.to_owned(),
            roots,
            intermediates,
            usages: USAGES.into_iter().chain(more).collect(),
            fragment: rules.fragment.as_ref().map(oid).transpose()?,
        })
    }

    /// The name, such as "MOICA".
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Certificates (DER) of all its authorities, roots first.
    pub fn certificates(&self) -> impl Iterator<Item = &[u8]> {
        self.roots.iter().chain(&self.intermediates).map(Vec::as_slice)
    }

    /// Whether its cards carry a fragment of the holder's national id.
    pub fn asks_fragment(&self) -> bool {
        self.fragment.is_some()
    }

    pub(crate) fn fragment(&self) -> Option<ObjectIdentifier> {
        self.fragment
    }

    /// The certificates above `card`, its issuer first.
    fn path(&self, card: &CardCertificate<'_>, at: OffsetDateTime) -> Result<Vec<Vec<u8>>, CardFault> {
        let mut above = Vec::new();
        self.climb(card, at, &mut above)?;
        let usages = card.extended_usage()?;
        if usages.is_some_and(|usages| !usages.iter().any(|usage| self.usages.contains(usage))) {
            return Err(CardFault::ExtendedUsage);
        }
        Ok(above)
    }

    /// Adds what is above `child`; on failure `above` is as before.
    fn climb(
        &self,
        child: &CardCertificate<'_>,
        at: OffsetDateTime,
        above: &mut Vec<Vec<u8>>,
    ) -> Result<(), CardFault> {
        let mut fault = if above.is_empty() { CardFault::UnknownAuthority } else { CardFault::NotAnAuthority };
        if above.len() == PATH_MAX {
            return Err(CardFault::PathLength);
        }
        for (number, der) in self.certificates().enumerate() {
            let issuer = CardCertificate::read(der)?;
            if !child.may_be_issued_by(&issuer) || above.iter().any(|used| used == der) {
                continue;
            }
            let is_root = number < self.roots.len();
            above.push(der.to_vec());
            let climbed = check_step(child, &issuer, above.len() - 1, at)
                .and_then(|()| if is_root { Ok(()) } else { self.climb(&issuer, at, above) });
            match climbed {
                Ok(()) => return Ok(()),
                Err(why) => fault = why,
            }
            above.pop();
        }
        Err(fault)
    }
}

fn check_may_issue(issuer: &CardCertificate<'_>) -> Result<(), CardFault> {
    let is_authority = issuer.basic()?.is_some_and(|basic| basic.ca);
    let may_sign = issuer.key_usage()?.is_none_or(|usage| usage.key_cert_sign());
    if is_authority && may_sign { Ok(()) } else { Err(CardFault::NotAnAuthority) }
}

/// Did `issuer` sign `child`, and might it, with `between` authorities below it?
fn check_step(
    child: &CardCertificate<'_>,
    issuer: &CardCertificate<'_>,
    between: usize,
    at: OffsetDateTime,
) -> Result<(), CardFault> {
    check_may_issue(issuer)?;
    child.is_signed_by(issuer).map_err(|fault| match fault {
        CardFault::Signature | CardFault::Algorithm => CardFault::Chain,
        other => other,
    })?;
    let longest = issuer.basic()?.and_then(|basic| basic.path_len_constraint);
    if longest.is_some_and(|longest| between > usize::from(longest)) {
        return Err(CardFault::PathLength);
    }
    issuer.check_valid_at(at).map_err(|_| CardFault::AuthorityExpired)
}

/// The authorities whose cards are accepted.
#[derive(Clone, Debug, Default)]
pub struct CardTrust {
    authorities: Vec<CardAuthority>,
}

impl CardTrust {
    /// Accepts the cards of these authorities.
    pub fn new(authorities: Vec<CardAuthority>) -> Self {
        Self { authorities }
    }

    /// The authorities.
    pub fn authorities(&self) -> &[CardAuthority] {
        &self.authorities
    }

    /// Judges a card's certificate: its authority, and the certificates above it, its issuer first.
    pub(crate) fn check(
        &self,
        card: &CardCertificate<'_>,
        at: OffsetDateTime,
    ) -> Result<(&CardAuthority, Vec<Vec<u8>>), CardFault> {
        if card.basic()?.is_some_and(|basic| basic.ca) {
            return Err(CardFault::AuthorityAsCard);
        }
        if card.issuer == card.subject {
            return Err(CardFault::SelfSigned);
        }
        let usage = card.key_usage()?.ok_or(CardFault::KeyUsage)?;
        if !usage.digital_signature() && !usage.non_repudiation() {
            return Err(CardFault::KeyUsage);
        }
        card.check_valid_at(at)?;
        let mut fault = CardFault::UnknownAuthority;
        for authority in &self.authorities {
            match authority.path(card, at) {
                Ok(above) => return Ok((authority, above)),
                // An authority that does not know the issuer's name has nothing to say.
                Err(CardFault::UnknownAuthority) => {}
                Err(why) => fault = why,
            }
        }
        Err(fault)
    }
}

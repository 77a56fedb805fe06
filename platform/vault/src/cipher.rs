//! AES-256-GCM with the nonce in front: the one sealed form, for values and for wrapped keys.
//!
//! Form 1: `1 ‖ nonce (12) ‖ ciphertext ‖ tag (16)`. The number of the form is part of the associated data, so a value cannot be passed off as
//! one of another form. Nonces come from chance: a data key seals the values of one subject and a ring key wraps one key for each subject,
//! both far below the 2³² messages for which random nonces of 96 bits are safe (NIST SP 800-38D section 8.3).

use crate::VaultError;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use kernel::Random;
use zeroize::Zeroizing;

const FORM: u8 = 1;
const TAG_LEN: usize = 16;

/// Bytes that sealing adds.
pub const OVERHEAD: usize = 1 + NONCE_LEN + TAG_LEN;

fn cipher(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("the key has 32 bytes"))
}

fn associated(data: &[u8]) -> Vec<u8> {
    [&[FORM], data].concat()
}

/// Seals `plain`; `data` must be given again to open it.
pub fn seal(key: &[u8; 32], random: &dyn Random, data: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut nonce = [0; NONCE_LEN];
    random.fill(&mut nonce);
    // Room for everything at once: growing would leave a copy of the plain bytes behind.
    let mut out = Vec::with_capacity(plain.len() + OVERHEAD);
    out.push(FORM);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(plain);
    let start = 1 + NONCE_LEN;
    let tag = cipher(key)
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(associated(data)), &mut out[start..])
        .expect("a value is far shorter than the cipher allows");
    out.extend_from_slice(tag.as_ref());
    out
}

/// Opens what [`seal`] made.
pub fn open(key: &[u8; 32], data: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let (&form, rest) = sealed.split_first().ok_or(VaultError::Truncated)?;
    if form != FORM {
        return Err(VaultError::Form(form));
    }
    let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>().ok_or(VaultError::Truncated)?;
    if body.len() < TAG_LEN {
        return Err(VaultError::Truncated);
    }
    let mut plain = Zeroizing::new(body.to_vec());
    let length = cipher(key)
        .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(associated(data)), &mut plain)
        .map_err(|_| VaultError::NotOpened)?
        .len();
    plain.truncate(length);
    Ok(plain)
}

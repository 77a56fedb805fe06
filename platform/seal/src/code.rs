//! The code that is checked without a network, modes J and M (docs/verification.md, section 11): the summary, what ties it to its
//! leaf, the agency's signature, and in mode M the eight hashes that lead to an entry of the level-1 pack.

use tlog::checkpoint::{Checkpoint, year_of};
use tlog::hash::{Hash, ZERO};
use tlog::leaf::{Id, Kind, Leaf, auth};
use tlog::pack::PATH_HASHES;

use crate::bundle::Bundle;
use crate::keys::{Event, Signature};
use crate::qr::{base41, from_base41};
use crate::record::{SALT_BYTES, commitment, summary_commit};
use crate::summary::{SUMMARY_BYTES_MAX, Summary};

/// The path from a leaf to the entry of a level 1 tile.
pub type TilePathHashes = [Hash; PATH_HASHES];

/// What a code of mode J or M holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Year in the origin of the log.
    pub year: u16,
    /// Number of the authority's key statement.
    pub issuer: u16,
    /// When the leaf entered the log.
    pub time_ms: u64,
    /// The order's id.
    pub id: Id,
    /// Index of the leaf, below 2^40.
    pub index: u64,
    /// Salt of the summary.
    pub summary_salt: [u8; SALT_BYTES],
    /// Root over all fields.
    pub fields_root: Hash,
    /// The agency's signature.
    pub signature: Signature,
    /// Mode M: the way to the entry of the level 1 tile.
    pub path: Option<TilePathHashes>,
    /// The summary, CBOR.
    pub summary: Vec<u8>,
}

const J: u8 = b'J';
const M: u8 = b'M';
const INDEX_BYTES: usize = 5;

impl Code {
    /// The code of an order: mode M if its tile is full at the checkpoint of the bundle, mode J otherwise. `None` if fields are
    /// withheld (the root over them is in no file), or the log's origin has no year.
    #[must_use]
    pub fn of(bundle: &Bundle) -> Option<Self> {
        let checkpoint = Checkpoint::read_unverified(&bundle.checkpoint).ok()?;
        let logged = &bundle.logged;
        let is_full = logged.index / 256 < checkpoint.size / 256;
        Some(Self {
            year: year_of(&checkpoint.origin)?.parse().ok()?,
            issuer: logged.leaf.issuer,
            time_ms: logged.leaf.time_ms,
            id: logged.leaf.id,
            index: logged.index,
            summary_salt: bundle.summary_salt,
            fields_root: bundle.fields_root(),
            signature: bundle.signature,
            path: logged.inclusion.first_chunk().copied().filter(|_| is_full),
            summary: bundle.summary.clone(),
        })
    }

    /// The letter of its mode.
    #[must_use]
    pub const fn mode(&self) -> char {
        if self.path.is_some() { 'M' } else { 'J' }
    }

    /// The bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = vec![if self.path.is_some() { M } else { J }];
        out.extend(self.year.to_be_bytes());
        out.extend(self.issuer.to_be_bytes());
        out.extend(self.time_ms.to_be_bytes());
        out.extend(self.id);
        out.extend(&self.index.to_be_bytes()[8 - INDEX_BYTES..]);
        out.extend(self.summary_salt);
        out.extend(self.fields_root);
        out.extend(self.signature);
        out.extend(self.path.iter().flatten().flatten());
        out.extend(&self.summary);
        out
    }

    /// Reads the bytes. `None` unless [`Code::encode`] writes the same, and the summary is one.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        let [mode] = take(&mut rest)?;
        let code = Self {
            year: u16::from_be_bytes(take(&mut rest)?),
            issuer: u16::from_be_bytes(take(&mut rest)?),
            time_ms: u64::from_be_bytes(take(&mut rest)?),
            id: take(&mut rest)?,
            index: take::<INDEX_BYTES>(&mut rest)?.iter().fold(0, |index, byte| index << 8 | u64::from(*byte)),
            summary_salt: take(&mut rest)?,
            fields_root: take(&mut rest)?,
            signature: take(&mut rest)?,
            path: match mode {
                J => None,
                M => {
                    let mut path = [ZERO; PATH_HASHES];
                    for hash in &mut path {
                        *hash = take(&mut rest)?;
                    }
                    Some(path)
                }
                _ => return None,
            },
            summary: rest.to_vec(),
        };
        let sound = code.issuer != 0 && code.id != [0; 16] && rest.len() <= SUMMARY_BYTES_MAX;
        (sound && Summary::parse(rest).is_some()).then_some(code)
    }

    /// The text of the code: `<address of the platform>/Q/#<base41>`, in upper case. What stands after `#` is sent to no server.
    #[must_use]
    pub fn address(&self, public: &str) -> String {
        format!("{}/Q/#{}", public.trim_end_matches('/').to_uppercase(), base41(&self.encode()))
    }

    /// Reads the text of a code, as scanned or as a browser shows it. `None` if it is none.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (place, payload) = text.trim().split_once('#')?;
        let place = place.to_ascii_lowercase();
        let host = place.strip_prefix("https://").or_else(|| place.strip_prefix("http://"))?.strip_suffix("/q/")?;
        if host.is_empty() || host.contains(['/', '?', ' ']) {
            return None;
        }
        Self::decode(&from_base41(payload)?)
    }

    /// Whether a text means to be such a code, well made or not.
    #[must_use]
    pub fn is_meant(text: &[u8]) -> bool {
        let start = text.trim_ascii_start();
        let start = &start[..start.len().min(300)];
        let schemed = [&b"http://"[..], b"https://"]
            .iter()
            .any(|scheme| start.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)));
        schemed && start.windows(4).any(|part| part.eq_ignore_ascii_case(b"/q/#"))
    }

    /// What the code says.
    #[must_use]
    pub fn summary(&self) -> Option<Summary<'_>> {
        Summary::parse(&self.summary)
    }

    /// The leaf that follows from the code, if the agency's key is this one.
    #[must_use]
    pub fn leaf(&self, seal_key: &[u8; 32]) -> Leaf {
        let commitment = commitment(&summary_commit(&self.summary_salt, &self.summary), &self.fields_root);
        let event = Event { kind: Kind::Issue, issuer: self.issuer, id: self.id, commitment, prev: ZERO };
        event.leaf(self.time_ms, auth(&self.signature, seal_key))
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(*first)
}

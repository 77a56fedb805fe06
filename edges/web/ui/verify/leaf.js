// The 124 bytes of a leaf.

import { Fault, Undecided, concat, equal, isZero, number, sha256, u16, utf8 } from "./bytes.js";

export const LEAF_BYTES = 124;
const KIND_MAX = 10;
const KEY_EVENT = 7;
/** Types in which the log itself speaks. */
const OF_THE_LOG = [6, 9, 10];

/** @param {Uint8Array} bytes */
export function readLeaf(bytes) {
  if (bytes.length !== LEAF_BYTES || bytes[0] !== 1) throw new Fault("登錄資料長度或版本不對", "a leaf has another length or version");
  const part = (from, length) => bytes.slice(from, from + length);
  const leaf = {
    bytes,
    kind: bytes[1],
    issuer: number(part(2, 2)),
    timeMs: number(part(4, 8)),
    id: part(12, 16),
    commitment: part(28, 32),
    prev: part(60, 32),
    auth: part(92, 32),
  };
  if (!hasShape(leaf)) throw new Fault("登錄資料的種類或空欄不對", "a leaf is of an unknown type, or has zeros where none may stand or the reverse");
  return leaf;
}

/** Zeros stand exactly where the log itself speaks. */
function hasShape({ kind, issuer, id, auth }) {
  if (kind < 1 || kind > KIND_MAX) return false;
  const ofTheLog = OF_THE_LOG.includes(kind) || (kind === KEY_EVENT && issuer === 0);
  return ofTheLog ? issuer === 0 && isZero(id) && isZero(auth) : issuer !== 0 && !isZero(id);
}

export const leafHash = (data) => sha256(Uint8Array.of(0), data);

/** What an agency signs of a leaf: all but the time and what follows from the signature. */
export function signedPart(leaf) {
  return concat(utf8("gov-order/l1"), Uint8Array.of(leaf.kind), u16(leaf.issuer), leaf.id, leaf.commitment, leaf.prev);
}

/** @param {Uint8Array} publicKey raw, 32 bytes */
export async function ed25519(publicKey, signature, message) {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
  } catch (error) {
    // Browsers before 2025 lack the algorithm: that is "cannot decide", never "not valid".
    if (error.name === "NotSupportedError") throw new Undecided("這個瀏覽器不支援 Ed25519，請更新瀏覽器", "this browser does not support Ed25519; please update it");
    return false;
  }
}

/** Whether the signature is by this key, and the leaf says so in `auth`. */
export async function isSignedBy(leaf, signature, publicKey) {
  const opened = await sha256(signature, await sha256(publicKey));
  return equal(opened, leaf.auth) && (await ed25519(publicKey, signature, signedPart(leaf)));
}

export const hasAuthor = (leaf) => !isZero(leaf.auth);

// The 124 bytes of a leaf.

import { Fault, Undecided, concat, equal, isZero, number, sha256, u16, utf8 } from "./bytes.js";

export const LEAF_BYTES = 124;

/** @param {Uint8Array} bytes */
export function readLeaf(bytes) {
  if (bytes.length !== LEAF_BYTES || bytes[0] !== 1) throw new Fault("登錄資料長度或版本不對", "a leaf has another length or version");
  const part = (from, length) => bytes.slice(from, from + length);
  return {
    bytes,
    kind: bytes[1],
    issuer: number(part(2, 2)),
    timeMs: number(part(4, 8)),
    id: part(12, 16),
    commitment: part(28, 32),
    prev: part(60, 32),
    auth: part(92, 32),
  };
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

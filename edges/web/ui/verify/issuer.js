// The key statement of an authority, and the leaf that fixes it in the log.

import { fromB64u } from "./base.js";
import { Fault, equal, isZero, sha256, utf8 } from "./bytes.js";
import { exactly, parseCanonical, whole } from "./json.js";
import { isSignedBy, readLeaf } from "./leaf.js";
import { isIncluded } from "./tree.js";

const KEY_EVENT = 7;

/** The members by which a statement replaces an earlier one. */
const SUCCESSION = ["endorsement", "replaces", "revoked_from"];

/** What the statement alone shows; the endorsement is checked by whoever has the statement that is replaced. */
function checkSuccession(it) {
  if (it.format !== "renshi-issuer/2") throw new Fault("不認識的機關金鑰聲明", "the key statement is of an unknown format");
  const endorsed = it.endorsement !== null;
  if (endorsed) fromB64u(it.endorsement, 64);
  else whole(it.revoked_from);
  if (whole(it.replaces) >= whole(it.issuer) || (endorsed && it.revoked_from !== null)) {
    throw new Fault("機關金鑰聲明的更換資料不符", "the key statement does not say rightly what it replaces");
  }
}

/** @param {Uint8Array} bytes of the canonical statement */
export function readStatement(bytes) {
  const parsed = parseCanonical(bytes);
  const first = parsed?.format === "renshi-issuer/1";
  const it = exactly(parsed, "agency", "card_ca", "document_certificate", "format", "issuer", "name", "seal_key", ...(first ? [] : SUCCESSION));
  if (!first) checkSuccession(it);
  return {
    first,
    agency: it.agency,
    name: it.name,
    issuer: whole(it.issuer),
    sealKey: fromB64u(it.seal_key, 32),
    cardCa: fromB64u(it.card_ca, 32),
    documentCertificate: fromB64u(it.document_certificate),
  };
}

/**
 * Checks a key statement as bundles and proofs carry it.
 * @param {object} part {statement, signature, leaf, index, inclusion} @param {{size: number, root: Uint8Array} | null} checkpoint
 * @param {number} before index of the order's leaf, which the key statement's must precede
 * @returns {Promise<object>} the statement; a fault says what is wrong
 */
export async function checkIssuer(part, checkpoint, before) {
  exactly(part, "statement", "signature", "leaf", "index", "inclusion");
  const bytes = fromB64u(part.statement);
  const statement = readStatement(bytes);
  const leaf = readLeaf(fromB64u(part.leaf));
  if (leaf.kind !== KEY_EVENT || leaf.issuer !== statement.issuer) {
    throw new Fault("機關金鑰的登錄資料不符", "the leaf of the key statement is not of its kind or number");
  }
  if (isZero(leaf.prev) !== statement.first) {
    throw new Fault("機關金鑰的登錄順序不符", "the leaf of the key statement does not follow the one it should");
  }
  if (!equal(leaf.commitment, await sha256(utf8("gov-order/k1"), bytes))) {
    throw new Fault("機關金鑰聲明與登錄簿不符", "the key statement is not the one in the register");
  }
  if (!(await isSignedBy(leaf, fromB64u(part.signature, 64), statement.sealKey))) {
    throw new Fault("機關金鑰聲明的簽章不符", "the key statement is not signed by its key");
  }
  if (whole(part.index) >= before) throw new Fault("機關金鑰在發布之後才登錄", "the key statement was registered after the order");
  if (checkpoint && !(await isIncluded(leaf.bytes, whole(part.index), part.inclusion.map((hash) => fromB64u(hash, 32)), checkpoint))) {
    throw new Fault("機關金鑰聲明不在登錄簿裡", "the key statement is not in the register");
  }
  return statement;
}

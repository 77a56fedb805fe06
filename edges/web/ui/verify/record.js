// Disclosures, the roots over them, and the commitment.

import { fromB64u, toB64u } from "./base.js";
import { Fault, equal, sha256, utf8 } from "./bytes.js";
import { canonical, parseCanonical } from "./json.js";

/** Fields that are fixed only when the order is sealed; the approver signs the others. */
const NOT_APPROVED = new Set(["document_number", "issued_on"]);

/** Summary keys that repeat a field word for word. */
const REPEATED = {
  2: "document_number", 3: "issued_on", 4: "issuing_agency", 5: "recipient", 8: "reason", 9: "outcome", 10: "legal_basis",
};

/** @param {string} text @returns {Promise<{name: string, value: string, digest: string}>} */
async function readDisclosure(text) {
  const parts = parseCanonical(fromB64u(text));
  if (!Array.isArray(parts) || parts.length !== 3 || !parts.every((part) => typeof part === "string")) {
    throw new Fault("揭露的欄位格式不對", "a disclosure is malformed");
  }
  fromB64u(parts[0], 16);
  return { name: parts[1], value: parts[2], digest: toB64u(await sha256(utf8(text))) };
}

/** Root over digests, sorted as ASCII. */
const rootOfDigests = (digests) => sha256(utf8(canonical([...digests].sort())));

/**
 * @param {string[]} disclosures @param {string[]} withheld digests
 * @returns {Promise<{fields: Map<string, string>, fieldsRoot: Uint8Array, contentRoot: Uint8Array}>}
 */
export async function readRecord(disclosures, withheld) {
  const shown = await Promise.all(disclosures.map(readDisclosure));
  const fields = new Map(shown.map(({ name, value }) => [name, value]));
  if (fields.size !== shown.length) throw new Fault("同一欄位出現兩次", "a field is disclosed twice");
  withheld.forEach((digest) => fromB64u(digest, 32));
  const all = [...shown.map(({ digest }) => digest), ...withheld];
  if (new Set(all).size !== all.length || withheld.some((digest, at) => at > 0 && withheld[at - 1] >= digest)) {
    throw new Fault("未揭露欄位的清單不對", "the withheld digests are not sorted or repeat one");
  }
  for (const name of NOT_APPROVED) {
    if (!fields.has(name)) throw new Fault("沒有揭露發文字號或日期", `${name} is not disclosed`);
  }
  const approved = [...shown.filter(({ name }) => !NOT_APPROVED.has(name)).map(({ digest }) => digest), ...withheld];
  return { fields, fieldsRoot: await rootOfDigests(all), contentRoot: await rootOfDigests(approved) };
}

export async function commitmentOf(summarySalt, summary, fieldsRoot) {
  const summaryCommit = await sha256(utf8("gov-order/s1"), summarySalt, summary);
  return sha256(utf8("gov-order/c1"), summaryCommit, fieldsRoot);
}

/** Whether the summary says of each disclosed field what the field says. */
export function agrees(summary, fields) {
  return Object.entries(REPEATED).every(([key, name]) => !fields.has(name) || (summary.get(Number(key)) ?? "") === fields.get(name));
}

/**
 * Opens the summary that a QR code's key unlocks, and checks it against the leaf.
 * @returns {Promise<{summary: Uint8Array, matches: boolean}>}
 */
export async function openSealed(sealed, key, leaf) {
  const plain = await decrypt(sealed, key, leaf.id);
  const [salt, fieldsRoot, summary] = [plain.slice(0, 16), plain.slice(16, 48), plain.slice(48)];
  return { summary, matches: equal(await commitmentOf(salt, summary, fieldsRoot), leaf.commitment) };
}

async function decrypt(sealed, key, id) {
  const aes = await crypto.subtle.importKey("raw", key, { name: "AES-GCM" }, false, ["decrypt"]);
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12), additionalData: id }, aes, sealed));
  } catch {
    throw new Fault("網址裡的鑰匙打不開這份摘要", "the key in the address does not open the summary");
  }
}

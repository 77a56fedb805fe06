// Codes of modes J and M (section 11): the summary, what ties it to its leaf, and in mode M the way to a level 1 tile.

import { fromBase41 } from "./base.js";
import { Fault, concat, isZero, number, sha256, u16 } from "./bytes.js";
import { readSummary } from "./cbor.js";
import { readLeaf } from "./leaf.js";
import { commitmentOf } from "./record.js";

const SUMMARY_MAX = 4096;
const PATH_HASHES = 8;
const broken = () => new Fault("條碼內容不完整或已被改動", "the code is incomplete or was changed");

/** Whether an address is that of such a code, well made or not. */
export const isCode = (text) => /^https?:\/\/[^/?# ]+\/q\/#/i.test(text.trim());

/** @param {string} text as scanned, or as a browser shows it */
export function readCode(text) {
  const parts = /^https?:\/\/[^/?# ]+\/q\/#(.*)$/i.exec(text.trim());
  if (!parts) throw broken();
  const bytes = fromBase41(parts[1]);
  let at = 0;
  const take = (length) => {
    if (at + length > bytes.length) throw broken();
    at += length;
    return bytes.slice(at - length, at);
  };
  const mode = { 0x4a: "J", 0x4d: "M" }[take(1)[0]];
  if (!mode) throw broken();
  const code = {
    mode, year: number(take(2)), issuer: number(take(2)), time: take(8), id: take(16), index: number(take(5)),
    salt: take(16), fieldsRoot: take(32), signature: take(64),
    path: mode === "M" ? Array.from({ length: PATH_HASHES }, () => take(32)) : null,
  };
  const summary = bytes.slice(at);
  if (code.issuer === 0 || isZero(code.id) || summary.length > SUMMARY_MAX) throw broken();
  return { ...code, summary, texts: readSummary(summary) };
}

/** The leaf that follows from a code, if the agency's key is this one. */
export async function leafOf(code, sealKey) {
  const commitment = await commitmentOf(code.salt, code.summary, code.fieldsRoot);
  const auth = await sha256(code.signature, await sha256(sealKey));
  return readLeaf(concat(Uint8Array.of(1, 1), u16(code.issuer), code.time, code.id, commitment, new Uint8Array(32), auth));
}

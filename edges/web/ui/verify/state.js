// What became of an order: the fold of its leaves in log order, and the status file that says the same in two bits.

import { Fault, equal, number, sha256, utf8 } from "./bytes.js";
import { hasAuthor, leafHash } from "./leaf.js";

const ISSUE = 1;
/** What may follow an issue in its chain: corrections, renditions, erasures. */
const LATER = [2, 3, 4, 5, 8];
const AFTER = {
  valid: { 2: "superseded", 3: "revoked", 4: "repealed" },
  superseded: { 2: "superseded", 3: "revoked", 4: "repealed" },
  repealed: { 2: "repealed", 3: "revoked", 4: "repealed" },
  revoked: { 2: "revoked", 3: "revoked", 4: "revoked" },
};
const BITS = { valid: 0, revoked: 1, repealed: 1, superseded: 2 };

/**
 * @param {{bytes: Uint8Array, kind: number}[]} leaves of one order in log order, the first of type 1
 * @returns {Promise<{state: string, counted: number[]}>} the state, and which leaves counted
 */
export async function fold(leaves) {
  let state = null;
  let last = new Uint8Array(32);
  const counted = [];
  for (const [at, leaf] of leaves.entries()) {
    if (!hasAuthor(leaf) || !equal(leaf.prev, last)) continue;
    if (state === null ? leaf.kind !== ISSUE : !LATER.includes(leaf.kind)) continue;
    if (state === null) state = "valid";
    else state = AFTER[state][leaf.kind] ?? state;
    counted.push(at);
    last = await leafHash(leaf.bytes);
  }
  return { state, counted };
}

/** The two bits that a status file must hold for a state. */
export const bitsOf = (state) => BITS[state];

/** The two bits of the leaf at `index`. */
export function statusAt(file, index) {
  const byte = file[Math.floor(index / 4)];
  if (byte === undefined) throw new Fault("狀態檔不完整", "the status file is too short");
  return (byte >> (2 * (index % 4))) & 3;
}

/** Whether a status file of a first shard is the one its leaf commits to. */
export const isCommitted = async (file, leaf) => equal(await sha256(file), leaf.commitment);

/**
 * What the status file to which a type 6 leaf commits says: the bits of each shard by its year. That of a first shard is bits alone;
 * that of a later one has a section for each, and stands under a prefix in the commitment.
 * @param {Uint8Array} file @param {object} leaf of type 6 @param {number} year of its shard @param {number} index of the leaf
 * @returns {Promise<Map<number, Uint8Array>>}
 */
export async function readStatus(file, leaf, year, index) {
  const wrong = () => new Fault("狀態檔和登錄簿不符", "the status file is not the one in the register");
  if (await isCommitted(file, leaf)) {
    if (file.length !== Math.ceil(index / 4)) throw wrong();
    return new Map([[year, file]]);
  }
  if (!equal(await sha256(utf8("gov-order/t1"), file), leaf.commitment)) throw wrong();
  const sections = new Map();
  let last = { year: -1, leaves: 0 };
  for (let at = 0; at < file.length; ) {
    const section = { year: number(file.subarray(at, at + 2)), leaves: number(file.subarray(at + 2, at + 10)) };
    const end = at + 10 + Math.ceil(section.leaves / 4);
    if (end > file.length || section.year <= last.year) throw wrong();
    sections.set(section.year, file.subarray(at + 10, end));
    [last, at] = [section, end];
  }
  if (sections.size < 2 || last.year !== year || last.leaves !== index) throw wrong();
  return sections;
}

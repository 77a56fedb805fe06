// What became of an order: the fold of its leaves in log order, and the status file that says the same in two bits.

import { Fault, equal, sha256 } from "./bytes.js";
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

/** Whether a status file is the one its leaf commits to. */
export const isCommitted = async (file, leaf) => equal(await sha256(file), leaf.commitment);

// Merkle trees after RFC 6962.

import { Fault, equal, sha256 } from "./bytes.js";
import { leafHash } from "./leaf.js";

export const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

/**
 * The root that an audit path leads to.
 * @param {number} index of the leaf @param {number} size of the tree @param {Uint8Array} hash of the leaf @param {Uint8Array[]} path
 */
export async function rootOfPath(index, size, hash, path) {
  if (!(index < size)) throw new Fault("位置超出登錄簿", "the index is beyond the size of the tree");
  // Numbers beyond 32 bits rule out shifts.
  let at = index;
  let last = size - 1;
  for (const sibling of path) {
    if (last === 0) throw new Fault("證明路徑太長", "the audit path is too long");
    if (at % 2 === 1) {
      hash = await nodeHash(sibling, hash);
    } else if (at < last) {
      hash = await nodeHash(hash, sibling);
    } else {
      // The right edge: the levels where this node has no sibling are skipped.
      hash = await nodeHash(sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)];
    }
    [at, last] = [Math.floor(at / 2), Math.floor(last / 2)];
  }
  if (last !== 0) throw new Fault("證明路徑太短", "the audit path is too short");
  return hash;
}

/** Root over the data of all leaves. */
export async function rootOf(leaves) {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return leafHash(leaves[0]);
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return nodeHash(await rootOf(leaves.slice(0, left)), await rootOf(leaves.slice(left)));
}

/** Whether the data is the leaf at `index` of the tree with this size and root. */
export async function isIncluded(data, index, path, { size, root }) {
  return equal(await rootOfPath(index, size, await leafHash(data), path), root);
}

// A whole log, read as it is served (C2SP tlog-tiles): every entry is hashed again up to the root of its checkpoint. This decides what
// became of an order without believing any server; it reads 32 MB for a quarter of a million entries, so pages do not do it.

import { placesOf } from "./bundle.js";
import { Fault, Undecided, equal, isZero, number } from "./bytes.js";
import { leafHash, readLeaf, LEAF_BYTES } from "./leaf.js";
import { readCheckpoint } from "./note.js";
import { fold } from "./state.js";
import { rootOf } from "./tree.js";

const TILE = 256;
const KEY_EVENT = 7;

/**
 * @param {(path: string) => Promise<Uint8Array | null>} read a file of the log; null if it is not there
 * @param {string} vkey
 * @returns {Promise<{checkpoint: object, leaves: object[]}>}
 */
export async function readLog(read, vkey) {
  const note = await read("checkpoint");
  if (!note) throw new Fault("這裡沒有登錄簿", "there is no checkpoint here");
  const checkpoint = await readCheckpoint(new TextDecoder().decode(note), vkey);
  const leaves = [];
  for (let tile = 0; tile * TILE < checkpoint.size; tile++) {
    const width = Math.min(TILE, checkpoint.size - tile * TILE);
    leaves.push(...(await readEntries(read, tile, width)));
  }
  if (!equal(await rootOf(leaves), checkpoint.root)) throw new Fault("登錄簿的內容和簽署的不同", "the entries do not hash to the root of the checkpoint");
  const parsed = leaves.map(readLeaf);
  if (parsed.some(({ timeMs }, at) => at > 0 && timeMs < parsed[at - 1].timeMs)) throw new Fault("登錄簿的時間倒退", "time runs back in the log");
  await checkKeyEvents(parsed);
  return { checkpoint, leaves: parsed };
}

/** Key events of one authority have one id and follow each other; from each one on, no leaf names the number before it. */
async function checkKeyEvents(leaves) {
  const newest = new Map();
  const replaced = new Set();
  for (const leaf of leaves) {
    if (replaced.has(leaf.issuer)) throw new Fault("登錄簿使用了已更換的機關金鑰", "a leaf names keys that had been replaced");
    if (leaf.kind !== KEY_EVENT || leaf.issuer === 0) continue;
    const id = leaf.id.join();
    const before = newest.get(id);
    if (before ? !equal(leaf.prev, before.hash) : !isZero(leaf.prev)) {
      throw new Fault("機關金鑰的登錄順序不符", "a key event does not follow the one before it");
    }
    if (before) replaced.add(before.issuer);
    newest.set(id, { issuer: leaf.issuer, hash: await leafHash(leaf.bytes) });
  }
}

async function readEntries(read, tile, width) {
  const path = `tile/entries/${tilePath(tile)}`;
  const bytes = (width < TILE && (await read(`${path}.p/${width}`))) || (await read(path));
  const entries = [];
  for (let at = 0; bytes && entries.length < width; at += 2 + LEAF_BYTES) {
    const entry = bytes.subarray(at + 2, at + 2 + LEAF_BYTES);
    if (entry.length !== LEAF_BYTES || number(bytes.subarray(at, at + 2)) !== LEAF_BYTES) break;
    entries.push(entry);
  }
  if (entries.length !== width) throw new Fault("登錄簿不完整", `the entries of ${path} are not complete`);
  return entries;
}

/** Groups of three digits, all but the last marked: 1234067 is x001/x234/067. */
export function tilePath(tile) {
  const groups = [];
  for (let rest = tile; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(String(rest % 1000).padStart(3, "0"));
  return groups.map((group, at) => (at + 1 < groups.length ? `x${group}` : group)).join("/");
}

/**
 * The state of the order of a bundle as the whole log has it. What the bundle names must stand in the log where it says, and its checkpoint
 * must be one of this log: otherwise one key signed two logs.
 * @param {{checkpoint: object, leaves: object[]}[]} shards the first one first; later events on the order may stand in a later one
 * @param {{bundle: object, leaf: object, checkpoint: {size: number, root: Uint8Array}}} found
 */
export async function stateInLog(shards, { bundle, leaf, checkpoint }) {
  const first = shards.findIndex((shard) => shard.checkpoint.origin === checkpoint.origin);
  if (first < 0) throw new Undecided("手邊的登錄簿不是這份令所登錄的", "the log at hand is another one than the order's");
  const log = shards[first];
  for (const place of placesOf(bundle)) {
    const held = log.leaves[place.index];
    if (!held) throw new Undecided("手邊的登錄簿早於這份令", "the log at hand ends before this order");
    if (!equal(held.bytes, place.leaf.bytes)) throw new Fault("登錄簿的這個位置不是這份令", "the log does not hold this leaf at this index");
  }
  if (checkpoint.size <= log.leaves.length) {
    const root = await rootOf(log.leaves.slice(0, checkpoint.size).map(({ bytes }) => bytes));
    if (!equal(root, checkpoint.root)) throw new Fault("這份令的簽署不屬於這本登錄簿：同一把金鑰簽了兩本登錄簿", "the checkpoint of this order is not one of the log at hand: one key signed two logs");
  }
  const events = shards.slice(first).flatMap(({ leaves }) => leaves.filter(({ id }) => equal(id, leaf.id)));
  return (await fold(events)).state;
}

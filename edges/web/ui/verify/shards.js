// A register of several shards, read whole (section 13): each says how it ends and what it follows, and the keys of the next.

import { fromB64u } from "./base.js";
import { Fault, Undecided, equal, sha256, utf8 } from "./bytes.js";
import { exactly, parseCanonical } from "./json.js";
import { leafHash } from "./leaf.js";
import { readLog } from "./log.js";
import { yearOf } from "./note.js";
import { rootOf } from "./tree.js";

const KEY_EVENT = 7;
const isOfTheLog = (leaf) => leaf.kind === KEY_EVENT && leaf.issuer === 0;
const wrong = (zh, en) => new Fault(`登錄簿的接續不符：${zh}`, en);

/**
 * @param {(path: string) => Promise<Uint8Array | null>} read a file of the log; null if it is not there
 * @param {string} vkey of the first shard
 * @returns {Promise<{checkpoint: object, leaves: object[], vkey: string, note: string}[]>} the shards that are at hand, the first one first
 */
export async function readShards(read, vkey) {
  const shards = [];
  for (let next = { vkey, folder: "" }; next; ) {
    const within = ((folder) => (path) => read(`${folder}${path}`))(next.folder);
    const log = await readLog(within, next.vkey);
    const links = await readLinks(log, within);
    await checkFollows(shards.at(-1), { log, links });
    shards.push({ log: { ...log, vkey: next.vkey, note: new TextDecoder().decode(await within("checkpoint")) }, links });
    const folder = links.next && `${String(yearOf(links.next.next_origin)).padStart(4, "0")}/`;
    next = folder && (await read(`${folder}checkpoint`)) ? { vkey: links.next.vkeys[0], folder } : null;
  }
  return shards.map(({ log }) => log);
}

/** What the key events of a log say of it. */
async function readLinks({ checkpoint, leaves }, read) {
  const links = {};
  let prev = new Uint8Array(32);
  for (const [index, leaf] of leaves.entries()) {
    if (!isOfTheLog(leaf)) continue;
    const bytes = await read(`key-events/${index}.json`);
    if (!bytes) throw new Undecided("缺少登錄簿自己的聲明", `key-events/${index}.json is missing`);
    if (!equal(leaf.prev, prev) || !equal(leaf.commitment, await sha256(utf8("gov-order/k1"), bytes))) throw wrong("聲明不符", "a key event of the log is not the one its leaf commits to");
    prev = await leafHash(leaf.bytes);
    const said = parseCanonical(bytes);
    if (said.format === "renshi-open/1") {
      exactly(said, "format", "origin", "root", "size");
      if (links.open || !leaves.slice(0, index).every((one) => one.kind === KEY_EVENT && one.issuer > 0)) throw wrong("開始不符", "something other than key statements stands before the open event");
      links.open = { ...said, index };
    } else if (said.format === "renshi-next-shard/1") {
      links.announced = exactly(said, "format", "next_origin", "vkeys");
    } else if (said.format === "renshi-close/1") {
      exactly(said, "format", "next_origin", "origin", "root", "size");
      const root = await rootOf(leaves.slice(0, index).map((one) => one.bytes));
      const isEnd = index === checkpoint.size - 1 && said.size === index && said.origin === checkpoint.origin && equal(fromB64u(said.root, 32), root);
      if (!isEnd || links.announced?.next_origin !== said.next_origin) throw wrong("結束不符", "the close event is not the end of this log");
      links.next = links.announced;
    } else throw wrong("聲明不明", "a key event of the log is of an unknown format");
  }
  return links;
}

async function checkFollows(before, { log, links }) {
  if (!before) {
    if (links.open) throw new Undecided("這是後續年度的登錄簿，須從第一本讀起", "this shard follows another one, which must be read first");
    return;
  }
  const { open } = links;
  const { checkpoint, leaves } = before.log;
  const follows = open && open.origin === checkpoint.origin && open.size === checkpoint.size && equal(fromB64u(open.root, 32), checkpoint.root);
  const keys = leaves.filter((leaf) => leaf.kind === KEY_EVENT && leaf.issuer > 0);
  const same = open && keys.length === open.index && keys.every((leaf, at) => equal(leaf.bytes, log.leaves[at].bytes));
  if (!follows || !same || before.links.next.next_origin !== log.checkpoint.origin) throw wrong("沒有接上前一本", "the shard does not begin with the end of the one before it");
}

// What the pages ask of the server: public files only, and nothing of what the reader holds but the random id of the order.

import { toBase41 } from "./base.js";
import { Fault, Undecided, equal } from "./bytes.js";
import { attempt } from "./bundle.js";
import { checkProof } from "./proof.js";
import { vkeyOfPolicy } from "./note.js";
import { readPolicy } from "./policy.js";
import { PAGE } from "./words.js";

/** @returns {Promise<Uint8Array>} */
export async function fetchBytes(address) {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) throw new Undecided(PAGE.unreachable.zh, PAGE.unreachable.en);
  let response;
  try {
    response = await fetch(url, { credentials: "omit" });
  } catch {
    throw new Undecided(PAGE.unreachable.zh, PAGE.unreachable.en);
  }
  if (response.status === 404) throw new Undecided(PAGE.notHere.zh, PAGE.notHere.en);
  if (!response.ok) throw new Undecided(PAGE.unreachable.zh, PAGE.unreachable.en);
  return new Uint8Array(await response.arrayBuffer());
}

/**
 * The keys of the log's shards, one a line, which are those in the page and which the register must not contradict, and the policies with
 * their witnesses: that of the first, and where there are several, all of them by origin.
 * @returns {Promise<{vkey: string, policy?: object}>}
 */
export async function trustOf(place) {
  const { vkey, policy } = place.dataset;
  const shards = new Map();
  try {
    const keys = vkey.split(/\s+/);
    for (const [at, address] of policy.split(/\s+/).entries()) {
      const text = new TextDecoder().decode(await fetchBytes(address));
      if (vkeyOfPolicy(text) !== keys[at]) throw new Fault(PAGE.otherKey.zh, PAGE.otherKey.en);
      shards.set(keys[at].slice(0, keys[at].indexOf("+")), readPolicy(text));
    }
    const [first] = shards.values();
    return { vkey, policy: shards.size > 1 ? { ...first, shards } : first };
  } catch (error) {
    // Out of reach is no contradiction: a file can be checked without the network.
    if (!(error instanceof Undecided)) throw error;
  }
  return { vkey };
}

/**
 * The proof of an order as the register gives it now. Asked once more if its status does not hold: between the answer and the
 * status file a new snapshot may have taken the place of the old one.
 */
export async function askProof(id, key, trust) {
  const found = await askOnce(id, key, trust);
  const failed = found.checks.filter(({ state }) => state === "failed");
  return failed.length > 0 && failed.every(({ name }) => name === "status") ? askOnce(id, key, trust) : found;
}

async function askOnce(id, key, trust) {
  const address = `/q/${toBase41(id)}/proof.json`;
  const bytes = await attempt("file", () => fetchBytes(address));
  if (bytes.state !== "ok") return { checks: [{ ...bytes, name: "status" }] };
  return checkProof(bytes.value, { id, key, ...trust, fetchBytes });
}

/** The state of an order somebody holds as a file: the lines to add to the file's own checks, the state last. */
export async function askState(leaf, trust) {
  const found = await askProof(leaf.id, undefined, trust);
  const witnesses = found.checks.filter(({ name }) => name === "witnesses");
  const bad = found.checks.find(({ name, state }) => state !== "ok" && state !== "absent" && name !== "witnesses");
  if (bad) return [...witnesses, { ...bad, name: "status" }];
  if (!equal(found.leaf.bytes, leaf.bytes)) return [...witnesses, { name: "status", state: "failed", why: PAGE.otherLeaf }];
  return [...witnesses, found.checks.find(({ name }) => name === "status")];
}

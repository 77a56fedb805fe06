// The pack on this device: fetched whole, checked, then kept in one step; and the page itself, which a service worker keeps.

import { fetchBytes } from "./ask.js";
import { Fault, Undecided, equal } from "./bytes.js";
import { trusted } from "./bundle.js";
import { vkeyOfPolicy } from "./note.js";
import { filesOf, openPack, readIndex } from "./pack.js";
import { PAGE } from "./words.js";

const TRIES = 3;
const WORKER = "/Q/worker.js";

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("renshi-verify", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("pack");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function inStore(mode, work) {
  const db = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = db.transaction("pack", mode);
      const request = work(transaction.objectStore("pack"));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = () => reject(transaction.error);
      transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    db.close();
  }
}

/** @returns {Promise<Map<string, Uint8Array> | undefined>} */
export const kept = () => inStore("readonly", (store) => store.get("files"));
const keep = (files) => inStore("readwrite", (store) => store.put(files, "files"));

/** The files as they are served now. A full tile that is here already is not asked for again. */
async function download(vkey, log, before) {
  const files = new Map([["policy.txt", await fetchBytes(`${log}policy.txt`)], ["pack.json", await fetchBytes(`${log}pack.json`)]]);
  if (vkeyOfPolicy(new TextDecoder().decode(files.get("policy.txt"))) !== vkey) throw new Fault(PAGE.otherKey.zh, PAGE.otherKey.en);
  const checkpoint = await trusted(readIndex(files.get("pack.json")).checkpoint, vkey);
  const { tiles, status } = filesOf(checkpoint);
  for (const name of tiles) {
    const here = name.includes(".p/") ? undefined : before?.get(name);
    files.set(name, here ?? (await fetchBytes(`${log}${name}`)));
  }
  files.set(status, await fetchBytes(`${log}${status}`));
  return files;
}

/**
 * The pack: the newest one if the register can be reached, the one that is kept otherwise.
 * @param {string} vkey key of the running shard, as the page has it @param {string} log where that is served, with `/` at its end
 * @returns {Promise<{pack: object, fresh: boolean}>}
 */
export async function bringPack(vkey, log) {
  const before = await kept();
  const old = before && (await openPack(before, vkey).catch(() => undefined));
  for (let tries = 1; ; tries++) {
    try {
      const files = await download(vkey, log, old && before);
      const pack = await openPack(files, vkey);
      continues(pack, old);
      await keep(files);
      return { pack, fresh: true };
    } catch (error) {
      if (error instanceof Undecided) {
        if (old) return { pack: old, fresh: false };
        throw error;
      }
      // Between two files a new snapshot may have taken the place of the old one.
      if (tries === TRIES) throw error;
    }
  }
}

/** A register that is not the one seen before is no register to believe. */
function continues(pack, old) {
  if (!old) return;
  if (pack.checkpoint.size < old.checkpoint.size) throw new Undecided(PAGE.unreachable.zh, PAGE.unreachable.en);
  const same = old.tops.every((hash, at) => equal(hash, pack.tops[at])) && (pack.checkpoint.size > old.checkpoint.size || equal(pack.checkpoint.root, old.checkpoint.root));
  if (!same) throw new Fault("這次的登錄簿和裝置上保存的不是同一本", "this is not the register that was kept on this device");
}

/** Lets this page open without a network from now on. The browser takes the address of a worker from a policy only. */
export async function keepPage() {
  if (!navigator.serviceWorker) return;
  globalThis.trustedTypes?.createPolicy("default", { createScriptURL: (address) => (address === WORKER ? address : null) });
  await navigator.serviceWorker.register(WORKER, { scope: "/Q/" });
}

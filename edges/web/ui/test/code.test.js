// The published codes with the published log as their pack.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { Undecided } from "../verify/bytes.js";
import { readCheckpoint } from "../verify/note.js";
import { checkCode, filesOf, openPack, readIndex } from "../verify/pack.js";
import { VERDICTS, verdictOf } from "../verify/verdict.js";
import { vkey } from "./proofs.js";
import { bytesOf, read } from "./vectors.js";

const start = bytesOf("seal/log/pack.json");
const { tiles, status } = filesOf(await readCheckpoint(readIndex(start).checkpoint, vkey));
const files = () => new Map([["pack.json", start], ["policy.txt", bytesOf("seal/log/policy.txt")], ...[...tiles, status].map((name) => [name, bytesOf(`seal/log/${name}`)])]);
const pack = await openPack(files(), vkey);
const codes = read("seal/codes.json");

test("the pack names files that are there", () => {
  assert.deepEqual(tiles, ["tile/1/000.p/1", "tile/0/001.p/11"]);
  assert.ok(existsSync(new URL(`../../../../cases/seal/log/${status}`, import.meta.url)));
});

for (const { name, text, exit } of codes) {
  test(`code ${name}`, async () => {
    const { checks, state } = await checkCode(text, async () => pack);
    assert.equal(VERDICTS[verdictOf(checks, state)].code, exit, JSON.stringify(checks.map(({ name, state, why }) => [name, state, why?.en])));
  });
}

test("without a pack nothing is decided about a code that can be read", async () => {
  const { checks, state } = await checkCode(codes[0].text, async () => { throw new Undecided("", ""); });
  assert.equal(verdictOf(checks, state), "undecided");
});

for (const [name, at] of [["pack.json", 30], ["pack.json", 900], ["tile/1/000.p/1", 3], ["tile/0/001.p/11", 40], [status, 60]]) {
  test(`a pack with a false byte in ${name} is refused`, async () => {
    const flipped = files();
    const bytes = flipped.get(name).slice();
    bytes[at] ^= 1;
    flipped.set(name, bytes);
    await assert.rejects(openPack(flipped, vkey), (error) => !(error instanceof Undecided));
    flipped.delete(name);
    await assert.rejects(openPack(flipped, vkey), Undecided);
  });
}

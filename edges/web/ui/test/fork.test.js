// Receipts of a fork, and such as too few witnesses cosigned, through the program for a command line: the shared cases.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { read } from "./vectors.js";

const at = (path) => fileURLToPath(new URL(`../../../../cases/seal/${path}`, import.meta.url));
const program = fileURLToPath(new URL("../verify/node.js", import.meta.url));

for (const { file, policy, log, exit } of read("seal/forks.json")) {
  test(`${file} by ${policy}${log ? " with the log" : ""}: ${exit}`, () => {
    const asked = [program, at(file), "--policy", at(policy), ...(log ? ["--log", at("log")] : [])];
    const found = spawnSync(process.execPath, asked, { encoding: "utf8" });
    assert.equal(found.status, exit, `${found.stdout}${found.stderr}`);
  });
}

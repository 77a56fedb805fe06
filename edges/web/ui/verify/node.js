// The same verifier from a command line: node verify/node.js FILE --log FOLDER [--policy FILE]
// Prints each check and the verdict; exits 0, 1, 2 or 3 as docs/verification.md lists them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { attempt, witnessed } from "./bundle.js";
import { checkFile } from "./file.js";
import { stateInLog } from "./log.js";
import { vkeyOfPolicy } from "./note.js";
import { checkReceipt, readPolicy } from "./policy.js";
import { readShards } from "./shards.js";
import { VERDICTS, verdictOf } from "./verdict.js";

const present = (path) => readFile(path).then((bytes) => new Uint8Array(bytes), () => null);

const { values, positionals } = parseArgs({ allowPositionals: true, options: { log: { type: "string" }, policy: { type: "string" } } });
const policy = await present(values.policy ?? (values.log ? join(values.log, "policy.txt") : ""));
const vkey = policy ? vkeyOfPolicy(new TextDecoder().decode(policy)) : undefined;
const logs = values.log && vkey ? await attempt("status", () => readShards((path) => present(join(values.log, path)), vkey)) : undefined;
// The keys of later shards are those that the ones before them announced.
const vkeys = logs?.value?.map((log) => log.vkey).join("\n") ?? vkey;
const found = await checkFile(new Uint8Array(await readFile(positionals[0])), vkeys);
const judged = logs?.value && found.bundle && found.checkpoint ? await attempt("status", () => stateInLog(logs.value, found)) : logs;
const status = judged && (judged.state !== "ok" || typeof judged.value === "string") ? judged : { name: "status", state: "unknown" };
const known = policy ? readPolicy(new TextDecoder().decode(policy)) : undefined;
const served = logs ? await present(join(values.log, "checkpoint")) : null;
const notes = logs?.value?.map((log) => log.note) ?? (served ? [new TextDecoder().decode(served)] : []);
const receipt = !values.log && found.bundle ? found.bundle.checkpoint : undefined;
const witnesses = receipt ? await witnessed(receipt, known, { value: true }, checkReceipt) : [];
for (const note of notes) witnesses.push(...(await witnessed(note, known, { value: true })));
const checks = [...found.checks, ...witnesses, status];
for (const { name, state, why } of checks) console.log(`${state.padEnd(8)}${name}${why ? `: ${why.zh} ${why.en}` : ""}`);
const verdict = verdictOf(checks, status.value);
console.log(`${verdict}${status.value ? ` (${status.value})` : ""}: ${VERDICTS[verdict].zh} ${VERDICTS[verdict].en}`);
process.exitCode = VERDICTS[verdict].code;

// The same verifier from a command line: node verify/node.js FILE --log FOLDER [--policy FILE]
// Prints each check and the verdict; exits 0, 1, 2 or 3 as docs/verification.md lists them.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { attempt, witnessed } from "./bundle.js";
import { checkFile } from "./file.js";
import { readLog, stateInLog } from "./log.js";
import { vkeyOfPolicy } from "./note.js";
import { checkReceipt, readPolicy } from "./policy.js";
import { VERDICTS, verdictOf } from "./verdict.js";

const present = (path) => readFile(path).then((bytes) => new Uint8Array(bytes), () => null);

const { values, positionals } = parseArgs({ allowPositionals: true, options: { log: { type: "string" }, policy: { type: "string" } } });
const policy = await present(values.policy ?? (values.log ? join(values.log, "policy.txt") : ""));
const vkey = policy ? vkeyOfPolicy(new TextDecoder().decode(policy)) : undefined;
const found = await checkFile(new Uint8Array(await readFile(positionals[0])), vkey);
const status = values.log && vkey && found.bundle && found.checkpoint
  ? await attempt("status", async () => stateInLog(await readLog((path) => present(join(values.log, path)), vkey), found))
  : { name: "status", state: "unknown" };
const note = values.log && vkey ? await present(join(values.log, "checkpoint")) : null;
const known = policy ? readPolicy(new TextDecoder().decode(policy)) : undefined;
const receipt = !values.log && found.bundle ? found.bundle.checkpoint : undefined;
const witnesses = note
  ? await witnessed(new TextDecoder().decode(note), known, { value: true })
  : receipt ? await witnessed(receipt, known, { value: true }, checkReceipt) : [];
const checks = [...found.checks, ...witnesses, status];
for (const { name, state, why } of checks) console.log(`${state.padEnd(8)}${name}${why ? `: ${why.zh} ${why.en}` : ""}`);
const verdict = verdictOf(checks, status.value);
console.log(`${verdict}${status.value ? ` (${status.value})` : ""}: ${VERDICTS[verdict].zh} ${VERDICTS[verdict].en}`);
process.exitCode = VERDICTS[verdict].code;

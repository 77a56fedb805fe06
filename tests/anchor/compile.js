// Compiles the event contract as it was compiled for the project: `node compile.js --write` puts the result beside the source.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const solc = require("solc");

const FOLDER = path.join(__dirname, "../../platform/anchor/contract");
const SOURCE = "RegisterAnchor.sol";
const RESULT = path.join(FOLDER, "RegisterAnchor.json");

/** @returns {{abi: object[], bytecode: string, compiler: string}} */
function compile() {
  const input = {
    language: "Solidity",
    sources: { [SOURCE]: { content: fs.readFileSync(path.join(FOLDER, SOURCE), "utf8") } },
    settings: {
      // A version of the machine that private chains have too.
      evmVersion: "paris",
      optimizer: { enabled: true, runs: 200 },
      metadata: { bytecodeHash: "none", appendCBOR: false },
      outputSelection: { "*": { "*": ["abi", "evm.bytecode.object"] } },
    },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input)));
  const wrong = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (wrong.length) throw new Error(wrong.map(({ formattedMessage }) => formattedMessage).join("\n"));
  const contract = output.contracts[SOURCE].RegisterAnchor;
  return { compiler: solc.version().replace(/\.Emscripten.*/, ""), abi: contract.abi, bytecode: `0x${contract.evm.bytecode.object}` };
}

module.exports = { RESULT, compile };

if (process.argv.includes("--write")) fs.writeFileSync(RESULT, `${JSON.stringify(compile(), null, 2)}\n`);

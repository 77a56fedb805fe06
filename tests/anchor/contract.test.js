"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const test = require("node:test");
const { RESULT, compile } = require("./compile.js");

test("the bytecode kept in the project is what its source compiles to", () => {
  assert.deepStrictEqual(compile(), JSON.parse(fs.readFileSync(RESULT, "utf8")));
});

test("the contract has one function and one event, and cannot be paid", () => {
  const { abi } = JSON.parse(fs.readFileSync(RESULT, "utf8"));
  assert.deepStrictEqual(abi.map(({ type, name }) => `${type} ${name}`).sort(), ["event Anchored", "function anchor"]);
  const call = abi.find(({ type }) => type === "function");
  assert.deepStrictEqual(call.inputs.map(({ type }) => type), ["bytes32", "uint64", "bytes32", "bytes32"]);
  assert.strictEqual(call.stateMutability, "nonpayable");
});

// Key statements that replace earlier ones, as the published vectors have them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { toB64u } from "../verify/base.js";
import { utf8 } from "../verify/bytes.js";
import { checkIssuer } from "../verify/issuer.js";
import { read } from "./vectors.js";

const vectors = { first: read("register/issuer.json"), ...read("register/issuer_replaced.json") };

/** A key statement as bundles carry it; without a checkpoint its place in the register is not asked for. */
const check = (vector, statement = vector.statement) =>
  checkIssuer({ statement: toB64u(utf8(statement)), signature: vector.signature, leaf: vector.leaf, index: 3, inclusion: [] }, null, 4);

for (const kind of ["first", "planned", "emergency"]) {
  test(`a key statement: ${kind}`, async () => {
    assert.equal((await check(vectors[kind])).agency, "376480000A");
    await assert.rejects(check(vectors[kind], vectors[kind].statement.replace("376480000A", "376480000B")));
  });
}

for (const kind of ["planned", "emergency"]) {
  const { statement } = vectors[kind];
  const changes = [["renshi-issuer/2", "renshi-issuer/1"], ["renshi-issuer/2", "renshi-issuer/3"], ['"replaces":1', '"replaces":2'], ["null", "5"], ["null", '"x"']];
  for (const [from, to] of changes) {
    test(`a key statement that is ${kind} with ${to} for ${from}`, async () => {
      assert.ok(statement.includes(from));
      await assert.rejects(check(vectors[kind], statement.replace(from, to)));
    });
  }
}

test("a first statement does not follow another, and one that replaces does", async () => {
  const { statement } = vectors.first;
  await assert.rejects(check({ ...vectors.planned, statement }));
  await assert.rejects(check({ ...vectors.first, statement: vectors.planned.statement }));
});

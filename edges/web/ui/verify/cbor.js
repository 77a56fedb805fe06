// The summary: a CBOR map with keys 1 to 10 ascending and text values. Nothing else of CBOR is read.

import { Fault, textOf } from "./bytes.js";

const bad = () => new Fault("摘要不正確", "the summary is not a map of texts with ascending keys");

/** @param {Uint8Array} bytes @returns {Map<number, string>} */
export function readSummary(bytes) {
  const reader = { bytes, at: 0 };
  const count = head(reader, 5);
  const summary = new Map();
  let last = 0;
  for (let i = 0; i < count; i++) {
    const key = head(reader, 0);
    const length = head(reader, 3);
    if (key <= last || key > 10 || length === 0 || reader.at + length > bytes.length) throw bad();
    summary.set(key, textOf(bytes.subarray(reader.at, reader.at + length)));
    reader.at += length;
    last = key;
  }
  if (reader.at !== bytes.length) throw bad();
  return summary;
}

/** Reads a head of this major type, in its shortest form, and returns its argument. */
function head(reader, major) {
  const first = reader.bytes[reader.at++];
  if (first === undefined || first >> 5 !== major) throw bad();
  const info = first & 31;
  if (info < 24) return info;
  const size = { 24: 1, 25: 2, 26: 4 }[info];
  if (!size || reader.at + size > reader.bytes.length) throw bad();
  const value = reader.bytes.subarray(reader.at, reader.at + size).reduce((sum, byte) => sum * 256 + byte, 0);
  reader.at += size;
  if (value < { 1: 24, 2: 256, 4: 65536 }[size]) throw bad();
  return value;
}

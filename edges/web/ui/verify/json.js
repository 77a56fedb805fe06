// Canonical JSON (RFC 8785). A file that is not its own canonical form is not valid: then no two readers can see two things in it.

import { Fault, textOf } from "./bytes.js";

/** The canonical text of a value as `JSON.parse` gives it. */
export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  // JavaScript compares strings by UTF-16 code units, as the RFC orders members.
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(",")}}`;
}

/** @param {Uint8Array} bytes @returns the value; a fault if the bytes are not canonical JSON */
export function parseCanonical(bytes) {
  const text = textOf(bytes);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Fault("不是完整的 JSON", "this is not complete JSON");
  }
  if (canonical(value) !== text) throw new Fault("檔案不是標準寫法，可能被改過", "the file is not in canonical form; it may have been changed");
  return value;
}

/** Refuses an object that has not exactly these members. */
export function exactly(value, ...names) {
  const found = value && typeof value === "object" && !Array.isArray(value) ? Object.keys(value).sort().join() : "";
  if (found !== [...names].sort().join()) throw new Fault("缺少或多出欄位", `the members are not ${names.join(", ")}`);
  return value;
}

/** Refuses anything but a whole number from 0. */
export function whole(value) {
  if (!Number.isSafeInteger(value) || value < 0) throw new Fault("數字不正確", "a number is not whole");
  return value;
}

// PDF syntax, as far as it takes to find an attached file: objects, and object streams.

import { Fault } from "./bytes.js";

const bad = () => new Fault("PDF 結構不正確", "the PDF is malformed");
const SPACE = /[\0\t\n\f\r ]/;
const DELIMITER = /[\0\t\n\f\r ()<>[\]{}/%]/;

/** @typedef {{ref: number}} Ref @typedef {{name: string}} Name @typedef {{bytes: string, at: number, isHex: boolean}} Str */

/** Reads one value at `at` of `text` (Latin-1: one letter a byte). Returns the value and where it ends. */
export function readValue(text, at) {
  at = skip(text, at);
  const two = text.slice(at, at + 2);
  if (two === "<<") return readDict(text, at + 2);
  if (text[at] === "<") return readHex(text, at);
  if (text[at] === "(") return readLiteral(text, at);
  if (text[at] === "[") return readArray(text, at + 1);
  if (text[at] === "/") return readName(text, at + 1);
  return readWord(text, at);
}

function skip(text, at) {
  for (;;) {
    if (at < text.length && SPACE.test(text[at])) at += 1;
    else if (text[at] === "%") while (at < text.length && text[at] !== "\n" && text[at] !== "\r") at += 1;
    else return at;
  }
}

function readDict(text, at) {
  const dict = new Map();
  for (;;) {
    at = skip(text, at);
    if (text.startsWith(">>", at)) return [dict, at + 2];
    if (text[at] !== "/") throw bad();
    const [key, afterKey] = readName(text, at + 1);
    const [value, afterValue] = readValue(text, afterKey);
    if (dict.has(key.name)) throw bad();
    dict.set(key.name, value);
    at = afterValue;
  }
}

function readArray(text, at) {
  const items = [];
  for (;;) {
    at = skip(text, at);
    if (text[at] === "]") return [items, at + 1];
    const [value, after] = readValue(text, at);
    items.push(value);
    at = after;
  }
}

function readName(text, at) {
  let end = at;
  while (end < text.length && !DELIMITER.test(text[end])) end += 1;
  const name = text.slice(at, end).replace(/#([0-9a-fA-F]{2})/g, (_, pair) => String.fromCharCode(parseInt(pair, 16)));
  return [{ name }, end];
}

/** Of a long string only the beginning is kept: names are short, and the signature is cut out by its place. */
function readHex(text, at) {
  const end = text.indexOf(">", at);
  if (end < 0) throw bad();
  const digits = text.slice(at + 1, end).replace(/[\0\t\n\f\r ]/g, "");
  if (!/^[0-9a-fA-F]*$/.test(digits)) throw bad();
  const pairs = (digits + (digits.length % 2 ? "0" : "")).match(/../g) ?? [];
  return [{ bytes: String.fromCharCode(...pairs.slice(0, 4096).map((pair) => parseInt(pair, 16))), at, end: end + 1, isHex: true }, end + 1];
}

const ESCAPES = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

function readLiteral(text, at) {
  let bytes = "";
  let depth = 1;
  for (let i = at + 1; i < text.length; i++) {
    const letter = text[i];
    if (letter === "\\") {
      const octal = /^[0-7]{1,3}/.exec(text.slice(i + 1, i + 4));
      bytes += octal ? String.fromCharCode(parseInt(octal[0], 8) & 255) : ESCAPES[text[i + 1]] ?? (/[\r\n]/.test(text[i + 1]) ? "" : text[i + 1]);
      i += octal ? octal[0].length : 1;
      continue;
    }
    if (letter === "(") depth += 1;
    if (letter === ")" && --depth === 0) return [{ bytes, at, end: i + 1, isHex: false }, i + 1];
    bytes += letter;
  }
  throw bad();
}

function readWord(text, at) {
  const ref = /^(\d+)\s+(\d+)\s+R(?=$|[\0\t\n\f\r ()<>[\]{}/%])/.exec(text.slice(at, at + 40));
  if (ref) return [{ ref: Number(ref[1]) }, at + ref[0].length];
  let end = at;
  while (end < text.length && !DELIMITER.test(text[end])) end += 1;
  const word = text.slice(at, end);
  if (word === "") throw bad();
  const fixed = { true: true, false: false, null: null };
  if (word in fixed) return [fixed[word], end];
  const value = Number(word);
  if (Number.isNaN(value)) throw bad();
  return [value, end];
}

/** A text string: UTF-16 with its mark, else Latin-1 (enough for file names of ours). */
export function stringOf({ bytes }) {
  if (!bytes.startsWith("\xfe\xff")) return bytes;
  let text = "";
  for (let i = 2; i + 1 < bytes.length; i += 2) text += String.fromCharCode(bytes.charCodeAt(i) * 256 + bytes.charCodeAt(i + 1));
  return text;
}

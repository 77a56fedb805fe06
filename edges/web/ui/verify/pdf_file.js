// A PDF file as its objects. The file is read from its first byte to its last, and not by its cross-reference table: all of it
// is signed, so there is nothing to leave out, and whatever a later part of the file replaces is replaced here too.

import { Fault } from "./bytes.js";
import { readValue } from "./pdf_object.js";

const bad = () => new Fault("PDF 結構不正確", "the PDF is malformed");
const INFLATED_MAX = 64 << 20;

/** @param {Uint8Array} bytes */
export async function readPdf(bytes) {
  const text = latin1(bytes);
  if (!text.startsWith("%PDF-")) throw new Fault("這不是 PDF 檔", "this is not a PDF file");
  const objects = new Map();
  const heads = /(\d+)[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+obj(?![a-zA-Z])/g;
  for (let head = heads.exec(text); head; head = heads.exec(text)) {
    const [value, end] = readValue(text, heads.lastIndex);
    const stream = value instanceof Map ? /^[\0\t\n\f\r ]*stream(\r\n|\n)/.exec(text.slice(end, end + 40)) : null;
    const start = stream ? end + stream[0].length : end;
    const length = stream ? streamLength(value, objects, text, start) : 0;
    objects.set(Number(head[1]), { value, stream: stream ? bytes.subarray(start, start + length) : undefined });
    heads.lastIndex = start + length;
  }
  await unpackObjectStreams(objects);
  return { text, objects, get: (it) => (it && typeof it === "object" && "ref" in it ? objects.get(it.ref)?.value : it) };
}

function latin1(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

function streamLength(dict, objects, text, start) {
  const length = dict.get("Length");
  const direct = typeof length === "number" ? length : objects.get(length?.ref)?.value;
  if (Number.isSafeInteger(direct) && /^[\r\n]{0,2}endstream/.test(text.slice(start + direct, start + direct + 12))) return direct;
  // The length stands later in the file: the end is where it says so.
  const end = text.indexOf("endstream", start);
  if (end < 0) throw bad();
  return text.slice(start, end).replace(/\r?\n$/, "").length;
}

async function unpackObjectStreams(objects) {
  for (const { value, stream } of [...objects.values()]) {
    if (!stream || !(value instanceof Map) || value.get("Type")?.name !== "ObjStm") continue;
    const text = latin1(await contentOf({ value, stream }));
    const heads = text.slice(0, value.get("First")).trim().split(/\s+/).map(Number);
    for (let i = 0; i + 1 < heads.length; i += 2) {
      // An object of the same number outside the stream comes from a later part of the file.
      if (!objects.has(heads[i])) objects.set(heads[i], { value: readValue(text, value.get("First") + heads[i + 1])[0] });
    }
  }
}

/** The bytes of a stream, inflated if it is compressed. */
export async function contentOf({ value, stream }) {
  const filter = value.get("Filter");
  const name = Array.isArray(filter) ? (filter.length === 1 ? filter[0].name : "several") : filter?.name;
  if (name === undefined) return stream;
  if (name !== "FlateDecode" || value.has("DecodeParms")) throw new Fault("附件的壓縮方式看不懂", "a stream is compressed in a way this page cannot read");
  return inflate(stream);
}

async function inflate(bytes) {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
  const parts = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.length;
      if (size > INFLATED_MAX) throw bad();
      parts.push(next.value);
    }
  } catch {
    throw bad();
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

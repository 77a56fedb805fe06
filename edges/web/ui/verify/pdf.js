// What a PDF order must be (section 7): one signature over all of it, and the bundle inside.

import { Fault, Undecided, concat, isZero } from "./bytes.js";
import { checkSignature, checkSigningCertificate, readSignedData } from "./cms.js";
import { element } from "./der.js";
import { contentOf, readPdf } from "./pdf_file.js";
import { stringOf } from "./pdf_object.js";

const ATTACHMENT = "order.json";

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<{bundle: Uint8Array, certificate: Uint8Array}>} the attached bundle and the certificate that signed the file
 */
export async function openPdf(bytes) {
  const pdf = await readPdf(bytes);
  return { bundle: await attached(pdf), certificate: await signer(bytes, pdf) };
}

/** The one attached file of that name; a PDF with none holds no order, one with two is not ours. */
async function attached(pdf) {
  const found = [...pdf.objects.values()].filter(({ value }) => value instanceof Map && value.has("EF") && names(value).includes(ATTACHMENT));
  if (found.length === 0) throw new NoOrder();
  const stream = found.length === 1 ? pdf.objects.get(pdf.get(found[0].value.get("EF"))?.get("F")?.ref) : undefined;
  if (!stream?.stream) throw new Fault("PDF 的附件不對", "the PDF must hold one order.json");
  return contentOf(stream);
}

const names = (spec) => ["UF", "F"].map((key) => spec.get(key)).filter((it) => it?.bytes !== undefined).map(stringOf);

/** The file is not one of ours at all: that decides nothing. */
class NoOrder extends Undecided {
  constructor() {
    super("這個檔案裡沒有獎勵令的資料", "this file holds no order");
  }
}

async function signer(bytes, pdf) {
  const fields = [...pdf.objects.values()].map(({ value }) => value).filter((value) => value instanceof Map && value.has("ByteRange"));
  if (fields.length !== 1) throw new Fault("PDF 應有一個簽章", "the PDF must have one signature");
  const [field] = fields;
  if (field.get("SubFilter")?.name !== "ETSI.CAdES.detached") throw new Fault("PDF 簽章種類不對", "the PDF signature is of another kind");
  const [signed, der] = cut(bytes, field);
  const data = readSignedData(der);
  if (data.content !== undefined || data.signer.hasUnsigned || data.certificates.length !== 1) {
    throw new Fault("PDF 簽章的內容不對", "the PDF signature holds more or less than it must");
  }
  const { certificate, attributes } = await checkSignature(data, signed);
  if (attributes.length !== 3) throw new Fault("PDF 簽章屬性不對", "the PDF signature has other attributes");
  await checkSigningCertificate(attributes, certificate);
  return certificate.der;
}

/** What is signed, and the CMS: the file without the hexadecimal string of /Contents, and that string. */
function cut(bytes, field) {
  const [start, before, after, rest, ...more] = field.get("ByteRange");
  const contents = field.get("Contents");
  const whole = start === 0 && after + rest === bytes.length && more.length === 0;
  if (!whole || !contents?.isHex || contents.at !== before || contents.end !== after) {
    throw new Fault("PDF 簽章沒有涵蓋整個檔案，簽章後可能被改過", "the signature does not cover the whole file; it may have been changed afterwards");
  }
  const hexadecimal = new TextDecoder("latin1").decode(bytes.subarray(before + 1, after - 1));
  if (!/^([0-9a-f]{2})*$/.test(hexadecimal)) throw new Fault("PDF 簽章的編碼不對", "the signature is not lower-case hexadecimal");
  const padded = Uint8Array.from(hexadecimal.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const { all } = element(padded);
  if (!isZero(padded.subarray(all.length))) throw new Fault("PDF 簽章後面有多餘的資料", "something stands behind the signature");
  return [concat(bytes.subarray(0, before), bytes.subarray(after)), all];
}


"""The PDF: the bundle inside it and the signature over the whole file (section 7)."""

import re
import zlib

from encodings_strict import Invalid, need, unb64u
from signatures import CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE, Der, cms_open

TOKEN = re.compile(
    rb"(?:[\0\t\n\f\r ]|%[^\r\n]*)*+"  # white space and comments
    rb"(<<|>>|\[|\]|\(|<[0-9A-Fa-f\s]*>|/[^\0\t\n\f\r ()<>\[\]{}/%]*|[^\0\t\n\f\r ()<>\[\]{}/%]+)"
)
STREAM_BYTES_MAX = 64 << 20
OBJECT = re.compile(rb"\b(\d+)\s+\d+\s+obj\b")
REFERENCE = re.compile(rb"\s+\d+\s+R\b")
ESCAPES = {ord("n"): 10, ord("r"): 13, ord("t"): 9, ord("b"): 8, ord("f"): 12}


def pdf_value(data, at):
    """The PDF object at `at` and where it ends: dict, list, bytes of a string, str of a name, int, ("ref", n) or other word."""
    token = TOKEN.match(data, at)
    need(token, "not a PDF object")
    word, at = token[1], token.end()
    if word == b"<<":
        result = {}
        while TOKEN.match(data, at)[1] != b">>":
            name, at = pdf_value(data, at)
            result[name], at = pdf_value(data, at)
        return result, TOKEN.match(data, at).end()
    if word == b"[":
        items = []
        while TOKEN.match(data, at)[1] != b"]":
            item, at = pdf_value(data, at)
            items.append(item)
        return items, TOKEN.match(data, at).end()
    if word == b"(":
        return pdf_string(data, at)
    if word[:1] == b"<":
        digits = b"".join(word[1:-1].split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()), at
    if word[:1] == b"/":
        return re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes.fromhex(code[1].decode()), word[1:]).decode("latin-1"), at
    if word.isdigit():
        reference = REFERENCE.match(data, at)
        return (("ref", int(word)), reference.end()) if reference else (int(word), at)
    return ("word", word), at


def pdf_string(data, at):
    result, depth = bytearray(), 1
    while True:
        byte = data[at]
        at += 1
        if byte == ord("\\"):
            octal = re.compile(rb"[0-7]{1,3}").match(data, at)
            if octal:
                result.append(int(octal[0], 8) & 255)
                at = octal.end()
            elif data[at] in b"\r\n":
                at += 2 if data[at : at + 2] == b"\r\n" else 1
            else:
                result.append(ESCAPES.get(data[at], data[at]))
                at += 1
            continue
        depth += (byte == ord("(")) - (byte == ord(")"))
        if not depth:
            return bytes(result), at
        result.append(byte)


def pdf_objects(data):
    """All objects by number, the last of each; a stream is (dict, bytes)."""
    found, at = {}, 0
    while match := OBJECT.search(data, at):
        try:
            value, at = pdf_value(data, match.end())
        except (Invalid, IndexError, TypeError, ValueError):
            at = match.end()
            continue
        stream = re.compile(rb"\s*stream\r?\n").match(data, at)
        if stream and isinstance(value, dict):
            length = value.get("Length")
            length = length if type(length) is int else data.index(b"endstream", stream.end()) - stream.end()
            value, at = (value, data[stream.end() : stream.end() + length]), stream.end() + length
        found[int(match[1])] = value
        if isinstance(value, tuple) and isinstance(value[0], dict) and value[0].get("Type") == "ObjStm":
            inner, first = pdf_stream(value), value[0]["First"]
            numbers = [int(number) for number in inner[:first].split()]
            for number, offset in zip(numbers[::2], numbers[1::2]):
                found[number] = pdf_value(inner, first + offset)[0]
    return found


def pdf_stream(value):
    head, body = value
    if head.get("Filter") in ("FlateDecode", ["FlateDecode"]):
        return zlib.decompressobj().decompress(body, STREAM_BYTES_MAX)
    need("Filter" not in head, "a stream with another filter")
    return body


def pdf_dicts(value):
    """The dictionaries in a value, itself included."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for item in inner:
        yield from pdf_dicts(item)


def pdf_text(value):
    return value[2:].decode("utf-16-be") if value[:2] == b"\xfe\xff" else value.decode("latin-1")


def pdf_attachment(objects):
    streams = set()
    for spec in pdf_dicts(list(objects.values())):
        name = spec.get("UF", spec.get("F"))
        if isinstance(spec.get("EF"), dict) and isinstance(name, bytes) and pdf_text(name) == "order.json":
            streams |= {reference[1] for reference in spec["EF"].values()}
    return pdf_stream(objects[streams.pop()]) if len(streams) == 1 else None


def check_pdf(data, objects, statement):
    signatures = [one for one in pdf_dicts(list(objects.values())) if "ByteRange" in one]
    need(len(signatures) == data.count(b"/ByteRange[") == 1, "not exactly one signature")
    zero, first, second, rest = signatures[0]["ByteRange"]
    need(signatures[0].get("SubFilter") == "ETSI.CAdES.detached", "a signature of another kind")
    need(zero == 0 and 0 < first < second and second + rest == len(data), "the signature does not cover the whole file")
    hole = re.fullmatch(rb"<((?:[0-9a-f]{2})+)>", data[first:second])
    need(hole, "something else than the signature in the part that is not signed")
    held = bytes.fromhex(hole[1].decode())
    cms = Der(held)
    need(not any(held[cms.end :]), "something after the signature")
    _, signer, certificates, signed = cms_open(cms.raw, data[:first] + data[second:])
    need(set(signed) == {CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE}, "other signed attributes")
    need(len(certificates) == 1 and signer.raw == unb64u(statement["document_certificate"]), "not the issuer's certificate")
    return "the whole file is signed with the document certificate of the issuer"

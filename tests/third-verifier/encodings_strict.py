"""Base64, canonical JSON and the CBOR of a summary: whatever does not encode back to the same text is refused."""

import base64
import hashlib
import json
import re


class Invalid(Exception):
    """A check failed."""


class Undecided(Exception):
    """Something needed for the check is not at hand."""


def need(condition, reason):
    if not condition:
        raise Invalid(reason)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def unb64u(text, length=None):
    need(isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9_-]*", text), "not base64url")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(b64u(data) == text, "base64url that is not canonical")
    need(length is None or len(data) == length, f"{len(data)} bytes where {length} must be")
    return data


def unb64(text):
    data = base64.b64decode(text, validate=True)
    need(base64.b64encode(data).decode() == text, "base64 that is not canonical")
    return data


def jcs(value):
    """RFC 8785 for texts, whole numbers, null, lists and objects: all that these formats hold."""
    if isinstance(value, dict):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(jcs(name) + ":" + jcs(inner) for name, inner in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(jcs, value)) + "]"
    need(value is None or type(value) in (str, int), "a number or word that these formats do not hold")
    return json.dumps(value, ensure_ascii=False)


def unjcs(data):
    value = json.loads(data.decode("utf-8"))
    need(jcs(value).encode("utf-8") == data, "JSON that is not in canonical form")
    return value


def members(value, *names):
    need(isinstance(value, dict) and sorted(value) == sorted(names), f"not exactly the members {', '.join(names)}")
    return [value[name] for name in names]


def summary_map(data):
    """The CBOR map of section 1: whole numbers ascending, texts that are not empty."""

    def head(at, major):
        need(data[at] >> 5 == major, "CBOR of another type")
        size, low = {24: 1, 25: 2, 26: 4}.get(data[at] & 31, 0), data[at] & 31
        need(size or low < 24, "CBOR of indefinite or enormous length")
        value = int.from_bytes(data[at + 1 : at + 1 + size], "big") if size else low
        need(not size or value >= (24 if size == 1 else 1 << (4 * size)), "CBOR that is not shortest")
        return value, at + 1 + size

    count, at = head(0, 5)
    result = {}
    for _ in range(count):
        key, at = head(at, 0)
        length, at = head(at, 3)
        need(1 <= key <= 10 and key > max(result, default=0) and 0 < length <= len(data) - at, "not a summary")
        result[key] = data[at : at + length].decode("utf-8")
        at += length
    need(at == len(data), "something after the summary")
    return result

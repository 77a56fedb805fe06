"""Ed25519 (RFC 8032) and ECDSA over P-256 (FIPS 186-5) with plain integers: slow, short, and no secret is at hand to leak.
Then DER, X.509 and CMS (RFC 5652) as far as approvals and PDF signatures need them."""

import datetime
import hashlib
import re

from encodings_strict import need, sha256

Q = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, Q) % Q


def ed_point(data):
    y, sign = int.from_bytes(data, "little") & ((1 << 255) - 1), data[31] >> 7
    need(y < Q, "not a point")
    square = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(square, (Q + 3) // 8, Q)
    if x * x % Q != square:
        x = x * pow(2, (Q - 1) // 4, Q) % Q
    need(x * x % Q == square and (x or not sign), "not a point")
    x = x if x & 1 == sign else Q - x
    return x, y, 1, x * y % Q


def ed_add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]), (p[1] + p[0]) * (q[1] + q[0])
    c, d = 2 * p[3] * q[3] * D, 2 * p[2] * q[2]
    e, f, g, h = (b - a) % Q, (d - c) % Q, (d + c) % Q, (b + a) % Q
    return e * f % Q, g * h % Q, f * g % Q, e * h % Q


def combine(add, a, p, b, q, zero):
    """a·p + b·q in a group written by `add`."""
    table, result = (zero, p, q, add(p, q)), zero
    for place in range(max(a.bit_length(), b.bit_length()) - 1, -1, -1):
        result = add(result, result)
        pick = (a >> place & 1) + 2 * (b >> place & 1)
        if pick:
            result = add(result, table[pick])
    return result


ED_BASE = ed_point(bytes.fromhex("58" + "66" * 31))


def ed25519_verify(key, message, signature):
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or len(key) != 32 or s >= L:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    x, y, z, t = ed_point(key)
    x, y, z, _ = combine(ed_add, s, ED_BASE, h, (Q - x, y, z, Q - t), (0, 1, 1, 0))
    inverse = pow(z, -1, Q)
    x, y = x * inverse % Q, y * inverse % Q
    return (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]


P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
GX = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
GY = 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5


def ec_add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return None
        slope = (3 * p[0] * p[0] - 3) * pow(2 * p[1], -1, P) % P
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P) % P
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def p256_verify(key, message, signature):
    """`key` is the uncompressed point, `signature` DER."""
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    need(len(key) == 65 and key[0] == 4 and max(x, y) < P and (y * y - x**3 + 3 * x - B) % P == 0, "not a P-256 key")
    r, s = (positive(part) for part in exactly(der(signature, 0x30), 0x02, 0x02))
    if not (0 < r < N and 0 < s < N):
        return False
    inverse = pow(s, -1, N)
    digest = int.from_bytes(sha256(message), "big")
    point = combine(ec_add, digest * inverse % N, (GX, GY), r * inverse % N, (x, y), None)
    return point is not None and point[0] % N == r


DATA, SIGNED_DATA = "2a864886f70d010701", "2a864886f70d010702"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_CERTIFICATE = "2a864886f70d010903", "2a864886f70d010904", "2a864886f70d010910022f"
ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
P256_KEY = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
SHA256_FORMS = (bytes.fromhex("300b0609608648016503040201"), bytes.fromhex("300d06096086480165030402010500"))


class Der:
    """One element: `tag`, `body` and `raw` bytes."""

    def __init__(self, data, at=0):
        self.tag, length, start = data[at], data[at + 1], at + 2
        if length >= 0x80:
            start += length & 0x7F
            length = int.from_bytes(data[at + 2 : start], "big")
            need(length >= 0x80 and data[at + 2], "a DER length that is not shortest")
        self.end = start + length
        self.body, self.raw = data[start : self.end], data[at : self.end]
        need(len(self.body) == length, "DER that ends too early")

    def kids(self):
        found, at = [], 0
        while at < len(self.body):
            found.append(Der(self.body, at))
            at = found[-1].end
        return found


def der(data, tag):
    element = Der(data)
    need(element.tag == tag and element.end == len(data), "DER of another form")
    return element


def exactly(element, *tags):
    kids = element.kids()
    need([kid.tag for kid in kids] == list(tags), "DER of another structure")
    return kids


def positive(element):
    body = element.body
    need(body and body[0] < 0x80 and (len(body) == 1 or body[0] or body[1] >= 0x80), "not a positive number in DER")
    return int.from_bytes(body, "big")


def moment(element):
    """UTCTime or GeneralizedTime as YYYYMMDDhhmmss."""
    text = element.body.decode("ascii")
    if element.tag == 0x17:
        text = ("20" if text < "5" else "19") + text
    need(element.tag in (0x17, 0x18) and re.fullmatch(r"[0-9]{14}Z", text), "not a time in DER")
    return text[:-1]


class Certificate:
    """An X.509 version 3 certificate with a P-256 key, signed with ECDSA and SHA-256."""

    def __init__(self, raw):
        self.raw = raw
        signed, algorithm, signature = exactly(der(raw, 0x30), 0x30, 0x30, 0x03)
        parts = signed.kids()
        need([part.tag for part in parts[:7]] == [0xA0, 2, 0x30, 0x30, 0x30, 0x30, 0x30], "not a certificate")
        self.valid_from, self.valid_until = (moment(kid) for kid in parts[4].kids())
        self.signed, self.serial, self.issuer, self.subject = signed.raw, parts[1].raw, parts[3].raw, parts[5].raw
        need(algorithm.raw == parts[2].raw == ECDSA_SHA256, "a certificate signed with another algorithm")
        key_kind, key = exactly(parts[6], 0x30, 0x03)
        need(key_kind.raw == P256_KEY and key.body[0] == 0 and signature.body[0] == 0, "a certificate with another key")
        self.key, self.signature = key.body[1:], signature.body[1:]

    def check_valid_at(self, time_ms):
        at = datetime.datetime.fromtimestamp(time_ms // 1000, datetime.timezone.utc).strftime("%Y%m%d%H%M%S")
        need(self.valid_from <= at <= self.valid_until, "a certificate that was not valid at the time of the leaf")

    def check_issued_by(self, ca):
        need(self.issuer == ca.subject, "the certificate names another CA")
        need(p256_verify(ca.key, self.signed, self.signature), "the certificate is not signed by the CA")


def cms_open(data, content=None):
    """Checks a SignedData with one signer (its content, or the detached `content`). Returns content, signer's certificate,
    all certificates, signed attributes. Every byte that is not signed has only one allowed value."""
    kind, wrapped = exactly(der(data, 0x30), 0x06, 0xA0)
    need(kind.body.hex() == SIGNED_DATA, "not CMS SignedData")
    version, digests, encapsulated, certificates, signers = exactly(
        exactly(wrapped, 0x30)[0], 0x02, 0x31, 0x30, 0xA0, 0x31
    )
    if content is None:
        content_kind, holder = exactly(encapsulated, 0x06, 0xA0)
        content = exactly(holder, 0x04)[0].body
    else:
        (content_kind,) = exactly(encapsulated, 0x06)
    need(version.body == (b"\1" if content_kind.body.hex() == DATA else b"\3"), "CMS of another version")
    need(exactly(digests, 0x30)[0].raw in SHA256_FORMS, "CMS with another digest")
    signer_version, name, digest, attributes, algorithm, signature = exactly(
        exactly(signers, 0x30)[0], 0x02, 0x30, 0x30, 0xA0, 0x30, 0x04
    )
    need(signer_version.body == b"\1" and digest.raw in SHA256_FORMS, "a signer of another form")
    need(algorithm.raw == ECDSA_SHA256, "a signer with another algorithm")
    certificates = [Certificate(kid.raw) for kid in certificates.kids()]
    own = [one for one in certificates if one.issuer + one.serial == name.body]
    need(len(own) == 1, "the signer's certificate is not there once")
    signed = {}
    for attribute in attributes.kids():
        oid, values = exactly(attribute, 0x06, 0x31)
        need(oid.body.hex() not in signed and len(values.kids()) == 1, "a signed attribute stands twice")
        signed[oid.body.hex()] = values.kids()[0]
    need(signed[CONTENT_TYPE].raw == content_kind.raw, "the content is of another type than was signed")
    need(signed[MESSAGE_DIGEST].body == sha256(content), "the content is not what was signed")
    if SIGNING_CERTIFICATE in signed:
        named = exactly(exactly(signed[SIGNING_CERTIFICATE], 0x30)[0], 0x30)[0].kids()
        need([kid.body for kid in named if kid.tag == 0x04] == [sha256(own[0].raw)], "it names another certificate")
    attributes_set = b"\x31" + attributes.raw[1:]
    need(p256_verify(own[0].key, attributes_set, signature.body), "the CMS signature is false")
    return content, own[0], certificates, signed

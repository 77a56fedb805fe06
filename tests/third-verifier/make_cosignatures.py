#!/usr/bin/env python3
"""Makes cases/register/cosignature.json: checkpoints cosigned with keys from fixed seeds, and what a policy says about them.

Written from the C2SP documents and not from Renshi. Ed25519 is signed here with plain integers (RFC 8032); the lines of ML-DSA-44 are
made with the package `cryptography` (48 or newer), which only this program needs. ML-DSA signatures differ each time."""

import base64
import hashlib
import json
import struct
import sys
from pathlib import Path

sys.dont_write_bytecode = True

from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from policy import COSIGNATURE, ML_DSA, PLAIN, key_hash
from signatures import ED_BASE, L, Q, combine, ed_add

ORIGIN, SIZE, TIME = "orders.example/2026", 20852163, 1679315147
ROOT = hashlib.sha256(b"root").digest()


def ed_bytes(scalar):
    x, y, z, _ = combine(ed_add, scalar, ED_BASE, 0, ED_BASE, (0, 1, 1, 0))
    x, y = x * pow(z, -1, Q) % Q, y * pow(z, -1, Q) % Q
    return (y | (x & 1) << 255).to_bytes(32, "little")


class Signer:
    def __init__(self, name, kind, seed):
        self.name, self.kind = name, kind
        if kind == ML_DSA:
            self.pair = MLDSA44PrivateKey.from_seed_bytes(seed)
            self.key = self.pair.public_key().public_bytes_raw()
        else:
            digest = hashlib.sha512(seed).digest()
            self.scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | 1 << 254
            self.prefix, self.key = digest[32:], ed_bytes(self.scalar)

    @property
    def vkey(self):
        data = base64.b64encode(bytes([self.kind]) + self.key).decode()
        return f"{self.name}+{key_hash(self.name, self.kind, self.key).hex()}+{data}"

    def ed25519(self, message):
        r = int.from_bytes(hashlib.sha512(self.prefix + message).digest(), "little") % L
        point = ed_bytes(r)
        h = int.from_bytes(hashlib.sha512(point + self.key + message).digest(), "little") % L
        return point + ((r + h * self.scalar) % L).to_bytes(32, "little")

    def line(self, text, time=TIME):
        if self.kind == PLAIN:
            signature = self.ed25519(text.encode())
        elif self.kind == COSIGNATURE:
            signature = struct.pack(">Q", time) + self.ed25519(f"cosignature/v1\ntime {time}\n{text}".encode())
        else:
            origin, size, root = text.split("\n")[:3]
            message = b"subtree/v1\n\0" + bytes([len(self.name)]) + self.name.encode() + struct.pack(">Q", time)
            message += bytes([len(origin)]) + origin.encode() + struct.pack(">QQ", 0, int(size)) + base64.b64decode(root)
            signature = struct.pack(">Q", time) + self.pair.sign(message)
        data = key_hash(self.name, self.kind, self.key) + signature
        return f"— {self.name} {base64.b64encode(data).decode()}\n"


def main():
    text = f"{ORIGIN}\n{SIZE}\n{base64.b64encode(ROOT).decode()}\n"
    log, second = Signer(ORIGIN, PLAIN, bytes([7] * 32)), Signer(ORIGIN, ML_DSA, bytes([8] * 32))
    a, b, c = (Signer(f"witness.example/{n}", COSIGNATURE, hashlib.sha256(n.encode()).digest()) for n in "abc")
    d = Signer("witness.example/d", ML_DSA, hashlib.sha256(b"d").digest())
    false = a.line(text.replace(str(SIZE), "1"))
    stranger = Signer("witness.example/a", COSIGNATURE, bytes(32))
    policy = "".join([f"log {log.vkey}\nlog {second.vkey}\n", *(f"witness {n} {w.vkey}\n" for n, w in zip("abcd", (a, b, c, d))),
                      "group city any a b\ngroup all-of-it 2 city c d\nquorum all-of-it\n"])
    cases = [
        ("enough: one of the city and another", [log, a, c], ["a", "c"], "met", False),
        ("two of the city are one member", [log, a, b], ["a", "b"], "not met", False),
        ("nobody", [log], [], "not met", False),
        ("ML-DSA-44 makes up the quorum", [log, b, d], ["b", "d"], "met", True),
        ("the quorum is met without ML-DSA-44", [log, b, c, d], ["b", "c", "d"], "met", False),
        ("signed with both keys of the log", [log, second, a, c], ["a", "c"], "met", False),
        ("signed with ML-DSA-44 only", [second, a, c], ["a", "c"], "met", True),
    ]
    notes = [{"why": why, "note": text + "\n" + "".join(key.line(text) for key in keys), "cosigned": names, "quorum": quorum,
              "ml_dsa_44_decides": decides}
             for why, keys, names, quorum, decides in cases]
    good = text + "\n" + log.line(text) + a.line(text) + c.line(text)
    times = [{"why": f"the time {time}", "note": text + "\n" + log.line(text) + a.line(text, time) + c.line(text)} for time in (0, 1, (1 << 63) - 1)]
    invalid = [
        ("a cosignature of another size", good + false),
        ("a time of 2^63", text + "\n" + log.line(text) + a.line(text, 1 << 63) + c.line(text)),
        ("no line of the log", text + "\n" + a.line(text) + c.line(text)),
        ("another size", good.replace(str(SIZE), str(SIZE + 1))),
    ]
    passed = [{"why": "a stranger under the name of a witness", "note": good + stranger.line(text)}]
    vectors = {"origin": ORIGIN, "size": SIZE, "root": base64.urlsafe_b64encode(ROOT).rstrip(b"=").decode(), "time": TIME,
               "policy": policy, "notes": notes, "met": times + passed,
               "invalid": [{"why": why, "note": note} for why, note in invalid]}
    out = Path(__file__).resolve().parents[2] / "cases/register/cosignature.json"
    out.write_text(json.dumps(vectors, indent=2, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()

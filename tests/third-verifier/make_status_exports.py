#!/usr/bin/env python3
"""Makes cases/register/status_export.json: the status bits of some leaves as a Token Status List and as two StatusList2021.

Written bit by bit from those formats and not from Renshi."""

import base64
import gzip
import json
import sys
import zlib
from pathlib import Path

sys.dont_write_bytecode = True

from encodings_strict import b64u

ENTRIES = 131072


def main():
    values = [0, 1, 2, 3, 0, 0, 1, 2, 3, 3, 1, 0, 0, 0, 0, 0, 2, 1, 3] + [(n * n) % 4 for n in range(500)] + [3, 1, 2]
    ours = bytearray(-(-len(values) // 4))
    token = bytearray(-(-len(values) // 4))
    revoked, suspended = ["0"] * ENTRIES, ["0"] * ENTRIES
    for index, value in enumerate(values):
        ours[index // 4] += value * 4 ** (index % 4)
        token[index // 4] += {0: 0, 1: 1, 2: 1, 3: 2}[value] * 4 ** (index % 4)
        revoked[index] = "1" if value in (1, 2) else "0"
        suspended[index] = "1" if value == 3 else "0"

    def bitstring(bits):
        return int("".join(bits), 2).to_bytes(ENTRIES // 8, "big")

    def listed(bits):
        return base64.b64encode(gzip.compress(bitstring(bits), mtime=0)).decode()

    vectors = {"leaves": len(values), "status": b64u(bytes(ours)), "token_bytes": b64u(bytes(token)),
               "status_list": {"bits": 2, "lst": b64u(zlib.compress(bytes(token), 9))},
               "revocation": listed(revoked), "suspension": listed(suspended)}
    out = Path(__file__).resolve().parents[2] / "cases/register/status_export.json"
    out.write_text(json.dumps(vectors, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()

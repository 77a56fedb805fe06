#!/usr/bin/env python3
"""Whether a log folder holds exactly the tiles and bundles of its size, and hashes to its root (C2SP tlog-tiles).

    tiles.py DIR

The names are made here by the rule of the specification; each file must be there, with these bytes, and no other."""

import sys
from pathlib import Path

sys.dont_write_bytecode = True

from encodings_strict import Invalid, Undecided, need, sha256
from log import root_of, tile_name
from policy import Policy, open_checkpoint


def names(kind, count):
    for number in range(-(-count // 256)):
        width = min(256, count - 256 * number)
        yield tile_name(kind, number) + ("" if width == 256 else f".p/{width}")


def check(folder):
    read = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    policy = Policy(read["policy.txt"].decode())
    _, size, root, _ = open_checkpoint(read["checkpoint"].decode(), policy)
    hashes, seen = [], {"policy.txt", "checkpoint"}
    for number, name in enumerate(names("entries", size)):
        data, width = read[name], min(256, size - 256 * number)
        need(len(data) == 126 * width, f"{name} has another length")
        hashes += [sha256(b"\0", data[at + 2 : at + 126]) for at in range(0, len(data), 126)]
        seen.add(name)
    need(root_of(hashes) == root, "another root")
    level = 0
    while hashes:
        for at, name in enumerate(names(level, len(hashes))):
            need(read[name] == b"".join(hashes[256 * at : 256 * at + 256]), f"{name} holds other hashes")
            seen.add(name)
        hashes = [root_of(hashes[at : at + 256]) for at in range(0, len(hashes) // 256 * 256, 256)]
        level += 1
    need(seen == set(read), f"files that nobody asked for: {set(read) - seen}")
    return f"{size} leaves, {len(seen) - 2} files"


if __name__ == "__main__":
    try:
        print(check(Path(sys.argv[1])))
    except (Invalid, Undecided, LookupError) as reason:
        sys.exit(f"{type(reason).__name__}: {reason}")

"""Codes of modes J and M, and the pack that answers them without a network (section 11)."""

import re
from datetime import datetime, timezone

from encodings_strict import Undecided, members, need, sha256, summary_map, unb64u, unjcs
from log import Leaf, check_statement, node, path_of, root_from_path, root_of, status_sections, tile_name, year_of
from policy import Policy, open_checkpoint

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-:"


def unbase41(text):
    out = b""
    for at in range(0, len(text), 3):
        group, value = text[at : at + 3], 0
        for character in group:
            need(character in ALPHABET, "a character that is not of base-41")
            value = value * 41 + ALPHABET.index(character)
        need(len(group) > 1 and value < 256 ** (len(group) - 1), "a group that stands for no bytes")
        out += value.to_bytes(len(group) - 1, "big")
    return out


class Code:
    def __init__(self, text):
        form = re.fullmatch(r"(?i:https?://[^/?# ]+/q/)#(.*)", text.strip())
        need(form, "not the text of a code")
        data = unbase41(form[1])
        at = 0

        def take(count):
            nonlocal at
            need(at + count <= len(data), "a code that is too short")
            at += count
            return data[at - count : at]

        self.mode = take(1)
        need(self.mode in (b"J", b"M"), "another mode")
        self.year, self.issuer = int.from_bytes(take(2), "big"), int.from_bytes(take(2), "big")
        self.time, self.id, self.index = take(8), take(16), int.from_bytes(take(5), "big")
        self.salt, self.fields_root, self.signature = take(16), take(32), take(64)
        self.path = [take(32) for _ in range(8)] if self.mode == b"M" else None
        self.summary = data[at:]
        need(self.issuer and any(self.id) and len(self.summary) <= 4096, "zeros where none may stand")
        self.texts = summary_map(self.summary)

    def leaf(self, key):
        commitment = sha256(b"gov-order/c1", sha256(b"gov-order/s1", self.salt, self.summary), self.fields_root)
        head = b"\1\1" + self.issuer.to_bytes(2, "big") + self.time + self.id + commitment + bytes(32)
        return Leaf(head + sha256(self.signature, sha256(key)))


class Pack:
    """A folder that `renshi pack fetch` made, or one with the public files of a log."""

    def __init__(self, folder, policy_text):
        parts = unjcs(self.read(folder / "pack.json"))
        note, form, issuers, status = members(parts, "checkpoint", "format", "issuers", "status")
        need(form == "renshi-pack/1", "a pack of another format")
        self.origin, self.size, root, _ = open_checkpoint(note, Policy(policy_text))
        full, rest = divmod(self.size, 256)
        self.tops, self.rest = [], []
        for number in range((full + 255) // 256):
            self.tops += self.tile(folder, tile_name(1, number), min(256, full - number * 256))
        if rest:
            self.rest = self.tile(folder, tile_name(0, full), rest)
        need(self.root() == root, "its tiles do not lead to the signed root")
        self.keys, last = {}, 0
        for issuer in issuers:
            statement, signature, leaf, index, path = members(issuer, "statement", "signature", "leaf", "index", "inclusion")
            leaf = Leaf(unb64u(leaf, 124))
            statement = check_statement(unb64u(statement), leaf, unb64u(signature, 64))
            need(root_from_path(leaf.hash, index, self.size, path_of(path)) == root, "a key statement outside the log")
            need(statement["issuer"] > last, "key statements out of order")
            last = statement["issuer"]
            self.keys[last] = statement
        if status is None:
            raise Undecided("the pack has no status snapshot")
        leaf, self.snapshot, path = members(status, "leaf", "index", "inclusion")
        leaf = Leaf(unb64u(leaf, 124))
        need(root_from_path(leaf.hash, self.snapshot, self.size, path_of(path)) == root, "a snapshot outside the log")
        own = folder / f"status/{self.snapshot}.bits"
        self.bits = self.read(own if own.exists() else folder / f"status/{self.origin.rsplit('/', 1)[1]}.bits")
        need(leaf.kind == 6, "a snapshot that is none")
        year = year_of(self.origin)
        self.bits = status_sections(self.bits, leaf.commitment, year, self.snapshot)[year][1]
        self.as_of = leaf.time_ms

    @staticmethod
    def read(path):
        try:
            return path.read_bytes()
        except OSError as error:
            raise Undecided(f"{path.name}: {error.strerror}") from error

    def tile(self, folder, name, width):
        data = self.read(folder / (name if width == 256 else f"{name}.p/{width}"))
        need(len(data) == 32 * width, f"{name} is not of its width")
        return [data[at : at + 32] for at in range(0, len(data), 32)]

    def root(self):
        """RFC 6962 over full tiles and what follows them: the largest power of two first."""
        parts, at = [], 0
        for bit in reversed(range(len(self.tops).bit_length())):
            if len(self.tops) >> bit & 1:
                parts.append(root_of(self.tops[at : at + (1 << bit)]))
                at += 1 << bit
        parts += [root_of(self.rest)] if self.rest else []
        root = parts.pop() if parts else root_of([])
        while parts:
            root = node(parts.pop(), root)
        return root

    def check(self, leaf, index, path):
        tile, place = divmod(index, 256)
        if tile < len(self.tops):
            if path is None:
                raise Undecided("signed by the agency, but the code carries no proof that the order is in the log")
            held = root_from_path(leaf.hash, place, 256, path) == self.tops[tile]
        elif path is None and index < self.size:
            held = self.rest[place] == leaf.hash
        else:
            raise Undecided("the pack ends before this order")
        need(held, f"the log holds something else as leaf {index}")

    def state(self, index, entered):
        bits = self.bits[index // 4] >> 2 * (index % 4) & 3 if index < self.snapshot else 0
        if bits == 3:
            raise Undecided("suspended")
        as_of = datetime.fromtimestamp(max(self.as_of, entered) / 1000, timezone.utc)
        return ("valid", "revoked or repealed", "superseded")[bits], as_of


class CodeCheck:
    """Steps for `run`; afterwards `state` is set if all of them hold."""

    def __init__(self, text, pack):
        self.text, self.open_pack, self.state = text, pack, None
        self.steps = [("code", self.read), ("pack", self.pack_opened), ("authority", self.authority),
                      ("inclusion", self.inclusion), ("status", self.status)]

    def read(self):
        self.code = Code(self.text)
        return "; ".join(self.code.texts.values())

    def pack_opened(self):
        self.pack = self.open_pack()
        if self.pack.origin.rsplit("/", 1)[1] != f"{self.code.year:04}":
            raise Undecided("the pack is of another year")
        return f"{self.pack.size} leaves of {self.pack.origin}"

    def authority(self):
        statement = self.pack.keys.get(self.code.issuer)
        if statement is None:
            raise Undecided("the pack lacks the key of this agency")
        key = unb64u(statement["seal_key"], 32)
        self.leaf = self.code.leaf(key)
        self.leaf.check_signed(key, self.code.signature)
        return f"signed by {statement['name']}"

    def inclusion(self):
        self.pack.check(self.leaf, self.code.index, self.code.path)
        return f"leaf {self.code.index}"

    def status(self):
        self.state, as_of = self.pack.state(self.code.index, self.leaf.time_ms)
        return f"{self.state} as of {as_of:%Y-%m-%dT%H:%M:%SZ}"

"""Merkle tree (RFC 6962), leaves and their fold (sections 2 and 5), and the whole log folder."""

import copy
import datetime
import re
from pathlib import Path

from encodings_strict import Invalid, Undecided, jcs, members, need, sha256, unb64, unb64u, unjcs
from policy import Policy, open_checkpoint, read_vkey
from signatures import ed25519_verify


def node(left, right):
    return sha256(b"\1", left, right)


def root_of(hashes):
    if not hashes:
        return sha256()
    while len(hashes) > 1:
        odd = hashes[-1:] if len(hashes) % 2 else []
        hashes = [node(*hashes[i : i + 2]) for i in range(0, len(hashes) - 1, 2)] + odd
    return hashes[0]


def root_from_path(leaf_hash, index, size, path):
    """RFC 9162, section 2.1.3.2."""
    need(type(index) is int and 0 <= index < size, "an index outside the tree")
    at, last, root = index, size - 1, leaf_hash
    for step in path:
        need(last, "a path that is too long")
        if at & 1 or at == last:
            root = node(step, root)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            root = node(root, step)
        at, last = at >> 1, last >> 1
    need(not last, "a path that is too short")
    return root


def path_of(value):
    need(isinstance(value, list), "not a path")
    return [unb64u(step, 32) for step in value]


class Leaf:
    def __init__(self, data):
        need(len(data) == 124 and data[0] == 1 and 1 <= data[1] <= 10, "not a leaf")
        self.raw, self.kind, self.hash = data, data[1], sha256(b"\0", data)
        self.issuer, self.time_ms = int.from_bytes(data[2:4], "big"), int.from_bytes(data[4:12], "big")
        self.id, self.commitment, self.prev, self.auth = data[12:28], data[28:60], data[60:92], data[92:]
        of_the_log = self.kind in (6, 9, 10) or (self.kind == 7 and not self.issuer)
        need(of_the_log or (self.issuer and any(self.id)), "a leaf without issuer or id")
        need(not of_the_log or not (self.issuer or any(self.id) or any(self.auth)), "zeros are missing in a leaf")

    def check_signed(self, key, signature):
        message = b"gov-order/l1" + self.raw[1:4] + self.id + self.commitment + self.prev
        need(self.auth == sha256(signature, sha256(key)), "`auth` does not open to the signature and key")
        need(ed25519_verify(key, message, signature), "the agency signature is false")


STATES = {  # section 5: state so far, then what types 2, 3 and 4 make of it
    "valid": {2: "superseded", 3: "revoked", 4: "repealed"},
    "superseded": {2: "superseded", 3: "revoked", 4: "repealed"},
    "repealed": {2: "repealed", 3: "revoked", 4: "repealed"},
    "revoked": {2: "revoked", 3: "revoked", 4: "revoked"},
}
BITS = {"valid": 0, "revoked": 1, "repealed": 1, "superseded": 2}


def fold(leaves):
    """State (None if nothing was issued) and the positions that count."""
    state, counted, head = None, [], bytes(32)
    for position, leaf in enumerate(leaves):
        fits = leaf.kind == 1 if state is None else leaf.kind in (2, 3, 4, 5, 8)
        if fits and leaf.prev == head and any(leaf.auth):
            state = "valid" if state is None else STATES[state].get(leaf.kind, state)
            counted.append(position)
            head = leaf.hash
    return state, counted


def status_bits(states, below):
    bits = bytearray(-(-below // 4))
    for index, state in states.items():
        bits[index // 4] |= BITS[state] << 2 * (index % 4)
    return bytes(bits)


def year_of(origin):
    return int(origin.rsplit("/", 1)[1])


def status_sections(data, commitment, year, index):
    """Section 5: what the file to which the type 6 leaf `index` of the shard of `year` commits says, by year: leaves and bits."""
    if sha256(data) == commitment:
        need(len(data) == -(-index // 4), "the status file has another length")
        return {year: (index, data)}
    need(sha256(b"gov-order/t1", data) == commitment, "the status file is not what its leaf commits to")
    sections, at = {}, 0
    while at < len(data):
        need(len(data) - at >= 10, "a section of the status file is too short")
        of, leaves = int.from_bytes(data[at : at + 2], "big"), int.from_bytes(data[at + 2 : at + 10], "big")
        bits = data[at + 10 : at + 10 + -(-leaves // 4)]
        need(len(bits) == -(-leaves // 4) and of > max(sections, default=-1), "a section of the status file is false")
        sections[of], at = (leaves, bits), at + 10 + len(bits)
    need(len(sections) > 1 and max(sections) == year and sections[year][0] == index, "the status file is of another snapshot")
    return sections


def check_statement(text, leaf, signature):
    names = ("agency", "card_ca", "document_certificate", "format", "issuer", "name", "seal_key")
    statement = unjcs(text)
    need(isinstance(statement, dict), "not a key statement")
    first = statement.get("format") == "renshi-issuer/1"
    members(statement, *names, *(() if first else ("endorsement", "replaces", "revoked_from")))
    if not first:
        need(statement["format"] == "renshi-issuer/2", "a key statement of another format")
        old, revoked_from = statement["replaces"], statement["revoked_from"]
        need(type(old) is int and 0 <= old < statement["issuer"], "it replaces no earlier key statement")
        need((statement["endorsement"] is None) != (revoked_from is None), "either endorsed or revoked")
        need(revoked_from is None or type(revoked_from) is int and 0 <= revoked_from < 2**53, "not a time")
    need(any(leaf.prev) != first, "the key leaf follows what it should not, or does not follow what it should")
    need(leaf.kind == 7 and leaf.issuer == statement["issuer"], "the key leaf is of another issuer")
    need(leaf.commitment == sha256(b"gov-order/k1", text), "the key leaf commits to something else")
    leaf.check_signed(unb64u(statement["seal_key"], 32), signature)
    return statement


def check_succession(statement, old):
    """Section 4: `statement` rightly replaces `old`. A sentence for an emergency, else None."""
    need(statement.get("replaces") == old["issuer"], "a key statement replaces another than its leaf does")
    need(statement["agency"] == old["agency"], "a key statement replaces that of another agency")
    if statement["endorsement"] is not None:
        message = b"gov-order/e1" + jcs({**statement, "endorsement": None}).encode()
        signed = ed25519_verify(unb64u(old["seal_key"], 32), message, unb64u(statement["endorsement"], 64))
        need(signed, "the endorsement of a key statement is false")
        return None
    need(statement["seal_key"] != old["seal_key"], "revoked keys go on")
    since = datetime.datetime.fromtimestamp(statement["revoked_from"] / 1000, datetime.timezone.utc).isoformat()
    return f"statement {statement['issuer']} says that {old['issuer']} is revoked from {since} on"


def tile_name(kind, number):
    digits = [f"{number % 1000:03}"]
    while number := number // 1000:
        digits.insert(0, f"x{number % 1000:03}")
    return f"tile/{kind}/{'/'.join(digits)}"


class Log:
    """Reads and checks a whole folder, step by step; `steps` are (name, function)."""

    def __init__(self, folder, policy, before=()):
        """`policy` is a file or, for a shard that follows those `before`, a policy."""
        self.folder, self.policy_file, self.before, self.next = Path(folder), policy, list(before), None
        self.steps = [("checkpoint", self.read_checkpoint), ("entries", self.read_entries), ("tiles", self.check_tiles),
                      ("key statements", self.check_issuers), ("key events", self.check_events),
                      ("digests", self.check_digests), ("status", self.check_status), ("next shard", self.check_next)]

    def shards(self):
        """This shard and those that follow it in the folder."""
        return [self, *(self.next.shards() if self.next else [])]

    def of(self, origin):
        """The shard of an origin among them."""
        for shard in self.shards():
            if shard.origin == origin:
                return shard
        raise Undecided(f"the log at hand is not {origin}")

    def read(self, name):
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise Undecided(f"{name} cannot be read: {error.strerror}") from None

    def tile(self, kind, number, width, each):
        """A tile or bundle; where the partial one is gone, the beginning of the full one."""
        name = tile_name(kind, number)
        partial = f"{name}.p/{width}"
        if width < 256 and (self.folder / partial).exists():
            name = partial
        data = self.read(name)
        need(len(data) == width * each or (len(data) == 256 * each and name != partial), f"{name} has another length")
        return data[: width * each]

    def read_checkpoint(self):
        path = self.policy_file or self.folder / "policy.txt"
        try:
            self.policy = path if isinstance(path, Policy) else Policy(Path(path).read_text("utf-8"))
        except OSError as error:
            raise Undecided(f"no policy: {error.strerror}") from None
        self.origin, self.size, self.root, cosigned = open_checkpoint(self.read("checkpoint").decode(), self.policy)
        by = f", cosigned by {', '.join(cosigned)}" if cosigned else ""
        return f"{self.size} leaves, signed by {self.origin}{by}"

    def read_entries(self):
        self.leaves = []
        for number in range(-(-self.size // 256)):
            width = min(256, self.size - 256 * number)
            data = self.tile("entries", number, width, 126)
            for at in range(0, len(data), 126):
                need(data[at : at + 2] == b"\0\x7c", f"bundle {number} holds something else than leaves")
                self.leaves.append(Leaf(data[at + 2 : at + 126]))
        need(root_of([leaf.hash for leaf in self.leaves]) == self.root, "the entries do not have the root of the checkpoint")
        times = [leaf.time_ms for leaf in self.leaves]
        need(times == sorted(times), "time runs back")
        self.newest_ms = times[-1] if times else 0
        return "they have the root of the checkpoint, and time never runs back"

    def newest(self):
        """Time of the newest leaf, as text."""
        return datetime.datetime.fromtimestamp(self.shards()[-1].newest_ms / 1000, datetime.timezone.utc).isoformat()

    def check_tiles(self):
        level, hashes, count = 0, [leaf.hash for leaf in self.leaves], 0
        while hashes:
            for number, at in enumerate(range(0, len(hashes), 256)):
                part = hashes[at : at + 256]
                need(self.tile(level, number, len(part), 32) == b"".join(part), f"tile {number} of level {level} is false")
                count += 1
            hashes = [root_of(hashes[at : at + 256]) for at in range(0, len(hashes) // 256 * 256, 256)]
            level += 1
        return f"{count} tiles hold the hashes of the entries"

    def check_issuers(self):
        self.issuers, newest, replaced, said = {}, {}, set(), []
        for leaf in self.leaves:
            if leaf.kind == 7 and not leaf.issuer:
                continue
            need(leaf.issuer not in replaced, f"a leaf under issuer {leaf.issuer}, whose keys had been replaced")
            if leaf.kind == 7:
                need(leaf.issuer not in self.issuers, f"two key events for issuer {leaf.issuer}")
                signature, statement = members(unjcs(self.read(f"issuers/{leaf.issuer}.json")), "signature", "statement")
                text = jcs(statement).encode()
                self.issuers[leaf.issuer] = check_statement(text, leaf, unb64u(signature, 64))
                before = newest.get(leaf.id)
                need(leaf.prev == (before.hash if before else bytes(32)), f"the key event of {leaf.issuer} does not follow the one before it")
                if before:
                    replaced.add(before.issuer)
                    said.append(check_succession(statement, self.issuers[before.issuer]))
                newest[leaf.id] = leaf
        emergencies = "".join(f"; {sentence}" for sentence in said if sentence)
        return f"{len(self.issuers)} are committed by their leaves and signed by their own keys{emergencies}"

    def check_events(self):
        """Section 13: what the log says of itself, and whether it follows the shard before it."""
        begun, announced, self.closed, prev = None, None, None, bytes(32)
        for index, leaf in enumerate(self.leaves):
            if leaf.kind != 7 or leaf.issuer:
                continue
            need(leaf.prev == prev, f"key event {index} does not follow the one before it")
            text, prev = self.read(f"key-events/{index}.json"), leaf.hash
            said = unjcs(text)
            need(isinstance(said, dict) and leaf.commitment == sha256(b"gov-order/k1", text), f"key event {index} says something else")
            match said.get("format"):
                case "renshi-open/1":
                    members(said, "format", "origin", "root", "size")
                    need(begun is None and all(one.kind == 7 and one.issuer for one in self.leaves[:index]), "a shard opened late")
                    begun = said, [one.raw for one in self.leaves[:index]]
                case "renshi-next-shard/1":
                    members(said, "format", "next_origin", "vkeys")
                    keys = [read_vkey(vkey) for vkey in said["vkeys"]]
                    need(keys and all(key[0] == said["next_origin"] for key in keys), "keys of another log")
                    announced = said["next_origin"], keys
                case "renshi-close/1":
                    members(said, "format", "next_origin", "origin", "root", "size")
                    root = root_of([one.hash for one in self.leaves[:index]])
                    here = (said["origin"], said["size"], unb64u(said["root"], 32)) == (self.origin, index, root)
                    need(here and index == self.size - 1, "a close event that is not the end of this log")
                    need(announced and announced[0] == said["next_origin"] != self.origin, "the keys of the next shard are not announced")
                    self.closed = announced
                case _:
                    raise Invalid(f"key event {index} is of another format")
        if not self.before:
            if begun:
                raise Undecided(f"the log follows {begun[0]['origin']}, which must be read before it")
            return "closed" if self.closed else "none that ends the log"
        old = self.before[-1]
        need(begun, "the shard does not say what it follows")
        follows = (begun[0]["origin"], begun[0]["size"], unb64u(begun[0]["root"], 32)) == (old.origin, old.size, old.root)
        need(follows and old.closed[0] == self.origin, "the shard follows another one")
        need(begun[1] == [leaf.raw for leaf in old.leaves if leaf.kind == 7 and leaf.issuer], "other key statements than before")
        return f"it follows {old.origin}"

    def check_next(self):
        if not self.closed:
            return "the log is not closed"
        first, (origin, keys) = (self.before or [self])[0], self.closed
        folder = first.folder / origin.rsplit("/", 1)[1]
        if not (folder / "checkpoint").exists():
            return f"{origin} is not in the folder: the log is known up to its end"
        policy = copy.copy(self.policy)
        policy.logs = self.policy.logs + keys
        self.next = Log(folder, policy, [*self.before, self])
        for name, step in self.next.steps:
            print(f"ok    {origin} {name}: {step()}")
        return f"{origin} follows it"

    def check_digests(self):
        before, count = bytes(32), 0
        for index, leaf in enumerate(self.leaves):
            if leaf.kind == 10:
                need(leaf.prev == before, f"digest {index} does not follow the one before it")
                before, count = leaf.hash, count + 1
        return f"{count} of records kept apart, each after the one before it"

    def check_status(self):
        snapshots = [index for index, leaf in enumerate(self.leaves) if leaf.kind == 6]
        before = bytes(32)
        for index in snapshots:
            need(self.leaves[index].prev == before, f"snapshot {index} does not follow the one before it")
            before = self.leaves[index].hash
        if not snapshots:
            return "no snapshot yet"
        newest, year = snapshots[-1], year_of(self.origin)
        data = self.read(f"status/{self.origin.rsplit('/', 1)[1]}.bits")
        status_sections(data, self.leaves[newest].commitment, year, newest)
        chains, parts = {}, [(year_of(log.origin), log.leaves) for log in self.before] + [(year, self.leaves[:newest])]
        for of, leaves in parts:
            for index, leaf in enumerate(leaves):
                chains.setdefault(leaf.id, []).append(((of, index), leaf))
        states = {}
        for chain in chains.values():
            state, counted = fold([leaf for _, leaf in chain])
            if state:
                states[chain[counted[0]][0]] = state
        said = [(of, len(leaves), status_bits({i: s for (y, i), s in states.items() if y == of}, len(leaves))) for of, leaves in parts]
        expected = b"".join(of.to_bytes(2, "big") + count.to_bytes(8, "big") + bits for of, count, bits in said)
        need(data == (expected if self.before else said[0][2]), "the status file does not say what the events say")
        corrected = sum(state != "valid" for state in states.values())
        return f"the newest snapshot says what the events say: {corrected} of {len(states)} orders corrected"

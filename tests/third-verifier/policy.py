"""C2SP notes, verifier keys and policies: who signed a checkpoint, and whether enough witnesses cosigned it.

Ed25519 (types 0x01 and 0x04) is checked. ML-DSA-44 (0x06) is not in the standard library: such lines are passed over, and where
they might make up the quorum, nothing is decided."""

import re

from encodings_strict import Invalid, Undecided, need, sha256, unb64
from signatures import ed25519_verify

PLAIN, COSIGNATURE, ML_DSA = 1, 4, 6
KEY_BYTES = {PLAIN: 32, COSIGNATURE: 32, ML_DSA: 1312}


def key_hash(name, kind, key):
    return sha256(name.encode(), b"\n", bytes([kind]), key)[:4]


def read_vkey(text):
    """Name, type and raw key."""
    need(text.count("+") >= 2, "not a verifier key")
    name, shown, data = text.split("+", 2)
    data = unb64(data)
    need(not any(c.isspace() for c in name), "white space in the name of a key")
    need(name and data and KEY_BYTES.get(data[0]) == len(data) - 1, "not a verifier key of a known type")
    need(key_hash(name, data[0], data[1:]).hex() == shown, "a verifier key with another hash")
    return name, data[0], data[1:]


class Policy:
    """C2SP tlog-policy: `logs` are keys, `members` maps names to a witness's key or to (threshold, names)."""

    def __init__(self, text):
        self.logs, self.members, self.quorum = [], {}, None
        quorums, listed = 0, set()
        for line in text.split("\n"):
            need(not re.search(r"[\0-\x08\x0b-\x1f\x7f]", line), "a control character in a policy")
            words = [word for word in re.split(r"[ \t]+", line) if word]
            if not words or words[0].startswith("#"):
                continue
            match words:
                case ["log", vkey] | ["log", vkey, _]:
                    self.logs.append(read_vkey(vkey))
                case ["witness", name, vkey] | ["witness", name, vkey, _]:
                    key = read_vkey(vkey)
                    need(key[1] != PLAIN, "a witness whose signatures have no time")
                    self.define(name, key)
                case ["group", name, threshold, *names] if names:
                    count = {"any": "1", "all": str(len(names))}.get(threshold, threshold)
                    need(re.fullmatch(r"[1-9][0-9]*", count) and int(count) <= len(names), f"no threshold: {line}")
                    need(all(one in self.members for one in names), f"a name that is not defined above: {line}")
                    need(len(set(names)) == len(names) and not listed & set(names), f"a member of two groups: {line}")
                    listed |= set(names)
                    self.define(name, (int(count), names))
                case ["quorum", name]:
                    need(name == "none" or name in self.members, f"a quorum that is not defined above: {line}")
                    self.quorum, quorums = name, quorums + 1
                case _:
                    raise Invalid(f"a policy line that is not understood: {line}")
        need(quorums == 1, "a policy has exactly one quorum line")
        for keys in (self.logs, list(self.witnesses().values())):
            need(len({key for _, _, key in keys}) == len(keys), "a policy that names one key twice")

    def define(self, name, member):
        need(name != "none" and name not in self.members, f"the name {name} is taken")
        self.members[name] = member

    def witnesses(self):
        return {name: member for name, member in self.members.items() if len(member) == 3}

    def met_by(self, cosigned):
        counted = {"none"}
        for name, member in self.members.items():
            enough = name in cosigned if len(member) == 3 else len(counted.intersection(member[1])) >= member[0]
            counted |= {name} if enough else set()
        return self.quorum in counted


def signed_by(vkey, text, lines):
    """Whether a line by this key is there; a false one is an error. `None` where the type cannot be checked."""
    name, kind, key = vkey
    mine = [signature[4:] for other, signature in lines if other == name and signature[:4] == key_hash(name, kind, key)]
    if kind == ML_DSA:
        return None if mine else False
    for signature in mine:
        message = text.encode()
        if kind == COSIGNATURE:
            time = int.from_bytes(signature[:8], "big")
            need(len(signature) == 72 and time < 1 << 63, "not a cosignature")
            message, signature = f"cosignature/v1\ntime {time}\n{text}".encode(), signature[8:]
        need(ed25519_verify(key, message, signature), f"the signature of {name} is false")
    return bool(mine)


def open_checkpoint(note, policy, quorum=True, receipt=False):
    """Origin, size and root of a note signed by a trusted key of its origin, and the witnesses that cosigned. With `receipt` nothing
    but the note speaks for it: a quorum that is not met makes it false."""
    need(len(note.encode()) <= 1 << 20, "a note that is too long")
    need(all(c == "\n" or c >= " " for c in note) and note.endswith("\n"), "not a note")
    text, separator, signatures = note.rpartition("\n\n")
    need(separator, "a note without signatures")
    text += "\n"
    lines = text.split("\n")
    need(len(lines) >= 4 and all(lines[:-1]) and re.fullmatch(r"0|[1-9][0-9]*", lines[1]), "not a checkpoint")
    origin, size, root = lines[0], int(lines[1]), unb64(lines[2])
    need(len(root) == 32, "not a checkpoint")
    forms = [re.fullmatch(r"— ([^ +]+) ([A-Za-z0-9+/=]+)", line) for line in signatures[:-1].split("\n")]
    need(all(forms) and len(forms) <= 100, "a signature line of another form, or too many")
    need(not any(c.isspace() for form in forms for c in form[1]), "white space in the name of a key")
    signed = [(form[1], unb64(form[2])) for form in forms]
    need(any(name == origin for name, _ in signed), "not signed under the name of its origin")
    keys = [vkey for vkey in policy.logs if vkey[0] == origin]
    if not keys:
        raise Undecided(f"no trusted key for the log {origin}")
    found = [signed_by(vkey, text, signed) for vkey in keys]
    if not any(found) and None in found:
        raise Undecided("the log signed with ML-DSA-44 only, which is not checked here")
    need(any(found), "not signed by the trusted key")
    answers = {name: signed_by(vkey, text, signed) for name, vkey in policy.witnesses().items()}
    cosigned = [name for name, answer in answers.items() if answer]
    # Lines that are not checked here count as true, for the question whether they could matter.
    possibly = [name for name, answer in answers.items() if answer is not False]
    if receipt and not policy.met_by(possibly):
        raise Invalid(f"the quorum {policy.quorum} is not met: {len(cosigned)} of {len(answers)} witnesses cosigned; not to be relied on")
    if (quorum or receipt) and not policy.met_by(cosigned):
        raise Undecided(f"the quorum {policy.quorum} is not met: {len(cosigned)} of {len(answers)} witnesses are seen to have cosigned")
    return origin, size, root, cosigned

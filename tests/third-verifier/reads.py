"""The proof that a look at somebody's data is in the read log, and that in the register (section 10)."""

from encodings_strict import members, need, sha256, unb64u, unjcs
from log import Leaf, path_of, root_from_path
from policy import open_checkpoint

PROOF = ("checkpoint", "day", "entry", "format", "inclusion", "index", "leaf", "leaf_index", "path", "person", "person_index",
         "person_path", "person_salt")
ENTRY = ("acting_for", "agency", "agency_name", "agent_of", "at", "entry", "fields", "format", "identity", "kind", "purpose",
         "purpose_words", "reader", "request", "role", "role_name", "salt", "subjects", "subjects_root", "via", "via_name")


class ReadProof:
    """Reads and checks a proof step by step; `steps` are (name, function)."""

    def __init__(self, data):
        self.data = data
        self.steps = [("file", self.read), ("person", self.check_person), ("entry", self.check_entry), ("day", self.check_day)]

    def read(self):
        self.proof = unjcs(self.data)
        members(self.proof, *PROOF)
        need(self.proof["format"] == "renshi-read-proof/1", "a proof of another format")
        self.entry, self.day = unjcs(self.proof["entry"].encode()), unjcs(self.proof["day"].encode())
        members(self.entry, *ENTRY)
        members(self.day, "count", "day", "format", "root")
        need(self.entry["format"] == "renshi-read/1" and self.day["format"] == "renshi-readlog/1", "texts of another format")
        return "it is canonical and complete"

    def under(self, leaf, index, size, path, root):
        got = root_from_path(leaf, self.proof[index], size, path_of(self.proof[path]))
        need(got == unb64u(root, 32), f"`{path}` leads to another root")

    def check_person(self):
        data = unb64u(self.proof["person_salt"], 16) + self.proof["person"].to_bytes(8, "big")
        self.under(sha256(b"\0", data), "person_index", self.entry["subjects"], "person_path", self.entry["subjects_root"])
        return f"the entry is about person {self.proof['person']}"

    def check_entry(self):
        hashed = sha256(b"\0", self.proof["entry"].encode())
        self.under(hashed, "index", self.day["count"], "path", self.day["root"])
        return f"entry {self.entry['entry']} of {self.entry['at']} is under the digest of {self.day['day']}"

    def check_day(self):
        self.leaf = Leaf(unb64u(self.proof["leaf"], 124))
        need(self.leaf.kind == 10, "the leaf is no digest")
        need(self.leaf.commitment == sha256(self.proof["day"].encode()), "the leaf is the digest of something else")
        return "its leaf commits to it"

    def log_steps(self, log):
        def included():
            origin = self.proof["checkpoint"].split("\n", 1)[0]
            known = [shard for shard in log.shards() if shard.origin == origin] or [log]
            self.origin, size, root, _ = open_checkpoint(self.proof["checkpoint"], known[0].policy, quorum=False)
            index = self.proof["leaf_index"]
            need(root_from_path(self.leaf.hash, index, size, path_of(self.proof["inclusion"])) == root, "the leaf is not in the log")
            return f"leaf {index} of {size}"

        def kept():
            index, shard = self.proof["leaf_index"], log.of(self.origin)
            need(index < len(shard.leaves) and shard.leaves[index].raw == self.leaf.raw, "the log at hand has another leaf there")
            return "the log at hand has the same leaf"

        return [("inclusion", included), ("log", kept)]

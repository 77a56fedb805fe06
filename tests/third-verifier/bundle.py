"""The bundle: content, authority, approval, and its place in the log (sections 1, 3, 6)."""

from encodings_strict import Undecided, b64u, jcs, members, need, sha256, summary_map, unb64u, unjcs
from log import Leaf, check_statement, fold, path_of, root_from_path, root_of
from policy import open_checkpoint
from signatures import cms_open

REPEATED = {2: "document_number", 3: "issued_on", 4: "issuing_agency", 5: "recipient", 8: "reason", 9: "outcome",
            10: "legal_basis"}


class Bundle:
    def __init__(self, data):
        self.data = data
        self.steps = [("form", self.read_form), ("content", self.check_content), ("authority", self.check_authority),
                      ("approval", self.check_approval)]

    def read_form(self):
        names = ("format", "disclosures", "withheld", "summary", "summary_salt", "leaf", "signature", "index", "inclusion",
                 "checkpoint", "issuer", "approval", "amends")
        self.members = unjcs(self.data)
        members(self.members, *names)
        need(self.members["format"] == "renshi-bundle/1", "another format")
        self.leaf = Leaf(unb64u(self.members["leaf"], 124))
        return "canonical and complete"

    def check_content(self):
        fields, digests, withheld = {}, {}, self.members["withheld"]
        for text in self.members["disclosures"]:
            salt, name, value = unjcs(unb64u(text))
            need(isinstance(name, str) and isinstance(value, str) and name not in fields, "not a disclosure")
            unb64u(salt, 16)
            fields[name], digests[name] = value, b64u(sha256(text.encode()))
        need({"document_number", "issued_on"} <= set(fields), "number or date of the order are not shown")
        for digest in withheld:
            unb64u(digest, 32)
        every = withheld + list(digests.values())
        need(withheld == sorted(withheld) and len(every) == len(set(every)), "not the digests of hidden fields")
        content = [digest for name, digest in digests.items() if name not in ("document_number", "issued_on")]
        fields_root = sha256(jcs(sorted(every)).encode())
        self.content_root = sha256(jcs(sorted(withheld + content)).encode())
        summary = unb64u(self.members["summary"])
        summary_commit = sha256(b"gov-order/s1", unb64u(self.members["summary_salt"], 16), summary)
        need(self.leaf.commitment == sha256(b"gov-order/c1", summary_commit, fields_root), "the leaf commits to something else")
        shown = summary_map(summary)
        for key, name in REPEATED.items():
            need(name not in fields or shown.get(key, "") == fields[name], f"the summary shows another {name}")
        return f"{shown.get(2)}: {len(fields)} fields shown, {len(withheld)} withheld, as the leaf commits to"

    def check_authority(self):
        issuer = self.members["issuer"]
        statement, signature, leaf, _, _ = members(issuer, "statement", "signature", "leaf", "index", "inclusion")
        self.issuer_leaf = Leaf(unb64u(leaf, 124))
        self.statement = check_statement(unb64u(statement), self.issuer_leaf, unb64u(signature, 64))
        need(self.leaf.kind == 1 and self.leaf.prev == bytes(32), "not the leaf of an issue")
        need(self.leaf.issuer == self.statement["issuer"], "the leaf names another issuer")
        self.leaf.check_signed(unb64u(self.statement["seal_key"], 32), unb64u(self.members["signature"], 64))
        return f"signed by {self.statement['name']} ({self.statement['agency']})"

    def check_approval(self):
        cms, index, path = members(self.members["approval"], "cms", "index", "path")
        content, signer, certificates, _ = cms_open(unb64u(cms))
        ca = [one for one in certificates if sha256(one.raw) == unb64u(self.statement["card_ca"], 32)]
        need(len(certificates) == 2 and len(ca) == 1 and signer is not ca[0], "not the certificates of card and card CA")
        signer.check_issued_by(ca[0])
        for certificate in certificates:
            certificate.check_valid_at(self.leaf.time_ms)
        signed = unjcs(content)
        acting = signed.get("format") == "renshi-approval/2"
        names = ("agency", "case", "format", "root", "size")
        agency, case, form, root, size = members(signed, *names, *(["acting_for"] if acting else []))[:5]
        need(acting or form == "renshi-approval/1", "an approval of another format")
        need(agency == self.statement["agency"], "an approval by another agency")
        need(not acting or signed["acting_for"] == f"head of {agency}", "a deputy of another office")
        need(type(size) is int, "not a size")
        approved = root_from_path(sha256(b"\0", self.content_root), index, size, path_of(path))
        need(approved == unb64u(root, 32), "the order is not among those approved")
        by = f" by a deputy of the {signed['acting_for']}" if acting else ""
        return f"one of {size} approved by card{by} in case {case}"

    def year(self):
        """What its checkpoint says; whether it is true is seen later."""
        note = self.members["checkpoint"]
        year = note.split("\n", 1)[0].rsplit("/", 1)[-1] if isinstance(note, str) else ""
        return year if len(year) == 4 and year.isdigit() else "none"

    def log_steps(self, log):
        return [("inclusion", lambda: self.check_inclusion(log)), ("log", lambda: self.check_log(log))]

    def check_inclusion(self, log):
        if not hasattr(log, "policy"):
            raise Undecided("no trusted key")
        origin = self.members["checkpoint"].split("\n", 1)[0]
        known = [shard for shard in log.shards() if getattr(shard, "origin", None) == origin] or [log]
        return self.check_places(known[0].policy)

    def check_receipt(self, policy):
        """Without a log: the checkpoint of the bundle itself must meet the quorum."""
        said = self.check_places(policy)
        open_checkpoint(self.members["checkpoint"], policy, receipt=True)
        return said

    def check_places(self, policy):
        self.origin, self.size, self.root, _ = open_checkpoint(self.members["checkpoint"], policy, quorum=False)
        issuer, amends = self.members["issuer"], self.members["amends"]
        self.places = [(self.leaf, self.members), (self.issuer_leaf, issuer)]
        if amends is not None:
            kind, leaf, _, _ = members(amends, "kind", "leaf", "index", "inclusion")
            leaf = Leaf(unb64u(leaf, 124))
            need(leaf.kind == kind and kind in (2, 3, 4), "the amending leaf is of another kind")
            need(leaf.commitment == self.leaf.commitment, "the amending leaf commits to another order")
            need(leaf.id != self.leaf.id and any(leaf.prev) and any(leaf.auth), "the amending leaf is not under an older order")
            self.places.append((leaf, amends))
        need(issuer["index"] < self.members["index"], "the key statement came after the order")
        for leaf, place in self.places:
            root = root_from_path(leaf.hash, place["index"], self.size, path_of(place["inclusion"]))
            need(root == self.root, f"leaf {place['index']} is not in the tree of the checkpoint")
        return f"leaf {self.members['index']} of {self.size} in {self.origin}"

    def check_log(self, first):
        log = first.of(self.origin)
        for leaf, place in self.places:
            if place["index"] >= log.size:
                raise Undecided("the log at hand ends before the order was issued")
            need(log.leaves[place["index"]].raw == leaf.raw, f"the log holds something else as leaf {place['index']}")
        if self.size <= log.size:
            early = root_of([leaf.hash for leaf in log.leaves[: self.size]])
            need(early == self.root, "the log at hand is not the one the bundle was made from")
        own = [leaf for shard in first.shards() for leaf in shard.leaves if leaf.id == self.leaf.id]
        self.state, counted = fold(own)
        need(self.state, "no order was issued under this id")
        erased = "; its agency has destroyed what it kept of the content" if any(own[at].kind == 8 for at in counted) else ""
        return f"{self.state} as of {first.newest()}{erased}"

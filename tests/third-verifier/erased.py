"""What is public of an order (section 8), where the authority destroyed what it says (section 5)."""

import re

from bundle import Bundle
from encodings_strict import Undecided, members, need, sha256, unb64u, unjcs
from log import Leaf, fold

ERASURE = 8


class PublicProof(Bundle):
    """The checks of a bundle that need no content."""

    def __init__(self, data):
        super().__init__(data)
        self.steps = [("form", self.read_form), ("authority", self.check_authority)]

    def read_form(self):
        names = ("format", "leaf", "signature", "index", "inclusion", "checkpoint", "issuer", "events", "status", "sealed_summary",
                 "anchors")
        held = unjcs(self.data)
        need(isinstance(held, dict), "not a proof")
        if "erasure" not in held:
            raise Undecided("its content is sealed with the key on the paper: the page behind the paper's code checks it")
        members(held, *names, "erasure")
        need(held["format"] == "renshi-proof/1", "another format")
        need(held["sealed_summary"] is None, "what was destroyed is still there")
        self.members = {**held, "amends": None}
        self.leaf = Leaf(unb64u(held["leaf"], 124))
        return "canonical and complete"

    def log_steps(self, log):
        return super().log_steps(log) + [("erasure", lambda: self.check_erasure(log))]

    def check_erasure(self, log):
        if self.members["erasure"] is None:
            raise Undecided("the content is destroyed; the register does not have the words of that")
        text = unb64u(self.members["erasure"])
        names = ("agency", "backups_until", "basis", "erased_on", "format", "id")
        agency, until, basis, on, form, order = members(unjcs(text), *names)
        need(form == "renshi-erasure/1" and unb64u(order, 16) == self.leaf.id, "the erasure is not of this order")
        need(agency == self.statement["agency"], "the erasure is of another authority")
        need(all(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day) for day in (until, on)), "not a day")
        own = [leaf for shard in log.shards() for leaf in shard.leaves if leaf.id == self.leaf.id]
        erasures = [own[at] for at in fold(own)[1] if own[at].kind == ERASURE]
        if not erasures:
            raise Undecided("the content is destroyed; the log at hand ends before the entry of that")
        need(sha256(b"gov-order/x1", text) in [leaf.commitment for leaf in erasures], "the erasure is not what was registered")
        return f"content destroyed on {on} under {basis}, inclusion proven; backups hold it until {until} at the latest"

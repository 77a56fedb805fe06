"""Evidence that a log went wrong (section 12): what a monitor keeps, checked with the log's public key alone."""

from encodings_strict import Invalid, members, need, sha256, unb64u, unjcs
from log import BITS, Leaf, fold, node, path_of, root_from_path, status_sections, year_of
from policy import open_checkpoint


def roots_from_consistency(old, new, proof, first):
    """RFC 9162, section 2.1.4.2: the roots of both sizes that the proof leads to."""
    need(0 < old < new, "sizes that no consistency proof joins")
    path = [first, *proof] if old & (old - 1) == 0 else list(proof)
    need(path, "an empty consistency proof")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    a = b = path[0]
    for step in path[1:]:
        need(last, "a consistency proof that is too long")
        if at & 1 or at == last:
            a, b = node(step, a), node(step, b)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            b = node(b, step)
        at, last = at >> 1, last >> 1
    need(not last, "a consistency proof that is too short")
    return a, b


def included(value, size, root):
    members(value, "inclusion", "index", "leaf")
    leaf = Leaf(unb64u(value["leaf"], 124))
    need(root_from_path(leaf.hash, value["index"], size, path_of(value["inclusion"])) == root, "a leaf that is not in the log")
    return leaf, value["index"]


def check_fork(evidence, policy):
    members(evidence, "checkpoints", "consistency", "format", "kind", "root")
    need(len(evidence["checkpoints"]) == 2, "not two checkpoints")
    (origin, old, old_root), (other, new, new_root) = (open_checkpoint(note, policy, quorum=False)[:3] for note in evidence["checkpoints"])
    need(origin == other, "checkpoints of two logs")
    proof = path_of(evidence["consistency"])
    if old == new:
        need(old_root != new_root and evidence["root"] is None and not proof, "two checkpoints that agree")
        return f"two roots were signed for {old} leaves of {origin}"
    root = unb64u(evidence["root"] or "", 32)
    need(root != old_root, "two checkpoints that agree")
    need(roots_from_consistency(old, new, proof, root) == (root, new_root), "the proof does not lead to the second root")
    return f"{origin} signed {old} leaves, and {new} leaves that do not begin with them"


def check_status(evidence, policy):
    members(evidence, "bits", "checkpoint", "events", "format", "kind", "snapshot")
    origin, size, root, _ = open_checkpoint(evidence["checkpoint"], policy, quorum=False)
    snapshot, snapshot_index = included(evidence["snapshot"], size, root)
    need(snapshot.kind == 6, "not a snapshot")
    year = year_of(origin)
    bits = status_sections(unb64u(evidence["bits"]), snapshot.commitment, year, snapshot_index)[year][1]
    events = [included(event, size, root) for event in evidence["events"]]
    places = [index for _, index in events]
    need(places and places == sorted(set(places)) and places[-1] < snapshot_index, "events that are not before the snapshot")
    need(len({leaf.id for leaf, _ in events}) == 1, "events of two orders")
    state, counted = fold([leaf for leaf, _ in events])
    need(state is not None and len(counted) == len(events), "events that do not count")
    said = bits[places[0] // 4] >> 2 * (places[0] % 4) & 3 if places[0] // 4 < len(bits) else 0
    # States only grow: what is shown here was reached, whatever is not shown.
    need((said == 0 and BITS[state]) or (said == 2 and BITS[state] == 1), "the snapshot withholds nothing of this")
    return f"{origin} committed to a status that hides that order {places[0]} is {state}"


def check_unknown_order(evidence, policy):
    members(evidence, "checkpoint", "format", "kind", "order")
    origin, size, root, _ = open_checkpoint(evidence["checkpoint"], policy, quorum=False)
    leaf, index = included(evidence["order"], size, root)
    need(leaf.kind == 1, "not the leaf of an order")
    return f"leaf {index} of {origin} is an order under key statement {leaf.issuer}; that the agency did not issue it is its own word"


KINDS = {"fork": check_fork, "status": check_status, "unknown-order": check_unknown_order}


def check_evidence(data, policy):
    evidence = unjcs(data)
    if not isinstance(evidence, dict) or evidence.get("format") != "renshi-evidence/1" or evidence.get("kind") not in KINDS:
        raise Invalid("evidence of another format")
    return KINDS[evidence["kind"]](evidence, policy)

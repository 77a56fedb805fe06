#!/usr/bin/env python3
"""The third verifier against the vectors published in cases/register, and against vectors of others."""

import json
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

from encodings_strict import Invalid, Undecided, jcs, sha256, summary_map, unb64u, unjcs
from log import BITS, STATES, Leaf, check_statement, check_succession, fold, root_from_path, root_of, status_bits
from policy import Policy, open_checkpoint
from signatures import ed25519_verify, p256_verify

CASES = Path(__file__).resolve().parents[2] / "cases" / "register"


def published(name):
    return json.loads((CASES / name).read_text("utf-8"))


class Vectors(unittest.TestCase):
    def test_leaves(self):
        vectors = published("leaf.json")
        key = unb64u(vectors["seal_key"])
        self.assertEqual(sha256(key), unb64u(vectors["key_id"]))
        for case in vectors["cases"]:
            leaf = Leaf(unb64u(case["leaf"]))
            self.assertEqual((leaf.kind, leaf.issuer, leaf.time_ms), (case["kind"], case["issuer"], case["time_ms"]))
            self.assertEqual(leaf.hash, unb64u(case["hash"]))
            leaf.check_signed(key, unb64u(case["signature"]))
            with self.assertRaises(Invalid):
                leaf.check_signed(key, unb64u(case["signature"])[::-1])

    def test_digests(self):
        before = bytes(32)
        for case in published("digest.json")["cases"]:
            leaf = Leaf(unb64u(case["leaf"]))
            self.assertEqual((leaf.kind, leaf.prev, leaf.hash), (10, before, unb64u(case["hash"])))
            self.assertEqual(leaf.commitment, sha256(case["statement"].encode()))
            unjcs(case["statement"].encode())
            before = leaf.hash

    def test_checkpoints(self):
        vectors = published("checkpoint.json")
        policy = Policy(f"log {vectors['vkey']}\nquorum none\n")
        for case in vectors["valid"]:
            expected = (vectors["origin"], vectors["size"], unb64u(vectors["root"]), [])
            self.assertEqual(open_checkpoint(case["note"], policy), expected, case["why"])
        for case in vectors["invalid"]:
            with self.assertRaises(Invalid, msg=case["why"]):
                open_checkpoint(case["note"], policy)
        with self.assertRaises(Undecided):
            open_checkpoint(vectors["valid"][0]["note"], Policy("quorum none\n"))

    def test_cosignatures(self):
        vectors = published("cosignature.json")
        policy = Policy(vectors["policy"])
        for case in vectors["notes"]:
            if case["ml_dsa_44_decides"] or case["quorum"] == "not met":
                with self.assertRaises(Undecided, msg=case["why"]):
                    open_checkpoint(case["note"], policy)
            else:
                seen = [name for name in case["cosigned"] if name != "d"]
                self.assertEqual(open_checkpoint(case["note"], policy)[3], seen, case["why"])
        for case in vectors["met"]:
            self.assertEqual(open_checkpoint(case["note"], policy)[3], ["a", "c"], case["why"])
        for case in vectors["invalid"]:
            with self.assertRaises(Invalid, msg=case["why"]):
                open_checkpoint(case["note"], policy)

    def test_proofs(self):
        vectors = published("proof.json")
        hashes = [sha256(b"\0", number.to_bytes(4, "big")) for number in range(600)]
        for case in vectors["roots"]:
            self.assertEqual(root_of(hashes[: case["size"]]), unb64u(case["root"]))
        for case in vectors["inclusion"]:
            path = [unb64u(step) for step in case["path"]]
            root = root_from_path(hashes[case["index"]], case["index"], case["size"], path)
            self.assertEqual(root, root_of(hashes[: case["size"]]))
            with self.assertRaises(Invalid):
                root_from_path(hashes[case["index"]], case["index"], case["size"], path + path[:1] + [bytes(32)])

    def test_states(self):
        vectors = published("state.json")
        for row in vectors["table"]:
            after = {2: row["2"], 3: row["3"], 4: row["4"]}
            self.assertEqual((STATES[row["state"]], BITS[row["state"]]), (after, row["bits"]))
        for case in vectors["folds"]:
            leaves = [Leaf(unb64u(leaf)) for leaf in case["leaves"]]
            self.assertEqual(fold(leaves), (case["state"], case["counted"]), case["story"])
        status = vectors["status"]
        data = status_bits({int(index): state for index, state in status["states"].items()}, status["below"])
        self.assertEqual((data, sha256(data)), (unb64u(status["bytes"]), unb64u(status["commitment"])))

    def test_replaced_key_statements(self):
        vectors = published("issuer_replaced.json")
        old = unjcs(vectors["old"].encode())
        for kind in ("planned", "emergency"):
            case = vectors[kind]
            text, leaf, signature = case["statement"], Leaf(unb64u(case["leaf"])), unb64u(case["signature"])
            statement = check_statement(text.encode(), leaf, signature)
            self.assertEqual(jcs({"signature": case["signature"], "statement": statement}), case["file"])
            self.assertEqual(check_succession(statement, old) is None, kind == "planned")
            for change in ({"agency": "376480000B"}, {"name": "x"} if kind == "planned" else {"seal_key": old["seal_key"]}):
                with self.assertRaises(Invalid):
                    check_succession({**statement, **change}, old)
            for wrong in (("renshi-issuer/2", "renshi-issuer/1"), ('"replaces":1', '"replaces":2'), ("null", "5"), ("null", '"x"')):
                with self.assertRaises(Invalid):
                    check_statement(text.replace(*wrong).encode(), leaf, signature)

    def test_key_statement(self):
        vector = published("issuer.json")
        leaf, signature = Leaf(unb64u(vector["leaf"])), unb64u(vector["signature"])
        statement = check_statement(vector["statement"].encode(), leaf, signature)
        self.assertEqual(jcs({"signature": vector["signature"], "statement": statement}), vector["file"])
        with self.assertRaises(Invalid):
            check_statement(vector["statement"].replace("376480000A", "376480000B").encode(), leaf, signature)


class Primitives(unittest.TestCase):
    def test_ed25519(self):
        # RFC 8032, section 7.1, test 3.
        key = bytes.fromhex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025")
        signature = bytes.fromhex(
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
            "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        )
        self.assertTrue(ed25519_verify(key, b"\xaf\x82", signature))
        self.assertFalse(ed25519_verify(key, b"\xaf\x83", signature))

    def test_p256(self):
        # RFC 6979, appendix A.2.5, SHA-256, message "sample".
        x = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
        y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"
        r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
        s = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"
        key = bytes.fromhex("04" + x + y)
        signature = bytes.fromhex("3046022100" + r + "022100" + s)
        self.assertTrue(p256_verify(key, b"sample", signature))
        self.assertFalse(p256_verify(key, b"simple", signature))
        with self.assertRaises(Invalid):
            p256_verify(key[:-1] + b"\0", b"sample", signature)

    def test_canonical_json(self):
        self.assertEqual(unjcs('{"a":"\\u001f\\n\\"獎","b":[1,null]}'.encode()), {"a": '\x1f\n"獎', "b": [1, None]})
        for text in ('{"b":1,"a":2}', '{"a":1,"a":1}', '{"a": 1}', '{"a":1.0}', '{"a":true}', '{"a":"\\u0041"}', "[NaN]"):
            with self.assertRaises(Invalid, msg=text):
                unjcs(text.encode())

    def test_summary(self):
        self.assertEqual(summary_map(bytes.fromhex("a2016161036162")), {1: "a", 3: "b"})
        for data in ("a2036161016162", "a101617800", "a10160", "a1180161", "bf016161ff", "a2016161", "a1016261"):
            with self.assertRaises((Invalid, IndexError), msg=data):
                summary_map(bytes.fromhex(data))


if __name__ == "__main__":
    unittest.main()

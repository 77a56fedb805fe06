#!/usr/bin/env python3
"""The third verifier against the bundles, the PDF and the log published in cases/seal: the verdict of each, and one byte of a
bundle and of a PDF changed at a time. `test_cases.py --every` changes every byte (minutes), otherwise some are picked."""

import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True

from verify import INVALID, UNDECIDED, VALID, verify_code, verify_order

CASES = Path(__file__).resolve().parents[2] / "cases" / "seal"
EVERY = "--every" in sys.argv
LOG = CASES / "log"


def verdict(file, folder=LOG, policy=None):
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        code = verify_order(file, folder, policy)
    return code, said.getvalue()


class Cases(unittest.TestCase):
    def test_every_file_has_its_verdict(self):
        for case in json.loads((CASES / "verdicts.json").read_text("utf-8")):
            code, said = verdict(CASES / case["file"])
            self.assertEqual(code, case["exit"], f"{case['file']}\n{said}")

    def test_every_fork_has_its_verdict(self):
        for case in json.loads((CASES / "forks.json").read_text("utf-8")):
            code, said = verdict(CASES / case["file"], LOG if case["log"] else None, CASES / case["policy"])
            self.assertEqual(code, case["exit"], f"{case}\n{said}")

    def test_every_code_has_its_verdict(self):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "code.txt"
            for case in json.loads((CASES / "codes.json").read_text("utf-8")):
                file.write_text(case["text"], "utf-8")
                said = io.StringIO()
                with contextlib.redirect_stdout(said):
                    code = verify_code(file, LOG, LOG / "policy.txt")
                self.assertEqual(code, case["exit"], f"{case['name']}\n{said.getvalue()}")
                if case["exit"] != INVALID:
                    with contextlib.redirect_stdout(io.StringIO()):
                        self.assertEqual(verify_code(file, None, None), UNDECIDED)

    def test_without_log_key_or_order_it_does_not_decide(self):
        bundle = CASES / "bundles" / "0-valid.json"
        self.assertEqual(verdict(bundle, None)[0], UNDECIDED)
        self.assertEqual(verdict(bundle, CASES / "nowhere")[0], UNDECIDED)
        self.assertEqual(verdict(bundle, LOG, CASES / "nowhere.txt")[0], UNDECIDED)
        self.assertEqual(verdict(CASES / "nowhere.json")[0], UNDECIDED)
        self.assertEqual(verdict(CASES / "README.md")[0], UNDECIDED)
        self.assertEqual(verdict(CASES / "bundles" / "bad-2-value.json", None)[0], INVALID)

    def flip(self, file, positions):
        data = (CASES / file).read_bytes()
        with tempfile.TemporaryDirectory() as folder:
            altered = Path(folder) / "altered"
            altered.write_bytes(data)
            self.assertEqual(verdict(altered)[0], VALID)
            for at in positions(len(data)):
                changed = bytearray(data)
                changed[at] ^= 1 << at % 7
                altered.write_bytes(changed)
                code, said = verdict(altered)
                self.assertEqual(code, INVALID, f"byte {at} of {file}\n{said}")

    def test_a_changed_byte_of_a_bundle(self):
        self.flip("bundles/0-valid.json", lambda size: range(0, size, 1 if EVERY else 61))

    def test_a_changed_byte_of_a_correction(self):
        self.flip("bundles/5-valid.json", lambda size: range(0, size, 1 if EVERY else 97))

    def test_a_changed_byte_of_a_pdf(self):
        self.flip("order.pdf", lambda size: range(0, size, 53 if EVERY else 4001))


if __name__ == "__main__":
    unittest.main(argv=[word for word in sys.argv if word != "--every"])

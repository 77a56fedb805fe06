#!/usr/bin/env python3
"""A verifier of orders and their log, written from docs/verification.md with Python's standard library only.

    verify.py log DIR [--policy FILE]                 the whole log folder
    verify.py read FILE --log DIR [--policy FILE]     the proof of a look at one's data
    verify.py evidence FILE --policy FILE             what a monitor keeps as proof that a log went wrong (0: it is one)
    verify.py code FILE --pack DIR --policy FILE      the text of a QR code of mode J or M, without a network
    verify.py order FILE --log DIR [--policy FILE]    a bundle (.json) or a PDF, and its state from the log; or the public
                                                      proof.json of an order whose content was destroyed

One line is printed for each check. Exit codes (section 9): 0 valid, 1 not valid, 2 cannot decide, 3 since corrected.
It shares no code with Renshi. Signatures are checked with plain integers: slow, short, and no secret is at hand to leak.
"""

import sys
import zlib
from pathlib import Path

sys.dont_write_bytecode = True

from bundle import Bundle
from codes import CodeCheck, Pack
from encodings_strict import Invalid, Undecided
from erased import PublicProof
from evidence import check_evidence
from log import Log
from policy import Policy
from reads import ReadProof
from pdf import check_pdf, pdf_attachment, pdf_dicts, pdf_objects

VALID, INVALID, UNDECIDED, CORRECTED = 0, 1, 2, 3

# What reading a file that is not what it should be may end in.
UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, zlib.error)


def run(steps):
    """Runs the steps in order up to the first that does not hold. Returns the exit code so far."""
    for name, step in steps:
        try:
            print(f"ok    {name}: {step()}")
        except Undecided as reason:
            print(f"?     {name}: {reason}")
            return UNDECIDED
        except OSError as reason:
            print(f"?     {name}: {reason.filename}: {reason.strerror}")
            return UNDECIDED
        except Invalid as reason:
            print(f"WRONG {name}: {reason}")
            return INVALID
        except UNREADABLE as reason:
            print(f"WRONG {name}: cannot be read ({type(reason).__name__}: {reason})")
            return INVALID
    return VALID


def verify_order(file, folder, policy):
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        print(f"?     file: {error.strerror}")
        return UNDECIDED
    if b'"renshi-proof/' in data:
        return against_log(PublicProof(data), [], folder, policy)
    is_pdf = any(mark in data for mark in (b"%PDF-", b"startxref", b"/ByteRange"))
    objects = pdf_objects(data) if is_pdf else {}
    try:
        held = pdf_attachment(objects) if is_pdf else data
    except (Invalid, *UNREADABLE) as reason:
        print(f"WRONG pdf: order.json cannot be read ({reason})")
        return INVALID
    signed = any("ByteRange" in one for one in pdf_dicts(list(objects.values())))
    if not signed and not any(mark in (held or b"") for mark in (b"renshi-bundle/", b'"disclosures"', b'"inclusion"')):
        print("?     file: it holds no order")
        return UNDECIDED
    bundle = Bundle(held or b"")
    return against_log(bundle, [("pdf", lambda: check_pdf(data, objects, bundle.statement))] if is_pdf else [], folder, policy)


def against_log(bundle, more, folder, policy):
    code = run(bundle.steps + more)
    if code != VALID:
        return code
    if folder is None and policy is not None:
        code = run([("receipt", lambda: bundle.check_receipt(Policy(Path(policy).read_text("utf-8"))))])
        if code != VALID:
            return code
    if folder is None:
        print("?     log: none at hand, so nobody can say whether the order still stands")
        return UNDECIDED
    log = Log(folder, policy)
    inclusion, *held = bundle.log_steps(log)
    # The key of a later shard is learned from the one before it, so that is read first.
    later = (Path(folder) / bundle.year() / "checkpoint").exists()
    code = run([*log.steps, inclusion, *held] if later else [*log.steps[:1], inclusion, *log.steps[1:], *held])
    if code == VALID and bundle.state != "valid":
        return CORRECTED
    return code


def verify_read(file, folder, policy):
    try:
        proof = ReadProof(Path(file).read_bytes())
    except OSError as error:
        print(f"?     file: {error.strerror}")
        return UNDECIDED
    code = run(proof.steps)
    if code != VALID or folder is None:
        return code or UNDECIDED
    log = Log(folder, policy)
    return run(log.steps + proof.log_steps(log))


def verify_code(file, folder, policy):
    def pack():
        if folder is None or policy is None:
            raise Undecided("no pack at hand, or no policy that says which keys to believe")
        return Pack(Path(folder), Path(policy).read_text("utf-8"))

    try:
        checked = CodeCheck(Path(file).read_text("utf-8"), pack)
        code = run(checked.steps)
    except OSError as error:
        print(f"?     file: {error.strerror}")
        return UNDECIDED
    return CORRECTED if code == VALID and checked.state != "valid" else code


def verify_evidence(file, policy):
    if policy is None:
        print("?     policy: none given, so no key is trusted")
        return UNDECIDED
    try:
        data, text = Path(file).read_bytes(), Path(policy).read_text()
    except OSError as error:
        print(f"?     file: {error.strerror}")
        return UNDECIDED
    return run([("evidence", lambda: check_evidence(data, Policy(text)))])


def main(arguments):
    options = {}
    plain = []
    while arguments:
        word = arguments.pop(0)
        if word in ("--log", "--pack", "--policy") and arguments:
            options[word] = arguments.pop(0)
        else:
            plain.append(word)
    if len(plain) != 2 or plain[0] not in ("log", "order", "read", "evidence", "code"):
        print(__doc__)
        return UNDECIDED
    if plain[0] == "log":
        return run(Log(plain[1], options.get("--policy")).steps)
    if plain[0] == "code":
        return verify_code(plain[1], options.get("--pack"), options.get("--policy"))
    if plain[0] == "evidence":
        return verify_evidence(plain[1], options.get("--policy"))
    if plain[0] == "read":
        return verify_read(plain[1], options.get("--log"), options.get("--policy"))
    code = verify_order(plain[1], options.get("--log"), options.get("--policy"))
    print({VALID: "VALID", INVALID: "NOT VALID", UNDECIDED: "CANNOT DECIDE", CORRECTED: "ISSUED, BUT SINCE CORRECTED"}[code])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What JUnit readers agree on, as Jenkins' schema has it: elements, their order of nesting, and the attributes each may have."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, fromstring

_COUNT, _TIME, _ANY = re.compile(r"\d+"), re.compile(r"\d+\.\d+"), re.compile(r".*", re.DOTALL)
_CASES = {"tests": _COUNT, "failures": _COUNT, "errors": _COUNT, "time": _TIME}
# element → required attributes, optional attributes, elements within
SHAPE: dict[str, tuple[set[str], dict[str, re.Pattern[str]], set[str]]] = {
    "testsuites": (set(), {"name": _ANY, **_CASES}, {"testsuite"}),
    "testsuite": ({"name", "tests", "failures", "errors"}, {"name": _ANY, "skipped": _COUNT, **_CASES}, {"testcase"}),
    "testcase": (
        {"name", "classname"},
        {"name": _ANY, "classname": _ANY, "time": _TIME, "file": _ANY, "line": _COUNT},
        {"skipped", "error", "failure", "system-out"},
    ),
    "failure": (set(), {"message": _ANY, "type": _ANY}, set()),
    "error": (set(), {"message": _ANY, "type": _ANY}, set()),
    "skipped": (set(), {"message": _ANY, "type": _ANY}, set()),
    "system-out": (set(), {}, set()),
}


def checked(text: str) -> Element:
    """The document, which has the shape and whose counts are those of its cases."""
    root = fromstring(text)
    assert root.tag == "testsuites"
    _check(root)
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        assert element.get("tests") == str(len(cases))
        for kind, name in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            if element.get(kind) is not None:
                assert element.get(kind) == str(sum(case.find(name) is not None for case in cases)), (element.tag, kind)
    return root


def _check(element: Element) -> None:
    required, known, inner = SHAPE[element.tag]
    assert required <= element.attrib.keys() <= known.keys(), (element.tag, element.attrib)
    for name, value in element.attrib.items():
        assert known[name].fullmatch(value), (element.tag, name, value)
    for child in element:
        assert child.tag in inner, (element.tag, child.tag)
        _check(child)

"""The keys by which contacts are matched. Of a phone number it is what the library phonenumbers makes of the same writing, or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import phonenumbers
import pytest
from phonenumbers import PhoneMetadata

from convsql.base.errors import Problems
from convsql.dbt_habits.habits import load_project
from convsql.project.declare import parse
from convsql.project.files import read_project_files
from convsql.project.profiles import load_target
from convsql.rendering.render import Renderer
from tests.support.root import ROOT

Keys = Callable[[str, Sequence[str]], list[str | None]]
PHONES = "{{ phone_keys('forms', ['position']) }}"
EMAILS = "select position, {{ email_key('written') }} as email_key from forms"

# Country → its calling code, its trunk prefix, and numbers: of a landline, of a mobile, and some that begin with the calling code.
COUNTRIES = {
    "US": ("1", "1", ["2025550101", "5551230001"]),
    "DE": ("49", "0", ["3090182000", "17112345678", "6221123456"]),
    "GB": ("44", "0", ["2079460958", "7911123456", "1632960123"]),
    "NL": ("31", "0", ["201234567", "612345678"]),
    "FR": ("33", "0", ["123456789", "612345678", "337123456"]),
    "IT": ("39", "", ["0612345678", "3471234567", "026541234", "3912345678"]),
    "AU": ("61", "0", ["291234567", "412345678"]),
    "IN": ("91", "0", ["9812345678", "2212345678", "9198765432"]),
    "BR": ("55", "0", ["1132654321", "11987654321", "5598765432", "55987654321"]),
    "MX": ("52", "", ["5512345678", "3312345678"]),
}
# What the key has by intent and the library has not: 00 from everywhere, floats, and the country's code without + where the library
# prefers a longer national number.
OTHERWISE = ("00{code}{number}", "00{code} (0) {spaced}", "{code}{number}.0", "{code}{number}")


@pytest.fixture(scope="module")
def keys() -> Keys:
    """The keys of writings, of numbers from a country's code or of addresses where it is `@`."""
    project, problems = load_project(ROOT), Problems()
    target = load_target(project)
    renderer = Renderer(project, target, parse(project, target, read_project_files(project), problems), problems)
    node = next(n for n in renderer.declared.nodes.values() if n.name == "cohort_rates")

    def of(country: str, written: Sequence[str]) -> list[str | None]:
        text, country = (EMAILS, "") if country == "@" else (PHONES, country)
        query = renderer.render(node, text, {"phone_country_code": country}).sql
        with duckdb.connect() as connection:
            connection.execute("create table forms (position integer, written varchar)")
            connection.executemany("insert into forms values (?, ?)", [list(pair) for pair in enumerate(written)])
            return [key for _, key in sorted(connection.execute(query).fetchall())]

    return of


def writings(code: str, trunk: str, number: str) -> dict[str, str]:
    """Ways to write a number, by their pattern."""
    patterns = [
        "+{code}{number}", "+{code} {spaced}", "(+{code}) {spaced}", "+{code}.{number}", "00{code}{number}", "{code}{number}",
        "{trunk}{number}", "{number}", "({trunk}{area}) {rest}", "{trunk}{area}/{rest}", "{trunk}{area}.{rest}", "+{code} ({area}) {rest}",
        "{code}{number}.0", "+{code} {spaced} ext. 12", "+{code}{number}x123", "+{code}{number};ext=5", "+{code} {spaced} #5",
        "tel:+{code}-{spaced}", "Tel. +{code} {spaced}", "\u00a0+{code} {spaced}\t", "＋{code} {spaced}",
    ]  # fmt: skip
    if trunk == "0":
        patterns += ["+{code} (0){spaced}", "+{code} 0{spaced}", "00{code} (0) {spaced}"]
    spaced = f"{number[:3]} {number[3:6]}-{number[6:]}"
    return {
        p: p.format(code=code, trunk=trunk, number=number, spaced=spaced, area=number[:2], rest=number[2:])
        for p in patterns
    }


def oracle(written: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_writing_of_a_number_is_its_digits_with_the_country(country: str, keys: Keys) -> None:
    code, trunk, numbers = COUNTRIES[country]
    for number in numbers:
        written = writings(code, trunk, number)
        found = dict(zip(written, keys(code, list(written.values())), strict=True))
        assert {pattern: key for pattern, key in found.items() if key != code + number} == {}
        known = {pattern: oracle(text, country) for pattern, text in written.items() if pattern not in OTHERWISE}
        assert {pattern: found[pattern] for pattern in known} == known


@pytest.mark.parametrize(
    "written",
    [
        "1.55512E+10", "1,55512E+10", "1.555123456E+10",  # digits were lost
        "000-000-0000", "1111111111", "+1 555 555 5555", "123-456-7890", "1234567890", "0",
        "555-0100", "+1 555 123", "+1 555 123 00011", "(555) 123-0008/0009",  # no length of the country's
        "+999 123 456 789", "+1 555 123 0001 +1 555 123 0002",
        "1-800-FLOWERS", "n/a", "none", "client:rae", "sip:101@own.example", "72345", "", " ",
    ],
)  # fmt: skip
def test_what_is_no_number_has_no_key(written: str, keys: Keys) -> None:
    assert keys("1", [written]) == [None]


@pytest.mark.parametrize(
    ("country", "written", "key"),
    [
        ("1", "1.5551234567E+10", "15551234567"),  # every digit is there
        ("1", "011 44 20 7946 0958", "442079460958"),
        ("61", "0011 1 202 555 0101", "12025550101"),
        ("49", "4917112345678", "4917112345678"),  # phonenumbers: 494917112345678
        ("1", "(555) 555-0100", "15555550100"),  # fiction is a number
        ("1", "555 123 0001 (mobile)", "15551230001"),
        ("39", "+39 (0)6 1234 5678", "390612345678"),  # Italy keeps its zero
        ("", "0301234567", "0301234567"),  # without a country only alike to itself
        ("", "555-0100", None),
        ("", "+49 (0)30 1234567", "49301234567"),
    ],
)
def test_a_number_is_read_as_its_writer_meant_it(country: str, written: str, key: str | None, keys: Keys) -> None:
    assert keys(country, [written]) == [key]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (" Ann@X.Example\t", "ann@x.example"),
        ("mailto:ann@x.example?subject=Hi", "ann@x.example"),
        ("Ann B. <ann@x.example>", "ann@x.example"),
        ("'ann@x.example'.", "ann@x.example"),
        ("ann+shop@x.example", "ann+shop@x.example"),  # an address of its own
        ("info@x.example", "info@x.example"),  # several people's, which the tools' contacts show
        ("test@x.example", "test@x.example"),
        ("none@none.com", None),
        ("test@test.com", None),
        ("No-Reply@x.example", None),
        ("donotreply@x.example", None),
        ("ann at x.example", None),
        ("ann@x", None),
        ("", None),
    ],
)
def test_an_address_is_the_same_however_it_is_written(written: str, key: str | None, keys: Keys) -> None:
    assert keys("@", [written]) == [key]


def test_the_plans_of_countries_are_those_of_the_library_that_is_pinned() -> None:
    """When the library is raised, the lines that differ are the ones to write into macros/connectors/phone_plans.sql."""
    shipped = (ROOT / "macros" / "connectors" / "phone_plans.sql").read_text(encoding="utf-8")
    missing = []
    for code, regions in phonenumbers.COUNTRY_CODE_TO_REGION_CODE.items():
        found = (
            PhoneMetadata.metadata_for_nongeo_region(code)
            if regions[0] == "001"
            else PhoneMetadata.metadata_for_region(regions[0])
        )
        assert found is not None and found.general_desc is not None
        lengths = found.general_desc.possible_length
        kinds = [kind.possible_length for kind in (found.fixed_line, found.mobile) if kind is not None]
        usual = [length for kind in kinds for length in kind if length > 0] or list(lengths)
        line = (
            f"'{code}': ['{found.national_prefix or ''}', {min(lengths)}, {max(lengths)}, {min(usual)}, {max(usual)}]"
        )
        if line not in shipped:
            missing.append(line)
    assert missing == []

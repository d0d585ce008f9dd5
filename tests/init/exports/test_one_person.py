"""One person stays one, however the files write the number or the address, with a table of contacts and without."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import cycle, islice
from pathlib import Path

import pytest

from tests.init.exports.test_plans import begin, model
from tests.support import Run, convsql

WRITINGS = {
    "America/New_York": ("+1{0}{1}{2}", "({0}) {1}-{2}", "{0}-{1}-{2}", "1 {0} {1} {2}", "{0}.{1}.{2}", "001-{0}-{1}-{2}", "whatsapp:+1{0}{1}{2}"),
    "Europe/Berlin": ("+49 {0} {1}{2}", "0{0}/{1}{2}", "0049-{0}-{1}{2}", "0{0} {1} {2}", "+49 (0){0} {1}{2}"),
}  # fmt: skip
PEOPLE = 12
OURS = ("206", "555", "0100")


def parts_of(person: int) -> tuple[str, str, str]:
    """Three parts of a number: no two people's end in the same nine digits."""
    return "212", f"{300 + person * 7}", f"{1000 + person * 137}"


def log(writings: tuple[str, ...], start: int, ours: tuple[str, ...]) -> str:
    """A log of numbers at both ends: each person writes and is answered, each time in the next writing."""
    theirs, own = cycle(writings), cycle(ours)
    rows = "Id,From,To,Sent,Body\n"
    next(islice(theirs, start, start), None)
    for person in range(PEOPLE):
        for turn in range(4):
            ends = [next(theirs).format(*parts_of(person)), next(own).format(*OURS)]
            sender, receiver = ends if turn % 2 == 0 else reversed(ends)
            rows += f"{start}-{person}-{turn},{sender},{receiver},2024-01-{person + 1:02} 1{turn}:00:00,x\n"
    return rows


def deals(writings: tuple[str, ...]) -> str:
    rows = "Deal ID,Phone,Amount,Created at\n"
    return rows + "".join(
        f"d{person},{writing.format(*parts_of(person))},10,2024-01-20 10:00:00\n"
        for person, writing in zip(range(PEOPLE), cycle(writings[::-1]), strict=False)
    )


def ids(folder: Path, sql: str) -> list[list[object]]:
    found = convsql("show", "--json", "--project-dir", str(folder / "mine"), "--inline", sql)
    assert found.code == 0, found.err
    return found.json["rows"]


def build(folder: Path) -> Run:
    done = convsql("build", "-q", "--project-dir", str(folder / "mine"), "--select", "messages contacts deals")
    assert done.code == 0, done.err
    return done


COUNTS = (
    "select count(distinct contact_id), count(distinct case when direction = 'inbound' then contact_id end),"
    " count(distinct case when direction = 'outbound' then contact_id end), sum(case when direction = 'inbound' then 1 else 0 end),"
    " (select count(*) from {{ ref('contacts') }}),"
    " (select count(*) from {{ ref('deals') }} as d inner join {{ ref('contacts') }} as c on d.contact_id = c.contact_id),"
    " count(*) from {{ ref('messages') }}"
)


@pytest.mark.slow
@pytest.mark.parametrize("zone", WRITINGS)
def test_a_number_in_every_writing_is_one_person_within_a_file_and_between_files(zone: str, tmp_path: Path) -> None:
    writings = WRITINGS[zone]
    files = {
        "sms log.csv": log(writings, 0, writings[:2]),
        "older texts.csv": log(writings[2:], 1, writings[1:3]),
        "deals.csv": deals(writings),
    }
    begin(tmp_path, files, f"zone={zone}", "deals.opportunity=created")
    build(tmp_path)
    assert ids(tmp_path, COUNTS) == [[PEOPLE, PEOPLE, PEOPLE, 4 * PEOPLE, PEOPLE, PEOPLE, 8 * PEOPLE]]


@pytest.mark.slow
def test_an_unknown_person_is_one_where_the_others_are_in_a_table(tmp_path: Path) -> None:
    """Half of the people have no row there: neither writing of theirs is found, and both are of one."""
    writings = WRITINGS["America/New_York"]
    known = "".join(f"C{n},{'-'.join(parts_of(n))}\n" for n in range(PEOPLE // 2))
    files = {
        "sms log.csv": log(writings, 0, writings[:1]),
        "contacts.csv": "Contact ID,Phone\n" + known,
        "deals.csv": deals(writings),
    }
    begin(tmp_path, files, "zone=UTC", "deals.opportunity=created")
    build(tmp_path)
    found = ids(tmp_path, COUNTS)[0]
    assert found[:4] == [PEOPLE, PEOPLE, PEOPLE, 2 * PEOPLE]
    both = "select count(distinct d.contact_id) from {{ ref('deals') }} as d inner join {{ ref('messages') }} as m on d.contact_id = m.contact_id"
    assert ids(tmp_path, both) == [[PEOPLE]]


SMS = "Message ID,From,To,Date,Body\n"
TWO = "1,{0},{2},2024-01-05 10:00,a\n2,{2},{1},2024-01-05 11:00,b\n3,+12125550199,{2},2024-01-06 10:00,c\n"


@pytest.mark.parametrize(
    ("files", "people"),
    [
        # One person each, but for Bob (…0199).
        ({"sms.csv": SMS + TWO.format("(212) 555-0101", "+12125550101", "+12065550100")}, 2),
        ({"mail.csv": SMS + TWO.format("Ann@Ash.example", "ann@ash.example", "us@we.example").replace("+12125550199", "bob@b.example")}, 2),
        ({"mail.csv": SMS + TWO.format("Ann Ash <Ann@ash.example>", "ann@ash.example", "We <us@we.example>").replace("+12125550199", "bob@b.example")}, 2),
        # The files have the standard's names, and numbers for ids.
        ({"messages.csv": "message_id,contact_id,channel,direction,sent_at\n1,(212) 555-0101,sms,inbound,2024-01-05\n2,+12125550101,sms,outbound,2024-01-06\n"}, 1),
        # A column that is called nothing known, and holds the only numbers.
        ({"sms.csv": "Id,Direction,Sent,Rufnummer Kunde\n1,in,2024-01-05 10:00,089/3530829\n2,out,2024-01-05 11:00,+49 89 3530829\n"}, 1),
        ({"sms.csv": "Id,Direction,Sent,Mobil\n1,in,2024-01-05 10:00,089/3530829\n2,out,2024-01-05 11:00,+49 89 3530829\n"}, 1),
        # Ids are what they are: two that have the same digits are two.
        ({"sms.csv": "Id,Direction,Sent,Contact ID\n1,in,2024-01-05 10:00,A-2125550101\n2,out,2024-01-05 11:00,B-2125550101\n"}, 2),
    ],
)  # fmt: skip
def test_people_are_counted_once_without_a_table_of_them(files: Mapping[str, str], people: int, tmp_path: Path) -> None:
    assert f"contacts {people:,}" in begin(tmp_path, files, "zone=UTC").err


def test_our_own_number_is_ours_in_each_writing(tmp_path: Path) -> None:
    """Sent from one writing and received in another: a contact that has both ends in one writing is not us."""
    rows = SMS + "".join(
        f"{n},{a},{b},2024-01-05 1{n}:00,x\n"
        for n, (a, b) in enumerate(
            [("2065550100", "+12125550101"), ("+12125550101", "+12065550100"), ("+12125550102", "+12065550100"), ("2065550100", "+12125550102")]
        )
    )  # fmt: skip
    begin(tmp_path, {"sms.csv": rows})
    assert "\"From\" in ('2065550100', '+12065550100') then 'outbound'" in model(tmp_path, "messages")


def test_numbers_of_two_countries_that_nothing_tells_apart_are_named(tmp_path: Path) -> None:
    rows = "1,+12125550101,+12065550100,2024-01-05 10:00,a\n2,+492125550101,+12065550100,2024-01-05 11:00,b\n3,+12065550100,2125550101,2024-01-06 10:00,c\n"
    done = begin(tmp_path, {"sms.csv": SMS + rows})
    assert "stand without a country, and with more than one: 1;" in " ".join(done.err.split())
    assert "phone_country_code" in done.err


def test_a_column_that_somebody_names_is_looked_up_among_the_contacts_too(tmp_path: Path) -> None:
    files = {
        "sms.csv": "Id,Direction,Sent,Reached at,Other\n1,in,2024-01-05 10:00,(212) 555-0101,x\n",
        "contacts.csv": "Contact ID,Name,Phone\nC1,Ann,+12125550101\n",
    }
    begin(tmp_path, files, "messages.contact_id=Reached at")
    assert "coalesce(contacts_1.found_contact_id, sms_messages_keyed.contact_key" in model(tmp_path, "messages")


def test_people_are_looked_up_in_every_file_of_contacts(tmp_path: Path) -> None:
    """Each file has one half of them, and two messages in three are of the second file's."""
    files = {
        "contacts a.csv": "Contact ID,Phone\nC1,(212) 555-0101\n",
        "contacts b.csv": "Contact ID,Phone\nC2,(212) 555-0102\nC3,(212) 555-0103\n",
        "sms.csv": "Id,Direction,Sent,Phone\n1,in,2024-01-05 10:00,+12125550101\n2,in,2024-01-05 11:00,+12125550102\n3,in,2024-01-05 12:00,+12125550103\n",
    }
    done = begin(tmp_path, files, "zone=UTC")
    assert "100% are found by Phone of contacts a.csv and contacts b.csv" in " ".join(done.err.split())
    text = model(tmp_path, "messages")
    assert text.count("as written\n    from {{ source('exports', 'contacts_") == 2

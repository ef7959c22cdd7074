"""Reading and writing election files: what is kept, what is refused, and with which line and field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.tally.pabulib import Election, ElectionFileError, Fault, ProjectRow, Selected, cents, parse, read
from voting.tally.pabulib_writer import write

FILE = """META
key;value
description;Essai
num_projects;2
num_votes;3
budget;1000,50
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;votes;name;selected;district
1;600.25;2;"Banc ; ""place"" du marché";1;Nord
2;999999999;1;Verger;3;Sud
VOTES
voter_id;vote;age
a;1,2;31
b;1;
c;;44
"""


def test_reading_keeps_what_a_count_needs_and_no_voter():
    election = parse(FILE)

    assert election == Election(
        meta={
            "description": "Essai",
            "num_projects": "2",
            "num_votes": "3",
            "budget": "1000,50",
            "vote_type": "approval",
            "rule": "greedy",
        },
        projects=(
            ProjectRow("1", 600_25, 'Banc ; "place" du marché', 2, None, Selected.YES, (("district", "Nord"),)),
            ProjectRow("2", 999999999_00, "Verger", 1, None, Selected.EXTRA_FUNDS, (("district", "Sud"),)),
        ),
        ballots={(("1", 1), ("2", 1)): 1, (("1", 1),): 1, (): 1},
    )
    assert [project.is_withdrawn for project in election.projects] == [False, True]
    assert election.cents("budget") == 1000_50


@pytest.mark.parametrize(("text", "expected"), [("12", 1200), (" 12,5 ", 1250), ("0.004", 0), ("0.005", 1)])
def test_amounts_are_read_as_decimals_to_the_cent(text, expected):
    assert cents(text, 1, "cost") == expected


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_byte_order_mark_blank_lines_and_either_line_ending_are_read(tmp_path, ending):
    path = tmp_path / "file.pb"
    path.write_bytes(("\ufeff" + FILE.replace("VOTES", "\nVOTES")).replace("\n", ending).encode())

    assert read(path) == parse(FILE)


FAULTS = [
    ("PROJECTS\n", "", Fault.SECTION_MISSING, 0, "PROJECTS"),
    ("META\n", "", Fault.OUTSIDE_SECTIONS, 1, ""),
    ("VOTES\n", "VOTES\nMETA\n", Fault.SECTION_REPEATED, 14, "META"),
    ("project_id;cost", "project_id;price", Fault.COLUMN_MISSING, 10, "cost"),
    ("selected;district", "selected;name", Fault.COLUMN_REPEATED, 10, "name"),
    ("voter_id;vote;age", "voter_id;vote;vote_strength", Fault.WEIGHTED_BALLOTS, 14, "vote_strength"),
    ("b;1;", "b;1", Fault.COLUMN_COUNT, 16, "VOTES"),
    ("budget;1000,50\n", "", Fault.KEY_MISSING, 2, "budget"),
    ("rule;greedy", "budget;7", Fault.KEY_REPEATED, 8, "budget"),
    ("budget;1000,50", "budget;beaucoup", Fault.NOT_A_NUMBER, 6, "budget"),
    ("approval", "approbation", Fault.NOT_ALLOWED, 7, "vote_type"),
    ("600.25", "six cents", Fault.NOT_A_NUMBER, 11, "cost"),
    ("600.25", "NaN", Fault.NOT_A_NUMBER, 11, "cost"),
    ("600.25", "-5", Fault.NEGATIVE, 11, "cost"),
    ("600.25", "", Fault.EMPTY, 11, "cost"),
    (';2;"Banc', ';2.5;"Banc', Fault.NOT_AN_INTEGER, 11, "votes"),
    (";1;Nord", ";4;Nord", Fault.NOT_ALLOWED, 11, "selected"),
    ("2;999999999", "1;999999999", Fault.PROJECT_REPEATED, 12, "project_id"),
    ("b;1;", "b;1,9;", Fault.PROJECT_UNKNOWN, 16, "vote"),
    ("b;1;", "a;1;", Fault.VOTER_REPEATED, 16, "voter_id"),
    ("c;;44\n", "", Fault.ROW_COUNT, 5, "num_votes"),
    ("num_projects;2", "num_projects;3", Fault.ROW_COUNT, 4, "num_projects"),
    ("c;;44\n", "c;;4", None, 0, ""),
    ("c;;44\n", "c;", Fault.COLUMN_COUNT, 17, "VOTES"),
]


@pytest.mark.parametrize(("before", "after", "fault", "line", "field"), FAULTS)
def test_a_wrong_file_is_refused_with_its_line_and_field(before, after, fault, line, field):
    text = FILE.replace(before, after, 1)
    if fault is None:
        assert parse(text).ballot_count == 3
        return

    with pytest.raises(ElectionFileError) as refusal:
        parse(text)

    assert (refusal.value.fault, refusal.value.line, refusal.value.field) == (fault, line, field)


def test_lines_are_counted_across_a_name_that_holds_line_breaks():
    text = FILE.replace("Verger", '"Verger\ndu\nchemin"').replace("b;1;", "b;9;")

    with pytest.raises(ElectionFileError) as refusal:
        parse(text)

    assert refusal.value.line == 18


def test_a_file_that_is_not_utf8_names_the_line(tmp_path):
    path = tmp_path / "latin1.pb"
    path.write_bytes(FILE.replace("Verger", "Préau").encode("latin-1"))

    with pytest.raises(ElectionFileError) as refusal:
        read(path)

    assert (refusal.value.fault, refusal.value.line) == (Fault.NOT_UTF8, 11)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ElectionFileError) as refusal:
        read(tmp_path / "absent.pb")

    assert refusal.value.fault is Fault.UNREADABLE


def test_points_must_match_the_projects():
    text = FILE.replace("approval", "cumulative").replace("voter_id;vote;age", "voter_id;vote;points")

    with pytest.raises(ElectionFileError) as refusal:
        parse(text.replace("a;1,2;31", "a;1,2;3"))

    assert (refusal.value.fault, refusal.value.line, refusal.value.field) == (Fault.POINTS_COUNT, 15, "points")


def test_ballots_are_written_sorted_whatever_their_order():
    election = parse(FILE)
    backwards = Election(election.meta, election.projects, dict(reversed(election.ballots.items())))

    assert write(backwards) == write(election)
    assert write(election).endswith("voter_id;vote\r\n1;\r\n2;1\r\n3;1,2\r\n")


texts = st.text(
    st.sampled_from("aéœ ;\"'\n\r,#’") | st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12
)
ids = st.text("abcABC0123456789./-", min_size=1, max_size=6)


@st.composite
def elections(draw):
    vote_type = draw(st.sampled_from(["approval", "choose-1", "cumulative", "ordinal"]))
    names = draw(st.lists(ids, unique=True, min_size=1, max_size=5))
    projects = tuple(
        ProjectRow(
            name,
            draw(st.integers(0, 10**9)),
            draw(texts),
            draw(st.none() | st.integers(0, 99)),
            draw(st.none() | st.integers(0, 99)),
            draw(st.none() | st.sampled_from(Selected)),
            (("category", draw(texts)),),
        )
        for name in names
    )
    ballots = {}
    for chosen in draw(st.lists(st.lists(st.sampled_from(names), unique=True), max_size=5)):
        if vote_type == "ordinal":
            ballot = tuple((name, rank) for rank, name in enumerate(chosen, start=1))
        else:
            points = st.integers(0, 9) if vote_type == "cumulative" else st.just(1)
            ballot = tuple((name, draw(points)) for name in sorted(chosen))
        ballots[ballot] = draw(st.integers(1, 3))
    meta = {"description": draw(texts), "budget": "1000", "vote_type": vote_type, "rule": "greedy"}
    return Election(meta, projects, ballots)


@given(elections())
def test_what_is_written_is_read_back_equal(election):
    assert parse(write(election)) == election

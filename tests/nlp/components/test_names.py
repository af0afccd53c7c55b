"""Names: honorifics and degrees apart, short forms with their full names."""

from __future__ import annotations

import pytest

from nlp.components.names import group_by_person, is_short_form, name_at, name_words


def cut(text: str) -> tuple[str, tuple[str, ...]]:
    found = name_at(text, 0, len(text))
    return found.name, found.honorifics


@pytest.mark.parametrize(
    ("text", "name", "honorifics"),
    [
        ("Dr. Ir. H. Wirya Santika, S.H., M.Sc.", "Wirya Santika", ("Dr.", "Ir.", "H.", "S.H.", "M.Sc.")),
        ("Letjen TNI (Purn) Badra Kusnandar", "Badra Kusnandar", ("Letjen TNI (Purn)",)),
        ("Komjen Pol Damar Wisesa", "Damar Wisesa", ("Komjen Pol",)),
        ("AKBP Rintan Palupi", "Rintan Palupi", ("AKBP",)),
        ("Pak Sagara", "Sagara", ("Pak",)),
        ("Prof Dr Nirmala Ayudisa", "Nirmala Ayudisa", ("Prof", "Dr")),
        ("Hartini Suwondo", "Hartini Suwondo", ()),
        ("Sri Mulat A.", "Sri Mulat A.", ()),
        ("Ibu", "Ibu", ()),
    ],
)
def test_honorifics_and_degrees_are_kept_apart(text: str, name: str, honorifics: tuple[str, ...]) -> None:
    assert cut(text) == (name, honorifics)


def test_degrees_after_the_span_are_found() -> None:
    text = "Wirya Santika, S.Sos., M.Si., mengatakan"
    found = name_at(text, 0, len("Wirya Santika"))
    assert found.honorifics == ("S.Sos.", "M.Si.")
    assert text[found.degrees_end :].lstrip(", ").startswith("mengatakan")


@pytest.mark.parametrize(
    ("short", "full", "expected"),
    [
        ("Santi", "Ratri Santikawati", True),  # the first letters of a word
        ("San", "Ratri Santikawati", False),  # too few of them
        ("Ratri", "Ratri Santikawati", True),
        ("Ratri S", "Ratri Santikawati", True),
        ("Arya Wiguna", "Muhammad Arya Wiguna", True),
        ("Arya Wiguna", "Melati Arya Wiguna", False),  # may be a wife or a child
        ("Ratri Santikawati", "Ratri", False),
        ("Badkus", "Badra Kusnandar", True),
    ],
)
def test_short_forms(short: str, full: str, expected: bool) -> None:
    assert is_short_form(name_words(short), name_words(full)) is expected


def people(*names: str) -> list[tuple[str, tuple[str, ...]]]:
    text = ". ".join(names)
    mentions, position = [], 0
    for name in names:
        start = text.index(name, position)
        mentions.append(name_at(text, start, start + len(name)))
        position = start + len(name)
    return [(person.fullest.name, person.aliases) for person in group_by_person(mentions)]


def test_short_form_joins_the_one_it_fits() -> None:
    assert people("Ratri Santikawati", "Badra Kusnandar", "Ratri") == [
        ("Ratri Santikawati", ("Ratri",)),
        ("Badra Kusnandar", ()),
    ]


def test_short_form_of_two_people_stays_apart_unless_it_is_the_first_word_of_one() -> None:
    assert len(people("Ratri Wisesa", "Damar Wisesa", "Wisesa")) == 3
    assert people("Wisesa Ratri", "Damar Wisesa", "Wisesa")[0] == ("Wisesa Ratri", ("Wisesa",))


def test_slips_of_spelling_are_one_person() -> None:
    assert len(people("Badra Kusnandar", "Badra Kusnander")) == 1
    assert len(people("Badra Kusnandar", "Badra Wijayanto")) == 2


def test_capitals_do_not_make_another_person() -> None:
    assert people("BADRA KUSNANDAR", "Badra Kusnandar") == [("Badra Kusnandar", ())]

"""What people decide about stories holds against the engine, and can be taken back."""

from __future__ import annotations

import pytest

from pipelines.desk import deciding, stories
from pipelines.errors import UserError
from pipelines.isu.update import update
from tests.pipelines.isu.test_update import newsroom, store
from tests.pipelines.isu.test_update import stories as grouped


@pytest.fixture
def connection(database):
    """The stories of all but the last ten articles of the sample newsroom."""
    store(database.conn, newsroom()[:-10])
    update(database.conn)
    return database.conn


def of(connection, story):
    rows = connection.execute("SELECT article_id FROM isu_articles WHERE isu_id = ? ORDER BY article_id", (story,))
    return [row[0] for row in rows]


def largest(connection, number=1):
    rows = connection.execute("SELECT id FROM isu WHERE state = 'open' ORDER BY articles DESC, id LIMIT ?", (number,))
    return [row[0] for row in rows][-1]


def go_on(connection):
    """The engine works on: what is new, and the last days with hindsight."""
    store(connection, newsroom()[-10:])
    update(connection, settle=True)


def test_an_article_taken_out_stays_out_and_comes_back(connection):
    story = largest(connection)
    before, held = grouped(connection), of(connection, story)
    number, new = stories.part(connection, story, held[:1], "ani")
    assert (of(connection, new), of(connection, story)) == (held[:1], held[1:])
    update(connection, settle=True)
    assert of(connection, new) == held[:1]
    assert connection.execute("SELECT articles FROM isu WHERE id = ?", (story,)).fetchone() == (len(held) - 1,)
    deciding.undo(connection, number, "budi")
    assert grouped(connection) == before
    update(connection, settle=True)
    assert grouped(connection) == before


def test_what_is_parted_is_not_joined_by_what_comes(connection):
    story = largest(connection)
    held = of(connection, story)
    _, new = stories.part(connection, story, held[: len(held) // 2], "ani")
    go_on(connection)
    one, other = (of(connection, number) for number in (story, new))
    assert set(held[: len(held) // 2]) <= set(other) and set(held[len(held) // 2 :]) <= set(one)


def test_two_joined_stay_one_and_part_again(connection):
    one, other = largest(connection, 1), largest(connection, 2)
    before, mine, theirs = grouped(connection), of(connection, one), of(connection, other)
    number = stories.join(connection, one, other, "ani")
    assert of(connection, one) == sorted(mine + theirs)
    assert connection.execute("SELECT state, merged_into FROM isu WHERE id = ?", (other,)).fetchone() == ("merged", one)
    update(connection, settle=True)
    assert set(mine + theirs) <= set(of(connection, one))
    deciding.undo(connection, number, "ani")
    assert grouped(connection) == before and of(connection, other) == theirs


def test_joining_takes_back_that_they_were_parted(connection):
    story = largest(connection)
    held = of(connection, story)
    _, new = stories.part(connection, story, held[:2], "ani")
    stories.join(connection, story, new, "budi")
    update(connection, settle=True)
    assert set(held) <= set(of(connection, story))


def test_a_name_of_the_team_stays(connection):
    story = largest(connection)
    sql = "SELECT title FROM isu WHERE id = ?"
    before = connection.execute(sql, (story,)).fetchone()
    number = stories.rename(connection, story, "  Isu  pilihan ", "ani")
    go_on(connection)
    assert connection.execute(sql, (story,)).fetchone() == ("Isu pilihan",)
    assert stories.rename(connection, story, "Isu pilihan", "ani") is None
    deciding.undo(connection, number, "ani")
    assert connection.execute(sql, (story,)).fetchone() == before


def test_what_cannot_be_is_refused(connection):
    story = largest(connection)
    held = of(connection, story)
    for act in (
        lambda: stories.part(connection, story, held, "ani"),
        lambda: stories.part(connection, story, [], "ani"),
        lambda: stories.join(connection, story, story, "ani"),
        lambda: stories.join(connection, story, 99_999, "ani"),
        lambda: stories.rename(connection, 99_999, "x", "ani"),
    ):
        with pytest.raises(UserError):
            act()
    assert connection.execute("SELECT count(*) FROM decisions").fetchone() == (0,)

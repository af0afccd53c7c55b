"""The name of a body that people put right: where the article has it, through reading again, and back."""

from __future__ import annotations

from nlp.records import Tags
from pipelines.database.open import transaction
from pipelines.desk import deciding
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, mention
from tests.pipelines.desk.test_deciding import decision, dump


def test_a_bodys_name_is_put_right_where_it_stands_and_stays_where_it_does_not(database):
    connection, told = database.conn, []
    for number, text in (
        (1, "Dinas Pasar Bogor meninjau kios. Kata Dinas Pasar Bogor, kios penuh."),
        (2, "Dinas Pasar pindah."),
    ):
        found = tuple(mention(text, "ORG", "Dinas Pasar", each) for each in range(text.count("Dinas Pasar")))
        address = f"https://contoh.go.id/berita/{number}"
        article = make_article(url=address, canonical_url=address, title="Kios", text=text)
        told.append(TaggedArticle(article, Tags(mentions=found)))
        with transaction(connection):
            save(connection, told[-1])
    before, shown = dump(connection), {"text": "Dinas Pasar"}
    assert deciding.elsewhere(connection, 1, "organisation", shown) == [2]
    after = {"text": "Dinas Pasar Bogor"}
    number = deciding.decide(connection, decision("organisation", "dinas pasar", after, before=shown, everywhere=True))
    sql = "SELECT article_id, text, o.name FROM mentions m JOIN organisations o ON o.id = entity_id ORDER BY 1, start"
    right = [(1, "Dinas Pasar Bogor", "Dinas Pasar Bogor")] * 2 + [(2, "Dinas Pasar", "Dinas Pasar")]
    assert [tuple(row) for row in connection.execute(sql)] == right
    for read_again in told:
        with transaction(connection):
            save(connection, read_again)
    assert [tuple(row) for row in connection.execute(sql)] == right
    deciding.undo(connection, number, "budi")
    assert dump(connection) == before

"""Tagging documents: the shape of the result, offsets in the original fields, odd input."""

from __future__ import annotations

import json

import pytest

from nlp.as_json import tags_from_json, tags_to_json
from nlp.records import Document, Tags
from nlp.tag import tag_documents, tag_texts

TEXT = (
    "Gubernur Jawa Tengah Harjuno Prabaswara meresmikan pasar di Kota Semarang. “Pasar ini untuk semua warga kita,” "
    "kata Harjuno, Rabu (12/11/2025)."
)

RICH = (
    TEXT
    + " Bupati Bogor Rangga Wiratama dan PT Sinar Uji menandatangani nota kesepahaman sesuai PP Nomor 59 Tahun 2022."
    + " Pemerintah akan membangun 300 rumah di Bogor pada Mei 2026."
)


def tag(tagger, **document):
    return next(tag_documents(tagger, [{"id": 1, "title": "", "text": "", **document}]))


@pytest.mark.parametrize(
    "text", [TEXT, TEXT.replace(". ", ".\r\n\r\n"), "\x00" + TEXT, "🚢 " + TEXT, "\ud83d " + TEXT, "\ufeff" + TEXT]
)
def test_offsets_point_into_the_original_fields(tagger, text):
    title = "Gubernur Harjuno Resmikan Pasar di Semarang"
    row = tag(tagger, title=title, text=text)
    assert {m["field"] for m in row["mentions"]} == {"title", "text"}
    for mention in row["mentions"]:
        field = title if mention["field"] == "title" else text
        assert field[mention["start"] : mention["end"]] == mention["text"]
    for quote in row["quotes"]:
        assert text[quote["start"] : quote["end"]] == quote["text"]
    assert [place["code"] for place in row["places"]] == ["33.74"]


def test_the_official_and_the_quote(tagger):
    row = tag(tagger, text=TEXT)
    (official,) = row["officials"]
    assert (official["name"], official["title"], official["organisation"]) == (
        "Harjuno Prabaswara",
        "Gubernur",
        "Jawa Tengah",
    )
    assert official["aliases"] == ["Harjuno"]
    assert [(q["speaker"], q["name"], q["verb"]) for q in row["quotes"]] == [("Harjuno", "Harjuno Prabaswara", "kata")]


def test_documents_stream_in_order_and_may_be_empty(tagger):
    documents = ({"id": number, "title": None, "text": "" if number % 2 else TEXT} for number in range(70))
    rows = list(tag_documents(tagger, documents))
    assert [row["id"] for row in rows] == list(range(70))
    assert rows[1] == {k: ([] if k != "id" else 1) for k in rows[0]}


def test_tags_are_the_same_after_a_way_through_json(tagger):
    (tags,) = tag_texts(tagger, [Document("Bupati Bogor dan PT Uji Teken MoU", RICH, "2025-11-12")])
    assert all(vars(tags).values())  # each kind is there, so each is compared
    for found in (tags, Tags()):
        assert tags_from_json(json.loads(json.dumps(tags_to_json(found)))) == found


def test_a_very_long_document_is_tagged(tagger):
    row = tag(tagger, text=(TEXT + "\n\n") * 900)  # about 150,000 characters
    assert len(row["officials"]) == 1


def test_a_missing_model_is_named(tmp_path):
    import nlp

    with pytest.raises(FileNotFoundError, match="holds no trained model"):
        nlp.load(tmp_path)

"""What is an agreement is judged by learnt models: kinds that are none, lists that are several, and the models' arithmetic."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from nlp.components.agreements import anchors, bodies, cues, judging, phases, standing
from nlp.components.agreements.learnt import (
    WEIGHTS,
    Chooser,
    chooser_from_json,
    judge_from_json,
    judges,
    network_digest,
    status_chooser,
    vectors_of,
)
from nlp.components.agreements.parties import Evidence, find_parties
from nlp.components.agreements.party_names import full_names, is_of_dateline
from nlp.document import sentence_of
from nlp.records import AGREEMENT_STATUSES
from nlp.tag import tag_documents

PUBLISHED = "2025-11-14"
NONE = {
    "parties with the names of instruments": (
        "PKS dan PKB Berebut Kursi Ketua DPRD Lembayan",
        "LEMBAYAN - PKS dan PKB sama-sama mengincar kursi Ketua DPRD Lembayan. Ketua DPC PKB Lembayan Rumaisha Tanjung "
        "mengatakan partainya menang di tujuh kecamatan. PKS menyebut perolehan suaranya naik sejak pemilu lalu.",
    ),
    "a misunderstanding": (
        "Kapolsek Minta Maaf soal Kesalahpahaman di Pasar",
        "Kapolsek Wanasari Iptu Bagas Pramudya meminta maaf kepada pedagang atas kesalahpahaman saat penertiban, Rabu "
        "(5/11/2025). Kesalahpahaman itu selesai setelah kedua pihak berbicara di kantor kelurahan.",
    ),
    "a budget": (
        "Presiden Sampaikan Nota Keuangan di DPR",
        "Jakarta - Presiden menyampaikan RUU APBN dan Nota Keuangan di hadapan DPR, Jumat (15/8/2025). Belanja negara "
        "naik enam persen. Menteri Keuangan menjelaskan Nota Keuangan itu kepada wartawan di Senayan.",
    ),
    "the holidays of a year": (
        "Libur 2027 Ditetapkan 16 Hari",
        "Pemerintah menetapkan 16 hari libur nasional 2027 lewat SKB tiga menteri. Surat Keputusan Bersama itu diteken "
        "Menteri Agama, Menteri Ketenagakerjaan, dan Menteri PANRB, Senin (6/10/2025). Cuti bersama delapan hari.",
    ),
    "a way of working": (
        "ASN Boleh Bekerja dari Rumah Dua Hari",
        "Pemerintah Kota Banyuwangi Timur menerapkan Flexible Working Arrangement bagi aparatur sipil negara mulai "
        "Desember. Sekretaris Daerah Nurhalim Akbar mengatakan Flexible Working Arrangement tidak berlaku bagi dokter.",
    ),
    "a false marriage": (
        "Polisi Ungkap Kawin Kontrak di Puncak Lawu",
        "Polres Lawu mengungkap praktik kawin kontrak di sebuah vila. Empat orang ditangkap pada Sabtu (8/11/2025). "
        "Kasat Reskrim AKP Wirda Sasmita mengatakan pelaku menawarkan kawin kontrak kepada wisatawan asing.",
    ),
    "what there is not yet": (
        "Bupati: Belum Ada MoU dengan Investor Pelabuhan",
        "Bupati Teluk Sari Ganda Wirawan membantah kabar kerja sama pelabuhan. Belum ada MoU apa pun dengan investor, "
        "katanya, Kamis (13/11/2025). Menurut dia, baru ada kunjungan perkenalan.",
    ),
    "a petition": (
        "Warga Tanda Tangani Petisi Tolak Tambang",
        "Sebanyak 2.000 warga Desa Sumber Ijo menandatangani petisi menolak tambang pasir. Kepala Desa Mulyono Adi "
        "menyerahkan petisi itu ke DPRD Kabupaten Galuhan, Selasa (4/11/2025).",
    ),
    "a promise of performance": (
        "Pejabat Eselon Teken Perjanjian Kinerja",
        "Seluruh kepala dinas di Kabupaten Galuhan menandatangani Perjanjian Kinerja 2026 di hadapan Bupati Sekar "
        "Mayang, Senin (5/1/2026). Perjanjian Kinerja memuat target tahunan setiap dinas.",
    ),
}


def agreements(tagger, title, text):
    (tags,) = tag_documents(tagger, [{"id": 1, "title": title, "text": text, "published_at": PUBLISHED}])
    return tags["agreements"]


@pytest.mark.parametrize("kind", NONE)
def test_what_only_looks_like_an_agreement(tagger, kind):
    assert agreements(tagger, *NONE[kind]) == []


def test_who_stands_by_and_when_it_ends_are_neither_party_nor_day_of_signing(tagger):
    text = (
        "Galuhan - Pemerintah Kabupaten Galuhan dan Universitas Seroja menandatangani nota kesepahaman tentang riset "
        "kopi, Rabu (12/11/2025). Penandatanganan disaksikan Gubernur Jawa Barat dan perwakilan Bank Melati. Nota "
        "kesepahaman itu berlaku hingga 12 November 2028. Bupati Galuhan Sekar Mayang berharap petani mendapat bibit."
    )
    (found,) = agreements(tagger, "Pemkab Galuhan Gandeng Universitas Seroja", text)
    assert found["parties"] == ["Pemerintah Kabupaten Galuhan", "Universitas Seroja"]
    assert (found["type"], found["date"], found["status"]) == ("MoU", "2025-11-12", "ditandatangani")
    assert found["parties_known"] is True
    assert found["confidence"] > 0.8


@pytest.mark.parametrize(
    "text",
    [
        "Yayasan Melati menandatangani tiga perjanjian kerja sama rujukan, Kamis (6/11/2025). Masing-masing dengan "
        "Klinik Anggrek, Puskesmas Seroja, dan Universitas Kenanga. Direktur Yayasan Melati Yusna Harahap mengatakan "
        "pasien rujukan bertambah.",
        "Yayasan Melati meneken tiga perjanjian kerja sama dengan Klinik Anggrek, Puskesmas Seroja, dan Universitas "
        "Kenanga, Kamis (6/11/2025). Direktur Yayasan Melati Yusna Harahap mengatakan pasien rujukan bertambah.",
        "Yayasan Melati menandatangani perjanjian kerja sama dengan Klinik Anggrek, Kamis (6/11/2025). Sebelumnya "
        "perjanjian kerja sama telah dilaksanakan bersama Puskesmas Seroja dan Universitas Kenanga.",
    ],
)
def test_a_list_is_one_agreement_with_each(tagger, text):
    found = agreements(tagger, "Yayasan Melati Perluas Layanan", text)
    assert [a["parties"] for a in found] == [
        ["Yayasan Melati", partner] for partner in ("Klinik Anggrek", "Puskesmas Seroja", "Universitas Kenanga")
    ]
    assert {a["type"] for a in found} == {"PKS"}


def test_the_weights_fit_the_features_and_the_network(tagger):
    """Weights that were learnt with other features or another network would judge at random."""
    columns = {
        "anchor": anchors.FEATURES,
        "group": judging.GROUP_FEATURES,
        "party": bodies.FEATURES,
        "date": judging.DATE_FEATURES,
        "status": judging.STATUS_FEATURES,
    }
    told = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert told["features"] == {name: list(names) for name, names in columns.items()}
    assert told["network"] == network_digest()
    assert WEIGHTS.stat().st_size < 1_000_000
    for name, judge in judges().items():
        assert judge.trees.feature.max() < len(columns[name])
    weights = status_chooser().weights
    assert weights.shape == (len(judging.STATUS_FEATURES), len(AGREEMENT_STATUSES))
    assert status_chooser().distances.tolist() == list(judging.STATUS_DISTANCES)
    doc = next(tagger.pipe(["Dinas Laut meneken MoU."]))
    vectors = vectors_of(doc, [(0, 2)])
    assert judges()["anchor"].linear.odds(vectors).shape == (1,)


def test_trees_say_what_their_leaves_hold():
    """Two trees: the first asks twice, the second says the same of all; the regression over vectors is averaged in."""
    values = {
        "trees": {
            "base": 0.5,
            "depth": 2,
            "feature": [[1, 0, 0, 0, 0], [0, 0, 0, 0, 0]],
            "limit": [[3.0, 1.0, 0, 0, 0], [0, 0, 0, 0, 0]],
            "left": [[1, 3, 2, 3, 4], [0, 0, 0, 0, 0]],
            "right": [[2, 4, 2, 3, 4], [0, 0, 0, 0, 0]],
            "value": [[0, 0, 4.0, 1.0, 2.0], [-1.0, 0, 0, 0, 0]],
        },
        "linear": {"weights": [1.0, -1.0], "bias": 0.25},
        "scale": 2.0,
        "shift": 1.0,
    }
    judge = judge_from_json(values)
    rows = [[1, 3], [2, 3], [1, 4]]
    odds = np.array([0.5 + 1 - 1, 0.5 + 2 - 1, 0.5 + 4 - 1])
    assert judge.probability(rows) == pytest.approx(1 / (1 + np.exp(-(2 * odds + 1))))
    vectors = np.array([[1.0, 2.0]] * 3)
    assert judge.probability(rows, vectors) == pytest.approx(1 / (1 + np.exp(-(2 * (odds - 0.75) / 2 + 1))))
    assert judge.probability([]).shape == (0,)


def test_the_product_computes_what_scikit_learn_fitted():
    pytest.importorskip("sklearn", reason="only the extra `train` has scikit-learn")
    from sklearn.ensemble import GradientBoostingClassifier

    from nlp.training.trees import Model, fit

    random = np.random.default_rng(7)
    rows = random.normal(size=(120, 4)).round(3)
    right = rows[:, 0] * rows[:, 1] > 0
    values, _ = fit(Model(trees=9, leaf=5), rows.tolist(), None, right.tolist(), [0, 1, 2] * 40, [True] * 120)
    own = GradientBoostingClassifier(
        n_estimators=9,
        max_depth=3,
        learning_rate=0.08,
        subsample=0.7,
        min_samples_leaf=5,
        max_features=0.3,
        random_state=0,
    ).fit(rows, right)
    found = judge_from_json(values).probability(rows.tolist())
    assert found == pytest.approx(own.predict_proba(rows)[:, 1], abs=1e-3)


def test_the_product_computes_what_scikit_learn_chose():
    pytest.importorskip("sklearn", reason="only the extra `train` has scikit-learn")
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    from nlp.training.trees import PENALTY_OF_KINDS, fit_votes

    random = np.random.default_rng(7)
    rows = random.uniform(0, 200, size=(120, 3)).round(2)
    right = [0 if row[0] < 60 else 2 if row[1] < 100 else 3 for row in rows]
    values, _ = fit_votes(rows.tolist(), right, [0, 1, 2] * 40, 4, [0])
    near = np.column_stack([np.exp(-rows[:, 0] / 50), rows[:, 1:]])
    own = LogisticRegression(C=PENALTY_OF_KINDS, max_iter=200).fit(
        scaled := StandardScaler().fit_transform(near), right
    )
    said = chooser_from_json(values).votes(rows.tolist())
    assert said[:, [0, 2, 3]] == pytest.approx(own.predict_proba(scaled), abs=1e-3)
    assert said[:, 1].max() < 1e-9  # a kind that nothing taught


def test_words_beside_a_name_are_found_with_and_without_looking_first():
    before = {
        "between": ("antara", "antara pihak"),
        "with": ("dengan", "bersama dengan", "menggandeng pihak", "kepada"),
        "joined": (",", "dan", "serta", "&", "-"),
        "where": ("di", "kantor", "terhadap", "asal"),
        "by": ("oleh", "perwakilan"),
        "bystander": ("disaksikan oleh", "dihadiri langsung", "menurut", "kata", "melalui media"),
        "bracket": ("(",),
        "start": (".", "“", ""),
    }
    for name, words in before.items():
        for word in words:
            text = f"x {word} ".lstrip() if word else ""
            assert bodies.BEFORE[name].search(text), (name, word)
            found = dict((*bodies._ALWAYS, *bodies._BY_LAST_WORD.get(bodies._last_word(text), ())))
            assert bodies._PLACES[name] in found, (name, word)
    for name, stems in bodies.STEMS.items():
        verbs = re.findall(r"[a-z]{4,}", bodies.BEHIND[name].pattern)
        assert len(verbs) > 8
        assert all(any(stem in verb for stem in stems) for verb in verbs if verb != "tanda"), name


def test_distances_of_words_are_those_of_the_patterns(rules):
    text = "Bupati A akan segera menandatangani MoU yang telah disepakati tahun 2019 itu, ke depan MoU tidak lagi diperpanjang."
    doc = rules(text)
    for start in (text.index("MoU"), text.rindex("MoU")):
        span = doc.char_span(start, start + 3)
        row = dict(zip(cues.NAMES, cues.distances(span), strict=True))
        for name, cue in cues.CUES.items():
            ends = [match.end() for match in cue.finditer(text[:start])]
            following = cue.search(text[start + 3 :])
            assert row[f"{name} before"] == (start - ends[-1] if ends else cues.FAR), name
            assert row[f"{name} behind"] == (following.start() if following else cues.FAR), name


@pytest.mark.parametrize(
    "text",
    [
        "Warta6.com, Lembayan -Duta Besar Uji menilai perjanjian perdagangan bebas itu adil.",
        "Warta6.com, Lembayan - Duta Besar Uji menilai perjanjian perdagangan bebas itu adil.",
        "Warta6.com, Lembayan Duta Besar Uji menilai perjanjian perdagangan bebas itu adil.",
        "WARTAUJI.CO.ID, LEMBAYAN -- Duta Besar Uji menilai perjanjian perdagangan bebas itu adil.",
    ],
)
def test_the_head_of_a_story_is_no_party(rules, text):
    outlet, place = re.split(r", | -| Duta", text)[:2]
    doc = rules(text, ("ORG", outlet), ("GPE", place), ("AGR", "perjanjian perdagangan bebas"))
    found = {entity.text: is_of_dateline(entity) for entity in doc.ents if entity.label_ in ("ORG", "GPE")}
    assert found == {outlet: True, place: True}


def test_two_countries_before_a_dash_are_parties(rules):
    doc = rules("Indonesia-Jepang teken nota kesepahaman.", ("GPE", "Indonesia"), ("GPE", "Jepang"))
    assert not any(is_of_dateline(entity) for entity in doc.ents)


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Ada Memorandum Presiden tertanggal 11 April yang membebaskan komponen.", [("AGR", "Memorandum Presiden")]),
        ("Ada memorandum Presiden tertanggal 11 April yang membebaskan komponen.", [("AGR", "memorandum")]),
        ("LEMBAYAN-Klub Lembayan bertahan musim ini.", [("AGR", "LEMBAYAN")]),
    ],
)
def test_what_the_ner_took_for_an_instrument(rules, text, entities):
    assert rules(text, *entities)._.agreements == []


@pytest.mark.parametrize(
    ("text", "parties"),
    [
        ("Indonesia–Kanadia Free Trade Agreement mulai berlaku.", ("Indonesia", "Kanadia")),
        (
            "Perundingan Indonesia-EAEU FTA usai. Eurasian Economic Union puas.",
            ("Indonesia", "Eurasian Economic Union"),
        ),
    ],
)
def test_a_treatys_name_tells_its_parties(rules, text, parties):
    doc = rules(text)
    start = text.index("Indonesia")
    end = text.index("Agreement") + 9 if "Agreement" in text else text.index("FTA") + 3
    span = doc.char_span(start, end, label="AGR")
    found = find_parties(span, sentence_of(span))
    assert (found.names, found.evidence) == (parties, Evidence.BETWEEN)


def test_posts_stand_for_the_bodies_that_the_text_names(rules):
    text = "Universitas Sagara dan Kementerian Garam hadir."
    doc = rules(text)
    bodies_named = [doc.char_span(0, 18, label="ORG"), doc.char_span(23, 40, label="ORG")]
    names = ("Rektor Universitas Sagara", "Menteri Garam", "Kepala Dinas Laut")
    assert full_names(bodies_named, names) == ("Universitas Sagara", "Kementerian Garam", "Kepala Dinas Laut")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Perjanjian Disiapkan Kementerian.", "Perjanjian"),
        ("Kesepakatan Ditandatangani Besok.", "Kesepakatan"),
        ("Perjanjian Meulaboh dibahas.", "Perjanjian Meulaboh"),
        ("Deklarasi Ternate dibacakan.", "Deklarasi Ternate"),
    ],
)
def test_a_headlines_verb_is_no_part_of_the_name(text, name):
    assert anchors.INSTRUMENT.match(text)[0] == name


def test_where_an_agreement_stands_is_told_by_words_on_either_side(rules):
    text = "Bupati belum meneken MoU yang akan dibahas. Selesai."
    doc = rules(text)
    span = doc.char_span(text.index("MoU"), text.index("MoU") + 3)
    row = dict(zip(standing.FEATURES, standing.features([span]), strict=True))
    assert row["sign before"] == 1 and row["not before"] == 9 and row["will behind"] == 6
    assert row["talk close by"] == 1 and row["finish in sentence"] == 0 and row["finish before"] == standing.FAR


def phases_of(tagger, text, word):
    doc = tagger.make_doc(text)
    doc = tagger.get_pipe("sentences")(doc)
    start = text.index(word)
    return dict(
        zip(phases.FEATURES, phases.features([doc.char_span(start, start + len(word))], PUBLISHED), strict=True)
    )


@pytest.mark.parametrize(
    ("text", "phase"),
    [
        ("Setiap sekolah harus bersedia menandatangani nota kesepahaman dengan Dinas Lembayan.", "put off"),
        ("Bupati Galuhan pulang usai menandatangani nota kesepahaman dengan Universitas Seroja.", "done"),
        ("Bupati Galuhan menandatangani nota kesepahaman dengan Universitas Seroja.", "plain"),
    ],
)
def test_what_stands_before_a_verb_of_signing_puts_it_off_or_has_it_done(tagger, text, phase):
    told = phases_of(tagger, text, "nota kesepahaman")
    assert [name for name in ("put off", "done", "plain") if told[f"best {name}"]] == [phase]
    assert [name for name in ("put off", "done", "plain") if told[f"text {name}"]] == [phase]


def test_talks_the_years_of_a_sentence_and_the_nearest_word(tagger):
    told = phases_of(tagger, "Perundingan nota kesepahaman sejak 2019 ditargetkan rampung.", "nota kesepahaman")
    assert (told["best talks"], told["best talks ended"], told["best talks to end"]) == (1, 1, 1)
    assert (told["nearest before talked"], told["oldest year"], told["year behind"]) == (1, 6, 1)


def test_a_year_or_month_without_a_day_is_as_young_as_it_can_be():
    assert judging.days_since("2024", "2025-09-08") == 251
    assert judging.days_since("2025-10", "2025-11-14") == 17
    assert judging.days_since("2025-11-04", "2025-11-14") == 10
    assert judging.days_since("2024", None) is None


def test_a_chooser_weighs_nearness_and_says_shares():
    chooser = Chooser(np.array([[2.0, 0.0], [0.0, 1.0]]), np.array([0.0, 0.5]), np.array([0]))
    near, far = chooser.votes([[0, 0], [500, 0]])
    assert near[0] == pytest.approx(1 / (1 + np.exp(-1.5)))
    assert far.argmax() == 1 and near.argmax() == 0
    assert near.sum() == pytest.approx(1)

"""net.classify beside `zfscope classify`."""

import csv
import io

import numpy
import pytest


def test_answers_as_the_command_does(net, commands, photo):
    expected = commands.json("classify", photo, "--top", 3)["results"][0]
    found = net.classify(photo, top=3)
    del expected["image"]
    assert found.numbers == expected
    assert found.top == [(one["class"], pytest.approx(one["p"])) for one in expected["top"]]
    assert found.logits.tolist() == expected["logits"]
    assert found.known == expected["known"]
    assert found.values.sum() == pytest.approx(1, abs=1e-5)
    assert found.values.argmax() == expected["top"][0]["index"]


def test_shows_itself(net, photo):
    found = net.classify(photo, top=2)
    name, p = found.top[0]
    assert name in repr(found)
    assert found._repr_png_() is None
    assert found._repr_html_().count("<tr>") == 2
    assert f"{100 * p:.1f} %" in found._repr_html_()


def test_csv_has_every_class(net, photo, tmp_path):
    found = net.classify(photo)
    rows = list(csv.DictReader(io.StringIO(found.to_csv())))
    assert [row["class"] for row in rows] == net.classes
    assert [numpy.float32(row["p"]) for row in rows] == found.values.tolist()
    found.to_csv(tmp_path / "classes.csv")
    assert (tmp_path / "classes.csv").read_text() == found.to_csv()


def test_refuses_bad_numbers(net, photo, tmp_path):
    with pytest.raises(ValueError, match="top: expected at least 1, found 0"):
        net.classify(photo, top=0)
    with pytest.raises(ValueError, match="no figure"):
        net.classify(photo).save(tmp_path / "figure.png")
    assert not (tmp_path / "figure.png").exists()

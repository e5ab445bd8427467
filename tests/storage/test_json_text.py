"""JSON in the database: what is written is read again, whatever a platform sends; old spellings are found."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as some

from storage import json_text

TEXT = some.text(some.characters(exclude_categories=["Cs"]))
JSON = some.recursive(
    some.none() | some.booleans() | some.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inside: some.lists(inside, max_size=4) | some.dictionaries(TEXT, inside, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_what_is_written_is_read_again(value: object) -> None:
    assert json_text.read(json_text.written(value)) == value


def test_half_a_character_is_left_out_and_the_rest_kept() -> None:
    given = {"te\ud800xt": ["xin ch\ud800ào", 1, None, ("\udfff",)]}
    assert json_text.read(json_text.written(given)) == {"text": ["xin chào", 1, None, [""]]}
    assert json_text.read(json.dumps("xin ch\ud800ào")) == "xin ch\ud800ào"


def test_vietnamese_stands_there_in_its_letters() -> None:
    assert json_text.written({"tên": "Bến Cầu"}) == '{"tên":"Bến Cầu"}'


def test_what_an_older_version_wrote_is_read_and_found() -> None:
    older = json.dumps({"name": 'Bến "Cầu"'})
    assert json_text.read(older) == {"name": 'Bến "Cầu"'}
    assert any(one in older for one in json_text.spellings('Bến "Cầu"'))
    assert any(one in json_text.written([older]) for one in json_text.spellings(older))


@pytest.mark.parametrize("text", ["", "{", "nothing"])
def test_what_is_no_json_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):
        json_text.read(text)


@pytest.mark.parametrize("value", [object(), {"a": {1}}, 2**64, {"a": -(2**70)}])
def test_what_cannot_be_kept_is_an_error(value: object) -> None:
    with pytest.raises(TypeError):
        json_text.written(value)

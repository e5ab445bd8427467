"""Places, digests and names in expressions."""

import pytest

from tests.forms.expressing import shown

SQUARE = "0 0 0 0; 0 0.01 0 0; 0.01 0.01 0 0; 0.01 0 0 0; 0 0 0 0"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A degree along the equator is a 360th of the girth of the earth.
        ("round(distance('0 0 0 0; 0 1 0 0'), -2)", "111300"),
        ("round(distance('0 0', '0 1', '0 0'), -2)", "222600"),
        ("distance('0 0')", ""),
        ("distance('soon')", ""),
        (f"round(area('{SQUARE}'), -3)", "1239000"),
        ("area('0 0; 1 1')", "0"),
        (f"geofence('0.005 0.005', '{SQUARE}')", "true"),
        (f"geofence('0.02 0.005', '{SQUARE}')", "false"),
        (f"geofence('', '{SQUARE}')", "false"),
        ("geofence('1 1', '')", "false"),
        (f"intersects('{SQUARE}')", "false"),
        ("intersects('0 0; 1 1; 0 1; 1 0')", "true"),
    ],
)
def test_geography(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
        ("digest('abc', 'SHA-1')", "qZk+NkcGgWq6PiVxeFDCbJzQ2J0="),
        ("digest('abc', 'SHA-256', 'hex')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("digest('abc', 'CRC')", ""),
        ("digest('abc', 'MD5', 'octal')", ""),
        ("base64-decode('WMOjIE3hu5l0')", "Xã Một"),
        ("base64-decode('?')", ""),
        ("substring('12345', 2, 3)", "234"),
        ("substring('12345', 2)", "2345"),
        ("substring('12345', 0, 3)", "12"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("floor(-2.5)", "-3"),
        ("ceiling(2.1)", "3"),
        ("name(..)", "data"),
        ("local-name()", "n"),
        ("name(/data/nowhere)", ""),
        ("pulldata('units', 'label', 'name', 'u2')", "Unit two"),
        ("pulldata('units.csv', 'label', 'name', 'u9')", ""),
        ("pulldata('nothing', 'label', 'name', 'u2')", ""),
    ],
)
def test_texts_and_tables(text: str, expected: str) -> None:
    assert shown(text) == expected

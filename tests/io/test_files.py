"""Files are written whole or not at all, under names every system accepts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntb_relief.io.files import clean_text, safe_name, safe_names, write_file


def test_a_file_replaces_the_one_before_it(tmp_path):
    file = tmp_path / "a.txt"
    write_file(file, "satu")
    write_file(file, b"dua")
    assert file.read_bytes() == b"dua"
    assert list(tmp_path.iterdir()) == [file]


def test_a_failed_write_leaves_the_old_file_and_no_temporary_one(tmp_path, monkeypatch):
    file = tmp_path / "a.txt"
    write_file(file, "lama")

    def refuse(*_):
        raise PermissionError(13, "held open")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(PermissionError):
        write_file(file, "baru")
    assert file.read_text() == "lama"
    assert list(tmp_path.iterdir()) == [file]


@given(st.text(max_size=200))
def test_a_safe_name_keeps_within_its_folder_and_survives_windows(text):
    name = safe_name(text)
    assert name
    assert not set(name) & set('<>:"/\\|?*')
    assert name == name.strip(" .")
    assert all(ord(letter) >= 32 for letter in name)
    assert len(name.encode("utf-16-le")) // 2 <= 2 * 80 + 1
    assert Path("folder", name).parent == Path("folder")


@given(st.lists(st.text(max_size=4), max_size=12, unique=True))
def test_safe_names_are_all_different_where_case_is_ignored(texts):
    names = safe_names(texts)
    assert list(names) == texts
    assert len({name.casefold() for name in names.values()}) == len(texts)


@pytest.mark.parametrize("name", ["CON", "aux", "lpt9", "nul.txt", "COM1.tar.gz"])
def test_names_of_windows_devices_are_avoided(name):
    assert safe_name(name) == f"_{name}"


@given(st.text())
def test_clean_text_can_be_encoded_and_keeps_its_length(text):
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert len(cleaned) == len(text)
    assert not any(letter in cleaned for letter in "\x00\x08\x1b\ufffe\uffff")

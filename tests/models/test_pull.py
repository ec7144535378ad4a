from __future__ import annotations

from pathlib import Path

import pytest

from graphflow import MissingResource
from graphflow.models import store
from graphflow.models.manifest import Manifest
from graphflow.models.pull import pull
from tests.models.conftest import CONTENT, Wheels
from tests.models.file_server import FileServer


def kept(known: Manifest) -> dict[str, bytes | None]:
    return {name: store.read(entry) for name, entry in known.items()}


def test_each_file_comes_from_the_first_source_that_has_it(known: Manifest, wheels: Wheels) -> None:
    asked = wheels()
    assert pull(known=known) == ["one.tflite", "two.tflite", "three.png"]
    assert kept(known) == CONTENT
    assert [package.requirement for package in asked] == ["models==1"]


def test_files_that_are_here_are_not_fetched_again(known: Manifest, wheels: Wheels) -> None:
    wheels()
    pull(known=known)
    assert pull(known=known) == []


def test_a_package_that_is_open_gives_all_that_the_manifest_knows_of_it(known: Manifest, wheels: Wheels) -> None:
    wheels()
    assert pull(["one.tflite"], known=known) == ["one.tflite"]
    assert kept(known) == CONTENT | {"three.png": None}


def test_a_damaged_file_is_replaced(known: Manifest, wheels: Wheels) -> None:
    wheels()
    pull(known=known)
    store.path_of(known["one.tflite"]).write_bytes(b"cut")
    assert pull(known=known) == ["one.tflite"]
    assert kept(known) == CONTENT


def test_the_next_source_is_tried_where_one_has_other_bytes(known: Manifest, wheels: Wheels) -> None:
    wheels({"one.tflite": b"something else", "two.tflite": CONTENT["two.tflite"]})
    pull(known=known)
    assert kept(known) == CONTENT


def test_wrong_bytes_are_never_kept(known: Manifest, wheels: Wheels, cache: Path) -> None:
    wheels({"two.tflite": b"second" * 99 + b"SECOND"})
    with pytest.raises(
        MissingResource, match=r"(?s)two.tflite: .*its SHA-256 is .*run: graphflow models pull two.tflite"
    ):
        pull(["two.tflite"], known=known)
    assert [path for path in cache.rglob("*") if path.is_file()] == []


def test_what_could_be_had_is_kept_when_something_could_not(known: Manifest, wheels: Wheels) -> None:
    wheels(error="there is no network")
    with pytest.raises(MissingResource) as caught:
        pull(known=known)
    assert str(caught.value) == (
        "'two.tflite' could not be fetched:\n"
        "  two.tflite: there is no network\n"
        "when that is mended, run: graphflow models pull two.tflite"
    )
    assert kept(known) == CONTENT | {"two.tflite": None}


def test_every_source_that_failed_is_told(known: Manifest, server: FileServer, wheels: Wheels) -> None:
    wheels(error="there is no network")
    del server.files["one.tflite"]
    with pytest.raises(MissingResource, match=r"(?s)no network.*http:.*one.tflite cannot be read: "):
        pull(["one.tflite"], known=known)


def test_a_url_that_gives_too_little_or_too_much(known: Manifest, server: FileServer) -> None:
    for content in (b"third" * 99, b"third" * 100_000):
        server.files["three.png"] = content
        with pytest.raises(MissingResource, match="it has .* bytes instead of 500"):
            pull(["three.png"], known=known)


def test_a_file_that_the_package_lacks(known: Manifest, wheels: Wheels) -> None:
    wheels({})
    with pytest.raises(MissingResource, match="there is no models/two.tflite in the package"):
        pull(["two.tflite"], known=known)


@pytest.mark.parametrize("by_environment", [False, True])
def test_offline_nothing_is_fetched(
    known: Manifest, wheels: Wheels, monkeypatch: pytest.MonkeyPatch, by_environment: bool
) -> None:
    asked = wheels()
    if by_environment:
        monkeypatch.setenv("GRAPHFLOW_OFFLINE", "1")
    with pytest.raises(MissingResource, match="graphflow models pull one.tflite"):
        pull(["one.tflite"], offline=not by_environment, known=known)
    assert asked == []


def test_offline_is_fine_where_everything_is_here(known: Manifest, wheels: Wheels) -> None:
    wheels()
    pull(known=known)
    assert pull(offline=True, known=known) == []


def test_a_name_that_does_not_exist(known: Manifest) -> None:
    with pytest.raises(MissingResource, match="no file 'one.tflit'; did you mean 'one.tflite'"):
        pull(["one.tflit"], known=known)


def test_progress_is_told(known: Manifest, wheels: Wheels) -> None:
    wheels()
    told: list[tuple[str, int, int]] = []
    pull(known=known, progress=lambda *news: told.append(news))
    assert ("models==1", 9, 9) in told
    assert told[-1] == ("three.png", 500, 500)

"""Inputs and results in a storage: fsspec's own, in memory. tests/corpus/test_s3.py has a server."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphflow import MissingResource, UnusableFile
from graphflow.corpus import carrying
from graphflow.corpus.input_cache import Bench, InputCache, inputs_folder, sweep
from graphflow.corpus.inputs import inputs_of
from graphflow.corpus.status import status_of
from graphflow.corpus.storage import Storage, StorageUnusable
from graphflow.corpus.stored_manifest import StoredManifest, folder_with_manifest, manifest_folder
from graphflow.errors import NotPermitted
from tests.corpus.conftest import mapped, statuses

IN, OUT = "memory://in", "memory://out"
ALL = {"a.mp4": "done", "b.mp4": "done", "deep/c.mp4": "done"}


@pytest.fixture(autouse=True)
def store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """All objects by their paths. The three files lie in it."""
    memory = pytest.importorskip("fsspec.implementations.memory").MemoryFileSystem
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(folder / "cache"))
    for name in ALL:
        Storage(f"{IN}/{name}").put(folder / "in" / name)
    carrying._bench.cache_clear()
    carrying._cache.cache_clear()
    yield memory.store
    carrying._bench().close()
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were fetched, in order."""
    addresses: list[str] = []
    fetch = Storage.fetch

    def noted(self: Storage, file: Path) -> None:
        addresses.append(self.address)
        fetch(self, file)

    monkeypatch.setattr(Storage, "fetch", noted)
    return addresses


def names(*words: Any, out: Any = "out", **settings: Any) -> list[str]:
    return [one.name for one in inputs_of(words, out, **settings)]


def text(address: str, folder: Path) -> str:
    Storage(address).fetch(folder / "fetched")
    return (folder / "fetched").read_text()


def change(folder: Path, name: str, content: str) -> None:
    (folder / "changed").write_text(content)
    Storage(f"{IN}/{name}").put(folder / "changed")


def test_a_place_in_storage_means_what_a_folder_would(folder: Path) -> None:
    change(folder, "notes.md", "none")
    change(folder, ".hidden/d.mp4", "none")
    assert names(IN) == names(f"{IN}/") == list(ALL)
    assert names(f"{IN}/deep/c.mp4") == ["c.mp4"]
    assert names(f"{IN}/**/*.mp4") == [".hidden/d.mp4", *ALL]
    assert names(f"{IN}/deep/*") == ["c.mp4"]
    for word, message in ((f"{IN}/none", "there is no"), (f"{IN}/*.avi", "nothing matches"), (f"{IN}/x/", "no clips")):
        with pytest.raises(MissingResource, match=message):
            names(word)
    with pytest.raises(UnusableFile, match="copy it here first"):
        names(f"{IN}/list.csv")


def test_addresses_in_lists_take_permission_and_are_named_by_their_keys(folder: Path) -> None:
    (folder / "list.txt").write_text(f"{IN}/a.mp4\n{IN}/none.mp4\n")
    (folder / "t.csv").write_text(f"name,input\nx,{IN}/a.mp4\n")
    for word in ("list.txt", "t.csv"):
        with pytest.raises(NotPermitted, match="add --allow-network"):
            names(word)
    assert names("list.txt", "t.csv", allow_network=True) == ["in/a.mp4", "in/none.mp4", "x"]


def test_what_is_read_may_not_lie_where_results_are_replaced(folder: Path) -> None:
    assert names("memory://in", out="memory://in/deep") == ["a.mp4", "b.mp4"]
    with pytest.raises(UnusableFile, match="give them another folder"):
        names(f"{IN}/deep/c.mp4", out="memory://in/deep")


def test_results_are_those_of_files(folder: Path, orders: list[str]) -> None:
    list(mapped())
    outcomes = {one.name: one for one in mapped(IN, output_dir=OUT)}
    assert {name: one.status for name, one in outcomes.items()} == ALL
    assert outcomes["a.mp4"].folder == f"{OUT}/a.mp4"
    for name in ALL:
        assert text(f"{OUT}/{name}/doubled.jsonl", folder) == (folder / "out" / name / "doubled.jsonl").read_text()
    assert sorted(Storage(OUT).listed()) == [*(f"{name}/doubled.jsonl" for name in ALL), "manifest.jsonl"]
    assert Storage(OUT).listed().keys() == {*(f"{name}/doubled.jsonl" for name in ALL), "manifest.jsonl"}
    assert statuses(mapped(IN, output_dir="out2")) == ALL
    assert (folder / "out2" / "b.mp4" / "doubled.jsonl").exists()


def test_a_second_run_does_what_is_missing_changed_or_failed(folder: Path, orders: list[str]) -> None:
    change(folder, "b.mp4", "three\n")
    assert statuses(mapped(IN, output_dir=OUT)) == ALL | {"b.mp4": "failed"}
    assert f"{IN}/b.mp4" not in text(f"{OUT}/manifest.jsonl", folder).split('"error"')[1]  # a reader says no name
    orders.clear()
    assert statuses(mapped(IN, output_dir=OUT)) == ALL | {"b.mp4": "failed"}
    assert orders == []
    change(folder, "b.mp4", "3\n")
    Storage(OUT).remove(["a.mp4/doubled.jsonl"])
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    assert orders == ["a.mp4", "b.mp4"]
    change(folder, "b.mp4", "three\n")
    assert statuses(mapped(IN, output_dir=OUT))["b.mp4"] == "failed"
    assert not Storage(f"{OUT}/b.mp4").listed()


def test_an_object_that_went_fails_by_its_name(folder: Path, orders: list[str]) -> None:
    (folder / "list.txt").write_text(f"{IN}/a.mp4\n{IN}/none.mp4\n")
    ended = {one.name: one for one in mapped("list.txt", output_dir=OUT, allow_network=True)}
    assert ended["in/a.mp4"].done
    assert ended["in/none.mp4"].error == {"kind": "MissingResource", "message": f"there is no '{IN}/none.mp4'"}


def test_results_that_are_left_of_older_ones_go(folder: Path, orders: list[str]) -> None:
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    Storage(f"{OUT}/a.mp4/older.csv").put(folder / "in" / "a.mp4")
    change(folder, "a.mp4", "7\n")
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    assert list(Storage(f"{OUT}/a.mp4").listed()) == ["doubled.jsonl"]


def test_an_input_of_several_rows_and_graphs_is_fetched_once(
    folder: Path, orders: list[str], fetched: list[str]
) -> None:
    rows = [{"name": "x", "input": f"{IN}/a.mp4"}, {"name": "y", "input": f"{IN}/a.mp4"}]
    assert statuses(mapped(*rows, output_dir="out")) == {"x": "done", "y": "done"}
    assert statuses(mapped(*rows, output_dir="out2", options={"double.times": 3})) == {"x": "done", "y": "done"}
    assert fetched == [f"{IN}/a.mp4"]
    change(folder, "a.mp4", "9\n")
    list(mapped(*rows, output_dir="out"))
    assert fetched == [f"{IN}/a.mp4"] * 2


def test_a_name_that_no_file_here_can_have_is_no_hindrance(folder: Path, orders: list[str]) -> None:
    name = f"{'x' * 300}.mp4"
    Storage(f"{IN}/{name}").put(folder / "in" / "a.mp4")
    assert statuses(mapped(f"{IN}/{name}", output_dir=OUT)) == {name: "done"}
    assert statuses(mapped(IN, output_dir="out")) == ALL | {name: "failed"}


def test_a_folder_without_a_name_is_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"/in//a.mp4": {"type": "file", "size": 1}}
    monkeypatch.setattr(type(Storage(IN)._files), "find", lambda *_, **__: found)
    with pytest.raises(UnusableFile, match="there can be no folder '/a.mp4' for its results"):
        names(IN)


def test_an_object_that_is_called_like_a_version_of_another_is_refused(folder: Path) -> None:
    change(folder, "a.mp4?versionId=1.mp4", "none")
    with pytest.raises(
        UnusableFile, match=r"a\.mp4\?versionId=1\.mp4': what follows .* taken for a version; rename it"
    ):
        names(IN)


def test_what_a_machine_keeps_is_bounded(folder: Path) -> None:
    (folder / "kept").mkdir()
    cache = InputCache(folder / "kept", 9)
    for number, name in enumerate([*ALL, "a.mp4"]):  # of 4, 2 and 6 bytes
        (folder / str(number)).mkdir()
        assert cache.link(Storage(f"{IN}/{name}"), folder / str(number)).read_bytes()
        kept = [path for path in (folder / "kept").iterdir() if path.suffix != ".lock"]
        assert sum(path.stat().st_size for path in kept) <= 9
        assert len(kept) == [1, 2, 2, 1][number]
    assert (folder / "0" / "a.mp4").read_text() == "1\n2\n"  # whoever is at work keeps it
    (folder / "none").mkdir()
    (folder / "4").mkdir()
    assert InputCache(folder / "none", 0).link(Storage(f"{IN}/b.mp4"), folder / "4").read_text() == "3\n"
    assert [path.suffix for path in (folder / "none").iterdir()] == [".lock"]


def test_what_a_process_has_left_is_removed_when_it_is_gone(folder: Path) -> None:
    bench = Bench(folder / "kept")
    with bench.fresh() as place:
        (place / "half").write_text("x")
        sweep(folder / "kept")
        assert (place / "half").exists()
        bench.close()  # as the system does it
        sweep(folder / "kept")
        assert not place.exists()
    assert not list((folder / "kept").glob("work-*"))


def test_a_killed_run_loses_nothing_that_only_this_machine_has(folder: Path, orders: list[str]) -> None:
    assert statuses(mapped(f"{IN}/a.mp4", output_dir=OUT)) == {"a.mp4": "done"}
    copy = text(f"{OUT}/manifest.jsonl", folder)
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    (folder / "changed").write_text(copy)  # as if the copy had not been made
    Storage(f"{OUT}/manifest.jsonl").put(folder / "changed")
    orders.clear()
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    assert orders == []


def test_another_machine_goes_on_from_the_copy(
    folder: Path, orders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert statuses(mapped(f"{IN}/a.mp4", output_dir=OUT)) == {"a.mp4": "done"}
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(folder / "elsewhere"))
    orders.clear()
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    assert orders == ["b.mp4", "c.mp4"]
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(folder / "cache"))  # whose manifest is the older one now
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    assert orders == ["b.mp4", "c.mp4"]
    with folder_with_manifest(OUT) as place:
        assert len((place / "manifest.jsonl").read_text().splitlines()) == 7


def test_without_a_copy_all_begins_anew_and_among_others_results_not_at_all(folder: Path, orders: list[str]) -> None:
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    Storage(OUT).remove(["manifest.jsonl"])
    with pytest.raises(UnusableFile, match="is not empty, and no manifest is there"):
        mapped(IN, output_dir=OUT)
    Storage(OUT).remove(Storage(OUT).listed())
    orders.clear()
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    assert len(orders) == 3


@pytest.mark.parametrize("more", [{"objects": 5}, {"objects": [5]}, {"attempts": "many"}])
def test_a_damaged_manifest_is_called_by_its_address(folder: Path, orders: list[str], more: dict[str, Any]) -> None:
    assert statuses(mapped(f"{IN}/a.mp4", output_dir=OUT)) == {"a.mp4": "done"}
    lines = text(f"{OUT}/manifest.jsonl", folder).splitlines()
    (folder / "changed").write_text("\n".join([*lines, json.dumps(json.loads(lines[-1]) | more), ""]))
    Storage(f"{OUT}/manifest.jsonl").put(folder / "changed")
    with pytest.raises(UnusableFile, match=f"'{OUT}/manifest.jsonl' is damaged"):
        list(mapped(f"{IN}/a.mp4", output_dir=OUT))
    with pytest.raises(UnusableFile, match=f"'{OUT}/manifest.jsonl' is damaged"), folder_with_manifest(OUT) as place:
        status_of(place, OUT)


def test_a_manifest_for_which_there_is_no_room_here_stays_whole_there(
    folder: Path, orders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    resource = pytest.importorskip("resource")
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    copy = text(f"{OUT}/manifest.jsonl", folder)
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(folder / "elsewhere"))
    fetch, limits = Storage.fetch, resource.getrlimit(resource.RLIMIT_FSIZE)

    def and_fill_the_disk(self: Storage, file: Path) -> None:
        fetch(self, file)
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(copy) // 2, limits[1]))

    with monkeypatch.context() as patch:
        patch.setattr(Storage, "fetch", and_fill_the_disk)
        try:
            with pytest.raises(UnusableFile, match=r"manifest\.jsonl' cannot be written"):
                mapped(IN, output_dir=OUT)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert text(f"{OUT}/manifest.jsonl", folder) == copy
    orders.clear()
    assert statuses(mapped(IN, output_dir=OUT)) == ALL and not orders


def test_without_a_place_for_temporary_files_the_variable_is_told(
    folder: Path, orders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(folder / "nowhere"))
    with pytest.raises(UnusableFile, match="no temporary folder can be made .*; set TMPDIR to one"):
        folder_with_manifest(OUT).__enter__()
    monkeypatch.setattr("graphflow.corpus.stored_manifest.HIDDEN", "nowhere/")
    assert statuses(mapped(f"{IN}/a.mp4", output_dir=OUT)) == {"a.mp4": "done"}
    with pytest.raises(UnusableFile, match="maps.*' cannot be written: "):
        mapped(f"{IN}/a.mp4", output_dir=OUT)


@pytest.mark.parametrize("content", ["", '{"graphflow": "map", "ver'])
def test_a_manifest_without_a_line_makes_results_nobodys(
    folder: Path, orders: list[str], monkeypatch: pytest.MonkeyPatch, content: str
) -> None:
    assert statuses(mapped(IN, output_dir=OUT)) == ALL
    (folder / "changed").write_text(content)
    Storage(f"{OUT}/manifest.jsonl").put(folder / "changed")
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(folder / "elsewhere"))
    with pytest.raises(UnusableFile, match="is not empty, and no manifest is there"):
        mapped(IN, output_dir=OUT)


def test_two_machines_at_one_address_are_found_out(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head: dict[str, Any] = {"nodes": {}}
    first = StoredManifest(Storage(OUT), head)
    first.add("a", {"status": "done"})
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(folder / "elsewhere"))
    with StoredManifest(Storage(OUT), head) as second:
        second.add("b", {"status": "done"})
    with pytest.raises(UnusableFile, match="another run is writing into 'memory://out'"):
        first.close()


def test_a_copy_that_arrived_unnoticed_is_no_other_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put = Storage.put

    def cut_off(self: Storage, file: Path) -> None:
        put(self, file)
        raise StorageUnusable("cut off")

    with StoredManifest(Storage(OUT), {"nodes": {}}) as manifest:
        manifest.add("a", {"status": "done"})
        with monkeypatch.context() as patch:
            patch.setattr(Storage, "put", cut_off)
            with pytest.raises(StorageUnusable):
                manifest.copy()
        manifest.add("b", {"status": "done"})
    assert len(text(f"{OUT}/manifest.jsonl", folder).splitlines()) == 3


def test_a_storage_that_cannot_be_written_ends_the_run_and_blames_no_input(
    folder: Path, orders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = mapped(IN, output_dir=OUT)
    put = Storage.put

    def refused(self: Storage, file: Path) -> None:
        if self.address.endswith("doubled.jsonl"):
            raise StorageUnusable("no room")
        put(self, file)

    monkeypatch.setattr(Storage, "put", refused)
    with pytest.raises(Exception, match="no room"):
        list(run)
    monkeypatch.setattr(Storage, "put", put)
    assert statuses(mapped(IN, output_dir=OUT)) == ALL


def test_only_one_run_of_a_machine_has_an_address_and_one_graph(folder: Path, orders: list[str]) -> None:
    with mapped(IN, output_dir=OUT), pytest.raises(UnusableFile, match="another run is writing into 'memory://out'"):
        mapped(IN, output_dir=OUT)
    with pytest.raises(UnusableFile, match="'memory://out' holds results of another graph"):
        mapped(IN, output_dir=OUT, options={"double.times": 3})


def test_an_address_leads_to_no_other_one(folder: Path) -> None:
    for chained in (f"{IN}/a.mp4::file://{folder}/in/a.mp4", f"{IN}::file://{folder}/in/a.mp4"):
        with pytest.raises((MissingResource, StorageUnusable)):
            Storage(chained).fetch(folder / "fetched")
    assert not (folder / "fetched").exists()


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(MissingResource, match=r"'s3://b/clips' takes s3fs.*pip install s3fs \(the extra 's3'\)"):
        inputs_of(["s3://b/clips/"], Path("out"))


def test_what_is_no_storage_takes_no_results() -> None:
    with pytest.raises(UnusableFile, match="no storage that results can go to"):
        mapped(output_dir="https://host/out")
    with pytest.raises(UnusableFile, match="known by its etag"):
        mapped(IN, verify=True)


def test_the_manifest_of_an_address_has_one_folder(folder: Path) -> None:
    assert manifest_folder(OUT) == manifest_folder(f"{OUT}/") != manifest_folder(IN)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo, lambda path: Path(path).symlink_to(Path("victim").absolute())])
def test_a_lock_that_cannot_be_taken_is_told_and_left(folder: Path, orders: list[str], make: Any) -> None:
    (folder / "victim").write_text("precious")
    inputs_folder().mkdir(parents=True)
    make(inputs_folder() / "sweep.lock")
    with pytest.raises(Exception, match="where inputs from storage are kept, cannot be used: .*GRAPHFLOW_CACHE names"):
        list(mapped(IN, output_dir="out"))
    assert (folder / "victim").read_text() == "precious"
    mapped("in", output_dir="out").close()  # nobody has the folder any more
    shutil.rmtree(inputs_folder())


def test_a_place_for_inputs_that_cannot_be_used_is_told(
    folder: Path, orders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = mapped(IN, output_dir="out")
    (folder / "file").write_text("no folder")
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(folder / "file"))
    with pytest.raises(Exception, match="where inputs from storage are kept, cannot be used: .*GRAPHFLOW_CACHE names"):
        list(run)
    monkeypatch.setenv("GRAPHFLOW_CACHE", str(folder / "cache"))

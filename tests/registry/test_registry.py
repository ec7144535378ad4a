"""From names to classes: by file name, from packages of others, from the program, by MediaPipe's names."""

import functools
import importlib.metadata
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from graphflow import Graph, GraphConfigError, calculator_files, registry
from graphflow.calculator import Calculator
from graphflow.calculators.aliases import ALIASES
from graphflow.registry import CalculatorLookupError, Registry

CALCULATOR = '''"""Module of {name}."""
from graphflow.calculator import Calculator

class Helper: ...

class {name}(Calculator):
    """Do {name}.

    In detail.
    """

    def process(self, item: int) -> int:
        return item
'''

Package = Callable[..., str]


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Package:
    """Makes packages of calculators, registered as entry points; ``files`` maps paths to class names or to text."""
    registered: list[importlib.metadata.EntryPoint] = []
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(registry.DISABLE_PLUGINS, raising=False)
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda *, group: registered)

    def make(name: str, files: dict[str, str], *, register: bool = True) -> str:
        for path, text in ({"__init__.py": ""} | files).items():
            file = tmp_path / name.replace(".", "/") / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(CALCULATOR.format(name=text) if text.isidentifier() else text)
        if register:
            registered.append(importlib.metadata.EntryPoint(name, name, registry.GROUP))
        return name

    kept, made = calculator_files.files_of, functools.cache(calculator_files.files_of.__wrapped__)
    for module in (calculator_files, registry):  # our own package stays the same, and takes long to read
        monkeypatch.setattr(module, "files_of", lambda name: (kept if name == "graphflow.calculators" else made)(name))

    def forget() -> None:
        registry._registered.cache_clear()
        for name in [name for name in sys.modules if name.startswith("acme")]:
            del sys.modules[name]

    forget()
    request.addfinalizer(forget)
    return make


def imported(package: str) -> set[str]:
    return {name for name in sys.modules if name.partition(".")[0] == package}


def test_a_name_is_found_by_file_name_and_nothing_else_is_imported(package: Package) -> None:
    package(
        "acme",
        {
            "flow/__init__.py": "",
            "flow/fast_gate.py": "FastGate",
            "flow/slow_gate.py": "raise SystemError",
            "a.py": "A",
        },
    )
    cls = Registry().resolve("FastGate")
    assert (cls.__module__, cls.__name__) == ("acme.flow.fast_gate", "FastGate")
    assert imported("acme") == {"acme", "acme.flow", "acme.flow.fast_gate"}


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("http_source.py", "HTTPSource"),
        ("httpsource.py", "HTTPSource"),
        ("h_t_t_p_source.py", "HTTPSource"),
        ("rgb_to_yuv420.py", "RGBToYUV420"),
        ("one.py", "One"),
    ],
)
def test_case_and_underscores_do_not_count(package: Package, file: str, name: str) -> None:
    package("acme", {file: name})
    assert Registry().resolve(name).__name__ == name
    assert [listing.name for listing in Registry().names() if listing.package == "acme"] == [name]


def test_folders_need_no_init_file(package: Package) -> None:
    package("acme", {"deep/down/one.py": "One"})
    assert Registry().resolve("One").__module__ == "acme.deep.down.one"


def test_a_package_may_lie_inside_another_which_is_not_imported_to_list_it(package: Package) -> None:
    package("acme", {"__init__.py": "import acme_is_broken"}, register=False)
    package("acme.nodes", {"one.py": "One"})
    assert "One" in {listing.name for listing in Registry().names()}
    assert imported("acme") == set()


def test_private_files_and_classes_of_other_kinds_are_no_calculators(package: Package) -> None:
    package("acme", {"_one.py": "One", "two.py": "class Two: ...", "image.py": "class Image(dict): ..."})
    for name in ("One", "Two", "Image"):
        with pytest.raises(CalculatorLookupError, match=f"there is no calculator '{name}'"):
            Registry().resolve(name)


def test_a_class_given_by_the_program_wins(package: Package) -> None:
    package("acme", {"one.py": "One"})

    class One(Calculator):
        """Mine."""

    known = Registry([One])
    assert known.resolve("One") is One
    assert imported("acme") == set()
    assert [
        (listing.package, listing.shadowed, listing.summary) for listing in known.names() if listing.name == "One"
    ] == [
        (__name__, False, "Mine."),
        ("acme", True, "Do One."),
    ]


def test_two_given_classes_of_one_name_are_refused() -> None:
    def make() -> type[Calculator]:
        class One(Calculator):
            """Mine."""

        return One

    first, second = make(), make()
    known = Registry([first, first])
    with pytest.raises(CalculatorLookupError, match="two classes are called 'One': .*test_registry.py:") as caught:
        known.add(second)
    assert (caught.value.code, caught.value.help) == ("ambiguous-calculator", "rename one of them")


def test_two_packages_with_one_name_are_refused_only_when_it_is_used(package: Package) -> None:
    package("acme", {"one.py": "One", "two.py": "Two"})
    package("acme2", {"one.py": "One"})
    known = Registry()
    assert known.resolve("Two").__module__ == "acme.two"
    with pytest.raises(CalculatorLookupError) as caught:
        known.resolve("One")
    assert caught.value.code == "ambiguous-calculator"
    assert caught.value.message == "two calculators are called 'One': acme/one.py:6 and acme2/one.py:6"


def test_a_built_in_name_cannot_be_taken(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        registry, "BUILT_IN", package("acme", {"one.py": "One", "aliases.py": "ALIASES = {}"}, register=False)
    )
    package("acme2", {"one.py": "One"})
    known = Registry()
    assert known.resolve("One").__module__ == "acme.one"
    assert [(listing.package, listing.shadowed) for listing in known.names()] == [("acme", False), ("acme2", True)]


def test_plug_ins_can_be_switched_off(package: Package, monkeypatch: pytest.MonkeyPatch) -> None:
    package("acme", {"one.py": "One"})
    monkeypatch.setenv(registry.DISABLE_PLUGINS, "1")
    for known in (Registry(), Registry(plugins=False)):
        with pytest.raises(CalculatorLookupError, match="there is no calculator 'One'"):
            known.resolve("One")
    assert Registry(plugins=True).resolve("One").__name__ == "One"


def test_a_name_of_mediapipes_cannot_be_taken_by_a_plug_in(package: Package) -> None:
    package("acme", {"flow_limiter_calculator.py": "FlowLimiterCalculator"})
    assert Registry().resolve("FlowLimiterCalculator").__module__ == "graphflow.calculators.flow.flow_limiter"


def test_a_built_in_one_is_found_without_parsing_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calculator_files.CalculatorFile, "_definition", property(lambda file: pytest.fail(file.path)))
    known = Registry(plugins=False)
    assert known.resolve("Gate") is known.resolve("Gate", built_in=True)


def overriding(name: str) -> str:
    return CALCULATOR.format(name=name) + "\n    override = True\n"


def test_a_plug_in_that_says_so_stands_for_a_built_in_in_graphs_of_the_users_own(package: Package) -> None:
    package("acme", {"gate.py": overriding("Gate")})
    known = Registry()
    assert known.resolve("Gate").__module__ == known.resolve("GateCalculator").__module__ == "acme.gate"
    assert known.resolve("Gate", built_in=True).__module__ == "graphflow.calculators.flow.gate"
    place = Registry(plugins=False).where("Gate")
    assert [
        (listing.place, listing.shadowed, listing.built_in) for listing in known.names() if listing.name == "Gate"
    ] == [
        ("acme/gate.py:6", False, place),
        (place, False, ""),
    ]


@pytest.mark.parametrize(
    "line", ["override = False", "override = 1", "overrides = True", "flag = True; override = None"]
)
def test_only_override_true_counts(package: Package, line: str) -> None:
    package("acme", {"gate.py": f"{CALCULATOR.format(name='Gate')}\n    {line}\n"})
    assert Registry().resolve("Gate").__module__ == "graphflow.calculators.flow.gate"
    assert [listing.package for listing in Registry().names() if listing.name == "Gate" and listing.shadowed] == [
        "acme"
    ]


def test_two_plug_ins_cannot_stand_for_one_built_in(package: Package) -> None:
    package("acme", {"gate.py": overriding("Gate")})
    package("acme2", {"gate.py": overriding("Gate")})
    with pytest.raises(CalculatorLookupError, match="two calculators are called 'Gate': acme/gate.py:6 and acme2"):
        Registry().resolve("Gate")


def test_a_given_class_with_a_built_ins_name_is_refused_with_both_places() -> None:
    class Gate(Calculator):
        """Mine."""

    with pytest.raises(CalculatorLookupError) as caught:
        Registry([Gate])
    assert caught.value.code == "built-in-name"
    mine, _, place = caught.value.message.partition(": class 'Gate' has the name of a built-in calculator, ")
    assert "test_registry.py:" in mine and place == Registry(plugins=False).where("Gate")
    assert "override = True" in caught.value.help


def test_a_built_in_class_may_be_given_as_it_is() -> None:
    gate = Registry(plugins=False).resolve("Gate")
    assert Registry([gate]).resolve("Gate") is gate


def test_a_class_does_not_inherit_that_it_may_stand_for_a_built_in() -> None:
    class Mine(Calculator):
        override = True

    with pytest.raises(CalculatorLookupError, match="has the name of a built-in calculator"):
        Registry([type("Gate", (Mine,), {})])


def test_a_given_class_that_says_so_stands_for_a_built_in_but_not_in_what_comes_with_graphflow() -> None:
    class Gate(Calculator):
        override = True

    known = Registry([Gate], plugins=False)
    assert known.resolve("Gate") is known.resolve("GateCalculator") is Gate
    assert known.resolve("Gate", built_in=True).__module__ == "graphflow.calculators.flow.gate"


@pytest.mark.parametrize(("pattern", "ours"), ALIASES.items())
def test_every_name_of_mediapipes_in_the_table_leads_somewhere(pattern: str, ours: str) -> None:
    for ending in ("Calculator", "CalculatorCpu"):
        cls = Registry(plugins=False).resolve(pattern.replace("*", "Detection") + ending)
        assert cls.__name__ == ours and cls.__module__.startswith("graphflow.calculators.")


def test_nobody_is_told_to_change_a_class_that_comes_with_graphflow() -> None:
    text = """
graphflow: 1
inputs: [a, b, c]
outputs: [out]
nodes:
  gate: {calculator: Gate, inputs: {allow: [a, b], item: c}, outputs: {out: out}}
"""
    with pytest.raises(GraphConfigError, match="input 'allow' of Gate takes one name, not 2") as failure:
        Graph.parse(text)
    assert not any(finding.help for finding in failure.value.diagnostics)


@pytest.mark.parametrize("ending", ["", "Cpu", "Gpu", "Gl", "GlAdvanced", "Metal", "Xnnpack"])
def test_what_a_calculator_of_mediapipes_runs_on_does_not_count(ending: str) -> None:
    assert Registry(plugins=False).resolve(f"InferenceCalculator{ending}").__name__ == "Inference"


def test_a_calculator_that_derives_from_another_needs_no_import_of_the_framework() -> None:
    names = {listing.name: listing.package for listing in Registry(plugins=False).names()}
    assert names["FaceLandmarksToRenderData"] == "graphflow.calculators"


def test_a_missing_package_stops_nobody_and_is_named_when_a_name_is_not_found(package: Package) -> None:
    package("acme", {"one.py": "One"})
    package("acme_gone", {})
    for file in Path("acme_gone").iterdir():
        file.unlink()
    Path("acme_gone").rmdir()
    known = Registry()
    assert known.resolve("One").__name__ == "One"
    with pytest.raises(CalculatorLookupError) as caught:
        known.resolve("Zebra")
    assert caught.value.help.endswith(
        "(packages that could not be looked into: 'acme_gone': there is no package 'acme_gone')"
    )


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        (
            "import math\nimport cv2.zebra_that_is_not_there\n",
            "acme/one.py:2: ModuleNotFoundError: No module named",
            "install it: pip install opencv-python",
        ),
        (
            "import zebra_that_is_not_there\n",
            "acme/one.py:1: ModuleNotFoundError: No module named 'zebra_that_is_not_there'",
            "install it: pip install zebra_that_is_not_there",
        ),
        ("def f():\n    return 1 / 0\n\nf()\n", "acme/one.py:2: ZeroDivisionError: division by zero", ""),
        ("class One(:\n", "acme/one.py:1: SyntaxError: invalid syntax", ""),
    ],
)
def test_a_module_that_fails_is_named_with_its_line(package: Package, text: str, message: str, help: str) -> None:
    package("acme", {"one.py": text, "two.py": "Two"})
    known = Registry()
    assert known.resolve("Two").__name__ == "Two"
    with pytest.raises(CalculatorLookupError) as caught:
        known.resolve("One")
    assert caught.value.code == "broken-calculator"
    assert caught.value.message.startswith(f"calculator 'One' cannot be loaded: {message}")
    assert caught.value.help == help


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("FlowLimitr", "did you mean 'FlowLimiter'?"),
        ("flowlimiter", "did you mean 'FlowLimiter'?"),
        ("FLOWLIMITER", "did you mean 'FlowLimiter'?"),
        ("FlwLimitrCalculator", "did you mean 'FlowLimiter'?"),
        ("Zebra", "'graphflow list' shows all; --calculators my.py, in a program calculators=['my.py'], adds your own"),
    ],
)
def test_an_unknown_name_gets_a_suggestion(
    package: Package, monkeypatch: pytest.MonkeyPatch, name: str, help: str
) -> None:
    built_in = package("acme", {"flow_limiter.py": "FlowLimiter", "aliases.py": "ALIASES = {}"}, register=False)
    monkeypatch.setattr(registry, "BUILT_IN", built_in)
    with pytest.raises(CalculatorLookupError) as caught:
        Registry().resolve(name)
    assert (caught.value.code, caught.value.message) == ("unknown-calculator", f"there is no calculator '{name}'")
    assert caught.value.help == help


@pytest.mark.parametrize("name", ["os.path.FlowLimiter", "acme.one.One", "acme.one:One", "../one", "", "a b"])
def test_a_graph_file_cannot_choose_what_is_imported(package: Package, name: str) -> None:
    package("acme", {"one.py": "One"})
    with pytest.raises(CalculatorLookupError, match="there is no calculator"):
        Registry().resolve(name)
    assert imported("acme") == set()


@pytest.mark.parametrize(
    ("name", "file"),
    [("Uno", "uno.py"), ("FlowGate", "flow_gate.py"), ("HTTPSource", "http_source.py"), ("Iou3D", "iou_3_d.py")],
)
def test_a_class_in_a_file_of_another_name_is_pointed_at(package: Package, name: str, file: str) -> None:
    package("acme", {"one.py": name})
    with pytest.raises(CalculatorLookupError) as caught:
        Registry().resolve(name)
    assert caught.value.help == f"acme/one.py has a class of that name: rename the file to {file}, to be found by it"
    assert calculator_files.name_key(file.removesuffix(".py")) == calculator_files.name_key(name)


def test_a_dotted_name_is_told_what_to_write() -> None:
    with pytest.raises(CalculatorLookupError) as caught:
        Registry(plugins=False).resolve("my.module.Mine")
    assert caught.value.help == "write 'Mine', and bring a class of your own with --calculators my.py"


@pytest.mark.parametrize("name", ["FlowLimiter", "FlowLimiterCalculator", "FlowLimiterCpu", "FlowLimiterGpuCalculator"])
def test_endings_of_mediapipe_are_dropped(package: Package, name: str) -> None:
    package("acme", {"flow_limiter.py": "FlowLimiter"})
    assert Registry().resolve(name).__name__ == "FlowLimiter"


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("BeginLoopDetectionCalculator", "BeginLoop"),
        ("EndLoopNormalizedRectCalculator", "EndLoop"),
        ("ClipNormalizedRectVectorSizeCalculator", "ClipVectorSize"),
        ("ConcatenateFloatVectorCalculator", "ConcatenateVector"),
        ("GetRectVectorItemCalculator", "GetVectorItem"),
        ("SplitTensorVectorCalculator", "SplitVector"),
        ("NormalizedRectVectorHasMinSizeCalculator", "CollectionHasMinSize"),
        ("AssociationNormRectCalculator", "Association"),
    ],
)
def test_variants_of_mediapipe_are_one_calculator(name: str, ours: str) -> None:
    cls = type(ours, (Calculator,), {"override": True})
    known = Registry([cls], plugins=False)
    assert known.resolve(name) is cls
    with pytest.raises(CalculatorLookupError):
        known.resolve(name.removesuffix("Calculator"))


def test_a_class_called_like_an_alias_is_itself() -> None:
    class BeginLoopDetectionCalculator(Calculator):
        """Mine."""

    known = Registry(
        [BeginLoopDetectionCalculator, type("BeginLoop", (Calculator,), {"override": True})], plugins=False
    )
    assert known.resolve("BeginLoopDetectionCalculator") is BeginLoopDetectionCalculator


def test_listing_reads_text_and_imports_nothing(package: Package) -> None:
    package("acme", {"one.py": "One", "two.py": "import zebra_that_is_not_there\n" + CALCULATOR.format(name="Two")})
    package("acme", {"broken.py": "class Broken(:\n"}, register=False)
    listings = [listing for listing in Registry().names() if listing.package == "acme"]
    assert [(listing.name, listing.place, listing.summary) for listing in listings] == [
        ("One", "acme/one.py:6", "Do One."),
        ("Two", "acme/two.py:7", "Do Two."),
    ]
    assert imported("acme") == set()


def test_where_leads_to_the_class(package: Package) -> None:
    package("acme", {"one.py": "One"})
    assert Registry().where("One") == "acme/one.py:6"


def test_every_built_in_file_is_listed_by_its_class() -> None:
    known = Registry(plugins=False)
    for listing in known.names():
        assert known.resolve(listing.name).__name__ == listing.name
        assert known.where(listing.name) == listing.place
        assert listing.summary


def test_a_graph_that_comes_with_graphflow_reads_no_entry_points(
    package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "BUILT_IN", package("acme", {"one.py": "One"}, register=False))
    monkeypatch.setattr(importlib.metadata, "entry_points", None)
    assert Registry().resolve("One", built_in=True).__name__ == "One"

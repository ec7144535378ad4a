"""The examples of the README, of ARCHITECTURE and of the page on programs do what those say."""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path

import pytest

from graphflow import Graph
from graphflow.bundled import graphs_by_name
from graphflow.cli.app import app
from tools.face_mesh import clips
from tools.rows.page import cells_of

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "average.py").write_text(next(block for block in blocks("python") if "class RunningAverage" in block))
    (tmp_path / "average.yaml").write_text(blocks("yaml")[0].removeprefix("# average.yaml\n"))
    wrong = (tmp_path / "average.yaml").read_text().replace("item: number", "item: numbre")
    (tmp_path / "wrong.yaml").write_text(wrong)
    return tmp_path


def graphflow(folder: Path, *arguments: str) -> str:
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from graphflow.cli import main; main()"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


@pytest.mark.slow
def test_the_commands_print_what_the_readme_shows(folder: Path) -> None:
    shown = [(command, output) for block in blocks("console") for command, output in _commands(block) if output]
    assert len(shown) == 2
    for command, output in shown:
        printed = graphflow(folder, *command.split()[1:])
        expected = output.removesuffix("...\n")
        assert printed.startswith(expected), command
        assert printed == expected or output != expected or "error" in output, command


def test_the_python_example_runs(folder: Path) -> None:
    code = f"import sys; sys.path[:0] = [{str(ROOT)!r}, '.']\n" + next(
        block for block in blocks("python") if "from average" in block
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["0 0.0", "1 0.5", "2 1.5", "3 2.5"]


class FakeCamera:
    """Shows the sample portrait."""

    def __init__(self, number: int) -> None:
        self.picture = clips.portrait()[:, :, ::-1].copy()

    def read(self) -> tuple[bool, object]:
        return True, self.picture


@pytest.mark.slow
def test_the_loop_over_camera_frames_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    code = next(block for block in blocks("python") if "VideoCapture" in block)
    monkeypatch.setattr("cv2.VideoCapture", FakeCamera)
    exec(compile(code.replace("range(300)", "range(5)"), "README.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == [f"{index * 33_333} 1 faces" for index in range(5)]


@pytest.mark.slow
def test_the_page_on_programs_changes_a_number_during_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    page = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")
    code, graph = re.findall(r"```(?:python|yaml)\n(.*?)```", page, re.DOTALL)[:2]
    exec(compile(code, "programs.md", "exec"), {"frames": islice(clips.two_faces(), 4)})
    counts = {index * 33_333: 1 if index < 2 else 2 for index in range(4)}
    assert capsys.readouterr().out.splitlines() == [f"{time} {count} faces" for time, count in counts.items()]
    assert Graph.parse(graph).warnings == ()


def test_the_readme_has_the_ratio_of_the_page_on_speed() -> None:
    page = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    row = next(cells for line in page.splitlines() if (cells := cells_of(line))[:1] == ["one face, 1280 x 720"])
    said = f"One face runs {float(row[3].removesuffix(' x')):.1f} times as fast"
    said += ", measured while others used the machine too" * ("DISTURBED" in row[6])
    assert said in " ".join(README.split())


def test_every_command_is_in_the_readme() -> None:
    for command in app.registered_commands:
        name = command.name or getattr(command.callback, "__name__", "")
        assert f"`graphflow {name}" in README


def _commands(block: str) -> list[tuple[str, str]]:
    """Each command of a console block with the lines that it prints."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [(command, output) for command, _, output in (part.partition("\n") for part in parts)]


def test_every_graph_stands_in_the_readme_with_its_picture() -> None:
    rows = {name: picture for picture, name in re.findall(r"^\| ?(.*?) \| `(\w+)` \| .+ \|$", README, re.MULTILINE)}
    assert set(rows) == set(graphs_by_name())
    for name, picture in rows.items():
        if name not in ("face_mesh_mobile", "face_mesh_adjustable"):  # the program that sends the frames shows them
            (file,) = re.findall(r'src="([^"]+)"', picture)
            assert Path(file).stem == name
            assert (ROOT / file).stat().st_size > 5_000


def test_what_graphs_take_is_what_the_readme_and_the_page_on_gpus_say() -> None:
    texts = {name: path.read_text(encoding="utf-8") for name, path in graphs_by_name().items()}
    faces = {name: text for name, text in texts.items() if "full_range" in text}

    def without(key: str) -> set[str]:
        return {name for name, text in faces.items() if f"  {key}: {{default" not in text}

    rows = dict(re.findall(r"^\| `--\w+ (\w+)=\S+` \| (.+?) \| ", README, re.MULTILINE))
    assert set(re.findall(r"`(\w+)`", rows["num_faces"].removeprefix("all but "))) == without("num_faces")
    patterns = re.findall(r"`([\w*]+)`", rows["use_prev_landmarks"])
    meshes = {name for name in texts if any(fnmatchcase(name, pattern) for pattern in patterns)}
    assert meshes == faces.keys() - without("use_prev_landmarks")
    assert rows["full_range"] == "all"
    gpu = (ROOT / "docs" / "gpu.md").read_text(encoding="utf-8")
    (exceptions,) = re.findall(r"All graphs with models except (`.+`)\s+have a graph option `delegate`", gpu)
    small = set(re.findall(r"^\|.*\| `(\w+)` \| Small: ", README, re.MULTILINE))
    models = {name for name, text in texts.items() if "  delegate: {default" not in text} - small
    assert small and set(re.findall(r"`(\w+)`", exceptions)) == models


def test_the_graph_of_the_architecture_does_what_its_table_says(tmp_path: Path) -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", ARCHITECTURE, re.DOTALL)
    (drawing,) = re.findall(r"```mermaid\n(.*?)```", ARCHITECTURE, re.DOTALL)
    steps = re.findall(r"^\| `(run\..+?)` \| .+ \| (?:`(.+)`)? ?\|$", ARCHITECTURE, re.MULTILINE)
    assert len(steps) == 5
    (tmp_path / "pairs.yaml").write_text(text)
    graphflow(tmp_path, "viz", "pairs.yaml", "-o", "pairs.mmd")
    assert (tmp_path / "pairs.mmd").read_text(encoding="utf-8") == drawing
    seen: list[str] = []
    with Graph.load(tmp_path / "pairs.yaml").start() as run:
        run.observe("pairs", lambda packet: seen.append(f"{packet.timestamp}: {packet.value}"))
        for call, expected in steps:
            eval(call, {"run": run})
            assert seen == ([expected] if expected else []), call
            seen.clear()


def test_the_map_of_the_architecture_has_every_module_and_no_other() -> None:
    _, map_, runtime = re.split(r"^##+ (?:The map|The runtime, file by file)$", ARCHITECTURE, flags=re.MULTILINE)
    package = ROOT / "graphflow"
    modules = {path.stem for path in package.glob("*.py")} - {"__init__"}
    folders = {f"{path.parent.name}/" for path in package.glob("*/__init__.py")}
    assert (
        set(re.findall(r"`(\w+/?)`", "".join(re.findall(r"^\| [^|]+ \| (`.+?) \|", map_, re.MULTILINE))))
        == modules | folders
    )
    files = {path.name for path in (package / "runtime").glob("*.py")} - {"__init__.py"}
    assert set(re.findall(r"`(\w+\.py)`", "".join(re.findall(r"^\| (`.+?) \|", runtime, re.MULTILINE)))) == files

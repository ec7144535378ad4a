"""An example for each command and each option: what help, the site and messages show."""

from __future__ import annotations

EXAMPLES = {
    "": ("run face_mesh_desktop_live --input sample", "--install-completion", "--show-completion", "--version"),
    "run": (
        "face_mesh_desktop --input 0 --output out.mp4 --side num_faces=2",
        "face_mesh_desktop --input clip.mp4 --output none --save multi_face_landmarks=faces.jsonl --keep-partial",
        "face_mesh_desktop --input clip.mp4 --output none --save multi_face_landmarks=f.jsonl --save-format tfjs",
        "my_graph.yaml --calculators my_effect.py --set glow.brightness=0.5 --print brightness --check-payloads",
        "my_graph.yaml --calculators my_effect.py --watch --loop --realtime",
        "face_mesh_desktop --input clip.mp4 --output out.mp4 --codec h264 --threads 2 --stats --quiet",
        "face_mesh_desktop --input broken.mp4 --output out.mp4 --allow-truncated --max-frames 100 --verbose",
        "face_mesh_desktop_live --input rtsp://camera/1 --timeout 10 --reconnect 60",
        "face_mesh_desktop_live_gpu --input 0 --require-gpu --offline",
        "theirs.yaml --output-dir results --allow-files --allow-network",
        "graph.pbtxt --graph-path mediapipe --prefer-graph-path",
    ),
    "map": (
        "face_mesh_desktop clips/ --output-dir out --save multi_face_landmarks",
        "face_mesh_desktop clips/ --output-dir out --save multi_face_landmarks.csv --output .mp4 --codec h264",
        "my_graph.yaml 'clips/**/*.mp4' --output-dir out --save faces --calculators my_effect.py --set glow.width=9",
        "face_mesh_desktop list.txt --output-dir out --save multi_face_landmarks --side num_faces=2 --allow-network",
        "face_mesh_desktop clips/ --output-dir out --save multi_face_landmarks --workers 4 --timeout 60 --memory 2000",
        "face_mesh_desktop clips/ --output-dir out --save multi_face_landmarks --retries 1 --retry-failed --verify",
        "face_mesh_desktop clips/ --output-dir try --save multi_face_landmarks --limit 20 --shuffle 1 --max-frames 90",
        "face_mesh_desktop /shared/clips --output-dir /shared/out --save image_size --on ray --cpus 2 --gpus 0.5",
        "face_mesh_desktop s3://bucket/clips/ --output-dir s3://bucket/out --save multi_face_landmarks --cache 20000",
        "graph.pbtxt old/ --output-dir out --save faces --graph-path mediapipe --prefer-graph-path --allow-truncated",
        "theirs.yaml clips/ --output-dir out --save faces --allow-files --offline --verbose",
        "face_mesh_desktop lectures/ --output-dir out --save multi_face_landmarks --split 60 --overlap 2",
        "--status out --quiet --html report.html",
    ),
    "evaluate": (
        "pictures/ --output report --worst 24",
        "faces.xml --graph my_landmarks.yaml --calculators my_landmarks.py --side num_faces=2 --set fit.steps=3",
        "pictures/ --mode reacquisition --failure 8 --json",
        "pictures/ --mode tracking --repeat 10 --quiet",
        "pictures/ --graph graph.pbtxt --graph-path mediapipe --prefer-graph-path --allow-files --offline --verbose",
    ),
    "validate": (
        "graph.yaml --calculators my_effect.py",
        "graph.yaml --set glow.width=31 --json",
        "graph.pbtxt --graph-path mediapipe --prefer-graph-path",
    ),
    "new": ("calculator my_effect", "graph my_graph", "package my_package"),
    "viz": (
        "face_mesh_desktop -o face_mesh.html --depth 1",
        "face_mesh_desktop -o face_mesh.svg --expand --direction LR",
        "graph.yaml -o graph.png --calculators my_effect.py --set glow.width=31",
        "graph.pbtxt -o graph.mmd --graph-path mediapipe --prefer-graph-path",
    ),
    "convert": (
        "graph.pbtxt -o graph.yaml --graph-path mediapipe --prefer-graph-path",
        "graph.yaml -o graph.pbtxt --calculators my_effect.py --allow-unknown",
        "my_module.yaml -o my_module.binarypb --module",
    ),
    "schema": ("--calculators my_effect.py -o graphflow.schema.json",),
    "doctor": ("--json",),
    "list": ("--calculators my_effect.py --json",),
    "inspect": (
        "FlowLimiter",
        "MyEffect --calculators my_effect.py --json",
        "graph.pbtxt --graph-path mediapipe --prefer-graph-path",
    ),
    "models pull": ("face_landmark.tflite", "--offline"),
    "models list": ("--json",),
    "models show": ("face_landmark.tflite",),
    "models verify": ("face_landmark.tflite",),
}
"""The words after ``graphflow COMMAND``. Together those of a command have all of its options."""


def examples(command: str) -> str:
    """Those of a command, a paragraph each, for the end of its help."""
    return "\n\n".join(("Examples:", *_typed(command)))


def example_with(command: str, option: str) -> str:
    """The first example of a command that has an option; the first of all if none has. Empty if it has no example."""
    ways = _typed(command)
    return next((way for way in ways if option in way.split()), ways[0] if ways else "")


def _typed(command: str) -> list[str]:
    return [" ".join(filter(None, ("graphflow", command, words))) for words in EXAMPLES.get(command, ())]

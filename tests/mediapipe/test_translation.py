"""Each of MediaPipe's graphs here means what the YAML graph beside it means."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from graphflow import Graph, GraphConfigError
from tests.mediapipe.tools import meaning

CASES = {
    "ports without tags, with tags, with indexes": (
        """
        input_stream: "a"
        input_stream: "TAG:b"
        output_stream: "OUT:both"
        node { calculator: "MakePairCalculator" input_stream: "a" input_stream: "b" output_stream: "both" }
        node {
          name: "second"
          calculator: "MakePairCalculator"
          input_stream: "1:a"
          input_stream: "0:b"
          output_stream: "c"
        }
        """,
        """
        inputs: [a, b]
        outputs: [both]
        nodes:
          make_pair: {calculator: MakePair, inputs: {item: [a, b]}, outputs: {out: both}}
          second: {calculator: MakePair, inputs: {item: [b, a]}, outputs: {out: c}}
        """,
    ),
    "names of nodes": (
        """
        input_stream: "a"
        node { calculator: "PassThroughCalculator" input_stream: "a" output_stream: "b" }
        node { calculator: "PassThroughCalculator" input_stream: "b" output_stream: "c" }
        node { name: "My-Node.x" calculator: "PassThroughCalculator" input_stream: "c" output_stream: "d" }
        """,
        """
        inputs: [a]
        nodes:
          pass_through: {calculator: PassThrough, inputs: {item: a}, outputs: {out: b}}
          pass_through_2: {calculator: PassThrough, inputs: {item: b}, outputs: {out: c}}
          my_node_x: {calculator: PassThrough, inputs: {item: c}, outputs: {out: d}}
        """,
    ),
    "back edges": (
        """
        input_stream: "a"
        node {
          calculator: "FlowLimiterCalculator"
          input_stream: "a"
          input_stream: "FINISHED:done"
          input_stream_info { tag_index: "FINISHED" back_edge: true }
          output_stream: "b"
        }
        node { calculator: "PassThroughCalculator" input_stream: "b" output_stream: "done" }
        """,
        """
        inputs: [a]
        nodes:
          flow_limiter:
            calculator: FlowLimiter
            inputs: {item: a, finished: {stream: done, back_edge: true}}
            outputs: {out: b}
          pass_through: {calculator: PassThrough, inputs: {item: b}, outputs: {out: done}}
        """,
    ),
    "options, as extensions or packed, with lists of one element": (
        """
        input_stream: "a"
        node {
          calculator: "SplitTensorVectorCalculator"
          input_stream: "a"
          output_stream: "b"
          options { [mediapipe.SplitVectorCalculatorOptions.ext] { ranges: { begin: 0 end: 1 } } }
        }
        node {
          calculator: "PacketThinnerCalculator"
          input_stream: "b"
          output_stream: "c"
          node_options: {
            [type.googleapis.com/mediapipe.PacketThinnerCalculatorOptions] { thinner_type: ASYNC period: 10 }
          }
        }
        """,
        """
        inputs: [a]
        nodes:
          split_tensor_vector:
            calculator: SplitVector
            inputs: {item: a}
            outputs: {out: b}
            options: {ranges: [{begin: 0, end: 1}]}
          packet_thinner:
            calculator: PacketThinner
            inputs: {item: b}
            outputs: {out: c}
            options: {thinner_type: ASYNC, period: 10}
        """,
    ),
    "inference: delegate, threads and the model by its last name": (
        """
        input_stream: "t"
        node {
          calculator: "InferenceCalculator"
          input_stream: "TENSORS:t"
          output_stream: "TENSORS:u"
          options {
            [mediapipe.InferenceCalculatorOptions.ext] {
              model_path: "mediapipe/modules/face_landmark/face_landmark.tflite"
              delegate { xnnpack { num_threads: 2 } }
              use_gpu: true
            }
          }
        }
        """,
        """
        inputs: [t]
        nodes:
          inference:
            calculator: Inference
            inputs: {tensors: t}
            outputs: {tensors: u}
            options: {model_path: face_landmark.tflite, delegate: xnnpack, threads: 2}
        """,
    ),
    "maps": (
        """
        input_stream: "t"
        node {
          calculator: "TensorsToClassificationCalculator"
          input_stream: "TENSORS:t"
          output_stream: "CLASSIFICATIONS:c"
          options {
            [mediapipe.TensorsToClassificationCalculatorOptions.ext] {
              label_items { key: 0 value { name: "Left" } }
              label_items { key: 1 value { name: "Right" } }
            }
          }
        }
        """,
        """
        inputs: [t]
        nodes:
          tensors_to_classification:
            calculator: TensorsToClassification
            inputs: {tensors: t}
            outputs: {classifications: c}
            options: {label_items: {0: {name: Left}, 1: {name: Right}}}
        """,
    ),
    "constants": (
        """
        output_side_packet: "x"
        node {
          calculator: "ConstantSidePacketCalculator"
          output_side_packet: "PACKET:0:x"
          output_side_packet: "PACKET:1:y"
          options {
            [mediapipe.ConstantSidePacketCalculatorOptions.ext] {
              packet { int_value: 2 }
              packet { string_value: "two" }
            }
          }
        }
        """,
        """
        output_side_packets: [x]
        nodes:
          constant_side_packet:
            calculator: ConstantSidePacket
            output_side_packets: {packet: [x, y]}
            options: {packet: [2, two]}
        """,
    ),
    "a side packet that nothing lists": (
        """
        input_stream: "a"
        node {
          calculator: "GateCalculator"
          input_stream: "a"
          input_side_packet: "ALLOW:allow"
          output_stream: "b"
        }
        """,
        """
        inputs: [a]
        side_packets: [allow]
        nodes:
          gate: {calculator: Gate, inputs: {item: a}, side_packets: {allow: allow}, outputs: {out: b}}
        """,
    ),
    "a switch: the option counts where nobody gives the side packet": (
        """
        input_stream: "a"
        input_side_packet: "which"
        node {
          calculator: "SwitchContainer"
          input_stream: "a"
          input_side_packet: "SELECT:which"
          output_stream: "b"
          options {
            [mediapipe.SwitchContainerOptions.ext] {
              select: 1
              contained_node { calculator: "PassThroughCalculator" }
              contained_node {
                calculator: "PacketThinnerCalculator"
                options { [mediapipe.PacketThinnerCalculatorOptions.ext] { period: 10 } }
              }
            }
          }
        }
        """,
        """
        inputs: [a]
        side_packets: [which]
        nodes:
          switch_container:
            switch:
              - calculator: PassThrough
              - {calculator: PacketThinner, options: {period: 10}}
            select: 1
            inputs: {item: a}
            side_packets: {select: which}
            outputs: {out: b}
        """,
    ),
    "a switch that nothing selects is its first branch": (
        """
        input_stream: "a"
        node {
          calculator: "SwitchContainer"
          input_stream: "a"
          output_stream: "b"
          options { [mediapipe.SwitchContainerOptions.ext] { contained_node { calculator: "PassThroughCalculator" } } }
        }
        """,
        """
        inputs: [a]
        nodes:
          switch_container: {calculator: PassThrough, inputs: {item: a}, outputs: {out: b}}
        """,
    ),
    "policies, executors, threads and queues": (
        """
        input_stream: "a"
        input_stream: "b"
        max_queue_size: -1
        num_threads: 3
        executor { name: "slow" type: "ThreadPoolExecutor"
                   options { [mediapipe.ThreadPoolExecutorOptions.ext] { num_threads: 2 } } }
        executor { }
        input_stream_handler { input_stream_handler: "EarlyCloseInputStreamHandler" }
        node {
          calculator: "MakePairCalculator"
          input_stream: "a"
          input_stream: "b"
          output_stream: "c"
          executor: "slow"
          input_stream_handler {
            input_stream_handler: "SyncSetInputStreamHandler"
            options {
              [mediapipe.SyncSetInputStreamHandlerOptions.ext] {
                sync_set { tag_index: ":0" }
                sync_set { tag_index: ":1" }
              }
            }
          }
        }
        node {
          calculator: "MakePairCalculator" input_stream: "a" input_stream: "b" output_stream: "d"
          input_stream_handler {
            input_stream_handler: "FixedSizeInputStreamHandler"
            options {
              [mediapipe.FixedSizeInputStreamHandlerOptions.ext] { trigger_queue_size: 5 target_queue_size: 2 }
            }
          }
        }
        """,
        """
        inputs: [a, b]
        max_queue_size: -1
        threads: 3
        executors: {slow: {threads: 2}}
        input_policy: EarlyClose
        nodes:
          make_pair:
            calculator: MakePair
            inputs: {item: [a, b]}
            outputs: {out: c}
            executor: slow
            input_policy: {SyncSets: {sets: [["item:0"], ["item:1"]]}}
          make_pair_2:
            calculator: MakePair
            inputs: {item: [a, b]}
            outputs: {out: d}
            input_policy: {FixedSize: {trigger_queue_size: 5, target_queue_size: 2}}
        """,
    ),
    "the last stream of a PacketCloner without TICK is the tick": (
        """
        input_stream: "a"
        input_stream: "t"
        node { calculator: "PacketClonerCalculator" input_stream: "a" input_stream: "t" output_stream: "b" }
        """,
        """
        inputs: [a, t]
        nodes:
          packet_cloner: {calculator: PacketCloner, inputs: {item: a, tick: t}, outputs: {out: b}}
        """,
    ),
    "graph options replace what the node says": (
        """
        input_stream: "a"
        graph_options { [type.googleapis.com/mine.Options] { width: 7 } }
        node {
          calculator: "PacketThinnerCalculator" input_stream: "a" output_stream: "b"
          options { [mediapipe.PacketThinnerCalculatorOptions.ext] { period: 10 } }
          option_value: "period:options/width"
        }
        node {
          calculator: "PacketThinnerCalculator" input_stream: "b" output_stream: "c"
          options { [mediapipe.PacketThinnerCalculatorOptions.ext] { period: 11 } }
          option_value: "period:height"
        }
        """,
        """
        inputs: [a]
        options: {width: 7, height: 11}
        nodes:
          packet_thinner:
            {calculator: PacketThinner, inputs: {item: a}, outputs: {out: b}, options: {period: "${width}"}}
          packet_thinner_2:
            {calculator: PacketThinner, inputs: {item: b}, outputs: {out: c}, options: {period: "${height}"}}
        """,
    ),
    "a graph of ours under MediaPipe's name, and pictures on a GPU": (
        """
        input_stream: "input_video"
        output_stream: "d"
        node {
          calculator: "FaceDetectionShortRangeGpu"
          input_stream: "IMAGE:input_video"
          output_stream: "DETECTIONS:d"
        }
        node { calculator: "ImagePropertiesCalculator" input_stream: "IMAGE_GPU:input_video" output_stream: "SIZE:s" }
        """,
        """
        inputs: [input_video]
        outputs: [d]
        nodes:
          face_detection_short_range_gpu:
            subgraph: modules/face_detection_short_range.yaml
            inputs: {image: input_video}
            outputs: {detections: d}
          image_properties: {calculator: ImageProperties, inputs: {image: input_video}, outputs: {size: s}}
        """,
    ),
}


def yaml(text: str) -> str:
    lines = text.strip("\n").split("\n")
    margin = len(lines[0]) - len(lines[0].lstrip())
    return "graphflow: 1\n" + "\n".join(line[margin:] for line in lines)


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_graph_means_the_same_in_both_forms(case: tuple[str, str]) -> None:
    theirs, ours = Graph.parse(case[0], file="x.pbtxt"), Graph.parse(yaml(case[1]))
    assert meaning(theirs.plan) == meaning(ours.plan)


RENDERER = """
type: "Whatever"
input_stream: "NORM_RECTS:0:one"
input_stream: "NORM_RECTS:1:other"
input_stream: "plain"
output_stream: "pair"
node { calculator: "MakePairCalculator" input_stream: "one" input_stream: "other" output_stream: "pair" }
node { calculator: "PassThroughCalculator" input_stream: "plain" output_stream: "unused" }
"""
USER = """
input_stream: "a"
input_stream: "b"
output_stream: "p"
node {
  calculator: "MyRendererSubgraph"
  input_stream: "NORM_RECTS:0:a"
  input_stream: "NORM_RECTS:1:b"
  input_stream: "b"
  output_stream: "p"
}
"""


@pytest.mark.parametrize("place", ["my_renderer_subgraph.pbtxt", "parts/my_renderer_subgraph.pbtxt"])
def test_a_graph_beside_the_file_is_found_by_its_name(tmp_path: Path, place: str) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / place).write_text(RENDERER)
    (tmp_path / "user.pbtxt").write_text(USER)
    plan = Graph.load(tmp_path / "user.pbtxt").plan
    assert [node.name for node in plan.nodes] == [
        "my_renderer_subgraph/make_pair",
        "my_renderer_subgraph/pass_through",
    ]
    assert [plan.streams[one.stream].name for one in plan.nodes[0].inputs] == ["a", "b"]


def test_a_graph_elsewhere_needs_the_graph_path(tmp_path: Path) -> None:
    deep = tmp_path / "mediapipe" / "modules" / "mine"
    deep.mkdir(parents=True)
    (deep / "my_renderer_subgraph.pbtxt").write_text(RENDERER)
    home = tmp_path / "home"
    home.mkdir()
    (home / "user.pbtxt").write_text(USER)
    with pytest.raises(GraphConfigError) as caught:
        Graph.load(home / "user.pbtxt")
    assert "there is no calculator or graph 'MyRendererSubgraph'" in str(caught.value)
    assert "--graph-path" in str(caught.value)
    assert len(Graph.load(home / "user.pbtxt", graph_path=[tmp_path]).plan.nodes) == 2


def test_a_text_has_no_files_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "my_renderer_subgraph.pbtxt").write_text(RENDERER)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(GraphConfigError, match="there is no calculator or graph 'MyRendererSubgraph'"):
        Graph.parse(USER, file="x.pbtxt")


@pytest.mark.slow
def test_a_yaml_graph_loads_nothing_that_reads_mediapipes() -> None:
    program = "from graphflow import Graph; import sys; Graph.load('modules/face_renderer'); print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in loaded if name.startswith(("graphflow.mediapipe", "google"))] == []


def test_our_own_graph_comes_before_a_file_of_its_name_unless_the_user_prefers_that(tmp_path: Path) -> None:
    (tmp_path / "face_renderer_cpu.pbtxt").write_text(
        'input_stream: "IMAGE:i" input_stream: "LANDMARKS:l" input_stream: "NORM_RECTS:r"'
        'input_stream: "DETECTIONS:d"\n'
        'output_stream: "IMAGE:o" node { calculator: "PassThroughCalculator" input_stream: "i" output_stream: "o" }'
    )
    (tmp_path / "user.pbtxt").write_text(
        'input_stream: "i" input_stream: "l" input_stream: "r" input_stream: "d" output_stream: "o"\n'
        'node { calculator: "FaceRendererCpu" input_stream: "IMAGE:i" output_stream: "IMAGE:o"'
        'input_stream: "LANDMARKS:l" input_stream: "NORM_RECTS:r" input_stream: "DETECTIONS:d" }'
    )
    ours = Graph.load(tmp_path / "user.pbtxt")
    assert len(ours.plan.nodes) > 1
    assert [warning.code for warning in ours.warnings if warning.code == "own-graph"] == ["own-graph"]
    theirs = Graph.load(tmp_path / "user.pbtxt", prefer_graph_path=True)
    assert [node.contract.name for node in theirs.plan.nodes] == ["PassThrough"]


def test_a_file_that_has_the_name_of_its_own_node_is_not_that_node(tmp_path: Path) -> None:
    text = 'input_stream: "a"\nnode { calculator: "Loop" input_stream: "a" output_stream: "b" }'
    (tmp_path / "loop.pbtxt").write_text(text)
    with pytest.raises(GraphConfigError, match="no calculator or graph 'Loop'"):
        Graph.load(tmp_path / "loop.pbtxt")


def test_a_yaml_graph_includes_one_of_mediapipes(tmp_path: Path) -> None:
    (tmp_path / "part.pbtxt").write_text(RENDERER)
    (tmp_path / "g.yaml").write_text(
        "graphflow: 1\ninputs: [a]\nnodes:\n"
        "  n: {subgraph: part.pbtxt, inputs: {norm_rects: a, norm_rects_1: a, item: a}, outputs: {out: p}}\n"
    )
    assert len(Graph.load(tmp_path / "g.yaml").plan.nodes) == 2


def test_a_switch_in_a_graph_that_leaves_its_side_packet_out_takes_the_branch_of_the_option(tmp_path: Path) -> None:
    theirs = CASES["a switch: the option counts where nobody gives the side packet"][0]
    (tmp_path / "inner.pbtxt").write_text(theirs.replace('"a"', '"IN:a"', 1) + 'output_stream: "OUT:b"')
    (tmp_path / "outer.pbtxt").write_text(
        'input_stream: "x"\nnode { calculator: "Inner" input_stream: "IN:x" output_stream: "OUT:y" }'
    )
    assert [node.contract.name for node in Graph.load(tmp_path / "outer.pbtxt").plan.nodes] == ["PacketThinner"]


def test_a_switch_takes_the_side_packet_of_the_run_or_else_the_option() -> None:
    graph = Graph.parse(CASES["a switch: the option counts where nobody gives the side packet"][0], file="x.pbtxt")

    def nodes(side_packets: dict[str, Any]) -> list[str]:
        assert graph.plan.choose is not None
        return [node.contract.name for node in graph.plan.choose(side_packets).nodes]

    assert nodes({}) == ["PacketThinner"]
    assert nodes({"which": 0}) == ["PassThrough"]
    with graph.start({"which": 1}):
        pass

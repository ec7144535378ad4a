"""Graph: a graph file, checked once and started as often as wanted."""

from __future__ import annotations

import heapq
import operator
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from graphflow.bundled import bundled_graph
from graphflow.checking import CheckedGraph, check_file, check_text
from graphflow.clock import Clock, SystemClock
from graphflow.config.diagnostics import Diagnostic
from graphflow.config.model import GraphConfig
from graphflow.config.render import render
from graphflow.contract import MISSING, Inject
from graphflow.errors import GraphConfigError, RunStateError, UnknownName
from graphflow.graph_inputs import in_order
from graphflow.keywords import answers_unknown
from graphflow.packet import Packet
from graphflow.plan.file_use import refuse_overwriting
from graphflow.plan.options import Override
from graphflow.plan.permissions import Permissions, node_permitted, permitted
from graphflow.plan.plan import GraphPlan
from graphflow.plan.subgraph_files import GraphPath
from graphflow.registry import Given, Registry
from graphflow.run import GraphRun
from graphflow.runtime.build import build_run, checked_side_packets
from graphflow.runtime.calling_driver import CallingDriver
from graphflow.runtime.driver import Driver
from graphflow.runtime.executors import executors_of, one_executor
from graphflow.runtime.instruments import Instrument, instrument
from graphflow.runtime.node import ReadyQueue
from graphflow.runtime.thread_driver import ThreadDriver
from graphflow.values import plain

if TYPE_CHECKING:
    import networkx

Overrides = Mapping[str, Any] | Sequence[Override]


class Graph:
    """A checked graph. It never changes, and any number of runs can be started from it, one after another or at once.

    One that was loaded or parsed can be pickled, for pools of processes: the other process reads its file, or its text,
    again. It must be able to import the calculators' classes.

    Attributes:
        plan: What the graph means.
        warnings: What the checks found that is not an error.
    """

    def __init__(self, plan: GraphPlan, warnings: Sequence[Diagnostic] = ()) -> None:
        if not isinstance(plan, GraphPlan):
            raise TypeError(
                f"a Graph is made with Graph.load({plan!r:.60}); with Graph.parse(text), if that is its text"
            )
        self.plan = plan
        self.warnings = tuple(warnings)
        self._again: Callable[[], Graph] | None = None
        self._checked: CheckedGraph | None = None

    def __reduce__(self) -> tuple[Callable[[], Graph], tuple[()]]:
        if self._again is None:
            raise TypeError("a Graph that was made of a plan cannot be pickled; one from Graph.load or Graph.parse can")
        return self._again, ()

    @property
    def loaded_with(self) -> Mapping[str, Any] | None:
        """The arguments with which `load` makes this graph once more, elsewhere; None if it came in another way."""
        again = self._again
        return again.keywords if isinstance(again, partial) and again.func == Graph.load else None

    @classmethod
    @answers_unknown()
    def load(
        cls,
        path: str | os.PathLike[str],
        *,
        calculators: Iterable[Given] = (),
        options: Overrides = (),
        graph_path: Iterable[str | os.PathLike[str]] = (),
        prefer_graph_path: bool = False,
        inputs: Iterable[str] | None = None,
    ) -> Graph:
        """Read and check a graph file: YAML, or MediaPipe's ``.pbtxt`` or ``.binarypb``.

        Args:
            path: The file, or the name of a graph that comes with graphflow (``face_mesh_mobile``,
                ``modules/face_landmark_front``). Subgraphs lie beside the file, below it, or come with graphflow.
            calculators: What the graph may use beside the installed ones: classes, or files, folders and modules that
                have some. One with the name of a built-in one must say ``override = True`` in its body; graphs that
                come with graphflow keep the built-in.
            options: Values for options, by ``node.option`` (``landmarks/detector.min_score_thresh``) or by the name
                of a graph option.
            graph_path: More folders in which subgraphs are looked for, such as a checkout of MediaPipe.
            prefer_graph_path: Graphs in them win over those that come with graphflow.
            inputs: The graph inputs that are going to be used. Optional ones that are not among them count as not
                connected, as if another graph had left them out. All are used unless given.

        Raises:
            CalculatorFileError: A file, folder or module with calculators cannot be used.
            CalculatorLookupError: Two classes have one name, or one has a built-in's.
            GraphConfigError: The file is wrong; every error found is in its message and in `diagnostics`.
        """
        if not os.path.exists(path):
            path = bundled_graph(os.fspath(path)) or path
        registry, overrides = Registry(calculators), _overrides(options)
        folders = GraphPath(tuple(os.path.abspath(folder) for folder in graph_path), prefer_graph_path)
        used = None if inputs is None else frozenset(inputs)
        graph = cls._from(check_file(path, registry, overrides, folders, _using(used)))
        graph._again = partial(
            cls.load,
            path=os.path.abspath(path),
            calculators=registry.given,
            options=overrides,
            graph_path=folders.folders,
            prefer_graph_path=prefer_graph_path,
            inputs=used,
        )
        return graph

    @classmethod
    @answers_unknown()
    def parse(
        cls,
        text: str,
        *,
        calculators: Iterable[Given] = (),
        options: Overrides = (),
        file: str = "<string>",
    ) -> Graph:
        """Check a graph given as text. As `load`; subgraphs come with graphflow only.

        Args:
            text: What a graph file holds.
            calculators: As for `load`.
            options: As for `load`.
            file: What messages call the text.
        """
        registry, overrides = Registry(calculators), _overrides(options)
        graph = cls._from(check_text(text, file, registry, overrides))
        graph._again = partial(cls.parse, text, calculators=registry.given, options=overrides, file=file)
        return graph

    @classmethod
    def _from(cls, checked: CheckedGraph) -> Graph:
        if checked.plan is None:
            raise GraphConfigError(checked.diagnostics, render(checked.diagnostics, checked.sources))
        graph = cls(checked.plan, checked.diagnostics)
        graph._checked = checked
        return graph

    # --- running -----------------------------------------------------------------------------------------------

    @answers_unknown("write side packets as one map: {'NAME': ...}")
    def start(
        self,
        side_packets: Mapping[str, Any] | None = None,
        *,
        observe: Mapping[str, Callable[[Packet[Any]], object]] | None = None,
        threads: int | None = None,
        clock: Clock | None = None,
        services: Iterable[Any] = (),
        instruments: Iterable[Instrument] = (),
        check_payloads: bool = False,
        driver: Driver | None = None,
        allow_files: bool = False,
        allow_network: bool = False,
        output_dir: str | os.PathLike[str] | None = None,
    ) -> GraphRun:
        """Construct the calculators and return a run; its first call, or the end of its block, sets it going.

        Without `threads`, and if the graph asks for none, the run has no threads: nodes run inside its calls. Each
        `send` then comes back when its packet has gone through the graph, and a FlowLimiter never has to drop.

        Args:
            side_packets: Values by name.
            observe: Callbacks by stream, as for `GraphRun.observe`.
            threads: Threads of the default executor; unless given, what the graph file says.
            clock: What calculators get for ``clock: Clock``; the system's unless given.
            services: Objects for ``Service[T]`` parameters, each found by its type.
            instruments: Told about every invocation.
            check_payloads: Have a call fail that changes a payload in place which others read, too. It costs time; with
                threads the node that is named may have been in its call while another one did it.
            driver: Runs the tasks, instead of one chosen here; `graphflow.testing` has one.
            allow_files: Let nodes write the files that only the graph file names, and read those of them that lie
                outside of its folder. Side packets and options that are given here or to `load` need no permission.
            allow_network: Let nodes fetch from addresses that only the graph file names.
            output_dir: A folder below which nodes may write what only the graph file names; it is made.

        Raises:
            SidePacketError: A side packet is missing, unknown, or of the wrong type.
            RunStateError: A service that a node needs is not given.
            UnusableFile: A file that a node reads is one that a node would replace, or two would write the same; or the
                graph file names what it may not use.
            Exception: What the constructor of a calculator raised, with a note that names the node.
        """
        # If a side packet selects a branch of a switch, the other branches are not even constructed.
        given = {} if side_packets is None else side_packets
        if not isinstance(given, Mapping):
            raise TypeError(f"side packets are a map, {{'name': value}}, not {given!r:.60}")
        chosen = self.plan.choose(given) if self.plan.choose else self.plan
        permissions = Permissions(files=allow_files, network=allow_network, output_dir=output_dir)
        plan = permitted(chosen, checked_side_packets(chosen, given), given, permissions)
        executors, executor_of = executors_of(plan, threads)
        if driver is None:
            driver = ThreadDriver(executors) if executors else CallingDriver()
        elif not driver.has_executors:
            executors, executor_of = {}, one_executor
        queues = {name: ReadyQueue(name) for name in executors or ("",)}
        parts = build_run(
            plan,
            side_packets=given,
            executors=queues,
            executor_of=executor_of,
            clock=clock or driver.clock or SystemClock(),
            services=_services(plan, services),
        )
        refuse_overwriting(plan, parts.core.side_packets)
        known = parts.core.side_packets
        parts.core.permit = lambda node: node_permitted(node, plan, known, given, permissions)
        permissions.make_folder()
        if check_payloads:
            from graphflow.runtime.payload_check import check_every_call

            check_every_call(parts.core)
        instrument(parts.core, instruments)
        run = GraphRun(plan, driver, parts)
        for stream, callback in (observe or {}).items():
            run.observe(stream, callback)
        return run

    @answers_unknown(
        "write inputs={'NAME': [Packet(value, timestamp)]}, and side packets as side_packets={'NAME': ...}"
    )
    def run(
        self,
        inputs: Mapping[str, Iterable[Packet[Any]]] | None = None,
        side_packets: Mapping[str, Any] | None = None,
        *,
        outputs: Iterable[str] | None = None,
        threads: int | None = None,
        allow_files: bool = False,
        allow_network: bool = False,
        output_dir: str | os.PathLike[str] | None = None,
    ) -> dict[str, list[Packet[Any]]]:
        """Run from start to end, for tests and scripts.

        Args:
            inputs: Packets for each graph input; they are sent in order of time across the inputs. A generator
                must be in order itself; one packet of it at a time is held.
            side_packets: Values by name.
            outputs: The streams to collect; unless given, the graph's outputs. Of a graph that declares none, and has
                no node that only reads, the streams that nobody reads.
            threads: As for `start`.
            allow_files: As for `start`.
            allow_network: As for `start`.
            output_dir: As for `start`.

        Returns:
            What each stream carried.
        """
        names = [self.plan.streams[i].name for i in self.plan.results] if outputs is None else list(outputs)
        collected: dict[str, list[Packet[Any]]] = {name: [] for name in names}
        observe = {name: packets.append for name, packets in collected.items()}
        queued = [in_order(name, packets) for name, packets in (inputs or {}).items()]
        with self.start(
            side_packets,
            observe=observe,
            threads=threads,
            allow_files=allow_files,
            allow_network=allow_network,
            output_dir=output_dir,
        ) as run:
            for _, name, packet in heapq.merge(*queued, key=operator.itemgetter(0)):
                run.send(name, packet)
        return collected

    def to_networkx(self) -> networkx.MultiDiGraph:
        """The graph as a networkx graph: nodes are calculators and graph ports, edges are streams and side packets."""
        from graphflow.viz.network import to_networkx

        return to_networkx(self.plan)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows: the drawing that ``graphflow viz`` makes, and text."""
        from graphflow.viz.notebook import graph_bundle

        return {**(graph_bundle(self._checked) if self._checked else {}), "text/plain": repr(self)}

    def __repr__(self) -> str:
        return f"<Graph {self.plan.file}: {len(self.plan.nodes)} nodes>"


def _using(inputs: frozenset[str] | None) -> Callable[[GraphConfig], GraphConfig] | None:
    """What leaves the other optional inputs out.

    Raises:
        UnknownName: The graph has no such input. (When the graph has been read.)
    """
    if inputs is None:
        return None

    def prepare(config: GraphConfig) -> GraphConfig:
        known = {port.name.value for port in config.inputs}
        if unknown := sorted(inputs - known):
            raise UnknownName(f"there is no graph input '{unknown[0]}'; the graph has: {', '.join(sorted(known))}")
        return config.without_inputs(inputs)

    return prepare


def _services(plan: GraphPlan, given: Iterable[Any]) -> dict[type[Any], Any]:
    objects = list(given)
    services: dict[type[Any], Any] = {}
    for node in plan.nodes:
        for parameter in (*node.contract.process, *node.contract.open, *node.contract.close):
            if parameter.inject is not Inject.SERVICE:
                continue
            found = [item for item in objects if isinstance(item, parameter.service)]
            if not found and parameter.default is not MISSING:
                continue
            if not found:
                name = getattr(parameter.service, "__name__", parameter.service)
                raise RunStateError(
                    f"node '{node.name}' needs a service of type {name}: write graph.start(services=[...])"
                )
            services[parameter.service] = found[0]
    return services


def _overrides(options: Overrides) -> list[Override]:
    if isinstance(options, Mapping):
        return [Override.of(name, plain(value)) for name, value in options.items()]
    overrides = list(options)
    for override in overrides:
        if not isinstance(override, Override):
            raise TypeError(f'options is a map of values by name, {{"node.option": 1}}; it has {override!r}')
    return overrides

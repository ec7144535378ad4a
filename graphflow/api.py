"""The public names of graphflow, all of which `graphflow` itself has."""

from graphflow.annotations import UNCONNECTED, Many, Owned, Service
from graphflow.calculator import Calculator
from graphflow.clock import Clock, SystemClock
from graphflow.config.diagnostics import Diagnostic
from graphflow.context import Context, NodeCheck
from graphflow.errors import (
    Cancelled,
    ContractError,
    GraphConfigError,
    GraphflowError,
    IncompleteInput,
    MissingResource,
    PayloadTypeError,
    RunStateError,
    SidePacketError,
    StallError,
    Throttled,
    TimestampError,
    UnknownName,
    UnusableFile,
)
from graphflow.graph import Graph
from graphflow.isolated import isolated_python
from graphflow.options import Option
from graphflow.outputs import Outputs, SidePackets
from graphflow.packet import Packet
from graphflow.policies import (
    Barrier,
    Default,
    EarlyClose,
    FixedSize,
    Immediate,
    InputPolicy,
    Mux,
    SyncSets,
    TimestampAlign,
)
from graphflow.processors import usable_processors
from graphflow.result_file import ResultFile
from graphflow.run import GraphRun
from graphflow.runtime.instruments import Instrument, Timings
from graphflow.signature import contract_of
from graphflow.stream_reader import StreamReader
from graphflow.timestamp import Bound, Timestamp, next_allowed, previous_allowed

__all__ = [
    "UNCONNECTED",
    "Barrier",
    "Bound",
    "Calculator",
    "Cancelled",
    "Clock",
    "Context",
    "ContractError",
    "Default",
    "Diagnostic",
    "EarlyClose",
    "FixedSize",
    "Graph",
    "GraphConfigError",
    "GraphRun",
    "GraphflowError",
    "Immediate",
    "IncompleteInput",
    "InputPolicy",
    "Instrument",
    "Many",
    "MissingResource",
    "Mux",
    "NodeCheck",
    "Option",
    "Outputs",
    "Owned",
    "Packet",
    "PayloadTypeError",
    "ResultFile",
    "RunStateError",
    "Service",
    "SidePacketError",
    "SidePackets",
    "StallError",
    "StreamReader",
    "SyncSets",
    "SystemClock",
    "Throttled",
    "Timestamp",
    "TimestampAlign",
    "TimestampError",
    "Timings",
    "UnknownName",
    "UnusableFile",
    "contract_of",
    "isolated_python",
    "next_allowed",
    "previous_allowed",
    "usable_processors",
]

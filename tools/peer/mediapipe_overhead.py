"""MediaPipe's half of tools/bench_overhead: time graphs of its C++ calculators, driven from Python.

Reads one request a line from standard input, as JSON, and answers each with `wall` and `cpu` seconds: either a chain,
``{"nodes": 10, "packets": 5000, "each": true}``, or any graph from ``start`` to ``end``,
``{"config": "...", "packets": 5000, "each": false}``.
"""

import json
import sys
import time

import mediapipe
from mediapipe.python import packet_creator
from mediapipe_chain import run


def run_graph(config, packets, wait_each):
    """As `mediapipe_chain.run`, for a graph in text format; seconds."""
    graph = mediapipe.CalculatorGraph(graph_config=config)
    seen = []
    graph.observe_output_stream("end", lambda name, packet: seen.append(packet.timestamp.value))
    graph.start_run()
    payload = packet_creator.create_int(1)
    start = time.perf_counter()
    for timestamp in range(packets):
        graph.add_packet_to_input_stream("start", payload.at(timestamp))
        if wait_each:
            graph.wait_until_idle()
    graph.close_all_packet_sources()
    graph.wait_until_done()
    wall = time.perf_counter() - start
    assert len(seen) == packets
    return wall


if __name__ == "__main__":
    for line in sys.stdin:
        job = json.loads(line)
        cpu = time.process_time()
        if "config" in job:
            seconds = run_graph(job["config"], job["packets"], job["each"])
        else:
            seconds = run(job["nodes"], job["packets"], job["each"]) * job["packets"] * job["nodes"] / 1e6
        print(json.dumps({"wall": seconds, "cpu": time.process_time() - cpu}), flush=True)

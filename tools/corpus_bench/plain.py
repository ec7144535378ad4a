"""One plain process: a loop over clips, on one processor, with one thread for the model and one for the decoder."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


def main() -> None:
    """Print when each clip has ended, in seconds since 1970, after one line when the graph is loaded.

    Arguments: the graph, a stream, where rows go, the processor, and clips.
    """
    name, stream, out, processor, *clips = sys.argv[1:]
    os.sched_setaffinity(0, {int(processor)})
    os.environ.update({"OPENCV_FFMPEG_THREADS": "1", "OPENCV_FOR_THREADS_NUM": "1", "OMP_NUM_THREADS": "1"})
    from graphflow import Graph
    from graphflow.rows import RowFile
    from graphflow.saved_stream import SavedStream

    plan = Graph.load(name).plan
    threads = {f"{one.name}.threads": 1 for one in plan.nodes if "threads" in one.contract.options}
    graph = Graph.load(name, options=threads)
    positions = {one.name: number for number, one in enumerate(graph.plan.streams)} | graph.plan.aliases
    print(time.time(), flush=True)
    for clip in clips:
        saved = SavedStream(graph.plan, positions[stream], RowFile(Path(out) / f"{Path(clip).stem}.jsonl"))
        with graph.start(side_packets={"input": clip, "output": "none"}) as run:
            saved.name_pictures(run.side_packet)
            for observed, callback in saved.observers():
                run.observe(observed, callback, bounds=True)
            run.wait_until_done()
        saved.close(True)
        print(time.time(), flush=True)


if __name__ == "__main__":
    main()

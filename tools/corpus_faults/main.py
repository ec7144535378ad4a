"""The command line of `tools/map_faults`."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from tools.corpus_faults.campaign import disturb
from tools.corpus_faults.local_s3 import LocalS3
from tools.corpus_faults.two_raylets import TwoRaylets

DESCRIPTION = "Kill workers, drivers, nodes of `graphflow map` at random; nothing may be lost, done twice or left half."


def main() -> int:
    """Run corpora until there are as many as asked for; a status other than 0 tells that something is wrong."""
    parser = argparse.ArgumentParser(prog="map_faults", description=DESCRIPTION)
    parser.add_argument("--runs", type=int, default=180, help="corpora")
    parser.add_argument("--seed", type=int, default=1, help="of the first; the next has the next")
    parser.add_argument("--inputs", type=int, default=40, help="of each corpus; one in five is bad")
    parser.add_argument("--kills", type=int, default=6, help="at most, in each corpus")
    parser.add_argument("--log", type=Path, help="a JSON Lines file: what stands in it is not run again")
    parser.add_argument("--ray", action="store_true", help="workers are on a Ray cluster of two nodes on this machine")
    parser.add_argument("--s3", action="store_true", help="inputs and results are in an S3 server on this machine")
    parser.add_argument("--split", type=float, metavar="SECONDS", help="files are cut into pieces of so much: 0.2, say")
    given = parser.parse_args()
    with LocalS3() if given.s3 else nullcontext() as server:
        os.environ.update(server.environment if server else {})  # what is started from now on finds it, raylets too
        with TwoRaylets() if given.ray else nullcontext() as cluster:
            return _campaign(given, cluster, server)


def _campaign(given: argparse.Namespace, cluster: TwoRaylets | None, server: LocalS3 | None) -> int:
    log = given.log
    rows = [json.loads(line) for line in log.read_text().splitlines()] if log and log.exists() else []
    known = {row["seed"] for row in rows}
    for seed in range(given.seed, given.seed + given.runs):
        if seed in known:
            continue
        bad = given.inputs // 5
        start = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            found = disturb(Path(folder), seed, given.inputs - bad, bad, given.kills, cluster, server, given.split)
        row = {"seed": seed, "seconds": round(time.monotonic() - start, 1), **vars(found)}
        rows.append(row)
        print(json.dumps(row), flush=True)
        if log:
            with log.open("a") as file:
                file.write(json.dumps(row) + "\n")
    findings = sum(len(row["findings"]) for row in rows)
    print(
        f"{len(rows)} runs of {given.inputs} inputs: {sum(row['workers'] for row in rows)} workers and "
        f"{sum(row['drivers'] for row in rows)} drivers and {sum(row['nodes'] for row in rows)} nodes killed, "
        f"{findings} findings"
    )
    return 1 if findings else 0

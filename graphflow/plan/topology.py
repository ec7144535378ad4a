"""Order and cycles: plain algorithms over numbered nodes, without recursion and without words for users."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence

Successors = Sequence[Iterable[int]]
"""For each node the nodes that come after it; repetitions are harmless."""


def stable_order(successors: Successors) -> list[int]:
    """A topological order that stays as close to 0, 1, 2, ... as it can; nodes on or behind a cycle are left out.

    Always the lowest number that may come next, as MediaPipe's ``TopologicalSorter``: an order that is valid already
    does not change.
    """
    waiting_for = [0] * len(successors)
    for after in successors:
        for node in after:
            waiting_for[node] += 1
    ready = [node for node, count in enumerate(waiting_for) if count == 0]
    order = []
    while ready:
        node = heapq.heappop(ready)
        order.append(node)
        for after_node in successors[node]:
            waiting_for[after_node] -= 1
            if waiting_for[after_node] == 0:
                heapq.heappush(ready, after_node)
    return order


def components(successors: Successors) -> list[int]:
    """The number of each node's strongly connected component: two nodes have the same if each leads to the other.

    Source: Tarjan's algorithm, R. Tarjan, "Depth-first search and linear graph algorithms", 1972; with a stack of its
    own instead of recursion.
    """
    component = [-1] * len(successors)
    index = [-1] * len(successors)
    low = [0] * len(successors)
    path: list[int] = []
    counter = found = 0
    for root in range(len(successors)):
        if index[root] >= 0:
            continue
        index[root] = low[root] = counter
        counter += 1
        path.append(root)
        work = [(root, iter(successors[root]))]
        while work:
            node, rest = work[-1]
            for after in rest:
                if index[after] < 0:
                    index[after] = low[after] = counter
                    counter += 1
                    path.append(after)
                    work.append((after, iter(successors[after])))
                    break
                if component[after] < 0:
                    low[node] = min(low[node], index[after])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == index[node]:
                    while component[node] < 0:
                        component[path.pop()] = found
                    found += 1
    return component


def shortest_path(successors: Successors, start: Iterable[int], goal: int) -> list[int]:
    """The nodes from one of `start` to `goal`, both included, on a shortest way; empty if there is none."""
    came_from: dict[int, int] = {}
    layer = list(dict.fromkeys(start))
    came_from.update((node, -1) for node in layer)
    while layer:
        if goal in came_from:
            way = [goal]
            while came_from[way[-1]] >= 0:
                way.append(came_from[way[-1]])
            return way[::-1]
        following = []
        for node in layer:
            for after in successors[node]:
                if after not in came_from:
                    came_from[after] = node
                    following.append(after)
        layer = following
    return []


def cycles(successors: Successors) -> list[list[int]]:
    """One shortest cycle for each knot of nodes that lead to each other; each starts at its lowest node."""
    component = components(successors)
    members: dict[int, list[int]] = {}
    for node, number in enumerate(component):
        members.setdefault(number, []).append(node)
    found = []
    for nodes in members.values():
        local = {node: number for number, node in enumerate(nodes)}
        inside = [[local[after] for after in successors[node] if after in local] for node in nodes]
        way = shortest_path(inside, inside[0], 0)
        if way:
            found.append([nodes[0], *(nodes[number] for number in way[:-1])])
    return found


def ancestors(
    order: Sequence[int], producers: Sequence[Sequence[int]], is_source: Sequence[bool]
) -> list[frozenset[int]]:
    """For each node the sources and graph inputs that its inputs come from.

    Nodes are visited once in `order`, as in MediaPipe's ``ComputeSourceDependence``: a back edge contributes what is
    known of its producer at that moment, usually nothing.

    Args:
        order: Topological order of the nodes.
        producers: For each node the producers of its inputs: nodes, and graph inputs as -1 - position.
        is_source: Which nodes have no inputs: they are their own ancestor.
    """
    known: list[frozenset[int]] = [frozenset()] * len(producers)
    for node in order:
        if is_source[node]:
            known[node] = frozenset((node,))
            continue
        mine: set[int] = set()
        for producer in producers[node]:
            if producer < 0:
                mine.add(producer)
            else:
                mine |= known[producer]
        known[node] = frozenset(mine)
    return known

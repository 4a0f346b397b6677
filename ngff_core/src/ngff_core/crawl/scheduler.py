"""Rounds: merge what many running visits want into batches of keys, deepest first.

A visit is a generator that yields what it wants and is sent the answers. Starting the visits of a group's
children one after the other, and always those of the deepest group first, keeps the number of open visits small
whatever the size of the hierarchy.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, NamedTuple

from ngff_core.errors import StoreError
from ngff_core.hierarchy.nodes import Node
from ngff_core.issues.issue import Issue

__all__ = ["Answer", "Crawled", "Reply", "Request", "Visit", "Want", "crawl"]

Answer = bytes | StoreError | None


class Request(NamedTuple):
    """One batch: keys to get, and prefixes to list; ``asked`` is who waits for them."""

    keys: list[str]
    prefixes: list[str]
    asked: Sequence[Any]


class Reply(NamedTuple):
    """What came of a request: the values of its keys, and its listings."""

    request: Request
    values: Sequence[Answer]
    listings: Sequence[Any]


class Want(NamedTuple):
    """What one visit waits for: keys, at most one listing, and visits of other groups.

    ``arrived`` is called with the values of the keys as soon as they are there; no visit goes on before that.
    """

    keys: Sequence[str] = ()
    prefix: str | None = None
    visits: Sequence[Generator[Want, Any, Crawled]] = ()
    arrived: Callable[[Sequence[Answer]], None] | None = None


class Crawled:
    """What came of visiting one node and all below it."""

    __slots__ = ("counts", "issues", "node")

    def __init__(self, node: Node, issues: list[Issue], counts: Counter[str] | None = None) -> None:
        self.node = node
        self.issues = issues
        self.counts: Counter[str] = Counter() if counts is None else counts


Visit = Generator[Want, Any, Crawled]


class _Task:
    """A running visit, what it waits for, and who waits for it."""

    __slots__ = ("answers", "asking", "held", "outcomes", "parent", "pending", "position", "visit", "visits")

    def __init__(self, visit: Visit, parent: _Task | None, position: int) -> None:
        self.visit = visit
        self.parent = parent
        self.position = position
        self.pending = 0
        self.asking = False  # its keys are under way
        self.held: list[_Task] = []  # visits that have their answers before it has its own
        self.answers: list[Any] = []
        self.visits: Iterator[tuple[int, Visit]] = iter(())
        self.outcomes: list[Crawled | None] = []


def crawl(first: Visit, batch: int) -> Generator[Request | None, Reply | None, Crawled]:
    """Run a visit and all that it leads to.

    Yields requests of about ``batch`` keys and is sent replies, in any order; sent ``None`` it yields a further
    request, or ``None`` when it cannot go on without a reply.
    """
    stack: list[_Task] = []  # tasks with visits yet to start; the deepest on top
    result: list[Crawled] = []
    keys: list[str] = []
    prefixes: list[str] = []
    waiting: list[tuple[_Task, int, Want]] = []

    def resume(task: _Task) -> None:
        try:
            want = task.visit.send(None) if task.pending < 0 else task.visit.send((task.answers, task.outcomes))
        except StopIteration as stop:
            finish(task, stop.value)
            return
        task.answers, task.outcomes = [], [None] * len(want.visits)
        task.visits = iter(enumerate(want.visits))
        asks = bool(want.keys) or want.prefix is not None
        task.pending = asks + len(want.visits)
        if asks:
            task.asking = True
            waiting.append((task, len(keys), want))
            keys.extend(want.keys)
            if want.prefix is not None:
                prefixes.append(want.prefix)
        if want.visits:
            stack.append(task)
        if not task.pending:
            resume(task)

    def finish(task: _Task, outcome: Crawled) -> None:
        parent = task.parent
        if parent is None:
            result.append(outcome)
            return
        parent.outcomes[task.position] = outcome
        parent.pending -= 1
        if not parent.pending:
            resume(parent)

    def go_on(task: _Task) -> None:
        if task.parent is not None and task.parent.asking:
            task.parent.held.append(task)
        elif not task.pending:
            resume(task)

    root = _Task(first, None, 0)
    root.pending = -1
    resume(root)
    while not result:
        while stack and len(keys) < batch:
            entry = next(stack[-1].visits, None)
            if entry is None:
                stack.pop()
                continue
            task = _Task(entry[1], stack[-1], entry[0])
            task.pending = -1
            resume(task)
        if result:
            break
        request = Request(keys, prefixes, waiting) if waiting else None
        waiting, keys, prefixes = [], [], []
        reply = yield request
        if reply is None:
            continue
        listed = iter(reply.listings)
        for task, start, want in reply.request.asked:
            found = reply.values[start : start + len(want.keys)]
            task.answers = [found, next(listed) if want.prefix is not None else None]
            if want.arrived is not None:
                want.arrived(found)
            task.asking = False
            task.pending -= 1
            go_on(task)
            held, task.held = task.held, []
            for below in held:
                go_on(below)
    return result[0]

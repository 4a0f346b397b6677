"""What `ngff upgrade` says first: the answer, and the commands that come next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from ngff_core.cli.changing.outcome import Next, shell_command
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.stores.capabilities import url_of
from ngff_core.upgrade.journal import DONE
from ngff_core.upgrade.plan import Plan
from ngff_core.validation.typos import meant_store
from ngff_core.words import counted

__all__ = ["Asked", "headline", "next_commands"]

_can_mend = Reference("ngff_core.editing.offering:can_mend")  # asked where an upgrade was refused


@attrs.frozen
class Asked:
    """What the command was asked for."""

    store: str
    out: str | None
    target: str
    decided: Sequence[str] = ()
    allow_loss: bool = False
    remove_old: bool = False
    verify: str | None = None

    def command(self, *more: str, decided: Sequence[str] = ()) -> str:
        """Return the same command with further options and answers."""
        names = {answer.partition("=")[0] for answer in decided}
        kept = [answer for answer in self.decided if answer.partition("=")[0] not in names]
        words = ["upgrade", self.store, "--to", self.target]
        words += ["--out", self.out] if self.out is not None else []
        for answer in (*kept, *decided):
            words += ["--decide", answer]
        words += ["--allow-loss"] if self.allow_loss and "--allow-loss" not in more else []
        words += ["--remove-old"] if self.remove_old and "--remove-old" not in more else []
        words += ["--verify", self.verify] if self.verify is not None else []
        return shell_command(*words, *more)


def headline(plan: Plan, asked: Asked, status: str) -> str:
    """Return the answer in one line."""
    if plan.source == plan.target and not plan.writes and asked.out is None:
        return f"{status}  {plan.url}  OME-Zarr {plan.source}"
    if plan.source is None:
        return f"{status}  {plan.url}  OME-Zarr unknown"
    way = plan.source if plan.source == plan.target else f"{plan.source} -> {plan.target}"
    if status == "refused":
        return f"{status}  {plan.url}  OME-Zarr {way}"
    put = len(plan.writes.puts)
    count = counted(put, "document")
    if asked.out is not None:
        count += f" in {url_of(asked.out)}"
    elif put < len(plan.writes):
        count += f", {len(plan.writes) - put} deleted"
    return f"{status}  {plan.url}  OME-Zarr {way}: {count}"


def next_commands(plan: Plan, asked: Asked, status: str, registry: Registry) -> list[Next]:
    """Return what a user may want to do now, the likeliest first."""
    if status == "refused":
        return list(_after_refusal(plan, asked, registry))
    if status == "planned":
        return [Next(asked.command(), "carries it out")]
    if status == "done" and asked.out is not None:
        return [Next(shell_command("validate", asked.out), "validates the copy")]
    return list(_after_done(plan, asked)) if status == "done" else []


def _after_done(plan: Plan, asked: Asked) -> Iterator[Next]:
    left = sum(1 for _ in plan.superseded)
    if left:
        documents = f"the {counted(left, 'document')}" if left > 1 else "the document"
        yield Next(asked.command("--remove-old"), f"deletes {documents} of the old Zarr format, when all is well")
    does = f"takes it back, by the journal {DONE} in the store"
    yield Next(shell_command("upgrade", asked.store, "--rollback"), does)


def _after_refusal(plan: Plan, asked: Asked, registry: Registry) -> Iterator[Next]:
    if plan.around and asked.out is None and not _is_decided(asked, "part"):
        yield Next(shell_command("upgrade", plan.around, "--to", asked.target), "upgrades all of it")
        yield Next(asked.command(decided=["part=alone"]), "upgrades this part all the same")
        return
    answers = list(dict.fromkeys(obstacle.decide for obstacle in plan.obstacles if obstacle.decide))
    lossy = bool(plan.losses) and not asked.allow_loss
    more = ["--allow-loss"] if lossy else []
    if all(obstacle.decide for obstacle in plan.obstacles) and (answers or lossy):
        does = ["leaves as it is what cannot be done"] if "unconverted=keep" in answers else []
        does += ["answers otherwise what is in the way"] if set(answers) - {"unconverted=keep"} else []
        does += ["drops what would be lost"] if lossy else []
        yield Next(asked.command(*more, decided=answers), ", ".join(does))
    elif (near := meant_store(plan.store)) is not None:
        yield Next(attrs.evolve(asked, store=near).command(), "upgrades the store that is there")
    elif not plan.obstacles:
        if _can_mend(plan.before, plan.read, registry):
            yield Next(shell_command("fix", asked.store, "--plan"), "shows what of it can be mended by a command")
        yield Next(shell_command("validate", asked.store), "shows what to mend first")


def _is_decided(asked: Asked, name: str) -> bool:
    return any(answer.partition("=")[0] == name for answer in asked.decided)

"""Carry out a change within a version in one store, and say what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs

from ngff_core.cli.changing.outcome import Next, Outcome, shell_command
from ngff_core.cli.changing.run import OnProgress
from ngff_core.editing.plan import EditPlan
from ngff_core.editing.render import edit_json, edit_lines
from ngff_core.editing.run import ACTIONS, carry_out, finish
from ngff_core.errors import StoreError
from ngff_core.issues.requirement import Severity
from ngff_core.migration.interface import Remark
from ngff_core.plugins.registry import Registry
from ngff_core.references import Reference
from ngff_core.stores import Store
from ngff_core.stores.answers import names_in
from ngff_core.stores.capabilities import archive_of, url_of
from ngff_core.stores.writing import writer_of
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.in_place import writer_in_place
from ngff_core.upgrade.run import interrupted, refuse_other
from ngff_core.validation.typos import suggestion_of_store
from ngff_core.words import counted
from ngff_core.zarr.keys import DOCUMENTS

__all__ = ["Changing"]

_write_archive = Reference("ngff_core.editing.archive:write_archive")


@attrs.frozen(eq=False)
class Changing:
    """Changes each store for a command, or plans to: in which name, by which plugins, and by which plan.

    ``plan`` is called with an open store, ``registry`` and ``on_progress``. ``again`` are the words that it was given
    besides the store, to be said again. ``mends``: errors that are left make it fail; ``goes_on``: what was interrupted
    and finished may have been another change than this one. ``out`` is where an archive is written to, which itself
    stays as it is.
    """

    command: str
    plan: Callable[..., EditPlan]
    registry: Registry
    only_plan: bool
    break_lock: bool
    again: Sequence[str] = ()
    mends: bool = False
    goes_on: bool = False
    out: str | None = None

    def __call__(self, store: Store, name: str, on_progress: OnProgress) -> Outcome:
        """Finish what was interrupted in a store, or plan a change and carry it out; return what became of it."""
        if self.out is None and self._finish(store) and not self.goes_on:
            return _finished(url_of(name), self.command)
        plan = self.plan(store, registry=self.registry, on_progress=on_progress)
        reasons = plan.refusals()
        if plan.version is None and not reasons:
            return _unknown(plan)
        if not reasons:
            self._carry_out(plan)
        return self._outcome(plan, name, reasons)

    def _carry_out(self, plan: EditPlan) -> None:
        """Write what was planned; where only a plan is wanted, note what would keep it from being written."""
        if self.only_plan:
            try:
                self._refuse_unwritable(plan)
                if plan.writes and self.out is None:
                    writer_in_place(plan)  # which looks for links, as writing does by itself
            except StoreError as error:
                plan.remarks = [*plan.remarks, Remark("", f"it could not be carried out there: {error}")]
        elif plan.writes and self.out is not None:
            _write_archive(plan, self.out)
        else:
            self._refuse_unwritable(plan)
            carry_out(plan, break_lock=self.break_lock)

    def _refuse_unwritable(self, plan: EditPlan) -> None:
        """Raise StoreError where a store cannot be changed in place."""
        if not plan.writes or self.out is not None:
            return
        if archive_of(plan.store) is not None:
            raise StoreError(f"{plan.url} is an archive, which is not changed in place", hint=self._hint_of_archive())
        try:
            writer_of(plan.store)
        except StoreError as error:  # whose hint may be to write a copy
            raise StoreError(str(error), hint="copy it to where you can write, and change that") from None

    def _hint_of_archive(self) -> str:
        return "unpack it, and change that" if self.command == "rebuild" else "--out FILE writes it anew"

    def _finish(self, store: Store) -> bool:
        if not self.only_plan:
            return finish(store, self.command, break_lock=self.break_lock)
        about = interrupted(store)
        if about is not None:
            refuse_other(store, about, self.command)
            hint = "finish it by the same command without --plan, or take it back with --rollback"
            raise StoreError(f"{ACTIONS[self.command]} of {store.url} was interrupted", hint=hint)
        return False

    def _outcome(self, plan: EditPlan, name: str, reasons: Sequence[str]) -> Outcome:
        idle = not plan.writes
        status = "refused" if reasons else "unchanged" if idle else "planned" if self.only_plan else "done"
        errors = plan.after.count(Severity.ERROR)
        return Outcome(
            url=plan.url,
            status=status,
            headline=_headline(plan, status),
            code=3 if plan.after.exit_code() == 3 else 1 if reasons or (errors and self.mends) else 0,
            reasons=reasons,
            causes=self._causes(plan, reasons),
            following=list(self._next(plan, name, status)),
            details=edit_lines(plan, only_plan=self.only_plan),
            result=lambda: edit_json(plan, status),
        )

    def _causes(self, plan: EditPlan, reasons: Sequence[str]) -> list[str]:
        if reasons or not self.mends:
            return list(dict.fromkeys(obstacle.text for obstacle in plan.obstacles))
        return list(dict.fromkeys(i.rule for i in plan.after.issues if i.severity is Severity.ERROR))

    def _next(self, plan: EditPlan, name: str, status: str) -> Iterator[Next]:
        archived = archive_of(plan.store) is not None
        if status == "planned":
            out = ["--out", "FILE"] if archived and self.out is None else []
            yield Next(shell_command(self.command, name, *self.again, *out), "carries it out")
        if status == "done" and archived:
            yield Next(shell_command("validate", self.out or ""), "validates the new archive")
        elif status == "done":
            yield Next(shell_command(self.command, name, "--rollback"), "takes it back")
        if plan.after.issues and status != "refused" and self.out is None:
            yield Next(shell_command("validate", name), "lists what is left")


def _headline(plan: EditPlan, status: str) -> str:
    before, after = (plan.count(report) for report in (plan.before, plan.after))
    begin = f"{status}  {plan.url}  OME-Zarr {plan.version or 'unknown'}"
    if status == "refused":
        return begin
    if status == "unchanged" and plan.command != "fix":
        return f"{begin}: all is as it is to be"
    if status == "unchanged":
        return f"{begin}: {'nothing to mend' if not plan.before.issues else f'{before}, none that could be mended'}"
    return f"{begin}: {counted(len(plan.writes), 'document')}; {before} -> {after}"


def _unknown(plan: EditPlan) -> Outcome:
    there = names_in(plan.store, "") != [] or any(plan.store.get_many(DOCUMENTS))
    what = "the store has no OME-Zarr metadata that could be read" if there else "there is nothing"
    text = f"{what}{suggestion_of_store(plan.store)}"
    result: JSONObject = {"schema": 1, "command": plan.command, "url": plan.url, "status": "failed", "reasons": [text]}
    return Outcome(
        url=plan.url, status="failed", headline=f"failed  {plan.url}", code=3, reasons=[text], result=lambda: result
    )


def _finished(url: str, command: str) -> Outcome:
    result: JSONObject = {"schema": 1, "command": command, "url": url, "status": "finished"}
    said = f"finished  {url}  {ACTIONS[command]} that was interrupted"
    return Outcome(url=url, status="finished", headline=said, result=lambda: result)

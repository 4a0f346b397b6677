"""Take back the last change of a store, where it is one of this command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ngff_core.cli.changing.outcome import Next, Outcome, shell_command
from ngff_core.cli.changing.run import OnProgress
from ngff_core.errors import UsageError
from ngff_core.stores import Store
from ngff_core.stores.capabilities import url_of
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.run import command_of, last_upgrade, rollback_store

__all__ = ["Rollback"]


@attrs.frozen(eq=False)
class Rollback:
    """Takes back the last change of a store where a command has made it; of upgrades, to a version if one is given."""

    command: str
    break_lock: bool
    single: bool
    target: str | None = None

    def __call__(self, store: Store, name: str, on_progress: OnProgress) -> Outcome:
        """Take it back; return what became of the store."""
        last, url = last_upgrade(store), url_of(name)
        own = last is None or command_of(last) in (self.command, "save")  # the latter of a program that was interrupted
        other = last is not None and not (own and self.target in (None, last.get("to")))
        about = None if other else rollback_store(store, break_lock=self.break_lock)  # which tells of what is not there
        if about is None:
            return self._nothing(url, last)
        done: JSONObject = {
            "schema": 1,
            "url": url,
            "from": about.get("from"),
            "to": about.get("to"),
            "command": command_of(about),
            "status": "taken back",
        }
        return Outcome(
            url=url,
            status="taken back",
            headline=f"taken back  {url}  {self._said(about)}",
            following=_before(store, name),
            result=lambda: done,
        )

    def _nothing(self, url: str, last: Mapping[str, Any] | None) -> Outcome:
        said = f"there is no {self.command} of {url}{f' to {self.target}' if self.target else ''} to take back"
        if last is not None and command_of(last) != self.command:
            said = f"the last change of {url} was made by ngff {command_of(last)}, which takes it back"
        if self.single:
            raise UsageError(said)
        result: JSONObject = {"schema": 1, "url": url, "status": "unchanged"}
        return Outcome(url=url, status="unchanged", headline=f"unchanged  {said}", result=lambda: result)

    def _said(self, about: Mapping[str, Any]) -> str:
        if self.command == "upgrade":
            return f"is OME-Zarr {about.get('from')} again"
        return f"is as it was before ngff {self.command}"


def _before(store: Store, name: str) -> list[Next]:
    """Return the command that takes back the change before the one that was, if there was one."""
    before = last_upgrade(store)
    if before is None:
        return []
    command = command_of(before)
    what = f"the upgrade before it, from {before.get('from')} to {before.get('to')}"
    does = f"takes back {what if command == 'upgrade' else f'what ngff {command} has done before it'}"
    return [Next(shell_command(command, name, "--rollback"), does)]

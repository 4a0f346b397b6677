"""Upgrade one store, and say what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from ngff_core.cli.changing.outcome import Outcome
from ngff_core.cli.changing.run import OnProgress
from ngff_core.cli.changing.upgraded import Asked, headline, next_commands
from ngff_core.errors import StoreError
from ngff_core.plugins.registry import Registry
from ngff_core.stores import Store
from ngff_core.stores.capabilities import url_of
from ngff_core.structure.values import JSONObject
from ngff_core.upgrade.plan import Plan, plan_upgrade
from ngff_core.upgrade.render import plan_json, plan_lines
from ngff_core.upgrade.run import carry_out, finish, interrupted, look_ahead, open_out

__all__ = ["Upgrade"]


@attrs.frozen(eq=False)
class Upgrade:
    """Upgrades a store, or plans to; called with an open store and its name."""

    asked: Asked  # of any store
    answers: Mapping[str, str]
    registry: Registry
    connection: Mapping[str, object]
    only_plan: bool
    break_lock: bool

    @property
    def fate(self) -> str:
        """What becomes of a result that is not right."""
        return "was taken back" if self.asked.out is None else "was left without documents at its root"

    def __call__(self, store: Store, name: str, on_progress: OnProgress) -> Outcome:
        """Finish the upgrade of a store, or plan one and carry it out; return what became of it."""
        asked, out = attrs.evolve(self.asked, store=name), self.asked.out
        if out is None and self._finish(store):
            return _finished(url_of(name), asked.target)
        plan = plan_upgrade(
            store,
            asked.target,
            decisions=self.answers,
            remove_old=asked.remove_old,
            storage_options=self.connection,
            registry=self.registry,
            on_progress=on_progress,
        )
        reasons = plan.refusals(allow_loss=asked.allow_loss, in_place=out is None)
        if not reasons and not self.only_plan:
            carry_out(
                plan,
                open_out(out, self.registry, self.connection),
                allow_loss=asked.allow_loss,
                verify=asked.verify,
                break_lock=self.break_lock,
                registry=self.registry,
            )
        elif not reasons:
            look_ahead(plan, in_place=out is None)
        return self._outcome(plan, asked, reasons)

    def _finish(self, store: Store) -> bool:
        """Finish an upgrade that was interrupted, if there is one; where only a plan is wanted, StoreError for it."""
        if not self.only_plan:
            return finish(store, self.asked.target, self.registry, verify=self.asked.verify, break_lock=self.break_lock)
        if interrupted(store) is not None:
            hint = "finish it by the same command without --plan, or take it back with --rollback"
            raise StoreError(f"an upgrade of {store.url} was interrupted", hint=hint)
        return False

    def _outcome(self, plan: Plan, asked: Asked, reasons: Sequence[str]) -> Outcome:
        idle = plan.nothing_to_do and asked.out is None
        status = "refused" if reasons else "unchanged" if idle else "planned" if self.only_plan else "done"
        return Outcome(
            url=plan.url,
            status=status,
            headline=headline(plan, asked, status),
            code=0 if not reasons else 3 if plan.source is None else 1,
            reasons=reasons,
            causes=_causes(plan, asked) if reasons else (),
            following=next_commands(plan, asked, status, self.registry),
            details=plan_lines(plan, self.registry, reasons, only_plan=self.only_plan),
            result=lambda: plan_json(plan, self.registry, status, reasons),
            whole=plan.source is not None,
        )


def _finished(url: str, target: str) -> Outcome:
    result: JSONObject = {"schema": 1, "url": url, "to": target, "status": "finished"}
    said = f"finished  {url}  the upgrade to OME-Zarr {target} that was interrupted"
    return Outcome(url=url, status="finished", headline=said, result=lambda: result, whole=True)


def _causes(plan: Plan, asked: Asked) -> list[str]:
    """Return what stands in the way, each once: other stores may have the same in other places."""
    losses = () if asked.allow_loss else plan.losses
    return list(dict.fromkeys(remark.text for remark in (*plan.obstacles, *losses)))

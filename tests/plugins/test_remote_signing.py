"""Credentials that one thread finds to be needed serve the requests of the others that are under way."""

from __future__ import annotations

from typing import Any

import pytest

from ngff_core.stores import UndecidedError

access_module = pytest.importorskip("ngff_remote.clients.access", reason="ngff-remote is not installed")


def test_a_refusal_that_comes_when_others_sign_already(monkeypatch: pytest.MonkeyPatch) -> None:
    from ngff_remote.address import parse
    from ngff_remote.clients.failures import Failure
    from ngff_remote.options import parse_options

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "owner")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    access = access_module.Access(parse("s3://bucket/store"), parse_options({}, "s3"))
    anonymous = access.client
    seen: list[bool] = []

    def read(client: Any, want: Any) -> bytes | Failure:
        seen.append(client is anonymous)
        if client is not anonymous:
            return b"{}"
        if want == "first":
            return Failure(UndecidedError("no"), 403)
        assert access.read("first") == b"{}"  # what another thread does in the meantime
        return Failure(UndecidedError("no"), 403)

    monkeypatch.setattr(access, "_read", read)
    assert access.read("second") == b"{}"
    assert seen == [True, True, False, False]

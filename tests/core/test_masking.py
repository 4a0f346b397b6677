"""Secrets in texts: what is taken out of them, and what is left."""

from __future__ import annotations

import base64
import io
import json
import os
import pickle
import sys
import threading
import traceback

import pytest

from ngff_core.checking.settings import Settings
from ngff_core.errors import StoreError, UsageError
from ngff_core.masking import MaskedStream, hidden, known, masked, remember_address, remember_options
from ngff_core.migration.interface import Notes
from ngff_core.stores.capabilities import url_of
from ngff_core.validation.many.addresses import Address
from ngff_core.validation.many.jobs import Job
from ngff_core.words import abbreviate, bounded, listed, short

SECRET = "Zq7-s3cr3t-Wx9"


@pytest.fixture(autouse=True)
def _forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.masking.known._known", {})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://user:pass@host/a?sig=1", "https://host/a"),
        ("http://user@host:80/a@b", "http://host:80/a@b"),
        ("http://me:p@ss@host/a", "http://host/a"),
        ("http://me:p/w@host/a", "http://host/a"),
        ("http://[::1]:80/a@b", "http://[::1]:80/a@b"),
        ("403, url='https://host/a/b?X-Amz-Signature=abc&x=y'", "403, url='https://host/a/b'"),
        ("https://host/a?TOKEN and more", "https://host/a and more"),
        ("https://host/page/#a-section", "https://host/page/#a-section"),
        ("https://host/page/#access_token=abc", "https://host/page/"),
        ('HTTPStore("http://u@127.0.0.1:9/a")', 'HTTPStore("http://127.0.0.1:9/a")'),
        ("s3://key:secret@bucket/a", "s3://bucket/a"),
        ("s3://bucket/what?/x.zarr", "s3://bucket/what?/x.zarr"),
        ("s3://bucket/x.zarr?versionId=1", "s3://bucket/x.zarr"),
        ("s3://bucket/a key?", "s3://bucket/a key?"),
        ("abfs://b@lab.dfs.core.windows.net/x", "abfs://b@lab.dfs.core.windows.net/x"),
        ("abfs://b:key@lab.dfs.core.windows.net/x", "abfs://lab.dfs.core.windows.net/x"),
        ("github://org:repo@main/x", "github://org:repo@main/x"),
        ("zip::https://u:p@host/x.zip?a=b", "zip::https://host/x.zip"),
        ("simplecache::zip://a.zarr::ftp://u:p@host/x.zip", "simplecache::zip://a.zarr::ftp://host/x.zip"),
        ("http://host/http://u:p@other/x", "http://host/http://other/x"),
        ("GET /a?x=1&X-Amz-Signature=abc&sig=d HTTP/1.1", "GET /a?x=1&X-Amz-Signature=***&sig=*** HTTP/1.1"),
        ("Authorization: Basic bWU6cHc=", "Authorization: Basic ***"),
        ("{'x-amz-security-token': 'abc'}", "{'x-amz-security-token': '***'}"),
        ("http:/me:pass@host/x", "http:/host/x"),
        ("'HTTPS:me:pass@host/x?a=b'", "'HTTPS:host/x'"),
        ("s3:/key:secret@bucket/a", "s3:/bucket/a"),
        ("abfs:/b@lab.dfs.core.windows.net/x", "abfs:/b@lab.dfs.core.windows.net/x"),
        ("http:/host/a@b, c:/me@host and az: nothing", "http:/host/a@b, c:/me@host and az: nothing"),
        ("nothing to hide?", "nothing to hide?"),
        ("a = b, C:\\data\\x.zarr and 12:30", "a = b, C:\\data\\x.zarr and 12:30"),
    ],
)
def test_r2_addresses_are_shown_without_secrets(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert masked(shown) == shown


@pytest.mark.parametrize(
    "url",
    [
        f"https://me:{SECRET}@host/a",
        f"https://host/a?token={SECRET}",
        f"https://host/a?X-Amz-Signature={SECRET}&x=1",
        f"https://host/a?sv=1&sig={SECRET}",
        f"zip::s3://key:{SECRET}@bucket/x.zip",
    ],
)
def test_r2_what_is_a_secret_in_an_address_is_in_no_other_text(url: str) -> None:
    remember_address(url)
    for text in (f"what {SECRET} is", json.dumps({"a": f"'{SECRET}'"}), f"/{SECRET}/"):
        assert SECRET not in hidden(text)
        assert SECRET not in masked(text)


@pytest.mark.parametrize("value", ['quote"and\\slash', "amp&<less>", "it's one", "ümläut-ß", "with space"])
def test_r2_secrets_are_known_in_other_forms(value: str) -> None:
    from shlex import quote as shell
    from urllib.parse import quote
    from xml.sax.saxutils import escape, quoteattr

    remember_options({"secret_access_key": value})
    forms = (value, quote(value, safe=""), json.dumps(value), json.dumps(value, ensure_ascii=False), repr(value))
    for text in (*forms, escape(value), quoteattr(value), shell(value)):
        assert value[:4] not in hidden(text), text


@pytest.mark.parametrize(
    "options",
    [
        {"secret_access_key": SECRET},
        {"AWS_SESSION_TOKEN": SECRET},
        {"sas_key": f"sv=1&sig={SECRET}"},
        {"header.Authorization": f"Bearer {SECRET}"},
        {"header.X-Api-Key": SECRET},
        {"header.X-Anything": f"{SECRET}{SECRET}"},
        {"proxy": f"http://me:{SECRET}@proxy:3128"},
        {"s3": {"secret": SECRET}},
    ],
)
def test_r2_options_that_are_secrets(options: dict[str, object]) -> None:
    remember_options(options)
    value = next(iter(options.values()))
    for text in (f"a {value} b", f"a {SECRET} b" if value != 2 * SECRET else ""):
        assert SECRET not in hidden(text)


KEY = "aB3/dEf+gHiJkLmNoPqR=="


@pytest.mark.parametrize(
    ("variable", "value", "secrets"),
    [
        ("AWS_SESSION_TOKEN", KEY, [KEY]),
        ("AWS_ACCESS_KEY_ID", "AKIDAKIDAKID", ["AKIDAKIDAKID"]),
        ("AZURE_STORAGE_SAS_TOKEN", f"sv=1&sig={KEY}", [KEY]),
        ("AZURE_CLIENT_SECRET", KEY, [KEY]),
        ("GOOGLE_SERVICE_ACCOUNT_KEY", KEY, [KEY]),
        ("AWS_ENDPOINT_URL", f"http://me:{SECRET}@host", [SECRET, base64.b64encode(f"me:{SECRET}".encode()).decode()]),
        ("http_proxy", f"me:{SECRET}@host:1", [SECRET, base64.b64encode(f"me:{SECRET}".encode()).decode()]),
        ("ALL_PROXY", f"http://me:{SECRET}@host:1", [SECRET, base64.b64encode(f"me:{SECRET}".encode()).decode()]),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/token", []),
        ("AWS_ROLE_SESSION_NAME", "validation", []),
        ("AZURE_AUTHORITY_HOST", "https://login.example.org", []),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/home/me/key.json", []),
        ("AWS_REGION", "eu-west-1", []),
        ("PASSWORD", SECRET, []),
    ],
)
def test_attack5_secrets_of_the_environment(
    variable: str, value: str, secrets: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are sent to remote stores, which may say them again."""
    for name in [*os.environ]:
        if name.upper().startswith(("AWS_", "AZURE_", "GOOGLE_")) or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv(variable, value)
    remember_address("image.zarr")
    assert not known._known
    remember_address("s3://bucket/image.zarr")
    assert bool(known._known) == bool(secrets)
    for secret in secrets:
        assert hidden(f"a {secret} b") == "a *** b"


def test_attack5_a_proxy_needs_no_scheme() -> None:
    remember_options({"proxy": f"me:{SECRET}@host:3128"})
    assert hidden(f"{SECRET} {base64.b64encode(f'me:{SECRET}'.encode()).decode()}") == "*** ***"


@pytest.mark.parametrize(
    ("options", "text", "shown"),
    [
        ({"header.X-Lab": "hunter2"}, "a hunter2 b", "a *** b"),
        ({"header.X-Lab": "short"}, "a short b", "a short b"),
        ({"headers": {"X-Lab": "hunter2"}}, "a hunter2 b", "a *** b"),
        ({"header.Authorization": "Bearer hunter2"}, "a Bearer and hunter2", "a Bearer and ***"),
        ({"header.Authorization": "Basic bWU6aHVudGVyMg=="}, "a Basic hunter2", "a Basic ***"),
        ({"token": "a/b~c/d"}, "/attributes/a~1b~0c~1d/0", "/attributes/***/0"),
    ],
)
def test_attack5_headers_are_secret_from_six_characters_on(options: dict[str, object], text: str, shown: str) -> None:
    remember_options(options)
    assert hidden(text) == shown


@pytest.mark.parametrize("before", [0, 30, 50, 55, 115])
def test_attack5_secrets_are_taken_out_before_words_are_cut_off(before: int) -> None:
    secret = "Ab1." * 30
    remember_options({"token": secret})
    text = "-" * before + secret + "-" * 100
    shown = [abbreviate(value) for value in (text, [text, text], {text: 1})]
    shown += [short(text), bounded(text * 20) or "", listed([text, text])]
    for said in shown:
        assert "Ab1." not in said
    assert short("short") == "short"


def test_attack5_secrets_may_come_while_others_are_hidden() -> None:
    """Stores are opened in several threads."""
    failures: list[Exception] = []

    def hides() -> None:
        try:
            for _ in range(300):
                hidden("text")
        except RuntimeError as error:
            failures.append(error)

    threads = [threading.Thread(target=hides) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(100):
        remember_options({"token": f"secret-{number}"})
    for thread in threads:
        thread.join()
    assert failures == []


def test_attack5_remarks_of_migrations_hold_no_secrets() -> None:
    notes = Notes(3)
    notes.remark("", f"read from https://me:{SECRET}@host/a?sig={SECRET}")
    notes.lose("", f"https://me:{SECRET}@host/a")
    assert [remark.text for remark in (*notes.remarks, *notes.losses)] == ["read from https://host/a", "https://host/a"]


def test_r2_what_is_no_secret_stays() -> None:
    remember_address("https://host/image.zarr?v=1&type=image#x")
    remember_address("https://me:pw@host/image.zarr")
    remember_options({"region": "eu-west-1", "endpoint": "https://s3.example.org", "jobs": 3, "header.X-Lab": "idr"})
    text = "an image of type image in eu-west-1, pw, https://s3.example.org, idr"
    assert masked(text) == hidden(text) == text


def test_r2_basic_authorization_is_known() -> None:
    remember_address(f"https://me:{SECRET}@host/a")
    sent = base64.b64encode(f"me:{SECRET}".encode()).decode()
    assert hidden(f"sent {sent}") == "sent ***"


def test_r2_errors_hold_no_secrets() -> None:
    url = f"https://me:{SECRET}@host/a?sig={SECRET}"
    for error in (UsageError(f"no {url}"), StoreError(f"no {url}", hint=f"try {url}")):
        assert str(error) == "no https://host/a"
        assert SECRET not in repr(error) + str(vars(error)) + str(pickle.loads(pickle.dumps(error)))
    assert url_of(url) == "https://host/a"


def test_r2_tracebacks_hold_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stderr", MaskedStream(out))
    try:
        raise ValueError(f"no https://me:{SECRET}@host/a?b={SECRET}")
    except ValueError:
        traceback.print_exc()
    print("more", file=sys.stderr)
    sys.stderr.writelines([f"http://me:{SECRET}@host\n"])
    assert "ValueError: no https://host/a\nmore\nhttp://host\n" in out.getvalue()
    assert SECRET not in out.getvalue()
    assert not hasattr(sys.stderr, "buffer")


def test_r2_work_that_is_sent_to_others_shows_no_secrets() -> None:
    url = f"https://me:{SECRET}@host/a?sig={SECRET}"
    address = Address(url)
    job = Job(address, Settings(), {"secret_access_key": SECRET})
    assert SECRET not in f"{address!r} {job!r} {address.url}"
    assert pickle.loads(pickle.dumps(job)).address.uri == url

"""Secrets in texts: what is taken out of them, and what is left."""

from __future__ import annotations

import base64
import io
import json
import pickle
import sys
import traceback

import pytest

from ngff_core.checking.settings import Settings
from ngff_core.errors import StoreError, UsageError
from ngff_core.masking import MaskedStream, hidden, masked, remember_address, remember_options
from ngff_core.stores.capabilities import url_of
from ngff_core.validation.many.addresses import Address
from ngff_core.validation.many.jobs import Job

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

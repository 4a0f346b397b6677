"""Google, Azure and TLS: the client as it is, against servers on loopback that play the part of the service."""

from __future__ import annotations

import subprocess
from pathlib import Path
from shutil import which
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

import pytest
from web import Answer, Request, serve

from ngff_core.errors import UsageError
from ngff_core.plugins import default_registry
from ngff_core.stores import Store, UndecidedError, UnreachableError

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
FILES = {"b/x/zarr.json": b"{}", "b/x y/ü+/zarr.json": b"[]"}
DATE = "Wed, 21 Oct 2015 07:28:00 GMT"  # without one obstore takes no answer of these services


def store_at(url: str, **options: Any) -> Store:
    return default_registry().open_store(url, {"timeout": 60, **options})


def value_of(store: Store, key: str = "zarr.json") -> Any:
    return store.get_many([key])[0]


def dated(request: Request, proper: Answer) -> Answer:
    return proper._replace(headers={**proper.headers, "Last-Modified": DATE, "ETag": '"1"'})


# --- Google ------------------------------------------------------------------------------------------------


def test_google() -> None:
    with serve(FILES, dated) as server:
        store = store_at("gs://b/x", endpoint=server.url)
        assert store.url == "gs://b/x"
        assert store.get_many(["zarr.json", "none"]) == [b"{}", None]
        assert value_of(store_at("gcs://b/x y/ü+", endpoint=server.url)) == b"[]"
        assert {"authorization" in r.headers for r in server.requests} == {False}
        assert {r.headers["accept-encoding"] for r in server.requests} == {"gzip"}


def test_google_with_a_token() -> None:
    def manners(request: Request, proper: Answer) -> Answer:
        allowed = request.headers.get("authorization") == "Bearer t0ken"
        return dated(request, proper) if allowed else Answer(401)

    with serve(FILES, manners) as server:
        assert value_of(store_at("gs://b/x", endpoint=server.url, bearer_token="t0ken")) == b"{}"
        value = value_of(store_at("gs://b/x", endpoint=server.url))
        assert (type(value), str(value)) == (UndecidedError, "the server refuses access (401)")


def test_google_without_a_bucket() -> None:
    with serve({}, lambda r, a: Answer(404, b"<Error><Code>NoSuchBucket</Code></Error>")) as server:
        value = value_of(store_at("gs://b/x", endpoint=server.url))
    assert (type(value), str(value)) == (UnreachableError, "there is no bucket of that name")


# --- Azure -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["az://b/x", "azure://b/x", "abfs://b@lab.dfs.core.windows.net/x"])
def test_azure(url: str) -> None:
    with serve(FILES, dated) as server:
        store = store_at(url, endpoint=server.url, account_name="lab")
        assert store.url == url
        assert store.get_many(["zarr.json", "none"]) == [b"{}", None]
        assert value_of(store_at("az://b/x y/ü+", endpoint=server.url, account_name="lab")) == b"[]"
        assert {"authorization" in r.headers for r in server.requests} == {False}


def test_azure_names_the_account_in_the_address_or_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve(FILES, dated) as server:
        assert value_of(store_at("abfs://b@lab.dfs.core.windows.net/x", endpoint=server.url)) == b"{}"
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_NAME", "lab")
        assert value_of(store_at("az://b/x", endpoint=server.url)) == b"{}"


def test_azure_without_an_account() -> None:
    with pytest.raises(UsageError) as caught:
        store_at("az://b/x")
    assert str(caught.value) == (
        "az://b needs the name of the storage account; give --storage-option account_name=NAME,"
        " or set AZURE_STORAGE_ACCOUNT_NAME"
    )


def test_azure_with_a_signature() -> None:
    def manners(request: Request, proper: Answer) -> Answer:
        return dated(request, proper) if "sig=s3cr3t" in request.query else Answer(404)

    with serve(FILES, manners) as server:
        options = {"endpoint": server.url, "account_name": "lab", "sas_token": "sv=2024-11-04&sig=s3cr3t"}
        store = store_at("az://b/x", **options)
        assert value_of(store) == b"{}"
        assert "s3cr3t" not in store.url


def test_azure_hides_what_is_private(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not public is not there; so with a key at hand, that is tried before anything is called absent."""

    def manners(request: Request, proper: Answer) -> Answer:
        allowed = request.headers.get("authorization", "").startswith("SharedKey lab:")
        return dated(request, proper) if allowed else Answer(404, b"<Error><Code>ResourceNotFound</Code></Error>")

    with serve(FILES, manners) as server:
        options = {"endpoint": server.url, "account_name": "lab"}
        assert value_of(store_at("az://b/x", **options)) is None
        monkeypatch.setenv("AZURE_STORAGE_ACCOUNT_KEY", "Zm9v")
        assert store_at("az://b/x", **options).get_many(["zarr.json", "none"]) == [b"{}", None]


# --- TLS ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an authority that nobody knows, and the certificate that it gave to 127.0.0.1, with its key."""
    if which("openssl") is None:
        pytest.skip("needs openssl, to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    new = "req -x509 -newkey rsa:2048 -nodes -days 2"
    leaf = "-CA ca.pem -CAkey ca-key.pem -addext subjectAltName=IP:127.0.0.1 -addext basicConstraints=CA:FALSE"
    for arguments in (
        f"{new} -keyout ca-key.pem -out ca.pem -subj /CN=authority",
        f"{new} -keyout key.pem -out cert.pem -subj /CN=server {leaf}",
    ):
        done = subprocess.run(["openssl", *arguments.split()], capture_output=True, cwd=folder, check=False)
        if done.returncode:
            pytest.skip("needs OpenSSL 3, to make a certificate")
    return folder


@pytest.mark.parametrize("path", ["b/x", "b/x+"])
def test_tls(certificate: Path, path: str) -> None:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with serve({f"{path}/zarr.json": b"{}"}, tls=context) as server:
        url = f"{server.url}/{path}"
        assert url.startswith("https://")
        value = value_of(store_at(url))
        assert (type(value), str(value)) == (UnreachableError, "the server's certificate is not trusted")
        assert value.hint == "--storage-option ca=FILE names further authorities"
        assert value_of(store_at(url, ca=str(certificate / "ca.pem"))) == b"{}"
        assert value_of(store_at(url, insecure="true")) == b"{}"


def test_a_missing_file_of_authorities() -> None:
    with pytest.raises(UsageError, match=r"storage option 'ca': /nonexistent/ca.pem could not be read: No such file"):
        store_at("https://127.0.0.1/x", ca="/nonexistent/ca.pem")


def test_tls_is_not_left_by_redirects(certificate: Path) -> None:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    with serve({"zarr.json": b"{}"}) as plain:
        away = Answer(302, headers={"Location": f"{plain.url}/zarr.json"})
        with serve({}, lambda r, a: away, tls=context) as server:
            for path in ("b/x", "b/x+"):
                value = value_of(store_at(f"{server.url}/{path}", insecure="true"))
                assert str(value) == "the server redirects to an address that is not followed"
        assert plain.requests == []

"""A real S3 server: public and private buckets, names, credentials, and everything that may be wrong."""

from __future__ import annotations

import gzip
import io
import json
import socket
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from hierarchies import HIERARCHIES, documents
from s3 import ACCESS_KEY, SECRET_KEY, S3Server
from web import Answer, Request, serve

from ngff_core.cli import main
from ngff_core.errors import StoreError, UsageError
from ngff_core.json_text import dumps
from ngff_core.plugins import default_registry
from ngff_core.report import Report
from ngff_core.stores import MemoryStore, Store, UndecidedError, UnreachableError
from ngff_core.validation.calls import check_store

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v04", reason="needs ngff-v04")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")
KEYS = {"access_key_id": ACCESS_KEY, "secret_access_key": SECRET_KEY}


def store_at(url: str, **options: Any) -> Store:
    return default_registry().open_store(url, {"timeout": 60, **options})


def findings(report: Report) -> list[tuple[str, str, str]]:
    return [(i.rule, i.severity.value, i.node) for i in report.issues]


def value_of(store: Store, key: str = "zarr.json") -> Any:
    return store.get_many([key])[0]


@pytest.fixture
def owned(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    """The server, with the credentials of the owner in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    return s3


# --- what can be read ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HIERARCHIES)
@pytest.mark.parametrize("bucket", ["public", "unlisted"])
def test_anonymous(s3: S3Server, bucket: str, name: str) -> None:
    files = documents(name)
    s3.put(bucket, f"anonymous/{name}", files)
    report = check_store(f"s3://{bucket}/anonymous/{name}", storage_options={"endpoint": s3.endpoint})
    assert report.url == f"s3://{bucket}/anonymous/{name}"
    assert (report.status, findings(report)) == ("valid", findings(check_store(MemoryStore(files))))


def test_a_store(s3: S3Server) -> None:
    s3.put("public", "a", {"zarr.json": b"{}", "0/zarr.json": b"[]", "0/c/0": b"x", "b c/ü/.zattrs": b"{}"})
    store = store_at("s3://public/a/", endpoint=s3.endpoint)
    assert (store.url, store.lists_cheaply) == ("s3://public/a", False)
    assert store.get_many(["zarr.json", "none", "0/zarr.json"]) == [b"{}", None, b"[]"]
    assert store.list("") == ["0/", "b c/", "zarr.json"]
    assert store.list("0") == ["c/", "zarr.json"]
    assert store.list("b c") == ["ü/"]
    assert store.list("none") == []
    assert "a/" in (store_at("s3://public", endpoint=s3.endpoint).list("") or ())


NAMES = ["a b", "ü", "日本", "50%", "%41", "a#b", "a?b", "a+b", "[x]", "a&b=c;d,e", "a'b(c)!*", "~_-."]


@pytest.mark.parametrize("name", NAMES)
def test_names(s3: S3Server, name: str) -> None:
    s3.put("public", f"names/{name}", {"zarr.json": b"{}"})
    url = f"s3://public/names/{name}"
    store = store_at(url, endpoint=s3.endpoint)
    assert store.url == url
    assert value_of(store) == b"{}"
    assert store.list("") == ["zarr.json"]
    assert f"{name}/" in (store_at("s3://public/names", endpoint=s3.endpoint).list("") or ())


def test_the_environment_names_the_endpoint(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.put("public", "env", {"zarr.json": b"{}"})
    for variable in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"):
        monkeypatch.setenv(variable, s3.endpoint)
        assert value_of(store_at("s3://public/env")) == b"{}"
        monkeypatch.delenv(variable)


# --- credentials ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["image-0.5", "plate-0.4"])
def test_anonymous_first_then_the_environment(owned: S3Server, name: str) -> None:
    owned.put("private", f"env/{name}", documents(name))
    report = check_store(f"s3://private/env/{name}", storage_options={"endpoint": owned.endpoint})
    assert report.status == "valid"


def test_the_environment_is_not_asked_where_anybody_may_read(owned: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    owned.put("public", "wrong", {"zarr.json": b"{}"})
    assert value_of(store_at("s3://public/wrong", endpoint=owned.endpoint)) == b"{}"


def test_listing_with_the_environment(owned: S3Server) -> None:
    owned.put("unlisted", "env", {"zarr.json": b"{}"})
    assert store_at("s3://unlisted/env", endpoint=owned.endpoint).list("") == ["zarr.json"]


def test_credentials_as_options(s3: S3Server) -> None:
    s3.put("private", "options", {"zarr.json": b"{}"})
    assert value_of(store_at("s3://private/options", endpoint=s3.endpoint, **KEYS)) == b"{}"


def test_anonymous_only(owned: S3Server) -> None:
    value = value_of(store_at("s3://private/options", endpoint=owned.endpoint, anonymous="true"))
    assert isinstance(value, UndecidedError)


def test_another_environment_is_another_connection(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.put("private", "later", {"zarr.json": b"{}"})
    assert isinstance(value_of(store_at("s3://private/later", endpoint=s3.endpoint)), UndecidedError)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    assert value_of(store_at("s3://private/later", endpoint=s3.endpoint)) == b"{}"


@pytest.fixture
def profiles(s3: S3Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> S3Server:
    """The server, with the credentials of the owner in a file of AWS, as the profile ``lab``."""
    pytest.importorskip("boto3", reason="needs boto3, which reads profiles")
    file = tmp_path / "credentials"
    file.write_text(f"[lab]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    s3.put("private", "profiles", {"zarr.json": b"{}"})
    return s3


def test_the_profile_of_the_environment(profiles: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "lab")
    assert value_of(store_at("s3://private/profiles", endpoint=profiles.endpoint)) == b"{}"


def test_a_profile_as_option(profiles: S3Server) -> None:
    assert value_of(store_at("s3://private/profiles", endpoint=profiles.endpoint, profile="lab")) == b"{}"


def test_a_profile_that_there_is_not(profiles: S3Server) -> None:
    with pytest.raises(UsageError, match=r"the credentials of ~/.aws cannot be used: .*nobody"):
        store_at("s3://private/profiles", endpoint=profiles.endpoint, profile="nobody")


def test_a_default_profile_that_holds_nothing(profiles: S3Server) -> None:
    value = value_of(store_at("s3://private/profiles", endpoint=profiles.endpoint))
    assert (type(value), str(value)) == (UndecidedError, "the server refuses access (403)")


# --- what cannot be read ---------------------------------------------------------------------------------------


def test_private(s3: S3Server) -> None:
    s3.put("private", "x", documents("image-0.5"))
    report = check_store("s3://private/x", storage_options={"endpoint": s3.endpoint})
    assert report.exit_code() == 3
    assert {(i.rule, i.message) for i in report.issues} == {
        ("document-unreadable", f"{name} could not be read: the server refuses access (403)")
        for name in {i.document for i in report.issues}
    }
    assert {i.hint for i in report.issues} == {"give credentials, or check that they allow to read"}


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({**KEYS, "secret_access_key": "wrong"}, "the server does not accept the credentials (SignatureDoesNotMatch)"),
        ({**KEYS, "access_key_id": "nobody"}, "the server does not accept the credentials (InvalidAccessKeyId)"),
    ],
)
def test_wrong_credentials(s3: S3Server, keys: dict[str, str], message: str) -> None:
    value = value_of(store_at("s3://private/x", endpoint=s3.endpoint, **keys))
    assert isinstance(value, UnreachableError)
    assert str(value) == message
    assert keys["secret_access_key"] not in f"{value!r} {value.hint} {value.__context__}"


def test_wrong_credentials_in_the_environment(owned: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    value = value_of(store_at("s3://private/x", endpoint=owned.endpoint))
    assert isinstance(value, UndecidedError)
    assert str(value) == "the server refuses access (403)"
    assert value.hint == "the credentials of the environment are not accepted either (SignatureDoesNotMatch)"


def test_no_list_permission(s3: S3Server) -> None:
    s3.put("unlisted", "x", {"zarr.json": b"{}"})
    store = store_at("s3://unlisted/x", endpoint=s3.endpoint)
    assert store.list("") is None
    assert value_of(store) == b"{}"


def test_missing_bucket(s3: S3Server) -> None:
    value = value_of(store_at("s3://missing/x", endpoint=s3.endpoint, **KEYS))
    assert isinstance(value, UnreachableError)
    assert str(value) == "there is no bucket of that name"
    report = check_store("s3://missing/x", storage_options={"endpoint": s3.endpoint, **KEYS})
    assert (report.status, report.exit_code()) == ("unreadable", 3)
    assert store_at("s3://missing/x", endpoint=s3.endpoint, **KEYS).list("") is None


def test_endpoint_down() -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{found.getsockname()[1]}"
    report = check_store("s3://public/x", storage_options={"endpoint": endpoint, "timeout": 60})
    assert report.exit_code() == 3
    assert {i.message.partition(": ")[2] for i in report.issues} == {"the server refuses connections"}


def test_the_command(s3: S3Server) -> None:
    s3.put("public", "command", documents("image-0.4"))
    command = [sys.executable, "-m", "ngff_core", "validate", "s3://public/command"]
    done = subprocess.run(
        [*command, "--storage-option", f"endpoint={s3.endpoint}"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


# --- archives and signed addresses -----------------------------------------------------------------------------


def archive(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("c/0/0", bytes(1 << 20))
        for key, body in files.items():
            packed.writestr(key, body)
    return file.getvalue()


@pytest.mark.parametrize("name", ["image-0.4", "plate-0.4"])
def test_archives(s3: S3Server, name: str) -> None:
    files = documents(name)
    s3.put("public", "archives", {f"{name}.zip": archive(files)})
    report = check_store(f"s3://public/archives/{name}.zip", storage_options={"endpoint": s3.endpoint})
    assert (report.status, findings(report)) == ("valid", findings(check_store(MemoryStore(files))))


def test_a_signed_address(s3: S3Server) -> None:
    files = documents("image-0.4")
    s3.put("private", "signed place/ü", {"a+b.zip": archive(files)})
    url = s3.presigned("private", "signed place/ü/a+b.zip")
    assert "X-Amz-Signature=" in url
    report = check_store(url)
    assert report.url == url.partition("?")[0]
    assert (report.status, findings(report)) == ("valid", findings(check_store(MemoryStore(files))))


def test_a_signed_address_that_was_tampered_with(s3: S3Server) -> None:
    s3.put("private", "signed", {"a.zip": archive(documents("image-0.4"))})
    url = s3.presigned("private", "signed/a.zip")
    report = check_store(url[:-1] + ("0" if url[-1] != "0" else "1"))
    assert report.exit_code() == 3
    assert "Signature=" not in str([(i.message, i.hint) for i in report.issues])


# --- regions: no server but that of AWS has them, so one that only plays this part ---------------------------------


def elsewhere(region: str, *, tells: bool = True) -> Any:
    def manners(request: Request, proper: Answer) -> Answer | None:
        said = {"x-amz-bucket-region": region} if tells else {}
        authorization = request.headers.get("authorization", "")
        if not authorization:
            return Answer(301, b"<Error><Code>PermanentRedirect</Code></Error>", said)
        if f"/{region}/s3/" in authorization:
            return None
        where = f"<Region>{region}</Region>" if tells else ""
        code = "<Code>AuthorizationHeaderMalformed</Code>" if tells else "<Code>PermanentRedirect</Code>"
        return Answer(400 if tells else 301, f"<Error>{code}{where}</Error>".encode(), said)

    return manners


def test_the_right_region_is_used() -> None:
    with serve({"b/x/zarr.json": b"{}"}, elsewhere("eu-west-3")) as server:
        store = store_at("s3://b/x", endpoint=server.url, **KEYS)
        assert store.get_many(["zarr.json", "none"]) == [b"{}", None]


def test_the_right_region_is_named() -> None:
    with serve({}, elsewhere("eu-west-3")) as server:
        value = value_of(store_at("s3://b/x", endpoint=server.url))
    assert isinstance(value, UnreachableError)
    assert (str(value), value.hint) == (
        "the bucket is in the region eu-west-3",
        "--storage-option region=eu-west-3",
    )


def test_a_wrong_region() -> None:
    with serve({}, elsewhere("eu-west-3", tells=False)) as server:
        value = value_of(store_at("s3://b/x", endpoint=server.url, region="us-west-1", **KEYS))
    assert isinstance(value, UnreachableError)
    assert (str(value), value.hint) == ("the bucket is in another region", "--storage-option region=REGION")


def test_requests_that_the_requester_pays() -> None:
    with serve({"b/x/zarr.json": b"{}"}) as server:
        assert value_of(store_at("s3://b/x", endpoint=server.url, requester_pays="true", **KEYS)) == b"{}"
        assert [r.headers["x-amz-request-payer"] for r in server.requests] == ["requester"]


def test_a_listing_with_an_empty_child() -> None:
    names = ["x/", "x/zarr.json"]
    contents = "".join(f"<Contents><Key>{n}</Key><Size>1</Size><LastModified>2024-01-01T00:00:00.000Z</LastModified></Contents>" for n in names)  # fmt: skip  # noqa: E501
    listing = "<ListBucketResult><Name>b</Name><IsTruncated>false</IsTruncated>{}<CommonPrefixes><Prefix>x/0/</Prefix></CommonPrefixes>{}</ListBucketResult>"  # fmt: skip  # noqa: E501
    body = {
        "list": listing.format(contents, ""),
        "empty": listing.format(contents, "<CommonPrefixes><Prefix>x//</Prefix></CommonPrefixes>"),
    }
    kind = "list"

    def manners(request: Request, proper: Answer) -> Answer | None:
        return Answer(200, body[kind].encode()) if "list-type" in request.query else None

    with serve({f"b/x/{key}": data for key, data in documents("image-0.5").items()}, manners) as server:
        store = store_at("s3://b/x", endpoint=server.url)
        assert store.list("") == ["0/", "zarr.json"]
        kind = "empty"
        assert store.list("") is None  # such a name cannot be read: as good as not allowed
        assert check_store(store).status == "valid"


@pytest.mark.parametrize(("status", "error"), [(403, UndecidedError), (500, StoreError)])
def test_a_lock_against_instance_metadata(status: int, error: type[StoreError], s3: S3Server) -> None:
    """No credentials are looked for outside the environment: an answer comes at once."""
    with serve({}, lambda r, a: Answer(status)) as server:
        value = value_of(store_at("s3://b/x", endpoint=server.url))
        assert type(value) is error
        assert {"authorization" in r.headers for r in server.requests} == {False}


def test_an_inventory(owned: S3Server, capsys: pytest.CaptureFixture[str]) -> None:
    """The manifest and its files are in one bucket, the stores in another, all in a real server."""
    names = [*HIERARCHIES][:3]
    keys = [f"inventory/{name} +/{key}" for name in names for key in documents(name)]
    for name in names:
        owned.put("private", f"inventory/{name} +", documents(name))
    rows = "".join(f'"private","{quote_plus(key, "/")}","true"\n' for key in keys)
    manifest = {"sourceBucket": "private", "fileFormat": "CSV", "fileSchema": "Bucket, Key, IsLatest"}
    place = "lists/private/daily"
    manifest["files"] = [{"key": f"{place}/data/1.csv.gz"}]
    owned.put("public", place, {"1/manifest.json": dumps(manifest), "data/1.csv.gz": gzip.compress(rows.encode())})
    at = ["--storage-option", f"endpoint={owned.endpoint}", "--timeout", "60", "--format", "jsonl"]
    with pytest.raises(SystemExit):
        main(["validate", "--from", f"s3://public/{place}/1/manifest.json", *at])
    results = [json.loads(line)["result"] for line in capsys.readouterr().out.splitlines()[:-1]]
    assert [result["url"] for result in results] == sorted(f"s3://private/inventory/{name} +" for name in names)
    assert {result["status"] for result in results} == {"valid"}

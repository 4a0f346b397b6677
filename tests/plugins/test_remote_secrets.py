"""No command shows or writes a secret, wherever the address that holds it is given."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import click
import pytest
from hierarchies import documents
from web import WebServer, serve

from ngff_core.cli import cli, main
from ngff_core.masking import MaskedStream

pytest.importorskip("ngff_remote", reason="needs ngff-remote")
pytest.importorskip("ngff_v04", reason="needs ngff-v04")
pytest.importorskip("ngff_v05", reason="needs ngff-v05")

SECRET = "Zq7-s3cr3t-Wx9"
IN_BASE64 = [base64.b64encode(f"{user}:{SECRET}".encode()).decode()[:24] for user in ("me", "")]
OPTIONS = ("secret_access_key", "session_token", "header.Authorization", "header.X-Api-Key", "token")
FAST = ["--timeout", "1"]


@pytest.fixture(scope="module")
def server() -> Iterator[WebServer]:
    with serve(documents("image-0.4")) as running:
        yield running


@pytest.fixture(autouse=True)
def _place(server: WebServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ngff_core.masking.known._known", {})
    monkeypatch.setattr("ngff_remote.clients.make.RETRIES", 0)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.chdir(tmp_path)


def addresses(place: str) -> dict[str, str]:
    host = place.removeprefix("http://")
    return {
        "user": f"http://me:{SECRET}@{host}",
        "absent": f"http://me:{SECRET}@{host}/nothing.zarr",
        "token": f"http://{host}?token={SECRET}",
        "signed": f"http://{host}/?X-Amz-Signature={SECRET}&X-Amz-Credential=a%2F{SECRET}",
        "SAS": f"http://{host}?sv=1&sig={quote(SECRET)}",
        "archive": f"http://me:{SECRET}@{host}/x.ozx?sig={SECRET}",
        "malformed": f"http://me:p/{SECRET}@{host}/x.zarr",
        "no port": f"http://me:{SECRET}@127.0.0.1:port/x.zarr",
        "nobody": f"http://me:{SECRET}@127.0.0.1:1/x?sig={SECRET}",
        "S3": f"s3://key:{SECRET}@bucket/x.zarr",
        "S3 query": f"s3://bucket/x.zarr?X-Amz-Signature={SECRET}",
        "fsspec": f"zip::http://me:{SECRET}@127.0.0.1:1/x.zip?sig={SECRET}",
        "unknown": f"gopher://me:{SECRET}@127.0.0.1:1/x?sig={SECRET}",
        "pattern": f"http://me:{SECRET}@{host}/*.zarr?sig={SECRET}",
    }


KINDS = list(addresses("http://127.0.0.1"))


def run(*arguments: str) -> None:
    """Run the command as the script does, with tracebacks on standard error."""
    stderr = sys.stderr
    sys.stderr = MaskedStream(stderr)
    try:
        main(arguments)
    except SystemExit:
        pass
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr = stderr


def check_nothing_is_shown(capsys: pytest.CaptureFixture[str], what: object) -> None:
    out, err = capsys.readouterr()
    files = {str(path): path.read_bytes().decode("utf-8", "replace") for path in Path().rglob("*") if path.is_file()}
    files |= {f"the name {path}": str(path) for path in Path().rglob("*")}
    for name, text in {"stdout": out, "stderr": err, **files}.items():
        for form in (SECRET, *IN_BASE64):
            assert form not in text, f"{what}: {name}"
        assert "Traceback" not in text, f"{what}: {text}"


def lines_of(command: click.Command, url: str) -> Iterator[list[str]]:
    """Yield command lines with an address wherever a command takes a text."""
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    choices = [p.type.choices[-1] if isinstance(p.type, click.Choice) else url for p in arguments]
    base = [choice for choice, p in zip(choices, arguments, strict=True) if p.required or p.nargs == -1]
    connected = any("--timeout" in p.opts for p in command.params)
    base += FAST if connected else []
    yield base
    yield [*choices, *base[len(choices) :]]
    for option in command.params:
        if not isinstance(option, click.Option) or option.opts[-1] in ("--help", "--timeout"):
            continue
        name = option.opts[0]
        if option.is_flag:
            yield [*base, name]
        elif isinstance(option.type, click.Choice):
            yield from ([*base, name, choice] for choice in option.type.choices)
        elif name == "--storage-option":
            yield [*base, name, url]
            yield [*base, name, SECRET]
            yield from ([*base, name, f"{key}={SECRET}"] for key in OPTIONS)
        else:
            yield [*base, name, url]


def commands() -> list[str]:
    return cli.list_commands(click.Context(cli))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", commands())
def test_r2_no_command_shows_a_secret(
    name: str, kind: str, server: WebServer, capsys: pytest.CaptureFixture[str]
) -> None:
    url = addresses(server.url)[kind]
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    for line in lines_of(command, url):
        run(name, *line)
        check_nothing_is_shown(capsys, [name, *line])


MORE = {
    "formats": ["validate", "--stats", "-f", "URL"],
    "upgrade": ["upgrade", "URL", "--to", "0.5"],
    "plan": ["upgrade", "URL", "--to", "0.5", "--plan"],
    "plan as JSON": ["upgrade", "URL", "--to", "0.5", "--plan", "--format", "json"],
    "rollback as JSON": ["upgrade", "URL", "--rollback", "--format", "json"],
    "copy": ["upgrade", "URL", "--out", "copy.zarr", "--to", "0.5"],
    "copy there": ["upgrade", "image.zarr", "--out", "URL", "--to", "0.5"],
    "baseline": ["validate", "URL", "--write-baseline", "baseline.json"],
    "workers": ["validate", "URL", "image.zarr", "--workers", "2"],
    "list": ["validate", "--from", "list.txt", "--stats"],
    "attributes": ["conformance", "attributes", "URL"],
    "zarr": ["conformance", "zarr", "URL"],
    "verbose": ["info", "URL", "--files"],
    "no command": ["URL"],
    "no option": ["validate", "--URL"],
    "many": ["upgrade", "URL", "URL/x", "URL/y", "--to", "0.5"],
    "many as JSON": ["upgrade", "URL", "URL/x", "URL/y", "--to", "0.5", "--format", "json"],
    "two": ["upgrade", "image.zarr", "URL", "--to", "0.5"],
}
FORMATS = ("text", "json", "jsonl", "sarif", "github", "junit", "markdown", "html")


@pytest.mark.parametrize("kind", KINDS)
def test_r2_what_commands_do_shows_no_secret(kind: str, server: WebServer, capsys: pytest.CaptureFixture[str]) -> None:
    url = addresses(server.url)[kind]
    for key, body in documents("image-0.4").items():
        place = Path("image.zarr", key)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
    for what, line in MORE.items():
        if what == "formats":
            line = ["validate", "URL", "--stats", *(f"--format={f}=report.{f}" for f in FORMATS)]
        if what == "list":
            Path("list.txt").write_text(url, encoding="utf-8")
        run(*(word.replace("URL", url) for word in line))
        Path("list.txt").unlink(missing_ok=True)
        check_nothing_is_shown(capsys, line)
    assert Path("report.sarif").exists() or kind not in ("user", "SAS", "nobody")


def test_r2_the_marker_of_a_copy_holds_no_secret(server: WebServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A copy is broken off before it is done: what it leaves behind names where it came from."""
    from ngff_core.upgrade.copy import MARKER
    from ngff_core.upgrade.run import upgrade_store

    def fails(*_: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("ngff_core.upgrade.copy.copy_all", fails)
    host = server.url.removeprefix("http://")
    with pytest.raises(KeyboardInterrupt):
        upgrade_store(f"http://me:{SECRET}@{host}?sig={SECRET}", "0.5", "copy.zarr")
    marker = Path("copy.zarr", MARKER).read_text(encoding="utf-8")
    assert server.url in marker
    assert SECRET not in marker


@pytest.mark.parametrize("kind", ["user", "SAS", "no port"])
def test_r2_the_script_shows_no_secret(kind: str, server: WebServer) -> None:
    url = addresses(server.url)[kind]
    for line in (["validate", url, "--stats"], ["upgrade", url, "--rollback"], ["conformance", "zarr", f"{url}x"]):
        done = subprocess.run([sys.executable, "-m", "ngff_core", *line], capture_output=True, text=True, check=False)
        assert SECRET not in done.stdout + done.stderr


def test_r2_an_uncaught_exception_shows_no_secret(server: WebServer) -> None:
    url = addresses(server.url)["user"]
    program = (
        "import sys, ngff_core.cli as cli\n"
        "def fails(args=None): raise ValueError(sys.argv[1] + ' failed')\n"
        "cli.main = fails\n"
        "from ngff_core.__main__ import run; run()"
    )
    done = subprocess.run([sys.executable, "-c", program, url], capture_output=True, text=True, check=False)
    assert f"ValueError: {server.url} failed" in done.stderr
    assert SECRET not in done.stderr


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_r2_the_password_of_a_proxy_is_not_shown(name: str, server: WebServer) -> None:
    environment = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
    environment[name] = f"http://me:{SECRET}@127.0.0.1:1"
    line = [sys.executable, "-m", "ngff_core", "validate", "http://nowhere.invalid/x.zarr", "--timeout", "1"]
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 3
    assert SECRET not in done.stdout + done.stderr

"""`ngff write`: write OME-Zarr from files of other formats."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import click

from ngff_core.cli.changing.outcome import Next, next_lines, shell_command
from ngff_core.cli.common import VERSION, echo
from ngff_core.cli.screen.colors import color_option, painted
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.cli.screen.completing import FILES
from ngff_core.errors import UsageError
from ngff_core.report.formats.json import dump
from ngff_core.structure.values import JSONObject
from ngff_core.words import counted, printable
from ngff_write.cli.converting import write_images
from ngff_write.cli.ending import ended
from ngff_write.cli.options import encoding_options, numbers_of, sizes_of, units_of
from ngff_write.cli.progress import Progress
from ngff_write.documents import name_of
from ngff_write.image import ImageOptions
from ngff_write.inputs.arranging import Given, Image, arranged
from ngff_write.inputs.base import Found
from ngff_write.inputs.files import opened
from ngff_write.pixels.kernels import KERNELS

__all__ = ["command"]


@click.command("write", cls=CoreCommand)
@click.argument("source", metavar="INPUT", shell_complete=FILES)
@click.argument("out", metavar="OUT", shell_complete=FILES)
@click.option("--version", type=VERSION, metavar="VERSION", help="The version to write: 0.4, 0.5 or 0.6.  [0.5]")
@click.option("--dims", metavar="LETTERS", help="What the dimensions of INPUT are, such as czyx.")
@click.option("--series", type=click.IntRange(min=0), metavar="N", help="Write one image of INPUT, from 0.")
@click.option(
    "--pixel-size",
    "sizes",
    multiple=True,
    metavar="AXIS=SIZE",
    help="Such as x=0.65, in micrometers, or t=10, in seconds, unless --unit says otherwise. Repeatable.",
)
@click.option("--unit", "units", multiple=True, metavar="[AXIS=]UNIT", help="Of all axes in space, or of one.")
@click.option("--name", help="The name of the image.  [that of INPUT, or of OUT]")
@click.option(
    "--kernel",
    type=click.Choice(list(KERNELS)),
    default="mean",
    show_default=True,
    help="How pixels are made smaller: mode for labels.",
)
@click.option("--levels", type=click.IntRange(min=1), metavar="N", help="How many.  [until 256 pixels are left]")
@click.option("--chunks", metavar="N,...", help="Pixels of a chunk along t, c, z, y, x, as far as there are these.")
@click.option("--shards", metavar="N,...", help="Pixels of a shard, likewise, or auto: in any case.")
@encoding_options("chunks")
@click.option("--overwrite", is_flag=True, help="Replace OUT where it is a Zarr hierarchy.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
@color_option
def command(source: str, out: str, format_: str, **options: Any) -> None:
    """Write OUT as OME-Zarr from INPUT: a TIFF, an OME-TIFF, or a .npy file. OUT is a folder, or ends in .ozx or .zip.

    Names, sizes of pixels and channels are those that INPUT states, unless they are given. What it does not say is not
    guessed: it is asked for, or named. Several images become a collection. INPUT is read in parts, however large it
    is. OUT gets its name when all of it is written and found valid.

    Exit code: 0 written, 1 the result would not be valid, 2 wrong usage, 3 could not be read or written.
    """
    space, units = units_of(options.pop("units"))
    given = Given(
        axes=options["dims"].lower() if options["dims"] else None,
        sizes=sizes_of(options["sizes"]),
        units=units,
        unit=space,
        name=options["name"],
    )
    how: ImageOptions = {
        "version": options["version"],
        "kernel": options["kernel"],
        "n_levels": options["levels"],
        "chunks": numbers_of(options["chunks"], "--chunks"),
        "shards": "auto" if options["shards"] == "auto" else numbers_of(options["shards"], "--shards"),
        "compression": options["compression"],
        "writer": options["writer"],
        "workers": options["workers"],
        "overwrite": options["overwrite"],
    }
    writing = _Writing(source, out, given, how, options["series"], format_ == "json")
    leave(ended(writing, out))


@attrs.frozen
class _Writing:
    """What is asked for."""

    source: str
    out: str
    given: Given
    how: ImageOptions
    series: int | None
    for_programs: bool

    def __call__(self, progress: Progress) -> int:
        out = os.path.join(os.path.realpath(self.out), "")
        if os.path.realpath(self.source).startswith(out):
            raise UsageError(f"{self.source} is in {self.out}, and would be replaced with it: take it out first")
        with opened(self.source) as found:
            chosen = self._chosen(found)
            images = [arranged(one, self.given) for one in chosen]
            write_images(images, self.out, {**self.how, "progress": progress}, chosen[0].ome_xml)
        progress.clear()
        self._tell(images)
        return 0

    def _chosen(self, found: Sequence[Found]) -> Sequence[Found]:
        if self.series is None:
            if len(found) > 1 and self.given.name is not None:
                raise UsageError(f"--name is for one image, and {self.source} has {len(found)}: --series chooses one")
            return found
        if self.series >= len(found):
            raise UsageError(f"{self.source} has {counted(len(found), 'image')}, from 0 on, and no {self.series}")
        return [found[self.series]]

    def _tell(self, images: Sequence[Image]) -> None:
        if self.for_programs:
            described = [_of(image, self.out) for image in images]
            echo(dump({"schema": 1, "command": "write", "url": self.out, "status": "written", "images": described}))
            return
        shown = _shown(images[0]) if len(images) == 1 else f"collection of {len(images)} images"
        lines = [f"written  {self.out}  {shown}"]
        lines += next_lines([Next(shell_command("info", self.out), "shows what is in it")])
        if any(image.remarks for image in images):
            lines += ["", "remarks", *(f"  {remark}" for remark in dict.fromkeys(_remarks(images)))]
        for line in lines:
            echo(painted(printable(line)))


def _shown(image: Image) -> str:
    shape = " x ".join(map(str, image.pixels.shape))
    axes = " ".join(dim.name for dim in image.dims)
    return f"{shape} pixels ({axes}), {image.pixels.dtype}"


def _remarks(images: Sequence[Image]) -> Iterator[str]:
    for number, image in enumerate(images):
        yield from (remark if len(images) == 1 else f"{number}: {remark}" for remark in image.remarks)


def _of(image: Image, out: str) -> JSONObject:
    return {
        "name": image.name or name_of(out),
        "shape": list(image.pixels.shape),
        "dtype": str(image.pixels.dtype),
        "dims": [{"name": d.name, "scale": d.scale, "unit": d.unit} for d in image.dims],
        "channels": image.members.get("omero", {}).get("channels", []),
        "remarks": list(image.remarks),
    }

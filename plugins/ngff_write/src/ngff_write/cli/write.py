"""`ngff write`: write OME-Zarr from files of other formats."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
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
from ngff_core.words import printable
from ngff_write.cli.converting import all_arranged, write_images
from ngff_write.cli.ending import ended
from ngff_write.cli.inputs import Inputs
from ngff_write.cli.labelling import label_image
from ngff_write.cli.options import encoding_options, keep_option, numbers_of, places_of, sizes_of, units_of
from ngff_write.cli.progress import Progress
from ngff_write.content import LABELS
from ngff_write.documents import name_of
from ngff_write.image import ImageOptions
from ngff_write.inputs.arranging import Given, Image
from ngff_write.inputs.ome_sizes import as_written
from ngff_write.pixels.kernels import KERNELS
from ngff_write.target import local_path

__all__ = ["command"]


@click.command("write", cls=CoreCommand)
@click.argument("sources", metavar="INPUT...", nargs=-1, required=True, shell_complete=FILES)
@click.argument("out", metavar="OUT", shell_complete=FILES)
@click.option("--version", type=VERSION, metavar="VERSION", help="The version to write: 0.4, 0.5 or 0.6.  [0.5]")
@click.option("--dims", metavar="LETTERS", help="What the dimensions of INPUT are, such as czyx.")
@click.option("--series", type=click.IntRange(min=0), metavar="N", help="Write one image of INPUT, from 0.")
@click.option("--stack", type=click.Choice(["z", "t", "c"]), help="What several INPUTs, or those in a folder, are.")
@click.option("--labels", metavar="NAME", help="Write INPUT as labels of the image OUT, which is there already.")
@click.option(
    "--pixel-size",
    "sizes",
    multiple=True,
    metavar="AXIS=SIZE",
    help="Such as x=0.65, in micrometers, or t=10, in seconds, unless --unit says otherwise. Repeatable.",
)
@click.option("--unit", "units", multiple=True, metavar="[AXIS=]UNIT", help="Of all axes in space, or of one.")
@click.option(
    "--translation",
    "places",
    multiple=True,
    metavar="AXIS=NUMBER",
    help="Where the first pixel is, in the unit of the axis, such as x=1.5. Repeatable.",
)
@click.option("--name", help="The name of the image.  [that of INPUT, or of OUT]")
@click.option(
    "--kernel",
    type=click.Choice(list(KERNELS)),
    help="How pixels are made smaller.  [mean, mode for labels]",
)
@click.option("--levels", type=click.IntRange(min=1), metavar="N", help="How many.  [until 256 pixels are left]")
@keep_option
@click.option("--chunks", metavar="N,...", help="Pixels of a chunk along t, c, z, y, x, as far as there are these.")
@click.option("--shards", metavar="N,...", help="Pixels of a shard, likewise, or auto: in any case.")
@encoding_options("chunks.")
@click.option("--overwrite", is_flag=True, help="Replace OUT where it is a Zarr hierarchy, or the labels in it.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people or for programs.",
)
@color_option
def command(sources: tuple[str, ...], out: str, format_: str, **options: Any) -> None:
    """Write OUT as OME-Zarr from INPUT: a TIFF, an OME-TIFF, or a .npy file.

    OUT is a folder, or ends in .ozx or .zip (not in 0.4). Names, sizes of pixels and channels are those that INPUT
    states, unless they are given. What it does not say is not guessed: it is asked for, or named. Several images of a
    file become a collection. Several files, or a folder of them, become one image where --stack says what one after the
    other is: planes (z), time points (t) or channels (c). INPUT is read in parts, however large it is. OUT gets its
    name when all of it is written and found valid.

    With --labels OUT is an image that is there, and gets labels of that name; the sizes of pixels are its own.

    Exit code: 0 written, 1 the result would not be valid, 2 wrong usage, 3 could not be read or written.
    """
    if options["name"] == "":
        raise UsageError("--name is empty: give one, or leave it away")
    if options["labels"] is not None:
        _refuse_of_images(options)
    space, units = units_of(options.pop("units"))
    given = Given(
        axes=options["dims"].lower() if options["dims"] else None,
        sizes=sizes_of(options["sizes"]),
        units=units,
        unit=space,
        translation=places_of(options["places"]),
        keep=options["keep"],
        name=options["name"],
    )
    how: ImageOptions = {
        "version": options["version"],
        "n_levels": options["levels"],
        "chunks": numbers_of(options["chunks"], "--chunks"),
        "shards": "auto" if options["shards"] == "auto" else numbers_of(options["shards"], "--shards"),
        "compression": options["compression"],
        "writer": options["writer"],
        "workers": options["workers"],
        "overwrite": options["overwrite"],
    }
    if options["kernel"] is not None:
        how["kernel"] = options["kernel"]
    inputs = Inputs(sources, options["stack"], options["series"], given)
    leave(ended(_Writing(inputs, out, how, options["labels"], format_ == "json"), out))


def _refuse_of_images(options: Mapping[str, Any]) -> None:
    """Raise UsageError for what labels have from their image."""
    flags = {"version": "--version", "name": "--name", "levels": "--levels", "sizes": "--pixel-size", "units": "--unit"}
    flags |= {"places": "--translation", "keep": "--keep"}
    if taken := [flag for key, flag in flags.items() if options[key]]:
        raise UsageError(f"labels have the version, the levels and the sizes of their image: leave {taken[0]} away")


@attrs.frozen
class _Writing:
    """What is asked for: an image, or labels with a name."""

    inputs: Inputs
    out: str
    how: ImageOptions
    labels: str | None
    for_programs: bool

    @property
    def _written(self) -> str:
        return self.out if self.labels is None else os.path.join(self.out, LABELS, self.labels)

    def __call__(self, progress: Progress) -> int:
        local_path(self.out)  # before anything is read
        written = os.path.join(os.path.realpath(self._written), "")
        for source in self.inputs.paths:
            if os.path.join(os.path.realpath(source), "").startswith(written):
                raise UsageError(f"{source} is in {self._written}, and would be replaced with it: take it out first")
        with self.inputs.opened(one=self.labels is not None) as (found, given):
            if self.labels is not None:
                images = [label_image(found[0], given, self.out, self.labels, {**self.how, "progress": progress})]
            else:
                images = [*all_arranged(found, given)]
                ome_xml, images = as_written(found, images, given)
                write_images(images, self.out, {**self.how, "progress": progress}, ome_xml)
        progress.clear()
        self._tell(images)
        return 0

    def _tell(self, images: Sequence[Image]) -> None:
        if self.for_programs:
            result: JSONObject = {"schema": 1, "command": "write", "url": self._written, "status": "written"}
            echo(dump({**result, "images": [_of(image, self._written) for image in images]}))
            return
        shown = _shown(images[0]) if len(images) == 1 else f"collection of {len(images)} images"
        lines = [f"written  {self._written}  {shown}"]
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
        "dims": [
            {"name": d.name, "scale": d.scale, "unit": d.unit, "translation": d.translation or 0.0} for d in image.dims
        ],
        "channels": image.members.get("omero", {}).get("channels", []),
        "remarks": list(image.remarks),
    }

"""`ngff pyramid`: add or repair the levels of images."""

from __future__ import annotations

from typing import Any

import click

from ngff_core.cli.changing.chosen import Chosen, stores_argument
from ngff_core.cli.changing.options import again, writing_options
from ngff_core.cli.changing.run import change_stores
from ngff_core.cli.screen.colors import color_option
from ngff_core.cli.screen.command import CoreCommand, leave
from ngff_core.plugins.registry import default_registry
from ngff_write.cli.mending import Mending
from ngff_write.cli.options import encoding_options, keep_option
from ngff_write.pixels.kernels import KERNELS
from ngff_write.pyramids.further import Asked

__all__ = ["command"]


@click.command("pyramid", cls=CoreCommand)
@stores_argument("STORE...")
@click.option("--levels", type=click.IntRange(1, 32), metavar="N", help="How many.  [until 256 pixels are left]")
@click.option(
    "--kernel",
    type=click.Choice(list(KERNELS)),
    help="Make levels anew that were made in another way.  [as they were made, else mean, mode for labels]",
)
@keep_option
@encoding_options("chunks of new levels.  [as in the first]", compression=None)
@click.option("--plan", "--dry-run", "only_plan", is_flag=True, help="Say what would change, and write nothing.")
@writing_options
@color_option
def command(stores: tuple[str, ...], format_: str, **options: Any) -> None:
    """Add the levels that images lack, and repair those that are wrong: of an image, or of all in a plate, with labels.

    The pixels of levels are read, and compared. A level stays where its pixels are those of the level above, made
    smaller; where the metadata has it elsewhere, that is mended. Others are made anew, with all that follow; those that
    are there are taken away when the new ones are whole, and the metadata names them. What becomes of each level is
    said: its size, and the scale and translation that it had and has.

    There is no way back: the pixels of old levels are gone. --plan says the same beforehand, and writes nothing.

    Exit code: 0 done, 1 refused, 2 wrong usage, 3 could not be read or written; of many stores the worst.
    """
    registry = default_registry()
    chosen = Chosen(stores, options["list_file"], recursive=options["recursive"], registry=registry, connection={})
    words = again(options, levels="--levels", kernel="--kernel", keep="--keep", compression="--compression")
    mending = Mending(
        asked=Asked(options["levels"], options["kernel"], options["keep"]),
        only_plan=options["only_plan"],
        break_lock=options["break_lock"],
        compression=options["compression"],
        writer=options["writer"],
        workers=options["workers"],
        again=words,
        single=chosen.single,
    )
    leave(change_stores(chosen, mending, format_))

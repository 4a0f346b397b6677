"""TIFF files: each series of pages is an image, which OME-XML or ImageJ's metadata may describe."""

from __future__ import annotations

import logging
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import attrs

from ngff_core.errors import MissingPackageError, StoreError
from ngff_write.inputs.base import Channel, Found
from ngff_write.inputs.imagej import described
from ngff_write.inputs.ome_xml import OmeImage, read_images, refuse_unsafe, without_pixels
from ngff_write.inputs.tiff_pixels import TiffPixels

__all__ = ["MAGICS", "open_tiff"]

MAGICS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
MOST_SAID = 5
LONGEST_HEAD = 4096  # characters, in which OME-XML begins
_RGB = (Channel("red", "FF0000"), Channel("green", "00FF00"), Channel("blue", "0000FF"), Channel("alpha", "FFFFFF"))
_COLOURED = (2, 6)  # RGB, YCbCr
_PALETTE = 3
_RAISED = re.compile(r"<[^<>]*> raised \w+\((['\"])(.*)\1\)")
_OBJECT = re.compile(r"<tifffile\.\w+?([A-Z][a-z]+ [^<>]*)>")
_MIN_IS_WHITE = 0


@contextmanager
def open_tiff(path: str) -> Iterator[Sequence[Found]]:
    """Open a file, and give the images in it. Raises StoreError where it could not be read, or is not safe to read."""
    try:
        import tifffile
    except ModuleNotFoundError:
        raise MissingPackageError("reading TIFF", "tifffile", "ngff-write[tiff]") from None
    with _heard() as said:
        try:
            file = tifffile.TiffFile(path)
        except Exception as error:  # TiffFileError, OSError, struct.error and others, for what is damaged
            raise StoreError(f"{path} could not be read: {_plain(error)}") from error
        with file:
            found = _images(file, path)
            damage = next((text for level, text in said if level >= logging.ERROR), None)
            if damage is not None:  # of which tifffile would make something else, such as fewer pages
                raise StoreError(f"{path} is cut off or damaged: {_plain(damage)}")
            odd = [f"tifffile: {text}" for _, text in said[:MOST_SAID]]
            yield [attrs.evolve(image, remarks=(*image.remarks, *odd)) for image in found]


@contextmanager
def _heard() -> Iterator[list[tuple[int, str]]]:
    """Collect what tifffile logs, which would go to standard error."""
    said: list[tuple[int, str]] = []
    logger = logging.getLogger("tifffile")
    others = [other for other in logger.handlers if isinstance(other, _Heard)]  # of files that are open as well
    handler = _Heard(said, others[0].before if others else logger.propagate)
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield said
    finally:
        logger.removeHandler(handler)
        if not any(isinstance(other, _Heard) for other in logger.handlers):
            logger.propagate = handler.before


class _Heard(logging.Handler):
    def __init__(self, said: list[tuple[int, str]], before: bool) -> None:
        super().__init__(logging.WARNING)
        self._said = said
        self.before = before  # whether others are to hear what tifffile says, when all files are closed

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append((record.levelno, record.getMessage()[:300]))


def _images(file: Any, path: str) -> list[Found]:
    try:
        if not len(file.pages):
            return []
        text = file.pages[0].description
        is_ome = file.is_ome or "<OME" in text[:LONGEST_HEAD]
        if is_ome:
            refuse_unsafe(text, path)
        series = list(file.series)
        images = read_images(text, path) if is_ome else []
        if images and any(one.kind != "ome" for one in series):
            raise StoreError(f"{path}: its pages are not those that its OME-XML states")
        found = [_image(file, one, images, number, path) for number, one in enumerate(series)]
        if len(images) != len(series):
            return found
        ome_xml = without_pixels(text, path)
        return [attrs.evolve(image, ome_xml=ome_xml) for image in found]
    except StoreError:
        raise
    except Exception as error:  # as above
        raise StoreError(f"{path} could not be read: {_plain(error)}") from error


def _plain(said: object) -> str:
    """Return what tifffile or Python says of a file without the names of classes and functions."""
    if isinstance(said, (struct.error, EOFError, IndexError)):
        return "it is cut off or damaged"
    text = _RAISED.sub(r"\2", str(said))
    return _OBJECT.sub(r"\1:", text)


def _image(file: Any, series: Any, images: Sequence[OmeImage], number: int, path: str) -> Found:
    if series.keyframe is None or series.dtype is None:
        raise StoreError(f"{path}: the pixels of series {number} are of a type that cannot be read")
    pixels = TiffPixels(series, path)
    found = Found(path=path, pixels=pixels, axes=series.axes.lower(), remarks=_missing(pixels))
    samples = _samples(series)
    if series.keyframe.photometric == _MIN_IS_WHITE:
        found = _remarked(found, "its smallest numbers are white (MinIsWhite): they are kept, and shown as black")
    if series.kind == "ome":
        image = images[number] if number < len(images) else None
        if image is not None and _fits(image, series):
            return _with_ome(found, image, samples)
        return _remarked(found, f"its OME-XML does not describe series {number} of the file, and is left out")
    if series.kind == "imagej" and file.imagej_metadata:
        found = described(found, file.imagej_metadata, _resolution(series))
        return attrs.evolve(found, channels=samples) if samples else found
    if series.keyframe.photometric == _PALETTE:
        found = _remarked(found, "its pixels are numbers of colours in a palette, which is left out")
    if (unit := _resolution(series).get("unit")) in ("inch", "centimeter"):
        found = _remarked(found, f"it states pixels per {unit}, which is seldom the size of pixels, and is left out")
    return attrs.evolve(found, channels=samples)


def _missing(pixels: TiffPixels) -> tuple[str, ...]:
    number = pixels.missing
    return (f"{number} of its planes are not in the file: their pixels are 0",) if number else ()


def _remarked(found: Found, text: str) -> Found:
    return attrs.evolve(found, remarks=(*found.remarks, text))


def _fits(image: OmeImage, series: Any) -> bool:
    """Tell whether OME-XML describes a series: it has as many pixels along each axis."""
    sizes: dict[str, int] = {}
    for letter, size in zip(series.axes.lower(), series.shape, strict=True):
        axis = "c" if letter == "s" else letter
        sizes[axis] = sizes.get(axis, 1) * size
    axes = image.shape if set(sizes) <= set(image.shape) else "yx"  # there are further ones, of a modulo annotation
    return all(sizes.get(axis, 1) == image.shape[axis] for axis in axes)


def _with_ome(found: Found, image: OmeImage, samples: Sequence[Channel]) -> Found:
    channels = list(image.channels)
    if any(number > 1 for number in image.samples):
        channels = [
            part for one, number in zip(channels, image.samples, strict=True) for part in _parts(one, number, samples)
        ]
    return attrs.evolve(
        found,
        name=image.name,
        sizes=image.sizes,
        units=image.units,
        positions=image.positions,
        channels=tuple(channels),
        bits=image.bits,
        remarks=(*found.remarks, *image.remarks),
        unkept=image.unkept,
    )


def _parts(channel: Channel, number: int, samples: Sequence[Channel]) -> Iterator[Channel]:
    """Yield the channels that the samples of one of OME's are."""
    for index in range(number):
        part = samples[index] if index < len(samples) else Channel(str(index))
        name = f"{channel.name} {part.name}" if channel.name and number > 1 else part.name
        yield attrs.evolve(part, name=name, emission=channel.emission)


def _samples(series: Any) -> tuple[Channel, ...]:
    """Return the channels of samples of red, green and blue."""
    key = series.keyframe
    number = key.samplesperpixel
    return _RGB[:number] if key.photometric in _COLOURED and 3 <= number <= 4 and "S" in series.axes else ()


def _resolution(series: Any) -> Mapping[str, Any]:
    """Return how many pixels there are to a unit, as the tags of TIFF have it."""
    key = series.keyframe
    unit = {2: "inch", 3: "centimeter"}.get(int(key.tags.valueof("ResolutionUnit", 0) or 0))
    found: dict[str, Any] = {"unit": unit} if unit and key.tags.valueof("XResolution") else {}
    for axis in "XY":
        value = key.tags.valueof(f"{axis}Resolution")
        if isinstance(value, tuple) and len(value) == 2 and value[0] > 0 and value[1] > 0:
            found[axis.lower()] = value[0] / value[1]
    return found

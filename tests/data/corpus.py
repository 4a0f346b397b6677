"""The corpus: stores that are sound but for one defect, and exactly what has to be said of each.

Every case names the hierarchy it damages (see ``bases``), the change, and the findings: rule or catalogue entry,
severity, node and pointer. A pointer that begins with ``~`` is meant from the OME metadata on, which in 0.5 stands
at ``/attributes/ome``; ``<dtype>`` and ``<chunks>`` stand for the members of an array document that hold them.
``rows`` are the numbers of the project's list of deviations seen in real data that a case shows; ``UNREACHABLE`` gives
the reason for each number that has none.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from bases import LAYOUT, TRANSFORMS, XML_KEY, Tree, image_nodes, ome_xml, plate_nodes

from ngff_core.testing import array

__all__ = ["CASES", "ROWS", "UNREACHABLE", "VERSIONS", "Case", "Found", "consolidate"]

VERSIONS = ("0.4", "0.5")
ROWS = range(1, 102)
UNREACHABLE = {
    97: "an HTTP server's answer for an absent key",
    98: "an HTTP server's answer for an absent key",
    99: "an object store's listing",
    100: "zip files; see test_zip_v05.py and test_zip.py",
}


class Found(NamedTuple):
    """One finding: the catalogue entry of a fault of structure, else the rule; severity; and the place."""

    id: str
    severity: str
    node: str
    pointer: str


class Case(NamedTuple):
    """One defect, and all that is to be found of it."""

    name: str
    base: str
    damage: Callable[[Tree], None]
    found: dict[str, tuple[Found, ...]]
    exit_code: dict[str, int]
    rows: tuple[int, ...]
    folder: str

    def expected(self, version: str) -> list[Found]:
        """Return the findings for a version, with whole pointers."""
        return [f._replace(pointer=_whole(f.pointer, version)) for f in self.found[version]]


_PLACES = {
    "0.4": {"~": "", "<dtype>": "/dtype", "<chunks>": "/chunks"},
    "0.5": {"~": "/attributes/ome", "<dtype>": "/data_type", "<chunks>": "/chunk_grid"},
}


def _whole(pointer: str, version: str) -> str:
    for short, whole in _PLACES[version].items():
        if pointer.startswith(short):
            return whole + pointer[len(short) :]
    return pointer


CASES: list[Case] = []


def error(id_: str, node: str = "", pointer: str = "~") -> Found:
    return Found(id_, "error", node, pointer)


def warning(id_: str, node: str = "", pointer: str = "~") -> Found:
    return Found(id_, "warning", node, pointer)


def info(id_: str, node: str = "", pointer: str = "~") -> Found:
    return Found(id_, "info", node, pointer)


def case(
    base: str,
    *found: Found,
    exit_code: int | tuple[int, int],
    rows: Iterable[int] = (),
    versions: Iterable[str] = VERSIONS,
    v04: tuple[Found, ...] | None = None,
    v05: tuple[Found, ...] | None = None,
    folder: str = "store.ome.zarr",
) -> Callable[[Callable[[Tree], Any]], Callable[[Tree], Any]]:
    """Make a case of a function that damages a tree; ``v04``, ``v05`` and two exit codes where versions differ."""

    def decorate(damage: Callable[[Tree], Any]) -> Callable[[Tree], Any]:
        both = {"0.4": v04 if v04 is not None else found, "0.5": v05 if v05 is not None else found}
        chosen = {version: both[version] for version in versions}
        codes = exit_code if isinstance(exit_code, tuple) else (exit_code, exit_code)
        code = dict(zip(VERSIONS, codes, strict=True))
        CASES.append(Case(damage.__name__, base, damage, chosen, code, tuple(rows), folder))
        return damage

    return decorate


MS = "~/multiscales/0"
WELLS = ("A/1", "A/2", "B/1", "B/3")
FIELDS = tuple(f"{well}/{field}" for well in WELLS for field in "01")


def level(n: int, member: str = "") -> str:
    return f"{MS}/datasets/{n}{member}"


# --- version ----------------------------------------------------------------------------------------


@case("image", warning("version-multiscales-present", pointer=MS), exit_code=0, rows=[1], versions=["0.4"])
def version_missing(tree: Tree) -> None:
    del tree.multiscale()["version"]


@case("image", error("version-ome-present"), exit_code=1, versions=["0.5"])
def version_missing_in_ome(tree: Tree) -> None:
    del tree.ome()["version"]


@case(
    "image",
    v04=(error("version-multiscales-value", pointer=f"{MS}/version"),),
    v05=(error("version-ome-value", pointer="~/version"),),
    exit_code=1,
    rows=[2],
)
def version_is_a_number(tree: Tree) -> None:
    if tree.version == "0.4":
        tree.multiscale()["version"] = 0.4
    else:
        tree.ome()["version"] = 0.5


@case(
    "image",
    v04=(error("version-multiscales-value", pointer=f"{MS}/version"),),
    v05=(error("version-ome-value", pointer="~/version"),),
    exit_code=1,
    rows=[3],
)
def version_is_null(tree: Tree) -> None:
    holder = tree.multiscale() if tree.version == "0.4" else tree.ome()
    holder["version"] = None


@case("image", exit_code=0, rows=[4])
def version_of_omero_is_null(tree: Tree) -> None:
    tree.ome()["omero"]["version"] = None


@case("labels", error("version-ome-present", "labels/cells"), exit_code=1, rows=[5], versions=["0.5"])
def version_missing_in_label(tree: Tree) -> None:
    del tree.ome("labels/cells")["version"]


@case("labels", warning("version-label-present", "labels/cells", "~/image-label"), exit_code=0, versions=["0.4"])
def version_missing_in_image_label(tree: Tree) -> None:
    del tree.ome("labels/cells")["image-label"]["version"]


@case("image", error("version-ome-present"), exit_code=1, rows=[6], versions=["0.5"])
def version_only_in_multiscales(tree: Tree) -> None:
    del tree.ome()["version"]
    tree.multiscale()["version"] = "0.5"


@case("image", warning("version-not-nested", pointer=f"{MS}/version"), exit_code=0, rows=[7], versions=["0.5"])
def version_left_in_multiscales(tree: Tree) -> None:
    tree.multiscale()["version"] = "0.4"


@case("image", warning("version-not-nested", pointer=f"{MS}/version"), exit_code=0, rows=[3], versions=["0.5"])
def version_left_in_multiscales_is_null(tree: Tree) -> None:
    tree.multiscale()["version"] = None


@case(
    "plate",
    warning("version-not-nested", pointer="~/plate/version"),
    *(warning("version-not-nested", well, "~/well/version") for well in WELLS),
    exit_code=0,
    rows=[3],
    versions=["0.5"],
)
def version_left_in_plate_and_wells_is_null(tree: Tree) -> None:
    tree.ome()["plate"]["version"] = None
    for well in WELLS:
        tree.ome(well)["well"]["version"] = None


@case("labels", error("version-label-value", "labels/cells", "~/image-label/version"), exit_code=1, rows=[3])
def version_of_image_label_is_null(tree: Tree) -> None:
    tree.ome("labels/cells")["image-label"]["version"] = None


@case("labels", error("version-label-value", "labels/cells", "~/image-label/version"), exit_code=1, rows=[2])
def version_of_image_label_is_a_number(tree: Tree) -> None:
    tree.ome("labels/cells")["image-label"]["version"] = float(tree.version)


@case("plate", exit_code=0, rows=[8], versions=["0.5"])
def version_in_plate_and_ome(tree: Tree) -> None:
    assert "version" not in tree.ome()["plate"]  # its absence is accepted as well: the base is clean
    tree.ome()["plate"]["version"] = "0.5"


@case("plate", warning("version-plate-present", pointer="~/plate"), exit_code=0, versions=["0.4"])
def version_missing_in_plate(tree: Tree) -> None:
    del tree.ome()["plate"]["version"]


@case("plate", warning("version-well-present", "B/1", "~/well"), exit_code=0, versions=["0.4"])
def version_missing_in_well(tree: Tree) -> None:
    del tree.ome("B/1")["well"]["version"]


@case("labels", error("version-ome-present", "labels"), exit_code=1, rows=[9], versions=["0.5"])
def version_missing_in_labels_group(tree: Tree) -> None:
    del tree.ome("labels")["version"]


@case("image", error("version-ome-value", pointer="~/version"), exit_code=1, rows=[10], versions=["0.5"])
def version_not_final(tree: Tree) -> None:
    tree.ome()["version"] = "0.5-dev"


@case("image", error("version-not-installed", pointer=""), exit_code=3, rows=[10], versions=["0.5"])
def version_of_a_later_draft(tree: Tree) -> None:
    tree.ome()["version"] = "0.6.dev2"


@case("plate", *(error("version-consistent-in-hierarchy", w) for w in WELLS), exit_code=1, rows=[11], versions=["0.5"])
def version_of_wells_differs(tree: Tree) -> None:
    for well in WELLS:
        tree.ome(well)["version"] = "0.4"


# --- placement --------------------------------------------------------------------------------------


@case("image", error("zarr-ome-namespace", pointer="/attributes"), exit_code=1, rows=[12], versions=["0.5"])
def old_metadata_in_new_zarr(tree: Tree) -> None:
    tree.docs["zarr.json"]["attributes"] = Tree("0.4", image_nodes("0.4", "")).ome()


@case("labels", error("zarr-ome-namespace", "labels", "/attributes"), exit_code=1, rows=[12], versions=["0.5"])
def keys_of_labels_not_in_ome(tree: Tree) -> None:
    tree.docs["labels/zarr.json"]["attributes"] = {"labels": ["cells"]}


@case("image", error("zarr-ome-namespace", pointer="/attributes/multiscales"), exit_code=1, rows=[13], versions=["0.5"])
def keys_in_ome_and_beside(tree: Tree) -> None:
    tree.attributes()["multiscales"] = tree.ome()["multiscales"]


@case("image", error("zarr-ome-namespace", pointer="/attributes/omero"), exit_code=1, rows=[14], versions=["0.5"])
def omero_beside_ome(tree: Tree) -> None:
    tree.attributes()["omero"] = tree.ome().pop("omero")


@case("image", exit_code=0, rows=[15])
def omero_inside_multiscales(tree: Tree) -> None:
    omero = tree.ome().pop("omero")
    tree.multiscale()["omero"] = omero
    tree.multiscale()["metadata"]["omero"] = omero


@case("image", error("zip-not-in-directory", pointer=""), exit_code=1, versions=["0.5"])
def zipped_image_beside_the_levels(tree: Tree) -> None:
    tree.docs["more.ozx"] = b"PK"


@case("plate", error("zip-not-in-directory", "A/2/0", ""), exit_code=1, versions=["0.5"])
def zipped_image_in_a_field(tree: Tree) -> None:
    tree.docs["A/2/0/MORE.OZX"] = b"PK"


@case("plate", error("zip-not-in-directory", "tables", ""), exit_code=1, versions=["0.5"])
def zipped_image_beside_the_rows(tree: Tree) -> None:
    tree.add("tables", None)
    tree.docs["tables/more.Zarr.zip"] = b"PK"


@case(
    "image",
    v04=(warning("zarr-no-side-by-side", pointer=""),),
    v05=(warning("version-no-side-by-side", pointer=""),),
    exit_code=0,
    rows=[16],
)
def documents_of_both_formats(tree: Tree) -> None:
    if tree.version == "0.4":
        tree.docs["zarr.json"] = {"zarr_format": 3, "node_type": "group", "attributes": {}}
    else:
        tree.docs[".zgroup"] = {"zarr_format": 2}
        tree.docs[".zattrs"] = {"left": "over"}


@case(
    "image",
    v04=(error("zarr-metadata-in-group-attributes", pointer="/multiscales"),),
    v05=(error("zarr-metadata-in-group-attributes", pointer="/multiscales"),),
    exit_code=1,
)
def metadata_beside_the_attributes(tree: Tree) -> None:
    tree.docs[tree.key("", of="group")]["multiscales"] = tree.ome()["multiscales"]


@case(
    "image",
    error("zarr-metadata-in-group-attributes", node="0", pointer="/attributes/ome"),
    exit_code=1,
    versions=["0.5"],
)
def metadata_on_an_array(tree: Tree) -> None:
    tree.array("0")["attributes"] = {"ome": {"version": "0.5"}}


@case("image", exit_code=0, rows=[17])
def json_ld_types(tree: Tree) -> None:
    tree.ome()["@type"] = "ngff:Image"


@case("image", error("labels-group-beside-levels", pointer="~/labels"), exit_code=1, rows=[18])
def labels_listed_in_image(tree: Tree) -> None:
    tree.ome()["labels"] = ["cells"]


@case("labels", exit_code=0, rows=[18])
def source_beside_image_label(tree: Tree) -> None:
    label = tree.ome("labels/cells")
    label["source"] = label["image-label"].pop("source")


@case("image", warning("collection-layout-on-image", pointer=f"~/{LAYOUT}"), exit_code=0, rows=[19])
def layout_on_image(tree: Tree) -> None:
    tree.ome()[LAYOUT] = 3


@case("collection", warning("collection-ome-xml-present"), exit_code=0, rows=[20])
def collection_without_ome_group(tree: Tree) -> None:
    tree.remove("OME")


@case("collection", error("series-paths-are-images", "OME", "~/series/1"), exit_code=1, rows=[20])
def series_names_missing_image(tree: Tree) -> None:
    tree.remove("1")


@case("collection", error("series-paths-are-images", "OME", "~/series/1"), exit_code=1)
def series_names_bare_group(tree: Tree) -> None:
    tree.remove("1")
    tree.add("1", None)


@case("image", error("store-without-metadata", pointer=""), exit_code=3, rows=[21])
def image_one_level_down(tree: Tree) -> None:
    tree.docs = {f"setup0/{key}": value for key, value in tree.docs.items()}
    tree.add("", None)


@case("image", exit_code=0, rows=[22])
def two_multiscales(tree: Tree) -> None:
    tree.ome()["multiscales"].append(
        {**tree.multiscale(), "name": "again", "datasets": tree.multiscale()["datasets"][1:]}
    )


@case("image", error("multiscale-nonempty-array", pointer="~/multiscales"), exit_code=1, rows=[23])
def no_multiscales(tree: Tree) -> None:
    tree.ome()["multiscales"] = []


@case("image", exit_code=0, rows=[24])
def vendor_keys(tree: Tree) -> None:
    tree.ome()["_creator"] = {"name": "a converter", "version": 1}
    tree.attributes()["_stats"] = None
    tree.ome()["omero"]["channels"][0]["wavelength_id"] = "A01_C01"


# --- axes -------------------------------------------------------------------------------------------


@case("image", warning("axes-type-present", pointer=f"{MS}/axes/0"), exit_code=0, rows=[25])
def axis_without_type(tree: Tree) -> None:
    del tree.multiscale()["axes"][0]["type"]


@case("image", exit_code=0, rows=[26])
def axes_in_upper_case(tree: Tree) -> None:
    for axis in tree.multiscale()["axes"]:
        axis["name"] = axis["name"].upper()
    for path in "012" if tree.version == "0.5" else "":
        tree.array(path)["dimension_names"] = ["C", "Y", "X"]


@case("image", error("axes-entry-type", pointer=f"{MS}/axes"), exit_code=1, rows=[27])
def axes_are_strings(tree: Tree) -> None:
    tree.multiscale()["axes"] = ["c", "y", "x"]


@case("image", error("axes-present", pointer=MS), exit_code=1, rows=[28])
def no_axes(tree: Tree) -> None:
    del tree.multiscale()["axes"]


@case("image", error("axes-order-by-type", pointer=f"{MS}/axes/1"), exit_code=1, rows=[29])
def channel_axis_before_time(tree: Tree) -> None:
    new = Tree(tree.version, image_nodes(tree.version, "", axes="ctyx"))
    tree.docs = new.docs


@case("image", warning("axes-spatial-order-zyx", pointer=f"{MS}/axes"), exit_code=0, rows=[29])
def space_axes_forwards(tree: Tree) -> None:
    tree.docs = Tree(tree.version, image_nodes(tree.version, "", axes="cxyz")).docs


@case("image", error("axes-names-unique", pointer=f"{MS}/axes/2/name"), exit_code=1, rows=[30])
def axis_names_repeated(tree: Tree) -> None:
    tree.multiscale()["axes"][2]["name"] = "y"
    for path in "012" if tree.version == "0.5" else "":
        tree.array(path)["dimension_names"] = ["c", "y", "y"]


def _unit(tree: Tree, axis: int, unit: Any) -> None:
    tree.multiscale()["axes"][axis]["unit"] = unit


_Y_UNIT, _X_UNIT = (warning("axes-unit-space-known", pointer=f"{MS}/axes/{n}/unit") for n in (1, 2))


@case("image", _Y_UNIT, _X_UNIT, exit_code=0, rows=[31])
def unit_um(tree: Tree) -> None:
    _unit(tree, 1, "um")
    _unit(tree, 2, "microns")


@case("image", _Y_UNIT, _X_UNIT, exit_code=0, rows=[31])
def unit_with_either_micro_sign(tree: Tree) -> None:
    _unit(tree, 1, "\u00b5m")
    _unit(tree, 2, "\u03bcm")


@case("image", warning("axes-unit-time-known", pointer=f"{MS}/axes/0/unit"), exit_code=0, rows=[31])
def unit_seconds(tree: Tree) -> None:
    tree.docs = Tree(tree.version, image_nodes(tree.version, "", axes="tyx")).docs
    _unit(tree, 0, "seconds")


@case("image", _X_UNIT, exit_code=0, rows=[32])
def unit_pixel(tree: Tree) -> None:
    _unit(tree, 2, "pixel")


@case("image", _X_UNIT, exit_code=0, rows=[33])
def unit_blank(tree: Tree) -> None:
    _unit(tree, 2, " ")


@case("image", warning("axes-unit-string", pointer=f"{MS}/axes/2/unit"), exit_code=0, rows=[34])
def unit_null(tree: Tree) -> None:
    _unit(tree, 2, None)


@case("image", warning("axes-unit-present", pointer=f"{MS}/axes/2"), exit_code=0, rows=[35])
def unit_called_units(tree: Tree) -> None:
    axis = tree.multiscale()["axes"][2]
    axis["units"] = axis.pop("unit")


@case("image", warning("axes-unit-present", pointer=f"{MS}/axes/2"), exit_code=0, rows=[36])
def unit_in_the_transformation(tree: Tree) -> None:
    unit = tree.multiscale()["axes"][2].pop("unit")
    tree.multiscale()["datasets"][0][TRANSFORMS][0]["unit"] = unit


# --- transformations --------------------------------------------------------------------------------


def _transforms(tree: Tree, n: int) -> list[Any]:
    found: list[Any] = tree.multiscale()["datasets"][n][TRANSFORMS]
    return found


@case("image", error("transform-translation-after-scale", pointer=level(1, f"/{TRANSFORMS}/0")), exit_code=1, rows=[37])
def translation_before_scale(tree: Tree) -> None:
    _transforms(tree, 1).reverse()


@case(
    "image",
    *(error("dataset-transformations-present", pointer=level(n)) for n in range(3)),
    exit_code=1,
    rows=[38],
)
def no_transformations(tree: Tree) -> None:
    for dataset in tree.multiscale()["datasets"]:
        del dataset[TRANSFORMS]


@case("image", error("transform-list-nonempty", pointer=f"{MS}/{TRANSFORMS}"), exit_code=1, rows=[39])
def empty_transformations_of_all_levels(tree: Tree) -> None:
    tree.multiscale()[TRANSFORMS] = []


@case(
    "image",
    error("transform-exactly-one-scale", pointer=level(0, f"/{TRANSFORMS}")),
    error("transform-dataset-only-scale-translation", pointer=level(0, f"/{TRANSFORMS}/0/type")),
    exit_code=1,
    rows=[40],
)
def identity_instead_of_scale(tree: Tree) -> None:
    _transforms(tree, 0)[:] = [{"type": "identity"}]


@case(
    "image",
    warning("transform-parameter-present", pointer=level(0, f"/{TRANSFORMS}/0/path")),
    exit_code=0,
    rows=[40],
)
def scale_kept_in_an_array(tree: Tree) -> None:
    _transforms(tree, 0)[:] = [{"type": "scale", "path": "pixel_sizes"}]
    tree.add("pixel_sizes", array((3,), "float64"))


@case(
    "image",
    warning("transform-parameter-present", pointer=level(0, f"/{TRANSFORMS}/0/path")),
    error("transform-path-vector-length", pointer=level(0, f"/{TRANSFORMS}/0/path")),
    exit_code=1,
)
def scale_kept_in_a_short_array(tree: Tree) -> None:
    _transforms(tree, 0)[:] = [{"type": "scale", "path": "pixel_sizes"}]
    tree.add("pixel_sizes", array((2,), "float64"))


@case("image", error("transform-scale-positive", pointer=level(0, f"/{TRANSFORMS}/0/scale/0")), exit_code=1, rows=[41])
def scale_of_zero(tree: Tree) -> None:
    _transforms(tree, 0)[0]["scale"][0] = 0.0


@case(
    "image", warning("transform-scale-positive", pointer=level(0, f"/{TRANSFORMS}/0/scale/2")), exit_code=0, rows=[42]
)
def scale_negative(tree: Tree) -> None:
    _transforms(tree, 0)[0]["scale"][2] = -0.5


def _bare_nan(tree: Tree, key: str) -> None:
    """Write NaN without quotes where a document has the string "NaN"."""
    data = tree.documents()[key]
    assert b'"NaN"' in data
    tree.docs[key] = data.replace(b'"NaN"', b"NaN")


@case(
    "image",
    error("document-nan", pointer=""),
    error("transform-scale-positive", pointer=level(0, f"/{TRANSFORMS}/0/scale/2")),
    exit_code=1,
    rows=[43],
)
def scale_not_a_number(tree: Tree) -> None:
    _transforms(tree, 0)[0]["scale"][2] = "NaN"
    _bare_nan(tree, tree.key(""))


@case(
    "image",
    error("transform-scale-length-matches-axes", pointer=level(0, f"/{TRANSFORMS}/0/scale")),
    exit_code=1,
    rows=[44],
)
def scale_too_short(tree: Tree) -> None:
    _transforms(tree, 0)[0]["scale"].pop()


@case(
    "image",
    error("transform-translation-length-matches-axes", pointer=level(1, f"/{TRANSFORMS}/1/translation")),
    exit_code=1,
    rows=[44],
)
def translation_too_long(tree: Tree) -> None:
    _transforms(tree, 1)[1]["translation"].append(0)


@case(
    "image",
    warning("transform-scale-meaning", pointer=level(2, f"/{TRANSFORMS}")),
    exit_code=0,
    rows=[45],
)
def scale_contradicts_shape(tree: Tree) -> None:
    _transforms(tree, 2)[0]["scale"][2] = 0.5


@case("image", warning("transform-levels-overlap", pointer=level(2, f"/{TRANSFORMS}")), exit_code=0)
def level_moved_away(tree: Tree) -> None:
    _transforms(tree, 2)[1]["translation"][2] = 100


@case("image", exit_code=0, rows=[46])
def pyramid_without_translations(tree: Tree) -> None:
    for n in (1, 2):
        _transforms(tree, n).pop()


@case("image", exit_code=0, rows=[47])
def sizes_only_for_all_levels(tree: Tree) -> None:
    for n in range(3):
        _transforms(tree, n)[:] = [{"type": "scale", "scale": [1, 2**n, 2**n]}]
    tree.multiscale()[TRANSFORMS] = [{"type": "scale", "scale": [1, 0.5, 0.5]}]


@case("image", error("dataset-order-high-to-low", pointer=level(1, "/path")), exit_code=1, rows=[48])
def coarse_level_first(tree: Tree) -> None:
    datasets = tree.multiscale()["datasets"]
    datasets.insert(0, datasets.pop())


# --- arrays -----------------------------------------------------------------------------------------


@case(
    "image",
    error("zarr-chunk-separator-slash", "1", "/dimension_separator"),
    exit_code=1,
    rows=[49],
    versions=["0.4"],
)
def separator_is_a_dot(tree: Tree) -> None:
    tree.array("1")["dimension_separator"] = "."


@case("image", error("zarr-chunk-separator-slash", "1", ""), exit_code=1, rows=[49], versions=["0.4"])
def separator_not_written(tree: Tree) -> None:
    del tree.array("1")["dimension_separator"]


@case("image", error("dataset-path-relative-resolves", pointer=level(2, "/path")), exit_code=1, rows=[50])
def level_missing(tree: Tree) -> None:
    tree.remove("2")


@case("image", error("dataset-path-relative-resolves", pointer=level(2, "/path")), exit_code=1)
def level_is_a_group(tree: Tree) -> None:
    tree.remove("2")
    tree.add("2", None)


@case("image", error("dataset-path-relative-resolves", pointer=level(2, "/path")), exit_code=1, rows=[51])
def chunks_without_header(tree: Tree) -> None:
    tree.remove("2")
    tree.docs["2/0/0/0"] = b"\0\0"


@case("image", warning("dataset-dtype-consistent", "2", "<dtype>"), exit_code=0, rows=[52])
def level_of_another_dtype(tree: Tree) -> None:
    tree.retype("2", "uint32")


@case(
    "image",
    v04=(warning("dataset-codecs-consistent", "2", "/compressor"),),
    v05=(warning("dataset-codecs-consistent", "2", "/codecs"),),
    exit_code=0,
    rows=[53],
)
def level_of_other_codecs(tree: Tree) -> None:
    if tree.version == "0.4":
        tree.array("2")["compressor"] = {"id": "zlib", "level": 1}
    else:
        tree.array("2")["codecs"].append({"name": "gzip", "configuration": {"level": 1}})


@case("image", error("dataset-ndim-matches-axes", "2", "/shape"), exit_code=1, rows=[54])
def level_of_other_ndim(tree: Tree) -> None:
    tree.add("2", array((16, 16), "uint16", ("y", "x")))


@case(
    "image", error("dataset-ndim-matches-axes", "2", "/shape"), error("dataset-ndim-2-to-5", "2", "/shape"), exit_code=1
)
def level_of_one_dimension(tree: Tree) -> None:
    tree.add("2", array((16,), "uint16", ("x",)))


@case("image", error("axes-present", pointer=MS), error("dataset-ndim-consistent", "2", "/shape"), exit_code=1)
def no_axes_and_level_of_other_ndim(tree: Tree) -> None:
    del tree.multiscale()["axes"]
    tree.add("2", array((16, 16), "uint16", ("y", "x")))


@case("image", warning("axes-order-matches-arrays", pointer=f"{MS}/axes/0"), exit_code=0)
def channel_axis_shrinks(tree: Tree) -> None:
    """The arrays run y, x, c; as 64 x 64 x 3 their last axis is named x, and the channel axis halves."""
    for n in range(3):
        tree.add(str(n), array((64 >> n, 64 >> n, 3), "uint16", ("c", "y", "x")))
        tree.multiscale()["datasets"][n][TRANSFORMS] = [{"type": "scale", "scale": [2**n, 2**n, 1]}]
    del tree.ome()["omero"]


@case("image", error("zarr-dimension-names-present", "1", ""), exit_code=1, rows=[55], versions=["0.5"])
def dimension_names_missing(tree: Tree) -> None:
    del tree.array("1")["dimension_names"]


@case(
    "image",
    error("zarr-dimension-names-present", "1", "/dimension_names"),
    exit_code=1,
    rows=[56],
    versions=["0.5"],
)
def dimension_names_null(tree: Tree) -> None:
    tree.array("1")["dimension_names"] = None


@case(
    "image",
    error("zarr-dimension-names-match-axes", "1", "/dimension_names"),
    exit_code=1,
    rows=[57],
    versions=["0.5"],
)
def dimension_names_differ(tree: Tree) -> None:
    tree.array("1")["dimension_names"] = ["c", "x", "y"]


@case(
    "image", warning("zarr-array-dimensions-repeat-axes", pointer="/_ARRAY_DIMENSIONS"), exit_code=0, versions=["0.4"]
)
def xarray_dimensions_differ(tree: Tree) -> None:
    tree.ome()["_ARRAY_DIMENSIONS"] = ["c", "x", "y"]


@case("image", error("document-nan", "0", ""), exit_code=1, rows=[58])
def fill_value_bare_nan(tree: Tree) -> None:
    for n in "012":
        tree.retype(n, "float32")
    del tree.ome()["omero"]
    tree.array("0")["fill_value"] = "NaN"
    _bare_nan(tree, tree.key("0", of="array"))


@case("image", exit_code=0, rows=[59])
def fortran_order_and_big_endian(tree: Tree) -> None:
    for n in "012":
        if tree.version == "0.4":
            tree.array(n).update(order="F", dtype=">u2")
        else:
            transpose = {"name": "transpose", "configuration": {"order": [2, 1, 0]}}
            tree.array(n)["codecs"] = [transpose, {"name": "bytes", "configuration": {"endian": "big"}}]


def _path(tree: Tree, n: int, path: Any) -> None:
    tree.multiscale()["datasets"][n]["path"] = path


@case("image", v04=(), v05=(warning("zarr-intermediate-is-group", "scale0", ""),), exit_code=0, rows=[60])
def level_nested(tree: Tree) -> None:
    tree.move("0", "scale0/image")
    _path(tree, 0, "scale0/image")


@case("image", warning("dataset-path-relative-resolves", pointer=level(1, "/path")), exit_code=0, rows=[60])
def path_ends_with_slash(tree: Tree) -> None:
    _path(tree, 1, "1/")


@case("image", error("dataset-path-relative-resolves", pointer=level(1, "/path")), exit_code=1, rows=[60])
def path_begins_with_slash(tree: Tree) -> None:
    _path(tree, 1, "/1")


@case("image", error("dataset-path-string", pointer=level(1, "/path")), exit_code=1, rows=[60])
def path_is_a_number(tree: Tree) -> None:
    _path(tree, 1, 1)


@case("image", error("dataset-path-relative-resolves", pointer=level(1, "/path")), exit_code=1, rows=[60])
def path_climbs_out(tree: Tree) -> None:
    _path(tree, 1, "../x")


@case(
    "image",
    warning("dataset-path-unique", pointer=level(3, "/path")),
    info("dataset-order-high-to-low", pointer=level(3, "/path")),
    exit_code=0,
    rows=[60],
)
def path_repeated(tree: Tree) -> None:
    datasets = tree.multiscale()["datasets"]
    datasets.append(dict(datasets[2]))


@case("image", warning("zarr-chunks-fit-array", "2", "<chunks>"), exit_code=0)
def chunks_larger_than_array(tree: Tree) -> None:
    tree.rechunk("2", [1, 64, 64])


@case("image", error("zarr-chunks-fit-array", "2", "<chunks>"), exit_code=1)
def chunks_of_other_ndim(tree: Tree) -> None:
    tree.rechunk("2", [16, 16])


# --- rendering settings -----------------------------------------------------------------------------

_CHANNEL = "~/omero/channels/1"


def _channel(tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = tree.ome()["omero"]["channels"][1]
    return found


@case("image", error("omero-channel-window-present", pointer=_CHANNEL), exit_code=1, rows=[61])
def channel_without_window(tree: Tree) -> None:
    del _channel(tree)["window"]


@case("image", *[error("omero-window-keys-present", pointer=f"{_CHANNEL}/window")] * 2, exit_code=1, rows=[62])
def window_without_limits(tree: Tree) -> None:
    del _channel(tree)["window"]["min"], _channel(tree)["window"]["max"]


@case("image", error("omero-channel-color-present", pointer=_CHANNEL), exit_code=1, rows=[63])
def channel_without_color(tree: Tree) -> None:
    del _channel(tree)["color"]


@case("image", error("omero-channel-color-hex6", pointer=f"{_CHANNEL}/color"), exit_code=1, rows=[63])
def color_with_hash(tree: Tree) -> None:
    _channel(tree)["color"] = "#FF0000"


@case("image", error("omero-channel-color-string", pointer=f"{_CHANNEL}/color"), exit_code=1, rows=[63])
def color_is_a_number(tree: Tree) -> None:
    _channel(tree)["color"] = 65280


@case("image", warning("omero-channel-count-matches-array", pointer="~/omero/channels"), exit_code=0, rows=[64])
def channel_left_out(tree: Tree) -> None:
    tree.ome()["omero"]["channels"].pop()


@case("image", error("omero-channels-present", pointer="~/omero"), exit_code=1, rows=[65])
def omero_without_channels(tree: Tree) -> None:
    del tree.ome()["omero"]["channels"]


@case("image", error("document-nan", pointer=""), exit_code=1, rows=[66])
def window_not_a_number(tree: Tree) -> None:
    _channel(tree)["window"]["start"] = "NaN"
    _bare_nan(tree, tree.key(""))


@case("image", info("omero-rdefs-in-range", pointer="~/omero/rdefs/defaultZ"), exit_code=0)
def default_plane_out_of_range(tree: Tree) -> None:
    tree.ome()["omero"]["rdefs"]["defaultZ"] = 7


@case("image", info("dataset-all-listed", pointer=f"{MS}/datasets"), exit_code=0)
def level_not_listed(tree: Tree) -> None:
    tree.multiscale()["datasets"].pop()


@case("image", warning("omero-window-fits-dtype", pointer=f"{_CHANNEL}/window/max"), exit_code=0)
def window_beyond_dtype(tree: Tree) -> None:
    _channel(tree)["window"]["max"] = 65536


# --- labels -----------------------------------------------------------------------------------------


@case("labels", error("labels-key-present", "labels"), exit_code=1, rows=[67])
def labels_group_without_list(tree: Tree) -> None:
    del tree.ome("labels")["labels"]


@case("labels", error("labels-paths-resolve", "labels", "~/labels/1"), exit_code=1, rows=[68])
def listed_label_missing(tree: Tree) -> None:
    tree.ome("labels")["labels"].append("nuclei")


@case("labels", error("labels-paths-are-label-images", "labels", "~/labels/1"), exit_code=1)
def listed_label_is_bare(tree: Tree) -> None:
    tree.ome("labels")["labels"].append("nuclei")
    tree.add("labels/nuclei", None)


@case(
    "labels",
    v04=(error("labels-paths-are-label-images", "labels", "~/labels/0"),),
    v05=(warning("label-image-label-present", "labels/cells"),),
    exit_code=(1, 0),
)
def label_without_image_label(tree: Tree) -> None:
    del tree.ome("labels/cells")["image-label"]


@case("labels", v04=(), v05=(warning("labels-all-listed", "labels", "~/labels"),), exit_code=0, rows=[69])
def label_not_listed(tree: Tree) -> None:
    for key in [key for key in tree.docs if key.startswith("labels/cells/")]:
        tree.docs[key.replace("/cells/", "/nuclei/")] = tree.docs[key]


@case(
    "labels", *(error("label-dtype-integer", f"labels/cells/{n}", "<dtype>") for n in range(3)), exit_code=1, rows=[70]
)
def labels_are_floats(tree: Tree) -> None:
    for n in range(3):
        tree.retype(f"labels/cells/{n}", "float32")


@case("labels", warning("label-value-fits-dtype", "labels/cells", "~/image-label/colors/0/label-value"), exit_code=0)
def label_value_beyond_the_data_type(tree: Tree) -> None:
    tree.ome("labels/cells")["image-label"]["colors"][0]["label-value"] = -1


@case(
    "labels",
    error("label-dataset-count-matches-image", "labels/cells", f"{MS}/datasets"),
    info("dataset-all-listed", "labels/cells", f"{MS}/datasets"),
    exit_code=1,
    rows=[71],
)
def label_of_fewer_levels(tree: Tree) -> None:
    tree.multiscale("labels/cells")["datasets"].pop()


@case("labels", warning("label-shape-matches-image", "labels/cells/0", "/shape"), exit_code=0)
def label_of_another_shape(tree: Tree) -> None:
    tree.array("labels/cells/0")["shape"] = [60, 64]
    tree.rechunk("labels/cells/0", [32, 32])
    for n in range(3):
        tree.multiscale("labels/cells")["datasets"][n][TRANSFORMS][0]["scale"][0] = [0.5, 0.94, 1.88][n]


@case(
    "labels", *(warning("label-position-matches-image", "labels/cells", level(0, f"/{TRANSFORMS}")),) * 2, exit_code=0
)
def label_of_another_pixel_size(tree: Tree) -> None:
    for dataset in tree.multiscale("labels/cells")["datasets"]:
        for transform in dataset[TRANSFORMS]:
            transform[transform["type"]] = [2 * number for number in transform[transform["type"]]]


@case(
    "labels", error("label-source-image-resolves", "labels/cells", "~/image-label/source/image"), exit_code=1, rows=[72]
)
def source_dangling(tree: Tree) -> None:
    tree.ome("labels/cells")["image-label"]["source"]["image"] = "../../raw"


@case("labels", error("label-source-image-resolves", "labels/cells", "~/image-label/source/image"), exit_code=1)
def source_is_the_labels_group(tree: Tree) -> None:
    tree.ome("labels/cells")["image-label"]["source"]["image"] = "../"


@case(
    "labels",
    v04=(error("label-colors-label-value-unique", "labels/cells", "~/image-label/colors/1/label-value"),),
    v05=(warning("label-colors-label-value-unique", "labels/cells", "~/image-label/colors/1/label-value"),),
    exit_code=(1, 0),
    rows=[73],
)
def label_value_repeated(tree: Tree) -> None:
    tree.ome("labels/cells")["image-label"]["colors"][1]["label-value"] = 1


@case(
    "labels",
    *(error("label-colors-rgba", "labels/cells", f"~/image-label/colors/0/rgba/{n}") for n in (0, 3)),
    exit_code=1,
    rows=[73],
)
def rgba_as_fractions(tree: Tree) -> None:
    tree.ome("labels/cells")["image-label"]["colors"][0]["rgba"] = [0.5, 0, 0, 0.25]


@case(
    "image",
    v04=(error("labels-key-present", "labels"),),
    v05=(error("labels-key-present", "labels", "/attributes"),),
    exit_code=1,
    rows=[74],
)
def labels_group_empty(tree: Tree) -> None:
    tree.add("labels", None)


@case("labels", v04=(warning("labels-intermediate-groups-bare", "labels/a", ""),),
      v05=(error("labels-intermediate-groups-bare", "labels/a", ""),), exit_code=(0, 1))  # fmt: skip
def group_above_label_has_metadata(tree: Tree) -> None:
    tree.move("labels/cells", "labels/a/cells")
    tree.ome("labels")["labels"] = ["a/cells"]
    tree.ome("labels/a/cells")["image-label"]["source"]["image"] = "../../../"
    tree.add("labels/a", {"series": ["cells"]})


@case("labels", error("labels-intermediate-groups-bare", "labels/b", ""), exit_code=1, versions=["0.5"])
def group_above_label_has_empty_metadata(tree: Tree) -> None:
    _copy_label(tree, "b/nuclei", "../../../")
    tree.ome("labels")["labels"].append("b/nuclei")
    tree.add("labels/b", None)
    tree.attributes("labels/b")["ome"] = {}


@case("labels", warning("labels-paths-resolve", "labels", "~/labels/1"), exit_code=0)
def listed_by_a_path_with_dots(tree: Tree) -> None:
    _copy_label(tree, "dotted", "../../")
    tree.ome("labels")["labels"].append("./dotted")


@case("labels", v04=(), v05=(warning("labels-all-listed", "labels", "~/labels"),), exit_code=0, rows=[69])
def label_further_below_not_listed(tree: Tree) -> None:
    _copy_label(tree, "original/0", "../../../")
    tree.add("labels/original", None)


@case(
    "labels",
    *(error("label-dtype-integer", f"labels/cells/labels/parts/{n}", "<dtype>") for n in range(3)),
    exit_code=1,
)
def label_of_a_label_image_is_of_floats(tree: Tree) -> None:
    _copy_label(tree, "cells/labels/parts", "../../")
    tree.add("labels/cells/labels", {"labels": ["parts"]})
    for n in range(3):
        tree.retype(f"labels/cells/labels/parts/{n}", "float32")


def _copy_label(tree: Tree, path: str, source: str) -> None:
    for key in [
        key for key in tree.docs if key.startswith("labels/cells/") and "/labels/" not in key[len("labels/") :]
    ]:
        tree.docs[f"labels/{path}/{key[len('labels/cells/') :]}"] = copy.deepcopy(tree.docs[key])
    tree.ome(f"labels/{path}")["image-label"]["source"]["image"] = source


@case("plate", error("labels-group-beside-levels", "A/1/labels", ""), exit_code=1)
def labels_below_a_well(tree: Tree) -> None:
    tree.add("A/1/labels", {"labels": ["cells"]})


@case("plate", error("labels-group-beside-levels", "labels", ""), exit_code=1)
def labels_below_a_plate(tree: Tree) -> None:
    tree.add("labels", {"labels": ["cells"]})


@case("labels", error("labels-group-not-image", "labels", "~/multiscales"), exit_code=1, versions=["0.5"])
def labels_group_is_an_image(tree: Tree) -> None:
    tree.ome("labels")["multiscales"] = tree.ome()["multiscales"]


# --- plates -----------------------------------------------------------------------------------------


def _plate(tree: Tree) -> dict[str, Any]:
    found: dict[str, Any] = tree.ome()["plate"]
    return found


_W1 = "~/plate/wells/1"


@case(
    "plate",
    error("plate-well-row-index-present", pointer=_W1),
    error("plate-well-column-index-present", pointer=_W1),
    exit_code=1,
    rows=[75],
)
def well_without_indexes(tree: Tree) -> None:
    del _plate(tree)["wells"][1]["rowIndex"], _plate(tree)["wells"][1]["columnIndex"]


@case("plate", error("plate-well-index-nonnegative-integer", pointer=f"{_W1}/rowIndex"), exit_code=1, rows=[76])
def row_index_is_a_string(tree: Tree) -> None:
    _plate(tree)["wells"][1]["rowIndex"] = "0"


@case("plate", error("plate-well-index-consistent", pointer=f"{_W1}/columnIndex"), exit_code=1, rows=[77])
def column_index_of_another_well(tree: Tree) -> None:
    _plate(tree)["wells"][1]["columnIndex"] = 2


@case("plate", error("plate-well-index-in-range", pointer=f"{_W1}/columnIndex"), exit_code=1, rows=[78])
def column_index_out_of_range(tree: Tree) -> None:
    _plate(tree)["wells"][1]["columnIndex"] = 3


@case("plate", error("plate-well-path-resolves", pointer=f"{_W1}/path"), exit_code=1, rows=[79])
def well_missing(tree: Tree) -> None:
    tree.remove("A/2")


@case("plate", error("plate-well-path-resolves", pointer=f"{_W1}/path"), exit_code=1)
def well_is_bare(tree: Tree) -> None:
    tree.docs.pop(tree.key("A/2"))
    tree.add("A/2", None)


@case("plate", error("zarr-image-is-group", "B", ""), exit_code=1, rows=[80])
def row_is_no_group(tree: Tree) -> None:
    del tree.docs[tree.key("B", of="group")]


@case("plate", error("store-without-metadata", pointer=""), exit_code=3, rows=[81])
def plate_key_missing(tree: Tree) -> None:
    del tree.ome()["plate"]


@case("plate", error("zarr-image-is-group", "A/2", ""), exit_code=1, rows=[82], versions=["0.4"])
def well_without_zgroup(tree: Tree) -> None:
    del tree.docs["A/2/.zgroup"]


@case("plate", error("plate-wells-entries-unique", pointer="~/plate/wells/4"), exit_code=1, rows=[83])
def well_listed_twice(tree: Tree) -> None:
    wells = _plate(tree)["wells"]
    wells.append(dict(wells[0]))


@case("plate", error("plate-wells-nonempty", pointer="~/plate/wells"), exit_code=1, rows=[83])
def no_wells(tree: Tree) -> None:
    _plate(tree)["wells"] = []
    for row in "AB":
        tree.remove(row)


@case(
    "plate",
    error("plate-well-path-two-parts", pointer=f"{_W1}/path"),
    error("plate-well-path-resolves", pointer=f"{_W1}/path"),
    warning("plate-empty-well-group-absent", "A/2", ""),
    exit_code=1,
    rows=[84],
)
def well_path_with_backslash(tree: Tree) -> None:
    _plate(tree)["wells"][1]["path"] = "A\\2"


@case("plate", error("well-image-path-alphanumeric", "A/2", "~/well/images/1/path"), exit_code=1, rows=[85])
def field_path_with_underscore(tree: Tree) -> None:
    tree.ome("A/2")["well"]["images"][1]["path"] = "field_1"
    tree.move("A/2/1", "A/2/field_1")


@case("plate", error("plate-well-path-two-parts", pointer=f"{_W1}/path"), exit_code=1, rows=[60])
def well_path_with_a_dot(tree: Tree) -> None:
    _plate(tree)["wells"][1]["path"] = "./A/2"


@case("plate", error("well-image-path-alphanumeric", "A/2", "~/well/images/1/path"), exit_code=1, rows=[60])
def field_path_with_a_dot(tree: Tree) -> None:
    tree.ome("A/2")["well"]["images"][1]["path"] = "./1"


@case(
    "plate",
    error("plate-column-name-alphanumeric", pointer="~/plate/columns/1/name"),
    error("plate-well-path-two-parts", pointer=f"{_W1}/path"),
    exit_code=1,
    rows=[86],
)
def column_named_with_underscore(tree: Tree) -> None:
    _plate(tree)["columns"][1]["name"] = "Col_2"
    _plate(tree)["wells"][1]["path"] = "A/Col_2"
    tree.move("A/2", "A/Col_2")


@case("plate", error("plate-acquisition-id-present", pointer="~/plate/acquisitions/2"), exit_code=1, rows=[87])
def acquisition_without_id(tree: Tree) -> None:
    _plate(tree)["acquisitions"].append({"name": "third", "maximumfieldcount": 1})


@case("plate", error("well-acquisition-required-if-several", "B/1", "~/well/images/1"), exit_code=1, rows=[87])
def image_without_acquisition(tree: Tree) -> None:
    del tree.ome("B/1")["well"]["images"][1]["acquisition"]


@case("plate", error("well-acquisition-in-plate", "B/1", "~/well/images/1/acquisition"), exit_code=1)
def image_of_unknown_acquisition(tree: Tree) -> None:
    tree.ome("B/1")["well"]["images"][1]["acquisition"] = 7


@case("plate", error("plate-field-count-positive-integer", pointer="~/plate/field_count"), exit_code=1, rows=[88])
def field_count_zero(tree: Tree) -> None:
    _plate(tree)["field_count"] = 0


@case("plate", warning("plate-field-count-is-maximum", pointer="~/plate/field_count"), exit_code=0)
def field_count_too_small(tree: Tree) -> None:
    _plate(tree)["field_count"] = 1


@case(
    "plate",
    warning("plate-acquisition-maximumfieldcount-is-maximum", pointer="~/plate/acquisitions/0/maximumfieldcount"),
    exit_code=0,
)
def more_fields_than_maximum(tree: Tree) -> None:
    tree.ome("A/2")["well"]["images"][1]["acquisition"] = 0


@case("plate", exit_code=0, rows=[89])
def plate_named_like_a_path(tree: Tree) -> None:
    _plate(tree)["name"] = "/data/idr0011/Screen A & B/plate 1.screen"


@case("plate", exit_code=0, rows=[90])
def images_of_different_size(tree: Tree) -> None:
    new = Tree(tree.version, image_nodes(tree.version, "A/2/0", axes="yx", levels=2, size=24))
    tree.docs.update(new.docs)


@case(
    "plate",
    error("plate-groups-above-images", pointer="~/plate/wells/4/path"),
    error("plate-well-path-two-parts", pointer="~/plate/wells/4/path"),
    exit_code=1,
)
def well_directly_below_plate(tree: Tree) -> None:
    _plate(tree)["wells"].append({"path": "A3", "rowIndex": 0, "columnIndex": 2})
    for key in [key for key in tree.docs if key.startswith("A/2/")]:
        tree.docs["A3" + key[3:]] = tree.docs[key]


@case("plate", warning("plate-empty-row-group-absent", "C", ""), exit_code=0)
def row_group_without_wells(tree: Tree) -> None:
    _plate(tree)["rows"].append({"name": "C"})
    _plate(tree)["columns"].append({"name": "4"})  # 3 x 4 is a standard plate
    tree.add("C", None)


@case("plate", warning("plate-empty-well-group-absent", "A/3", ""), exit_code=0)
def well_group_without_images(tree: Tree) -> None:
    tree.add("A/3", None)


@case("collection", warning("series-paths-are-images", "OME", "~/series/1"), exit_code=0)
def series_path_with_a_dot(tree: Tree) -> None:
    tree.ome("OME")["series"][1] = "./1"


@case("collection", warning("series-paths-are-images", "OME", "~/series/1"), exit_code=0)
def series_path_with_a_slash_at_the_end(tree: Tree) -> None:
    tree.ome("OME")["series"][1] = "1/"


@case("collection", warning("series-images-all-listed", "OME", "~/series"), exit_code=0)
def image_not_in_series(tree: Tree) -> None:
    for key in [key for key in tree.docs if key.startswith("1/")]:
        tree.docs[f"old{key[1:]}"] = tree.docs[key]


@case("plate", warning("well-images-all-listed", "B/3", "~/well/images"), exit_code=0)
def field_not_listed(tree: Tree) -> None:
    for key in [key for key in tree.docs if key.startswith("B/3/1/")]:
        tree.docs[f"B/3/old{key[5:]}"] = tree.docs[key]


@case("plate", warning("plate-empty-well-group-absent", "A/3", ""), exit_code=0)
def well_not_listed(tree: Tree) -> None:
    for key in [key for key in tree.docs if key.startswith("A/2/")]:
        tree.docs[f"A/3{key[3:]}"] = tree.docs[key]


@case("plate", error("well-image-path-resolves", "B/3", "~/well/images/1/path"), exit_code=1)
def field_missing(tree: Tree) -> None:
    tree.remove("B/3/1")


@case(
    "plate",
    v04=(error("zarr-format-2", "A/2", ""),),
    v05=(error("zarr-format-3", "A/2", ""),),
    exit_code=1,
)
def field_of_other_zarr_format(tree: Tree) -> None:
    other = "0.5" if tree.version == "0.4" else "0.4"
    tree.remove("A/2/1")
    tree.docs.update(Tree(other, image_nodes(other, "A/2/1", axes="yx", levels=2, size=16)).docs)


# --- collections ------------------------------------------------------------------------------------


@case("numbered", error("collection-numbered-groups"), error("collection-one-image-per-group", "OME", ""), exit_code=1)
def image_number_missing(tree: Tree) -> None:
    tree.move("1", "2")
    tree.docs[XML_KEY] = ome_xml(3)


@case("collection", error("collection-one-image-per-group", "OME", ""), exit_code=1, rows=[101])
def ome_xml_of_other_images(tree: Tree) -> None:
    tree.docs[XML_KEY] = ome_xml(3)


@case("collection", *[error("collection-ome-xml-metadata-only", "OME", "")] * 2, exit_code=1, rows=[101])
def ome_xml_with_pixels(tree: Tree) -> None:
    tree.docs[XML_KEY] = ome_xml(pixels="<TiffData/>")


@case("collection", *[error("collection-ome-xml-metadata-only", "OME", "")] * 2, exit_code=1, rows=[101])
def ome_xml_that_says_nothing_of_pixels(tree: Tree) -> None:
    tree.docs[XML_KEY] = ome_xml(pixels="")


@case("collection", error("collection-ome-xml-valid", "OME", ""), exit_code=1)
def ome_xml_broken(tree: Tree) -> None:
    tree.docs[XML_KEY] = ome_xml()[:-3]


@case("plate-collection", error("collection-plate-key-precedence"), error("collection-numbered-groups"), exit_code=1)
def plate_key_missing_in_collection(tree: Tree) -> None:
    del tree.ome()["plate"]
    tree.remove("OME")
    tree.docs[XML_KEY] = ome_xml(8)
    tree.add("OME", None)


@case("plate-collection", error("collection-plate-key-precedence"), exit_code=1)
def plate_key_missing_beside_series(tree: Tree) -> None:
    del tree.ome()["plate"]


@case("numbered", error("collection-plate-key-precedence"), exit_code=1)
def rows_of_wells_beside_numbered_images(tree: Tree) -> None:
    tree.docs.update(Tree(tree.version, {k: v for k, v in plate_nodes(tree.version).items() if k}).docs)


@case("collection", error("series-paths-are-images", "OME", "~/series/1"), exit_code=1)
def plate_among_images(tree: Tree) -> None:
    tree.remove("1")
    nodes = {f"1/{path}".rstrip("/"): node for path, node in plate_nodes(tree.version).items()}
    tree.docs.update(Tree(tree.version, nodes).docs)


@case("numbered", error("zarr-image-is-group", "OME", ""), exit_code=1)
def ome_folder_without_group(tree: Tree) -> None:
    tree.remove("OME")
    tree.docs[XML_KEY] = ome_xml()


@case("plate-collection", error("collection-plate-not-mixed"), exit_code=1)
def image_beside_rows(tree: Tree) -> None:
    tree.docs.update(Tree(tree.version, image_nodes(tree.version, "0", axes="yx")).docs)


@case(
    "plate-collection",
    warning("collection-plate-series-present", pointer=f"~/{LAYOUT}"),
    warning("collection-ome-xml-present"),
    exit_code=0,
)
def plate_without_series(tree: Tree) -> None:
    tree.remove("OME")


@case("plate-collection", warning("collection-plate-series-matches-wells", "OME", "~/series"), exit_code=0)
def series_in_another_order_than_wells(tree: Tree) -> None:
    series = tree.ome("OME")["series"]
    series[0], series[-1] = series[-1], series[0]


@case("plate-collection", error("series-paths-are-images", "OME", "~/series/8"), exit_code=1)
def series_of_a_plate_names_no_field(tree: Tree) -> None:
    tree.ome("OME")["series"].append("B/9/0")
    tree.docs[XML_KEY] = ome_xml(9)


# --- container --------------------------------------------------------------------------------------


@case("image", error("document-encoding", pointer=""), exit_code=1, rows=[91])
def byte_order_mark(tree: Tree) -> None:
    key = tree.key("")
    tree.docs[key] = b"\xef\xbb\xbf" + tree.documents()[key]


@case("image", error("zarr-image-is-group", pointer=""), exit_code=1, rows=[92], versions=["0.4"])
def root_without_zgroup(tree: Tree) -> None:
    del tree.docs[".zgroup"]


@case("image", error("zarr-format-3", pointer="/node_type"), exit_code=1, versions=["0.5"])
def root_says_it_is_a_folder(tree: Tree) -> None:
    tree.docs["zarr.json"]["node_type"] = "folder"


def consolidate(tree: Tree) -> Tree:
    """Put copies of all documents into the root, as zarr-python does."""
    if tree.version == "0.4":
        kept = {key: value for key, value in tree.docs.items() if key.endswith((".zgroup", ".zattrs", ".zarray"))}
        tree.docs[".zmetadata"] = copy.deepcopy({"zarr_consolidated_format": 1, "metadata": kept})
    else:
        kept = {k.removesuffix("/zarr.json"): v for k, v in tree.docs.items() if k.endswith("/zarr.json")}
        inline = {"kind": "inline", "must_understand": False, "metadata": kept}
        tree.docs["zarr.json"]["consolidated_metadata"] = copy.deepcopy(inline)
    return tree


@case("labels", exit_code=0)
def consolidated_and_current(tree: Tree) -> None:
    consolidate(tree)


@case("labels", warning("zarr-consolidated-current", "labels/cells/2", ""), exit_code=0, rows=[93])
def consolidated_before_a_change(tree: Tree) -> None:
    consolidate(tree)
    tree.rechunk("labels/cells/2", [8, 8])


@case("image", exit_code=0, rows=[94])
def stray_files(tree: Tree) -> None:
    for folder in ("", "0/", "notes/"):
        tree.docs[f"{folder}.DS_Store"] = b"\0\0\0\1Bud1"
    tree.docs["Thumbs.db"] = b"\0"


@case("image", exit_code=0, rows=[95], folder="idr0157 [plate 1] ümläut 数据.ome.zarr")
def store_name_of_any_characters(tree: Tree) -> None:
    assert tree.docs


@case(
    "plate",
    *(error("plate-well-path-resolves", pointer=f"~/plate/wells/{n}/path") for n in (0, 1)),
    *(warning("plate-empty-well-group-absent", f"a/{n}", "") for n in (1, 2)),
    exit_code=1,
    rows=[96],
)
def row_in_lower_case(tree: Tree) -> None:
    tree.move("A", "a")

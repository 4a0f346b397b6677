"""Data types of Zarr: the names of v3, and the codes of v2, which are those of NumPy."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ngff_core.issues.pointer import Pointer
from ngff_core.issues.requirement import Severity
from ngff_core.structure.values import JSON
from ngff_core.zarr.headers.extensions import configuration_of, is_unknown, member_problems, name_of, unknown
from ngff_core.zarr.headers.problem import Problem, wrong
from ngff_core.zarr.headers.spellings import meant_names, question

__all__ = [
    "DATA_TYPES",
    "INTEGER_SIZES",
    "V2_NAMES",
    "data_type_problems",
    "dtype_problems",
    "integer_range",
    "itemsize",
    "number_of",
    "parts_of",
]

INTEGER_SIZES = (2, 4, 8, 16, 32, 64)  # bits

RULE = "zarr-data-type-valid"

DATA_TYPES = {
    "b1": "bool",
    **{f"i{size}": f"int{size * 8}" for size in (1, 2, 4, 8)},
    **{f"u{size}": f"uint{size * 8}" for size in (1, 2, 4, 8)},
    **{f"f{size}": f"float{size * 8}" for size in (2, 4, 8)},
    **{f"c{size}": f"complex{size * 8}" for size in (8, 16)},
}
"""One name of v3 for each kind and number of bytes; the byte order is a matter of the `bytes` codec there."""

V2_NAMES = {name: code for code, name in DATA_TYPES.items()}

# in the registry of extensions, or written by zarr-python under this name
REGISTERED = frozenset(
    (
        *V2_NAMES,
        *("string", "bytes", "variable_length_bytes", "struct", "structured", "numpy.datetime64", "numpy.timedelta64"),
        *("fixed_length_utf32", "null_terminated_bytes", "raw_bytes", "bfloat16", "int2", "uint2", "int4", "uint4"),
        *("float4_e2m1fn", "float6_e2m3fn", "float6_e3m2fn", "float8_e3m4", "float8_e4m3", "float8_e4m3b11fnuz"),
        *("float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu", "complex_bfloat16"),
        *("complex_float16", "complex_float32", "complex_float64", "optional"),
    )
)
# what tensorstore writes into v2 for numbers that NumPy does not have
V2_EXTENSIONS = frozenset(
    (
        *("bfloat16", "int2", "int4", "uint4", "float4_e2m1fn", "float8_e3m4", "float8_e4m3fn", "float8_e4m3fnuz"),
        *("float8_e4m3b11fnuz", "float8_e5m2", "float8_e5m2fnuz"),
    )
)
CONFIGURED = ("numpy.datetime64", "numpy.timedelta64", "fixed_length_utf32", "null_terminated_bytes", "raw_bytes")
SIZES = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (2, 4, 8), "c": (8, 16), "m": (8,), "M": (8,)}
LONG = {"f": (12, 16), "c": (24, 32)}  # NumPy's long double, whose bytes differ from machine to machine
UNITS = r"\d*(?:generic|Y|M|W|D|h|m|s|ms|us|μs|ns|ps|fs|as)"


def itemsize(data_type: str) -> int:
    """Return how many bytes a pixel of a number of v3 takes."""
    return int(V2_NAMES[data_type][1:])


def integer_range(data_type: str | None) -> tuple[int, int] | None:
    """Return the least and the greatest value of a type of integers, such as ``uint16``; ``None`` for others."""
    match = re.fullmatch(r"(u?)int([0-9]{1,2})", data_type) if data_type is not None else None
    bits = int(match[2]) if match is not None else 0
    if match is None or bits not in INTEGER_SIZES:
        return None
    return (0, 2**bits - 1) if match[1] else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def data_type_problems(value: JSON, at: Pointer) -> Iterator[Problem]:
    """Yield what is wrong with the ``data_type`` of an array of v3."""
    name = name_of(value)
    if name in V2_NAMES and isinstance(value, str):
        return
    code = DATA_TYPES.get(name.strip().lstrip("<>|=")) if name is not None else None
    hint = f'write "{code}"; the byte order is that of the codec bytes' if code is not None else _asked(name)
    for problem in member_problems(RULE, value, at, "data type"):
        yield Problem(
            RULE, problem.pointer, problem.message, problem.found, problem.expected, hint=hint or problem.hint
        )
    if name is None:
        return
    if code is not None and is_unknown(name, REGISTERED):
        yield wrong(RULE, at, name, f'"{code}", as Zarr v3 has it', "the data type", hint)
    elif re.fullmatch(r"r[0-9]{1,9}", name):
        if int(name[1:]) % 8 or not int(name[1:]):
            yield wrong(RULE, at, name, "r and a multiple of 8", "the data type")
    elif name in CONFIGURED and not configuration_of(value):
        yield Problem(RULE, at, f"the data type {name} has no configuration", expected='"configuration": an object')
    elif name in V2_NAMES:
        for key in configuration_of(value):
            message = f"the data type {name} has no setting {key!r}"
            yield Problem(RULE, (*at, "configuration", key), message, key, f'"{name}"', hint=f'write "{name}"')
    elif is_unknown(name, REGISTERED):
        yield unknown("data type", name, at, hint)


def _asked(name: str | None) -> str | None:
    """Return a hint on the name of v3 that was perhaps meant by another."""
    return question(meant_names(name, REGISTERED)) if name is not None and name not in REGISTERED else None


# --- v2 ---------------------------------------------------------------------------------------------


def parts_of(dtype: JSON) -> tuple[str, str, int] | None:
    """Return byte order, kind and size of a plain ``dtype`` of v2; ``None`` where it is none."""
    match = re.fullmatch(r"([<>|])([biufcmMSUVO])([0-9]{0,9})(\[\w+\])?", dtype) if isinstance(dtype, str) else None
    if match is None or (match[4] and match[2] not in "mM") or (not match[3] and match[2] != "O"):
        return None
    return match[1], match[2], int(match[3] or 0)


def number_of(dtype: JSON) -> str | None:
    """Return the name that v3 has for the numbers of a ``dtype`` of v2, if they are such."""
    parts = parts_of(dtype)
    return DATA_TYPES.get(f"{parts[1]}{parts[2]}") if parts is not None else None


def dtype_problems(value: JSON, at: Pointer) -> Iterator[Problem]:
    """Yield what is wrong with the ``dtype`` of an array of v2: a code, or a list of fields with one each."""
    if isinstance(value, list):
        if not value:
            yield Problem(RULE, at, "the data type has no fields", "[]", "an array of fields")
        for index, field in enumerate(value):
            if isinstance(field, list) and len(field) in (2, 3) and isinstance(field[0], str):
                yield from dtype_problems(field[1], (*at, index, 1))
            else:
                yield wrong(RULE, (*at, index), field, "an array of a name and a data type", "a field")
        return
    parts = parts_of(value)
    if parts is None and isinstance(value, str) and value in V2_EXTENSIONS:
        message = f"data type {value!r} is an extension that tensorstore reads and zarr-python does not"
        yield Problem("zarr-extensions-known", at, message, value, severity=Severity.INFO)
    elif parts is None:
        yield wrong(RULE, at, value, 'a code such as "|u1" or "<u2"', "the data type", _meant(value))
    else:
        yield from _code_problems(value, parts, at)


def _code_problems(value: str, parts: tuple[str, str, int], at: Pointer) -> Iterator[Problem]:
    mark, kind, size = parts
    sizes = SIZES.get(kind)
    if size in LONG.get(kind, ()):
        message = f"data type {value!r} differs from machine to machine, and few readers know it"
        yield Problem("zarr-extensions-known", at, message, value, severity=Severity.INFO)
    elif sizes is not None and size not in sizes:
        yield wrong(RULE, at, value, f"{kind} with {' or '.join(map(str, sizes))} bytes", "the data type")
    elif mark == "|" and (kind == "U" or (sizes is not None and size > 1)):
        yield wrong(RULE, at, value, f'"<{value[1:]}" or ">{value[1:]}"', "the data type", "it says no byte order")
    elif mark != "|" and (kind in "bSVO" or size == 1):
        message = f"data type {value!r} says a byte order that it does not have; some readers refuse it"
        expected = f'"|{value[1:]}"'
        yield Problem(RULE, at, message, value, expected, Severity.WARNING, f"write {expected}")
    elif kind in "mM" and "[" in value and not re.fullmatch(UNITS, value.partition("[")[2][:-1]):
        yield wrong(RULE, at, value, "a unit of time such as [ns]", "the data type")


def _meant(value: JSON) -> str | None:
    """Return a hint on names that NumPy takes and Zarr does not."""
    if not isinstance(value, str):
        return None
    code = value.lstrip("=!").strip()
    names = (DATA_TYPES[code],) if code in DATA_TYPES else meant_names(value, V2_NAMES)
    codes = [V2_NAMES[name] for name in names if name in V2_NAMES]
    written = " or ".join(f'"{"|" if code[1:] == "1" else "<"}{code}"' for code in codes)
    return f"write {written}" if written else None

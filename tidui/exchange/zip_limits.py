"""Zip files from outside: refuse bombs and broken ones before any reader opens them."""

from __future__ import annotations

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from tidui.exchange.faults import fault

CHUNK: Final = 1 << 18


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """What a file of one kind may hold, and the codes of its faults.

    Attributes:
        members: most files inside.
        unpacked: bytes that all of them may have together.
        ratio: unpacked to packed size above which a file is a bomb.
        small: unpacked bytes below which any ratio is fair.
        bomb, broken: message codes.
    """

    members: int
    unpacked: int
    ratio: int
    small: int
    bomb: str
    broken: str


def check_zip(source: Path | IO[bytes], packed: int, shown: str, limits: ZipLimits) -> None:
    """Refuse a zip bomb or a broken zip.

    First by what the directory declares, then by unpacking each member in pieces under a cap; the
    check sum at each end proves that the declared sizes were true.
    """
    try:
        with zipfile.ZipFile(source) as package:
            members = package.infolist()
            unpacked = sum(member.file_size for member in members)
            if (
                len(members) > limits.members
                or unpacked > limits.unpacked
                or (unpacked > limits.small and unpacked > limits.ratio * max(packed, 1))
            ):
                raise fault(limits.bomb, shown, bytes=unpacked, members=len(members))
            left = limits.unpacked
            for member in members:
                with package.open(member) as stream:
                    while piece := stream.read(CHUNK):
                        left -= len(piece)
                        if left < 0:
                            unpacked = limits.unpacked - left
                            raise fault(limits.bomb, shown, bytes=unpacked, members=len(members))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise fault(limits.broken, shown, detail=str(error)[:200]) from error

"""Compiles one Typst document; run as a program of its own, so that nothing of it stays in the caller.

The compiler holds Python's lock and keeps its caches; in a process of its own it stops neither other work
nor, on a text that it cannot cope with, its caller. The program imports nothing of Coursewright.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def compile_folder(folder: Path) -> None:
    """Compile ``main.typ`` as ``job.json`` says; leaves ``book.pdf`` or ``error.json``.

    ``job.json`` holds ``fonts``, a list of folders, ``timestamp``, seconds since 1970, and ``standard``, such
    as ``ua-1`` or empty. No package can be fetched: the folder named for packages holds none and there is no
    import of any.
    """
    import typst

    job = json.loads((folder / "job.json").read_text("utf-8"))
    empty = str(folder / "packages")
    try:
        pdf = typst.compile(
            str(folder / "main.typ"),
            root=str(folder),
            font_paths=job["fonts"],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards=job["standard"] or [],
            timestamp=job["timestamp"],
            package_path=empty,
            package_cache_path=empty,
        )
    except typst.TypstError as error:
        told = {"message": error.message, "diagnostic": error.diagnostic}
        (folder / "error.json").write_text(json.dumps(told), "utf-8")
        return
    (folder / "book.pdf").write_bytes(pdf)


if __name__ == "__main__":
    compile_folder(Path(sys.argv[1]))

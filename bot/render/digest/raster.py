"""A program of its own: SVG on standard input, PNG on standard output, with its own fonts and nothing of the system's.

In a process of its own it delays nobody, can be ended when it takes too long, and gives its memory back.
"""

from __future__ import annotations

import sys

import fontpkg_noto_sans
import fontpkg_noto_sans_arabic
import resvg_py


def main() -> None:
    """Draw what is read, that many times as large as the first argument says."""
    folders = (fontpkg_noto_sans.ROOT, fontpkg_noto_sans_arabic.ROOT)
    fonts = [str(file) for folder in folders for file in folder.glob("files/*.ttf") if "Italic" not in file.name]
    picture = resvg_py.svg_to_bytes(
        svg_string=sys.stdin.buffer.read().decode(),
        font_files=fonts,
        skip_system_fonts=True,
        font_family="Noto Sans",
        sans_serif_family="Noto Sans",
        zoom=float(sys.argv[1]),
    )
    sys.stdout.buffer.write(picture)


if __name__ == "__main__":
    main()

"""A picture measured in pixels from its top left corner: boxes, bars and Vietnamese text that is measured and
wrapped. It knows matplotlib and no meaning of what it draws."""

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from messages.documents import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.font_manager import FontProperties

_DPI = 100
_POINTS = 72 / _DPI  # one pixel in typographic points
_ELLIPSIS = "…"


@dataclass(frozen=True)
class Canvas:
    """One picture being drawn; make it with `blank`."""

    wide: int
    axes: "Axes"
    agg: "FigureCanvasAgg"
    known: frozenset[int] = field(repr=False)

    def box(self, x: float, y: float, width: float, height: float, colour: str, radius: float = 0) -> None:
        """Fill a rectangle whose top left corner is (x, y); radius rounds the corners, in pixels."""
        from matplotlib.patches import FancyBboxPatch

        corner = f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
        patch = FancyBboxPatch((x, y), width, height, boxstyle=corner, facecolor=colour, edgecolor="none")
        self.axes.add_patch(patch)

    def write(
        self, x: float, y: float, words: str, size: int, colour: str, *, bold: bool = False, align: Any = "left"
    ) -> None:
        """Write one line whose letters' baseline is at y; size is the letters' height in pixels."""
        self.axes.text(
            x,
            y,
            self._drawable(words),
            color=colour,
            ha=align,
            va="baseline",
            fontproperties=_font(size, bold),
            parse_math=False,
        )

    def width(self, words: str, size: int, *, bold: bool = False) -> float:
        """Return how many pixels a line takes."""
        renderer: Any = self.agg.get_renderer()  # type: ignore[no-untyped-call]  # untyped in matplotlib
        size_of = renderer.get_text_width_height_descent(self._drawable(words), _font(size, bold), False)
        return float(size_of[0])

    def wrap(self, words: str, size: int, room: float, lines: int, *, bold: bool = False) -> list[str]:
        """Break words into at most so many lines of room pixels; what does not fit ends in an ellipsis."""
        broken = self._break(words.split(), size, room, bold)
        if len(broken) > lines:
            broken = [*broken[: lines - 1], " ".join(broken[lines - 1 :])]
        return [self._shorten(line, size, room, bold) for line in broken]

    def png(self, height: int) -> bytes:
        """Return the picture as PNG, cut to the height that the drawing turned out to need."""
        self.agg.figure.set_size_inches(self.wide / _DPI, height / _DPI)
        self.axes.set_ylim(height, 0)
        out = io.BytesIO()
        self.agg.figure.savefig(out, format="png", dpi=_DPI, metadata={"Software": None})
        return out.getvalue()

    def _break(self, words: list[str], size: int, room: float, bold: bool) -> list[str]:
        lines: list[str] = []
        for word in words:
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.width(longer, size, bold=bold) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _shorten(self, line: str, size: int, room: float, bold: bool) -> str:
        """Cut at a word if there are several, else inside the only one."""
        if self.width(line, size, bold=bold) <= room:
            return line
        kept = line
        while kept and self.width(kept + _ELLIPSIS, size, bold=bold) > room:
            kept = kept.rpartition(" ")[0] if " " in kept else kept[:-1]
        return kept + _ELLIPSIS

    def _drawable(self, words: str) -> str:
        """Leave out what the font has no letter for: an empty box tells nobody anything."""
        return "".join(c for c in text.clean(words) if ord(c) in self.known)


def blank(wide: int, colour: str) -> Canvas:
    """Return an empty picture so many pixels wide; its height is decided when it is finished."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(dpi=_DPI, facecolor=colour)
    agg = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, wide)
    axes.axis("off")
    return Canvas(wide, axes, agg, _letters())


def _font(size: int, bold: bool) -> "FontProperties":
    from matplotlib.font_manager import FontProperties

    return FontProperties(fname=_font_file("DejaVuSans-Bold" if bold else "DejaVuSans"), size=size * _POINTS)


def _font_file(name: str) -> str:
    import matplotlib as mpl

    return f"{mpl.get_data_path()}/fonts/ttf/{name}.ttf"


def _letters() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(_font_file("DejaVuSans-Bold")).get_charmap())

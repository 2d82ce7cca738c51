"""Draws a link as a QR code, for paper and for a terminal. It knows no invitation."""

import io

import segno


def qr_png(text: str) -> bytes:
    """Return text as a QR code in PNG, with its quiet zone, sharp enough to be printed 6 cm wide."""
    out = io.BytesIO()
    _code(text).save(out, kind="png", scale=12, border=4)
    return out.getvalue()


def qr_terminal(text: str) -> str:
    """Return text as a QR code of block characters, to be shown light on dark; no control sequences."""
    out = io.StringIO()
    _code(text).terminal(out, compact=True)
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    """Medium correction: a photocopy of a photocopy must still be read."""
    return segno.make(text, error="m", micro=False)

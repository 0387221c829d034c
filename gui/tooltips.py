"""Texts of a phone as tooltips: Qt takes a tooltip for rich text as soon as it looks like it."""

from __future__ import annotations

from html import escape

from PySide6.QtGui import Qt


def plain_tip(text: str) -> str:
    """``text`` so that a tooltip shows exactly that, whatever it looks like."""
    if not Qt.mightBeRichText(text):
        return text
    return f'<span style="white-space: pre-wrap">{escape(text)}</span>'

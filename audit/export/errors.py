"""Why a file could not be written, each as one sentence."""

from __future__ import annotations

from collections.abc import Callable


class ExportError(Exception):
    """Nothing was written, and what stood there before is untouched. ``code`` names the sentence.

    ``exists``, ``no-folder``, ``not-a-file``, ``disk-full``, ``read-only``, ``too-many-rows``,
    ``no-chinese-font``, ``no-phone``, ``no-app``, ``no-check``, ``one-check``,
    ``cancelled``, ``failed``.
    """

    def __init__(self, code: str, path: str = "", detail: str = "", **more: str) -> None:
        super().__init__(f"{code}: {path} {detail}".strip())
        self.code = code
        self.values = {"path": path, "detail": detail, **more}


def sentence(error: ExportError, _: Callable[[str], str]) -> str:
    """What happened, and what to do next."""
    texts = {
        "exists": _("{path} exists already and was left as it is. Choose another name or --force."),
        "no-folder": _("There is no folder for {path}. Make it first or choose another place."),
        "not-a-file": _("{path} is no ordinary file. Choose another name."),
        "disk-full": _("The disk is full: {path} was not written. Free some space."),
        "read-only": _("{path} cannot be written. Choose a folder that you may write to."),
        "too-many-rows": _("A spreadsheet cannot hold that many rows. Choose one app, or CSV."),
        "no-chinese-font": _(
            "No font with Chinese characters was found. Install one, such as fonts-wqy-microhei."
        ),
        "no-phone": _("This phone has no saved check any more."),
        "no-app": _("No check lists the app {app} of user {user}."),
        "no-check": _("No check was made in that time. Choose a longer one."),
        "one-check": _("There is only one check up to that time, so nothing to compare with."),
        "cancelled": _("Cancelled. Nothing was written."),
        "failed": _("{path} could not be written: {detail}"),
    }
    return texts[error.code].format(**error.values)

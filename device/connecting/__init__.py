"""Why a phone cannot be checked yet: facts from USB and adb, and the situations they amount to."""

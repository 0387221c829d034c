"""Where a bundle begins: the command that an installation calls permission-checkup."""

import os

from cli.main import script

# The bundle's libraries are for itself: browsers and mail programs that it opens have their own.
for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
    before = os.environ.pop(f"{name}_ORIG", None)
    if before:
        os.environ[name] = before
    else:
        os.environ.pop(name, None)

script()

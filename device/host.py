"""One request to the adb server: adbutils' connection without the habits that hurt us."""

from __future__ import annotations

from contextlib import suppress
from socket import SHUT_RDWR, SO_KEEPALIVE, SOL_SOCKET, create_connection, socket

from adbutils import AdbConnection, AdbError, AdbTimeout

from device.errors import AdbPortTakenError, AdbServerError, AdbServerHangsError, RefusedError


class HostConnection(AdbConnection):  # type: ignore[misc]  # adbutils ships no types
    """A connection to the adb server at ``host``:``port``.

    Different from adbutils': it never starts a server (adbutils starts one on the default port,
    whatever port was asked for), ``timeout`` seconds bound every read, and closing does not sleep.
    """

    def __init__(self, host: str, port: int, timeout: float) -> None:
        self.address = f"{host}:{port}"
        self._where = (host, port)
        self._timeout = timeout
        super().__init__(host, port)

    def request(self, service: str) -> None:
        """Sends ``service`` and waits for OKAY.

        Raises RefusedError when the server says FAIL, else an AdbServerError that tells what sits
        at that address.
        """
        try:
            self.send_command(service)
            self.check_okay()
        except AdbTimeout:
            raise AdbServerHangsError(service, address=self.address) from None
        except AdbError as error:
            # check_okay has one class for both, and words of its own for what is no adb.
            if str(error).startswith("Unknown data:"):
                raise AdbPortTakenError(str(error), address=self.address) from None
            raise RefusedError(str(error)) from None
        except OSError as error:
            raise AdbServerError(str(error), address=self.address) from error
        except ValueError as error:
            raise AdbPortTakenError(str(error), address=self.address) from error

    def text(self) -> str:
        """The text that follows OKAY; raises the same errors as ``request``.

        Some services, pairing among them, say FAIL only after their OKAY.
        """
        head = self._told(4)
        if head == "FAIL":
            raise RefusedError(self.text())
        try:
            length = int(head, 16)
        except ValueError as error:
            raise AdbPortTakenError(str(error), address=self.address) from error
        return self._told(length)

    def _told(self, length: int) -> str:
        try:
            told: bytes = self.read_exact(length)
        except AdbTimeout:
            raise AdbServerHangsError(address=self.address) from None
        except (AdbError, OSError, EOFError) as error:
            raise AdbServerError(str(error), address=self.address) from error
        return told.decode(errors="replace")

    def interrupt(self) -> None:
        """Ends a read that blocks another thread."""
        with suppress(OSError, AdbError):
            self.conn.shutdown(SHUT_RDWR)

    def close(self) -> None:
        self.interrupt()
        self.conn.close()

    def _safe_connect(self) -> socket:
        connection = create_connection(self._where, timeout=self._timeout)
        connection.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
        return connection

"""What can go wrong with a phone, each as one class; ``audit.wording`` makes the sentence."""

from __future__ import annotations


class DeviceError(Exception):
    """Expected trouble with the phone or adb.

    ``code`` names the sentence a person gets, ``values`` fills its placeholders.
    """

    code = "device-error"

    def __init__(self, detail: str = "", **values: str) -> None:
        super().__init__(detail or self.code)
        self.detail = detail
        self.values = {"detail": detail, **values}


class NotReadyError(DeviceError):
    """No phone, or the phone is not ready: exit code 3."""

    code = "not-ready"


class NoAdbError(NotReadyError):
    code = "no-adb"


class AdbServerError(NotReadyError):
    """The adb server cannot be started, does not answer, or is of another kind."""

    code = "adb-server"


class AdbPortTakenError(AdbServerError):
    """Something that is no adb server listens there; ``values`` has ``address``."""

    code = "adb-port-taken"


class AdbServerHangsError(AdbServerError):
    """The adb server took the connection and says nothing; ``values`` has ``address``."""

    code = "adb-server-hangs"


class AdbServerVersionError(AdbServerError):
    """A server of another protocol; ``values`` has ``address``, ``version`` and ``expected``."""

    code = "adb-server-version"


class RefusedError(NotReadyError):
    """The adb server refused a request; ``detail`` is what it said."""

    code = "adb-refused"


class NoPhoneError(NotReadyError):
    code = "no-phone"


class UnreachableError(NoPhoneError):
    """No phone answers there in the network; ``values`` has ``address``."""

    code = "phone-unreachable"


class NotLetInError(UnreachableError):
    """What answers there lets this computer not in: it is not paired, or no phone."""

    code = "not-let-in"


class SeveralPhonesError(NotReadyError):
    code = "several-phones"


class PhoneStateError(NotReadyError):
    """The phone is there but not ready; ``state`` is adb's own word."""

    code = "phone-state"

    def __init__(self, state: str, serial: str) -> None:
        super().__init__(f"{serial}: {state}", state=state, serial=serial)
        self.state = state


class NotPairedError(NotReadyError):
    """Pairing over Wi-Fi failed in a way that only adb's own words tell."""

    code = "not-paired"


class WrongCodeError(NotPairedError):
    """The code is wrong or no longer shown: adb has one answer for both."""

    code = "wrong-code"


class NotScannedError(NotPairedError):
    """No phone scanned the QR code in time; ``values`` has ``seconds``."""

    code = "not-scanned"


class NotFoundAgainError(NotReadyError):
    """The phone is paired, but adb did not find it in the network afterwards."""

    code = "not-found-again"


class CannotPairError(NotReadyError):
    """The adb server is older than 30 and cannot pair."""

    code = "cannot-pair"


class NothingHeardError(NotReadyError):
    """The adb server hears no announcements (mDNS), so it cannot know which phone scanned."""

    code = "nothing-heard"


class BadAddressError(DeviceError):
    """No address with a port; ``values`` has ``address``."""

    code = "bad-address"


class BadCodeError(DeviceError):
    """A pairing code is six digits."""

    code = "bad-code"


class UnreadableError(DeviceError):
    """The phone broke off or answered something unreadable: exit code 4."""

    code = "unreadable"


class DisconnectedError(UnreadableError):
    code = "disconnected"


class CommandTimeoutError(UnreadableError):
    """A command gave no answer in time; ``values`` has ``command`` and ``seconds``."""

    code = "timeout"


class CommandFailedError(UnreadableError):
    """A command ended with an error; ``values`` has ``command`` and ``status``."""

    code = "command-failed"


class NoCodeError(UnreadableError):
    """The app is gone, or its files hold no code that may be read; ``values`` has ``package``."""

    code = "no-code"


class OtherVersionError(UnreadableError):
    """The app was updated after the check; ``values`` has ``package``."""

    code = "other-version"


class CodeUnreadableError(UnreadableError):
    """The app's files are not built as an app's are; ``values`` has ``package``."""

    code = "code-unreadable"


class CancelledError(DeviceError):
    """The person cancelled."""

    code = "cancelled"


class NotAReportError(UnreadableError):
    """The file or folder given with --from holds nothing we can read."""

    code = "not-a-report"


class NotAnsweredError(DeviceError):
    """This phone or these files never had an answer to a command; ``values`` has ``command``.

    No failure: the part that the command reads is absent.
    """

    code = "not-answered"

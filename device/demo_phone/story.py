"""The demo phone's life in a few states, and as large as a test or a benchmark wants it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from audit.model import Action
from device.actions import command
from device.demo_phone.answer import Answer, Faults
from device.demo_phone.load import merged, read_phone
from device.demo_phone.render import Programs
from device.demo_phone.spec import PhoneSpec, UserSpec
from device.demo_phone.wire import FEATURES, Authorization, DemoPhone
from resources import loader

STATES = 4


class StoryPhone(DemoPhone):
    """The demo phone as ``permission-checkup --demo`` plugs it in; ``state`` can be set any time.

    ``sdk`` other than 34 gives the same story in another Android's words, for tests. The keywords
    are those of ``DemoPhone``.
    """

    def __init__(  # noqa: PLR0913 -- one keyword for each thing a test turns
        self,
        state: int = 1,
        *,
        sdk: int = 34,
        port: int = 0,
        banner_state: str = "device",
        authorization: Authorization = Authorization.NONE,
        authorize_after: float | None = None,
        faults: tuple[Faults, ...] = (),
        written: Iterable[tuple[str, ...]] = (),
    ) -> None:
        self._sdk = sdk
        #: The commands that changed the phone; they hold in every later state.
        self.written = list(written)
        self.state = state
        properties = self._programs.spec.properties
        super().__init__(
            self._answer,
            port=port,
            state=banner_state,
            # Android 6 has the old shell on a terminal only.
            features=FEATURES if sdk >= 24 else ("cmd",),
            properties={
                name: properties[name]
                for name in ("ro.product.name", "ro.product.model", "ro.product.device")
            },
            authorization=authorization,
            authorize_after=authorize_after,
            faults=faults,
        )

    @property
    def states(self) -> int:
        return STATES

    @property
    def state(self) -> int:
        return self._state

    @state.setter
    def state(self, state: int) -> None:
        self._state = state
        self._programs = Programs(phone_spec(state, self._sdk), self.written)

    def _answer(self, command: str) -> Answer:
        return self._programs.answer(command)


def lived(checks: int, actions: Iterable[Action]) -> StoryPhone:
    """The demo phone after so many checks, and after what was changed on it."""
    written = [tuple(command(action).line.split()) for action in actions]
    return StoryPhone(state_after(checks), written=written)


def state_after(checks: int) -> int:
    """Each check finds the phone a little later in its life."""
    return min(checks + 1, STATES)


def phone_spec(state: int = 1, sdk: int = 34) -> PhoneSpec:
    """The demo phone in one of its states (from 1), described for one API level (23 to 36)."""
    if not 1 <= state <= STATES:
        raise ValueError(f"the demo phone has states 1 to {STATES}, not {state}")
    document = loader.read_json("demo", "base.json")
    for number in range(2, state + 1):
        document = merged(document, loader.read_json("demo", f"state-{number}.json"))
    return read_phone(document, sdk)


def scaled(apps: int, users: int = 1, sdk: int = 34, state: int = 1) -> PhoneSpec:
    """The demo phone with as many apps, each installed for as many users (0, 10, 11 ...)."""
    spec = phone_spec(state, sdk)
    ids = [0, *range(10, 9 + users)]
    originals = spec.apps
    cloned = []
    for number in range(apps):
        app = originals[number % len(originals)]
        if number >= len(originals):
            name = f"{app.name}.copy{number // len(originals)}"
            app = replace(app, name=name, app_id=11_000 + number, shared_user=None)
        own = app.users.get(0) or next(iter(app.users.values()))
        cloned.append(replace(app, users=dict.fromkeys(ids, own)))
    more = [UserSpec(id_, f"User {id_}", 0x410, "full.SECONDARY") for id_ in ids[2:]]
    kept = tuple(user for user in spec.users if user.id in ids)
    return replace(spec, apps=tuple(cloned), users=(*kept, *more))

"""A phone made of text: speaks the device side of adb over TCP, for the demo and for tests.

``StoryPhone`` is the demo phone with its states; ``DemoPhone`` serves any answers; ``Faults`` lets
things go wrong; ``scaled`` describes a phone of any size.
"""

from device.demo_phone.answer import DUMP_TIMEOUT, Answer, Faults
from device.demo_phone.render import Programs
from device.demo_phone.story import (
    STATES,
    StoryPhone,
    lived,
    phone_spec,
    scaled,
    state_after,
)
from device.demo_phone.wire import Authorization, DemoPhone

__all__ = [
    "DUMP_TIMEOUT",
    "STATES",
    "Answer",
    "Authorization",
    "DemoPhone",
    "Faults",
    "Programs",
    "StoryPhone",
    "lived",
    "phone_spec",
    "scaled",
    "state_after",
]

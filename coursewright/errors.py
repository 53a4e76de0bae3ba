"""Every error that Coursewright raises on purpose.

    CourseError
    ├── InputError                 something the user gave is wrong; nothing was run (exit code 2)
    │   ├── OutlineError           the outline; lists every problem found
    │   ├── SelectionError         a module, lesson or lab that does not parse or does not exist
    │   ├── ProjectError           a project's name, or an outline that is another course
    │   └── SettingsError          a model's name, a store's address, a language, a missing key
    ├── ModelError
    │   ├── PassingModelError      worth asking again, by the model client and by nobody else
    │   │   ├── Throttled          too many requests or tokens this minute
    │   │   ├── ModelTimedOut      no answer within the time-out
    │   │   ├── ModelServerFault   5xx, or an answer that is no answer
    │   │   └── ModelUnreachable   a broken or refused connection
    │   └── FinalModelError        asking again will not help
    │       ├── BadCredentials
    │       ├── UnknownModel
    │       ├── ContentRefused     a guardrail or the provider's policy; about this item only
    │       ├── RequestRefused     the request itself is wrong, for example too long for the model
    │       └── QuotaExhausted     a quota that a minute's wait does not cure
    ├── StoreError
    │   ├── NotStored              there is no such object
    │   ├── AlreadyStored          an object that was to be created exists
    │   ├── ChangedMeanwhile       an object that was to be replaced is no longer what was read
    │   └── StoreUnavailable       the store cannot be read or written: rights, bucket, disk, connection
    │       └── Obstructed         one object: a link or a folder stands in its place
    ├── FormatError                a format of the book cannot be written; the others are
    └── CostLimitReached           the run's `max_cost` would be passed

Whether an error is *passing* or *final* decides whether a request is repeated; nothing else does.
Messages are for the person who reads them: what is wrong, where, what to do.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coursewright.models.base import Spent


class CourseError(Exception):
    """The root of the tree above.

    Attributes:
        spent: what the item had used of its model before the error, where it had begun to ask.
    """

    spent: Spent | None = None


class InputError(CourseError):
    """What the user gave is wrong; nothing was run."""


class SelectionError(InputError):
    """A selection of modules, lessons or labs that does not parse or names what the outline lacks."""


class ProjectError(InputError):
    """A project's name is not one, or the outline belongs to another course."""


class SettingsError(InputError):
    """A setting cannot be used: a model, a store, a language, a missing key."""


class ModelError(CourseError):
    """A model did not give a usable answer.

    Args:
        message: what went wrong and what to do.
        model: the model's full name, such as ``openai:gpt-4o``.
    """

    def __init__(self, message: str, *, model: str = "") -> None:
        super().__init__(message)
        self.model = model


class PassingModelError(ModelError):
    """Worth asking again.

    Args:
        retry_after: seconds that the provider asks to wait, if it says so.
    """

    def __init__(self, message: str, *, model: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, model=model)
        self.retry_after = retry_after


class Throttled(PassingModelError):
    """Too many requests or tokens this minute."""


class ModelTimedOut(PassingModelError):
    """No answer within the time-out."""


class ModelServerFault(PassingModelError):
    """The provider answered 5xx, or with something that is no answer."""


class ModelUnreachable(PassingModelError):
    """The connection was refused or broke."""


class FinalModelError(ModelError):
    """Asking this model again will not help."""


class BadCredentials(FinalModelError):
    """The key is missing, wrong or expired."""


class UnknownModel(FinalModelError):
    """The provider does not know the model, or this account may not use it."""


class ContentRefused(FinalModelError):
    """The provider refused to write or to read this item; others may go through."""


class RequestRefused(FinalModelError):
    """The request is one that the provider cannot serve, for example too long for the model."""


class QuotaExhausted(FinalModelError):
    """A quota that a minute's wait does not cure: by the day, or paid up.

    Args:
        resets_at: when the provider says that the quota is filled again (aware, UTC), if it does.
    """

    def __init__(self, message: str, *, model: str = "", resets_at: datetime | None = None) -> None:
        super().__init__(message, model=model)
        self.resets_at = resets_at


class StoreError(CourseError):
    """The store did not do what was asked.

    Args:
        message: what went wrong and what to do.
        key: the object concerned, if there is one.
    """

    def __init__(self, message: str, *, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class NotStored(StoreError):
    """There is no such object."""


class AlreadyStored(StoreError):
    """An object that was to be created exists."""


class ChangedMeanwhile(StoreError):
    """An object that was to be replaced is no longer what was read."""


class StoreUnavailable(StoreError):
    """The store cannot be read or written: a right, a bucket, the disk, the connection."""


class Obstructed(StoreUnavailable):
    """Something that is no file, a link or a folder, stands where one object belongs; others are well."""


class FormatError(CourseError):
    """A format of the book cannot be written; the others are."""


class CostLimitReached(CourseError):
    """Going on would pass the run's cost limit."""

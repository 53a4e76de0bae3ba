"""From an address that a person wrote to a store, or to an outline's bytes."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from coursewright.errors import NotStored, SettingsError
from coursewright.store.base import Store
from coursewright.store.folder import FolderStore
from coursewright.store.keys import find_fault

if TYPE_CHECKING:
    from coursewright.store.s3_client import Encryption

OUTLINE_LIMIT = 5_000_000
"""Bytes: the outline contract's 5 MB."""


def store_address(given: str) -> str:
    """The address of the store to use: as given, else as this machine has it set, else the folder courses."""
    return given or os.environ.get("COURSEWRIGHT_STORE", "") or "courses"


def open_store(
    url: str | Path,
    *,
    session: Any = None,
    encryption: Encryption | None = None,
    endpoint_url: str | None = None,
    timeout: float = 10.0,
) -> Store:
    """Open the store at `url`. Nothing is read or made yet.

    Args:
        url: a folder's path, ``file:///path`` or ``s3://bucket/prefix``.
        session: a ``boto3.Session`` with credentials, for S3; without it AWS's own chain finds them.
        encryption: how S3 shall encrypt what is written; without it ``COURSEWRIGHT_S3_ENCRYPTION`` and
            ``COURSEWRIGHT_S3_KMS_KEY`` say so, else the bucket's default holds.
        endpoint_url: of another S3 than Amazon's; without it ``AWS_ENDPOINT_URL_S3`` and
            ``AWS_ENDPOINT_URL`` are looked at.
        timeout: seconds without an answer of S3 after which a request is asked again.

    Raises:
        SettingsError: `url` is no such address.
    """
    scheme, address = _split(str(url))
    if scheme == "s3":
        from coursewright.store.s3 import S3Store
        from coursewright.store.s3_client import encryption_by_environment

        bucket, prefix = _split_s3(str(url), address)
        return S3Store(
            bucket,
            prefix,
            session=session,
            encryption=encryption or encryption_by_environment(),
            endpoint_url=endpoint_url,
            timeout=timeout,
        )
    if encryption is not None:
        raise SettingsError(f"Encryption is a setting of S3, and {str(url)!r} is a folder: leave it out.")
    return FolderStore(address)


def read_outline(
    source: str | Path, *, near: Store | None = None, session: Any = None, endpoint_url: str | None = None
) -> tuple[bytes, str]:
    """Read the outline at `source`, a path, ``file:///path`` or ``s3://bucket/key``.

    At most `OUTLINE_LIMIT` + 1 bytes are read, so that the parser can tell that there are too many.

    Args:
        near: a store; where both are in S3, the outline is read with its credentials and endpoint.
        session: a ``boto3.Session`` with credentials; goes before those of `near`.
        endpoint_url: as for `open_store`; goes before that of `near`.

    Returns:
        The bytes, and what a batch names as ``outline_s3_key``: the file's path or the object's key.

    Raises:
        SettingsError: there is no such file or object, or it cannot be read.
        StoreUnavailable: the bucket cannot be read.
    """
    scheme, address = _split(str(source))
    if scheme == "s3":
        from coursewright.store.s3 import S3Store, read_start

        bucket, key = _split_s3(str(source), address)
        if not key:
            raise SettingsError(f"{str(source)!r} names a bucket; name the outline in it: s3://bucket/key.")
        access = near.access if isinstance(near, S3Store) else (None, None)
        session, endpoint_url = session or access[0], endpoint_url or access[1]
        try:
            start = read_start(bucket, key, OUTLINE_LIMIT + 1, session=session, endpoint_url=endpoint_url)
        except NotStored as error:
            raise SettingsError(f"There is no outline at {str(source)!r}; check the address.") from error
        return start, key
    try:
        with Path(address).open("rb") as file:
            return file.read(OUTLINE_LIMIT + 1), address
    except OSError as error:
        advice = "check the path" if isinstance(error, FileNotFoundError) else "name a file you can read"
        raise SettingsError(f"The outline {address!r} cannot be read: {error.strerror}; {advice}.") from error


def _split(url: str) -> tuple[str, str]:
    """The scheme, ``file`` or ``s3``, and what comes after it."""
    if not url.strip() or "\0" in url:
        raise SettingsError("The address is empty: name a folder or s3://bucket/prefix.")
    if "://" not in url:
        try:
            return "file", _check_path(str(Path(url).expanduser()), url)
        except RuntimeError as error:
            raise SettingsError(f"{url!r} names the home folder of nobody known here.") from error
    scheme, _, address = url.partition("://")
    if scheme.lower() == "file":
        try:
            parts = urlsplit(url)
        except ValueError as error:
            raise SettingsError(f"{url!r} is no address ({error}); a file's is file:///path.") from error
        if parts.netloc not in ("", "localhost") or not parts.path:
            raise SettingsError(f"{url!r} names another machine; a file's address is file:///path.")
        return "file", _check_path(unquote(parts.path), url)
    if scheme.lower() == "s3":
        return "s3", address
    raise SettingsError(
        f"{url!r} is no address of a store: {scheme}:// is not known. Name a folder or s3://bucket/prefix."
    )


def _check_path(path: str, url: str) -> str:
    """Give `path` back if the system can be asked for it."""
    try:
        if b"\0" not in os.fsencode(path):
            return path
    except UnicodeEncodeError:
        pass
    raise SettingsError(f"{url!r} cannot be a path: it holds a character that no path can have.")


def _split_s3(url: str, address: str) -> tuple[str, str]:
    bucket, _, prefix = address.partition("/")
    prefix = prefix.strip("/")
    fault = find_fault(prefix) if prefix else None
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{2,254}", bucket):
        fault = f"{bucket!r} is no name of a bucket"
    if fault:
        raise SettingsError(f"{url!r} cannot be used: {fault}. Write s3://bucket/prefix.")
    return bucket, prefix

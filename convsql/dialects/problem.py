"""What has no translation."""

from __future__ import annotations

from convsql.base.errors import ConvsqlError


class DialectError(ConvsqlError):
    """SQL that has no translation: the message names the construct."""

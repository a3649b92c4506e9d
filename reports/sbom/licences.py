"""Licences: which words are an SPDX licence expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from license_expression import LicenseExpression

# No expression of a real package comes near; reading one takes more than linear time.
LONGEST_EXPRESSION = 1000


def may_be_expression(words: str) -> bool:
    """Whether it is worth asking a library, which takes empty words for an expression."""
    return 0 < len(words) <= LONGEST_EXPRESSION


def expression(words: str) -> LicenseExpression | None:
    """The words read as an expression of licences on SPDX's list; None where they are something else.

    A ``LicenseRef-`` is something else: the text that it refers to is not in the document (SPDX 2.3, 10.1).
    """
    from cyclonedx.spdx import is_expression
    from license_expression import ExpressionError
    from spdx_tools.common.spdx_licensing import spdx_licensing

    # Some words break the parser; is_expression() takes care of that.
    if not may_be_expression(words) or "licenseref-" in words.lower() or not is_expression(words):
        return None
    try:
        return spdx_licensing.parse(words, validate=True, strict=True)
    except ExpressionError:  # an exception in the place of a licence, or the reverse
        return None

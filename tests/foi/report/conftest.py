"""The portal of the loaded examples, as the tests of the portal have it."""

from tests.portal.conftest import portal

__all__ = ["portal"]

"""briefgen: briefs that show each claim with its speaker, its denials and the words it rests on."""

from __future__ import annotations

TYPE_CHECKING = False  # `typing` takes longer to import than it takes to see that nothing has changed
if TYPE_CHECKING:
    from briefgen.api import Assembled, BriefgenError, Page, Project, assemble

__version__ = "0.1.0"
__all__ = ["Assembled", "BriefgenError", "Page", "Project", "__version__", "assemble"]


def __getattr__(name: str) -> object:
    """What other programs use, imported when it is asked for: the command line must begin at once."""
    if name in __all__:
        from briefgen import api

        return getattr(api, name)
    raise AttributeError(f"module 'briefgen' has no attribute {name!r}")

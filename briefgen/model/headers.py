"""What a browser is told with every answer of a site: the one place for pages, hosts, servers and the preview."""

from __future__ import annotations

from collections.abc import Mapping

# Everything from the site itself, and nothing that runs.
_OF_PAGES = (
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
)
_NO_FRAME = "frame-ancestors 'none'"  # only a header can say it: a browser warns of it in a page


def page_policy(*, scripts: bool = False) -> str:
    """The content security policy as a page itself has it; with the site's own scripts, for a preview."""
    return "; ".join((_OF_PAGES[0], *(["script-src 'self'"] if scripts else []), *_OF_PAGES[1:]))


def safe_headers(*, scripts: bool = False) -> Mapping[str, str]:
    """The headers of every answer: the policy, no frame around it, no guess at a type, no path told to other sites."""
    return {
        "Content-Security-Policy": f"{page_policy(scripts=scripts)}; {_NO_FRAME}",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }

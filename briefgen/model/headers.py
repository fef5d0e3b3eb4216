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


# The type of a file by the end of its name.
_TYPES: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "pdf": "application/pdf",
    "woff2": "font/woff2",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
}


def type_of(path: str) -> str:
    """The type of a file, by its name; of one that nobody knows, one that no browser opens."""
    _, dot, suffix = path.rpartition("/")[2].rpartition(".")
    return _TYPES.get(suffix.lower() if dot else "", "application/octet-stream")


def safe_headers(*, scripts: bool = False) -> Mapping[str, str]:
    """The headers of every answer: the policy, no frame around it, no guess at a type, no path told to other sites."""
    return {
        "Content-Security-Policy": f"{page_policy(scripts=scripts)}; {_NO_FRAME}",
        "X-Frame-Options": "DENY",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
    }

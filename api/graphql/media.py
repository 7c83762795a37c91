"""What a client sends and what it would like to read. Owns media types; never touches a body."""

from functools import lru_cache

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HTML = "text/html"

_MOST_RANGES = 32  # in one Accept header; browsers send fewer than ten


def is_json(content_type: str) -> bool:
    """Is this `application/json` in UTF-8? Anything else would spare a foreign page the CORS preflight."""
    media, *parameters = (part.strip().lower() for part in content_type.split(";"))
    charsets = [
        text.removeprefix("charset=").strip('"') for text in parameters if text.startswith("charset=")
    ]
    return media == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)


@lru_cache(maxsize=64)
def negotiate(accept: str, offered: tuple[str, ...]) -> str | None:
    """The offered type that the client likes best, the earlier of equals, or None (RFC 9110, 12.5.1)."""
    ranges = [_range(part) for part in accept.split(",", _MOST_RANGES)[:_MOST_RANGES]]
    best, best_rank = None, (0.0, 0)
    for media in offered:
        precision, quality = max((_match(media, *named) for named in ranges), default=_NO_MATCH)
        if quality > 0 and (quality, precision) > best_rank:
            best, best_rank = media, (quality, precision)
    return best


_NO_MATCH = (0, 0.0)


def _match(media: str, pattern: str, quality: float) -> tuple[int, float]:
    if pattern == media:
        return 3, quality
    if media == GRAPHQL:  # only for those who name it: a wildcard means plain JSON, as it always has
        return _NO_MATCH
    if pattern == media.partition("/")[0] + "/*":
        return 2, quality
    return (1, quality) if pattern == "*/*" else _NO_MATCH


def _range(text: str) -> tuple[str, float]:
    pattern, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = next((text.removeprefix("q=") for text in parameters if text.startswith("q=")), "1")
    try:
        return pattern, min(max(float(quality), 0.0), 1.0)
    except ValueError:
        return pattern, 0.0

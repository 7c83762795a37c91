"""What a client sends and what it would like to read. Owns media types; never touches a body."""

from collections.abc import Sequence

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
HTML = "text/html"

_MOST_RANGES = 32  # in one Accept header; browsers send fewer than ten


def is_json(content_types: Sequence[str]) -> bool:
    """Is this one `application/json` in UTF-8? Anything else would spare a foreign page the CORS preflight."""
    if len(content_types) != 1:
        return False
    media, *parameters = (part.strip().lower() for part in content_types[0].split(";"))
    charsets = [value.strip('"') for name, _, value in (p.partition("=") for p in parameters) if name == "charset"]
    return media == JSON and all(charset in ("utf-8", "utf8") for charset in charsets)


def negotiate(accept: str, offered: Sequence[str]) -> str | None:
    """The offered type that the client likes best, or None.

    `offered` comes in our order of preference, used where a wildcard leaves the choice; types named by the client
    with the same weight go to the later one, so that naming both JSON types means the modern one (GraphQL over HTTP).
    """
    ranges = [_range(part) for part in accept.split(",", _MOST_RANGES)[:_MOST_RANGES]]
    best, best_rank = None, (0.0, -1)
    for media in offered:
        precision, quality = max((match for match in (_match(media, *r) for r in ranges)), default=(-1, 0.0))
        rank = (quality, precision)
        if quality > 0 and (rank > best_rank or (rank == best_rank and precision == _EXACT)):
            best, best_rank = media, rank
    return best


_EXACT = 2


def _match(media: str, pattern: str, quality: float) -> tuple[int, float]:
    if pattern == media:
        return _EXACT, quality
    if pattern == media.partition("/")[0] + "/*":
        return 1, quality
    return (0, quality) if pattern == "*/*" else (-1, 0.0)


def _range(text: str) -> tuple[str, float]:
    pattern, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = next((value for name, _, value in (p.partition("=") for p in parameters) if name.strip() == "q"), "1")
    try:
        return pattern, min(max(float(quality), 0.0), 1.0)
    except ValueError:
        return pattern, 0.0

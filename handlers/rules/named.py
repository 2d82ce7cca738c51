"""How many of a list are named where the rest is counted. Pure."""


def many(total: int, most: int) -> int:
    """Return how many of `total` are named where `most` are at most: one alone is never left out, it is named too."""
    return total if total <= most + 1 else most

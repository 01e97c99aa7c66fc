"""Whether two numbers are one and the same, mistyped: what a clerk's finger does, and no forger wants."""


def one_slip_apart(one: str, other: str) -> bool:
    """Whether two texts of one length differ in one place, or in two neighbours that changed places."""
    if len(one) != len(other):
        return False
    places = [place for place, (mine, theirs) in enumerate(zip(one, other, strict=True)) if mine != theirs]
    if len(places) == 1:
        return True
    first, last = (places[0], places[-1]) if places else (0, 0)
    return last - first == 1 and one[first] == other[last] and one[last] == other[first]

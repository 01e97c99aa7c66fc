"""Whether an entry asks for a licence for a destination and a party: by country groups, headquarters and exceptions.

What is not named, and would decide, leaves it open: goods for Germany may be for a company of China. Countries are
told by ISO 3166 codes; a code that does not exist counts as not named, and is never taken for a free destination.
"""

from dataclasses import dataclass
from datetime import date

from gpu_inspector.language import N_
from gpu_inspector.records.control import INDETERMINATE, NONE
from gpu_inspector.records.export_rules import Classification, Exemption, Law, Scope, World, holds

REQUIRED, NOT_REQUIRED, EXCEPTION = "required", N_("not required"), "exception"
DESTINATION = N_("the destination")
HEADQUARTERS = N_("where the parties, or their ultimate parents, have their headquarters")
LICENCE_FACTS = (DESTINATION, HEADQUARTERS)
"""Missing facts that decide on a licence, and never on the entry."""
HOME = "US"
"""The rules are about leaving this country: what they ask for a way into it was not looked up."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where the goods go, and whose they are; "" is not named."""

    destination: str = ""
    headquarters: str = ""

    def law_destination(self, law: Law) -> str:
        """As the rules count it: Hong Kong is China."""
        return law.countries.same.get(self.destination, self.destination)

    def law_headquarters(self, law: Law) -> str:
        """As the rules count it."""
        return law.countries.same.get(self.headquarters, self.headquarters)


def way_of(law: Law, destination: str, headquarters: str) -> Way:
    """The way by two texts; one that is no country's code is not named."""
    return Way(_code(law, destination), _code(law, headquarters))


def _code(law: Law, text: str) -> str:
    code = text[:20].strip().upper()
    return code if code in law.countries.known else ""


def covered(law: Law, scope: Scope, way: Way) -> bool | None:
    """Whether an entry asks for a licence on that way, None where what decides is not known."""
    if scope.worldwide:
        return None if way.destination == HOME else True
    both = (_goes_there(law, scope, way), _is_theirs(law, scope, way))
    if True in both:
        return True
    return None if None in both else False


def _goes_there(law: Law, scope: Scope, way: Way) -> bool | None:
    countries, code = law.countries, way.law_destination(law)
    if not code:
        return None
    if code in scope.named or not any(":" in one for one in scope.to):
        return code in scope.named or code in scope.to
    if code == HOME or code in countries.unsure or code in countries.moved:
        return None
    return countries.among(code, scope.to) and not countries.among(code, scope.but)


def _is_theirs(law: Law, scope: Scope, way: Way) -> bool | None:
    if not scope.headquarters:
        return False
    code = way.law_headquarters(law)
    if not code or code in law.countries.unsure:
        return None
    return law.countries.among(code, scope.headquarters)


def exemption_for(law: Law, way: Way, on: date) -> Exemption | None:
    """The licence exception that is there for this way on a day, before anything of its conditions."""
    countries = law.countries
    for one in law.exception:
        if one.since <= on <= (one.until or on) and (
            countries.among(way.law_destination(law), one.to)
            or countries.among(way.law_headquarters(law), one.headquarters)
        ):
            return one
    return None


def licence(law: Law, rule: Classification, entry: str, way: Way, on: date, world: World) -> str:
    """What an entry asks for, of one item whose every figure is known."""
    if entry == NONE:
        return NOT_REQUIRED
    scope = law.scope_of(rule, entry, on)
    asked = None if scope is None else covered(law, scope, way)
    if asked is None:
        return INDETERMINATE
    if not asked:
        return NOT_REQUIRED
    if exemption_for(law, way, on) is not None and holds(law.eligible.get(entry, ()), world):
        return EXCEPTION
    return REQUIRED


def missing_of_way(way: Way) -> tuple[str, ...]:
    """What of the way is not named."""
    unnamed = ((way.destination, DESTINATION), (way.headquarters, HEADQUARTERS))
    return tuple(words for code, words in unnamed if not code)

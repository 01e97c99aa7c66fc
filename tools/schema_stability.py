"""Does a schema still keep what an earlier one of the same format promised? Each breach is a sentence.

Within one number of the format fields are only added. A reader of what is printed may rely on every field that was
always there, and on its type; whoever kept a file may rely on its being read by every later version of the format.
"""

from typing import Any

Schema = dict[str, Any]
_BOUNDS = ("const", "pattern", "format", "minimum", "maximum", "minItems", "maxItems", "contentEncoding")


def breaches(old: Schema, new: Schema, *, printed: bool) -> list[str]:
    """What of `old` no longer holds. Of a `printed` document readers alone matter, of a record also its older files."""
    return _Comparison(old, new, printed=printed).run()


class _Comparison:
    def __init__(self, old: Schema, new: Schema, *, printed: bool) -> None:
        self._old, self._new, self._printed = old, new, printed
        self._found: list[str] = []
        self._seen: set[tuple[int, int]] = set()

    def run(self) -> list[str]:
        self._compare(self._old, self._new, "the document")
        return list(dict.fromkeys(self._found))

    def _compare(self, old: Schema, new: Schema, place: str) -> None:
        old, new = _resolved(old, self._old), _resolved(new, self._new)
        if (id(old), id(new)) in self._seen:
            return
        self._seen.add((id(old), id(new)))
        if "anyOf" in old or "anyOf" in new:
            self._alternatives(old, new, place)
            return
        if old.get("type") != new.get("type"):
            self._found.append(f"{place} was of the type {old.get('type')} and is of the type {new.get('type')} now.")
            return
        for bound in _BOUNDS:
            if old.get(bound) != new.get(bound):
                self._found.append(f"{place} had {bound} {old.get(bound)} and has {new.get(bound)} now.")
        for word in old.get("enum", ()):
            if word not in new.get("enum", (word,)):
                self._found.append(f"{place} could be “{word}” and cannot any more.")
        if "enum" in new and "enum" not in old:
            self._found.append(f"{place} could be any text and is one of a few words now.")
        self._fields(old, new, place)
        self._inside(old, new, place)

    def _fields(self, old: Schema, new: Schema, place: str) -> None:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before:
            if name not in after:
                self._found.append(f"{_field(place, name)} is no longer there: it was removed or renamed.")
                continue
            self._compare(before[name], after[name], _field(place, name))
            meant, means = before[name].get("default"), after[name].get("default")
            if meant != means and not self._printed:
                self._found.append(f"{_field(place, name)}, where it is missing, meant {meant} and means {means} now.")
        always, demanded = set(old.get("required", ())), set(new.get("required", ()))
        for name in sorted((always - demanded) & set(after)):
            self._found.append(f"{_field(place, name)} was always there and may be missing now.")
        if not self._printed:
            for name in sorted(demanded - always):
                self._found.append(f"{_field(place, name)} must be there now: files of before lack it.")

    def _inside(self, old: Schema, new: Schema, place: str) -> None:
        for key in ("items", "additionalProperties"):
            before, after = old.get(key), new.get(key)
            if isinstance(before, dict) and isinstance(after, dict):
                self._compare(before, after, f"each of {place}")
            elif before != after and not (self._printed and after is None):
                self._found.append(f"what {place} holds was bounded otherwise.")
        before, after = old.get("prefixItems", []), new.get("prefixItems", [])
        if len(before) != len(after):
            self._found.append(f"{place} had {len(before)} places and has {len(after)} now.")
        for number, pair in enumerate(zip(before, after, strict=False), 1):
            self._compare(*pair, f"place {number} of {place}")

    def _alternatives(self, old: Schema, new: Schema, place: str) -> None:
        before, after = self._named(old, self._old), self._named(new, self._new)
        for name in before:
            if name in after:
                self._compare(before[name], after[name], place)
            else:
                self._found.append(f"{place} could be {name} and cannot any more.")
        whole = old is self._old
        for name in after:
            if name not in before and not whole:
                self._found.append(f"{place} can be {name} now, which no reader expects.")

    def _named(self, schema: Schema, root: Schema) -> dict[str, Schema]:
        """The alternatives by what tells them apart: an object by its title, anything else by its type."""
        many = schema.get("anyOf", [schema])
        resolved = [_resolved(one, root) for one in many]
        return {
            f"a {one['title']}"
            if one.get("type") == "object" and "title" in one
            else f"of the type {one.get('type')}": one
            for one in resolved
        }


def _resolved(schema: Schema, root: Schema) -> Schema:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Schema = root["$defs"][reference.rpartition("/")[2]]
    return found


def _field(place: str, name: str) -> str:
    return f"“{name}”" if place == "the document" else f"“{name}” of {place}"

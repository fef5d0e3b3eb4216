"""From a tree of nodes to the model: keys, short forms, types, each complaint at the place where it belongs.

A front matter is read in two steps. `_data` walks the tree by the tables below: it refuses unknown
keys, spells short forms out, reads dates and notes every place. pydantic then checks the types and
builds the dataclasses of the model, and what it has to say is led back to the node it is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, replace
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from briefgen.content.edtf import is_edtf
from briefgen.content.front_matter import FrontMatter, Node
from briefgen.model.dates import lacks, parse_day
from briefgen.model.entries import (
    BUILT,
    MARKINGS,
    Actor,
    Affiliation,
    Assessment,
    Brief,
    CastMember,
    Correction,
    Cut,
    Denial,
    DeskPage,
    Discrepancy,
    Entry,
    Evidence,
    Fact,
    NearDuplicate,
    Order,
    Question,
    Reliability,
    Said,
    Source,
    Stored,
    Unnamed,
    When,
)
from briefgen.model.ids import A_FILE, A_REF, AN_ID, example_of, is_id, why_no_id, why_no_ref
from briefgen.model.problems import Place, Problem, did_you_mean
from briefgen.model.quotes import fold

Problems = list[Problem]
Reading = Callable[[Node, Problems], object]
E = TypeVar("E", bound=Entry)

# What the program works out for itself: typed in a file it would go stale.
COMPUTED = frozenset(
    ("texts", "publishers", "independent", "origins", "contested", "reply", "replies", "accused", "number", "claims",
     "counts", "timeline", "start", "end", "offset", "offsets", "near_duplicates", "mentions", "slug")
)  # fmt: skip
_NOT_TYPED = frozenset(("place", "body", "body_line"))
# Keys that are words of the Python language, or mean another thing there, by the class they belong to.
WRITTEN_AS: Mapping[type, Mapping[str, str]] = {
    Cut: {"start": "from", "end": "to"},
    Affiliation: {"since": "from"},
}
_EVIDENCE_KEYS = frozenset(("source", "quote", "prefix", "suffix", "translation"))


# ---- readings: a node as the data that pydantic is given -----------------------------------------------------------


def _plain(node: Node, problems: Problems) -> object:
    """A node as it is: text, list or mapping."""
    if isinstance(node.value, str):
        return node.value
    if isinstance(node.value, list):
        return [_plain(child, problems) for child in node.value]
    return {key: _plain(child, problems) for key, child in node.value.items()}


def _list(node: Node, problems: Problems) -> object:
    """One text or a list of texts, as a list."""
    return [node.value] if isinstance(node.value, str) else _plain(node, problems)


def _voices(node: Node, problems: Problems) -> object:
    """One or several of: an actor's id, `{unnamed: descriptor}`."""
    children = node.value if isinstance(node.value, list) else [node]
    return [_entry(Unnamed, c, problems) if isinstance(c.value, dict) else c.value for c in children]


def _one(kind: type, node: Node, problems: Problems) -> object:
    return _entry(kind, node, problems)


def _each(kind: type, node: Node, problems: Problems, *, text_is: str = "") -> object:
    """A list of mappings; where `text_is` names a key, a plain text stands for a mapping with that key."""
    if not isinstance(node.value, list):
        return _plain(node, problems)
    return [
        {text_is: child.value, "place": child.place}
        if text_is and isinstance(child.value, str)
        else _entry(kind, child, problems)
        for child in node.value
    ]


def _quotes(node: Node, problems: Problems) -> object:
    """A list of `label: quote`, or of mappings with `source` and `quote`."""
    if isinstance(node.value, dict) and not node.value.keys() & _EVIDENCE_KEYS:
        return [_quote(label, quote) for label, quote in node.value.items()]
    if not isinstance(node.value, list):
        return _plain(node, problems)
    return [given for child in node.value for given in _given_quotes(child, problems)]


def _given_quotes(node: Node, problems: Problems) -> Iterator[object]:
    if isinstance(node.value, dict) and not node.value.keys() & _EVIDENCE_KEYS:
        yield from (_quote(label, quote) for label, quote in node.value.items())
    else:
        entry = _entry(Evidence, node, problems)
        if isinstance(entry, dict) and isinstance(node.value, dict) and "quote" in node.value:
            entry["place"] = node.value["quote"].place
        yield entry


def _quote(label: str, quote: Node) -> object:
    return {"source": label, "quote": quote.value, "place": quote.place}


def _day(node: Node, problems: Problems) -> object:
    """A date, or a moment with its offset."""
    if isinstance(node.value, str):
        if (day := parse_day(node.value)) is not None:
            return day
        message = f"{node.value!r} is not a date: write 2026-11-22"
        problems.append(Problem(node.place, "bad-date", message, hint=lacks(node.value)))
        return _REFUSED
    return _plain(node, problems)


def _moment(node: Node, problems: Problems) -> object:
    """A moment with its offset."""
    day = parse_day(node.value) if isinstance(node.value, str) else None
    if day is None or not hasattr(day, "hour"):
        shown = node.value if isinstance(node.value, str) else "this"
        message = f"{shown!r} is not a moment: write 2026-11-22T09:00+01:00"
        problems.append(Problem(node.place, "embargo-offset", message, hint=lacks(shown)))
        return _REFUSED
    return day


def _edtf(node: Node, problems: Problems) -> object:
    """A date as EDTF, or `unknown`."""
    if isinstance(node.value, str) and not is_edtf(node.value):
        message = f"{node.value!r} is not an EDTF date"
        hint = "Examples: 2026-11-22, 2026-11, XXXX-08 (August, no year), 2026-03/2026-05, 2026-03/.., unknown."
        problems.append(Problem(node.place, "bad-edtf", message, hint=hint))
        return _REFUSED
    return _plain(node, problems)


_REFUSED = object()  # already reported; pydantic is not asked about it

READINGS: Mapping[type, Mapping[str, Reading]] = {
    Brief: {
        "date": _day,
        "updated": _day,
        "embargo_until": _moment,
        "reference_date": _edtf,
        "topics": _list,
        "redirect_from": _list,
        "actors": partial(_each, CastMember, text_is="id"),
        "key_facts": partial(_each, Fact),
        "denials": partial(_each, Denial),
        "discrepancies": partial(_each, Discrepancy),
        "open_questions": partial(_each, Question, text_is="question"),
        "corrections": partial(_each, Correction),
        "assessments": partial(_each, Assessment),
    },
    CastMember: {"role": _list},
    Fact: {
        "asserted_by": _voices,
        "citing": _voices,
        "about": _list,
        "accuses": _list,
        "when": partial(_one, When),
        "evidence": _quotes,
        "chain_evidence": _quotes,
    },
    When: {"edtf": _edtf},
    Denial: {
        "by": _voices,
        "on_behalf_of": _list,
        "denies": _list,
        "may_also_deny": _list,
        "order": partial(_one, Order),
        "evidence": _quotes,
    },
    Discrepancy: {"readings": _quotes},
    Question: {"about": _list, "answered_by": _list, "asked": _day, "answered": _day},
    Correction: {"date": _day},
    Assessment: {"about": _list},
    Actor: {
        "aliases": _list,
        "weak_aliases": _list,
        "metonyms": _list,
        "not_same_as": _list,
        "redirect_from": _list,
        "affiliations": partial(_each, Affiliation),
        "reliability": partial(_one, Reliability),
    },
    Affiliation: {"since": _edtf, "until": _edtf},
    Source: {
        "published": _edtf,
        "retrieved": _day,
        "credits": _list,
        "redirect_from": _list,
        "said": partial(_one, Said),
        "near_duplicate_of": partial(_one, NearDuplicate),
        "cut": partial(_each, Cut),
        "capture": partial(_one, Stored),
        "text": partial(_one, Stored),
    },
}


def keys_of(kind: type) -> dict[str, str]:
    """The keys that a mapping of a kind may have, as written, each with the name of its field."""
    written = WRITTEN_AS.get(kind, {})
    names = (f.name for f in fields(kind))
    return {written.get(name, name): name for name in names if name not in _NOT_TYPED}


_KEYS_OF: dict[type, dict[str, str]] = {}


def _keys(kind: type) -> dict[str, str]:
    """`keys_of`, worked out once for each kind."""
    if kind not in _KEYS_OF:
        _KEYS_OF[kind] = keys_of(kind)
    return _KEYS_OF[kind]


def _entry(kind: type, node: Node, problems: Problems) -> object:
    """A mapping as the arguments of a dataclass; unknown keys are reported and left out."""
    if not isinstance(node.value, dict):
        return _plain(node, problems)
    known, readings = _keys(kind), READINGS.get(kind, {})
    data: dict[str, object] = {"place": node.place}
    for key, child in node.value.items():
        name = known.get(key)
        if name is None or (kind in _STEMMED and name == "id"):
            problems.append(_unknown_key(kind, key, node.key_place(key)))
        elif not child.is_empty:
            value = readings.get(name, _plain)(child, problems)
            if value is not _REFUSED:
                data[name] = value
    return data


_STEMMED = frozenset((Brief, Actor, Source, DeskPage))  # whose id is the name of their file


def _unknown_key(kind: type, key: str, place: Place) -> Problem:
    if key == "id":
        return Problem(place, "unknown-key", "the id is the file's name: rename the file, and take this line away")
    if key in COMPUTED:
        return Problem(place, "computed-key", f"{key!r} is worked out by the program; typed here it would go stale")
    known = set(_keys(kind)) - ({"id"} if kind in _STEMMED else set())
    hint = did_you_mean(key, known) or f"known here: {', '.join(sorted(known))}"
    return Problem(place, "unknown-key", f"no key {key!r} in {_WHAT[kind]}", hint=hint)


_WHAT: Mapping[type, str] = {
    Brief: "a brief",
    CastMember: "an actor of a brief",
    Fact: "a key fact",
    When: "`when`",
    Denial: "a denial",
    Order: "`order`",
    Discrepancy: "a discrepancy",
    Question: "a question",
    Correction: "a correction",
    Assessment: "an assessment",
    Evidence: "a quote",
    Unnamed: "an unnamed asserter",
    Actor: "an actor",
    Affiliation: "an affiliation",
    Reliability: "`reliability`",
    Source: "a source",
    Said: "`said`",
    NearDuplicate: "`near_duplicate_of`",
    Cut: "a cut",
    Stored: "a stored file",
    DeskPage: "a page",
}


# ---- the entry -----------------------------------------------------------------------------------------------------


_ADAPTERS: dict[type, TypeAdapter[Any]] = {}


def adapter(kind: type) -> TypeAdapter[Any]:
    """pydantic's checker of one of the model's classes, made once."""
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(kind)
    return _ADAPTERS[kind]


def shape(kind: type[E], stem: str, front: FrontMatter) -> tuple[E | None, list[Problem]]:
    """The entry that a file holds, with every problem of its shape; None where a problem leaves nothing to build."""
    problems: Problems = []
    data = _entry(kind, front.root, problems)
    assert isinstance(data, dict)
    data |= {"id": stem, "body": front.body, "body_line": front.body_line}
    try:
        entry: E = adapter(kind).validate_python(data)
    except ValidationError as error:
        if not is_id(stem):
            hint = f"Rename the file. {example_of(stem)}".rstrip()
            problems.append(Problem(Place(front.root.place.file), "bad-id", why_no_id(stem), hint=hint))
        problems += _complaints(error.errors(include_url=False, include_input=True), front.root)
        return None, problems
    if isinstance(entry, Brief):
        if entry.status in BUILT and _is_left_out("date", front.root):
            message = "a brief that is published has a `date`"
            problems.append(Problem(entry.place, "missing-key", message, hint="The date is never taken from the file."))
        problems += _ids_left_out(entry)
        return replace(entry, **_ids(entry)), problems
    return entry, problems


def _is_left_out(key: str, node: Node) -> bool:
    return not isinstance(node.value, dict) or key not in node.value or node.value[key].is_empty


def _complaints(errors: list[ErrorDetails], root: Node) -> Iterator[Problem]:
    """What pydantic found wrong, each place once, in our words."""
    seen: set[Place] = set()
    for error in errors:
        node, key = _led_back(root, error["loc"])
        if error["loc"] == ("id",):
            continue  # it is the file's name, which has no place in the file
        if error["type"] == "missing":
            if not _is_left_out(key, node):
                continue  # it is there, and what is wrong with it has been said
            yield _missing(key, node)
        elif node.place not in seen:
            seen.add(node.place)
            yield _mistyped(error, node, key)


_ALIASES = {name: key for written in WRITTEN_AS.values() for name, key in written.items()}


def _led_back(node: Node, loc: tuple[str | int, ...]) -> tuple[Node, str]:
    """The node nearest to where pydantic saw the trouble, and the last key that led there."""
    key = ""
    for step in loc:
        child = None
        if isinstance(node.value, dict):
            key = _ALIASES.get(str(step), str(step))
            child = node.value.get(str(step)) or node.value.get(key)
            if child is None and step == "quote" and len(node.value) == 1:
                child = next(iter(node.value.values()))
        elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            child = node.value[step]
        node = child or node
    return node, key


def _marking_meant(text: str) -> str:
    """A marking is never guessed from its letters: a slip there would publish what must not be."""
    bare = text.upper().replace(" ", "").removeprefix("TLP:")
    if bare == "WHITE":
        return "TLP 2.0 calls it TLP:CLEAR."
    return next((f"did you mean {m!r}?" for m in MARKINGS if m == f"TLP:{bare}"), "")


_LEFT_OUT = {
    "denies": "a denial says what it denies: give `denies`, or `denies: []` where nothing reported here is denied",
    "text": "there is no `text`: say in your own words what is asserted, and by whom",
    "quote": "there is no `quote`",
}


def _missing(key: str, node: Node) -> Problem:
    return Problem(node.place, "missing-key", _LEFT_OUT.get(key, f"there is no `{key}`"))


def _mistyped(error: ErrorDetails, node: Node, key: str) -> Problem:
    got = (
        "a list" if isinstance(node.value, list) else "a mapping" if isinstance(node.value, dict) else repr(node.value)
    )
    if error["type"] == "literal_error":
        expected = [word.strip(" '") for word in str(error["ctx"]["expected"]).replace(" or ", ",").split(",")]
        shown = ", ".join(word for word in expected if word) or "nothing"
        if isinstance(node.value, str):
            message = f"{got} is no `{key}`; known are: {shown}"
            if key == "marking":
                return Problem(node.place, "bad-marking", message, hint=_marking_meant(node.value))
            return Problem(node.place, "bad-value", message, hint=did_you_mean(node.value, filter(None, expected)))
    if error["type"] == "string_pattern_mismatch" and isinstance(node.value, str):
        return _FORMS[error["ctx"]["pattern"]](node)
    wanted = {
        "string_type": "a text",
        "tuple_type": "a list",
        "mapping_type": "`key: value` pairs",
        "dict_type": "`key: value` pairs",
        "dataclass_type": "`key: value` pairs",
        "date_type": "a date",
        "datetime_type": "a date",
        "int_parsing": "a whole number",
        "int_type": "a whole number",
    }.get(error["type"], "something else")
    return Problem(node.place, "wrong-type", f"`{key}` wants {wanted}, and this is {got}")


def _no_id(node: Node) -> Problem:
    return Problem(node.place, "bad-id", why_no_id(str(node.value)), hint=example_of(str(node.value)))


def _no_ref(node: Node) -> Problem:
    return Problem(node.place, "bad-id", why_no_ref(str(node.value)), hint=example_of(str(node.value)))


def _no_file(node: Node) -> Problem:
    return Problem(node.place, "bad-file-name", f"{node.value!r} is not the name of a file in captures/")


_FORMS: Mapping[str, Callable[[Node], Problem]] = {
    AN_ID.pattern: _no_id,
    A_REF.pattern: _no_ref,
    A_FILE.pattern: _no_file,
}


# ---- ids that were left out ----------------------------------------------------------------------------------------


def made_id(prefix: str, text: str) -> str:
    """An id from a text: a prefix and the first eight hex digits of its folded form's SHA-256."""
    return f"{prefix}-{sha256(fold(text).strip().encode()).hexdigest()[:8]}"


def _ids_left_out(brief: Brief) -> Iterator[Problem]:
    for prefix, things in (("fact", brief.key_facts), ("denial", brief.denials), ("q", brief.open_questions)):
        for thing in things:
            if not thing.id:
                made = made_id(prefix, _first_words(thing))
                message = f"this has no id; it is called {made!r} until you give it a name"
                yield Problem(thing.place, "no-id", message, "note", "A name of your own makes a link that lasts.")


def _ids(brief: Brief) -> dict[str, Any]:
    """A brief's facts, denials and questions, each with an id."""
    return {
        "key_facts": tuple(f if f.id else replace(f, id=made_id("fact", _first_words(f))) for f in brief.key_facts),
        "denials": tuple(d if d.id else replace(d, id=made_id("denial", _first_words(d))) for d in brief.denials),
        "open_questions": tuple(
            q if q.id else replace(q, id=made_id("q", _first_words(q))) for q in brief.open_questions
        ),
    }


def _first_words(thing: Fact | Denial | Question) -> str:
    """What an id is made from: a question's text; else the first quote, else the text."""
    if isinstance(thing, Question):
        return thing.question
    return thing.evidence[0].quote if thing.evidence else thing.text

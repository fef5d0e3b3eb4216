"""Names -> actors with their aliases, types and roles; and which pronoun or role stands for whom.

Names come from the model's entities, from the register of countries, and from a name that the text
itself puts in brackets after another. Two names are one actor's where the text shows it: the same
words, a person's last name, an abbreviation, a company without its legal form, a capital that acts.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from briefgen.extract.countries import countries
from briefgen.extract.lexicon import lexicon, word_set
from briefgen.extract.places import Lines, Places, line_ends
from briefgen.extract.reading import Mention, Named
from briefgen.extract.spans import subtree
from briefgen.model.entries import ActorType, Span

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Words

Type = ActorType | Literal["Place"]
_KEPT = frozenset(("PERSON", "ORG", "GPE", "LOC", "FAC", "NORP"))
_THINGS = frozenset(("LAW", "EVENT", "WORK_OF_ART", "PRODUCT"))  # labels that a body's name gets by mistake
_ARTICLE = re.compile(r"^(?:the|a|an|this|that|its|his|her|their|our)\s+", re.I)
_POSSESSIVE = re.compile(r"(?:['’]s|['’])$")
_SPACE = re.compile(r"\s+")
_SMALL = word_set("small")
_NEVER = word_set("unnamed")
_LONGEST_NAME = 25  # words that are looked at for one name, and for what stands before it
_ABBREVIATED = re.compile(r"\s*[(\[]\s*(?:the\s+|or\s+)?([A-Z][A-Za-z&.\-]{1,11})\s*[)\]]")
_PARTICLES = word_set("particles")
_ACTING = word_set("acting")
_DEALING = word_set("dealing")
_GOVERNMENTAL = word_set("governmental")


@dataclass(slots=True)
class _Cluster:
    """An actor while names are being gathered: how often each form stands there, and the tokens of each mention."""

    type: Type
    forms: Counter[str] = field(default_factory=Counter)
    mentions: list[Words] = field(default_factory=list)
    metonyms: set[str] = field(default_factory=set)
    votes: Counter[Type] = field(default_factory=Counter)
    descriptions: Counter[str] = field(default_factory=Counter)
    titled: Counter[str] = field(default_factory=Counter)
    country: str = ""  # whose it is: "South Korea's National Intelligence Service"
    preferred: str = ""  # the form whose abbreviation the text gives
    fixed: str = ""  # the register's name for a country

    @property
    def name(self) -> str:
        """The fullest form: a country's usual name, else the longest without a title, the commonest first.

        Looks at every form, so it is asked for once where there are many.
        """
        if self.fixed or self.preferred:
            return self.fixed or self.preferred
        return min(self.forms, key=lambda f: (-len(_bare(f).split()), -len(_bare(f)), -self.forms[f], f))


def actors(doc: Doc) -> tuple[tuple[Named, ...], tuple[Mention, ...]]:
    """The actors of a text, in the order of their first mention, and each mention by name, in the order of the text."""
    clusters = _merged(_gathered(doc))
    clusters.sort(key=lambda c: min(m.start_char for m in c.mentions))
    named = tuple(_finished(c) for c in clusters)
    mentions = [
        Mention(Span(words.start_char, words.end_char), actor.name)
        for cluster, actor in zip(clusters, named, strict=True)
        for words in cluster.mentions
    ]
    return named, tuple(sorted(mentions, key=lambda m: (m.span.start, m.span.end)))


def _finished(cluster: _Cluster) -> Named:
    name = _plain_name(cluster)
    kind = cluster.votes.most_common(1)[0][0] if cluster.votes and not cluster.fixed else cluster.type
    others = {form for form in cluster.forms if form != name and form not in cluster.metonyms}
    return Named(
        name=name,
        type=kind,
        aliases=tuple(sorted(others, key=lambda f: (-len(f), f))),
        titled=tuple(sorted(set(cluster.titled) - others - {name}, key=lambda f: (-len(f), f))),
        metonyms=tuple(sorted(cluster.metonyms)),
        description=_fullest(cluster.descriptions),
        country=cluster.country,
        mentions=tuple(Span(m.start_char, m.end_char) for m in sorted(cluster.mentions, key=lambda m: m.start_char)),
    )


def _fullest(descriptions: Counter[str]) -> str:
    return max(descriptions, key=lambda d: (len(d.split()), descriptions[d], d), default="")


def _plain_name(cluster: _Cluster) -> str:
    """The name that stands on an actor's page: without a title, with the article of a medium that has one."""
    name = cluster.name
    with_article = f"The {name}"
    if cluster.type == "NewsMedia" and with_article in cluster.forms:
        return with_article
    return _bare(name) if cluster.type == "Person" else name


# ---- gathering -----------------------------------------------------------------------------------------------------


def _gathered(doc: Doc) -> list[_Cluster]:
    found: dict[str, _Cluster] = {}
    text = doc.text  # put together anew each time it is asked for
    common = {t.lower_ for t in doc if t.pos_ in ("NOUN", "VERB", "ADJ") and t.text.islower()}
    common |= {t.lemma_.lower() for t in doc if t.pos_ == "NOUN" and t.text.islower()}
    for words, label in _names(doc):
        form = _form(words)
        if not form or not _is_name(words, form, label, common):
            continue
        kind, country, is_metonym = _kind(words, form, label)
        key = country or _key(form)
        cluster = found.setdefault(key, _Cluster(kind, fixed=country))
        if not country:
            cluster.votes[kind] += len(form.split())  # a full name tells its kind better than its abbreviation
        if not _is_adjective(words, form):
            cluster.forms[form] += 1
        if is_metonym:
            cluster.metonyms.add(form)
        cluster.mentions.append(words)
        if kind == "Person" and (role := _role_before(words)):
            cluster.descriptions[role] += 1
            if titled := _titled(words, form):
                cluster.titled[titled] += 1
        if kind == "PublicBody" and not cluster.country:
            cluster.country = _country_of(words)
        _add_abbreviation(text, words, cluster, found)
    return [c for c in found.values() if c.forms]


def _is_name(words: Words, form: str, label: str, common: set[str]) -> bool:
    """Whether words name somebody or something, and not a people, a subject or a thing with a capital."""
    register = countries()
    bare = _ARTICLE.sub("", form)
    if bare in register.by_name or bare in register.by_metonym or bare in register.by_adjective:
        return True
    if label == "NORP":
        is_acting = words.root.dep_ == "nsubj" and words.root.head.lemma_.lower() in _ACTING
        return is_acting and words.root.pos_ != "ADJ" and bare[-1:] != "s"  # "Castrian claims" are nobody's name
    is_company = words[-1].text.isupper() and words[-1].lower_ in lexicon().roles["company"]
    if not is_company and not any(t.pos_ == "PROPN" for t in words):
        return False
    if (
        label in ("ORG", "GPE", "FAC", "LOC", "PERSON")
        and " " not in bare
        and bare.lower() in common
        and not bare.isupper()
    ):
        return False
    roles = lexicon().roles
    if all(w.lower().rstrip(".") in roles["titles"] or w.lower() in roles["person"] for w in bare.split()):
        return False
    last = bare.split()[-1].lower()
    if label in ("ORG", "FAC", "LOC") and " " in bare and last in common and not _is_body(last):
        return False
    if label != "PERSON" and _is_model(bare):
        return False
    describes = words.root.dep_ in ("amod", "compound") and words.root.head.text.islower()
    return not (
        label != "PERSON" and " " not in bare and describes and bare.lower().endswith(("ist", "ic", "al", "ian"))
    )


def _is_model(bare: str) -> bool:
    """Whether a name is a make's: `A380`, `iPod`, `Trent 900`, and not a body's."""
    last = bare.split()[-1]
    return bool(_NUMBERED.fullmatch(last)) or bool(_BRAND.match(bare))


_NUMBERED = re.compile(r"[A-Z]{0,3}-?\d[\d.\-]*[A-Za-z]?")
_BRAND = re.compile(r"[a-z][A-Z][a-z]")


def _is_body(word: str) -> bool:
    """Whether a word can be the last one of the name of a body or a place."""
    roles = lexicon().roles
    return word in roles["body"] or word in roles["public"] or word in roles["company"] or word in roles["media"]


def _titled(words: Words, form: str) -> str:
    """`NASA Administrator Charles Bolden`: a name with the capitalised role that leads to it."""
    doc, start = words.doc, words.start
    least = max(0, start - _LONGEST_NAME)
    while start > least and doc[start - 1].dep_ in ("compound", "amod", "nmod") and doc[start - 1].text[:1].isupper():
        start -= 1
    return f"{_SPACE.sub(' ', doc[start : words.start].text)} {form}" if start < words.start else ""


def _names(doc: Doc) -> Iterator[tuple[Words, str]]:
    """Names by the model and by the register of countries; where two overlap the first and longer one."""
    candidates = [(_joined(e), e.label_) for e in doc.ents if e.label_ in _KEPT]
    candidates += [(e, "ORG") for e in doc.ents if e.label_ in _THINGS and _is_body(e[-1].lower_)]
    candidates += _countries_missed(doc)
    candidates += _capitals_missed(doc)
    taken: set[int] = set()
    for words, label in sorted(candidates, key=lambda c: (c[0].start, -len(c[0]))):
        for part in _split(words):
            if not taken & set(range(part.start, part.end)):
                taken |= set(range(part.start, part.end))
                yield part, label


def _joined(words: Words) -> Words:
    """A person's name with what a hyphen joins to it: `Wong Kwok-hing`."""
    doc, start, end = words.doc, words.start, words.end
    last = min(len(doc) - 1, start + _LONGEST_NAME)
    while end < last and doc[end].text == "-" and not doc[end].whitespace_ and not doc[end - 1].whitespace_:
        if words.label_ != "PERSON" and not doc[end + 1].text[:1].isupper():
            break
        end += 2
    if (
        start > 1
        and doc[start - 1].text == "-"
        and doc[start - 2].text[:1].isupper()
        and not doc[start - 1].whitespace_
    ):
        start -= 2
    least = max(0, start - _LONGEST_NAME)
    while start > least and words.label_ == "PERSON" and _belongs(doc[start - 1], doc[start:end]):
        start -= 1
    if start > 0 and doc[start - 1].text == "The" and not doc[start - 1].is_sent_start:
        start -= 1  # ", The Independent reports"
    if end < len(doc) and doc[end].text == ":" and end - start > 1:
        end -= 1  # "Washington D.C. Image:"
    return doc[start:end]


def _belongs(before: Token, name: Words) -> bool:
    """Whether an unmarked proper noun is the first part of the name after it: `Junius` before `Ho`."""
    return (
        before.pos_ == "PROPN"
        and not before.ent_type_
        and before.text[:1].isupper()
        and before.text[1:].islower()
        and before.dep_ == "compound"
        and before.head in name
        and before.lower_ not in lexicon().roles["titles"] | lexicon().roles["person"]
    )


def _split(words: Words) -> Iterator[Words]:
    """A name without what the model drew into it: articles, a line break, an opening bracket, a possessive end."""
    doc = words.doc
    start, end = words.start, words.end
    for at in range(start, end):
        token = doc[at]
        if "\n" in token.text or token.text in ("/", ",", "(", ")", "—", "–", "|", ":", ";", "[", "]", "“", "”", '"'):
            if at > start:
                yield from _trim(doc, start, at)
            start = at + 1
    if start < end:
        yield from _trim(doc, start, end)


def _trim(doc: Doc, start: int, end: int) -> Iterator[Words]:
    start = _first_of_name(doc, start, end)
    while end > start and (
        doc[end - 1].is_punct or doc[end - 1].is_space or doc[end - 1].lower_ in ("'s", "’s", "'", "’", "and", "of")
    ):
        if doc[end - 1].text == "." and doc[end - 2].text.isupper():
            break
        end -= 1
    if start < end:
        yield doc[start:end]


def _first_of_name(doc: Doc, start: int, end: int) -> int:
    """Where a name begins: what describes it (`the veteran Paul Tse`, `pro-Beijing DAB`) is not part of it."""
    while start < end:
        token, after = doc[start], doc[start + 1 : end]
        is_name_ahead = any(t.text[:1].isupper() for t in after)
        if is_name_ahead and _describes(token) and start + 3 < end and after[0].text == "-":
            start += 3
            continue
        is_before_word = token.text == "the" and len(after) > 1 and _describes(after[0])
        is_word = is_name_ahead and (_describes(token) or is_before_word)
        if not (token.is_punct or token.is_space or token.lower_ in _OWNERS or is_word):
            break
        start += 1
    return start


def _describes(token: Token) -> bool:
    """Whether a word is a common one, and no small word that names begin with."""
    return token.text.islower() and token.lower_ not in _PARTICLES and token.lower_ not in ("the", "'s")


_OWNERS = frozenset(("a", "an", "this", "its", "his", "her", "their"))


def _countries_missed(doc: Doc) -> Iterator[tuple[Words, str]]:
    """Countries, and words for their governments, that the model did not mark."""
    register = countries()
    for token in doc:
        if not token.text[:1].isupper() or token.ent_type_:
            continue
        for length in (4, 3, 2, 1):
            words = doc[token.i : token.i + length]
            known = any(words.text in table for table in (register.by_name, register.by_metonym, register.by_adjective))
            is_word = (
                length == 1 and words.text in ("Male", "Lao", "Central", "Georgia", "US") and token.pos_ != "PROPN"
            )
            if known and not is_word:
                is_people = words.text in register.by_adjective and words.text not in register.by_name
                yield words, "NORP" if is_people else "GPE"
                break


def _capitals_missed(doc: Doc) -> Iterator[tuple[Words, str]]:
    """Proper nouns in a row that the model left out: after a title a person, with a company's form a company."""
    roles, again = lexicon().roles, _recurring(doc)
    at = 0
    while at < len(doc):
        end = at
        while end < len(doc) and _may_be_name(doc[end], again, is_first=end == at):
            end += 1
        if end == at:
            at += 1
            continue
        words = doc[at:end]
        first, last = words[0].lower_.rstrip("."), words[-1].lower_.rstrip(".")
        if len(words) > 1 and (last in roles["company"] or _is_body(last)):
            yield words, "ORG"
        elif len(words) > 1 and (first in roles["titles"] or _speaks(words)):
            yield words, "PERSON"
        elif len(words) == 1 and (_is_abbreviation(words[0]) or words.text in again):
            yield words, "ORG"
        at = end


def _may_be_name(token: Token, again: Set[str], *, is_first: bool) -> bool:
    """Whether an unmarked word can be part of a name: a proper noun, a word that recurs, a company's form."""
    if token.ent_type_ or not token.text[:1].isupper():
        return False
    if token.pos_ == "PROPN" or token.text in again:
        return True
    return not is_first and token.text.isupper() and token.lower_ in lexicon().roles["company"]


def _is_abbreviation(token: Token) -> bool:
    return token.text.isupper() and 2 <= len(token.text) <= 6 and token.lower_ not in _NEVER


def _recurring(doc: Doc) -> Set[str]:
    """Unmarked words with a capital that stand there twice or more, once at least as a proper noun, and never small."""
    small = {t.text for t in doc if t.text.islower()} | {t.lemma_.lower() for t in doc if t.text.islower()}
    capital = [t for t in doc if t.text.istitle() and t.is_alpha and len(t) > 3 and not t.is_stop]
    capital = [t for t in capital if t.lower_ not in _COMPASS]  # "the North" is a part of a country, or a country
    counts = Counter(t.text for t in capital if t.lower_ not in small)
    proper = {t.text for t in capital if t.pos_ == "PROPN" and not t.ent_type_}
    return {word for word, count in counts.items() if count > 1 and word in proper}


_COMPASS = frozenset(("north", "south", "east", "west"))


def _speaks(words: Words) -> bool:
    """Whether unmarked words are a person's name: they speak, or a role stands before or beside them."""
    root = words.root
    if len(words) > 3 or not all(t.text[1:].islower() for t in words):
        return False
    verbs = lexicon().verbs
    before = words.doc[words.start - 1] if words.start else None
    return (
        (root.dep_ == "nsubj" and root.head.lemma_.lower() in verbs and bool(verbs[root.head.lemma_.lower()]))
        or (before is not None and before.lower_ in lexicon().roles["person"] and before.is_lower)
        or any(c.dep_ == "appos" and c.lower_ in lexicon().roles["person"] for c in root.children)
    )


def _form(words: Words) -> str:
    """A name as it is listed: one space, no article but that of a medium or a country, no possessive end."""
    text = _POSSESSIVE.sub("", _SPACE.sub(" ", words.text).strip(" .,;:-–'’\"“”"))
    if text.count(".") and re.fullmatch(r"(?:[A-Z]\.)+[A-Z]", text):
        text += "."
    bare = _ARTICLE.sub("", text)
    if (
        bare.lower() in _NEVER
        or not any(c.isupper() for c in bare)
        or len(bare) < 2
        or any(c.isdigit() for c in bare[:1])
    ):
        return ""
    is_shouted = bare.isupper() and len(bare) > 6 and " " in bare
    if is_shouted:
        return ""
    keeps = text.startswith("The ") and (
        _is_medium(bare) or text in countries().by_metonym or f"{text[4:]}" in countries().by_metonym
    )
    return text if keeps else bare


def _is_medium(bare: str) -> bool:
    return bare.split()[-1].lower() in lexicon().roles["media"]


def _kind(words: Words, form: str, label: str) -> tuple[Type, str, bool]:
    """The type of a name, the country that it means, and whether it means it as a metonym."""
    register = countries()
    bare = _ARTICLE.sub("", form)
    if bare in register.by_name and not (
        label == "PERSON" and len(bare.split()) == 1 and bare in ("Chad", "Jordan", "Georgia")
    ):
        return "Country", register.by_name[bare], False
    if bare in register.by_metonym and _acts(words):
        return "Country", register.by_metonym[bare], True
    if bare in register.by_adjective:
        return "Country", register.by_adjective[bare], False
    if bare in register.by_metonym and bare not in ("White House", "Pentagon", "Kremlin"):
        return "Place", "", False
    return _type(words, bare, label), "", False


def _type(words: Words, bare: str, label: str) -> Type:
    roles = lexicon().roles
    parts = [part.strip(".,").lower() for part in bare.split()]
    first_title = (words[0].lower_.rstrip(".") in roles["titles"] or _has_title_before(words)) and parts[
        -1
    ] not in roles["public"]
    if parts[-1] in roles["company"] and len(parts) > 1:
        return "Organization"
    if parts[0] in ("world", "international", "united") and len(parts) > 2 and label == "ORG":
        return "PublicBody"
    if _is_medium(bare) and label in ("ORG", "PERSON", "GPE", "FAC") and not (first_title and label == "PERSON"):
        return "NewsMedia"
    if label == "PERSON" or (
        first_title and label in ("ORG", "GPE") and len(parts) <= 3 and not set(parts) & roles["public"]
    ):
        return "Person" if not (set(parts) & roles["public"] and len(parts) > 1 and not first_title) else "PublicBody"
    if label in ("GPE", "LOC", "FAC"):
        return "Place"
    if label == "NORP":
        return "Group"
    if set(parts) & roles["public"] or (
        bare.isupper() and bare in ("FBI", "CIA", "NSA", "NIS", "MI5", "MI6", "NASA", "NATO", "UN", "EU", "WHO", "IMF")
    ):
        return "PublicBody"
    return "Organization"


def _acts(words: Words) -> bool:
    """Whether a capital stands for its government: it says, decides, or is joined to one that does."""
    root = words.root
    text = _ARTICLE.sub("", words.text)
    if text in (
        "Kremlin",
        "White House",
        "Downing Street",
        "Elysee",
        "Élysée",
        "Whitehall",
        "Holyrood",
        "Pentagon",
        "Capitol Hill",
    ):
        return root.dep_ != "pobj" or root.head.lower_ not in ("in", "at", "outside", "near", "inside")
    if root.dep_ == "conj" and root.head.ent_type_:
        root = root.head
    if root.dep_ in ("nsubj", "agent") or (root.dep_ == "pobj" and root.head.dep_ == "agent"):
        return True
    if root.dep_ == "nsubjpass":
        return True
    if root.dep_ == "pobj" and root.head.lower_ in ("between", "with", "by", "against", "for", "on"):
        return True
    if root.dep_ in ("dobj", "dative"):
        return root.head.lemma_.lower() in _DEALING
    return root.dep_ in ("poss", "compound", "nmod") and root.head.lemma_.lower() in _GOVERNMENTAL


def _is_adjective(words: Words, form: str) -> bool:
    register = countries()
    return not (form in register.by_name or form not in register.by_adjective)


def _has_title_before(words: Words) -> bool:
    before = words.start - 1
    return (
        before >= 0
        and words.doc[before].lower_.rstrip(".") in lexicon().roles["titles"]
        and words.doc[before].text[0].isupper()
    )


def _role_before(words: Words) -> str:
    """`South Korean lawmaker` before Yoo Sang-bum; `Russian Foreign Minister` before Sergei Lavrov."""
    doc, end = words.doc, words.start
    roles = lexicon().roles
    start = end
    while (
        start > max(0, end - _LONGEST_NAME)
        and not doc[start - 1].is_punct
        and (doc[start - 1].dep_ in ("compound", "amod", "nmod", "poss", "case") and doc[start - 1].pos_ != "VERB")
    ):
        start -= 1
    text = doc[start:end].text.strip()
    if not text or not any(
        t.lower_ in roles["person"] or t.lower_.rstrip(".") in roles["titles"] for t in doc[start:end]
    ):
        return _role_after(words)
    if all(t.lower_.rstrip(".") in ("mr", "mrs", "ms", "miss", "dr", "sir", "lord") for t in doc[start:end]):
        return ""
    return _SPACE.sub(" ", text)


def _role_after(words: Words) -> str:
    """`Ilse Brandt, a lawyer in Ghent,`: an apposition that is a role."""
    for child in words.root.children:
        if child.dep_ == "appos" and child.i >= words.end and child.lower_ in lexicon().roles["person"]:
            near = (t for t in subtree(child) if t.i <= child.i + 6)
            left = [t for t in near if t.dep_ not in ("relcl", "acl") and not t.is_punct]
            return _ARTICLE.sub("", " ".join(t.text for t in left))
    return ""


def _country_of(words: Words) -> str:
    """The country that a possessive or an adjective puts before a public body."""
    register = countries()
    near = words.doc[max(0, words.start - 4) : words.end]
    for length in (3, 2, 1):
        for at in range(len(near) - length + 1):
            text = near[at : at + length].text
            country = register.by_adjective.get(text) or register.by_name.get(text)
            follows = near[at + length].lower_ if at + length < len(near) else ""
            if country and (follows in ("'s", "’s", "'") or text in register.by_adjective):
                return country
    return ""


def _add_abbreviation(text: str, words: Words, cluster: _Cluster, found: dict[str, _Cluster]) -> None:
    """`National Intelligence Service (NIS)`: what stands in brackets after a name is its abbreviation, if it can be."""
    match = _ABBREVIATED.match(text, words.end_char)
    if not match:
        return
    full = _without_country(_form(words), match[1])
    if not _abbreviates(match[1], full):
        return
    short = match[1]
    cluster.forms[full] += 1
    cluster.preferred = full
    cluster.forms[short] += 1
    found.setdefault(_key(short), cluster)


def _without_country(form: str, short: str) -> str:
    """`South Korean National Intelligence Service` (NIS) without the country, where the letters leave it out."""
    owned = re.sub(r"^.*?['’]s ", "", form)
    if owned != form and short.upper() == _initials(owned):
        return owned
    for adjective in countries().by_adjective:
        rest = form.removeprefix(f"{adjective} ")
        if rest != form and short.upper() == _initials(rest):
            return rest
    return form


def _initials(full: str, *, small: bool = False) -> str:
    """The first letters of a name's words, of small words only where they are wanted."""
    words = [w for w in re.split(r"[\s\-]+", _ARTICLE.sub("", full)) if w]
    return "".join(w[0] for w in words if small or w.lower() not in _SMALL).upper()


def _abbreviates(short: str, full: str) -> bool:
    letters = short.replace(".", "").replace("&", "").upper()
    initials, every = _initials(full), _initials(full, small=True)
    if not letters.isalpha() or len(letters) < 2:
        return False
    return letters in (initials, every, initials.rstrip("S")) or (initials.endswith(letters) and len(letters) > 2)


# ---- merging -------------------------------------------------------------------------------------------------------


def _key(form: str) -> str:
    return _bare(form).lower().replace(".", "").replace("’", "'").replace("-", " ")


def _bare(form: str) -> str:
    """A name without titles before it and an article."""
    parts = _ARTICLE.sub("", form).split()
    titles = lexicon().roles["titles"]
    while len(parts) > 1 and parts[0].lower().rstrip(".") in titles and not _is_body(parts[-1].lower()):
        parts = parts[1:]
    return " ".join(parts)


def _merged(clusters: Iterable[_Cluster]) -> list[_Cluster]:
    """One cluster an actor."""
    unique = [_Named(c, c.name) for c in {id(c): c for c in clusters}.values()]
    unique.sort(key=lambda n: (-len(n.words), min(m.start_char for m in n.cluster.mentions)))
    result: list[_Named] = []
    known: defaultdict[object, dict[int, None]] = defaultdict(dict)  # which of them a name that agrees can be
    for each in unique:
        likely = sorted({number for trait in _sought(each.words) for number in known.get(trait, ())})
        number = next((n for n in likely if _is_same(each, result[n])), len(result))
        if number == len(result):
            result.append(each)
        else:
            _take_in(result[number].cluster, each.cluster)
            result[number] = _Named(result[number].cluster, result[number].cluster.name)
        for trait in _traits(result[number]):
            known[trait][number] = None
    return [each.cluster for each in result]


class _Named:
    """A cluster with its name, worked out once."""

    def __init__(self, cluster: _Cluster, name: str) -> None:
        self.cluster = cluster
        self.name = name
        self.words = _bare(name).split()


def _take_in(home: _Cluster, cluster: _Cluster) -> None:
    for form, count in cluster.forms.items():
        home.forms[form] += count
    home.mentions += cluster.mentions
    home.descriptions += cluster.descriptions
    home.titled += cluster.titled
    if home.type == "Person" and cluster.type != "Person":
        return
    home.country = home.country or cluster.country
    if (
        cluster.type == "Person"
        and len(_bare(home.name).split()) > 1
        and home.type in ("Organization", "Place", "Group")
    ):
        home.type = "Person"
        home.votes.clear()


def _sought(words: Sequence[str]) -> Iterator[object]:
    """What a longer name, or one as long, must have for a name to be the same one."""
    yield "all", *(w.lower() for w in words)
    yield "first", *words
    yield "last", *words
    if len(words) == 1:
        yield "letters", words[0].replace(".", "").replace("&", "").upper()
    yield from _misspellings(words)


def _traits(full: _Named) -> Iterator[object]:
    """All that a shorter name, or one as long, can be found by."""
    words = full.words
    yield "all", *(w.lower() for w in words)
    for count in range(1, min(len(words), _LONGEST_NAME) + 1):
        yield "first", *words[:count]
        yield "last", *words[-count:]
    initials, every = _initials(full.name), _initials(full.name, small=True)
    yield from (("letters", letters) for letters in (every, initials, initials.rstrip("S")))
    yield from (("letters", initials[at:]) for at in range(1, len(initials) - 2))
    yield from _misspellings(words)


def _misspellings(words: Sequence[str]) -> Iterator[object]:
    """What a person's name has in common with one that differs by a letter of its first name."""
    if len(words) == 2 and len(words[0]) <= _LONGEST_NAME:
        yield from (("misspelt", words[1], i, words[0][:i], words[0][i + 1 :]) for i in range(len(words[0])))


def _is_same(one: _Named, other: _Named) -> bool:
    """Whether the shorter name is the longer one's."""
    short, full = one.cluster, other.cluster
    if short.fixed or full.fixed:
        return False
    few, many = one.words, other.words
    if [w.lower() for w in few] == [w.lower() for w in many]:
        return True
    if len(few) == len(many) == 2 and short.type == full.type == "Person" and few[1] == many[1]:
        return _is_misspelt(few[0], many[0])
    if len(few) >= len(many):
        return False
    types = {short.type, full.type}
    if (
        short.type == "Person"
        and len(few) == 1
        and full.type in ("Place", "Organization")
        and few[0] in (many[0], many[-1])
    ):
        return len(many) <= 3 and not any(_is_body(w.lower()) or w.lower() in _SMALL for w in many)
    if types == {"Place"}:
        return (
            few == many[: len(few)]
            and len(many) - len(few) == 1
            and many[-1].lower() not in ("city", "state", "county")
        )
    if full.type == "Person" and types <= {"Person", "Organization", "Place", "Group", "NewsMedia"}:
        if (
            len(few) == 1
            and few[0] in (many[-1], many[0])
            and few[0][0].isupper()
            and short.type in ("Person", "Organization", "Place")
        ):
            return few[0] == many[-1] or short.type == "Person"
        return few == many[-len(few) :] if short.type == "Person" else False
    if types <= {"Organization", "PublicBody", "NewsMedia", "Group"}:
        if len(few) == 1 and (few[0].isupper() or "." in few[0]) and _abbreviates(few[0], other.name):
            return True
        if few == many[-len(few) :] and (len(few) > 1 or few[0] in ("Ministry", "Party", "Academy")):
            return True
        tail = many[len(few) :]
        return few == many[: len(few)] and all(w.lower().strip(".") in lexicon().roles["company"] for w in tail)
    return False


def _is_misspelt(one: str, other: str) -> bool:
    """Whether two first names differ by one letter in six or more."""
    return len(one) >= 6 and len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1


# ---- who is meant by a pronoun or a role ---------------------------------------------------------------------------


class Register:
    """The actors of a text and where they are mentioned, ready to be asked whom a phrase means."""

    def __init__(self, doc: Doc, text: str, named: Sequence[Named], mentions: Sequence[Mention]) -> None:
        self._lines = line_ends(text)
        self._types = {n.name: n.type for n in named}
        self._mentions = Places((m.span, (number, m)) for number, m in enumerate(mentions))
        self._in_order = mentions
        people = [m for m in mentions if self._types.get(m.actor) == "Person"]
        bodies = [m for m in mentions if self._types.get(m.actor) in _BODIES]
        self._people = _Spoken(people, [m for m in people if _is_subject(doc, m)])
        self._bodies = _Spoken([], [m for m in bodies if _is_subject(doc, m)])
        self._roles = _Roles(named, mentions)

    def resolved(self, phrase: Sequence[Token]) -> tuple[tuple[str, ...], bool]:
        """The actors that a source phrase means, and whether that was inferred from a pronoun or a role."""
        if not phrase:
            return (), False
        start, end = phrase[0].idx, phrase[-1].idx + len(phrase[-1])
        head = _head(phrase)
        direct = self._direct(head, [m for _, m in self._mentions.touching(start, end)])
        if direct:
            return direct, False
        if len(phrase) <= 2 and head.lower_ in ("he", "she", "his", "her", "i", "him"):
            return self._people.last_before(start, self._lines, most=4), True
        if head.lower_ == "it":
            return self._bodies.last_before(start, self._lines, most=2), True
        if head.lemma_.lower() in lexicon().roles["person"] | lexicon().roles["public"]:
            by_role = self._roles.only_one(phrase, head, start)
            return by_role, bool(by_role)
        return (), False

    def mentions_at(self, places: Iterable[int]) -> list[Mention]:
        """The mentions that hold one of some places, in the order of the text."""
        found = {number: m for at in places for number, m in self._mentions.touching(at, at + 1)}
        return [found[number] for number in sorted(found)]

    def _direct(self, head: Token, inside: Sequence[Mention]) -> tuple[str, ...]:
        """Actors named by the phrase itself: its head, what is joined to the head, or an apposition of it."""
        heads = {head, *(c for c in head.conjuncts)}
        heads |= {c for h in tuple(heads) for c in h.children if c.dep_ == "appos"}
        places = sorted(h.idx for h in heads)
        found = [m.actor for m in inside if bisect_left(places, m.span.start) < bisect_left(places, m.span.end)]
        return tuple(dict.fromkeys(found))


def _head(phrase: Sequence[Token]) -> Token:
    inside = set(phrase)
    return next((t for t in phrase if t.head not in inside or t.head == t), phrase[-1])


_BODIES = ("Organization", "PublicBody", "Country", "NewsMedia")


@dataclass(frozen=True, slots=True)
class _Spoken:
    """Mentions of people, or of bodies, in order; those apart that stand as a subject."""

    mentions: Sequence[Mention]
    subjects: Sequence[Mention]

    def last_before(self, at: int, lines: Lines, *, most: int) -> tuple[str, ...]:
        """Who was last spoken of as a subject before a place; else who was last named, no more than `most` lines up."""
        for known in (self.subjects, self.mentions):
            before = bisect_right(known, at, key=lambda m: m.span.end)
            if before and lines.between(known[before - 1].span.end, at) <= most:
                return (known[before - 1].actor,)
        return ()


def _is_subject(doc: Doc, mention: Mention) -> bool:
    words = doc.char_span(mention.span.start, mention.span.end, alignment_mode="expand")
    if words is None:
        return False
    root = words.root
    return root.dep_ in ("nsubj", "nsubjpass", "agent") or (
        root.dep_ == "pobj" and root.head.lower_ in ("to", "by") and root.head.head.lower_ in ("according", "by")
    )


class _Roles:
    """Actors by the words of their roles."""

    def __init__(self, named: Sequence[Named], mentions: Sequence[Mention]) -> None:
        self._mentions = mentions
        self._first: dict[str, int] = {}
        for mention in mentions:
            self._first.setdefault(mention.actor, mention.span.end)
        self._country: dict[str, str] = {}
        self._by_word: dict[str, dict[str, None]] = {}
        self._fitting: dict[tuple[frozenset[str], str], list[str]] = {}
        for each in named:
            words = {w.lower() for w in f"{each.description} {each.name if each.type == 'PublicBody' else ''}".split()}
            if each.type in ("Person", "PublicBody") and each.name in self._first:
                self._country[each.name] = each.country or _country_in(each.description)
                for word in words:
                    self._by_word.setdefault(word, {})[each.name] = None

    def only_one(self, phrase: Sequence[Token], head: Token, at: int) -> tuple[str, ...]:
        """`the South Korean lawmaker`: the one actor whose role it is, in words that do not disagree.

        With an article that points back the actor was named before; with "a" the name may follow at once.
        """
        if head.tag_ in ("NNS", "NNPS"):
            return ()
        is_new = any(t.lower_ in ("a", "an") for t in phrase)
        is_known = any(t.lower_ in ("the", "this", "that") for t in phrase) or head.lower_ == "intelligence"
        if not is_new and not is_known:
            return ()
        wanted = {
            _SAME_ROLE.get(t.lemma_.lower(), t.lemma_.lower()) for t in phrase if t.pos_ in ("NOUN", "PROPN", "ADJ")
        }
        playing = self._playing(frozenset(wanted), _country_in(" ".join(t.text for t in phrase)))
        if is_new:
            first = bisect_left(self._mentions, at, key=lambda m: m.span.start)
            last = bisect_right(self._mentions, at + 400, key=lambda m: m.span.start)
            near = {m.actor for m in self._mentions[first:last]}.intersection(playing)
        else:
            near = {name for name in playing[:2] if self._first[name] <= at}
        return tuple(near) if len(near) == 1 else ()

    def _playing(self, wanted: frozenset[str], country: str) -> list[str]:
        """Who has the role that words ask for, those first that are named first.

        A country that only one of both names does not part them.
        """
        if (wanted, country) not in self._fitting:
            words = wanted - {w.lower() for w in _words_for(country)}
            bearers = sorted((self._by_word.get(w, {}) for w in words), key=len)
            found = [name for name in (bearers[0] if bearers else ()) if all(name in others for others in bearers[1:])]
            found = [n for n in found if not (country and self._country[n] and country != self._country[n])]
            self._fitting[wanted, country] = sorted(found, key=lambda n: self._first[n])
        return self._fitting[wanted, country]


_SAME_ROLE = {
    "spy": "intelligence",
    "agency": "service",
    "lawmaker": "lawmaker",
    "legislator": "lawmaker",
    "mp": "lawmaker",
}


def _country_in(text: str) -> str:
    """The country that a text names, or whose adjective stands in it; the longest name counts."""
    register = countries()
    words = [w.strip(".,;:'’\"()") for w in text.replace("’s", "").replace("'s", "").split()]
    for length in (3, 2, 1):
        for at in range(len(words) - length + 1):
            name = " ".join(words[at : at + length])
            if country := register.by_adjective.get(name) or register.by_name.get(name):
                return country
    return ""


def _words_for(country: str) -> set[str]:
    register = countries()
    spelt = [w for table in (register.by_adjective, register.by_name) for w, c in table.items() if c == country]
    return {part for word in spelt for part in word.split()}

"""Names -> actors with their aliases, types and roles; and which pronoun or role stands for whom.

Names come from the model's entities, from the register of countries, and from a name that the text
itself puts in brackets after another. Two names are one actor's where the text shows it: the same
words, a person's last name, an abbreviation, a company without its legal form, a capital that acts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from briefgen.extract.countries import countries
from briefgen.extract.lexicon import lexicon, word_set
from briefgen.extract.reading import Mention, Named
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
        """The fullest form: a country's usual name, else the longest without a title, the commonest first."""
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
    while start > 0 and doc[start - 1].dep_ in ("compound", "amod", "nmod") and doc[start - 1].text[:1].isupper():
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
    while end + 1 < len(doc) and doc[end].text == "-" and not doc[end].whitespace_ and not doc[end - 1].whitespace_:
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
    while start > 0 and words.label_ == "PERSON" and _belongs(doc[start - 1], doc[start:end]):
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
        start > 0
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
            left = [
                t for t in child.subtree if t.dep_ not in ("relcl", "acl") and t.i <= child.i + 6 and not t.is_punct
            ]
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


def _initials(full: str) -> str:
    return "".join(w[0] for w in re.split(r"[\s\-]+", _ARTICLE.sub("", full)) if w and w.lower() not in _SMALL).upper()


def _abbreviates(short: str, full: str) -> bool:
    letters = short.replace(".", "").replace("&", "").upper()
    words = [w for w in re.split(r"[\s\-]+", _ARTICLE.sub("", full)) if w]
    initials = _initials(full)
    every = "".join(w[0] for w in words).upper()
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
    unique = list({id(c): c for c in clusters}.values())
    result: list[_Cluster] = []
    for cluster in sorted(unique, key=lambda c: (-len(_bare(c.name).split()), min(m.start_char for m in c.mentions))):
        home = next((other for other in result if _is_same(cluster, other)), None)
        if home is None:
            result.append(cluster)
            continue
        home.forms += cluster.forms
        home.mentions += cluster.mentions
        home.descriptions += cluster.descriptions
        home.titled += cluster.titled
        if home.type == "Person" and cluster.type != "Person":
            continue
        home.country = home.country or cluster.country
        if (
            cluster.type == "Person"
            and len(_bare(home.name).split()) > 1
            and home.type in ("Organization", "Place", "Group")
        ):
            home.type = "Person"
            home.votes.clear()
    return result


def _is_same(short: _Cluster, full: _Cluster) -> bool:
    """Whether the shorter name is the longer one's."""
    if short.fixed or full.fixed:
        return False
    few, many = _bare(short.name).split(), _bare(full.name).split()
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
        if len(few) == 1 and (few[0].isupper() or "." in few[0]) and _abbreviates(few[0], full.name):
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


def resolved(
    doc: Doc, text: str, phrase: Sequence[Token], named: Sequence[Named], mentions: Sequence[Mention]
) -> tuple[tuple[str, ...], bool]:
    """The actors that a source phrase means, and whether that was inferred from a pronoun or a role."""
    if not phrase:
        return (), False
    start, end = phrase[0].idx, phrase[-1].idx + len(phrase[-1])
    head = _head(phrase)
    inside = [m for m in mentions if m.span.start < end and start < m.span.end]
    direct = _direct(head, inside, named)
    if direct:
        return direct, False
    if len(phrase) <= 2 and head.lower_ in ("he", "she", "his", "her", "i", "him"):
        return _person_before(doc, text, start, named, mentions, head.lower_), True
    if head.lower_ == "it":
        return _body_before(doc, text, start, named, mentions), True
    if head.lemma_.lower() in lexicon().roles["person"] | lexicon().roles["public"]:
        by_role = _by_role(phrase, head, named, mentions, start)
        return by_role, bool(by_role)
    return (), False


def _head(phrase: Sequence[Token]) -> Token:
    inside = set(phrase)
    return next((t for t in phrase if t.head not in inside or t.head == t), phrase[-1])


def _direct(head: Token, inside: Sequence[Mention], named: Sequence[Named]) -> tuple[str, ...]:
    """Actors named by the phrase itself: its head, what is joined to the head, or an apposition of it."""
    heads = {head, *(c for c in head.conjuncts)}
    heads |= {c for h in tuple(heads) for c in h.children if c.dep_ == "appos"}
    types = {n.name: n.type for n in named}
    found = [
        m.actor
        for m in inside
        if any(m.span.start <= h.idx < m.span.end for h in heads) and types.get(m.actor) is not None
    ]
    return tuple(dict.fromkeys(found))


def _person_before(
    doc: Doc, text: str, at: int, named: Sequence[Named], mentions: Sequence[Mention], pronoun: str
) -> tuple[str, ...]:
    """The person last spoken of as a subject before a place; else the one last named, within three paragraphs."""
    people = {n.name for n in named if n.type == "Person"}
    before = [m for m in mentions if m.span.end <= at and m.actor in people and text.count("\n", m.span.end, at) <= 4]
    subjects = [m for m in before if _is_subject(doc, m)]
    near = subjects or before
    return (near[-1].actor,) if near else ()


def _body_before(doc: Doc, text: str, at: int, named: Sequence[Named], mentions: Sequence[Mention]) -> tuple[str, ...]:
    bodies = {n.name for n in named if n.type in ("Organization", "PublicBody", "Country", "NewsMedia")}
    before = [m for m in mentions if m.span.end <= at and m.actor in bodies and text.count("\n", m.span.end, at) <= 2]
    subjects = [m for m in before if _is_subject(doc, m)]
    return (subjects[-1].actor,) if subjects else ()


def _is_subject(doc: Doc, mention: Mention) -> bool:
    words = doc.char_span(mention.span.start, mention.span.end, alignment_mode="expand")
    if words is None:
        return False
    root = words.root
    return root.dep_ in ("nsubj", "nsubjpass", "agent") or (
        root.dep_ == "pobj" and root.head.lower_ in ("to", "by") and root.head.head.lower_ in ("according", "by")
    )


def _by_role(
    phrase: Sequence[Token], head: Token, named: Sequence[Named], mentions: Sequence[Mention], at: int
) -> tuple[str, ...]:
    """`the South Korean lawmaker`: the one actor whose role it is, in words that do not disagree.

    With an article that points back the actor was named before; with "a" the name may follow at once.
    """
    if head.tag_ in ("NNS", "NNPS"):
        return ()
    is_new = any(t.lower_ in ("a", "an") for t in phrase)
    if not is_new and not any(t.lower_ in ("the", "this", "that") for t in phrase) and head.lower_ != "intelligence":
        return ()
    near = {m.actor for m in mentions if (at <= m.span.start <= at + 400 if is_new else m.span.end <= at)}
    wanted = {_SAME_ROLE.get(t.lemma_.lower(), t.lemma_.lower()) for t in phrase if t.pos_ in ("NOUN", "PROPN", "ADJ")}
    country = _country_in(" ".join(t.text for t in phrase))
    fitting = [n.name for n in named if n.name in near and _plays(n, wanted, country)]
    return tuple(fitting) if len(fitting) == 1 else ()


_SAME_ROLE = {
    "spy": "intelligence",
    "agency": "service",
    "lawmaker": "lawmaker",
    "legislator": "lawmaker",
    "mp": "lawmaker",
}


def _plays(named: Named, wanted: set[str], country: str) -> bool:
    """Whether an actor has the role that words ask for; a country that only one of both names does not part them."""
    words = {w.lower() for w in f"{named.description} {named.name if named.type == 'PublicBody' else ''}".split()}
    if named.type not in ("Person", "PublicBody") or not words:
        return False
    own = named.country or _country_in(named.description)
    if country and own and country != own:
        return False
    spelt = {w.lower() for w in _words_for(country)}
    return bool(wanted - spelt) and wanted - spelt <= words


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

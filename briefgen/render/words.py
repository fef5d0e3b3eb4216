"""What pages say about a claim, a denial or a count: short sentences, made in one place.

Nothing here says that something is so. A count says how many texts, never that they are right;
silence is said to be silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from briefgen.model.bidi import apart
from briefgen.model.dates import has_year, in_words
from briefgen.model.entries import UNKNOWN, Assessment, Brief, Day, Source, Stance, When
from briefgen.model.graph import (
    CONTESTS,
    Answer,
    Asked,
    Citation,
    Claim,
    Contest,
    Counts,
    Dossier,
    Reach,
    Statement,
    Told,
)
from briefgen.model.graph import timing as order_of
from briefgen.model.scales import LIKELIHOODS

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_KINDS = {"event": "Event", "claim": "Claim", "assessment": "Assessment", "position": "Position"}
_DONE_BY: dict[Stance, str] = {
    "denies": "Denied by",
    "rejects": "Rejected by",
    "disputes": "Disputed by",
    "declines-comment": "Comment declined by",
}
_NOUNS: dict[Stance, str] = {
    "denies": "denial",
    "rejects": "rejection",
    "disputes": "dispute",
    "declines-comment": "declined comment",
}
# The mark beside a status: a full disc, a half disc, a ring, or nothing. The words always stand with it.
MARKS: dict[Contest | Reach, str] = {
    "contested": "full",
    "contested indirectly": "half",
    "no recorded denial": "ring",
    "denies": "full",
    "may cover": "half",
    "no comment": "not",
}
REACHES: dict[Reach, str] = {
    "denies": "Placed against this claim",
    "may cover": "May cover this claim",
    "no comment": "Declined to comment",
}


def number(count: int) -> str:
    """A count as a word up to twelve, beyond that as digits with commas."""
    return _NUMBERS[count] if count < len(_NUMBERS) else f"{count:,}"


def counted(count: int, one: str, many: str = "") -> str:
    """`one text`, `three texts`."""
    return f"{number(count)} {one if count == 1 else many or f'{one}s'}"


def first_upper(text: str) -> str:
    """A sentence's first letter as a capital."""
    return text[:1].upper() + text[1:]


def joined(words: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))


def numbered(thing: Claim | Statement | Asked) -> str:
    """`Claim 3`, `Assessment 4`, `Denial 1`, `Question 2`."""
    if isinstance(thing, Claim):
        return f"{_KINDS[thing.fact.kind]} {thing.number}"
    return f"{'Denial' if isinstance(thing, Statement) else 'Question'} {thing.number}"


def label(claim: Claim) -> str:
    """A claim in a few words: its label, or its own text."""
    return claim.fact.label or claim.fact.text


def statement_label(statement: Statement, names: str) -> str:
    """A denial in a few words: its label, or who denies."""
    return statement.denial.label or f"{apart(names)}: {_NOUNS[statement.denial.stance]}"


def what_is_said(claim: Claim) -> tuple[str, ...]:
    """The lines under a claim's status: answers, reply, counts, time, hedges, marking."""
    lines = [*_answers_line(claim), *_reply_line(claim), counts_line(claim.counts, len(claim.brief.sources))]
    lines += [when_line(claim.fact.when)] if claim.fact.when else []
    if claim.fact.hedge:
        lines.append(
            "Hedged: " + ", ".join(f"{apart(label)} “{apart(words)}”" for label, words in claim.fact.hedge.items())
        )
    if claim.fact.marking != "TLP:CLEAR":
        lines.append(claim.fact.marking)
    return tuple(line for line in lines if line)


def _answers_line(claim: Claim) -> Iterable[str]:
    may = [a for a in claim.answers if a.reach == "may cover"]
    if may and claim.contest == "contested indirectly":
        yield (
            f"{first_upper(counted(len(may), _noun(may)))} may cover it; {'neither' if len(may) == 2 else 'none'} "
            "is placed against it"
            if len(may) > 1
            else f"One {_noun(may)} may cover it; it is not placed against it"
        )


def _noun(answers: Sequence[Answer]) -> str:
    stances = {answer.statement.denial.stance for answer in answers}
    return _NOUNS[stances.pop()] if len(stances) == 1 else "denial"


def _reply_line(claim: Claim) -> Iterable[str]:
    if claim.accused and not claim.replies:
        yield "No recorded reply to this claim"


def counts_line(counts: Counts, of: int) -> str:
    """`In both texts, one publisher, one origin`: how much a claim rests on. Two copies of one report count once."""
    if counts.texts == 0:
        return ""
    where = "both texts" if counts.texts == of == 2 else counted(counts.texts, "text")
    parts = [f"In {where}"]
    if counts.texts > 1:
        parts.append(counted(counts.publishers, "publisher"))
        if counts.independent < counts.publishers:
            parts.append("not independent of each other")
        if counts.origins:
            parts.append(counted(counts.origins, "origin"))
    return ", ".join(parts)


def when_line(when: When) -> str:
    """A claim's time in its source's words, with what is not given said."""
    if when.edtf == UNKNOWN:
        return f"“{apart(when.words)}”, date not given"
    return f"“{apart(when.words)}”" + ("" if has_year(when.edtf) else ", no year given")


def glance(told: Told) -> str:
    """`Two texts, one publisher, one origin for the first claim`: what a reader must see first."""
    counts = told.counts
    if not counts.texts:
        return "No text is cited."
    parts = [counted(counts.texts, "text"), counted(counts.publishers, "publisher")]
    lead = told.claims[0].counts.origins if told.claims else 0
    parts += [f"{counted(lead, 'origin')} for the first claim"] if lead else []
    return first_upper(", ".join(parts)) + "."


def independence(told: Told) -> str:
    """What the texts' independence means, in a sentence; empty for a single text."""
    texts, groups = told.counts.texts, told.counts.independent
    if texts < 2:
        return ""
    if groups == 1:
        return "The texts are not independent of each other: reading a report twice does not make it twice reported."
    if groups < texts:
        return f"Of the {number(texts)} texts {number(groups)} stand on their own; the rest repeat them."
    return "No tie between the texts is known to us."


def contests(claims: Sequence[Claim]) -> tuple[tuple[Contest, int], ...]:
    """How many claims have each status, the contested first."""
    found = [claim.contest for claim in claims]
    return tuple((contest, found.count(contest)) for contest in CONTESTS)


def contest_in_short(claims: Sequence[Claim]) -> str:
    """`2 contested, 2 indirectly`, or that no denial is recorded."""
    firm, indirect, _ = (count for _, count in contests(claims))
    parts = [f"{firm} contested"] if firm else []
    parts += [f"{indirect} {'indirectly' if firm else 'contested indirectly'}"] if indirect else []
    return ", ".join(parts) or "No recorded denial"


def done_by(answer: Answer) -> str:
    """`Rejected by` where a denial is placed against the claim; `A rejection by` where it only may cover it."""
    stance = answer.statement.denial.stance
    if answer.reach == "may cover":
        return f"A {_NOUNS[stance]} by"
    return _DONE_BY[stance]


def stance(statement: Statement) -> str:
    """`Rejected by`, for a denial on its own."""
    return _DONE_BY[statement.denial.stance]


def about_answer(answer: Answer) -> tuple[str, ...]:
    """The lines under an answer's status: its scope and when it came."""
    if answer.reach == "no comment":
        return ("That is a reply, and not a denial",)
    return (scope(answer.statement), timing(answer))


def scope(statement: Statement) -> str:
    """How far a denial goes, as the texts tell it."""
    return {
        "full": "Scope: the whole of it",
        "partial": "Scope: a part of it",
        "unclear": "Scope unclear: the texts do not say",
    }[statement.denial.scope]


def timing(answer: Answer) -> str:
    """Whether a denial came before or after the claim."""
    if answer.timing == "unknown":
        return "Before or after the claim: not known"
    gap = f", by {apart(answer.gap)}" if answer.gap else ""
    return f"Came {answer.timing} the claim{gap}"


def quotes_line(citations: Sequence[Citation]) -> str:
    """`3 quotes, from A and B`."""
    labels = [apart(citation.label) for citation in citations]
    count = len(labels)
    return f"{count} quote{'' if count == 1 else 's'}, from {joined(list(dict.fromkeys(labels)))}"


def unanswered(statement: Statement, claims: Iterable[Claim]) -> tuple[Claim, ...]:
    """What a denial leaves unanswered: claims of its brief that accuse who denies, and that it does not reach."""
    reached = {*statement.denies, *statement.may_also_deny}
    speakers = set(statement.speakers)
    return tuple(c for c in claims if c.key not in reached and speakers & set(c.accused))


def fingerprint(sha256: str) -> str:
    """A hash short enough to compare by eye."""
    return f"sha256 {sha256[:8]}…{sha256[-8:]}" if sha256 else UNKNOWN


def source_name(source: Source) -> str:
    """A source's headline, or that it is unknown."""
    return source.headline if source.headline != UNKNOWN else "Headline unknown"


def date_and_gap(edtf: str) -> tuple[str, str]:
    """A date as a heading and what is missing from it."""
    return first_upper(in_words(edtf)), "" if has_year(edtf) else "year not given"


def came(statement: Statement, claim: Claim) -> str:
    """`Predates, by days`: that a denial which does not address a claim came before or after it; else nothing."""
    side, gap = order_of(statement, claim)
    if side == "unknown":
        return ""
    return {"before": "Predates", "after": "Came after"}[side] + (f", by {apart(gap)}" if gap else "")


def actor_type(name: str) -> str:
    """`PublicBody` as `Public body`."""
    return {"PublicBody": "Public body", "NewsMedia": "News publisher"}.get(name, name)


def source_type(name: str) -> str:
    """`NewsArticle` as `News article`."""
    spaced = "".join(f" {c.lower()}" if c.isupper() and place else c for place, c in enumerate(name))
    return first_upper(spaced)


def dossier_line(dossier: Dossier) -> str:
    """`1 brief, says 2, denies 1`: what a dossier holds, in short."""
    spoken_of = len(dossier.accused_of) + len(dossier.about)
    counts = (
        ("asserts", len(dossier.said)),
        ("spoken of in", spoken_of),
        ("denies", len(dossier.denied)),
    )
    briefs = f"{len(dossier.briefs)} brief{'' if len(dossier.briefs) == 1 else 's'}"
    return ", ".join([briefs, *(f"{word} {count}" for word, count in counts if count)])


def feed_updated(brief: Brief) -> Day | None:
    """When a feed says that a brief changed: its own date, or that of its last correction."""
    return max((c.date for c in brief.corrections), key=str, default=brief.date)


def feed_time(day: Day | str | None) -> str:
    """A day as RFC 3339 wants it: midnight UTC where no time is known."""
    text = day if isinstance(day, str) else day.isoformat() if day else ""
    if not text:
        return "1970-01-01T00:00:00Z"
    return text if "T" in text else f"{text}T00:00:00Z"


def gravest_mark(claims: Sequence[Claim]) -> str:
    """The mark of the most contested among claims."""
    firm, indirect, _ = (count for _, count in contests(claims))
    return MARKS["contested" if firm else "contested indirectly" if indirect else "no recorded denial"]


def open_count(told: Told) -> int:
    """How many questions of a brief are open."""
    return sum(asked.question.status == "open" for asked in told.questions)


def likelihood(assessment: Assessment) -> str:
    """The share of cases that a word of a scale stands for."""
    return LIKELIHOODS[assessment.scale].get(assessment.likelihood, "")

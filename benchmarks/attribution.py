"""Learn which readings are attributions: `python -m benchmarks.attribution FOLDER [--write]`.

Learns from the texts in `benchmarks/attributions/`, which are ours, and from the news texts of FOLDER that people
marked. Prints figures of five-fold cross-validation over the latter, a fifth of which is never learned from nor
looked at; with `--held-out` the figures on that fifth too. `--write` writes the weights that come with the program.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
from spacy.tokens import Doc

from benchmarks.reading import rows
from briefgen.extract.candidates import Candidate, candidates, words_of
from briefgen.extract.choice import Features, Weights, chosen
from briefgen.extract.language import parse
from briefgen.extract.spans import quotations, spans_of
from briefgen.model.entries import Span

OURS = Path(__file__).parent / "attributions"
WEIGHTS = Path(__file__).parent.parent / "briefgen/extract/weights/attribution.json"
FOLDS = 5
RIGHT = 0.5  # share of words from which a content is the marked one
LEAST = 2  # candidates that a feature must be seen in
PENALTY = 1.0
STEPS = 200
NEAR_BEST = 0.12  # readings that match so much worse than the best are right too
SMALLEST = 0.02  # weights below are left out of the file


@dataclass(frozen=True, slots=True)
class Marked:
    """One attribution that a person marked; empty where the text names no source."""

    content: tuple[Span, ...]
    source: tuple[Span, ...]
    cue: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its marks."""

    id: str
    text: str
    marks: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The candidates of one cue: the features of each, and how well it matches a mark, from 0 to 1."""

    features: tuple[frozenset[str], ...]
    matches: tuple[float, ...]


def marked_news(folder: Path, *, held_out: bool) -> list[Text]:
    """The news texts that people marked: four fifths to learn from, or the fifth that is kept apart."""
    return [
        Text(row["id"], row["text"], tuple(_mark(each) for each in row["attributions"]))
        for row in rows(folder, "attribution_news")
        if (int(sha256(row["id"].encode()).hexdigest(), 16) % FOLDS == 0) == held_out
    ]


def _mark(given: dict[str, list[list[int]]]) -> Marked:
    return Marked(*(tuple(Span(*pair) for pair in given[key]) for key in ("content", "source", "cue")))


def our_texts(folder: Path = OURS) -> list[Text]:
    """Our own texts, in which `[s1 ...]`, `[c1 ...]` and `[x1 ...]` mark source, cue and content."""
    return [read_marked(path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.txt"))]


def read_marked(id_: str, raw: str) -> Text:
    """A text without its brackets, and what they mark. Raises ValueError where they do not pair."""
    text = ""
    marks: defaultdict[str, defaultdict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
    opened: list[tuple[str, str, int]] = []
    for part in re.split(r"(\\[\[\]]|\[[scx]\d+ |\])", raw):
        if match := re.fullmatch(r"\[([scx])(\d+) ", part):
            opened.append((match[1], match[2], len(text)))
        elif part == "]":
            if not opened:
                raise ValueError(f"{id_}: a bracket closes what none opens, after {text[-40:]!r}")
            role, number, start = opened.pop()
            marks[number][role].append(Span(start, len(text)))
        else:
            text += part[1:] if part in ("\\[", "\\]") else part
    if opened:
        raise ValueError(f"{id_}: a bracket is not closed: {opened}")
    return Text(id_, text, tuple(Marked(tuple(m["x"]), tuple(m["s"]), tuple(m["c"])) for m in marks.values()))


# ---- matching ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Words:
    """Spans as the numbers of the words in them."""

    starts: tuple[int, ...] = field(repr=False)
    ends: tuple[int, ...] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> _Words:
        found = [m.span() for m in re.finditer(r"\w+(?:[’'.\-]\w+)*", text)]
        return cls(tuple(s for s, _ in found), tuple(e for _, e in found))

    def inside(self, spans: Iterable[Span]) -> frozenset[int]:
        """The words whose middle lies in one of the spans."""
        return frozenset(
            at
            for span in spans
            for at, (start, end) in enumerate(zip(self.starts, self.ends, strict=True))
            if span.start <= (start + end) / 2 < span.end
        )


def _same_source(marked: frozenset[int], found: frozenset[int]) -> bool:
    """Whether two phrases share a word, or the text marks none."""
    return not marked or bool(marked & found)


def groups_of(text: Text, doc: Doc) -> list[Group]:
    """The candidates of a text by cue, each held against the marks."""
    quotes = quotations(text.text)
    features, words = Features(doc, quotes), _Words.of(text.text)
    marks = [(words.inside(m.content), words.inside(m.source), m.cue) for m in text.marks]
    return [
        Group(
            tuple(frozenset(features.of(c)) for c in group),
            tuple(_match(c, words, marks) for c in group),
        )
        for group in candidates(doc, quotes)
    ]


def _match(
    candidate: Candidate, words: _Words, marks: Sequence[tuple[frozenset[int], frozenset[int], tuple[Span, ...]]]
) -> float:
    content, source = words.inside(spans_of(candidate.content)), words.inside(spans_of(candidate.source))
    head = candidate.head
    best = 0.0
    for marked, by, cue in marks:
        common = len(marked & content)
        if not common or (cue and not any(c.start < head.idx + len(head) and head.idx < c.end for c in cue)):
            continue
        share = common / len(marked | content)
        if share >= RIGHT and _same_source(by, source):
            best = max(best, share)
    return best


# ---- learning ------------------------------------------------------------------------------------------------------


def learn(texts: Sequence[Sequence[Group]]) -> Weights:
    """Weights that make the marked readings likely: maximum likelihood with a Gaussian prior, by Adam."""
    seen = Counter(name for groups in texts for group in groups for each in group.features for name in each)
    names = {name: at for at, name in enumerate(sorted(name for name, count in seen.items() if count >= LEAST))}
    rows_: list[int] = []
    columns: list[int] = []
    owners: list[int] = []
    right: list[bool] = []
    for at, group in enumerate(group for groups in texts for group in groups):
        best = max(group.matches)
        for each, match in zip(group.features, group.matches, strict=True):
            known = [names[name] for name in each if name in names]
            columns += known
            rows_ += [len(owners)] * len(known)
            owners.append(at)
            right.append(match >= RIGHT and match >= best - NEAR_BEST)
    return dict(zip(names, _descend(*map(np.array, (rows_, columns, owners, right)), len(names)), strict=True))


def _descend(rows_: np.ndarray, columns: np.ndarray, owners: np.ndarray, right: np.ndarray, count: int) -> list[float]:
    groups, candidates_ = int(owners.max()) + 1, len(owners)
    has_right = np.bincount(owners, weights=right, minlength=groups) > 0
    weights = np.zeros(count)
    mean, square = np.zeros(count), np.zeros(count)
    for step in range(1, STEPS + 1):
        scores = np.bincount(rows_, weights=weights[columns], minlength=candidates_)
        top = np.zeros(groups)
        np.maximum.at(top, owners, scores)
        shares = np.exp(scores - top[owners])
        whole = np.bincount(owners, weights=shares, minlength=groups) + np.exp(-top)
        ours = shares * right
        of_right = np.bincount(owners, weights=ours, minlength=groups)
        wanted = np.where(has_right[owners], ours / np.maximum(of_right[owners], 1e-300), 0.0)
        gap = shares / whole[owners] - wanted
        slope = np.bincount(columns, weights=gap[rows_], minlength=count) + PENALTY * weights
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope * slope
        rate = 0.1 if step < 0.6 * STEPS else 0.03
        weights -= rate * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return [round(float(w), 3) for w in weights]


# ---- figures -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """Attributions right, found, and marked."""

    right: int = 0
    found: int = 0
    marked: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(self.right + other.right, self.found + other.found, self.marked + other.marked)

    def __str__(self) -> str:
        precision, recall = self.right / max(1, self.found), self.right / max(1, self.marked)
        f1 = 2 * precision * recall / max(1e-9, precision + recall)
        return f"P {100 * precision:.1f}  R {100 * recall:.1f}  F1 {100 * f1:.1f}  ({self.marked} marked)"


def figures(text: Text, doc: Doc, learned: Weights) -> Figures:
    """How many of a text's attributions are found with content and source, each mark met once."""
    words = _Words.of(text.text)
    marks = [(words.inside(m.content), words.inside(m.source)) for m in text.marks]
    found = [
        (words.inside(spans_of(c.candidate.content)), words.inside(spans_of(c.candidate.source)))
        for c in chosen(doc, quotations(text.text), learned)
        if words_of(c.candidate.content)
    ]
    pairs = sorted(
        (
            (len(m & f) / len(m | f) + 0.001 * _same_source(by, of), i, j)
            for i, (m, by) in enumerate(marks)
            for j, (f, of) in enumerate(found)
            if m & f and len(m & f) / len(m | f) >= RIGHT
        ),
        reverse=True,
    )
    met: set[int] = set()
    used: set[int] = set()
    right = 0
    for _, i, j in pairs:
        if i not in met and j not in used:
            met.add(i)
            used.add(j)
            right += _same_source(marks[i][1], found[j][1])
    return Figures(right, len(found), len(marks))


def main(folder: Path, options: Sequence[str]) -> None:
    """Cross-validate; write the weights and look at the fifth kept apart where asked."""
    news, ours = marked_news(folder, held_out=False), our_texts()
    docs = list(parse(t.text for t in (*news, *ours)))
    groups = [groups_of(text, doc) for text, doc in zip((*news, *ours), docs, strict=True)]
    of_news, of_ours = groups[: len(news)], groups[len(news) :]
    total = Figures()
    for fold in range(FOLDS):
        learned = learn([*(g for at, g in enumerate(of_news) if at % FOLDS != fold), *of_ours])
        total += sum(
            (figures(t, d, learned) for at, (t, d) in enumerate(zip(news, docs, strict=False)) if at % FOLDS == fold),
            Figures(),
        )
    print(f"cross-validated, {len(news)} news texts, with {len(ours)} of ours: {total}")
    learned = learn(groups)
    if "--write" in options:
        kept = {name: weight for name, weight in sorted(learned.items()) if abs(weight) >= SMALLEST}
        lines = ",\n".join(f"{json.dumps(name, ensure_ascii=False)}: {weight}" for name, weight in kept.items())
        WEIGHTS.write_text(f"{{\n{lines}\n}}\n", "utf-8")
        print(f"{len(kept)} weights written")
    if "--held-out" in options:
        apart = marked_news(folder, held_out=True)
        found = sum(
            (figures(t, d, learned) for t, d in zip(apart, parse(t.text for t in apart), strict=True)), Figures()
        )
        print(f"the fifth kept apart, {len(apart)} texts: {found}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])

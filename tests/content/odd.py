"""Briefs written in every way that YAML lets a person write one, made from a number; each comment has a name.

`o1` is a comment that stands outside of all items of a list, `i_ID_1` one that stands inside of the item ID.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

TEXTS = (
    "It was awarded.", "who: the port", "a # b", "it's \"so\"", "né\u2028deux\u2029trois", "- dash", "😀 café", "[x]",
    "{y}", "50 %", "review: proposed", "tail ", "two  blanks", "'q'", "@at", "!bang", "&and", "*star", "null", "a\tb",
)  # fmt: skip
PLAIN = ("It was awarded", "by the port authority on Friday", "x", "12", "no", "né deux", "a:b", "a#b", "it's", "x-y")


@dataclass(slots=True)
class Writer:
    rng: Random
    item: str = ""  # within which item of a list we are
    count: int = 0

    def one_in(self, number: int) -> bool:
        return self.rng.randrange(number) == 0

    def comment(self) -> str:
        self.count += 1
        odd = "\u2028" if self.one_in(40) else ""
        # A break that only YAML takes for one ends the comment, so that nothing may follow it.
        name = f"i_{self.item}_" if self.item else "o"
        return f"# {name}{self.count}{self.rng.choice(['', ' - x: y', ' [', ' né'])}{odd}"

    def tail(self) -> str:
        """What may stand at the end of a line."""
        return self.rng.choice(
            ["", "", "", "", " ", "\t", f" {self.comment()}", f"\t{self.comment()}", f"   {self.comment()} "]
        )

    def between(self, indent: int) -> list[str]:
        """Lines that may stand between two others."""
        found = []
        while self.one_in(6):
            found.append(
                self.rng.choice(
                    [
                        "",
                        " " * self.rng.randrange(6),
                        f"{' ' * self.rng.choice([indent, indent, 0, indent + 3])}{self.comment()}",
                    ]
                )
            )
        return found

    def quoted(self, text: str) -> str:
        if "\t" not in text and "\u2028" not in text and self.one_in(2):
            return "'" + text.replace("'", "''") + "'"
        told = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
        if self.one_in(2):
            told = told.replace("\u2028", "\\L").replace("\u2029", "\\u2029")
        return f'"{told}"'

    def word(self, text: str) -> str:
        """An id or a key."""
        return text if not self.one_in(5) else self.quoted(text)

    def key(self, key: str) -> str:
        return f"{self.word(key)}{' ' if self.one_in(12) else ''}:"

    # ---- values: a list of lines of which the first stands behind its key -------------------------------------------

    def scalar(self, indent: int, text: str | None = None) -> list[str]:
        """A text; `indent` is that of the key."""
        if text is not None:
            if self.one_in(14):
                return [
                    f"{self.rng.choice(['|-', '>-'])}{self.rng.choice(['', ' ', f' {self.comment()}'])}",
                    f"{' ' * (indent + self.rng.choice([1, 2, 5]))}{text}",
                ]
            return [f"{self.word(text)}{self.tail()}"]
        kind = self.rng.randrange(8)
        inner = " " * (indent + self.rng.choice([1, 2, 2, 4]))
        if kind == 0:
            header = self.rng.choice(["|", "|-", "|+", ">", ">-", ">+"])
            lines = [
                f"{inner}{self.rng.choice(PLAIN + TEXTS[:3])}{self.rng.choice(['', '', ' '])}"
                for _ in range(self.rng.randrange(1, 4))
            ]
            if self.one_in(3):
                lines.insert(self.rng.randrange(1, len(lines) + 1), "")
            return [f"{header}{self.rng.choice(['', f' {self.comment()}'])}", *lines]
        if kind == 1:
            return [self.rng.choice(PLAIN), *(f"{inner}{self.rng.choice(PLAIN)}" for _ in range(self.rng.randrange(3)))]
        if kind == 2:
            return [f'"{self.rng.choice(PLAIN[:3])}', f'{inner}and "{self.tail()}'.replace('and "', 'and"')]
        if kind < 5:
            return [f"{self.quoted(self.rng.choice(TEXTS))}{self.tail()}"]
        return [f"{self.rng.choice(PLAIN)}{self.tail()}"]

    def gap(self, indent: int) -> str:
        """What may stand between two parts of a flow."""
        return self.rng.choice(
            [
                "",
                "",
                " ",
                " ",
                "  ",
                f" {self.comment()}\n{' ' * (indent + 2)}",
                f"\n{' ' * (indent + 1)}",
                f"\n\n{' ' * (indent + 4)}",
            ]
        )

    def flow(self, data: object, indent: int) -> str:
        if isinstance(data, dict):
            told = []
            for key, value in data.items():
                gap = self.rng.choice([" ", " ", "  ", self.gap(indent) or " "])
                told.append(f"{'? ' if self.one_in(20) else ''}{self.word(key)}:{gap}{self.flow(value, indent)}")
            return f"{{{self.joined(told, indent)}}}"
        if isinstance(data, list):
            told, outer = [], self.item
            for each in data:
                if not outer and isinstance(each, dict):
                    self.item = str(each.get("id", ""))
                told.append(self.flow(each, indent))
                self.item = outer
            return f"[{self.joined(told, indent)}]"
        if data is None:
            return self.quoted(self.rng.choice(TEXTS)) if self.one_in(2) else self.rng.choice(PLAIN)
        return self.word(str(data))

    def joined(self, parts: list[str], indent: int) -> str:
        told = self.gap(indent)
        for number, part in enumerate(parts):
            last = number + 1 == len(parts)
            told += part + (self.gap(indent) if self.one_in(4) else "")
            if not last or self.one_in(8):
                told += "," + (self.gap(indent) or " ")
        return told

    def value(self, data: object, indent: int) -> list[str]:
        """What stands behind a key at `indent`."""
        if data is None or isinstance(data, str):
            return self.scalar(indent, data if isinstance(data, str) else None)
        if self.one_in(3) or not data:
            return [f"{self.flow(data, indent)}{self.tail()}"]
        if isinstance(data, dict):
            inner = indent + self.rng.choice([1, 2, 2, 3])
            return [self.tail(), *self.mapping(data, inner)]
        inner = indent + self.rng.choice([0, 0, 2, 2, 4])
        return [self.tail(), *self.sequence(data, inner)]

    def mapping(self, data: dict[str, object], indent: int) -> list[str]:
        lines: list[str] = []
        for key, value in data.items():
            if lines:
                lines += self.between(indent)
            pad = " " * indent
            if self.one_in(30):
                lines += [f"{pad}? {self.word(key)}{self.tail()}"]
                first, *rest = self.value(value, indent)
                lines += [f"{pad}: {first}", *rest]
                continue
            first, *rest = self.value(value, indent)
            if isinstance(value, str) and self.one_in(12) and not first.startswith(("|", ">")):
                lines += [f"{pad}{self.key(key)}{self.tail()}", f"{pad}  {first}", *rest]
            else:
                lines += [f"{pad}{self.key(key)}{' ' * self.rng.choice([1, 1, 1, 3])}{first}", *rest]
        return lines

    def sequence(self, items: list[object], indent: int) -> list[str]:
        lines: list[str] = []
        pad = " " * indent
        outer = self.item
        for item in items:
            self.item = outer
            lines += self.between(indent)
            if not outer and isinstance(item, dict):
                self.item = str(item.get("id", ""))
            if isinstance(item, dict) and not self.one_in(4):
                wide = self.rng.choice([1, 1, 1, 3])
                inner = self.mapping(item, indent + 1 + wide)
                if self.one_in(8):
                    lines += [f"{pad}-{self.tail()}", *inner]
                else:
                    lines += [f"{pad}-{' ' * wide}{inner[0].lstrip(' ')}", *inner[1:]]
            elif isinstance(item, str) or item is None:
                first, *rest = self.scalar(indent, item)
                lines += [f"{pad}- {first}", *rest]
            else:
                lines += [f"{pad}- {self.flow(item, indent)}{self.tail()}"]
            self.item = outer
        return lines

    # ---- the brief -------------------------------------------------------------------------------------------------

    def shuffled(self, data: dict[str, object]) -> dict[str, object]:
        keys = list(data)
        self.rng.shuffle(keys)
        return {key: data[key] for key in keys}

    def proposal(self, data: dict[str, object]) -> dict[str, object]:
        if self.one_in(2):
            data["review"] = "proposed"
        return self.shuffled(data)

    def quotes(self) -> list[object]:
        return [
            {self.rng.choice("AB"): None} if not self.one_in(4) else {"source": "A", "quote": None, "prefix": None}
            for _ in range(self.rng.randrange(1, 4))
        ]

    def brief(self) -> dict[str, object]:
        some = self.rng.randrange
        voices: list[object] = ["old", "other", {"unnamed": None}]
        actors: list[object] = [
            self.proposal({"id": name, "role": ["denier"], "note": None}) if not self.one_in(3) else name
            for name in ("old", "wire", "port")[: some(4)]
        ]
        facts = [
            self.proposal(
                {
                    "id": f"fact{n}",
                    "text": None,
                    "asserted_by": self.rng.choice(voices),
                    "about": ["old"],
                    "evidence": self.quotes(),
                }
            )
            for n in range(some(4))
        ]
        denials = [
            self.proposal(
                {
                    "id": f"denial{n}",
                    "by": [self.rng.choice(voices)],
                    "denies": [],
                    "text": None,
                    "evidence": self.quotes(),
                }
            )
            for n in range(some(3))
        ]
        differing = [
            self.proposal({"id": f"diff{n}", "about": "fact0", "readings": self.quotes()}) for n in range(some(2))
        ]
        questions: list[object] = [
            self.proposal({"id": f"q{n}", "question": None, "about": ["old"]}) if not self.one_in(4) else None
            for n in range(some(4))
        ]
        told: dict[str, object] = {
            "title": None,
            "status": "draft",
            "sources": {"A": "old", "B": "two"},
            "summary": None,
        }
        told |= {
            "actors": actors,
            "key_facts": facts,
            "denials": denials,
            "discrepancies": differing,
            "open_questions": questions,
        }
        return told if self.one_in(2) else self.shuffled(told)

    def text(self) -> str:
        data = self.brief()
        if self.one_in(8):
            lines = [f"{self.flow(data, 0)}{self.tail()}"]
        else:
            lines = [*self.between(0), *self.mapping(data, self.rng.choice([0, 0, 0, 2])), *self.between(0)]
        if self.one_in(15):
            lines.append("...")
        body = self.rng.choice(
            ["", "Body of [[old]], `x`.\n", "- review: proposed\n[[ actor: old |words]] \u2028 end", "no newline"]
        )
        end = self.rng.choice(["\n", "\r\n", "mixed"])
        text = "\n".join(["---", *lines, f"---{self.rng.choice(['', ' '])}", body])
        if end == "mixed":
            text = "".join(f"{line}{self.rng.choice(['', chr(13)])}\n" for line in text.split("\n"))[:-1].removesuffix(
                "\r"
            )
        elif end != "\n":
            text = text.replace("\n", end)
        return text


def odd(number: int) -> str:
    """The odd brief of a number."""
    return Writer(Random(number)).text()

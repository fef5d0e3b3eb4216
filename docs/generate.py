"""Write the reference pages of the documentation out of the program itself:  python docs/generate.py

Commands come from the command line's own definitions, keys from the schemas that editors get, rules from
the broken sites of the tests with what `check` prints of each.
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from briefgen.cli import cli
from briefgen.desk import schema

DOCS = Path(__file__).parent
BROKEN = DOCS.parent / "tests/sites/broken"
NOTE = "<!-- Made by docs/generate.py; change what it is made of, and run it again. -->\n\n"
STATUS = "Exit status: 0 fine, 1 the content has errors, 2 bad usage, 3 a deploy failed, 130 interrupted."
SHAPES = {
    "CastMember": "An entry of `actors`", "Fact": "A key fact", "Denial": "A denial", "Discrepancy": "A discrepancy",
    "Question": "An open question", "Correction": "A correction", "Assessment": "An assessment", "Evidence": "A quote",
    "When": "`when`", "Order": "`order`", "Unnamed": "Somebody unnamed", "Affiliation": "An affiliation",
    "Reliability": "`reliability`", "Said": "`said`", "NearDuplicate": "`near_duplicate_of`", "Cut": "A cut", "Stored": "`capture` and `text`",
}  # fmt: skip
KINDS = {
    "brief": ("Keys of a brief", "The front matter of `content/briefs/ID.md`. Below it stands the desk's own reading, in Markdown."),
    "actor": ("Keys of an actor", "The front matter of `content/actors/ID.md`. Below it stands what is worth knowing, in Markdown."),
    "source": ("Keys of a source", "The front matter of `content/sources/ID.md`. `briefgen ingest` writes it."),
}  # fmt: skip


def pages() -> dict[str, str]:
    """Every reference page, by its path below docs/."""
    made = {f"reference/commands/{name}.md": _command(name, command) for name, command in cli.commands.items()}
    made["reference/commands.md"] = _commands_page()
    made |= {f"reference/{kind}.md": _front_matter(kind) for kind in KINDS}
    made["reference/settings.md"] = _settings()
    made["reference/rules.md"] = _rules()
    return {path: NOTE + text for path, text in made.items()}


# ---- commands ------------------------------------------------------------------------------------------------------


def _commands_page() -> str:
    rows = "".join(f"| [{name}](commands/{name}.md) | {_first(command)} |\n" for name, command in cli.commands.items())
    toc = "".join(f"commands/{name}\n" for name in cli.commands)
    head = "# Commands\n\n`-C DIR` and `-c FILE` may stand before the command as well as after it.\n\n"
    return f"{head}| command | does |\n|---|---|\n{rows}\n{STATUS}\n\n```{{toctree}}\n:hidden:\n\n{toc}```\n"


def _first(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "").split("\n\n")[0].replace("\n", " ")


def _command(name: str, command: click.Command) -> str:
    whole = click.Context(cli, info_name="briefgen", **cli.context_settings)
    context = click.Context(command, info_name=name, parent=whole)
    usage = command.get_usage(context).removeprefix("Usage: ").replace("\n", " ")
    usage = re.sub(r"\s+", " ", usage)
    paragraphs = inspect.cleandoc(command.help or "").split("\n\n")
    told = "\n\n".join(re.sub(r"\s*\n\s*", " ", paragraph) for paragraph in paragraphs)
    records = [p.get_help_record(context) for p in command.get_params(context) if isinstance(p, click.Option)]
    rows = "".join(f"| `{_cell(flags)}` | {_cell(help_)} |\n" for flags, help_ in filter(None, records))
    return f"# briefgen {name}\n\n```sh\n{usage}\n```\n\n{told}\n\n| option | meaning |\n|---|---|\n{rows}\n{STATUS}\n"


def _cell(text: str) -> str:
    without_ranges = re.sub(r"\s*\[[\d<=]*x[<>]=\d+\]|; [\d<=]*x[<>]=\d+", "", text)
    return without_ranges.replace("|", "\\|")


# ---- keys ----------------------------------------------------------------------------------------------------------


def _front_matter(kind: str) -> str:
    title, told = KINDS[kind]
    made = schema(kind)
    shapes = sorted(made["$defs"], key=list(SHAPES).index)
    own = "".join(_keys(made, "##", kind))
    rest = "".join(f"\n## {SHAPES[name]}\n\n{''.join(_keys(made['$defs'][name], '###', name))}" for name in shapes)
    return f"# {title}\n\n{told}\n\n{own}{rest}"


def _keys(shape: Mapping[str, Any], head: str, of: str) -> Iterator[str]:
    for key, value in shape["properties"].items():
        anchor = f"{of}-{key}".lower()
        facts = [_wants(value)]
        if key in shape.get("required", ()):
            facts.append("required")
        elif value.get("default") not in (None, "", [], {}):
            facts.append(f"`{value['default']}` by default")
        yield f"({anchor})=\n{head} `{key}`\n\n{value['description']}\n\n*{', '.join(facts)}*\n\n"


def _wants(value: Mapping[str, Any]) -> str:
    """What a key takes, in words."""
    if "enum" in value:
        return f"one of {', '.join(f'`{each}`' for each in value['enum'])}"
    if "$ref" in value:
        return SHAPES[value["$ref"].rpartition("/")[2]].lower()
    if "anyOf" in value:
        kinds = dict.fromkeys(_wants(each) for each in value["anyOf"] if each.get("type") != "null")
        return " or ".join(kinds)
    kind = value.get("type")
    if kind == "array":
        return f"a list: {_wants(value.get('items', {}))}"
    if kind == "object":
        return "a mapping"
    if kind == "string":
        return {"date": "a day", "date-time": "a moment", "uri": "an address"}.get(value.get("format", ""), "text")
    return "a whole number"


# ---- settings ------------------------------------------------------------------------------------------------------


def _settings() -> str:
    made = schema("settings")["properties"]
    top = {key: value for key, value in made.items() if value.get("type") != "object"}
    tables = {f"[{name}]": made[name]["properties"] for name in made if "properties" in made[name]}
    tables["[deploy.NAME]"] = made["deploy"]["additionalProperties"]["properties"]
    parts = [("At the top", top), *tables.items()]
    told = "".join(
        f"\n## {name}\n\n| key | takes | meaning |\n|---|---|---|\n"
        + "".join(f"| `{key}` | {_wants(v)} | {v['description']} |\n" for key, v in keys.items())
        for name, keys in parts
    )
    return f"# Settings\n\n`briefgen.toml` in the folder of a desk. A wrong or unknown key is an error with a hint.\n{told}"


# ---- rules ---------------------------------------------------------------------------------------------------------


def _rules() -> str:
    """Each rule with how grave it is, and what it says of the faults that the tests keep of it."""
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in sorted(BROKEN.glob("*/expected.txt")):
        for block in re.split(r"(?m)^(?=\S)", path.read_text("utf-8")):
            if head := re.match(r"\S+: (error|warning)\[([\w-]+)\]", block):
                found[head[2]].append((head[1], block.rstrip()))
    told = []
    for rule, blocks in sorted(found.items()):
        severities = " or ".join(dict.fromkeys(severity for severity, _ in blocks))
        shown = "\n".join(block for _, block in blocks[:3])
        told.append(f"\n## {rule}\n\n*{severities}*\n\n```text\n{shown}\n```\n")
    head = (
        "# Rules\n\nWhat a build and `briefgen check` hold content to, with what they say. An error stops a build, a warning stops a"
        " strict one; a note, which stops nothing, is not listed here. A warning is settled for good by\n\n"
        '```toml\n[checks]\nallow = [{rule = "loaded-word", at = "content/briefs/strait.md"}]\n```\n'
    )
    return head + "".join(told)


def write() -> None:
    """Write every page, and take away those that are no more."""
    made = pages()
    for path in (DOCS / "reference").rglob("*.md"):
        if path.relative_to(DOCS).as_posix() not in made:
            path.unlink()
    for path, text in made.items():
        (DOCS / path).parent.mkdir(parents=True, exist_ok=True)
        (DOCS / path).write_text(text, "utf-8")
    print(f"{len(made)} pages of reference")


if __name__ == "__main__":
    write()

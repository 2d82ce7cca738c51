"""Honesty about words: every template and label is used and exists, compiles, and keeps to the rules of voice."""

import ast
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

import handlers
from messages import render

ROOT = Path(__file__).parent.parent
VI = ROOT / "messages" / "vi"
NAMED = re.compile(r"[a-z_]+\.[a-z][A-Za-z0-9_.]*")
SPEAKING = {"say", "tell", "tell_office", "replace", "words", "text"}
"""Calls whose literal "file.message" must be a template."""
FORBIDDEN = ("duyệt", "trả lại", "từ chối", "vi phạm", "chậm trễ", "nộp phạt")
BY_HAND = re.compile(r"{{-?\s*(?:[\w.]+\|length|(?:count|absent|attended|members|masses|unreached|missing))\s*-?}}")
"""A number that is written without 02, 07 or 2.909."""


def templates() -> dict[str, Path]:
    """Return every template by the name the code gives it, parts of others ("_left") by file name."""
    return {".".join(path.relative_to(VI).with_suffix("").parts): path for path in sorted(VI.rglob("*.j2"))}


def labels() -> dict[str, str]:
    """Return the words on buttons."""
    return yaml.safe_load((VI / "choices.yaml").read_text(encoding="utf-8"))


@cache
def trees() -> list[ast.Module]:
    """Return the parsed sources that speak."""
    files = [
        path
        for layer in ("bot", "handlers", "messages", "campaigns", "models")
        for path in (ROOT / layer).rglob("*.py")
    ]
    return [ast.parse(path.read_text(encoding="utf-8")) for path in (*files, ROOT / "main.py")]


def nodes() -> Iterator[ast.AST]:
    """Give every node of the sources."""
    for tree in trees():
        yield from ast.walk(tree)


@cache
def literals() -> set[str]:
    """Return every string in the sources and in the campaign's files: what a name can be made of."""
    found = {node.value for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    for path in (ROOT / "campaigns").rglob("*.yaml"):
        found |= set(re.findall(r"[a-z_]+", path.read_text(encoding="utf-8")))
    return found


@cache
def patterns() -> list[re.Pattern[str]]:
    """Return what f-strings such as f"report.{act}" can become."""
    found = []
    for node in nodes():
        if isinstance(node, ast.JoinedStr):
            parts = [re.escape(each.value) if isinstance(each, ast.Constant) else "(.+)" for each in node.values]
            if re.match(r"[a-z_]+\\\.", parts[0]):
                found.append(re.compile("".join(parts)))
    return found


def is_named(name: str) -> bool:
    """Say whether the code names this, whole or put together from pieces that are in it."""
    if name in literals() or (name.endswith("_inviter") and name.removesuffix("_inviter") in literals()):
        return True
    tails = [match[1] for each in patterns() if (match := each.fullmatch(name))]
    return any(tail in literals() or tail in ("True", "False") for tail in tails)


def spoken() -> Iterator[str]:
    """Give every "file.message" that is said."""
    for node in nodes():
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in SPEAKING:
            for each in node.args[:2]:
                yield from (one for one in _strings(each) if NAMED.fullmatch(one))


def _strings(node: ast.AST) -> Iterator[str]:
    """Give a literal, or both arms of `a if b else c`."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)


def test_every_template_is_used() -> None:
    """Named in code, or part of another template; those of the command line go by their last part."""
    sources = "".join(path.read_text(encoding="utf-8") for path in templates().values())
    parts = {name: f'"{path.relative_to(VI).as_posix()}"' for name, path in templates().items()}
    unused = [
        name
        for name in templates()
        if not (is_named(name) or (name.startswith("cli.") and name[4:] in literals()) or parts[name] in sources)
    ]
    assert unused == []


def test_every_template_named_exists() -> None:
    """Nothing is said that has no words."""
    assert sorted({name for name in spoken() if name not in templates()}) == []


def test_every_template_compiles() -> None:
    """No template fails only when somebody is to read it."""
    for path in templates().values():
        render.environment().get_template(path.relative_to(VI).as_posix())


def test_every_label_is_used_and_exists() -> None:
    """An action without a label of its own has its name's; a label nobody shows is a leftover."""
    known = labels()
    assert [name for name in known if not is_named(name)] == []
    missing = []
    for node in nodes():
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Choice":
            given = {each.arg: each.value for each in node.keywords}
            shown = node.args[2] if len(node.args) > 2 else given.get("label", node.args[0])
            missing += [name for name in _strings(shown) if name not in known]
    assert missing == []


def test_every_button_leads_somewhere() -> None:
    """Each action that is offered has its route."""
    offered = {
        name
        for node in nodes()
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Choice"
        for name in _strings(node.args[0])
    }
    assert sorted(offered - handlers.ACTIONS.keys()) == []


def test_every_kind_of_word_is_used_and_exists() -> None:
    """words.yaml has what templates and code ask for, and nothing else."""
    sources = "".join(path.read_text(encoding="utf-8") for path in (*templates().values(), VI / "choices.yaml"))
    asked = set(re.findall(r"""\|\s*word\(["'](\w+)["']\)""", sources))
    for node in nodes():
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("word", "words"):
            asked |= {one for each in node.args for one in _strings(each)} & set(_words())
    assert asked - set(_words()) == set()
    assert set(_words()) - asked == set()


def _words() -> dict[str, dict[str, str]]:
    return yaml.safe_load((VI / "words.yaml").read_text(encoding="utf-8"))


def said() -> list[tuple[str, str]]:
    """Return (where, words): templates without their Jinja, labels, words."""
    found = [(name, _bare(path.read_text(encoding="utf-8"))) for name, path in templates().items()]
    found += [(f"choices.yaml {name}", _bare(str(words))) for name, words in labels().items()]
    found += [(f"words.yaml {kind}.{key}", str(word)) for kind, each in _words().items() for key, word in each.items()]
    return found


def _bare(source: str) -> str:
    """Blank comments, tags and expressions, but keep the words quoted inside them."""
    source = re.sub(r"{#.*?#}", "", source, flags=re.DOTALL)
    return re.sub(r"{[{%].*?[}%]}", lambda part: " ".join(["", *re.findall(r'"([^"]*)"', part[0]), ""]), source)


@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_word_shames(word: str) -> None:
    """The office's register: tiếp nhận, đề nghị bổ sung, gửi sau hạn."""
    assert [where for where, words in said() if re.search(rf"\b{word}\b", words.lower())] == []


def test_nothing_is_shouted() -> None:
    """No exclamation mark, no emoji."""
    loud = [where for where, words in said() if "!" in words or any(_is_picture(sign) for sign in words)]
    assert loud == []


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) == "So" or ord(sign) > 0x1F000 or sign == "\ufe0f"


def test_it_calls_itself_the_assistant() -> None:
    """Never em, tôi or mình of itself; people say "tôi" on their own buttons and in what is quoted as theirs."""
    own = [(where, re.sub(r"“[^”]*”", "", words)) for where, words in said() if not where.startswith("choices.yaml")]
    assert [
        where for where, words in own if re.search(r"\b(?:tôi|em|chúng ta)\b|(?:^|[.:] )mình\b", words.lower())
    ] == []


def test_all_words_are_composed() -> None:
    """NFC everywhere, so that one letter is one letter on every phone and in every comparison."""
    files = [path for path in (ROOT / "messages").rglob("*") if path.suffix in {".j2", ".yaml"}]
    text = {path.name: path.read_text(encoding="utf-8") for path in files}
    assert [name for name, words in text.items() if words != unicodedata.normalize("NFC", words)] == []


def test_numbers_go_through_filters() -> None:
    """How many there are is written 02, 07 or 2.909, never as the machine counts."""
    assert [name for name, path in templates().items() if BY_HAND.search(path.read_text(encoding="utf-8"))] == []


def test_every_template_says_who_gets_it() -> None:
    """The first line is a note for whoever edits the words."""
    silent = [name for name, path in templates().items() if not path.read_text(encoding="utf-8").startswith("{#")]
    assert silent == []


@pytest.mark.parametrize("kind", render.words("role"))
def test_a_title_keeps_its_capitals(kind: str) -> None:
    """A line begins with a large letter and changes no other one."""
    title = render.word(kind, "role")
    said = render.text("invite.branch", {"role": kind, "missing": 0})
    assert said.startswith(f"{title[0].upper()}{title[1:]} của chi bộ nào?")


def test_no_template_makes_letters_small() -> None:
    """Jinja's capitalize turns "Phó Bí thư" into "Phó bí thư": `begun` does not."""
    assert [name for name, path in templates().items() if "|capitalize" in path.read_text(encoding="utf-8")] == []

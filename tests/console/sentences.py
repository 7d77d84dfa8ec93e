"""The sentences of a room, found in its files: what its French must have.

In: a package of a room. Out: English sentences. Promise: every sentence that a template or a page
says by its own words is among them, and so is each text of a table that begins as one.
"""

import ast
import re
from collections.abc import Iterator
from importlib import resources

from chappe.console.rooms import FRENCH

_SAID = re.compile(r'\b_\("((?:[^"\\]|\\.)*)"')
_SENTENCE = re.compile(r"[A-Z][a-z]*(?: .*|)$")
_NO_SENTENCES = {"GET", "POST", "People"}


def untranslated(room: str, ending: str = "") -> set[str]:
    """Those that are not said in French, of all its files or of those with this ending."""
    return {one for one in _sentences(room, ending) if one not in FRENCH}


def _sentences(room: str, ending: str) -> Iterator[str]:
    for file in resources.files(room).iterdir():
        if not file.name.endswith(ending):
            continue
        if file.name.endswith(".html"):
            yield from _SAID.findall(file.read_text("utf-8"))
        elif file.name.endswith(".py") and file.name != "french.py":
            yield from _said(ast.parse(file.read_text("utf-8")))


def _said(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and _name(node.func) == "say" and node.args:
            if isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)
        elif isinstance(node, ast.AnnAssign) and node.value and _name(node.target) != "FRENCH":
            texts = [part.value for part in ast.walk(node.value) if isinstance(part, ast.Constant)]
            for text in texts:
                if isinstance(text, str) and _SENTENCE.match(text) and text not in _NO_SENTENCES:
                    yield text


def _name(named: ast.expr) -> str:
    if isinstance(named, ast.Attribute):
        return named.attr
    return named.id if isinstance(named, ast.Name) else ""

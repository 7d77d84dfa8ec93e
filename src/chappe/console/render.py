"""Pages made of templates.

In: a view, and who looks. Out: HTML. Promise: everything that a template shows is escaped, whatever
it holds; a name that a template does not get is a fault, not a blank.
"""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup

from chappe.console.statics import address
from chappe.words import paris
from chappe.words.paris import DASHED


def _moment(ms: int) -> Markup:
    """An instant in Paris time, for eyes and for programs."""
    if not ms:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(
        paris.utc_stamp(ms, "%Y-%m-%dT%H:%M:%SZ"), paris.stamp(ms, DASHED)
    )


def _phone(number: int) -> str:
    return f"+{number}" if number else ""


@cache
def templates() -> jinja2.Environment:
    """All templates of the console, read once."""
    folder = resources.files(__package__)
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(folder)),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        cache_size=-1,
    )
    made.filters["moment"] = _moment
    made.filters["phone"] = _phone
    made.globals["static"] = address
    return made


def rendered(template: str, facts: Mapping[str, Any]) -> bytes:
    return templates().get_template(template).render(facts).encode("utf-8", "replace")

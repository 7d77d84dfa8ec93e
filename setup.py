"""What pyproject.toml has no settled words for: the parts in C, without which all works as well."""

from setuptools import Extension, setup

NATIVE = "src/chappe/native"
PARTS = {
    "sockets": ["module", "line", "lines", "port", "thread"],
    "codecs": ["codecs", "receipt"],
    "hand": ["hand", "writing"],
}

setup(
    ext_modules=[
        Extension(
            f"chappe.native.{name}",
            [f"{NATIVE}/{source}.c" for source in sources],
            depends=[f"{NATIVE}/{header}.h" for header in ("module", "port", "sqlite")],
            extra_compile_args=["-O2", "-pthread", "-fvisibility=hidden"],
            extra_link_args=["-pthread"],
            optional=True,  # not every machine has a compiler
        )
        for name, sources in PARTS.items()
    ]
)

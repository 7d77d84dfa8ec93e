"""A URL of a customer's with parameters behind it.

In: a URL, parameters that are encoded already. Out: the URL that is called. Pure.
"""


def joined(url: str, encoded: str) -> str:
    """The URL's own query stays, its fragment never travels."""
    url = url.partition("#")[0]
    if "?" not in url:
        return f"{url}?{encoded}"
    return f"{url}{encoded}" if url[-1] in "?&" else f"{url}&{encoded}"

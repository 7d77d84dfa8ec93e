"""Lets the shared suite explain its failures as a test file does."""

import pytest

pytest.register_assert_rewrite("tests.links.exercise")

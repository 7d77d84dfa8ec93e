"""Paths of HighSMS, and the actions that they stand for.

In: nothing. Out: data. Promise: every action but the undeveloped ones has a reader and a writer.
"""

from collections.abc import Mapping, Sequence
from typing import Final

NAME: str = "highsms"

SUBMIT: Final = "submit"  # the legacy door, which knows five forms
SUBMIT_CANCEL: Final = "submit_cancel"  # ... and also calls off
CAMPAIGN: Final = "campaign"
CAMPAIGN_STATUS: Final = "campaign_status"
CAMPAIGN_SMS: Final = "campaign_sms"  # the messages of one recipient's reference
CAMPAIGN_CREDIT: Final = "campaign_credit"
CAMPAIGN_CANCEL: Final = "campaign_cancel"
SMS_STATUS: Final = "sms_status"
PUSH_STATUS: Final = "push_status"
ANSWERS: Final = "answers"
CLICKS: Final = "clicks"
CREDITS: Final = "credits"
CONTACT_LIST: Final = "contact_list"

# What `action` must say where a call sends nothing, and the parameter that names the push.
CANCEL: Final = "cancel_campaign"
CANCEL_REFERENCE: Final = "ext_id"

_CONTACT_LISTS: Final = (
    "create_list",
    "add_contacts",
    "get_lists",
    "delete_contacts",
    "delete_list",
    "prepare_push",
    "send_push",
    "stat_push",
    "cancel_push",
    "concat_lists",
)

_LEGACY: Mapping[str, str] = {
    "/api": SUBMIT,
    "/ws_status_for_ret_id": SMS_STATUS,
    "/highpush_stat.php": PUSH_STATUS,
    "/answer.php": ANSWERS,
    "/clicks.php": CLICKS,
    "/credits": CREDITS,
    **{f"/contact_list/{name}": CONTACT_LIST for name in _CONTACT_LISTS},
}

ROUTES: Mapping[tuple[str, str], str] = {
    **{(method, path): action for path, action in _LEGACY.items() for method in ("GET", "POST")},
    ("POST", "/campaign"): CAMPAIGN,
    ("POST", "/campaign/cancel"): CAMPAIGN_CANCEL,
    ("GET", "/campaign/status"): CAMPAIGN_STATUS,
    ("GET", "/campaign/sms/status"): CAMPAIGN_SMS,
    ("GET", "/campaign/credit"): CAMPAIGN_CREDIT,
}

# On the legacy door a parameter makes a call send nothing.
CHOICE: Mapping[str, Sequence[tuple[str, str]]] = {
    SUBMIT: ((f"action={CANCEL}", SUBMIT_CANCEL),),
}

# What the document lists and calls not developed: `identify` turns it away.
UNDEVELOPED: frozenset[str] = frozenset({CONTACT_LIST})

# These answer JSON whatever the account prefers.
REST: Final = frozenset(
    {
        CAMPAIGN,
        CAMPAIGN_CANCEL,
        CAMPAIGN_STATUS,
        CAMPAIGN_SMS,
        CAMPAIGN_CREDIT,
        CONTACT_LIST,
    }
)

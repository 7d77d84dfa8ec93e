"""Writing: receipts, campaigns, lists, credit and refusals, as HighSMS words them.

In: the engine's answers. Out: responses. The legacy doors answer in the account's form, or in the
request's where no account is proved; the REST doors always in JSON.
"""

from collections.abc import Mapping

from chappe.dialects.highsms.tables import (
    ANSWERS,
    CAMPAIGN,
    CAMPAIGN_CANCEL,
    CAMPAIGN_CREDIT,
    CAMPAIGN_SMS,
    CAMPAIGN_STATUS,
    CLICKS,
    CREDITS,
    PUSH_STATUS,
    SMS_STATUS,
    SUBMIT,
)
from chappe.dialects.highsms.write.credit import write_campaign_credit, write_credits
from chappe.dialects.highsms.write.lists import (
    write_answers,
    write_campaign_sms,
    write_clicks,
    write_sms_status,
)
from chappe.dialects.highsms.write.push import write_campaign_status, write_push_status
from chappe.dialects.highsms.write.refused import write_refused
from chappe.dialects.highsms.write.taken import write_campaign, write_cancelled, write_submit
from chappe.dialects.shape import Writer

WRITERS: Mapping[str, Writer] = {
    SUBMIT: write_submit,
    CAMPAIGN: write_campaign,
    CAMPAIGN_CANCEL: write_cancelled,
    CAMPAIGN_STATUS: write_campaign_status,
    CAMPAIGN_SMS: write_campaign_sms,
    CAMPAIGN_CREDIT: write_campaign_credit,
    SMS_STATUS: write_sms_status,
    PUSH_STATUS: write_push_status,
    ANSWERS: write_answers,
    CLICKS: write_clicks,
    CREDITS: write_credits,
}

__all__ = ["WRITERS", "write_refused"]

"""What can be asked of HighSMS: each action with its reader and its writer."""

from chappe.dialects.highsms.read import read_campaign
from chappe.dialects.highsms.read.document import reads_on
from chappe.dialects.highsms.read.questions import (
    read_answers,
    read_cancel,
    read_clicks,
    read_credit,
    read_push_pages,
    read_push_status,
    read_sms_status,
)
from chappe.dialects.highsms.tables.paths import (
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
    SUBMIT_CANCEL,
)
from chappe.dialects.highsms.write.answers import (
    write_answers,
    write_campaign,
    write_campaign_credit,
    write_campaign_sms,
    write_cancelled,
    write_clicks,
    write_credits,
    write_sms_status,
    write_submit,
)
from chappe.dialects.highsms.write.push import write_campaign_status, write_push_status
from chappe.dialects.shape import Actions, action, question

ACTIONS: Actions = {
    SUBMIT: action(reads_on(read_campaign), write_submit),
    SUBMIT_CANCEL: action(reads_on(read_cancel), write_cancelled),
    CAMPAIGN: action(reads_on(read_campaign), write_campaign),
    CAMPAIGN_CANCEL: action(reads_on(read_cancel), write_cancelled),
    CAMPAIGN_STATUS: question(read_push_status, write_campaign_status),
    CAMPAIGN_SMS: question(read_sms_status, write_campaign_sms),
    CAMPAIGN_CREDIT: question(read_credit, write_campaign_credit),
    SMS_STATUS: question(read_sms_status, write_sms_status),
    PUSH_STATUS: question(read_push_pages, write_push_status),
    ANSWERS: question(read_answers, write_answers),
    CLICKS: question(read_clicks, write_clicks),
    CREDITS: question(read_credit, write_credits),
}

"""Writing: receipts, campaigns, lists, credit and refusals, as HighSMS words them.

In: the engine's answers. Out: responses. The legacy doors answer in the account's form, or in the
request's where no account is proved; the REST doors always in JSON.
"""

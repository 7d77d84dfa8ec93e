"""sMsmode over the real door: what the log tells of those who are turned away, and what never."""

from pathlib import Path

import pytest

from tests.dialects.test_highsms_logs import log_of

KEY, WORD = "key-of-hostile-hugo", "mot-de-hugo"
SECRETS = (KEY, WORD, "wrong-key", "wrong-word", "Secret", "new-word")
SMS = "message=Secret&numero=0639980001"
WRONG = [
    f"GET /http/1.6/sendSMS.do?{SMS}&pass={WORD}",
    f"GET /http/1.6/sendSMS.do?accessToken=wrong-key&{SMS}",
    f"GET /http/1.6/sendSMS.do?accessToken={KEY}&message=Secret",
    f"GET /http:1.6/sendSMS.do?accessToken={KEY}&{SMS}&notification_url=ftp://Secret",
    f"GET /http/1.6/credit.do?pseudo=hostile-hugo&pass=wrong-word&{SMS}",
    f"GET /http/1.6/smsStatus.do?accessToken={KEY}&smsID=Secret",
    f"GET /http/1.6/createSubAccount.do?accessToken={KEY}&newPseudo=hostile-hugo&newPass=new-word",
    "GET /http/2.0/createAuthorisation.do?accessToken=wrong-key",
    f"PUT /http/1.6/sendSMS.do?accessToken={KEY}&{SMS}",
    f"POST /http/1.6/sendSMSBatch.do?pseudo=hostile-hugo&pass={WORD}&message=Secret",
]
RIGHT = [
    f"GET /http/1.6/sendSMS.do?accessToken={KEY}&{SMS}",
    f"GET /http/1.6/createSubAccount.do?accessToken={KEY}&newPseudo=hostile-new&newPass=new-word",
    f"GET /http/2.0/createAuthorisation.do?pseudo=hostile-hugo&pass={WORD}",
]


async def test_the_log_tells_of_every_wrong_call_and_none_of_its_secrets(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """S24: nor of those of a call that was right."""
    log = await log_of([*WRONG, *RIGHT], tmp_path, caplog)
    assert log.count("refused smsmode ") == len(WRONG)
    assert [secret for secret in SECRETS if secret in log] == []

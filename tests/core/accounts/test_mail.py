"""A forgotten password, the whole way: a real server queues, a real worker mails over a real SMTP server."""

import re
import sys

import httpx

from tests.conftest import running, serving
from tests.support.mail import mail_server

WORKER = [sys.executable, "-m", "celery", "--quiet", "-A", "core.celery", "worker", "--concurrency", "1"]
NEW = "another long one"
ADA = "from core.accounts.models import User; User.objects.create_user('ada@example.org', 'a long enough one')"


def test_a_mail_brings_the_token_by_which_a_password_is_set(tmp_path):
    with mail_server() as inbox:
        variables = {
            "EMAIL_URL": f"smtp://127.0.0.1:{inbox.port}",
            "EMAIL_FROM": "Octavo <octavo@example.org>",
            "PASSWORD_RESET_URL": "https://books.example.org/reset?t={token}",
        }
        with serving(tmp_path, "mail", **variables) as server:
            server.manage("shell", "-c", ADA)

            def post(path: str, **body: str) -> int:
                return httpx.post(f"{server.url}/api/v1/auth/{path}", json=body, timeout=30).status_code

            for email in ("bob@example.org", "ADA@example.org"):
                assert post("password/reset/", email=email) == 202
            log = tmp_path / "worker.log"
            with running(WORKER, server.env, log, lambda: len(inbox.messages) == 1):
                [message] = inbox.messages
                token = re.search(r"https://books\.example\.org/reset\?t=(\S+)", str(message.get_payload()))
                assert (message["To"], message["From"]) == ("ada@example.org", "Octavo <octavo@example.org>")
                assert token
                assert post("password/reset/confirm/", token=token[1], new_password=NEW) == 204
                assert post("password/reset/confirm/", token=token[1], new_password=NEW) == 401
                assert post("token/", email="ada@example.org", password=NEW) == 200
                assert len(inbox.messages) == 1
            body = iter([b'{"email": "ada@example.org", ', f'"password": "{NEW}"'.encode(), b"}"])
            headers = {"Content-Type": "application/json"}
            url = f"{server.url}/api/v1/auth/token/"
            assert httpx.post(url, content=body, headers=headers, timeout=30).status_code == 200
            for wrong in ("application/json; x*=foo'en'bar", "application/json; x*=idna'en'%ff%fe"):
                refused = httpx.post(url, content=b"{}", headers={"Content-Type": wrong}, timeout=30)
                assert (refused.status_code, refused.json()["code"]) == (400, "bad_request")

"""What is answered to whom: hosts, other sites' requests, tokens, sizes, and the headers of every answer."""

import pytest
from page_scene import HERE, browser, context, served

from limetheory.app.limits import Limits
from limetheory.app.security.headers import content_policy

TOKEN = "a-secret-of-some-length"
UPDATE = "/_dash-update-component"


@pytest.fixture
def server(tmp_path):
    return served(tmp_path)


@pytest.mark.parametrize("path", ["/", "/_dash-layout", "/_dash-dependencies", "/assets/page.css"])
def test_a_name_that_points_here_is_refused(server, path):
    answer = server.test_client().get(path, base_url="http://evil.example:8050", buffered=True)
    assert answer.status_code == 421 and "Set-Cookie" not in answer.headers
    assert browser(server).get(path, base_url=HERE, buffered=True).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example", "Content-Type": "application/json"},
        {"Origin": "http://127.0.0.1:9999", "Content-Type": "application/json"},
        {"Origin": "http://[::1", "Content-Type": "application/json"},
        {"Origin": "null", "Content-Type": "application/json"},
        {"Sec-Fetch-Site": "cross-site", "Content-Type": "application/json"},
        {"Sec-Fetch-Site": "same-site", "Content-Type": "application/json"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/x-www-form-urlencoded"},
    ],
)
def test_a_request_of_another_site_changes_nothing(server, headers):
    answer = browser(server).post(UPDATE, base_url=HERE, data=b"{}", headers=headers)
    assert answer.status_code == 403 and b"another site" in answer.data


def test_a_request_of_the_page_itself_passes(server):
    headers = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
    body = {
        "output": "introduction.className", "outputs": {"id": "introduction", "property": "className"},
        "inputs": [{"id": "introduction-done", "property": "n_clicks", "value": 1}],
        "changedPropIds": ["introduction-done.n_clicks"], "state": [],
    }  # fmt: skip
    answer = browser(server).post(UPDATE, base_url=HERE, json=body, headers=headers)
    assert answer.json["response"]["introduction"]["className"] == "introduction hidden"


def test_every_answer_has_the_headers(server):
    for path in ("/", "/_dash-layout", "/assets/page.js", "/nowhere"):
        headers = browser(server).get(path, base_url=HERE, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"


def test_scripts_are_those_of_the_server_and_the_hashed_one():
    rules = dict(rule.split(" ", 1) for rule in content_policy(["'sha256-x'"]).split("; "))
    assert rules["script-src"] == "'self' 'sha256-x'" and rules["connect-src"] == "'self'"
    assert "unsafe" not in rules["script-src"] and "http" not in " ".join(rules.values())


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server):
    cookie = server.test_client().get("/", base_url=HERE, buffered=True).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Path=/" in cookie
    assert "Set-Cookie" not in browser(server).get("/", base_url=HERE, buffered=True).headers


@pytest.mark.parametrize("path", ["/", "/anything", "/export/session.zip"])
def test_a_link_of_another_site_takes_no_work_away(server, path):
    """A browser adds no strict cookie to it, and would take over a new one."""
    arrived = server.test_client().get(path, base_url=HERE, headers={"Sec-Fetch-Site": "cross-site"})
    assert arrived.status_code == 200 and "Set-Cookie" not in arrived.headers
    assert b'http-equiv="refresh" content="0; url=/"' in arrived.data


@pytest.mark.parametrize("site", ["none", "same-origin", "same-site", None])
def test_an_address_that_was_typed_and_the_page_itself_get_a_cookie(server, site):
    headers = {} if site is None else {"Sec-Fetch-Site": site}
    answer = server.test_client().get("/", base_url=HERE, headers=headers, buffered=True)
    assert "limetheory_8050=" in answer.headers["Set-Cookie"] and b"_dash-config" in answer.data


def test_a_browser_that_adds_its_cookie_to_a_link_gets_the_page(server):
    answer = browser(server).get("/", base_url=HERE, headers={"Sec-Fetch-Site": "cross-site"}, buffered=True)
    assert b"_dash-config" in answer.data and "Set-Cookie" not in answer.headers


def test_a_body_beyond_the_limit_is_refused(tmp_path):
    server = served(tmp_path, context(limits=Limits(body_bytes=1000)))
    answer = browser(server).post(UPDATE, base_url=HERE, json={"output": "x" * 2000})
    assert answer.status_code == 413


def test_nothing_but_the_page_is_in_reach_of_a_path(server):
    client = browser(server)
    for path in ("/assets/../settings.py", "/assets/%2e%2e/settings.py", "/assets//etc/passwd", "/etc/passwd"):
        answer = client.get(path, base_url=HERE, buffered=True)
        assert b"class Settings" not in answer.data and b"root:" not in answer.data


@pytest.fixture
def guarded(tmp_path):
    return served(tmp_path, context(token=TOKEN))


@pytest.mark.parametrize(
    "path", ["/", "/?token=wrong", "/_dash-layout", "/assets/page.js", f"/_dash-layout?token={TOKEN}"]
)
def test_without_the_token_nothing_is_answered(guarded, path):
    answer = guarded.test_client().get(path, base_url=HERE, buffered=True)
    assert answer.status_code == 401 and "Set-Cookie" not in answer.headers and TOKEN.encode() not in answer.data


def test_the_token_is_named_once_and_leaves_the_address(guarded):
    client = guarded.test_client()
    entered = client.get(f"/?token={TOKEN}", base_url=HERE, buffered=True)
    assert entered.status_code == 302 and entered.headers["Location"] == "/"
    cookie = entered.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and TOKEN not in cookie
    assert client.get("/", base_url=HERE, buffered=True).status_code == 200


def test_the_cookie_of_another_run_is_no_token(guarded, tmp_path):
    client = guarded.test_client()
    client.get(f"/?token={TOKEN}", base_url=HERE, buffered=True)
    stolen = client.get_cookie("limetheory_access_8050", domain="127.0.0.1").value
    other = served(tmp_path / "other", context(token=TOKEN)).test_client()
    other.set_cookie("limetheory_access_8050", stolen, domain="127.0.0.1")
    assert other.get("/", base_url=HERE, buffered=True).status_code == 401

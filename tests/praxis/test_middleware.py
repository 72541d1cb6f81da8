import pytest


@pytest.mark.django_db
def test_public_pages_allow_no_inline_code_and_no_foreign_host(client):
    policy = client.get("/en/library/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_only_the_admin_is_relaxed_and_never_for_eval(client):
    policy = client.get("/admin/").headers["Content-Security-Policy"]
    assert "'unsafe-inline'" in policy
    assert "unsafe-eval" not in policy

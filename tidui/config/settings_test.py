"""Settings of the tests: no hashing that takes time, static files from where they lie."""

from __future__ import annotations

import os
import tempfile

os.environ.setdefault("TIDUI_HOME", tempfile.mkdtemp(prefix="tidui-test-"))
os.environ.setdefault("TIDUI_SECRET_KEY", "tests-only-" + "x" * 40)
os.environ.setdefault("TIDUI_AUDIT_KEY", "tests-only-" + "y" * 40)

from tidui.config.settings import *
from tidui.config.settings import MIDDLEWARE, STORAGES

STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]

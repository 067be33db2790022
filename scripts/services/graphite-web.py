"""graphite-web on a folder, without a web server: graphite-web.py FOLDER PORT. Whisper files are in FOLDER/whisper."""

import os
import sys
import types

folder, port = sys.argv[1:]


def inside(name):
    path = os.path.join(folder, name)
    os.makedirs(path, exist_ok=True)
    return path


settings = types.ModuleType("kairos_settings")
settings.SECRET_KEY = "tests"
settings.TIME_ZONE = "UTC"
settings.CONF_DIR = inside("conf")
settings.STORAGE_DIR = inside("storage")
settings.LOG_DIR = inside("log")
settings.STATIC_ROOT = inside("static")
settings.INDEX_FILE = os.path.join(folder, "index")
settings.WHISPER_DIR = inside("whisper")
settings.STANDARD_DIRS = [settings.WHISPER_DIR]
settings.CARBONLINK_HOSTS = []
settings.ALLOWED_HOSTS = ["*"]
settings.DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(folder, "database")}
}
# Answers are computed anew each time.
settings.DEFAULT_CACHE_DURATION = 0
sys.modules["kairos_settings"] = settings
os.environ["GRAPHITE_SETTINGS_MODULE"] = "kairos_settings"
os.environ["DJANGO_SETTINGS_MODULE"] = "graphite.settings"

from django.core.management import execute_from_command_line  # noqa: E402

execute_from_command_line(["graphite-web", "migrate", "--run-syncdb", "--verbosity", "0"])
execute_from_command_line(["graphite-web", "runserver", "--noreload", "127.0.0.1:" + port])

"""The side of Whisper: whisper.py FOLDER answers commands, each a line of JSON, with a line of JSON.

["events", [[[timestamp, page], …], …]], the batches; ["create", pages, archives]; ["write", batch], its number;
["fetch", pages, start, end, step]. An answer is [seconds that it took, what was found].
"""

import json
import os
import sys
import time

# This file is called like the library, and its folder would be searched first.
sys.path.pop(0)
import whisper

(folder,) = sys.argv[1:]
batches = []


def path_of(page):
    return os.path.join(folder, page + ".wsp")


def take(given):
    batches.extend([(timestamp, page) for timestamp, page in batch] for batch in given)


def create(pages, archives):
    for page in pages:
        whisper.create(path_of(page), archives, xFilesFactor=0, aggregationMethod="sum")


def write(number):
    """A file has a value a minute: hits are added up here."""
    pages = {}
    for timestamp, page in batches[number]:
        minutes = pages.setdefault(page, {})
        minute = timestamp - timestamp % 60
        minutes[minute] = minutes.get(minute, 0) + 1
    for page, minutes in pages.items():
        whisper.update_many(path_of(page), list(minutes.items()))


def fetch(pages, start, end, step):
    """Whisper leaves the first point out, and takes the last."""
    found = {}
    for page in pages:
        (first, _, each), values = whisper.fetch(path_of(page), start - 1, end - 1, archiveToSelect=step)
        found[page] = [(first + index * each, hits) for index, hits in enumerate(values) if hits is not None]
    return found


commands = {"events": take, "create": create, "write": write, "fetch": fetch}
print(json.dumps([0, whisper.__file__]), flush=True)
for line in sys.stdin:
    command, *arguments = json.loads(line)
    started = time.perf_counter()
    found = commands[command](*arguments)
    print(json.dumps([time.perf_counter() - started, found]), flush=True)

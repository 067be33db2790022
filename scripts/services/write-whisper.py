"""Makes Whisper files: write-whisper.py FOLDER, with JSON on its standard input, an object by path ("hits.home"):

{"archives": [[secondsPerPoint, points], …], "aggregation": "average", "points": [[timestamp, value], …]}
"""

import json
import os
import sys

import whisper

(folder,) = sys.argv[1:]
for path, made in json.load(sys.stdin).items():
    file = os.path.join(folder, *path.split(".")) + ".wsp"
    os.makedirs(os.path.dirname(file), exist_ok=True)
    if os.path.exists(file):
        os.remove(file)
    whisper.create(file, made["archives"], xFilesFactor=0, aggregationMethod=made.get("aggregation", "average"))
    whisper.update_many(file, made["points"])

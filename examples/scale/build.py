#!/usr/bin/env python3
"""Builds one index on many machines: `juya build` for each part of the posts, then `juya merge`.

    python3 build.py posts/*.jsonl --out index --parts 64

The result is the same, byte for byte, as that of one `juya build` of the same files in the same
order. Ray places the parts: on the cluster that RAY_ADDRESS names, else on this machine. A part
whose worker is lost is built again elsewhere; a part that `juya build` refuses ends the run, as
it would be refused again; what it says of single posts is passed on. --scratch and the posts must be where all workers reach them, and so
must the juya command.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import ray

# How often a part is tried again when its worker, or the memory for it, is lost.
RETRIES = 5


class Lost(Exception):
    """A build that was ended from outside, for example for want of memory."""


class Refused(Exception):
    """A build that ended by itself, with what it said."""


def parts_of(files, count):
    """Cuts the files into about `count` parts of whole lines and about the same size.

    Gives (file, first byte, byte after the last), in the order of the files.
    """
    size = -(-sum(os.path.getsize(file) for file in files) // count)
    parts = []
    for file in files:
        with open(file, "rb") as lines:
            length = lines.seek(0, os.SEEK_END)
            start = 0
            while start < length:
                lines.seek(min(start + size, length) - 1)
                lines.readline()
                parts.append((file, start, lines.tell()))
                start = lines.tell()
    return parts


def juya(command, *arguments, threads, folder=None):
    """Runs the juya command, in a folder; gives what it printed, and what it printed on stderr.

    Raises Lost or Refused where it fails.
    """
    environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}
    done = subprocess.run(
        [command, *arguments], env=environment, cwd=folder, capture_output=True, text=True
    )
    if done.returncode < 0:
        raise Lost(f"{command} was ended by {signal.Signals(-done.returncode).name}")
    if done.returncode > 0:
        raise Refused(done.stderr.strip())
    return done.stdout, done.stderr.strip()


@ray.remote(max_retries=RETRIES, retry_exceptions=[Lost])
def build_part(number, part, command, scratch, threads):
    """Builds the index of one part; gives its folder, and what was said of its posts.

    It gets its name when it is whole, so that a try that was lost leaves nothing that counts.
    """
    print(f"part {number}: begun", flush=True)
    file, start, end = part
    folder = Path(scratch) / f"part-{number:06}"
    aside = folder.with_name(f".{folder.name}-{uuid.uuid4().hex}")
    aside.mkdir(parents=True)
    posts = aside / "posts.jsonl"
    with open(file, "rb") as source, open(posts, "wb") as copy:
        source.seek(start)
        left = end - start
        while left > 0:
            piece = source.read(min(left, 1 << 20))
            copy.write(piece)
            left -= len(piece)
    build = ["build", posts.name, "--index-only", "--out", "index"]
    _, said = juya(command, *build, threads=threads, folder=aside)
    posts.unlink()
    shutil.rmtree(folder, ignore_errors=True)  # of a try that was thought lost, and was not
    aside.rename(folder)
    return str(folder / "index"), said


def place(number, part):
    """Names a part, posts.jsonl to its build, so that its line 1 can be found."""
    file, start, _ = part
    with open(file, "rb") as lines:
        before = 0
        while start > 0:
            piece = lines.read(min(start, 1 << 20))
            before += piece.count(b"\n")
            start -= len(piece)
    return f"part {number}, whose posts.jsonl begins at line {before + 1} of {file}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("posts", nargs="+", help="JSON lines, in the order of the index")
    parser.add_argument("--out", required=True, help="the folder of the index")
    parser.add_argument("--parts", type=int, required=True, help="about how many parts to build")
    parser.add_argument("--scratch", help="a folder for the parts; --out with .parts unless given")
    parser.add_argument("--juya", default="juya", help="the command on the workers")
    parser.add_argument("--threads", type=int, default=1, help="processors for each build")
    parser.add_argument("--workers", type=int, help="processors to use where no cluster is named")
    arguments = parser.parse_args()
    command = shutil.which(arguments.juya)
    if command is None:
        parser.error(f"{arguments.juya}: no such command; name it with --juya")
    missing = [file for file in arguments.posts if not os.path.isfile(file)]
    if missing:
        parser.error(f"{missing[0]}: no such file")

    files = [os.path.abspath(file) for file in arguments.posts]
    scratch = os.path.abspath(arguments.scratch or f"{arguments.out}.parts")
    os.makedirs(scratch, exist_ok=True)
    parts = parts_of(files, max(1, arguments.parts))
    if os.environ.get("RAY_ADDRESS"):
        ray.init()
    else:
        ray.init(num_cpus=arguments.workers, include_dashboard=False)

    begun = time.monotonic()
    build = build_part.options(num_cpus=arguments.threads)
    jobs = [
        build.remote(number, part, os.path.abspath(command), scratch, arguments.threads)
        for number, part in enumerate(parts)
    ]
    numbers = {job: number for number, job in enumerate(jobs)}
    waiting = jobs
    try:
        while waiting:
            [job], waiting = ray.wait(waiting)
            number = numbers[job]
            _, said = ray.get(job)
            if said:
                print(f"{place(number, parts[number])}: {said}", file=sys.stderr)
            print(f"part {number}: done, {len(waiting)} to go", flush=True)
    except (Refused, Lost, ray.exceptions.RayError) as error:
        sys.exit(f"{place(number, parts[number])}: {getattr(error, 'cause', None) or error}")
    built = time.monotonic()
    indexes = [folder for folder, _ in ray.get(jobs)]
    try:
        said, _ = juya(command, "merge", *indexes, "--out", arguments.out, threads=os.cpu_count())
    except (Refused, Lost) as error:
        sys.exit(f"the parts are in {scratch}, but cannot be merged: {error}")
    merged = time.monotonic()
    print(f"{said}{len(parts)} parts in {built - begun:.1f} s, merged in {merged - built:.1f} s")
    shutil.rmtree(scratch)


if __name__ == "__main__":
    main()

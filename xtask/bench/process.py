"""Runs a program, and prints what it took: seconds, and the most memory it held at once.

A small process of its own, since Linux counts what the starting process holds as the started one's.
"""

import json
import os
import subprocess
import sys
import time


def main():
    start = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code != 0:
        sys.exit(f"{' '.join(sys.argv[1:])} failed ({code})")
    # Linux counts in kilobytes, macOS in bytes.
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    answer = {"seconds": seconds, "cpu": usage.ru_utime + usage.ru_stime, "peak": peak}
    try:
        # What a peer has to say, such as its log loss.
        answer |= json.loads(output.splitlines()[-1])
    except (IndexError, ValueError, TypeError):
        pass
    print(json.dumps(answer))


if __name__ == "__main__":
    main()

# Licensed under the Apache License, Version 2.0 (the "License");
# you may not use this file except in compliance with the License.
# The licence's text is in the file LICENSE at the top of this repository.
"""The other side of ./nnunet bench: the same work with PyTorch, scikit-image, SciPy and nibabel.

Reads requests from standard input and answers on standard output, a JSON object a line. A task has prepare(folder, spec),
run() and result(), which returns arrays; it reads its inputs from the folder, where the Java side has put them.
"""
import json
import os
import sys
import time

import numpy as np

TASKS = {
    "read": ("files", "Read"),
    "write": ("files", "Write"),
    "crop": ("preprocessing", "Crop"),
    "resample": ("preprocessing", "Resample"),
    "normalize": ("preprocessing", "Normalize"),
    "prepare": ("preprocessing", "PrepareCase"),
    "augment": ("augmentation", "Augment"),
    "forward": ("networks", "Forward"),
    "window": ("networks", "Window"),
    "train": ("networks", "Train"),
    "restore": ("results", "Restore"),
    "score": ("results", "Score"),
    "evaluate": ("results", "Evaluate"),
}


def versions():
    found = {"python": sys.version.split()[0]}
    for name in ("numpy", "scipy", "skimage", "nibabel", "torch"):
        try:
            found[name] = __import__(name).__version__
        except ImportError:
            found[name] = "absent"
    return found


def peak_kilobytes():
    with open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


class Worker:
    def __init__(self, threads):
        self.threads = threads
        self.task = None

    def answer(self, request):
        return getattr(self, "do_" + request["op"])(request)

    def do_info(self, request):
        return versions()

    def do_prepare(self, request):
        module, name = TASKS[request["task"]]
        if module in ("networks", "results"):
            import torch
            torch.set_num_threads(self.threads)
        self.task = getattr(__import__(module), name)()
        self.task.prepare(request["folder"], request["spec"])
        return {}

    def do_run(self, request):
        times = request["times"]
        begin = time.perf_counter()
        for _ in range(times):
            self.task.run()
        return {"ms": (time.perf_counter() - begin) * 1000 / times}

    def do_result(self, request):
        for index, array in enumerate(self.task.result()):
            np.save("%s-%d.npy" % (request["file"], index), np.ascontiguousarray(array))
        return {}

    def do_memory(self, request):
        return {"peak_kb": peak_kilobytes()}

    def do_end(self, request):
        self.task = None
        return {}


def main():
    worker = Worker(int(sys.argv[1]))
    # Libraries that print must not disturb the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            answer = worker.answer(json.loads(line))
        except Exception as failure:
            answer = {"error": "%s: %s" % (type(failure).__name__, failure)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()

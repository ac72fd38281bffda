"""Takes from the golden folder the small synthetic part that the inference and metrics tests run on everywhere.

Usage: select_inference_golden.py GOLDEN_FOLDER RESOURCES_FOLDER
"""
import shutil
import sys
from pathlib import Path

import numpy as np

GOLDEN, RESOURCES = Path(sys.argv[1]), Path(sys.argv[2])
WINDOW_CASES = ("b_one_dim_smaller", "c_all_smaller", "d_odd_roi", "e_equal", "f_2d")
POST_CASES = ("noresize_softmax", "resize_softmax", "resize_brats", "resize_lastdim_equal", "upsize_softmax")


def save(target, arrays):
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(target, **arrays)


def sliding():
    older = np.load(GOLDEN / "sliding/monai1.0.0.npz")
    newer = np.load(GOLDEN / "sliding/monai1.1.0.npz")
    windows = {}
    for case in WINDOW_CASES:
        windows[case + "__image"] = older[case + "__image"]
        windows[case + "__ov0.5__constant"] = older[case + "__ov0.5__constant"]
        windows[case + "__ov0.5__gaussian"] = newer[case + "__ov0.5__gaussian"]
    save(RESOURCES / "sliding/windows.npz", windows)
    save(RESOURCES / "sliding/importance.npz", {name: newer[name] for name in newer.files if name.startswith("importance")})
    passes = {name: older[name] for name in ("a_bigger__image", "importance_12x16x8", "importance_16x11", "tta3d", "infer2d_predict", "infer2d_eval")}
    save(RESOURCES / "sliding/passes.npz", passes)
    for name in ("net3d.pt", "net2d.pt", "monai1.1.0.json"):
        shutil.copyfile(GOLDEN / "sliding" / name, RESOURCES / "sliding" / name)


def post():
    source = np.load(GOLDEN / "post/test_step.npz")
    save(RESOURCES / "post/test_step.npz", {name: source[name] for name in source.files if name.split("__")[0] in POST_CASES})


def metric():
    for name in ("dice_metric.json", "dice_metric_inputs.npz"):
        target = RESOURCES / "metric" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(GOLDEN / "metric" / name, target)


sliding()
post()
metric()

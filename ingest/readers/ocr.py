"""Recognize lines of text in pictures with the PP-OCR recognition model that the package rapidocr ships (extra `ocr`)."""

from __future__ import annotations

import math
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime

from ingest.model import IngestError

HEIGHT, WIDEST, BATCH = 48, 1600, 16
Image = Any  # gray picture: array (rows, columns) of bytes


@cache
def model_path() -> Path:
    """The model file; the package is not run, only its folder is looked up."""
    found = find_spec("rapidocr")
    folder = Path(found.origin).parent / "models" if found and found.origin else Path()
    models = sorted(folder.glob("*rec_small.onnx")) or sorted(folder.glob("*rec*.onnx"))
    if not models:
        raise IngestError("ocr_not_installed")
    return models[0]


class Recognizer:
    """Reads crops of single lines; for each the text as seen, and the text if it could only be a number."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.net = onnxruntime.InferenceSession(str(model_path()), options, providers=["CPUExecutionProvider"])
        self.input = self.net.get_inputs()[0].name
        characters = self.net.get_modelmeta().custom_metadata_map["character"].splitlines()
        self.characters = ["", *characters, " "]
        self.digits = np.array([0, *(i for i, c in enumerate(self.characters) if c and c in "0123456789.-+")])

    def read(self, crops: list[Image]) -> list[tuple[str, float, str, float]]:
        """For each crop: text and confidence, number text and confidence (0–1, the least certain character)."""
        found: list[tuple[str, float, str, float]] = [("", 0.0, "", 0.0)] * len(crops)
        order = sorted(range(len(crops)), key=lambda i: crops[i].shape[1] / crops[i].shape[0])
        for start in range(0, len(order), BATCH):
            part = order[start : start + BATCH]
            for i, seen in zip(part, self._batch([crops[i] for i in part]), strict=True):
                found[i] = seen
        return found

    def _batch(self, crops: list[Image]) -> list[tuple[str, float, str, float]]:
        widths = [min(WIDEST, max(1, math.ceil(c.shape[1] * HEIGHT / c.shape[0]))) for c in crops]
        width = min(-(-max(32, *widths) // 16) * 16, WIDEST)
        batch = np.zeros((len(crops), 3, HEIGHT, width), np.float32)
        for k, (crop, wide) in enumerate(zip(crops, widths, strict=True)):
            how = cv2.INTER_AREA if crop.shape[0] > HEIGHT else cv2.INTER_CUBIC
            batch[k, :, :, :wide] = cv2.resize(crop, (wide, HEIGHT), interpolation=how).astype(np.float32) / 127.5 - 1
        output = self.net.run(None, {self.input: batch})[0]
        everything = np.arange(output.shape[2])
        return [(*self._decode(scores, everything), *self._decode(scores, self.digits)) for scores in output]

    def _decode(self, scores: Any, allowed: Any) -> tuple[str, float]:
        """The best path through the scores, repeated characters and blanks taken out (CTC)."""
        best = allowed[scores[:, allowed].argmax(1)]
        certain = scores[np.arange(len(best)), best]
        text, least, last = [], 1.0, 0
        for code, certainty in zip(best, certain, strict=True):
            if code and code != last:
                text.append(self.characters[code])
            if code:
                least = min(least, float(certainty)) if code != last else least
            last = code
        return "".join(text), least if text else 0.0


@cache
def recognizer() -> Recognizer:
    """The one recognizer of this process; loading it takes a moment."""
    return Recognizer()

"""Recognize lines of text in pictures with the PP-OCR recognition model that the package rapidocr ships (extra `ocr`)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime

from ingest.model import IngestError

HEIGHT, WIDEST, NARROWEST, STEP = 48, 1600, 24, 8
BATCH = 480  # pixels of width in one run: larger batches save nothing and pad short lines to the width of long ones
NUMBER = "0123456789.-+"
ROUND = "0oO\u3007\u25cb"  # signs that are drawn as a ring: among digits each of them is a zero
Image = Any  # gray picture: array (rows, columns) of bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """What a crop says, and what it says if it can only be a number; the certainty (0–1) is that of the weakest character."""

    text: str = ""
    confidence: float = 0.0
    number: str = ""
    sure: float = 0.0


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
        code = {c: i for i, c in enumerate(self.characters)}
        self.digits = np.array([0, *(code[c] for c in NUMBER if c in code)])
        self.rings = np.array([code[c] for c in ROUND if c in code])
        self.zero = int(np.flatnonzero(self.digits == code["0"])[0])
        # A bracket or comma exists narrow and wide; the model divides its certainty between the two.
        self.twins = np.arange(len(self.characters))
        for i, c in enumerate(self.characters):
            other = code.get(unicodedata.normalize("NFKC", c), i)
            self.twins[i], self.twins[other] = other, i if other != i else self.twins[other]

    def read(self, crops: list[Image], squeeze: list[float]) -> list[Seen]:
        """What each crop says; a crop is read at this share of its width, which costs as much less."""
        wide = [
            min(WIDEST, max(NARROWEST, round(c.shape[1] * HEIGHT / c.shape[0] * s))) for c, s in zip(crops, squeeze, strict=True)
        ]
        found = [Seen()] * len(crops)
        for part in _batches(wide):
            width = -(-wide[part[-1]] // STEP) * STEP
            batch = np.zeros((len(part), 3, HEIGHT, width), np.float32)
            for k, i in enumerate(part):
                how = cv2.INTER_AREA if crops[i].shape[0] > HEIGHT else cv2.INTER_CUBIC
                batch[k, :, :, : wide[i]] = (
                    cv2.resize(crops[i], (wide[i], HEIGHT), interpolation=how).astype(np.float32) / 127.5 - 1
                )
            for i, scores in zip(part, self.net.run(None, {self.input: batch})[0], strict=True):
                found[i] = Seen(*self._text(scores), *self._number(scores))
        return found

    def _text(self, scores: Any) -> tuple[str, float]:
        best = scores.argmax(1)
        steps = np.arange(len(best))
        certain = scores[steps, best] + np.where(self.twins[best] != best, scores[steps, self.twins[best]], 0)
        text, firsts = self._path(best)
        return text, float(min(certain[firsts], default=0.0))

    def _number(self, scores: Any) -> tuple[str, float]:
        """Digits and gaps alone; a gap counts too, since an unread letter there would be a digit left out."""
        allowed = scores[:, self.digits]
        allowed[:, self.zero] = scores[:, self.rings].sum(1)
        best = allowed.argmax(1)
        text, _ = self._path(self.digits[best])
        return text, float(allowed.max(1).min()) if text else 0.0

    def _path(self, best: Any) -> tuple[str, list[int]]:
        """The characters of a path through the steps, repetitions and gaps taken out (CTC), and the step where each begins."""
        firsts = [k for k, code in enumerate(best) if code and (k == 0 or best[k - 1] != code)]
        return "".join(self.characters[best[k]] for k in firsts), firsts


def _batches(wide: list[int]) -> Iterator[list[int]]:
    """Crops of like width together, the widest last."""
    part: list[int] = []
    for i in sorted(range(len(wide)), key=wide.__getitem__):
        if part and wide[i] * (len(part) + 1) > BATCH:
            yield part
            part = []
        part.append(i)
    if part:
        yield part


@cache
def recognizer() -> Recognizer:
    """The one recognizer of this process; loading it takes a moment."""
    return Recognizer()

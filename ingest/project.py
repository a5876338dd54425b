"""Where the folders lie that the program uses as they are: the dbt project and the examples.

In a checkout, and where it was installed with `pip install -e`, they stand beside the code; a wheel has them in `foi_project`
(setup.py), since a folder `dbt` beside the code would be taken for the package of that name.
"""

from __future__ import annotations

from pathlib import Path

BESIDE_THE_CODE = Path(__file__).parents[1]
PACKED = BESIDE_THE_CODE / "foi_project"


def project_folder(name: str) -> Path:
    """The folder `dbt` or `examples` of this installation; it is only read, since it may belong to somebody else."""
    return (PACKED if PACKED.is_dir() else BESIDE_THE_CODE) / name


def is_checkout() -> bool:
    """Whether the program runs from a folder of its sources, with a Makefile beside the code."""
    return not PACKED.is_dir() and (BESIDE_THE_CODE / "Makefile").is_file()

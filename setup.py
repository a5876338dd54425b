"""What a wheel holds (all else stands in pyproject.toml): the five rooms with the files that stand in them, and in `foi_project`
the dbt project and the examples; ingest/project.py finds them.
"""

from setuptools import find_packages, setup

ROOMS = ("ingest", "expectations", "dagster_project", "foi", "portal")
DATA = [f"**/*.{ending}" for ending in ("yaml", "csv", "gz", "html", "xml", "md", "css", "js", "svg", "json", "png")]

setup(
    script_name="setup.py",  # so that it is not taken for a module of foi_project
    packages=[*find_packages(include=[f"{room}*" for room in ROOMS]), "foi_project"],
    package_dir={"foi_project": "."},
    package_data={
        **{room: DATA for room in ROOMS},
        "foi_project": [
            *("dbt/*.yml", "dbt/*.yaml", "dbt/macros/**/*", "dbt/models/**/*", "dbt/tests/**/*"),
            *("examples/*.json", "examples/*.yaml", "examples/*.docx", "examples/notebooks/*.py", "examples/reports/**/*"),
        ],
    },
)

"""docs/what_does_this_network_see.ipynb runs from top to bottom, and the pictures in it are what it shows."""

import pathlib

import pytest

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

DOCS = pathlib.Path(__file__).parents[2] / "docs"
NOTEBOOK = DOCS / "what_does_this_network_see.ipynb"


def kinds(notebook):
    """The kinds of what each cell of code shows. Bars of progress, which come and go, aside."""
    shown = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            outputs = [output for output in cell.outputs if output.output_type != "display_data"]
            shown.append({kind for output in outputs for kind in output.get("data", [output.output_type])})
    return shown


@pytest.mark.skipif(not (DOCS.parent / "build" / "photos" / "balloons.jpg").exists(), reason="scripts/photos fetches its photos")
def test_runs_and_shows_what_it_holds():
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    kept = kinds(notebook)
    nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(DOCS)}}).execute()
    assert kinds(notebook) == kept


def test_holds_its_pictures():
    pictures = sum("image/png" in shown for shown in kinds(nbformat.read(NOTEBOOK, as_version=4)))
    assert pictures >= 5

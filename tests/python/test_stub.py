"""_zfscope.pyi says what the module has: every class, property, method, argument and default."""

import ast
import pathlib
import re

import zfscope
from zfscope import _zfscope

STUB = ast.parse((pathlib.Path(zfscope.__file__).parent / "_zfscope.pyi").read_text())
DECLARED = ("_repr_png_", "_repr_html_")


def arguments_of(function):
    """[(name, whether by keyword alone, default as text or None)] of a stub's function."""
    a = function.args
    positional = list(zip(a.args, [None] * (len(a.args) - len(a.defaults)) + a.defaults))
    found = [(one.arg, False, default) for one, default in positional if one.arg != "self"]
    found += [(one.arg, True, default) for one, default in zip(a.kwonlyargs, a.kw_defaults)]
    return [(name, keyword, None if default is None else repr(ast.literal_eval(default))) for name, keyword, default in found]


def signature_of(function):
    """The same of a function of the module, from the signature that pybind11 writes into its help."""
    line = function.__doc__.splitlines()[0]
    inside = line[line.index("(") + 1 : line.rindex(") ->")]
    found, keyword, depth, part = [], False, 0, ""
    for char in inside + ",":
        depth += char in "([{"
        depth -= char in ")]}"
        if char != "," or depth:
            part += char
            continue
        part = part.strip()
        if part == "*":
            keyword = True
        elif part and not part.startswith("self:"):
            name, default = re.match(r"(\w+): [^=]*?(?: = (.*))?$", part).groups()
            found.append((name, keyword, None if default is None else repr(ast.literal_eval(default))))
        part = ""
    return found


def functions_in(body):
    """{name: the last definition}, which of overloads has what the others have."""
    return {node.name: node for node in body if isinstance(node, ast.FunctionDef)}


def is_property(node):
    return any(isinstance(one, ast.Name) and one.id == "property" for one in node.decorator_list)


def public_names(owner):
    return {name for name in vars(owner) if not name.startswith("_") or name in DECLARED}


def test_the_stub_has_what_the_module_has():
    classes = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}
    functions = functions_in(STUB.body)
    public = {name for name in vars(_zfscope) if not name.startswith("_")}
    assert public == set(classes) | set(functions)
    for name, node in classes.items():
        assert set(functions_in(node.body)) == public_names(getattr(_zfscope, name)), name
        bases = [base.__name__ for base in getattr(_zfscope, name).__bases__ if base.__module__ == _zfscope.__name__]
        assert [base.id for base in node.bases] == bases


def test_arguments_and_defaults_agree():
    checked = 0
    owners = [(_zfscope, STUB.body)] + [(getattr(_zfscope, node.name), node.body) for node in STUB.body if isinstance(node, ast.ClassDef)]
    for owner, body in owners:
        for name, node in functions_in(body).items():
            member = getattr(owner, name)
            assert is_property(node) == isinstance(member, property), name
            if isinstance(member, property) or name in DECLARED:
                continue
            overloads = [one for one in body if isinstance(one, ast.FunctionDef) and one.name == name]
            assert signature_of(member) in [arguments_of(one) for one in overloads], name
            checked += 1
    assert checked > 20


def test_everything_public_is_documented():
    for name in zfscope.__all__:
        thing = getattr(zfscope, name)
        if name == "__version__":
            continue
        assert thing.__doc__, name
        for member in public_names(thing) if isinstance(thing, type) else ():
            if member in DECLARED:
                continue
            text = getattr(thing, member).__doc__ or ""
            assert text.split("->", 1)[-1].strip().count(" ") > 1, f"{name}.{member}"

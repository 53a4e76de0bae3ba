"""Code that parses and code that does not, in the forms that lessons have it in."""

from __future__ import annotations

import shutil
import warnings

import pytest

from coursewright.lessons.checks.code import is_known_language, read_language
from coursewright.lessons.checks.syntax import PARSERS, SyntaxFault

needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no Bash here")


def explain(language: str, code: str) -> SyntaxFault | None:
    try:
        PARSERS[language](code)
    except SyntaxFault as fault:
        return fault
    return None


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "def f(x: int) -> int:\n    return x\n"),
        ("python", "    def f(self):\n        return 1\n"),
        ("python", ">>> x = 1\n>>> for i in x:\n...     print(i)\n1\n"),
        ("python", "result = await client.get(url)\n"),
        ("python", "!pip install x\n%timeit f()\n"),
        ("python", "class A:\n    ...\n"),
        ("python", "def f():\n    # the body\n"),
        ("python", "pattern = '\\d+'\n"),
        ("python", "return x\n"),
        ("json", '{"a": [1, null]}'),
        ("json", '{"a": 1}\n{"b": 2}\n'),
        ("yaml", "a: 1\n---\nb: [2]\n"),
        ("yaml", "role: !Ref Role\nname: !Sub '${A}-x'\n"),
        ("yaml", "{{- if .Values.x }}\na: {{ .Values.x }}\n{{- end }}\n"),
        ("toml", '[a]\nb = "c"\n'),
    ],
)
def test_good_code_parses(language: str, code: str) -> None:
    assert explain(language, code) is None


@pytest.mark.parametrize(
    ("language", "code", "line"),
    [
        ("python", "x = 1\ndef f(:\n    pass\n", 2),
        ("python", "print 'a'\n", 1),
        ("json", '{"a": 1,}', 1),
        ("json", "{'a': 1}", 1),
        ("yaml", "a: 1\n b: 2\n", 2),
        ("yaml", "a: [1\n", 2),
        ("toml", "a = \n", None),
    ],
)
def test_bad_code_is_told_with_its_line(language: str, code: str, line: int | None) -> None:
    fault = explain(language, code)
    assert fault is not None and fault.line == line and not fault.excerpt


@pytest.mark.parametrize(
    ("language", "code"),
    [("json", '{"a": 1, ...}'), ("json", '{\n  // a comment\n  "a": 1\n}'), ("python", "x = [1, …]\n")],
)
def test_code_that_leaves_something_out_on_purpose_is_told_as_an_excerpt(language: str, code: str) -> None:
    fault = explain(language, code)
    assert fault is not None and fault.excerpt


@needs_bash
@pytest.mark.parametrize(
    "code",
    [
        "for i in 1 2; do\n  echo $i\ndone\n",
        "$ kubectl get pods\nNAME   READY (1/1)\nweb    1/1\n$ echo done\n",
        "$ docker run \\\n    --rm x\n",
        "user@host:~$ ls\na (b\n",
        "cat <<EOF > a.txt\nhello\nEOF\n",
    ],
)
def test_good_shell_parses(code: str) -> None:
    assert explain("bash", code) is None


@needs_bash
@pytest.mark.parametrize(
    "code", ["if true; then\n  echo a\n", "echo 'a\n", "echo $(date\n", "for x in; do; done\n"]
)
def test_bad_shell_is_told(code: str) -> None:
    assert explain("sh", code) is not None


@needs_bash
def test_a_here_document_without_an_end_is_told_unless_it_is_in_a_session() -> None:
    found = explain("bash", "cat <<EOF > a.yaml\nkey: 1\n")
    assert found is not None and "here-document" in str(found)
    assert explain("bash", "cat <<EOF > a.yaml\nkey: 1\nEOF\n") is None
    assert explain("console", "$ cat <<EOF\nkey: 1\nEOF\nkey: 1\n") is None


@needs_bash
def test_shell_is_never_run(tmp_path: object) -> None:
    assert explain("bash", f"touch {tmp_path}/made\n$(touch {tmp_path}/made)\n") is None
    assert list(tmp_path.iterdir()) == []  # type: ignore[attr-defined]


def test_reading_python_leaves_the_filters_of_warnings_as_they_were() -> None:
    before = list(warnings.filters)
    explain("python", "x = '\\d'\n")
    assert list(warnings.filters) == before


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("python", "python"),
        ("Python title=x", "python"),
        ("{.bash}", "bash"),
        ("js {1,3}", "js"),
        ("js,ignore", "js"),
        ("", ""),
    ],
)
def test_a_fences_language_is_read(info: str, language: str) -> None:
    assert read_language(info) == language


def test_languages_are_known_by_all_their_names() -> None:
    for name in (
        "python",
        "py",
        "bash",
        "console",
        "yaml",
        "text",
        "promql",
        "hcl",
        "bicep",
        "tsx",
        "c++",
        "http",
    ):
        assert is_known_language(name), name
    for name in ("pyhton", "code", "language", "español"):
        assert not is_known_language(name), name

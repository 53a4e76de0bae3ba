import pytest

from coursewright.errors import SettingsError, Throttled
from coursewright.models.base import Reply
from coursewright.models.opening import open_models
from coursewright.models.scripted import ScriptedModel

from .conftest import ask_for


def test_it_answers_in_order_and_remembers_what_it_was_asked() -> None:
    model = ScriptedModel(["one", Reply("two", "length", "scripted"), Throttled("429")])
    assert model.ask(ask_for("lesson/01-01")).text == "one"
    assert model.ask(ask_for("lesson/01-02")).stop == "length"
    with pytest.raises(Throttled):
        model.ask(ask_for("lesson/01-03"))
    assert [request.item for request in model.requests] == ["lesson/01-01", "lesson/01-02", "lesson/01-03"]


def test_to_ask_more_often_than_the_script_says_fails_the_test() -> None:
    with pytest.raises(AssertionError, match="nothing is left to answer lesson/01-02 with"):
        ScriptedModel().ask(ask_for())


def test_a_function_may_answer() -> None:
    model = ScriptedModel(lambda request: f"for {request.item}")
    assert model.ask(ask_for("lab-plan")).text == "for lab-plan"


def test_it_is_found_by_its_name_where_it_is_installed() -> None:
    with ScriptedModel(["text"]).installed() as model, open_models("scripted") as chain:
        assert chain.ask(ask_for()).text == "text"
        assert len(model.requests) == 1
    with pytest.raises(SettingsError, match="for tests only"):
        open_models("scripted")

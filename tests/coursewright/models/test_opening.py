import subprocess
import sys

import pytest

from coursewright.errors import SettingsError
from coursewright.models.opening import open_models
from coursewright.models.retry import RetryPolicy
from coursewright.models.scripted import ScriptedModel
from coursewright.models.settings import Credentials, ModelSettings
from coursewright.models.stops import ModelStops

from .conftest import ask_for

CANARY = "canary-5f1d0c9b7e"


def test_to_name_models_loads_no_client_of_a_provider() -> None:
    program = (
        "import sys; import coursewright.models.opening, coursewright.models.prices; "
        "print([name for name in ('openai', 'boto3', 'httpx', 'httpx2', 'genai_prices', "
        "'xllamacpp', 'pydantic') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_a_chain_is_opened_in_order_and_nothing_is_asked_yet() -> None:
    environment = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1", "OLLAMA_HOST": "127.0.0.1:9"}
    with open_models(
        "openai:gpt-4o,ollama:qwen3:8b,embedded", ModelSettings(environment=environment)
    ) as chain:
        assert chain.name == "openai:gpt-4o,ollama:qwen3:8b,embedded"
        assert [model.demonstration for model in chain.models] == [False, False, True]


def test_a_fallback_that_cannot_be_opened_is_told_before_anything_is_asked() -> None:
    with pytest.raises(SettingsError, match="OPENAI_API_KEY"):
        open_models("embedded,openai:gpt-4o", ModelSettings(environment={}))


def test_settings_show_no_secret() -> None:
    settings = ModelSettings(
        credentials=Credentials(openai_api_key=CANARY), environment={"OPENAI_API_KEY": CANARY}
    )
    assert CANARY not in f"{settings} {settings!r} {settings.credentials}"
    assert "openai_api_key" in repr(settings.credentials)


def test_a_model_has_its_own_limit_or_the_one_for_all_others() -> None:
    waited: list[tuple[str, int]] = []
    limiters = {
        "scripted": lambda tokens: waited.append(("own", tokens)),
        "": lambda tokens: waited.append(("others", tokens)),
    }
    for chosen in (limiters, {"": limiters[""]}):
        with (
            ScriptedModel(["text"]).installed(),
            open_models("scripted", ModelSettings(limiters=chosen)) as chain,
        ):
            chain.ask(ask_for())
    assert [name for name, _ in waited] == ["own", "others"]


def test_chains_of_one_run_share_what_they_learnt_of_a_quota() -> None:
    from coursewright.errors import QuotaExhausted

    settings = ModelSettings(stops=ModelStops(), retry=RetryPolicy(first_wait=0))
    with ScriptedModel([QuotaExhausted("day"), "never"]).installed() as model:
        for _ in range(2):
            with open_models("scripted", settings) as chain, pytest.raises(QuotaExhausted):
                chain.ask(ask_for())
    assert len(model.requests) == 1

"""Image endpoints that speak OpenAI's ``/images/generations``."""

from __future__ import annotations

from typing import Any

from coursewright.errors import ModelServerFault, ModelTimedOut, ModelUnreachable
from coursewright.models.base import Reply, Request, Usage
from coursewright.models.chat_completion import parse_body, read_refusal
from coursewright.models.openai_compatible import OpenAIWire
from coursewright.models.refusals import quote, to_error
from coursewright.models.retry import AskDifferently
from coursewright.models.tokens import read_count
from coursewright.prompts import render
from coursewright.visuals.raster import picture_as_png

_ENCODED = "response_format"
_SIZE = "size"


class OpenAIImageWire(OpenAIWire):
    """One image model behind OpenAI's protocol; a reply's text is the picture in base64."""

    def price(self, usage: Usage) -> float | None:
        """Not known where a model is paid by the picture; by its tokens where it counts them."""
        return super().price(usage) if usage.output else None

    def ask_once(self, request: Request) -> Reply:
        import openai

        seen = self._quirks.seen()
        parameters = self._write_image_parameters(request, seen)
        try:
            raw = self._open().images.with_raw_response.generate(
                **parameters, extra_headers={"X-Request-Item": request.item}
            )
        except openai.APITimeoutError:
            raise ModelTimedOut(
                f"{self.name} did not answer within {self._settings.read_seconds:.0f} s.", model=self.name
            ) from None
        except openai.APIConnectionError as error:
            why = quote(str(error.__cause__ or error), self._secrets)
            raise ModelUnreachable(
                f"{self.name} cannot be reached at {self._host} ({why}). Check OPENAI_BASE_URL.",
                model=self.name,
            ) from None
        except openai.APIStatusError as error:
            response = error.response
            refusal = read_refusal(response.status_code, response.content, dict(response.headers))
            for quirk in (_ENCODED, _SIZE):
                if refusal.status in (400, 422) and quirk in parameters and quirk in refusal.text:
                    self._quirks.learn(quirk)
                    raise AskDifferently from None
            raise to_error(refusal, model=self.name, advice=self._advice, secrets=self._secrets) from None
        body = parse_body(
            raw.http_response.content,
            model=self.name,
            content_type=raw.http_response.headers.get("content-type", ""),
        )
        return self._read_image(body)

    def _write_image_parameters(self, request: Request, seen: frozenset[str]) -> dict[str, Any]:
        model = self.name.partition(":")[2]
        parameters: dict[str, Any] = {
            "model": model,
            "prompt": render("illustration", picture=request.messages[-1].text),
            "n": 1,
        }
        # GPT's image models always send the picture itself and refuse to be told so.
        if not model.startswith("gpt-image") and _ENCODED not in seen:
            parameters[_ENCODED] = "b64_json"
        if _SIZE not in seen:
            parameters[_SIZE] = "1536x1024" if model.startswith("gpt-image") else "1024x1024"
        return parameters

    def _read_image(self, body: dict[str, Any]) -> Reply:
        data = body.get("data")
        first = data[0] if isinstance(data, list) and data else None
        picture = first.get("b64_json") if isinstance(first, dict) else None
        if not isinstance(picture, str) or not picture:
            raise ModelServerFault(
                f"{self.name} answered without a picture in it (an address of one is not followed).",
                model=self.name,
            )
        told = body.get("usage")
        usage = (
            Usage(read_count(told.get("input_tokens")), read_count(told.get("output_tokens")))
            if isinstance(told, dict)
            else Usage()
        )
        try:
            png = picture_as_png(picture)
        except ValueError as error:
            raise ModelServerFault(
                f"{self.name} answered with no picture ({error}).", model=self.name
            ) from None
        return Reply(text=png, stop="end", model=self.name, usage=usage)

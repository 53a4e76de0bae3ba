"""Image models on Bedrock: Titan Image Generator and Nova Canvas, and Stability's."""

from __future__ import annotations

import json
from typing import Any

from coursewright.errors import ContentRefused, ModelServerFault
from coursewright.models.base import Reply, Request, Usage
from coursewright.models.bedrock import BedrockWire
from coursewright.models.bedrock_errors import STUMBLES, read_client_error, to_connection_error
from coursewright.models.chat_completion import parse_body
from coursewright.models.refusals import quote, to_error
from coursewright.visuals.raster import picture_as_png

NEVER_SHOWN = "words, letters, numbers, text, labels, captions, signs, logos, watermarks"
"""What both families are told in a field of its own, so that the prompt is the planner's word for word."""

_MOST_SEED = 858_993_459
"""The largest that Nova Canvas takes."""


class BedrockImageWire(BedrockWire):
    """One image model on Bedrock; a reply's text is the picture in base64.

    ``InvokeModel`` has no field for the item that a request is for, so a provider's log cannot name it.
    """

    def price(self, usage: Usage) -> float | None:
        """Not known: these models are paid by the picture."""
        return None

    def ask_once(self, request: Request) -> Reply:
        from botocore.exceptions import BotoCoreError, ClientError
        from botocore.parsers import ResponseParserError

        body = self._write_body(request)
        try:
            answer = self._client.invoke_model(
                modelId=self._model_id,
                body=json.dumps(body).encode(),
                contentType="application/json",
                accept="application/json",
            )
            raw = answer["body"].read()
        except ClientError as error:
            raise to_error(read_client_error(error), model=self.name, advice=self._advice) from None
        except BotoCoreError as error:
            raise to_connection_error(error, self.name, self._advice, self._settings.read_seconds) from None
        except (ResponseParserError, *STUMBLES):
            raise self._no_answer() from None
        return Reply(text=self._read_image(raw), stop="end", model=self.name)

    def _write_body(self, request: Request) -> dict[str, Any]:
        prompt = request.messages[-1].text
        seed = (request.seed or 0) % _MOST_SEED
        if "stability." in self._model_id:
            return {
                "prompt": prompt,
                "negative_prompt": NEVER_SHOWN,
                "mode": "text-to-image",
                "aspect_ratio": "3:2",
                "output_format": "png",
                "seed": seed,
            }
        return {
            "taskType": "TEXT_IMAGE",
            "textToImageParams": {"text": prompt, "negativeText": NEVER_SHOWN},
            "imageGenerationConfig": {
                "numberOfImages": 1,
                "width": 1152,
                "height": 768,
                "quality": "standard",
                "cfgScale": 8.0,
                "seed": seed,
            },
        }

    def _read_image(self, raw: bytes) -> str:
        body = parse_body(raw, model=self.name)
        told = body.get("finish_reasons")
        reasons = [str(reason) for reason in (told if isinstance(told, list) else [told]) if reason]
        if said := body.get("error") or "; ".join(reasons):
            raise ContentRefused(f"{self.name} declined the picture ({quote(str(said))}).", model=self.name)
        images = body.get("images")
        if not isinstance(images, list) or not images or not isinstance(images[0], str):
            raise ModelServerFault(f"{self.name} answered without a picture.", model=self.name)
        try:
            return picture_as_png(images[0])
        except ValueError as error:
            raise ModelServerFault(
                f"{self.name} answered with no picture ({error}).", model=self.name
            ) from None

"""What boto3 raises, in the terms of `coursewright.models.refusals`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from coursewright.errors import BadCredentials, ModelError, ModelTimedOut, ModelUnreachable, RequestRefused
from coursewright.models.refusals import Advice, Refusal, quote

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

STATUS_OF_CODE = {
    "ThrottlingException": 429,
    "TooManyRequestsException": 429,
    "ServiceQuotaExceededException": 429,
    "ModelNotReadyException": 503,
    "ServiceUnavailableException": 503,
    "InternalServerException": 500,
    "ModelErrorException": 424,
    "ModelTimeoutException": 408,
    "RequestTimeoutException": 408,
    "ResourceNotFoundException": 404,
    "ValidationException": 400,
    "AccessDeniedException": 403,
    "UnrecognizedClientException": 401,
    "ExpiredTokenException": 401,
    "ExpiredToken": 401,
    "InvalidSignatureException": 401,
    "IncompleteSignatureException": 401,
    "MissingAuthenticationTokenException": 401,
    "InvalidClientTokenId": 401,
    "SignatureDoesNotMatch": 401,
    "OptInRequired": 403,
}
"""The code says more than the status: an expired token is a 403 on the wire, an unready model a 429."""

STUMBLES = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What boto3 lets out where a value of an answer or an error has not the type that AWS says it has."""


def read_client_error(error: ClientError) -> Refusal:
    """Read an error that Bedrock answered with. A bare status comes with the status as its code."""
    response: dict[str, Any] = dict(error.response)
    told = response.get("Error") or {}
    metadata = response.get("ResponseMetadata") or {}
    code = str(told.get("Code") or "")
    status = STATUS_OF_CODE.get(code) or int(metadata.get("HTTPStatusCode") or 0)
    if not 400 <= status < 600:
        status = int(code) if re.fullmatch("[0-9]{3}", code) else 500
    headers = {str(name).lower(): str(value) for name, value in (metadata.get("HTTPHeaders") or {}).items()}
    message = str(told.get("Message") or response.get("message") or f"status {status}")
    return Refusal(status, message=message, code=code, headers=headers)


def to_connection_error(error: BotoCoreError, model: str, advice: Advice, read_seconds: float) -> ModelError:
    """Turn what went wrong before there was an answer into the error that it is."""
    from botocore import exceptions

    said = quote(str(error))
    if isinstance(
        error,
        exceptions.NoCredentialsError
        | exceptions.PartialCredentialsError
        | exceptions.CredentialRetrievalError
        | exceptions.TokenRetrievalError
        | exceptions.SSOError
        | exceptions.NoAuthTokenError,
    ):
        return BadCredentials(
            f"{model} has no credentials to be asked with ({said}). {advice.credentials}", model=model
        )
    if isinstance(error, exceptions.ReadTimeoutError | exceptions.ConnectTimeoutError):
        return ModelTimedOut(f"{model} did not answer within {read_seconds:.0f} s ({said}).", model=model)
    if isinstance(error, exceptions.ParamValidationError | exceptions.EndpointResolutionError):
        return RequestRefused(f"{model} cannot be asked so ({said}).", model=model)
    return ModelUnreachable(f"{model} cannot be reached ({said}).", model=model)

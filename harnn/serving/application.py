"""The routes of the server."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

import harnn
from harnn.errors import ConfigError, DataError
from harnn.runtime import OnnxClassifier
from harnn.serving.batcher import OverloadedError
from harnn.serving.body_limit import BodyLimitMiddleware
from harnn.serving.limits import ServingLimits
from harnn.serving.messages import (
    ExplainRequest,
    Explanations,
    Fault,
    Health,
    Prediction,
    Predictions,
    PredictRequest,
    TaxonomyAnswer,
)
from harnn.serving.metrics import Metrics, MetricsMiddleware
from harnn.serving.page import HEADERS, page
from harnn.serving.schema import limited_schema
from harnn.serving.service import Service, TooLargeError
from harnn.text.explanation.explanation import Explanation
from harnn.text.prediction.answers import Asked

__all__ = ["create_application"]

_PATHS = ("/", "/predict", "/explain", "/taxonomy", "/health", "/metrics", "/openapi.json")
# Likeliest paths on the page.
_SHOWN = 5
# Places of an invalid request in one line.
_SAID = 3
# What a fault of the request is answered with.
_STATUS = {TooLargeError: 413, ConfigError: 422, DataError: 422, OverloadedError: 503}
_FAULTS: dict[int | str, dict[str, Any]] = {
    400: {"model": Fault, "description": "Not UTF-8, or lists in lists in lists."},
    408: {"model": Fault, "description": "Too slow to arrive."},
    413: {"model": Fault, "description": "More than the server takes at a time."},
    415: {"model": Fault, "description": "Not said to be JSON."},
    422: {"model": Fault, "description": "Not what is asked for here."},
    503: {"model": Fault, "description": "Too much is asked already: try again in a moment."},
}


def create_application(
    classifier: OnnxClassifier, limits: ServingLimits | None = None, name: str = "HARNN classifier"
) -> FastAPI:
    """Put a classifier behind HTTP.

    Args:
        classifier: What answers.
        limits: Of the requests.
        name: What the page calls it.

    Returns:
        An ASGI application, for uvicorn or any other server: see `harnn.serving.server`.
    """
    limits = limits or ServingLimits()
    metrics = Metrics()
    service = Service(classifier, limits, metrics)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.start()
        yield
        await service.stop()

    app = FastAPI(
        title=name,
        version=harnn.__version__,
        description=f"At most {limits.texts} texts of {limits.characters:,} characters a request, "
        f"{limits.explained} to be explained; {limits.body_bytes:,} bytes in all.",
        lifespan=lifespan,
        # Their pages load scripts from elsewhere; /openapi.json is all that they show.
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(BodyLimitMiddleware, most=limits.body_bytes, seconds=limits.body_seconds)
    app.add_middleware(MetricsMiddleware, metrics=metrics, paths=_PATHS)
    for kind in _STATUS:
        app.add_exception_handler(kind, _fault)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(400, _unreadable)

    @app.post("/predict", responses=_FAULTS)
    async def predict(asked: PredictRequest) -> Predictions:
        """Classify documents."""
        wanted = Asked(asked.top_k, asked.stop, asked.precision, asked.coverage)
        return Predictions(predictions=await service.predict(asked.texts, wanted))

    @app.post("/explain", responses=_FAULTS)
    async def explain(asked: ExplainRequest) -> Explanations:
        """Say which words speak for and against the categories of documents."""
        found = await service.explain(asked.texts, asked.methods, asked.categories)
        explanations = [one.to_dict() for one in found]
        for one in explanations:
            for category in one["categories"]:
                category["level_name"] = service.level_name(category["level"])
        return Explanations.model_validate({"explanations": explanations})

    @app.get("/taxonomy")
    async def taxonomy() -> TaxonomyAnswer:
        """Return all categories."""
        return service.taxonomy

    @app.head("/health", include_in_schema=False)
    @app.get("/health")
    async def health() -> Health:
        """Say that the server answers, and with which model."""
        known = classifier.taxonomy_
        return Health(
            status="ok",
            name=name,
            digest=classifier.digest,
            harnn=harnn.__version__,
            categories=len(known),
            levels=known.n_levels,
        )

    @app.get("/metrics", response_class=PlainTextResponse)
    async def numbers() -> Response:
        """Return what was counted and timed, for Prometheus."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    def shown(
        text: str = "",
        predictions: Sequence[Prediction] = (),
        explanations: Sequence[Explanation] = (),
        fault: str | None = None,
    ) -> str:
        known = service.taxonomy
        return page(name, known.levels, text, predictions, explanations, fault, known.level_names)

    @app.head("/", include_in_schema=False)
    @app.get("/", include_in_schema=False)
    async def empty_page() -> HTMLResponse:
        return HTMLResponse(shown(), headers=HEADERS)

    @app.post("/", include_in_schema=False)
    async def answered_page(request: Request) -> HTMLResponse:
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        # A form sends its lines as mail does.
        text = form.get("text", [""])[0].replace("\r\n", "\n")
        try:
            if not text.strip():
                raise DataError("There is no text to classify.")
            predictions = await service.predict([text], Asked(min(_SHOWN, limits.top_k)))
            explanations = await service.explain([text])
        except tuple(_STATUS) as error:
            said = shown(text, fault=str(error))
            return HTMLResponse(said, _status_of(error), headers=HEADERS)
        said = shown(text, predictions, explanations)
        return HTMLResponse(said, headers=HEADERS)

    # As FastAPI has it: the schema is made when it is first asked for.
    app.openapi = limited_schema(app, limits)  # type: ignore[method-assign]
    return app


def _status_of(error: Exception) -> int:
    return next(status for kind, status in _STATUS.items() if isinstance(error, kind))


async def _fault(_: Request, error: Exception) -> JSONResponse:
    status = _status_of(error)
    headers = {"retry-after": "1"} if status == 503 else None
    return JSONResponse({"detail": str(error)}, status, headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Say what is wrong where, without what was sent: it may be long, and no JSON."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    kind = request.headers.get("content-type", "")
    # A body that is not said to be JSON is not read as such, whatever it is.
    if [fault["loc"] for fault in faults] == [("body",)] and "json" not in kind and kind:
        needed = f"content-type: {kind[:100]!r}, where 'application/json' is needed"
        return JSONResponse({"detail": needed}, 415)
    fields = [{key: fault[key] for key in ("loc", "msg", "type")} for fault in faults]
    said = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults[:_SAID]]
    more = [f"and {len(faults) - _SAID} more"] if len(faults) > _SAID else []
    return JSONResponse({"detail": "; ".join(said + more), "fields": fields}, 422)


async def _unreadable(_: Request, error: Exception) -> JSONResponse:
    """Say of a body that could not be read at all what it should have been."""
    needed = "the body cannot be read: JSON in UTF-8 is needed, not too deep"
    return JSONResponse({"detail": needed}, 400)

"""Django's LOGGING: structured lines on standard error, by structlog."""

from typing import Any

import structlog


def logging_settings(log_format: str, level: str) -> dict[str, Any]:
    """The value of LOGGING for LOG_FORMAT, `json` or `console`, and LOG_LEVEL."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer()
                    if log_format == "json"
                    else structlog.dev.ConsoleRenderer(colors=False),
                ],
                "foreign_pre_chain": [
                    structlog.contextvars.merge_contextvars,
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.processors.TimeStamper(fmt="iso"),
                    structlog.processors.format_exc_info,
                ],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level.upper()},
        # Only 5xx are logged: a 4xx is the client's mistake, and its response says which.
        "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "CRITICAL"}},
    }

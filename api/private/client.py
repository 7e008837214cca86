"""The address of the client that sends a request."""

from rest_framework.request import Request

from core.limits.addresses import client_address


def client_of(request: Request) -> str:
    """The address that the request counts for; requests of Django's test client have none, and share one."""
    return client_address(getattr(request._request, "scope", {}))

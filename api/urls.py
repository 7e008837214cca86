"""The URLconf. Paths end in a slash; without it they work too (core.server.middleware.TrailingSlashMiddleware)."""

from typing import Any

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from api.views import health, pages
from api.views.accounts import KeyViewSet, MeViewSet, PasswordViewSet, ResetViewSet, SignInViewSet, UserViewSet
from api.views.authors import AuthorBookViewSet, AuthorViewSet
from api.views.books import BookSourcesViewSet, BookViewSet
from api.views.categories import CategoryBookViewSet, CategoryViewSet
from api.views.editing.batch import BookBatchViewSet
from api.views.editing.duplicates import DuplicateViewSet
from api.views.editing.merges import AuthorMergingViewSet, BookMergingViewSet, MergeViewSet
from api.views.facets import FacetViewSet
from api.views.isbn import IsbnViewSet
from api.views.lookup import LookupViewSet
from api.views.match import MatchViewSet
from api.views.series import SeriesBookViewSet, SeriesViewSet
from api.views.subjects import SubjectBookViewSet, SubjectViewSet
from api.views.suggest import SuggestViewSet
from core.http.shape import ID
from core.text import SLUG

handler400 = "api.exceptions.bad_request"
handler403 = "api.exceptions.forbidden"
handler404 = "api.exceptions.not_found"
handler500 = "api.exceptions.server_error"
# Handlers of requests that are refused before URLs are resolved.
handler401 = "api.exceptions.unauthorized"
handler408 = "api.exceptions.request_timeout"
handler413 = "api.exceptions.payload_too_large"
handler414 = "api.exceptions.uri_too_long"
handler429 = "api.exceptions.too_many_requests"
handler431 = "api.exceptions.headers_too_large"
handler501 = "api.exceptions.not_implemented"
handler503 = "api.exceptions.unavailable"

router = SimpleRouter()
router.register("books", BookViewSet)  # books/ books/{id}/
router.register("authors", AuthorViewSet)  # authors/ authors/{id}/
router.register("categories", CategoryViewSet)  # categories/ categories/tree/ categories/{slug}/
router.register("series", SeriesViewSet)  # series/ series/{slug}/
router.register("subjects", SubjectViewSet)  # subjects/ subjects/{slug}/

router.register("merges", MergeViewSet, "merges")  # merges/ merges/{id}/ merges/{id}/undo/
router.register("auth/keys", KeyViewSet, "auth-keys")  # auth/keys/ auth/keys/{id}/
router.register("users", UserViewSet, "users")  # users/ users/{id}/

_list: Any = {"get": "list"}
_make: Any = {"post": "create"}
_me: Any = {"get": "show", "patch": "partial_update"}
auth = [
    path("token/", SignInViewSet.as_view({"post": "token"})),
    path("refresh/", SignInViewSet.as_view({"post": "refresh"})),
    path("logout/", SignInViewSet.as_view({"post": "logout"})),
    path("me/", MeViewSet.as_view(_me)),
    path("password/", PasswordViewSet.as_view({"post": "password"})),
    path("password/reset/", ResetViewSet.as_view({"post": "reset"})),
    path("password/reset/confirm/", ResetViewSet.as_view({"post": "confirm"})),
]
v1 = [
    path("", pages.api_index),
    path("isbn/<isbn>/", IsbnViewSet.as_view({"get": "retrieve"}, detail=True)),
    path("books/facets/", FacetViewSet.as_view({"get": "facets"}, detail=False)),
    path("books/lookup/", LookupViewSet.as_view({"post": "lookup"}, detail=False)),
    path("books/batch/", BookBatchViewSet.as_view({"post": "batch"}, detail=False)),
    re_path(rf"^books/(?P<pk>{ID})/sources/$", BookSourcesViewSet.as_view({"get": "sources"})),
    re_path(
        rf"^books/(?P<pk>{ID})/sources/curated/(?P<field>[a-z_]+)/$", BookSourcesViewSet.as_view({"delete": "destroy"})
    ),
    re_path(rf"^books/(?P<pk>{ID})/merge/$", BookMergingViewSet.as_view(_make, detail=True)),
    re_path(rf"^authors/(?P<pk>{ID})/merge/$", AuthorMergingViewSet.as_view(_make, detail=True)),
    path("duplicates/", DuplicateViewSet.as_view({"get": "duplicates"})),
    re_path(rf"^authors/(?P<pk>{ID})/books/$", AuthorBookViewSet.as_view(_list, detail=False)),
    re_path(rf"^categories/(?P<slug>{SLUG})/books/$", CategoryBookViewSet.as_view(_list, detail=False)),
    re_path(rf"^series/(?P<slug>{SLUG})/books/$", SeriesBookViewSet.as_view(_list, detail=False)),
    re_path(rf"^subjects/(?P<slug>{SLUG})/books/$", SubjectBookViewSet.as_view(_list, detail=False)),
    path("match/", MatchViewSet.as_view({"get": "match"}, detail=False)),
    path("suggest/", SuggestViewSet.as_view({"get": "suggest"}, detail=False)),
    re_path(r"^openapi\.(?P<form>json|yaml)/?$", pages.openapi),
    path("auth/", include(auth)),
    *router.urls,
]
urlpatterns = [
    path("", pages.index),
    path("api/v1/", include(v1)),
    path("docs/", pages.docs),
    path("redoc/", pages.redoc),
    path("problems/", pages.problems),
    path("problems/<slug:slug>/", pages.problem),
    path("static/<path:path>", pages.asset),
    path("health/live/", health.live),
    path("health/ready/", health.ready),
    path("metrics/", health.metrics),
]

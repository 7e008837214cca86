"""Search as Gutendex does it: for every word, icontains over titles joined to authors' names, then distinct.

The idea only; the code is our own, on the same serializers as stock DRF.
"""

from typing import Any

from django.db.models import Q

from benchmarks.peers import stock_drf


class BookViewSet(stock_drf.BookViewSet):
    def get_queryset(self) -> Any:
        found = super().get_queryset()
        words = self.request.query_params.get("search", "").split()
        for word in words:
            found = found.filter(Q(title__icontains=word) | Q(authors__name__icontains=word))
        return found.distinct() if words else found


urlpatterns = stock_drf.urls(BookViewSet)

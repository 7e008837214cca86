"""LruCache: the bound holds, and what was used last stays."""

from core.lru import LruCache


def cache_of(*keys):
    cache: LruCache[str, str] = LruCache(2)
    for key in keys:
        cache.put(key, key.upper())
    return cache


def test_one_item_too_many_removes_the_least_recently_used():
    cache = cache_of("a", "b", "c")
    assert [cache.get(key) for key in "abc"] == [None, "B", "C"]
    assert len(cache) == 2


def test_reading_and_replacing_an_item_use_it():
    read = cache_of("a", "b")
    assert read.get("a") == "A"
    read.put("c", "C")
    assert [read.get(key) for key in "abc"] == ["A", None, "C"]
    replaced = cache_of("a", "b")
    replaced.put("a", "new")
    replaced.put("c", "C")
    assert [replaced.get(key) for key in "abc"] == ["new", None, "C"]


def test_what_is_forgotten_is_not_found_and_nobody_minds_forgetting_twice():
    cache = cache_of("a", "b")
    cache.forget("a")
    cache.forget("a")
    assert [cache.get(key) for key in "ab"] == [None, "B"]

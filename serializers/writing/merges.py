"""What clients send to merge a row into another."""

from serializers.base import KEY
from serializers.writing.base import Body, Integer


class MergeBody(Body):
    """Which row is kept."""

    into = Integer(min_value=1, max_value=KEY["maximum"], help_text="The id of the one that is kept")

"""Read plans: what a serializer reads, and the function compiled from it that makes its JSON documents."""

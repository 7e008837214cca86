"""How much a client may ask: quotas of requests, the lock after failed sign-ins, and who a client is."""

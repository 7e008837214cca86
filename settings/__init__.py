"""Settings by environment: `env` reads it, `base` holds everything, the rest only differences."""

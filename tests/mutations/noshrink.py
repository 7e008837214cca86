"""A pytest plugin for runs that only ask whether a test fails: hypothesis looks for no smaller example."""

from hypothesis import Phase, settings

settings.register_profile("noshrink", phases=[Phase.explicit, Phase.generate])
settings.load_profile("noshrink")

"""Programs run by hand: they make large or real content, and measure what the system does with it."""

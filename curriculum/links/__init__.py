"""Links of theory with cases: what is suggested, what people decided, what deciding would change."""

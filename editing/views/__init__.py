"""The views of one object that take the place of the stock ones."""

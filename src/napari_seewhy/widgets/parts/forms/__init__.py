"""Forms made from the fields of an `Options` class."""

"""Networks: the architectures that can be chosen by name."""

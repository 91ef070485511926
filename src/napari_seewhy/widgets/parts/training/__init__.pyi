from .curves import Curves as Curves

"""`seewhy stain`: train, apply or judge a virtual immunostaining."""

from cyclopts import App

app = App(name="stain", help="Train, apply or judge a virtual immunostaining of phase contrast.")

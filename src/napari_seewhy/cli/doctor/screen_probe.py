"""Asks Qt to open a screen and draw with OpenGL; run in a process of its own.

Qt ends the process, with no error to catch, where it finds no screen or lacks a library.
"""

import json
import sys


def look_at_screen() -> dict[str, str | None]:
    """Return the Qt binding in use, its platform and the OpenGL it draws with (None if none)."""
    from qtpy import API_NAME, QT_VERSION
    from qtpy.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

    app = QGuiApplication([])
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    opengl = None
    if context.create() and context.makeCurrent(surface):
        # Qt does not say the driver's own text in every binding, so the version has to do.
        major, minor = context.format().version()
        opengl = f"{major}.{minor}"
        context.doneCurrent()
    return {
        "binding": API_NAME,
        "qt": QT_VERSION,
        "platform": app.platformName(),
        "opengl": opengl,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(look_at_screen()))

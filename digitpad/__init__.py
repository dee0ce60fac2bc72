"""digitpad reads handwritten digits, from the mouse and from photographs."""

__version__ = "0.1.0"

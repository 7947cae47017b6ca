"""What ``feed`` offers to Python programs; its names stand in ``feed/__init__.py``."""

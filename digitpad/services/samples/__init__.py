"""Digits that were corrected and kept, and sets of them that come and go."""

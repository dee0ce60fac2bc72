"""Digits that a person keeps: corrected, written when asked for, looked through."""

"""Rotated rectangles."""

from graphflow.solutions.formats.messages import message_class

Rect = message_class(__name__, "Rect")
NormalizedRect = message_class(__name__, "NormalizedRect")

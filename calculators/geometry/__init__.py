"""Faces in space: where a head is before the camera, in centimetres."""

"""Points: Landmark in metres, NormalizedLandmark relative to the picture, and lists of them."""

from graphflow.solutions.formats.messages import message_class

Landmark = message_class(__name__, "Landmark")
LandmarkList = message_class(__name__, "LandmarkList")
LandmarkListCollection = message_class(__name__, "LandmarkListCollection")
NormalizedLandmark = message_class(__name__, "NormalizedLandmark")
NormalizedLandmarkList = message_class(__name__, "NormalizedLandmarkList")
NormalizedLandmarkListCollection = message_class(__name__, "NormalizedLandmarkListCollection")

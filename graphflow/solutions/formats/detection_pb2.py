"""What a detector found."""

from graphflow.solutions.formats.messages import message_class

Detection = message_class(__name__, "Detection")
DetectionList = message_class(__name__, "DetectionList")

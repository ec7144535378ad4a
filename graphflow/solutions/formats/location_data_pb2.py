"""Where it is."""

from graphflow.solutions.formats.messages import message_class

LocationData = message_class(__name__, "LocationData")

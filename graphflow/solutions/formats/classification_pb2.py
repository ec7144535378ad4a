"""Classes with scores."""

from graphflow.solutions.formats.messages import message_class

Classification = message_class(__name__, "Classification")
ClassificationList = message_class(__name__, "ClassificationList")
ClassificationListCollection = message_class(__name__, "ClassificationListCollection")

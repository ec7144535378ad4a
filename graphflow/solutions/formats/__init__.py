"""MediaPipe's messages for results, under the names of its modules: ``landmark_pb2`` and so on."""

"""Run MediaPipe's own face geometry over frames and save the landmarks it started from and what it made of them.

    PEER_PYTHON mediapipe_face_geometry.py FRAMES.npy CANONICAL.npz OUT.npz [--faces N]

The wheel has the calculators but not the file with the canonical face: CANONICAL.npz holds `vertices` [468, 5] (x, y,
z, u, v), `triangles` [898, 3], `ids` and `weights` of the landmarks that count. OUT.npz holds, NaN where there is no
face: `landmarks` [frames, N, 468, 3], normalised; `metric` [frames, N, 468, 3]; `poses` [frames, N, 4, 4].
"""

import argparse
import os

import mediapipe
import numpy as np
from mediapipe.framework import calculator_pb2
from mediapipe.framework.formats import landmark_pb2  # noqa: F401  (registers the type)
from mediapipe.python import packet_creator, packet_getter
from mediapipe.python._framework_bindings import resource_util
from mediapipe.tasks.cc.vision.face_geometry.calculators import env_generator_calculator_pb2 as env_pb2
from mediapipe.tasks.cc.vision.face_geometry.calculators import geometry_pipeline_calculator_pb2 as pipeline_pb2
from mediapipe.tasks.cc.vision.face_geometry.proto import environment_pb2, geometry_pipeline_metadata_pb2, mesh_3d_pb2

NAMES = "mediapipe.tasks.vision.face_geometry."


def metadata(canonical):
    """The file that the pipeline reads."""
    message = geometry_pipeline_metadata_pb2.GeometryPipelineMetadata()
    message.input_source = geometry_pipeline_metadata_pb2.FACE_LANDMARK_PIPELINE
    mesh = message.canonical_mesh
    mesh.vertex_type = mesh_3d_pb2.Mesh3d.VERTEX_PT
    mesh.primitive_type = mesh_3d_pb2.Mesh3d.TRIANGLE
    mesh.vertex_buffer.extend(canonical["vertices"].ravel().tolist())
    mesh.index_buffer.extend(canonical["triangles"].ravel().tolist())
    for number, weight in zip(canonical["ids"].tolist(), canonical["weights"].tolist(), strict=True):
        message.procrustes_landmark_basis.add(landmark_id=number, weight=weight)
    return message.SerializeToString()


def config(canonical):
    """From images to landmarks to geometry."""
    graph = calculator_pb2.CalculatorGraphConfig()
    graph.input_stream.append("image")
    graph.input_side_packet.extend(["num_faces", "with_attention"])
    graph.output_stream.extend(["landmarks", "geometry"])
    front = graph.node.add(calculator="FaceLandmarkFrontCpu")
    front.input_stream.append("IMAGE:image")
    front.input_side_packet.extend(["NUM_FACES:num_faces", "WITH_ATTENTION:with_attention"])
    front.output_stream.append("LANDMARKS:landmarks")
    size = graph.node.add(calculator="ImagePropertiesCalculator")
    size.input_stream.append("IMAGE:image")
    size.output_stream.append("SIZE:size")
    generator = graph.node.add(calculator=NAMES + "FaceGeometryEnvGeneratorCalculator")
    generator.output_side_packet.append("ENVIRONMENT:environment")
    environment = generator.options.Extensions[env_pb2.FaceGeometryEnvGeneratorCalculatorOptions.ext].environment
    environment.origin_point_location = environment_pb2.TOP_LEFT_CORNER
    camera = environment.perspective_camera
    camera.vertical_fov_degrees, camera.near, camera.far = 63.0, 1.0, 10000.0
    pipeline = graph.node.add(calculator=NAMES + "FaceGeometryPipelineCalculator")
    pipeline.input_stream.extend(["IMAGE_SIZE:size", "MULTI_FACE_LANDMARKS:landmarks"])
    pipeline.input_side_packet.append("ENVIRONMENT:environment")
    pipeline.output_stream.append("MULTI_FACE_GEOMETRY:geometry")
    options = pipeline.options.Extensions[pipeline_pb2.FaceGeometryPipelineCalculatorOptions.ext]
    options.metadata_file.file_content = metadata(canonical)
    return graph


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("frames")
    parser.add_argument("canonical")
    parser.add_argument("out")
    parser.add_argument("--faces", type=int, default=1)
    args = parser.parse_args()

    resource_util.set_resource_dir(os.path.dirname(os.path.dirname(mediapipe.__file__)))
    frames = np.load(args.frames)
    found = {
        "landmarks": np.full((len(frames), args.faces, 468, 3), np.nan, np.float32),
        "metric": np.full((len(frames), args.faces, 468, 3), np.nan, np.float32),
        "poses": np.full((len(frames), args.faces, 4, 4), np.nan, np.float32),
    }

    def landmarks(_, packet):
        for slot, face in enumerate(packet_getter.get_proto_list(packet)):
            found["landmarks"][packet.timestamp.value // 33333, slot] = [(p.x, p.y, p.z) for p in face.landmark]

    def geometry(_, packet):
        for slot, face in enumerate(packet_getter.get_proto_list(packet)):
            index = packet.timestamp.value // 33333
            vertices = np.array(face.mesh.vertex_buffer, np.float32).reshape(-1, 5)
            found["metric"][index, slot] = vertices[:, :3]
            # Columns come one after the other.
            found["poses"][index, slot] = np.array(face.pose_transform_matrix.packed_data).reshape(4, 4).T

    graph = mediapipe.CalculatorGraph(graph_config=config(np.load(args.canonical)))
    graph.observe_output_stream("landmarks", landmarks)
    graph.observe_output_stream("geometry", geometry)
    graph.start_run(
        {"num_faces": packet_creator.create_int(args.faces), "with_attention": packet_creator.create_bool(False)}
    )
    for index, frame in enumerate(frames):
        pixels = np.ascontiguousarray(frame)
        image = packet_creator.create_image_frame(data=pixels, image_format=mediapipe.ImageFormat.SRGB)
        graph.add_packet_to_input_stream("image", image.at(index * 33333))
    graph.close_all_packet_sources()
    graph.wait_until_done()
    np.savez_compressed(args.out, **found)


if __name__ == "__main__":
    main()

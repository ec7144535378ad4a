"""Reading marks: 300-W's .pts and dlib's XML, and what is wrong with them."""

from __future__ import annotations

import os
from pathlib import Path

import numpy
import pytest

from graphflow.evaluation import TruthError, dlib_xml, read_truth
from graphflow.evaluation.pts import MAX_SIZE
from tests.evaluation.faces import face, picture, pts, xml


def problem(path: Path) -> str:
    """The only thing that is wrong, without the folder."""
    with pytest.raises(TruthError) as error:
        read_truth(path)
    (text,) = error.value.problems
    return text.replace(f"{path if path.is_dir() else path.parent}/", "")


def test_pts_files_count_from_one(tmp_path: Path) -> None:
    picture(tmp_path / "one.png")
    (tmp_path / "one.pts").write_text(pts(face(20, 20)))
    (marked,) = read_truth(tmp_path).pictures
    assert (marked.name, marked.path) == ("one.png", tmp_path / "one.png")
    numpy.testing.assert_allclose(marked.faces[0], face(20, 20))


def test_pts_files_may_have_depth_windows_lines_and_folders(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    picture(tmp_path / "below" / "one.JPG")
    points = numpy.column_stack([face(), numpy.arange(68)])
    text = pts(points - (0, 0, 1)).replace("\n", "\r\n")
    (tmp_path / "below" / "one.pts").write_bytes(b"\xef\xbb\xbf" + text.encode())
    (marked,) = read_truth(tmp_path).pictures
    assert marked.name == "below/one.JPG"
    numpy.testing.assert_allclose(marked.faces[0], points)


def test_pictures_without_marks_are_left_out_and_told(tmp_path: Path) -> None:
    for name in ("one.png", "two.png", "three.jpg"):
        picture(tmp_path / name)
    (tmp_path / "one.pts").write_text(pts(face()))
    truth = read_truth(tmp_path)
    assert len(truth.pictures) == 1
    assert truth.notes == ("2 pictures have no .pts file and are left out",)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("\n}\n", "\n", "one.pts:71: the points must stand between '{' and '}': the file is cut off"),
        ("n_points:  68", "n_points:  51", "one.pts: it says n_points: 51 and has 68 points"),
        ("1.000 1.000", "1.000 one", "one.pts:4: '1.000 one' is no point; a point is two numbers, x and y"),
        ("1.000 1.000", "1.000 nan", "one.pts:4: '1.000 nan' is no point; a point is two numbers, x and y"),
        ("1.000 1.000", "1.000", "one.pts:4: '1.000' is no point; a point is two numbers, x and y"),
        ("n_points:  68\n{\n1.000 1.000", "{", "one.pts: this face has 67 points; 68 are needed"),
    ],
)
def test_malformed_pts_files_are_located(tmp_path: Path, before: str, after: str, expected: str) -> None:
    picture(tmp_path / "one.png")
    assert before in pts(face())
    (tmp_path / "one.pts").write_text(pts(face()).replace(before, after, 1))
    assert problem(tmp_path) == expected


def test_eyes_on_one_spot_cannot_measure_anything(tmp_path: Path) -> None:
    points = face()
    points[[36, 39, 42, 45]] = 5
    picture(tmp_path / "one.png")
    (tmp_path / "one.pts").write_text(pts(points))
    assert problem(tmp_path).startswith("one.pts: both eyes of this face are on the same spot")


def test_marks_without_a_picture_and_binary_marks(tmp_path: Path) -> None:
    (tmp_path / "one.pts").write_text(pts(face()))
    picture(tmp_path / "two.png")
    (tmp_path / "two.pts").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TruthError) as error:
        read_truth(tmp_path)
    first, second = error.value.problems
    assert "one.pts: there is no picture beside it (one.png, one.jpg, ...)" in first
    assert "two.pts: cannot be read: it is no text" in second


def test_a_folder_without_marks_names_the_xml_that_lies_in_it(tmp_path: Path) -> None:
    (tmp_path / "faces.xml").write_text(xml({}))
    with pytest.raises(
        TruthError, match=r"no \.pts files in this folder; to use dlib's XML, name the file: .*faces\.xml"
    ):
        read_truth(tmp_path)


def test_long_lists_of_problems_are_cut_in_the_message_only(tmp_path: Path) -> None:
    for number in range(14):
        (tmp_path / f"{number:02}.pts").write_text("")
    with pytest.raises(TruthError) as error:
        read_truth(tmp_path)
    assert len(error.value.problems) == 28  # no points, and no picture
    assert str(error.value).splitlines()[-1] == "and 18 more like these"


def test_dlibs_xml_counts_from_zero_and_has_several_faces(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    faces = [face(20, 20), face(140, 30)]
    (tmp_path / "faces.xml").write_text(xml({"a.png": faces}))
    (marked,) = read_truth(tmp_path / "faces.xml").pictures
    numpy.testing.assert_allclose(marked.faces, faces)
    assert (marked.size, marked.place) == ((240, 140), f"{tmp_path / 'faces.xml'}:3")


def test_parts_of_the_xml_may_come_in_any_order(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    lines = xml({"a.png": [face()]}).splitlines()
    lines[4:72] = lines[71:3:-1]
    (tmp_path / "faces.xml").write_text("\n".join(lines))
    numpy.testing.assert_allclose(read_truth(tmp_path / "faces.xml").pictures[0].faces[0], face())


def test_boxes_without_points_or_to_be_ignored_are_left_out_and_told(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    text = xml({"a.png": [face(), face(100)]}).replace("<box top", "<box ignore='1' top", 1)
    (tmp_path / "faces.xml").write_text(
        text.replace("</image>", "<box top='1' left='2' width='3' height='4'/></image>")
    )
    truth = read_truth(tmp_path / "faces.xml")
    numpy.testing.assert_allclose(truth.pictures[0].faces, [face(100)])
    assert truth.notes == ("2 boxes without points, or to be ignored, left out",)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("<part name='67'", "<part name='68'", "faces.xml:72: part '68' is none of the 68 points, '00' to '67'"),
        ("<part name='67'", "<part name='66'", "faces.xml:72: part '66' stands twice in this box"),
        ("<part name='00' x='0'", "<part name='00' x='left'", "faces.xml:5: part '00': x='left' is no number"),
        ("<part name='00' x='0'", "<part name='00'", "faces.xml:5: part '00': x='' is no number"),
        ("</box>", "</bax>", "faces.xml:73: this is no XML: mismatched tag"),
        ("file='a.png' ", "", "faces.xml:3: <image> does not say which file: add file='...'"),
    ],
)
def test_malformed_xml_is_located(tmp_path: Path, before: str, after: str, expected: str) -> None:
    picture(tmp_path / "a.png")
    text = xml({"a.png": [face()]})
    assert before in text
    (tmp_path / "faces.xml").write_text(text.replace(before, after, 1))
    with pytest.raises(TruthError) as error:
        read_truth(tmp_path / "faces.xml")
    assert error.value.problems[0] == f"{tmp_path}/{expected}"


def test_truth_that_would_fill_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    picture(tmp_path / "a.png")
    text = xml({"a.png": [face()]})
    (tmp_path / "long.xml").write_text(text.replace("file='a.png'", f"file='{'a' * 2 * dlib_xml.MAX_TAG}'"))
    assert problem(tmp_path / "long.xml") == "long.xml:3: what begins here goes on for more than 1,048,576 bytes"
    (tmp_path / "comment.xml").write_text(text.replace("<image ", f"<!--{'a' * 2 * dlib_xml.MAX_TAG}--><image ", 1))
    assert problem(tmp_path / "comment.xml") == "comment.xml:3: what begins here goes on for more than 1,048,576 bytes"
    (tmp_path / "wrong.xml").write_text(text.replace("</box>", "<part/>" * 200_000 + "</box>"))
    with pytest.raises(TruthError) as error:
        read_truth(tmp_path / "wrong.xml")
    assert len(error.value.problems) < 20_000  # those of one part of the file more than are wanted
    monkeypatch.setattr(dlib_xml, "MAX_SIZE", 100)
    (tmp_path / "large.xml").write_text(text)
    assert problem(tmp_path / "large.xml").endswith("the file has more than 100 bytes; split it")
    (tmp_path / "a.pts").write_text(pts(face()) + " " * MAX_SIZE)
    assert problem(tmp_path) == "a.pts: it has more than 1,000,000 bytes, which no marks of one picture take"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "faces.xml")
    assert problem(tmp_path / "faces.xml") == "faces.xml: cannot be read: it is not an ordinary file"


def test_faces_with_another_number_of_points_and_files_without_faces(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "five.xml").write_text(xml({"a.png": [face()[:5]]}))
    assert problem(tmp_path / "five.xml") == "five.xml:4: this face has 5 points; 68 are needed"
    (tmp_path / "none.xml").write_text(xml({}))
    assert problem(tmp_path / "none.xml").startswith("none.xml: it marks no face with points")
    assert "cannot be read: " in problem(tmp_path / "there_is_none.xml")

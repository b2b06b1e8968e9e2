"""What a person does to the list of edits: add, move, switch, change, undo, save and load."""

import base64

import pytest
from edit_scene import session_in, with_edits, with_region

from limetheory.app.edits import carried_out, edits_now, edits_of, history_of, put_history
from limetheory.app.pages.edit_actions import MOST, added, filled, loaded, pressed
from limetheory.app.pages.edit_cards import Offered, cards, region_options
from limetheory.app.refusals import Refused
from limetheory.app.sessions.session import Session
from limetheory.images.edits.edit import Edit
from limetheory.images.edits.edits import Edits
from limetheory.images.edits.table import EDITS

THREE = Edits((Edit("blur"), Edit("rotate", "zebra"), Edit("noise")))


def names(edits):
    return [edit.name for edit in edits]


def sent(edits, **changed):
    """What the fields of the cards send, with some values of the second edit changed."""
    values = [
        (row, name, changed.get(name, value) if row == 1 else value)
        for row, edit in enumerate(edits)
        for name, value in edit.parameters.items()
    ]
    return [["on"] if edit.on else [] for edit in edits], [edit.region or "" for edit in edits], values


def as_upload(text):
    return f"data:application/json;base64,{base64.b64encode(text.encode()).decode()}"


def test_edits_are_added_moved_and_removed():
    assert added(THREE, "move", "")[3] == Edit("move") and added(THREE, "move", "zebra")[3].region == "zebra"
    assert names(pressed(THREE, "up", 1)[0]) == ["rotate", "blur", "noise"] and pressed(THREE, "up", 1)[1] == 0
    assert names(pressed(THREE, "down", 1)[0]) == ["blur", "noise", "rotate"]
    assert pressed(THREE, "up", 0)[0] == pressed(THREE, "down", 2)[0] == THREE
    assert names(pressed(THREE, "remove", 1)[0]) == ["blur", "noise"]


def test_fields_change_the_parameters_the_region_and_the_switch():
    on, regions, values = sent(THREE, angle=45)
    assert filled(THREE, on, regions, values) == THREE.with_parameters(1, angle=45)
    found = filled(THREE, [[], ["on"], ["on"]], ["", "", "tree"], values)
    assert not found[0].on and found[1].region is None and found[2].region == "tree"
    same = [(row, name, float(value) if isinstance(value, int) else value) for row, name, value in sent(THREE)[2]]
    assert filled(THREE, on, regions, same) == THREE  # a browser's numbers may all be floats


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: added(Edits((Edit("blur"),) * MOST), "blur", ""), "are the most"),
        (lambda: added(THREE, "../etc", ""), "edit must be one of"),
        (lambda: pressed(THREE, "up", 3), "no such edit any more"),
        (lambda: filled(THREE, [[]], [""], []), "changed in another window"),
        (lambda: filled(THREE, *sent(THREE, angle=None)), "angle of edit 2 needs a value"),
        (lambda: filled(THREE, *sent(THREE, angle=500)), "at most 180, got 500"),
        (lambda: filled(THREE, *sent(THREE, fill="lava")), "fill of 'rotate' must be one of"),
        (lambda: loaded("nothing"), "no file of edits"),
        (lambda: loaded("data:;base64,****"), "did not arrive whole"),
        (lambda: loaded("data:;base64," + "A" * 600_000), "no file of edits"),
        (lambda: loaded(as_upload("[1, 2")), "must be JSON"),
        (lambda: loaded(as_upload(Edits((Edit("blur"),) * (MOST + 1)).to_json())), "more than 20"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(call, words):
    with pytest.raises((Refused, ValueError), match=words):
        call()


def test_a_saved_file_is_loaded_again():
    assert loaded(as_upload(THREE.to_json())) == THREE


def test_a_session_keeps_the_list_with_all_that_can_be_undone(tmp_path):
    session = session_in(tmp_path)
    with_edits(session, Edit("blur"))
    put_history(session, history_of(session).done(THREE))
    again = Session(session.folder, 10**7, lambda folder: None)
    assert edits_of(again) == THREE
    put_history(again, history_of(again).undone())
    assert names(edits_of(session)) == ["blur"] and history_of(session).redone().present == THREE


def test_no_edits_are_kept_without_a_photograph(tmp_path):
    empty = Session(tmp_path / "empty", 10**7, lambda folder: folder.mkdir(exist_ok=True))
    with pytest.raises(Refused, match="no photograph yet"):
        with_edits(empty, Edit("blur"))


def test_the_stamp_tells_other_edits_and_other_regions_apart(tmp_path):
    session = session_in(tmp_path)
    with_region(session)
    with_edits(session, Edit("blur", "left"))
    first = edits_now(session).stamp
    assert edits_now(session).stamp == first
    with_edits(session, Edit("blur", "left", {"radius": 1}))
    other = edits_now(session).stamp
    with_edits(session, Edit("blur", "left"))
    with_region(session, "more")
    assert other != first == edits_now(session).stamp


def test_an_edit_of_a_region_that_is_gone_is_named(tmp_path):
    session = session_in(tmp_path)
    with_edits(session, Edit("noise"), Edit("blur", "zebra"))
    assert edits_now(session).missing == (1,)
    with pytest.raises(Refused, match=r"Edit 2 \(blur\) is of the region zebra"):
        carried_out(session)
    assert region_options(["tree"], "zebra")[-1]["label"] == "zebra (not in this photograph)"


def test_every_edit_of_the_table_has_a_field_for_each_parameter():
    listed = str(cards(Edits(tuple(Edit(name) for name in EDITS.names())), Offered((), (), 1)))
    for row, name in enumerate(EDITS.names()):
        for one in EDITS[name].parameters:
            assert f"'row': {row}, 'name': '{one.name}'" in listed

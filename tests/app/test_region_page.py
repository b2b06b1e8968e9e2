"""Regions on the page without a port: drawn, uploaded, explained, repeated, and shown again after a reload."""

import json

import numpy as np
import pytest
from page_scene import NoProcess, browser, context, outputs, picture, served, upload, words
from region_scene import (
    click,
    draw,
    explained,
    fill,
    hold,
    mask_file,
    press,
    pressed_job,
    rectangle,
    region_job,
    session_of,
    shown,
    upload_mask,
    waited,
)

import limetheory as lt
from limetheory.app.answers import answer_of
from limetheory.app.drawing.cuts import CUT, cut_of
from limetheory.app.jobs.named import partition_of_answer
from limetheory.app.pages.coefficients import part_names
from limetheory.app.regions import drawn_of
from limetheory.app.settings import Settings
from limetheory.explaining.repeat import FORMAT
from limetheory.images.function_network import FunctionNetwork
from limetheory.images.regions import region_sums
from limetheory.images.repeat import ImageRepeat
from limetheory.images.segmentation.label_map import at_pixels
from limetheory.images.segmentation.label_png import read_label_map_png


@pytest.fixture
def client(tmp_path):
    found = browser(served(tmp_path))
    upload(found, picture(), "a.png")
    return found


@pytest.fixture
def session(client, tmp_path):
    return session_of(client, tmp_path)


@pytest.mark.slow
def test_a_reload_shows_the_regions_and_what_can_be_undone(client):
    rectangle(client, 0, 0, 19, 29)
    fill(client, "name", 0, "left half")
    press(client, "undo")
    assert "region A" in words_of(client) and "left half" not in words_of(client)
    press(client, "redo")
    assert "left half" in words_of(client) and "50.0 %" in words_of(client)


def words_of(client):
    return json.dumps(shown(client), ensure_ascii=False)


def test_a_refused_drawing_is_told_in_words_and_the_picture_is_drawn_again(client):
    found = draw(client, "lasso", {"path": "M1,1L<script>Z"}).json["response"]
    assert "did not arrive whole" in json.dumps(found["regions-message"])
    assert isinstance(found["regions-version"]["data"], int)


def test_without_a_photograph_nothing_can_be_drawn(tmp_path):
    client = browser(served(tmp_path))
    assert "There is no photograph yet" in words(rectangle(client, 0, 0, 5, 5))
    assert "There is no photograph yet" in region_job(client, "cut")["refused"]


@pytest.mark.slow
def test_two_browsers_have_regions_of_their_own(tmp_path):
    server = served(tmp_path)
    first, second = browser(server), browser(server)
    for one in (first, second):
        upload(one, picture(), "a.png")
    rectangle(first, 0, 0, 9, 9)
    fill(first, "name", 0, "secret")
    assert "secret" in words_of(first) and "secret" not in words_of(second)


def uploaded_and_explained(client, **more):
    labels = np.zeros((30, 40), int)
    labels[:, :20], labels[10:20, 25:35] = 7, 9
    upload_mask(client, mask_file(labels))
    fill(client, "superpixels", 0, 3)
    explained(client, **more)


@pytest.mark.slow
def test_regions_are_explained_under_their_names_as_the_library_does(client, session, tmp_path):
    uploaded_and_explained(client)
    answer = answer_of(session)
    (tmp_path / "a.png").write_bytes(picture())
    photo = lt.load_image(tmp_path / "a.png")
    partition = drawn_of(session).partition(photo)
    network = FunctionNetwork(outputs, "toy")
    there = at_pixels(partition.labels, (16, 16))
    kept, numbered = np.unique(there, return_inverse=True)
    alone = lt.explain_image(network, network.prepare(photo), segments=numbered.reshape(16, 16), n=200, rng=5)
    assert answer.explanation.coefficients.tobytes() == alone.coefficients.tobytes()
    assert part_names(answer) == [partition.names[j] for j in kept]
    assert part_names(answer)[:4] == ["label 7 1", "label 7 2", "label 7 3", "label 9"]
    assert "label 7 2" in words_of(client)


@pytest.mark.slow
def test_a_superpixel_without_a_pixel_of_the_model_is_told_by_its_name(client, session):
    rectangle(client, 0, 0, 0, 0)
    fill(client, "name", 0, "a dot")
    explained(client)
    answer = answer_of(session)
    assert answer.facts["lost"] == ["a dot"] and "a dot" not in part_names(answer)
    assert any("a dot" in one for one in answer.facts["record"]["warnings"])
    assert "have no pixel of the network" in words_of(client)


@pytest.mark.slow
def test_the_record_repeats_the_answer_with_the_map_and_the_names(client, session):
    uploaded_and_explained(client)
    answer = answer_of(session)
    record = answer.facts["record"]
    found = ImageRepeat.of_record(record["repeat"])
    assert record["format"] == FORMAT and record["coefficients"] == answer.explanation.coefficients.tolist()
    assert np.array_equal(found.maps[0].labels, answer.explanation.segments)
    assert list(found.maps[0].names) == part_names(answer)
    assert found.question.segmenter == "given" and found.question.seed == 5
    assert found.photograph.path == "a.png" and found.photograph.size == len(picture())


@pytest.mark.slow
def test_the_label_map_that_the_command_names_can_be_saved(client, session):
    import base64

    from page_scene import asked

    uploaded_and_explained(client)
    assert "--segments-from a-superpixels.png" in answer_of(session).facts["command"]
    button = '{"kind":"region-action","name":"label map"}.n_clicks'
    saved = asked(client, "regions-file.data", {button: 1}, changed=button).json["response"]["regions-file"]["data"]
    assert saved["filename"] == "a-superpixels.png"
    labels = read_label_map_png(base64.b64decode(saved["content"]))
    assert np.array_equal(labels, cut_of(session, CUT, drawn_of(session)).labels)


@pytest.mark.slow
def test_automatic_superpixels_stand_beside_with_the_same_number_class_masks_and_scale(client, session):
    uploaded_and_explained(client)
    pressed_job(client, "beside-plain")
    main, plain = answer_of(session), answer_of(session, "plain")
    assert plain.explanation.n_masks == main.explanation.n_masks == 200
    assert plain.facts["settings"]["segments"] == main.explanation.d
    assert plain.explanation.target == main.explanation.target
    assert "owners" not in plain.facts and words_of(client).count("both maps") == 1
    explained(client, seed=6)
    assert "both maps" not in words_of(client)


@pytest.mark.slow
def test_regions_as_one_superpixel_stand_beside_the_sums_of_their_parts(client, session):
    uploaded_and_explained(client)
    pressed_job(client, "beside-whole")
    main, whole = answer_of(session), answer_of(session, "whole")
    partition = partition_of_answer(main)
    found = region_sums(main.explanation, partition, whole.explanation)
    assert found.names == ("label 7", "label 9") and found.parts.tolist() == [3, 1]
    np.testing.assert_allclose(found.sums, [main.explanation.coefficients[:3].sum(), main.explanation.coefficients[3]])
    assert found.coefficients.tolist() == whole.explanation.coefficients[:2].tolist()
    shown_words = words_of(client)
    assert f"{found.sums[0]:+.4g}" in shown_words and f"{found.coefficients[0]:+.4g}" in shown_words


@pytest.mark.slow
def test_what_stands_beside_needs_an_explanation_of_these_regions(client):
    for button in ("beside-plain", "beside-whole"):
        assert "no finished explanation of regions" in pressed_job(client, button)["refused"]
    uploaded_and_explained(client)
    rectangle(client, 0, 0, 5, 5)
    assert "others than those that were explained" in pressed_job(client, "beside-whole")["refused"]


def test_a_region_of_several_pieces_is_split_into_them_and_one_of_a_single_piece_in_two(client, session):
    labels = np.zeros((30, 40), int)
    labels[:, :10] = labels[:, 30:] = 255
    upload_mask(client, mask_file(labels))
    assert "regions" in region_job(client, "split")
    assert drawn_of(session).names == ("mask 1", "mask 2")
    before = drawn_of(session)
    fill(client, "selected", 0, ["on"])
    assert "regions" in region_job(client, "split")
    after = drawn_of(session)
    assert len(after.regions) == 3
    parts = after.regions[0].mask.astype(int) + after.regions[1].mask
    assert np.array_equal(parts, before.regions[0].mask.astype(int))


@pytest.mark.slow
def test_one_click_proposes_an_object_and_another_takes_away(client, session):
    from limetheory.app.drawing.proposals import proposal_of

    hold(client, "object", predictor="higra")

    def at(x, y, subtracts=False):
        sent = {"x": x, "y": y, "subtracts": subtracts}
        return waited(client, "regions-object.data", {"regions-object.data": sent})

    assert "first click on an object adds" in at(3, 3, True)["refused"]
    assert "outside of the photograph" in at(300, 3)["refused"]
    assert "regions" in at(12, 12)
    masks = proposal_of(session).masks
    assert masks.shape == (3, 30, 40) and masks[:, 12, 12].all()
    assert "regions" in at(27, 22, True)
    found = proposal_of(session)
    assert found.masks[:, 12, 12].all() and not found.masks[:, 22, 27].any() and found.labels.tolist() == [1, 0]
    press(client, "take")
    assert np.array_equal(drawn_of(session)["object A"].mask, found.masks[1]) and proposal_of(session) is None


def test_superpixels_are_found_before_they_are_clicked(client, session):
    hold(client, "superpixel")
    asked = click(client, 3, 3).json["response"]
    assert "being found" in json.dumps(asked["regions-message"]) and asked["regions-segments"]["data"]
    waited(client, "regions-segments.data", {"regions-segments.data": asked["regions-segments"]["data"]})
    click(client, 3, 3)
    assert drawn_of(session)["region A"].mask[3, 3]


def test_the_photograph_that_was_chosen_meanwhile_gets_no_superpixels_of_another(tmp_path):
    class Chosen(NoProcess):
        def results(self, task, cancelled):
            upload(client, picture(seed=9), "b.png")
            yield from super().results(task, cancelled)

    client = browser(served(tmp_path, context(Chosen())))
    upload(client, picture(), "a.png")
    rectangle(client, 0, 0, 9, 9)
    assert "refused" in (region_job(client, "cut") or {"refused": "cancelled"})
    assert drawn_of(session_of(client, tmp_path)).regions == ()
    assert not session_of(client, tmp_path).has("cut.npz")


def test_a_checkpoint_that_is_missing_is_refused_before_the_page_is_served(tmp_path):
    with pytest.raises(ValueError, match="--checkpoint must be a file or a folder"):
        Settings(checkpoint=tmp_path / "none.pth")

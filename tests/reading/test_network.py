from __future__ import annotations

import torch

from napari_seewhy.reading.network import CourseNetwork, ReadingShape, Stem, WordNetwork


def test_the_network_of_the_course_has_its_number_of_weights_and_one_answer_per_bin():
    network = CourseNetwork(10).eval()

    assert sum(value.numel() for value in network.parameters()) == 388_154
    assert network(torch.zeros(1, 4, 1024)).shape == (1, 10, 8)


def test_the_stem_answers_the_other_strand_backwards():
    stem = Stem(6)
    stem.set_words(torch.randn(6, 4, 17))
    letters = torch.eye(4)[torch.randint(4, (1, 640))].movedim(1, 2)
    letters[:, :, 100:120] = 0

    turned = stem(letters.flip(1, 2)).flip(2)

    # A pair of letters over the edge of two pools counts in one of them.
    torch.testing.assert_close(turned[:, :6], stem(letters)[:, :6])
    torch.testing.assert_close(turned.sum(2), stem(letters).sum(2), atol=0.2, rtol=0.05)


def test_the_reach_is_how_far_a_bin_depends_on_letters():
    torch.manual_seed(0)
    network = WordNetwork(ReadingShape(1, 128, 5, 8, 2)).eval()
    network.stem.set_words(torch.randn(5, 4, 17))
    for block in network.tail.far:
        torch.nn.init.normal_(block.mix.weight)
    letters = torch.eye(4)[torch.randint(4, (1, 128 * 32))].movedim(1, 2).requires_grad_()

    network(letters)[0, 0, 16].backward()

    seen = letters.grad.abs().sum((0, 1)).nonzero()[[0, -1], 0].tolist()
    reach = (1 + 2 + 1 + 3) * 128
    assert seen[0] >= 16 * 128 - reach
    assert seen[1] < 17 * 128 + reach
    assert seen[1] - seen[0] > 6 * 128

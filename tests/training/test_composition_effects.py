"""What each corruption of a composed page does, and what it leaves alone."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from digitpad.core.normalization import normalize
from digitpad.training.composition import camera, lighting, paper, pens, ruling, wear
from digitpad.training.composition.blending import cover, stain
from digitpad.training.composition.digit_source import PenHand
from digitpad.training.composition.handwriting import draw_strokes, enlarge_digit
from digitpad.training.composition.layout import Grid, Spacing, write_sheet
from digitpad.training.composition.marks import MARKS, draw_mark
from digitpad.training.composition.page import Sheet
from tests.training.digit_source import make_source

SIZE = (400, 300)
GRID = Grid(SIZE, 30.0, (60.0, 110.0, 160.0, 210.0), 50.0, ((40.0, 180.0), (230.0, 370.0)))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(3)


@pytest.fixture
def white() -> Sheet:
    return np.full((SIZE[1], SIZE[0], 3), 0.9, np.float32)


def measure_sharpness(picture: Sheet) -> float:
    return float(cv2.Laplacian(picture, cv2.CV_32F).var())


class TestLighting:
    def test_a_shadow_darkens_a_part_and_leaves_another(
        self, white: Sheet, rng: np.random.Generator
    ) -> None:
        for _ in range(10):
            shadowed = lighting.cast_shadow(white, rng)
            assert shadowed.min() < 0.78 * 0.9
            assert shadowed.max() > 0.97 * 0.9

    def test_corners_are_darker_than_the_middle(
        self, white: Sheet, rng: np.random.Generator
    ) -> None:
        darkened = lighting.darken_corners(white, rng)

        corners = darkened[[0, 0, -1, -1], [0, -1, 0, -1]]
        assert corners.min() < 0.75 * darkened.max()

    def test_glare_pales_a_spot_up_to_white(self, rng: np.random.Generator) -> None:
        dark = np.full((SIZE[1], SIZE[0], 3), 0.2, np.float32)

        glaring = lighting.glare(dark, rng)

        assert glaring.max() > 0.35
        assert glaring.min() < 0.25
        assert glaring.max() <= 1.02

    def test_a_bulb_takes_blue_and_a_cool_lamp_red(
        self, white: Sheet, rng: np.random.Generator
    ) -> None:
        for _ in range(8):
            red, _, blue = lighting.yellow(white, rng).mean(axis=(0, 1))
            assert abs(red - blue) > 0.05

    @pytest.mark.parametrize(("light", "least"), [(lighting.fall_off, 0.8), (lighting.dim, 0.4)])
    def test_light_only_falls(
        self,
        white: Sheet,
        rng: np.random.Generator,
        light: Callable[[Sheet, np.random.Generator], Sheet],
        least: float,
    ) -> None:
        lit = light(white, rng)

        assert 0.9 * least < lit.min() < lit.max() + 1e-6 <= 0.9 + 1e-5
        assert lit.mean() < 0.9


class TestPaper:
    def test_white_paper_is_light_and_nearly_grey(self, rng: np.random.Generator) -> None:
        for _ in range(10):
            red, green, blue = paper.draw_paper(SIZE, rng).mean(axis=(0, 1))
            assert min(red, green, blue) > 0.6
            assert max(red, green, blue) - min(red, green, blue) < 0.2

    def test_coloured_paper_has_colour(self, rng: np.random.Generator) -> None:
        spreads = [np.ptp(paper.draw_coloured_paper(SIZE, rng).mean(axis=(0, 1))) for _ in range(9)]

        assert np.median(spreads) > 0.15

    def test_boards_are_black_or_white(self, rng: np.random.Generator) -> None:
        assert paper.draw_blackboard(SIZE, rng).mean() < 0.4
        assert paper.draw_whiteboard(SIZE, rng).mean() > 0.75

    def test_a_wiped_board_has_streaks(self, rng: np.random.Generator) -> None:
        boards = [cv2.blur(paper.draw_blackboard(SIZE, rng), (9, 9)) for _ in range(8)]

        assert max(board.std() / board.mean() for board in boards) > 0.15


class TestRuling:
    def test_nothing(self, white: Sheet, rng: np.random.Generator) -> None:
        assert ruling.leave_blank(white, GRID, rng) is white

    def test_a_line_under_each_row(self, white: Sheet, rng: np.random.Generator) -> None:
        ruled = ruling.rule_lines(white, GRID, rng)

        darkness = 0.9 - ruled[:, 200].min(axis=1)
        lines = np.flatnonzero(darkness > 0.3 * darkness.max())
        starts = lines[np.insert(np.diff(lines) > 1, 0, True)]
        assert len(starts) == pytest.approx(SIZE[1] / GRID.pitch_px, abs=1)
        assert np.diff(starts) == pytest.approx(GRID.pitch_px, abs=1)

    def test_some_sheets_have_a_margin(self, white: Sheet, rng: np.random.Generator) -> None:
        has_margin = [
            np.isclose(ruling.rule_lines(white, GRID, rng), 0.9).all(axis=2).mean(axis=0).min()
            < 0.1
            for _ in range(12)
        ]

        assert any(has_margin)
        assert not all(has_margin)

    def test_squares_run_both_ways(self, white: Sheet, rng: np.random.Generator) -> None:
        squared = ruling.rule_squares(white, GRID, rng)

        is_blank = np.isclose(squared, 0.9, atol=1e-3).all(axis=2)
        assert (is_blank.mean(axis=0) < 0.1).sum() >= 6
        assert (is_blank.mean(axis=1) < 0.1).sum() >= 4

    def test_a_table_encloses_its_cells(self, white: Sheet, rng: np.random.Generator) -> None:
        table = ruling.rule_table(white, GRID, rng)

        is_line = (table.min(axis=2) < 0.8).astype(np.uint8)
        # The frame of a table of 2 × 4 cells holds eight white areas, with one around it.
        areas, _ = cv2.connectedComponents(1 - is_line, connectivity=4)
        assert areas - 1 == 8 + 1
        assert not is_line[100, 100]


class TestWear:
    def test_the_back_shows_through_mirrored(self, white: Sheet, rng: np.random.Generator) -> None:
        back = np.zeros((SIZE[1], SIZE[0]), np.float32)
        back[100:140, 50:90] = 1

        through = wear.let_back_show(white, back, (0.1, 0.1, 0.1), rng)

        assert through[120, SIZE[0] - 70].max() < 0.88
        assert through[120, 70].min() == pytest.approx(0.9, abs=1e-3)

    def test_a_crease_runs_across_the_sheet(self, white: Sheet, rng: np.random.Generator) -> None:
        creased = wear.crease(white, rng)

        assert np.abs(creased - 0.9).max() > 0.02
        assert max(creased.mean(axis=(1, 2)).std(), creased.mean(axis=(0, 2)).std()) > 0.005

    def test_holes_along_one_edge(self, white: Sheet, rng: np.random.Generator) -> None:
        bound = wear.bind(white, rng)

        is_changed = ~np.isclose(bound, 0.9, atol=1e-3).all(axis=2)
        assert 8 < cv2.connectedComponents(is_changed.astype(np.uint8))[0] < 60
        assert not is_changed[60:, 60:].any()


class TestPens:
    ink = np.zeros((SIZE[1], SIZE[0]), np.float32)
    ink[100:200, 100:300] = 1

    @pytest.mark.parametrize("pen", [*pens.EVERYDAY, pens.MARKER])
    def test_pens_darken_paper_where_they_went(
        self, white: Sheet, rng: np.random.Generator, pen: pens.Pen
    ) -> None:
        written = pens.apply_ink(white, self.ink, pen, pens.choose_colour(pen, rng), rng)

        assert written[100:200, 100:300].min(axis=2).mean() < 0.65
        assert (written[:90] == white[:90]).all()

    @pytest.mark.parametrize("pen", [pens.FAINT_PENCIL, pens.FAINT_INK])
    def test_faint_pens_leave_most_of_the_light(
        self, white: Sheet, rng: np.random.Generator, pen: pens.Pen
    ) -> None:
        written = pens.apply_ink(white, self.ink, pen, pens.choose_colour(pen, rng), rng)

        assert 0.5 < written[100:200, 100:300].min(axis=2).mean() < 0.85

    def test_chalk_lightens_a_board_and_leaves_gaps(self, rng: np.random.Generator) -> None:
        board = np.full((SIZE[1], SIZE[0], 3), 0.15, np.float32)

        written = pens.apply_ink(board, self.ink, pens.CHALK, (0.95, 0.95, 0.93), rng)

        assert written[100:200, 100:300].mean() > 0.4
        assert written[100:200, 100:300].std() > 0.03

    def test_ink_lets_lines_through_and_chalk_does_not(self, white: Sheet) -> None:
        white[150] = 0.5

        stained = stain(white, self.ink, (0.2, 0.2, 0.2))
        covered = cover(white, self.ink, (0.2, 0.2, 0.2))

        assert stained[150, 200, 0] < stained[160, 200, 0]
        assert covered[150, 200, 0] == covered[160, 200, 0] == pytest.approx(0.2)


class TestCamera:
    @pytest.fixture
    def picture(self, white: Sheet) -> Sheet:
        white[:, 198:202] = 0.1
        white[148:152] = 0.1
        return white

    def test_out_of_focus_is_less_sharp_and_as_bright(self, picture: Sheet) -> None:
        blurred = camera.defocus(picture, 3.0)

        assert measure_sharpness(blurred) < 0.3 * measure_sharpness(picture)
        assert blurred.mean() == pytest.approx(picture.mean(), rel=0.01)

    def test_shaking_blurs_one_way(self, picture: Sheet, rng: np.random.Generator) -> None:
        dot = np.zeros((41, 41, 3), np.float32)
        dot[20, 20] = 1

        shaken = camera.shake(dot, 12.0, rng)[..., 0]

        rows, columns = np.nonzero(shaken > 0.02)
        spread = np.linalg.eigvalsh(np.cov(rows, columns))
        assert spread[1] > 8 * spread[0]
        assert shaken.sum() == pytest.approx(1, rel=0.01)

    def test_noise_has_its_strength(self, white: Sheet, rng: np.random.Generator) -> None:
        noisy = camera.add_noise(white, 0.05, rng)

        assert (noisy - white).std() == pytest.approx(0.05, rel=0.25)
        assert noisy.mean() == pytest.approx(0.9, abs=0.01)

    def test_a_good_lens_blurs_a_little(self, picture: Sheet, rng: np.random.Generator) -> None:
        softened = camera.soften(picture, rng)

        assert 0.02 * measure_sharpness(picture) < measure_sharpness(softened)
        assert measure_sharpness(softened) < measure_sharpness(picture)

    def test_a_straight_view_shows_the_sheet_alone(self, rng: np.random.Generator) -> None:
        for _ in range(10):
            view = camera.look_straight(SIZE, rng)
            seen = camera.see_ink(np.ones((SIZE[1], SIZE[0]), np.float32), view)
            assert seen.min() > 0.5
            assert not view.has_edges

    def test_a_skewed_view_shows_what_is_written_and_the_desk(
        self, white: Sheet, rng: np.random.Generator
    ) -> None:
        for _ in range(10):
            view = camera.look_askew(SIZE, rng)
            # Nothing is written in the outer six parts in a hundred of a sheet.
            written = view.carry(np.array([[24, 18], [376, 18], [376, 282], [24, 282]], float))
            assert (written >= 0).all()
            assert (written <= SIZE).all()
            seen = camera.see_ink(np.ones((SIZE[1], SIZE[0]), np.float32), view)
            assert 0.3 < seen.mean() < 0.97
            photograph = camera.photograph(white, view, rng)
            assert photograph[seen > 0.99].mean() == pytest.approx(0.9, abs=0.01)

    def test_perspective_and_rotation_vary(self, rng: np.random.Generator) -> None:
        views = [camera.look_askew(SIZE, rng).homography for _ in range(20)]
        angles = np.rad2deg([np.arctan2(view[1, 0], view[0, 0]) for view in views])

        assert angles.min() < -5
        assert angles.max() > 5
        assert max(abs(view[2, :2]).max() for view in views) > 1e-4


class TestHandwriting:
    @pytest.mark.parametrize("pen_px", [2.0, 6.0, 20.0])
    def test_a_line_is_as_wide_as_the_pen(self, pen_px: float, rng: np.random.Generator) -> None:
        line = draw_strokes([np.array([[0.0, 0.0], [0.0, 100.0]])], pen_px, rng)

        assert np.median(line.sum(axis=1)) == pytest.approx(pen_px, rel=0.3, abs=0.5)
        assert line.shape[0] == pytest.approx(100 + pen_px, abs=3)

    def test_a_dot(self, rng: np.random.Generator) -> None:
        dot = draw_strokes([np.array([[5.0, 5.0]])], 8.0, rng)

        assert dot.shape[0] == pytest.approx(8, abs=3)
        assert dot.shape[1] == pytest.approx(8, abs=3)

    @pytest.mark.parametrize("scale", [0.8, 3.0, 10.0])
    def test_an_enlarged_digit_is_still_that_digit(self, scale: float) -> None:
        for images in make_source().images:
            image = images[0]
            enlarged = enlarge_digit(image, scale, 2.4 * scale)
            again = normalize(enlarged)
            assert np.corrcoef(again.ravel(), image.ravel())[0, 1] > 0.8
            assert max(enlarged.shape) == pytest.approx(20 * scale, rel=0.2, abs=2)

    def test_edges_stay_sharp(self) -> None:
        enlarged = enlarge_digit(make_source().images[8][0], 10.0, 24.0)

        is_edge = (enlarged > 0.1) & (enlarged < 0.9)
        assert is_edge.sum() < 0.35 * (enlarged > 0.1).sum()

    @pytest.mark.parametrize("kind", MARKS)
    def test_marks_are_no_larger_than_digits(self, kind: str, rng: np.random.Generator) -> None:
        mark = draw_mark(kind, 40.0, 4.0, rng)

        height, width = mark.ink.shape
        assert mark.ink.max() > 0.9
        assert 0 < height < 52
        assert width < 42
        if kind in ("point", "comma", "minus"):
            assert height < 20


class TestLayout:
    def test_touching_digits_share_ink(self, rng: np.random.Generator) -> None:
        source = make_source()
        hand = PenHand(source.writers["1"], 0.0)
        apart, touching = (
            write_sheet(hand, GRID, Spacing(digits_per_number=(3, 3), touching=part), 3.0, rng)
            for part in (0.0, 1.0)
        )

        def count(ink: np.ndarray) -> int:
            return cv2.connectedComponents((ink > 0.2).astype(np.uint8))[0] - 1

        assert count(apart.ink) == len(apart.digits)
        assert count(touching.ink) < 0.6 * len(touching.digits)

    def test_marks_stand_beside_the_digits_and_not_in_the_text(
        self, rng: np.random.Generator
    ) -> None:
        source = make_source()
        writing = write_sheet(
            PenHand(source.writers["1"], 0.0),
            GRID,
            Spacing(digits_per_number=(3, 4), marks=1.0),
            3.0,
            rng,
        )

        assert writing.marks.max() > 0.9
        assert ((writing.marks > 0.5) & (writing.ink > 0.5)).mean() < 1e-4
        assert set(writing.text) <= set("0123456789 \n")

"""The menu bar."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QMenuBar

from digitpad.ui.actions import Actions


def fill_menu_bar(bar: QMenuBar, actions: Actions, recent: QMenu, models: QMenu) -> None:
    """Put the actions in their menus.

    Parameters
    ----------
    bar : QMenuBar
        The window's own.
    actions : Actions
        What to put in.
    recent, models : QMenu
        Submenus that fill themselves: files opened last, models to choose from.
    """
    file = bar.addMenu("&File")
    file.addAction(actions.open)
    file.addMenu(recent)
    file.addAction(actions.paste)
    file.addSeparator()
    file.addAction(actions.save)
    file.addActions([actions.export, actions.export_reading, actions.export_readings])
    file.addSeparator()
    file.addAction(actions.quit)

    edit = bar.addMenu("&Edit")
    edit.addActions([actions.undo, actions.redo])
    edit.addSeparator()
    edit.addActions([actions.copy, actions.clear])
    edit.addSeparator()
    edit.addActions(actions.drawing_tools)

    view = bar.addMenu("&View")
    view.addActions([actions.draw_page, actions.photo_page])
    view.addSeparator()
    view.addActions([actions.reading_pane, actions.training_pane])
    view.addSeparator()
    view.addActions([actions.reading_order, actions.steps])
    view.addSeparator()
    view.addMenu("T&heme").addActions(actions.themes.actions())

    photo = bar.addMenu("&Photo")
    photo.addActions(actions.photo_tools)
    photo.addSeparator()
    photo.addActions(actions.photo_edits)
    photo.addSeparator()
    photo.addActions([actions.next_picture, actions.previous_picture])
    photo.addActions([actions.close_picture, actions.close_pictures])

    model = bar.addMenu("&Model")
    model.addMenu(models)
    model.addAction(actions.manage_models)
    model.addSeparator()
    model.addActions([actions.about_model, actions.look_inside, actions.reveal_model])

    training = bar.addMenu("&Training")
    training.addActions([actions.learn, actions.start_training, actions.stop_training])
    training.addSeparator()
    training.addActions([actions.samples, actions.write_set])
    training.addSeparator()
    training.addActions([actions.training_pane, actions.runs])

    help_menu = bar.addMenu("&Help")
    help_menu.addActions([actions.shortcuts, actions.about])

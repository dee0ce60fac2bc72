"""What is said of a run. Free of Qt."""

from digitpad.services.runs.records import RunRecord
from digitpad.training.events import RunFailed
from digitpad.ui.training.run_progress import describe_duration


def describe_begin(record: RunRecord) -> str:
    """Say when a run began."""
    began = record.began
    return f"{began.day} {began:%b %Y, %H:%M}" if began else record.name


def describe_epochs(record: RunRecord) -> str:
    """Say how far it came, of how much it was asked for."""
    return f"{record.epochs_done} of {record.config.last_epoch}"


def describe_best(record: RunRecord) -> str:
    """Say how well it did on validation digits; in brackets if it learned from them."""
    if record.best is None:
        return ""
    text = f"{record.best.validation_accuracy:.2%}"
    return f"({text})" if record.config.is_final else text


def describe_test(record: RunRecord) -> str:
    """Say how well its candidate did on the test digits."""
    return "" if record.test_accuracy is None else f"{record.test_accuracy:.2%}"


def describe_time(record: RunRecord) -> str:
    """Say how long its epochs took."""
    return describe_duration(record.seconds) if record.seconds else ""


def describe_settings(record: RunRecord) -> str:
    """Say with which settings it was run, a line a part."""
    config = record.config
    data = "MNIST and pen digits" if config.pen_data else "MNIST"
    limit = f", {config.limit:,} of its digits" if config.limit else ""
    lines = [
        f"{config.architecture}, {config.optimizer} {config.learning_rate:g}, {config.schedule}",
        f"batches of {config.batch_size}, augmentation {config.augmentation}, seed {config.seed}",
        f"{data}{limit}",
    ]
    if config.is_final:
        lines.append("trained on the validation digits as well")
    return "\n".join(lines)


def describe_end(record: RunRecord) -> str:
    """Say why a run failed; empty if it didn't."""
    result = record.result
    return f"{result.message} {result.hint}".strip() if isinstance(result, RunFailed) else ""


def count_runs(count: int) -> str:
    """Say how many runs."""
    return f"{count:,} run{'s' * (count != 1)}"

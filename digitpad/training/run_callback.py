"""What a run does between batches and epochs of Keras's `fit`."""

import keras
import numpy as np

from digitpad.training.checkpoints import Checkpoints, RunState
from digitpad.training.config import TrainingConfig
from digitpad.training.events import BatchEnded, EpochEnded
from digitpad.training.history import Epoch, is_stalled
from digitpad.training.pace import Pace
from digitpad.training.reporter import Reporter


def find_dropout_states(network: keras.Model) -> list[keras.Variable]:
    """Return the variables by which a network knows what to drop next."""
    return [v for v in network.variables if v.path.endswith("seed_generator_state")]


class RunCallback(keras.callbacks.Callback):
    """Reports batches and epochs, saves a checkpoint each epoch, and stops when it is time.

    Parameters
    ----------
    config : TrainingConfig
        The run's.
    batches : int
        How many an epoch has.
    checkpoints : Checkpoints
        Where the network is kept.
    state : RunState
        Where the run is as `fit` begins.
    run : Reporter
        Whom to tell.
    """

    def __init__(
        self,
        config: TrainingConfig,
        batches: int,
        checkpoints: Checkpoints,
        state: RunState,
        run: Reporter,
    ) -> None:
        super().__init__()
        self._config = config
        self._batches = batches
        self._checkpoints = checkpoints
        self._run = run
        self._began = self._epoch_began = run.seconds
        self._first_epoch = state.epochs_done
        self._pace = Pace()
        self.state = state

    def on_epoch_begin(self, epoch: int, logs: Epoch | None = None) -> None:
        """Start the clock of an epoch."""
        self._seed_dropout(epoch)
        self._epoch_began = self._run.seconds
        self._totals = np.zeros(2)
        self._pace.begin()

    def on_train_batch_end(self, batch: int, logs: Epoch | None = None) -> None:
        """Report a batch; wait or stop if that is asked for."""
        # Keras gives means since the epoch began; the difference of the sums is this batch's.
        means = np.array([logs["loss"], logs["accuracy"]]) if logs else np.zeros(2)
        totals = means * (batch + 1)
        loss, accuracy = np.maximum(totals - self._totals, 0)
        self._totals = totals
        self._run.report(
            BatchEnded(
                epoch=self._run.epochs_done + 1,
                batch=batch + 1,
                batches=self._batches,
                loss=float(loss),
                accuracy=float(min(accuracy, 1)),
            )
        )
        self._run.stop_if_asked()
        pace = self._pace.measure(self._config.batch_size)
        if pace is not None:
            self._run.report(pace)

    def on_test_batch_end(self, batch: int, logs: Epoch | None = None) -> None:
        """Stop during validation too."""
        self._run.stop_if_asked()

    def on_epoch_end(self, epoch: int, logs: Epoch | None = None) -> None:
        """Keep and report an epoch."""
        values = {name: float(value) for name, value in (logs or {}).items()}
        history = (*self.state.history, values)
        self.state = RunState(epoch + 1, history, self.state.fingerprint)
        self._checkpoints.save(self.model, self.state)
        self._run.epochs_done = epoch + 1
        now = self._run.seconds
        left = self._config.last_epoch - epoch - 1
        if is_stalled(history, self._config.patience):
            self.model.stop_training = True
            left = 0
        self._run.report(
            EpochEnded(
                epoch=epoch + 1,
                epochs=self._config.last_epoch,
                loss=values["loss"],
                accuracy=values["accuracy"],
                validation_loss=values["val_loss"],
                validation_accuracy=values["val_accuracy"],
                seconds=now - self._epoch_began,
                seconds_left=(now - self._began) / (epoch + 1 - self._first_epoch) * left,
            )
        )

    def _seed_dropout(self, epoch: int) -> None:
        """Let what is dropped follow from seed and epoch: no file keeps where Keras's chance is."""
        rng = np.random.default_rng((self._config.seed, epoch))
        for state in find_dropout_states(self.model):
            state.assign(rng.integers(2**31, size=state.shape, dtype=np.uint32))

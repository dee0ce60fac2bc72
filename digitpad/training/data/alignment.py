"""Two texts side by side."""

import numpy as np


def align(expected: str, read: str) -> list[tuple[str, str]]:
    """Pair the characters of two texts with the fewest edits.

    Parameters
    ----------
    expected, read : str
        Any texts.

    Returns
    -------
    list of (str, str)
        Pairs in order; an empty string stands for a character that the other text lacks. As many
        pairs differ as the texts' edit distance.

    References
    ----------
    Wagner & Fischer, "The String-to-String Correction Problem", 1974.
    """
    if expected == read:
        return list(zip(expected, read, strict=True))
    distance = np.zeros((len(expected) + 1, len(read) + 1), int)
    distance[:, 0] = range(len(expected) + 1)
    distance[0] = range(len(read) + 1)
    for i, one in enumerate(expected, start=1):
        for j, other in enumerate(read, start=1):
            replaced = distance[i - 1, j - 1] + (one != other)
            distance[i, j] = min(replaced, distance[i - 1, j] + 1, distance[i, j - 1] + 1)
    pairs = []
    i, j = len(expected), len(read)
    while i or j:
        if i and j and distance[i, j] == distance[i - 1, j - 1] + (expected[i - 1] != read[j - 1]):
            i, j = i - 1, j - 1
            pairs.append((expected[i], read[j]))
        elif i and distance[i, j] == distance[i - 1, j] + 1:
            i -= 1
            pairs.append((expected[i], ""))
        else:
            j -= 1
            pairs.append(("", read[j]))
    return pairs[::-1]

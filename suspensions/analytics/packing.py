"""How a run is put away as bytes and taken out again."""

import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import chain

from suspensions.analytics.answers import LONGEST, Answers, Tallies, Tally
from suspensions.analytics.runs import DATED, Run, Subject, Worked
from suspensions.intervals import Pieces


def packed(run: Run) -> bytes:
    """Return all of a run but its working hours as whole numbers of eight bytes, each part behind its length."""
    answers = run.answers
    parts: list[Iterable[int]] = [
        *(written(tallies) for tallies in (answers.processes, answers.sources, answers.boxes)),
        answers.lengths,
        chain.from_iterable(answers.longest),
        laid_out(answers.islands),
        laid_out(answers.disturbances),
        chain.from_iterable(run.days),
        chain.from_iterable((process, run.length(Subject.process(process))) for process in answers.processes),
        [run.length(Subject.all())],
    ]
    numbers = array("q")
    for part in map(list, parts):
        numbers.append(len(part))
        numbers.extend(part)
    return native(numbers).tobytes()


def unpacked(content: bytes, worked: dict[int, Worked], start: int, until: int, reaches: int) -> Run:
    """Return the run that was `packed`."""
    numbers = array("q")
    numbers.frombytes(content)
    numbers, parts, at = native(numbers), [], 0
    while at < len(numbers):
        ends = at + 1 + numbers[at]
        parts.append(numbers[at + 1 : ends])
        at = ends
    processes, sources, boxes, lengths, longest, islands, disturbances, days, united, whole = parts
    hit, hurt, boxed = map(read, (processes, sources, boxes))
    longest_one, pieces, by_source = lines(longest, LONGEST), gathered(islands), gathered(disturbances)
    answers = Answers(hit, hurt, boxed, lengths, longest_one, pieces, by_source, [])
    known = {Subject.process(process): length for process, length in lines(united, 2)} | {Subject.all(): whole[0]}
    return Run(answers, start, until, reaches, lines(days, DATED), known, worked)


def native(numbers: array[int]) -> array[int]:
    """Backups travel between machines: bytes lie the little end first."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def lines(numbers: array[int], width: int) -> list[tuple[int, ...]]:
    return list(zip(*[iter(numbers)] * width, strict=True))


def written(tallies: Tallies) -> Iterator[int]:
    return chain.from_iterable((key, *tally) for key, tally in tallies.items())


def read(numbers: array[int]) -> Tallies:
    return {key: Tally(*tally) for key, *tally in lines(numbers, 1 + len(Tally._fields))}


def laid_out(downtime: dict[int, Pieces]) -> Iterator[int]:
    for key, pieces in downtime.items():
        yield from (key, len(pieces.begins), *pieces.begins, *pieces.ends)


def gathered(numbers: array[int]) -> dict[int, Pieces]:
    found: dict[int, Pieces] = {}
    at = 0
    while at < len(numbers):
        begins = at + 2
        middle, following = begins + numbers[at + 1], begins + 2 * numbers[at + 1]
        found[numbers[at]] = Pieces(numbers[begins:middle], numbers[middle:following])
        at = following
    return found

"""The rehearsal: a backup counts only when it was brought back once, beside the live database."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from attachments.streams import CHUNK
from monitoring.backups import archive, engines
from monitoring.backups.faults import Damaged
from monitoring.backups.progress import Report

DIFFERENCES_SHOWN = 5


@contextmanager
def dump_of(path: Path, report: Report) -> Iterator[Path]:
    """Take the database out of a plain archive, beside it, for as long as needed. Raises Damaged."""
    manifest = archive.manifest_in(path)
    dump = path.with_name(f"taken-out-{manifest.database}")
    try:
        for name, content in archive.members(path, report):
            if name == manifest.database:
                with dump.open("wb") as out:
                    while chunk := content.read(CHUNK):
                        out.write(chunk)
        if not dump.exists():
            raise Damaged(_("It holds no database."))
        yield dump
    finally:
        dump.unlink(missing_ok=True)


def rehearse(path: Path, work: Path, report: Report) -> None:
    """Restore a plain archive into a scratch database and compare the rows of every table. Raises Damaged, Fault."""
    manifest = archive.manifest_in(path)
    engines.expect_same_engine(manifest.engine)
    linked = work / "rehearsed.tar"
    linked.symlink_to(path.absolute())  # what is taken out lands in the workshop, which is swept
    try:
        with dump_of(linked, report) as dump:
            found = engines.engine().rehearse(dump, report)
    finally:
        linked.unlink()
    expect_same_rows(manifest.tables, found)


def expect_same_rows(wanted: dict[str, int], found: dict[str, int]) -> None:
    different = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if different:
        shown = ", ".join(
            f"{name}: {wanted.get(name)}, restored {found.get(name)}" for name in different[:DIFFERENCES_SHOWN]
        )
        said = _("Tables that differ after the restore: %(number)s. %(shown)s")
        raise Damaged(said % {"number": len(different), "shown": shown})

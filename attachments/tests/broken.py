"""Storages that fail the way disks and networks do."""

from attachments.storage import LocalStorage, NoRoom, Unreachable


class NoRoomStorage(LocalStorage):
    def _save(self, name, content):
        raise NoRoom


class UnreachableStorage(LocalStorage):
    def _save(self, name, content):
        raise Unreachable

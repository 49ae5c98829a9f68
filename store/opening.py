"""Opens the store that the settings name: sqlite:///… is one file, postgresql://… a server."""

from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from delivery.classification import Classifier
from delivery.errors import Misconfigured
from store.audit import Auditor
from store.contract import Reader, Writer
from store.eraser import Eraser
from store.erasing import Database
from store.erasures import Remembered, erasure_key, normal
from store.generations import Generations
from store.inspection import Inspection
from store.letters import LetterKeeper
from store.retention import Trimmer
from store.settings import StoreSettings
from store.sqlite.backup import BackedUp
from store.sqlite.backup import back_up as copy_sqlite

FILE_NAME = "store.db"


def open_writer(settings: StoreSettings, classifier: Classifier, data_dir: Path = Path("data")) -> Writer:
    """The consumers' store; call its `open` next. Misconfigured where no database has such a url."""
    path = sqlite_path(settings, data_dir)
    if path is not None:
        from store.sqlite.writer import SqliteWriter

        return SqliteWriter(settings, path, classifier)
    from store.postgresql.lanes import PostgresqlLanes

    return PostgresqlLanes(settings, classifier)


def open_letters(settings: StoreSettings, data_dir: Path = Path("data")) -> LetterKeeper:
    """What keeps the dead letters; call its `open` next. Misconfigured where no database has such a url."""
    path = sqlite_path(settings, data_dir)
    if path is not None:
        from store.sqlite.letters import SqliteLetters

        return SqliteLetters(settings, path)
    from store.postgresql.letters import PostgresqlLetters

    return PostgresqlLetters(settings)


def open_trimmer(settings: StoreSettings, data_dir: Path = Path("data")) -> Trimmer:
    """What removes the old; call its `open` next. Misconfigured where no database has such a url."""
    path = sqlite_path(settings, data_dir)
    if path is not None:
        from store.sqlite.retention import SqliteTrimmer

        return SqliteTrimmer(settings, path)
    from store.postgresql.retention import PostgresqlTrimmer

    return PostgresqlTrimmer(settings)


def open_eraser(
    settings: StoreSettings, classifier: Classifier, what: str | Sequence[Remembered], data_dir: Path = Path("data")
) -> Eraser:
    """What takes an address out of the store, or those that are remembered by these hashes; call its `open` next. Misconfigured
    without a key, or where it is no address."""
    key = erasure_key(settings)
    if key is None:
        raise Misconfigured("set [store] erasure_key_file: a file with a secret that only this system has")
    path = sqlite_path(settings, data_dir)
    database: Database
    if path is not None:
        from store.sqlite.eraser import SqliteErasing

        database = SqliteErasing(settings, path)
    else:
        from store.postgresql.eraser import PostgresqlErasing

        database = PostgresqlErasing(settings)
    return Eraser(database, key, classifier, normal(what) if isinstance(what, str) else what)


def open_reader(settings: StoreSettings, data_dir: Path = Path("data"), *, is_alone: bool = False) -> Reader:
    """The readers' store; call its `open` next. Misconfigured where no database has such a url.

    `is_alone` says that the process does nothing else that long reads would keep waiting.
    """
    path = sqlite_path(settings, data_dir)
    if path is not None:
        from store.sqlite.reader import SqliteReader

        return SqliteReader(settings, path, is_alone=is_alone)
    from store.postgresql.reader import PostgresqlReader

    return PostgresqlReader(settings)


def open_generations(settings: StoreSettings, classifier: Classifier, data_dir: Path = Path("data")) -> Generations:
    """The operator's side, for a rebuild; call its `open` next. Misconfigured where no database has such a url."""
    path = sqlite_path(settings, data_dir)
    if path is not None:
        from store.sqlite.generations import SqliteGenerations

        return SqliteGenerations(settings, path, classifier)
    from store.postgresql.generations import PostgresqlGenerations

    return PostgresqlGenerations(settings, classifier)


def back_up(settings: StoreSettings, target: Path, data_dir: Path = Path("data")) -> BackedUp:
    """Copies the embedded store to `target` while it serves. Misconfigured where the url names a server: it has its own tools."""
    path = sqlite_path(settings, data_dir)
    if path is None:
        raise Misconfigured("PostgreSQL is backed up by its own tools, pg_dump or pg_basebackup: see docs/BACKUP.md")
    return copy_sqlite(settings, path, target)


def open_auditor(settings: StoreSettings, data_dir: Path = Path("data")) -> Auditor:
    """Who verifies the generation that serves; call its `open` next. Misconfigured where no database has such a url."""
    path = sqlite_path(settings, data_dir)
    if path is not None:
        from store.sqlite.auditor import SqliteAuditor

        return SqliteAuditor(settings, path)
    from store.postgresql.auditor import PostgresqlAuditor

    return PostgresqlAuditor(settings)


async def inspect_store(settings: StoreSettings, now: Callable[[], int], data_dir: Path = Path("data")) -> Inspection:
    """A look from outside. `now` in ms. Misconfigured where no database has such a url, or it lets nobody in."""
    path = sqlite_path(settings, data_dir)
    if path is not None:
        from store.sqlite import inspection as sqlite_inspection

        return sqlite_inspection.inspect(path)
    from store.postgresql import inspection as postgresql_inspection

    return await postgresql_inspection.inspect(settings, now)


def sqlite_path(settings: StoreSettings, data_dir: Path = Path("data")) -> Path | None:
    """The embedded store's file; None where the url names a PostgreSQL server."""
    if not settings.url:
        return data_dir / FILE_NAME
    if settings.url.startswith("sqlite:///"):
        return Path(settings.url.removeprefix("sqlite:///"))
    if settings.url.startswith(("postgresql://", "postgres://")):
        _require_port(settings.url)
        return None
    scheme, mark, _ = settings.url.partition("://")
    got = f"{scheme}://…" if mark else "none with ://"  # what it is instead may hold a password
    raise Misconfigured(f"store url: expected sqlite:///path or postgresql://…, got {got}")


def _require_port(url: str) -> None:
    """The driver takes a port that is no number for a defect of its caller. Several hosts may be named, by commas."""
    try:
        hosts = urlsplit(url).netloc.rpartition("@")[2].split(",")
    except ValueError as problem:
        raise Misconfigured(f"store url: {problem}") from problem
    for host in hosts:
        port = host.rpartition("]")[2].partition(":")[2]
        if port and not port.isdigit():
            # It is not told: where a / or ? of a password is not escaped, this is the password's beginning.
            raise Misconfigured(
                "store url: its port is no number (in a user or password, / ? # are escaped): postgresql://user@host:5432/database"
            )

"""XML as programs write it: no attributes, comments or prefixes, every member with a text. Anything else is left to xml.py.

Expat reports all markup to one handler as it stands in the body, and all text to another; both only append to one list,
so that no Python runs for an element. A document type can't get here: it begins with `<!`, as do comments and CDATA.
In that list a row is start tag, text, end tag over and over, with a blank text before each when it is indented. Texts are
never neighbours, so where the texts' places hold nothing that begins with `<`, the places beside them hold markup.
"""

import re
from itertools import chain
from xml.parsers.expat import ExpatError, ParserCreate

from delivery.notification import Notification
from gateway.formats.columns import Columns, columns_of
from gateway.formats.limits import Limits

_ROOT = re.compile(r"""<ArrayOfSMTPNotification(?:\s+xmlns(?::i)?\s*=\s*(?:"[^"&]*"|'[^'&]*'))*\s*>""")
_ROW = "<SMTPNotification>"
_ROW_END = "</SMTPNotification>"
_TAG = re.compile(r"<([A-Za-z_][\w.-]*)>")
_SHAPES_MAX = 64
_TEXT_BYTES_MAX = 65_536
_TAGS_PER_ROW_MAX = 64  # on average; a list of more pieces would cost far more than the body

_Shape = tuple[Columns, list[str]] | None


def read_plain(content: bytes, limits: Limits) -> list[Notification] | None:
    """The rows of a body in UTF-8, all of them good; None where the body is not that plain, whatever it is."""
    if b"<!" in content or content.count(b"<") > _TAGS_PER_ROW_MAX * limits.rows_max:
        return None
    pieces: list[str] = []
    parser = ParserCreate("utf-8")
    parser.buffer_text = True
    parser.buffer_size = _TEXT_BYTES_MAX
    parser.DefaultHandler = parser.CharacterDataHandler = pieces.append
    try:
        parser.Parse(content, True)
    except ExpatError:
        return None
    start = next((place for place, piece in enumerate(pieces) if not piece.isspace() and piece[:5] != "<?xml"), 0)
    if not pieces or _ROOT.fullmatch(pieces[start]) is None:
        return None
    return _read_rows(pieces, start + 1, limits)


def _read_rows(pieces: list[str], position: int, limits: Limits) -> list[Notification] | None:
    rows: list[Notification] = []
    shapes: dict[tuple[str, ...], _Shape] = {}
    while True:
        if pieces[position] == _ROW:
            end = pieces.index(_ROW_END, position)
            row = _read_row(pieces[position + 1 : end], shapes)
            if row is None or len(rows) >= limits.rows_max:
                return None
            rows.append(row)
            position = end + 1
        elif pieces[position].isspace():
            position += 1
        else:
            is_end = pieces[position] == "</ArrayOfSMTPNotification>"
            return rows if is_end and all(piece.isspace() for piece in pieces[position + 1 :]) else None


def _read_row(pieces: list[str], shapes: dict[tuple[str, ...], _Shape]) -> Notification | None:
    is_indented = len(pieces) % 4 == 1 and pieces[0].isspace()
    step, first = (4, 1) if is_indented else (3, 0)
    if is_indented:
        if not all(map(str.isspace, pieces[::4])):
            return None
    elif len(pieces) % 3:
        return None
    starts = tuple(pieces[first::step])
    shape = shapes[starts] if starts in shapes else _add_shape(starts, shapes)
    if shape is None or pieces[first + 2 :: step] != shape[1]:
        return None
    texts = pieces[first + 1 :: step]
    if "<" in "".join(texts) and any(text[:1] == "<" for text in texts):
        return None
    return shape[0].bind(texts)


def _add_shape(starts: tuple[str, ...], shapes: dict[tuple[str, ...], _Shape]) -> _Shape:
    names = list(chain.from_iterable(_TAG.findall(start) if _TAG.fullmatch(start) else () for start in starts))
    columns = columns_of(names) if len(names) == len(starts) else None
    shape = (columns, [f"</{name}>" for name in names]) if columns else None
    if len(shapes) < _SHAPES_MAX:
        shapes[starts] = shape
    return shape

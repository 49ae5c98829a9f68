"""XML: ArrayOfSMTPNotification with its SMTPNotification rows, or one row as the root.

Members come in any order and in any case, with any prefix, in the right namespace, another or none; attributes of a row count
too. Of two with one name the right spelling in the right namespace counts, and of equals the first. i:nil means absent.
Members that we do not know are kept: as text, or with elements inside as the XML that was sent.
Reading goes through defusedxml: a document type or an entity makes the body Unreadable, and so does nesting too deep.
"""

import re
from typing import Any
from xml.parsers.expat import ExpatError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from delivery.errors import TooLarge, Unreadable
from delivery.notification import INTEGER_MEMBERS, MEMBERS, Notification
from gateway.formats.binding import Misfit, build_row, integer_of_text, member_of, shown, shown_name
from gateway.formats.limits import Limits
from gateway.formats.text import Charset, decode, to_utf8
from gateway.formats.xml_plain import read_plain
from gateway.rows import BadRow, Rows

NAMESPACE = "http://schemas.datacontract.org/2004/07/EmailDeliveryStatus.Models.SMTP"
_NIL = "http://www.w3.org/2001/XMLSchema-instance}nil"
_EXACT = {f"{NAMESPACE}}}{name}": name for name in MEMBERS}
_ROW = "smtpnotification"
_ROOT = "arrayof" + _ROW
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._\-]{1,40})["']""")
_TAG = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""")
_ATTRIBUTES_MAX = 1_000  # of one element
_MANY_ATTRIBUTES = re.compile(rb"""<(?:[^<>"']*+(?:"[^"<]*+"|'[^'<]*+')){%d}+""" % (_ATTRIBUTES_MAX + 1))
_NESTED = "Expected a text or a number, got an element inside."


def decode_xml(body: bytes, charset: str | None, limits: Limits) -> Rows:
    """The rows of an XML body."""
    declared = _DECLARED.match(body[:256])
    content, written = to_utf8(body, charset, declared[1].decode().lower() if declared else None)
    _refuse_many_elements(content, limits)
    plain = read_plain(content, limits)
    if plain is not None:
        return Rows(plain)
    reader = _Reader(content, written, limits)
    parser = DefusedXMLParser(encoding="utf-8", forbid_dtd=True)
    expat = parser.parser
    expat.StartElementHandler = reader.start
    expat.EndElementHandler = reader.end
    expat.CharacterDataHandler = reader.text.append
    expat.DefaultHandlerExpand = None
    expat.CommentHandler = None
    expat.ProcessingInstructionHandler = None
    expat.buffer_text = True
    expat.ordered_attributes = True
    reader.expat = expat
    try:
        expat.Parse(content, True)
    except ExpatError as problem:
        decode(content)  # where the bytes are no UTF-8, that is what is wrong
        raise Unreadable(f"The body is not XML: {problem}.") from problem
    except DefusedXmlException as problem:
        raise Unreadable("The body has a document type or an entity, which are not read.") from problem
    finally:
        expat.StartElementHandler = expat.EndElementHandler = expat.CharacterDataHandler = None
    return reader.rows


def _refuse_many_elements(content: bytes, limits: Limits) -> None:
    """TooLarge, before any of it is parsed: expat takes microseconds and hundreds of bytes for each element and attribute."""
    if content.count(b"<") > 2 * limits.values_max:  # a start and an end
        raise TooLarge("values_max", limits.values_max)
    if content.count(b"=") > _ATTRIBUTES_MAX and _MANY_ATTRIBUTES.search(content):
        raise TooLarge("attributes_max", _ATTRIBUTES_MAX)


class _Reader:
    """The handlers of one body. Rows are bound when their element ends."""

    def __init__(self, content: bytes, written: Charset, limits: Limits) -> None:
        self.rows = Rows([])
        self.text: list[str] = []
        self.expat: Any = None
        self._content = content
        self._written = written
        self._limits = limits
        self._depth = 0  # of the element that is open; 1 is the root
        self._row_depth = 2
        self._index = 0
        self._starts = [0, 0]  # where the row and the unknown member with elements inside begin
        self._is_row_known = False
        self._clear()

    def _clear(self) -> None:
        self._exact: dict[str, str | None] = {}
        self._inexact: dict[str, str | None] = {}
        self._extras: dict[str, Any] = {}
        self._errors: dict[str, list[str]] = {}
        self._is_nil = False
        self._has_inside = False

    def start(self, tag: str, attributes: list[str]) -> None:
        self._depth = depth = self._depth + 1
        inside = depth - self._row_depth
        if inside == 1:
            if self.text:
                self._refuse_stray_in_row()
            self._is_nil = bool(attributes) and _is_nil(attributes)
        elif inside > 1:
            self._start_inside(inside)
        elif depth == 1:
            self._start_root(tag, attributes)
        else:
            self._start_row(tag, attributes)

    def end(self, tag: str) -> None:
        inside = self._depth - self._row_depth
        self._depth -= 1
        if inside == 1:
            text = self.text
            value = None if self._is_nil else text[0] if len(text) == 1 else "".join(text)
            text.clear()
            member = _EXACT.get(tag)
            if member is not None and not self._has_inside:
                self._exact.setdefault(member, value)
            else:
                self._end_other(tag, value)
        elif inside == 0:
            self._end_row()
        elif self.text and inside < 0:
            self._refuse_stray_between_rows()

    def _start_root(self, tag: str, attributes: list[str]) -> None:
        name = tag.rpartition("}")[2].lower()
        if name == _ROW:
            self._row_depth = 1
            self._start_row(tag, attributes)
        elif name != _ROOT:
            expected = "ArrayOfSMTPNotification"
            raise Unreadable(f"The root element is {shown_name(tag.rpartition('}')[2])!a}, expected {expected}.")

    def _start_row(self, tag: str, attributes: list[str]) -> None:
        if self.text:
            self._refuse_stray_between_rows()
        if self._index >= self._limits.rows_max:
            raise TooLarge("rows_max", self._limits.rows_max)
        self._starts[0] = self.expat.CurrentByteIndex
        self._is_row_known = tag.rpartition("}")[2].lower() == _ROW
        if attributes:
            if _is_nil(attributes):
                self._error("", "The row is nil.")
            for name, value in zip(attributes[::2], attributes[1::2], strict=True):
                member = member_of(name)
                if member is not None:
                    self._inexact.setdefault(member, value)
                elif "}" not in name:
                    self._extras.setdefault(name, value)

    def _start_inside(self, inside: int) -> None:
        if self._depth > self._limits.depth_max:
            raise Unreadable(f"The body is nested deeper than depth_max={self._limits.depth_max}.")
        if inside == 2 and not self._has_inside:
            self._has_inside = True
            self._starts[1] = self.expat.CurrentByteIndex

    def _end_other(self, tag: str, value: str | None) -> None:
        """A member in another spelling or namespace, one that we do not know, or one with elements inside."""
        name = tag.rpartition("}")[2]
        member = member_of(name)
        if member is None:
            if self._has_inside:
                inner = self._content[self._starts[1] : self.expat.CurrentByteIndex]
                value = inner.decode()
            self._extras.setdefault(name, value)
        elif self._has_inside:
            self._error(member, _NESTED)
        else:
            self._inexact.setdefault(member, value)
        self._has_inside = False

    def _stray_text(self) -> str:
        """What stands between elements. Blanks are nothing."""
        text = "".join(self.text).strip()
        self.text.clear()
        return text

    def _refuse_stray_in_row(self) -> None:
        text = self._stray_text()
        if text:
            self._error("", f"Text outside of the members: {shown(text)}.")

    def _refuse_stray_between_rows(self) -> None:
        text = self._stray_text()
        if text:
            raise Unreadable(f"The body has text between its rows: {shown(text)}.")

    def _error(self, name: str, reason: str) -> None:
        path = f"[{self._index}]"
        self._errors.setdefault(f"{path}.{name}" if name else path, []).append(reason)

    def _end_row(self) -> None:
        if self.text:
            self._refuse_stray_in_row()
        notification = self._bind()
        if notification is not None:
            self.rows.accepted.append(notification)
        else:
            self.rows.rejected.append(BadRow(self._index, self._errors, self._row_content()))
        self._index += 1
        self._clear()

    def _bind(self) -> Notification | None:
        sent = self._inexact | self._exact if self._inexact else self._exact
        path = f"[{self._index}]"
        values: dict[str, Any] = sent  # texts become integers in place
        for name in INTEGER_MEMBERS & values.keys():
            text = values[name]
            if text is None:
                continue
            try:
                values[name] = (
                    int(text) if len(text) < 19 and text.isdigit() and text.isascii() else integer_of_text(text)
                )
            except Misfit as problem:
                self._error(name, str(problem))
        if not self._is_row_known and not values and not self._errors:
            self._error("", "The element is no row: it has no member of one.")
        return build_row(values, self._extras, path, self._errors)

    def _row_content(self) -> bytes:
        """The row's element as it was sent, to the end of its end tag."""
        end = _TAG.match(self._content, self.expat.CurrentByteIndex)
        last = end.end() if end else len(self._content)
        return self._written.restore(self._content[self._starts[0] : last].decode())


def _is_nil(attributes: list[str]) -> bool:
    for name, value in zip(attributes[::2], attributes[1::2], strict=True):
        if name == _NIL:
            return value.strip() in ("true", "1")
    return False

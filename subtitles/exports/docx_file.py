"""A document for Word (ECMA-376, "Office Open XML"): the title, and a paragraph for each cue."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from subtitles.exports.cues import Cue, labelled
from subtitles.exports.document import Document
from subtitles.exports.timecodes import whole_seconds
from subtitles.exports.visible import visible

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_OFFICE = "http://schemas.openxmlformats.org"
_PARTS = {
    "[Content_Types].xml": f"""\
<Types xmlns="{_OFFICE}/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>
<Override PartName="/word/styles.xml" ContentType="{_TYPES}.styles+xml"/>
</Types>""",
    "_rels/.rels": f"""\
<Relationships xmlns="{_OFFICE}/package/2006/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>
</Relationships>""",
    "word/_rels/document.xml.rels": f"""\
<Relationships xmlns="{_OFFICE}/package/2006/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument/2006/relationships/styles" Target="styles.xml"/>
</Relationships>""",
    "word/styles.xml": f"""\
<w:styles xmlns:w="{_OFFICE}/wordprocessingml/2006/main">
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>
<w:pPr><w:spacing w:after="120"/></w:pPr><w:rPr><w:sz w:val="22"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/>
<w:rPr><w:b/><w:sz w:val="36"/></w:rPr></w:style>
</w:styles>""",
}
_ALWAYS = (1980, 1, 1, 0, 0, 0)
"""The same transcript gives the same bytes."""


def docx_file(document: Document) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in (_PARTS | {"word/document.xml": _body(document)}).items():
            package.writestr(zipfile.ZipInfo(name, _ALWAYS), _XML + part, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


def _body(document: Document) -> str:
    title = visible(document.title)
    heading = f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr>{_run(title)}</w:p>' if title else ""
    paragraphs = (_paragraph(cue, label, document) for cue, label in labelled(document.cues))
    return (
        f'<w:document xmlns:w="{_OFFICE}/wordprocessingml/2006/main"><w:body>\n'
        f"{heading}{''.join(paragraphs)}<w:sectPr/></w:body></w:document>"
    )


def _paragraph(cue: Cue, label: str, document: Document) -> str:
    time = _run(f"{whole_seconds(cue.begin_ms)}  ", '<w:color w:val="767676"/>') if document.times else ""
    speaker = _run(label, "<w:b/>") if document.speakers and label else ""
    return f"<w:p>{time}{speaker}{_run(cue.text)}</w:p>\n"


def _run(text: str, properties: str = "") -> str:
    look = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'
